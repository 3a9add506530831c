package pricing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// Snapshot is a compiled book: immutable and safe for any number of goroutines.
// A host keeps the current one behind an atomic pointer and any past one by its
// version.
type Snapshot struct {
	book   Book // a deep copy; rows are found by row.source
	mode   int128.Mode
	scopes scopes

	lowest, firstHit bool // the policy

	// Rows of default lists: those of scope i are base[baseAt[i]:baseAt[i+1]].
	base   []row
	baseAt []int32

	// Rows of grade lists and contracts, by list and within it by scope, in parallel.
	overlay      []row
	overlayScope []int32
	lists        []list

	grades    [][]int32 // grade lists of each grade, in the order of the book
	contracts map[tandem.PartyID][]int32
}

// list is a list as the engine reads it.
type list struct {
	rank         rank
	rate         tandem.Rate
	base         int32 // the list it derives from, or none
	from, to     int32 // its part of the overlay
	start, until int32
	inclusive    bool
}

const none = int32(-1)

// Compile checks a book and builds the snapshot that prices from it. The book is
// copied. An invalid book gives a [tandem.InvalidError] with all its faults; what
// is legal but doubtful is reported by [Snapshot.Lint].
func Compile(b Book) (*Snapshot, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	steps := froms(b.Rows)
	if len(steps) > MaxBreaks {
		var c tandem.Check
		c.Add("too_many", "rows", "too many different quantities-from")
		return nil, c.Err("price book")
	}
	s := &Snapshot{book: b.clone(), mode: roundingMode(b.Rounding),
		lowest: b.Policy == Lowest, firstHit: b.Policy == FirstHit}
	s.scopes = newScopes(s.book.Rows)
	index := s.compileLists()
	s.compileRows(index, steps)
	return s, nil
}

// roundingMode maps the hall's name of a mode, valid by now, to the arithmetic's.
func roundingMode(r tandem.Rounding) int128.Mode {
	switch r {
	case tandem.HalfEven:
		return int128.HalfEven
	case tandem.RoundUp:
		return int128.Up
	case tandem.RoundDown:
		return int128.Down
	case tandem.RoundCeiling:
		return int128.Ceiling
	case tandem.RoundFloor:
		return int128.Floor
	}
	return int128.HalfAway
}

func (s *Snapshot) compileLists() map[string]int32 {
	index := make(map[string]int32, len(s.book.Lists))
	for i := range s.book.Lists {
		index[s.book.Lists[i].ID] = int32(i)
	}
	grade := make(map[tandem.GradeCode]int, len(s.book.Grades))
	for i, g := range s.book.Grades {
		grade[g] = i
	}
	s.lists = make([]list, len(s.book.Lists))
	s.grades = make([][]int32, len(s.book.Grades))
	s.contracts = map[tandem.PartyID][]int32{}
	for i := range s.book.Lists {
		l := &s.book.Lists[i]
		compiled := list{rank: listRank(l), rate: l.Discount, base: none, inclusive: l.Inclusive}
		compiled.start, compiled.until = days(l.Valid, tandem.Validity{})
		if l.Base != "" {
			compiled.base = index[l.Base]
		}
		s.lists[i] = compiled
		for _, g := range l.Grades {
			s.grades[grade[g]] = append(s.grades[grade[g]], int32(i))
		}
		for _, customer := range l.Customers {
			if !slices.Contains(s.contracts[customer], int32(i)) {
				s.contracts[customer] = append(s.contracts[customer], int32(i))
			}
		}
	}
	return index
}

// scoped is a row with the scope that it is sorted by.
type scoped struct {
	row
	scope int32
}

func (s *Snapshot) compileRows(index map[string]int32, steps []int64) {
	var base, overlay []scoped
	for i := range s.book.Rows {
		source := &s.book.Rows[i]
		li := index[source.List]
		l := &s.book.Lists[li]
		scope, depth := s.scopes.of(source)
		r := row{from: source.From.Micro(), price: source.Price, list: li, source: int32(i)}
		r.start, r.until = days(source.Valid, l.Valid)
		r.rank = rowRank(l, depth, r.from, r.start, steps)
		if l.Source == SourceDefault {
			base = append(base, scoped{r, scope})
		} else {
			overlay = append(overlay, scoped{r, scope})
		}
	}
	slices.SortFunc(base, func(a, b scoped) int { return cmp.Or(cmp.Compare(a.scope, b.scope), s.order(a.row, b.row)) })
	slices.SortFunc(overlay, func(a, b scoped) int {
		return cmp.Or(cmp.Compare(a.list, b.list), cmp.Compare(a.scope, b.scope), s.order(a.row, b.row))
	})
	s.base = make([]row, len(base))
	s.baseAt = make([]int32, s.scopes.count+1)
	for i, r := range base {
		s.base[i] = r.row
		s.baseAt[r.scope+1] = int32(i + 1)
	}
	for i := 1; i < len(s.baseAt); i++ { // scopes without rows
		s.baseAt[i] = max(s.baseAt[i], s.baseAt[i-1])
	}
	s.overlay = make([]row, len(overlay))
	s.overlayScope = make([]int32, len(overlay))
	for i, r := range overlay {
		s.overlay[i], s.overlayScope[i] = r.row, r.scope
		if i == 0 || overlay[i-1].list != r.list {
			s.lists[r.list].from = int32(i)
		}
		s.lists[r.list].to = int32(i + 1)
	}
}

// Version gives the version of the book.
func (s *Snapshot) Version() int64 { return s.book.Version }

// Book gives a copy of the book that was compiled.
func (s *Snapshot) Book() Book { return s.book.clone() }

// Grades gives the grades of the book from best to worst.
func (s *Snapshot) Grades() []tandem.GradeCode { return slices.Clone(s.book.Grades) }

// rowsOf gives the rows of a default list's scope.
func (s *Snapshot) rowsOf(scope int32) []row { return s.base[s.baseAt[scope]:s.baseAt[scope+1]] }

// overlayOf gives the rows of a grade list or contract for a scope.
func (s *Snapshot) overlayOf(li, scope int32) []row {
	l := &s.lists[li]
	low, high := l.from, l.to
	for low < high {
		mid := low + (high-low)/2
		if s.overlayScope[mid] < scope {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for high < l.to && s.overlayScope[high] == scope {
		high++
	}
	return s.overlay[low:high]
}
