package pricing

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/tandem-go/tandem"
)

// A rank is the specificity of a rule as one number, higher wins. From the top:
//
//	priority 12 | source 3 | scope 6 | quantity-from 20 | row or derived 1 | start 22
//
// Sources leave room for those that are to come between the three that exist.
type rank uint64

const (
	startBits, rowBits, fromBits, scopeBits, sourceBits = 22, 1, 20, 6, 3

	rowShift      = startBits
	fromShift     = rowShift + rowBits
	scopeShift    = fromShift + fromBits
	sourceShift   = scopeShift + scopeBits
	priorityShift = sourceShift + sourceBits

	startMask  = rank(1)<<startBits - 1
	rowMask    = rank(1) << rowShift
	fromMask   = (rank(1)<<fromBits - 1) << fromShift
	scopeMask  = (rank(1)<<scopeBits - 1) << scopeShift
	sourceMask = (rank(1)<<sourceBits - 1) << sourceShift

	scopeProduct = 1<<scopeBits - 1
)

func sourceRank(s Source) rank {
	switch s {
	case SourceContract:
		return 6
	case SourceGrade:
		return 3
	}
	return 1
}

// listRank gives the part of the rank that a list decides.
func listRank(l *List) rank {
	return rank(l.Priority+MaxPriority+1)<<priorityShift | sourceRank(l.Source)<<sourceShift
}

// rowRank gives the rank of a row. The quantity-from enters as its ordinal among
// all those of the book.
func rowRank(l *List, depth int, from int64, start int32, froms []int64) rank {
	ordinal, _ := slices.BinarySearch(froms, from)
	return listRank(l) | rank(depth)<<scopeShift | rank(ordinal)<<fromShift | rowMask | rank(start)
}

// derivedRank gives the rank of the price that a list derives from a row of its
// base, at the rate of a row of its own if by is not nil: of the two, the narrower
// scope, the larger quantity-from and the later start count.
func derivedRank(list rank, base, by *row) rank {
	r := base.rank & (scopeMask | fromMask | startMask)
	if by != nil {
		r = max(r&scopeMask, by.rank&scopeMask) | max(r&fromMask, by.rank&fromMask) | max(r&startMask, by.rank&startMask)
	}
	return list | r
}

// row is a row as the engine reads it, 48 bytes. The rest of it is in the book.
type row struct {
	rank         rank
	from         int64        // quantity-from in millionths
	price        tandem.Price // none: the row states a rate
	start, until int32        // day numbers, half-open
	list         int32
	source       int32 // index in the book's rows
}

// order sorts the rows of one bucket so that, unless the lowest price is wanted,
// the first that matches wins.
func (s *Snapshot) order(a, b row) int {
	if s.firstHit && a.list != b.list {
		return cmp.Compare(a.list, b.list)
	}
	if a.rank != b.rank {
		return cmp.Compare(b.rank, a.rank)
	}
	return cmp.Compare(s.book.Rows[a.source].ID, s.book.Rows[b.source].ID)
}

const forever = int32(math.MaxInt32)

// days gives the half-open day numbers in which both ranges hold.
func days(a, b tandem.Validity) (start, until int32) {
	start = int32(max(a.From.DayNumber(), b.From.DayNumber()))
	until = forever
	for _, d := range [2]tandem.Date{a.Until, b.Until} {
		if !d.IsZero() {
			until = min(until, int32(d.DayNumber()))
		}
	}
	return start, until
}

// froms gives the different quantities-from of a book in ascending order.
func froms(rows []Row) []int64 {
	all := make([]int64, 0, len(rows)+1)
	all = append(all, 0)
	for i := range rows {
		all = append(all, rows[i].From.Micro())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// scopes interns what rows are for: 0 is everything, then the categories in the
// order of their paths, then the products.
type scopes struct {
	categories map[string]int32
	products   map[tandem.ProductID]int32
	count      int32
}

func newScopes(rows []Row) scopes {
	s := scopes{categories: map[string]int32{}, products: map[tandem.ProductID]int32{}, count: 1}
	var paths []string
	for i := range rows {
		if path := rows[i].Category; path != "" {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	for _, path := range slices.Compact(paths) {
		s.categories[path] = s.count
		s.count++
	}
	for i := range rows {
		id := rows[i].Product
		if _, known := s.products[id]; !known && !id.IsZero() {
			s.products[id] = s.count
			s.count++
		}
	}
	return s
}

// of gives the scope of a row and its depth: 0 for everything, 1 and more for categories.
func (s *scopes) of(r *Row) (scope int32, depth int) {
	switch {
	case !r.Product.IsZero():
		return s.products[r.Product], scopeProduct
	case r.Category != "":
		return s.categories[r.Category], categoryDepth(r.Category)
	}
	return 0, 0
}

func categoryDepth(path string) int {
	depth := 1
	for i := range len(path) {
		if path[i] == '/' {
			depth++
		}
	}
	return depth
}
