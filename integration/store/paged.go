package store

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/tandem-go/tandem"
)

// Pager keeps the page of one query on a table of the host's own: it reads the
// cursor that the query continues behind, and makes those of the results. A host
// that has its rows in memory asks [Paged]; one whose rows are in a database puts
// [Pager.After] into its statement, and calls [Pager.Mark] as it yields:
//
//	SELECT … WHERE code > $after ORDER BY code LIMIT $limit
type Pager struct {
	store *Store
	bound []byte
	after string
	next  *tandem.Cursor
}

// NewPager reads the page of a query, which must be the query's own: a cursor is
// bound to the tenant of the store, the query and its direction. A negative limit
// and a cursor of anything else are [tandem.ErrInvalid]. The query is a copy of the
// caller's own, as that of a Find is: its page is emptied for a moment while it is
// read, so that a query which goroutines share would race.
func NewPager[Q any](s *Store, q *Q, page *tandem.Page) (*Pager, error) {
	if s == nil {
		var c tandem.Check
		c.Add("required", "store", "must be given: cursors are sealed with its secret")
		return nil, c.Err("query")
	}
	if err := checkPage(*page, true); err != nil {
		return nil, err
	}
	p := &Pager{store: s, next: page.Next}
	if page.After == "" && page.Next == nil {
		return p, nil
	}
	p.bound = s.bound(fmt.Sprintf("own %T", q), "place", page.Descending, binding(q, page))
	if page.After == "" {
		return p, nil
	}
	place, err := s.unsealPlace(p.bound, page.After)
	if err != nil {
		return nil, err
	}
	p.after = string(place[1:])
	return p, nil
}

// After gives the place behind which the query continues; "" is the beginning,
// or the end where the page is descending.
func (p *Pager) After() string { return p.after }

// Mark hands out the cursor of a result, where the query wants it: call it before
// the result is yielded, with the result's place.
func (p *Pager) Mark(place string) {
	if p.next != nil {
		*p.next = p.store.sealPlace(p.bound, append([]byte{'='}, place...))
	}
}

// Paged gives rows of a table of the host's own as the page of a query asks:
// behind its cursor, at most Limit of them, the last first where Descending, with
// the cursor of each in Next. It is the end of a Find:
//
//	return store.Paged(db, &q, &q.Page, rows, func(p catalog.Product) string { return p.Code })
//
// The rows are what the query selects, in any order. Place gives each of them a
// text of its own; the texts compare byte by byte in the order that the query
// documents, so that a query by date and then by id has `date + id`, and a number
// is padded with noughts. A cursor is a place and not a count: rows that come or
// go between two pages shift nothing.
//
// The sequence may be run again. It yields an error, and nothing else, for a
// negative limit, a cursor that is not this query's ([ErrCursor]) and two rows at
// one place; each is [tandem.ErrInvalid].
func Paged[Q, T any](s *Store, q *Q, page *tandem.Page, rows []T, place func(T) string) iter.Seq2[T, error] {
	asked := *page
	pager, err := NewPager(s, q, page)
	var placed []placedRow[T]
	if err == nil {
		placed, err = places(rows, place)
	}
	return func(yield func(T, error) bool) {
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		at, found := slices.BinarySearchFunc(placed, pager.After(), func(r placedRow[T], after string) int { return cmp.Compare(r.place, after) })
		step, left := 1, asked.Limit
		switch {
		case asked.Descending:
			step, at = -1, at-1
			if asked.After == "" {
				at = len(placed) - 1
			}
		case asked.After == "":
			at = 0
		case found:
			at++
		}
		for ; at >= 0 && at < len(placed); at += step {
			pager.Mark(placed[at].place)
			if left--; !yield(placed[at].row, nil) || left == 0 {
				return
			}
		}
	}
}

type placedRow[T any] struct {
	place string
	row   T
}

func places[T any](rows []T, place func(T) string) ([]placedRow[T], error) {
	out := make([]placedRow[T], len(rows))
	for i := range rows {
		out[i] = placedRow[T]{place(rows[i]), rows[i]}
	}
	slices.SortFunc(out, func(a, b placedRow[T]) int { return cmp.Compare(a.place, b.place) })
	for i := 1; i < len(out); i++ {
		if out[i].place == out[i-1].place {
			var c tandem.Check
			c.Add("place_twice", "rows", fmt.Sprintf("two rows are at the place %.64q; a place is of one row", out[i].place))
			return nil, c.Err("query")
		}
	}
	return out, nil
}
