package storetest

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

func tenantChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"TENANT-01", "0.1", "A tenant sees nothing of another: no record, fact, level, number, key or event, though all ids are equal."}, tenantsApart[R]},
		{Check{"TENANT-02", "0.1", "What a tenant writes changes nothing of another, though all ids, numbers and keys are equal."}, tenantsWrite[R]},
		{Check{"TENANT-03", "0.1", "No index shows a tenant the records of another."}, tenantsQuery[R]},
		{Check{"TENANT-04", "0.1", "A tenant without a name is an error."}, tenantEmpty[R]},
		{Check{"COMPANY-01", "0.1", "Two companies of a tenant may have equal ids, numbers and codes, and see nothing of each other."}, companiesApart[R]},
		{Check{"REOPEN-01", "0.1", "What was committed is there after the engine was closed and opened again."}, reopened[R]},
	}
}

func tenantsApart[R Repos](e *env[R]) {
	e.update("writing as alpha", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	alpha := e.store
	for _, name := range []string{"beta", "ALPHA", "alpha ", "alph", "älpha"} {
		e.store = e.open(name)
		if left := e.traces(1, 1); left != "" {
			e.fail("tenant %q sees of tenant \"alpha\": %s", name, left)
		}
	}
	e.store = alpha
	if left := e.traces(1, 2); left == "" {
		e.fail("alpha does not see its own")
	}
}

func tenantsWrite[R Repos](e *env[R]) {
	alpha, beta := e.store, e.open("beta")
	e.update("writing as alpha", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	e.store = beta
	e.update("writing the same as beta", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	e.records(func(k kind[R]) {
		s := k.states(company(), 1)[0]
		e.update(k.name+": changing beta's", func(ctx context.Context, r R) error { return k.add(ctx, r, s, 1) })
		if got := e.stored(alpha, k, s); got == nil || *k.revision(got) != 1 {
			e.fail("%s: beta changed its own, and alpha's reads %+v", k.name, got)
		}
	})
	e.store = alpha
	e.wantLevel("alpha's level", stockLevel(1), 5, 2)
	if got := e.nextNumber(alpha, "INV"); got.Value != 2 {
		e.fail("alpha's next number is %d, want 2", got.Value)
	}
	if events := e.events(alpha); len(events) != 1 || events[0].Position != 1 {
		e.fail("alpha has %d events, want 1 at position 1", len(events))
	}
}

func tenantsQuery[R Repos](e *env[R]) {
	alpha, beta := e.store, e.open("beta")
	e.queried(func(k kind[R], all []any) {
		some := all[:4] // each index is asked for several values
		for _, query := range k.queries(some) {
			if got, err := e.collect(beta, k, query); err != nil || len(got) > 0 {
				e.fail("%s: query %+v of beta, which has none, gives %d, error %v", k.name, deref(query), len(got), err)
			}
		}
		e.store, e.tenant = beta, "beta"
		mine := k.states(company(), 0)
		e.save(k, mine...)
		e.store, e.tenant = alpha, "alpha"
		for i := range mine {
			mine[i] = k.expected(mine[i])
		}
		for _, query := range k.queries(some) {
			got, err := e.collect(beta, k, query)
			if want := k.selected(query, mine); err != nil || !k.equal(got, want) {
				e.fail("%s: query %+v of beta gives %s, error %v; want %s", k.name, deref(query), k.names(got), err, k.names(want))
			}
		}
	})
	e.update("stocking", func(ctx context.Context, r R) error {
		return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(0), OnHand: 1})
	})
	e.store = beta
	if got, err := e.levels(inventory.LevelQuery{Company: company()}); err != nil || len(got) > 0 {
		e.fail("beta finds %d levels of alpha, error %v", len(got), err)
	}
}

func tenantEmpty[R Repos](e *env[R]) {
	if _, err := e.h.Open(""); err == nil {
		e.fail("a store was opened for no tenant")
	}
}

func companiesApart[R Repos](e *env[R]) {
	other := companyNamed("other")
	e.each(func(k kind[R]) {
		if k.shared {
			return
		}
		mine, theirs := k.states(company(), 0), k.states(other, 0)
		e.save(k, mine...)
		for _, s := range theirs {
			if e.stored(e.store, k, s) != nil {
				e.fail("%s: a company sees another's", k.name)
			}
		}
		e.save(k, theirs...)
		for _, s := range append(mine, theirs...) {
			if got := e.stored(e.store, k, s); got == nil || !k.compare(got, k.expected(k.copyOf(s))) {
				e.fail("%s: of two companies with equal ids one loads\n%+v\nwant\n%+v", k.name, got, deref(s))
			}
		}
		if k.find == nil {
			return
		}
		for i := range mine {
			mine[i] = k.expected(mine[i])
		}
		for _, query := range k.queries(mine) {
			got, err := e.collect(e.store, k, query)
			if want := k.selected(query, mine); err != nil || !k.equal(got, want) {
				e.fail("%s: query %+v gives %s, error %v; want %s", k.name, deref(query), k.names(got), err, k.names(want))
			}
		}
	})
	key := stockLevel(0)
	key.Company = other
	e.must(applying(e, e.store, 5, 0), "stocking")
	e.wantLevel("the other company's level", key, 0, 0)
	e.draw(company(), "INV", tandem.Date{})
	if got := e.draw(other, "INV", tandem.Date{}); got.Value != 1 {
		e.fail("the other company's first number is %d", got.Value)
	}
}

func reopened[R Repos](e *env[R]) {
	if e.h.Reopen == nil {
		return
	}
	e.update("writing", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	var err error
	var store work.Store[R]
	e.reopened = true
	store, err = e.h.Reopen("alpha")
	e.must(err, "opening again")
	e.store = store
	e.each(func(k kind[R]) {
		for _, s := range k.states(company(), 1) {
			if got := e.stored(store, k, s); got == nil || !k.compare(got, k.expected(k.copyOf(s))) {
				e.fail("%s: after opening again %+v", k.name, got)
			}
		}
	})
	e.wantLevel("after opening again", stockLevel(1), 5, 2)
	if got := e.nextNumber(store, "INV"); got.Value != 2 || len(e.events(store)) != 1 {
		e.fail("after opening again the next number is %d, and there are %d events; want 2 and 1", got.Value, len(e.events(store)))
	}
}
