package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
)

func queryChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"QUERY-01", "0.1", "A query gives what it selects, all of it and nothing else, in its documented order, and reversed if Descending."}, queryFields[R]},
		{Check{"QUERY-02", "0.1", "Limit bounds the results, and the cursor of each continues exactly behind it, in both directions."}, queryPages[R]},
		{Check{"QUERY-03", "0.1", "Cursors are keyset places: records that come or change in between shift nothing."}, queryKeyset[R]},
		{Check{"QUERY-04", "0.1", "A cursor that was tampered with is ErrInvalid."}, queryTampered[R]},
		{Check{"QUERY-05", "0.1", "A cursor of another query, direction or tenant is ErrInvalid."}, queryForeignCursor[R]},
		{Check{"QUERY-06", "0.1", "A query of a company's data without the company, or with a negative limit, is ErrInvalid."}, queryInvalid[R]},
		{Check{"QUERY-07", "0.1", "A query may be left early, also with writes inside its loop, and used again."}, queryLeft[R]},
		{Check{"QUERY-08", "0.1", "A query sees a changed record under its new columns only."}, queryMoved[R]},
	}
}

const dataset = 9

// queried saves records of every kind that can be queried, and runs fn for each kind
// with them as stored, in the order of their saving: in several Updates, each of
// which has some of every kind.
func (e *env[R]) queried(fn func(k kind[R], all []any)) {
	all := make([][]any, len(e.kinds))
	for n := range dataset {
		var put []func(ctx context.Context, r R) error
		for i, k := range e.kinds {
			if k.find == nil {
				continue
			}
			states := k.states(company(), (n*7)%dataset) // not in the order of their keys
			if k.insert != nil {
				e.save(k, states...)
			} else {
				put = append(put, func(ctx context.Context, r R) error { return k.put(ctx, r, states...) })
			}
			all[i] = append(all[i], states...)
		}
		if len(put) == 0 {
			continue
		}
		e.update("saving", func(ctx context.Context, r R) error {
			for _, save := range put {
				if err := save(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for i, k := range e.kinds {
		if k.find == nil {
			continue
		}
		for j := range all[i] {
			all[i][j] = k.expected(all[i][j])
		}
		fn(k, all[i])
	}
}

// selected gives what a query must give.
func (k kind[R]) selected(query any, all []any) []any {
	var want []any
	for _, s := range all {
		if k.matches(query, s) {
			want = append(want, s)
		}
	}
	slices.SortStableFunc(want, func(a, b any) int {
		if k.fact {
			return k.order(a, b)
		}
		return cmp.Or(k.order(a, b), cmp.Compare(k.key(a), k.key(b)))
	})
	if k.page(query).Descending {
		slices.Reverse(want)
	}
	return want
}

// collect runs a query in a View.
func (e *env[R]) collect(store work.Store[R], k kind[R], query any) (got []any, err error) {
	err = store.View(e.ctx, func(ctx context.Context, r R) error {
		got = nil
		for h, err := range k.find(ctx, r, query) {
			if err != nil {
				return err
			}
			got = append(got, k.state(h))
		}
		return nil
	})
	return got, err
}

func (k kind[R]) equal(got, want []any) bool { return slices.EqualFunc(got, want, k.compare) }

// unlike says how the results of a query differ from the wanted ones: by their
// keys, or, where those are the same, by the fields of the first that differs.
func (k kind[R]) unlike(got, want []any) string {
	if ids := k.names(got); len(got) != len(want) || ids != k.names(want) {
		return fmt.Sprintf("gave %s\nwant %s", ids, k.names(want))
	}
	for i := range want {
		if !k.compare(got[i], want[i]) {
			return fmt.Sprintf("gave the right ones in the right order, and number %d, %x, with other fields:\n%s", i, k.key(want[i]), difference(got[i], want[i]))
		}
	}
	return ""
}

// names lists states for messages.
func (k kind[R]) names(states []any) string {
	var out []string
	for _, s := range states {
		out = append(out, fmt.Sprintf("%x", k.key(s)))
	}
	return "[" + strings.Join(out, " ") + "]"
}

func queryFields[R Repos](e *env[R]) {
	e.queried(func(k kind[R], all []any) {
		seen := map[string]bool{}
		for _, query := range k.queries(all[:6]) {
			fields(seen, "", reflect.ValueOf(query).Elem())
			for _, descending := range []bool{false, true} {
				query := k.withPage(query, tandem.Page{Descending: descending})
				got, err := e.collect(e.store, k, query)
				e.must(err, "%s: %+v", k.name, deref(query))
				if want := k.selected(query, all); !k.equal(got, want) {
					e.fail("%s: query %+v\n%s", k.name, deref(query), k.unlike(got, want))
				}
			}
		}
		for path, set := range seen {
			if !set && k.keep == nil && !strings.HasPrefix(path, ".Page") {
				e.fail("%s: the suite does not ask for %s: it is older than the library", k.name, path)
			}
		}
	})
}

func queryPages[R Repos](e *env[R]) {
	e.queried(func(k kind[R], all []any) {
		for i, query := range k.queries(all[:1]) {
			for _, limit := range []int{1, 4, len(all), len(all) + 1} {
				e.pages(k, all, k.withPage(query, tandem.Page{Limit: limit, Descending: (i+limit)%2 == 0}))
			}
		}
	})
}

// pages walks through a query by its cursors.
func (e *env[R]) pages(k kind[R], all []any, query any) {
	page := *k.page(query)
	want := k.selected(query, all)
	var got []any
	for n := 0; n <= len(want); n++ {
		var next tandem.Cursor
		page.Next = &next
		part, err := e.collect(e.store, k, k.withPage(query, page))
		e.must(err, "%s: %+v", k.name, deref(query))
		if len(part) > page.Limit {
			e.fail("%s: %d results with a limit of %d", k.name, len(part), page.Limit)
		}
		if got = append(got, part...); len(part) < page.Limit {
			break
		}
		if page.After = next; next == "" {
			e.fail("%s: a page of %d gave no cursor", k.name, len(part))
			break
		}
	}
	if !k.equal(got, want) {
		e.fail("%s: query %+v in pages of %d\n%s", k.name, deref(query), page.Limit, k.unlike(got, want))
	}
}

// cursorBehind gives the cursor behind the first n results.
func (e *env[R]) cursorBehind(k kind[R], query any, n int) (c tandem.Cursor) {
	page := *k.page(query)
	page.Limit, page.Next = n, &c
	_, err := e.collect(e.store, k, k.withPage(query, page))
	e.must(err, "%s: %+v", k.name, deref(query))
	if c == "" {
		e.fail("%s: query %+v gave no cursor", k.name, deref(query))
		panic(stop{})
	}
	return c
}

func queryKeyset[R Repos](e *env[R]) {
	e.queried(func(k kind[R], all []any) {
		query := k.queries(all)[0]
		cursor := e.cursorBehind(k, query, 5)
		want := k.selected(query, all)
		last := want[4]
		for n := range 3 { // newcomers on both sides of the place
			for _, s := range k.states(company(), 100+n) {
				e.save(k, s)
				all = append(all, k.expected(s))
			}
		}
		selected := k.selected(query, all)
		rest := selected[slices.Index(selected, last)+1:]
		got, err := e.collect(e.store, k, k.withPage(query, tandem.Page{After: cursor}))
		e.must(err, "%s: continuing", k.name)
		if !k.equal(got, rest) {
			e.fail("%s: continuing after three more were saved\n%s", k.name, k.unlike(got, rest))
		}
	})
}

func queryTampered[R Repos](e *env[R]) {
	e.queried(func(k kind[R], all []any) {
		query := k.queries(all)[0]
		cursor := string(e.cursorBehind(k, query, 3))
		broken := []string{"x", "....", strings.Repeat("A", 100), strings.Repeat("A", 100_000), cursor + "A", cursor[:len(cursor)-1], " " + cursor, cursor + "\x00"}
		for i := 0; i < len(cursor); i += 1 + len(cursor)/16 {
			other := byte('A')
			if cursor[i] == other {
				other = 'B'
			}
			broken = append(broken, cursor[:i]+string(other)+cursor[i+1:])
		}
		for _, b := range broken {
			got, err := e.collect(e.store, k, k.withPage(query, tandem.Page{After: tandem.Cursor(b)}))
			if !errors.Is(err, tandem.ErrInvalid) {
				e.fail("%s: cursor %.60q, made of %q, gave %d results and error %v, want ErrInvalid", k.name, b, cursor, len(got), err)
			}
		}
	})
}

func queryForeignCursor[R Repos](e *env[R]) {
	beta := e.open("beta")
	e.queried(func(k kind[R], all []any) {
		queries := k.queries(all[:1])
		cursor := e.cursorBehind(k, queries[0], 2)
		refuse := func(store work.Store[R], query any, what string) {
			if _, err := e.collect(store, k, query); !errors.Is(err, tandem.ErrInvalid) {
				e.fail("%s: a cursor of %s gave error %v, want ErrInvalid", k.name, what, err)
			}
		}
		for _, other := range queries[1:] {
			if same(other, queries[0]) {
				continue // restricts by something that this state does not have
			}
			refuse(e.store, k.withPage(other, tandem.Page{After: cursor}), fmt.Sprintf("%+v used in %+v", deref(queries[0]), deref(other)))
		}
		refuse(e.store, k.withPage(queries[0], tandem.Page{After: cursor, Descending: true}), "the other direction")
		refuse(beta, k.withPage(queries[0], tandem.Page{After: cursor}), "another tenant")
		if _, err := e.collect(e.open("alpha"), k, k.withPage(queries[0], tandem.Page{After: cursor, Limit: 1})); err != nil {
			e.fail("%s: a cursor of another handle of the same tenant, or with another limit: %v", k.name, err)
		}
	})
}

func queryInvalid[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		if k.find == nil {
			return
		}
		query := k.queries(k.states(company(), 0))[0]
		_, err := e.collect(e.store, k, k.withPage(query, tandem.Page{Limit: -1}))
		e.wants(err, k.name+": a limit of −1", tandem.ErrInvalid)
		if k.shared {
			return
		}
		_, err = e.collect(e.store, k, k.queries(k.states(tandem.CompanyID{}, 0))[0])
		e.wants(err, k.name+": no company", tandem.ErrInvalid)
	})
}

func queryLeft[R Repos](e *env[R]) {
	e.queried(func(k kind[R], all []any) {
		query := k.queries(all)[0]
		seen := 0
		e.update(k.name+": leaving a query", func(ctx context.Context, r R) error {
			seen = 0
			seq := k.find(ctx, r, query)
			for range 2 {
				for _, err := range seq {
					if err != nil {
						return err
					}
					if seen++; seen%3 == 0 {
						break
					}
				}
			}
			for h, err := range k.find(ctx, r, query) {
				if err != nil || k.fact || k.insert != nil {
					return err
				}
				if err := k.save(ctx, r, h); err != nil {
					return err
				}
			}
			return nil
		})
		if seen != 6 {
			e.fail("%s: two loops that were left after three results saw %d", k.name, seen)
		}
		got, err := e.collect(e.store, k, query)
		if want := k.selected(query, all); err != nil || len(got) != len(want) {
			e.fail("%s: after a loop that saved what it found: %d results, error %v, want %d", k.name, len(got), err, len(want))
		}
	})
}

func queryMoved[R Repos](e *env[R]) {
	k := orderKind[R]()
	s := k.states(company(), 0)[0]
	e.save(k, s)
	ofCustomer := func(n int) int {
		got, err := e.collect(e.store, k, &sales.OrderQuery{Company: company(), Customer: customer(n)})
		e.must(err, "orders of a customer")
		return len(got)
	}
	for round, to := range []int{0, 1, 0, 2} {
		moved := e.stored(e.store, k, s)
		if moved == nil {
			e.fail("the order is not there")
			return
		}
		moved.(*sales.OrderState).Customer = customer(to)
		e.save(k, moved)
		for n := range 3 {
			want := 0
			if n == to {
				want = 1
			}
			if got := ofCustomer(n); got != want {
				e.fail("change %d: the order moved to customer %d; customer %d has %d orders, want %d", round, to, n, got, want)
			}
		}
	}
}
