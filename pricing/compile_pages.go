package pricing

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// buildPages sorts the staged rows into pages, page by page on all processors.
func (s *Snapshot) buildPages(all []Row, staged []sorted) {
	s.pages = make([]*rows.Page, (len(s.scopes.subjects)+pageMask)>>pageBits)
	s.books = make([]*rows.Page, (len(s.lists)+pageMask)>>pageBits)
	n := len(s.pages) + len(s.books)
	number := func(page uint32) int {
		if page&bookPage != 0 {
			return len(s.pages) + int(page&^bookPage)
		}
		return int(page)
	}
	at := make([]int32, n+1)
	for i := range staged {
		at[number(staged[i].page)+1]++
	}
	for i := range n {
		at[i+1] += at[i]
	}
	byPage, next := make([]int32, len(staged)), slices.Clone(at)
	for i := range staged {
		k := number(staged[i].page)
		byPage[next[k]] = int32(i)
		next[k]++
	}
	parallel(n, func(k int) {
		part := byPage[at[k]:at[k+1]]
		slices.SortFunc(part, func(a, b int32) int { return cmp.Or(cmp.Compare(staged[a].key, staged[b].key), cmp.Compare(a, b)) })
		switch {
		case k < len(s.pages):
			s.pages[k] = s.scopePage(uint32(k), all, staged, part)
		case len(part) > 0:
			s.books[k-len(s.pages)] = s.listPage(all, staged, part)
		}
	})
}

// parallel calls fn for 0 to n−1, on as many processors as there are.
func parallel(n int, fn func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+15)/16)
	if workers < 2 {
		for i := range n {
			fn(i)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				fn(i)
			}
		})
	}
	wg.Wait()
}

// add adds the row to a page.
func (st *sorted) add(b *rows.Builder, id string) {
	if st.extra != nil {
		b.AddExtra(st.record, id, st.extra)
		return
	}
	b.Add(st.record, id)
}

func (s *Snapshot) scopePage(page uint32, all []Row, staged []sorted, part []int32) *rows.Page {
	var b rows.Builder
	b.Grow(len(part))
	next := 0
	for scope := int(page) << pageBits; scope < (int(page)+1)<<pageBits; scope++ {
		depth := uint8(0)
		if scope < len(s.scopes.subjects) {
			depth = s.scopes.subjects[scope].depth
		}
		b.Bucket(depth, 0, false)
		for ; next < len(part) && staged[part[next]].key == uint64(scope); next++ {
			st := &staged[part[next]]
			st.add(&b, all[st.source].ID)
		}
	}
	return b.Page()
}

func (s *Snapshot) listPage(all []Row, staged []sorted, part []int32) *rows.Page {
	var b rows.Builder
	b.Grow(len(part))
	for i, n := range part {
		st := &staged[n]
		if i == 0 || staged[part[i-1]].key != st.key {
			b.Bucket(s.scopes.subjects[rows.KeyScope(st.key)].depth, st.key, true)
		}
		st.add(&b, all[st.source].ID)
	}
	return b.Page()
}

// indexRows makes the index of ids, with more room until all find theirs.
func (s *Snapshot) indexRows() {
	for room := s.count; ; room = 2*room + 16 {
		ids := rows.NewIndex(room)
		ok := true
		s.eachPage(func(number uint32, p *rows.Page) {
			for row := range uint32(p.Len()) {
				ok = ok && ids.Add(p.ID(row), number)
			}
		})
		if ok {
			s.ids = ids
			return
		}
	}
}

// eachPage calls fn with each page and its number in the index of ids.
func (s *Snapshot) eachPage(fn func(number uint32, p *rows.Page)) {
	for i, p := range s.pages {
		fn(uint32(i), p)
	}
	for i, p := range s.books {
		if p != nil {
			fn(bookPage|uint32(i), p)
		}
	}
}
