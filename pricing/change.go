package pricing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// Change is what a version of a book changes of the one before: a draft, until its
// snapshot is published.
type Change struct {
	Version int64    `json:"version"`          // of the new book, above that of the old
	Put     []Row    `json:"put,omitempty"`    // new rows, and rows that take the place of the row with their id
	Remove  []string `json:"remove,omitempty"` // ids of rows
	// Terms are all but the rows of the new book (its Rows and Version are not read), where
	// anything of them changes; none: they stay.
	Terms *Book `json:"terms,omitempty"`
}

// Change gives the snapshot of the book as changed. What did not change, both
// snapshots share, so that a change of few rows of many costs little, and so does the
// memory of a draft. The old snapshot stays as it is. A change with faults gives a
// [tandem.InvalidError] with all of them: those of the terms below terms, those of new
// rows below put, and those that the terms make of rows that stay below rows, by their
// place among them, with the id.
//
// A change of terms that leaves the items as they are, and the lists their ids, sources,
// tax modes, ways of counting, and what rows that state rates need, costs little more;
// any other compiles the book anew.
func (s *Snapshot) Change(c Change) (*Snapshot, error) {
	var check tandem.Check
	check.Require(c.Version > s.book.Version, "version", "version", "must be above that of the book")
	terms, lists := s.book, s.index
	if c.Terms != nil {
		terms = c.Terms.cloneTerms()
		lists = listsOf(terms.Lists)
	}
	terms.Version = max(c.Version, 1)
	gone := s.goners(&c, &check)
	if c.Terms != nil && !s.keepsRows(&terms) {
		return s.compileChanged(&c, terms, &check)
	}
	if c.Terms != nil {
		check.Nested("terms", terms.Validate())
	}
	checkPut(&c, terms.Lists, lists, &check)
	if !check.OK() {
		return nil, check.Err("price change")
	}
	next := s.successor(c.Version)
	if c.Terms != nil && !next.retermed(terms, &check) {
		return nil, check.Err("price change")
	}
	if !next.changeRows(s, &c, gone) {
		return s.compileChanged(&c, terms, &check)
	}
	return next, nil
}

// listsOf gives the lists' places by their ids.
func listsOf(lists []List) map[string]int32 {
	index := make(map[string]int32, len(lists))
	for i := range lists {
		index[lists[i].ID] = int32(i)
	}
	return index
}

// successor gives a snapshot that shares everything with this one.
func (s *Snapshot) successor(version int64) *Snapshot {
	next := *s
	next.book.Version = version
	next.pages, next.books = slices.Clone(s.pages), slices.Clone(s.books)
	return &next
}

// keepsRows reports whether under other terms the rows of this snapshot can stay where
// they are, without a look at them.
func (s *Snapshot) keepsRows(terms *Book) bool {
	if len(terms.Lists) < len(s.book.Lists) || !slices.Equal(terms.Items, s.book.Items) {
		return false
	}
	for i := range s.book.Lists {
		a, b := &s.book.Lists[i], &terms.Lists[i]
		if a.ID != b.ID || a.Source != b.Source || a.Inclusive != b.Inclusive || a.Breaks != b.Breaks {
			return false
		}
		// Rows that state rates need a base or a formula, those with formulas of a price a base.
		if s.rated && (a.Base != "" && b.Base == "" || a.Formula != nil && b.Formula == nil) {
			return false
		}
	}
	return true
}

// retermed gives the snapshot new terms, whose lists are the old ones and more.
func (s *Snapshot) retermed(terms Book, c *tandem.Check) bool {
	s.book = terms
	s.mode, _ = enum.Mode(terms.Rounding) // is valid by now
	s.lowest, s.firstHit = terms.Policy == Lowest, terms.Policy == FirstHit
	s.order.Lowest, s.order.First, s.deriving = s.lowest, s.firstHit, nil
	s.compileLists(c)
	for i, p := range s.pages {
		s.pages[i] = p.Renewed()
	}
	for i, p := range s.books {
		if p != nil {
			s.books[i] = p.Renewed()
		}
	}
	for len(s.books) < (len(s.lists)+pageMask)>>pageBits {
		s.books = append(s.books, nil)
	}
	s.promotions, s.itemOf = nil, nil
	s.compilePromotions(c)
	return c.OK()
}

// spot is where a row is.
type spot struct {
	page uint32
	row  uint32
}

// goners finds the rows that a change removes or replaces, by their pages, ascending.
func (s *Snapshot) goners(c *Change, check *tandem.Check) map[uint32][]uint32 {
	ids := slices.Clone(c.Remove)
	for i := range c.Put {
		ids = append(ids, c.Put[i].ID)
	}
	found := s.findAll(ids)
	gone := map[uint32][]uint32{}
	for _, at := range found {
		gone[at.page] = append(gone[at.page], at.row)
	}
	for _, some := range gone {
		slices.Sort(some)
	}
	seen := make(map[string]bool, len(ids))
	for i, id := range c.Remove {
		_, known := found[id]
		check.Require(known, "row_unknown", tandem.Path("remove", i), "not a row of the book")
		check.Require(!seen[id], "duplicate", tandem.Path("remove", i), "id stands twice")
		seen[id] = true
	}
	for i := range c.Put {
		id := c.Put[i].ID
		check.Require(!seen[id], "duplicate", tandem.Path("put", i)+".id", "id stands twice in the change")
		seen[id] = true
	}
	check.Require(s.count-len(found)+len(c.Put) <= MaxRows, "too_many", "put", "too many rows")
	return gone
}

// findAll finds rows by their ids, in one pass over each page that may have some.
func (s *Snapshot) findAll(ids []string) map[string]spot {
	byPage := map[uint32][]string{}
	for _, id := range ids {
		s.ids.Find(id, func(page uint32) bool {
			byPage[page] = append(byPage[page], id)
			return false
		})
	}
	found := make(map[string]spot, len(ids))
	for page, some := range byPage {
		s.pageNumbered(page).FindIDs(some, func(id string, row uint32) { found[id] = spot{page, row} })
	}
	return found
}

// find finds a row by its id.
func (s *Snapshot) find(id string) (at spot, ok bool) {
	ok = s.ids.Find(id, func(page uint32) bool {
		row, found := s.pageNumbered(page).FindID(id)
		if found {
			at = spot{page, row}
		}
		return found
	})
	return at, ok
}

// pageNumbered gives a page by its number in the index of ids.
func (s *Snapshot) pageNumbered(n uint32) *rows.Page {
	if n&bookPage != 0 {
		return s.books[n&^bookPage]
	}
	return s.pages[n]
}

// Row gives a row of the book by its id.
func (s *Snapshot) Row(id string) (Row, error) {
	at, ok := s.find(id)
	if !ok {
		return Row{}, &tandem.NotFoundError{Kind: "price_row", Key: id}
	}
	page := s.pageNumbered(at.page)
	bucket := page.BucketOf(at.row)
	scope := int32(at.page)<<pageBits + int32(bucket)
	if at.page&bookPage != 0 {
		scope = rows.KeyScope(page.KeyOf(bucket))
	}
	return s.authored(page, at.row, scope), nil
}

func checkPut(c *Change, lists []List, index map[string]int32, check *tandem.Check) {
	for i := range c.Put {
		r := &c.Put[i]
		var l *List
		if li, known := index[r.List]; known {
			l = &lists[li]
		}
		if !r.plain(l) {
			r.check(check, tandem.Path("put", i), l)
		}
	}
}

// changeRows takes rows out and puts others in. It reports false where there is no
// room for something new: the book must be compiled anew.
func (s *Snapshot) changeRows(old *Snapshot, c *Change, gone map[uint32][]uint32) bool {
	staged, ok := s.stageAll(c.Put)
	if !ok {
		return false
	}
	added := map[uint32][]int32{}
	for i := range staged {
		added[staged[i].page] = append(added[staged[i].page], int32(i))
	}
	s.count = old.count + len(c.Put)
	for page, some := range gone {
		s.count -= len(some)
		if added[page] == nil {
			added[page] = []int32{}
		}
	}
	for len(s.pages) < (len(s.scopes.subjects)+pageMask)>>pageBits {
		s.pages = append(s.pages, s.scopePage(uint32(len(s.pages)), nil, nil, nil))
	}
	s.ids = s.ids.Next()
	room := true
	for number, part := range added {
		slices.SortFunc(part, func(a, b int32) int { return cmp.Compare(staged[a].key, staged[b].key) })
		before := s.pageNumbered(number)
		page := s.merged(number, before, gone[number], c.Put, staged, part)
		if number&bookPage != 0 {
			s.books[number&^bookPage] = page
		} else {
			s.pages[number] = page
		}
		if before != nil && c.Terms == nil {
			page.Follow(before, &s.order)
		}
		for _, n := range part {
			room = room && s.ids.Add(c.Put[staged[n].source].ID, number)
		}
	}
	if !room {
		s.indexRows()
	}
	return true
}

// stageAll works out where new rows go, in scopes, frames, spans and labels of the
// snapshot's own where there is anything new.
func (s *Snapshot) stageAll(put []Row) ([]sorted, bool) {
	var micro []int64
	scopes, frames := false, false
	for i := range put {
		r := &put[i]
		micro = append(micro, r.From.Micro())
		_, known := s.frames.index[frameOf(r, &s.book.Lists[s.index[r.List]])]
		frames = frames || !known
		scopes = scopes || !s.scopes.knows(r)
	}
	labels, ok := s.order.Labels.With(micro)
	if !ok {
		return nil, false
	}
	s.order.Labels = labels
	if frames {
		s.frames = s.frames.clone()
	}
	if scopes {
		s.scopes = s.scopes.clone()
	}
	spans := spansOf(slices.Clone(s.order.Spans))
	staged := make([]sorted, len(put))
	for i := range put {
		if s.stage(&put[i], int32(i), &spans, &staged[i]) != nil {
			return nil, false
		}
	}
	s.order.Spans = spans.all
	if scopes {
		s.scopes.replace(s.book.Items)
		s.promotions, s.itemOf = nil, nil
		var c tandem.Check
		s.compilePromotions(&c)
	}
	return staged, true
}

// merged gives a page without the rows that are gone, ascending, and with those that
// are put in.
func (s *Snapshot) merged(number uint32, old *rows.Page, gone []uint32, put []Row, staged []sorted, part []int32) *rows.Page {
	var b rows.Builder
	keep := func(bucket int) {
		from, to := old.Range(bucket)
		for row := from; row < to; row++ {
			if len(gone) > 0 && gone[0] == row {
				gone = gone[1:]
				continue
			}
			if e := extraAt(old, row); e != nil {
				b.AddExtra(*old.Record(row), old.ID(row), e)
			} else {
				b.Add(*old.Record(row), old.ID(row))
			}
		}
	}
	next := 0
	take := func(key uint64) {
		for ; next < len(part) && staged[part[next]].key == key; next++ {
			st := &staged[part[next]]
			st.add(&b, put[st.source].ID)
		}
	}
	if number&bookPage == 0 {
		for scope := int(number) << pageBits; scope < (int(number)+1)<<pageBits; scope++ {
			depth := uint8(0)
			if scope < len(s.scopes.subjects) {
				depth = s.scopes.subjects[scope].depth
			}
			b.Bucket(depth, 0, false)
			keep(scope & pageMask)
			take(uint64(scope))
		}
		return b.Page()
	}
	bucket := 0
	for old != nil && bucket < old.Buckets() || next < len(part) {
		key, kept := uint64(1<<64-1), false
		if old != nil && bucket < old.Buckets() {
			key, kept = old.KeyOf(bucket), true
		}
		if next < len(part) && staged[part[next]].key < key {
			key, kept = staged[part[next]].key, false
		}
		b.Bucket(s.scopes.subjects[rows.KeyScope(key)].depth, key, true)
		if kept {
			keep(bucket)
			bucket++
		}
		take(key)
	}
	return b.Page()
}
