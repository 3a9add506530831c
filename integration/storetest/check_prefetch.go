package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/work"
)

func prefetchChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"PREFETCH-01", "0.2", "What is prefetched is what is read: records, facts, levels, command keys and pages of queries."}, prefetchReads[R]},
		{Check{"PREFETCH-02", "0.2", "What is not there stays absent when it is prefetched, beside what is there."}, prefetchAbsent[R]},
		{Check{"PREFETCH-03", "0.2", "An Update reads its own writes, whatever it prefetched before or after them."}, prefetchOwn[R]},
		{Check{"PREFETCH-04", "0.2", "A View prefetches of its snapshot."}, prefetchView[R]},
		{Check{"PREFETCH-05", "0.2", "Nothing that is read behind a number is older than it, prefetched before or with the number."}, prefetchNumber[R]},
		{Check{"PREFETCH-06", "0.2", "A tenant prefetches nothing of another."}, prefetchTenants[R]},
		{Check{"PREFETCH-07", "0.2", "Numbers that are drawn together are drawn as by Next, one after the other, and a roll-back leaves no gap."}, prefetchDraws[R]},
		{Check{"PREFETCH-08", "0.2", "A decision on what was prefetched is checked at the commit: revisions, and the bounds of levels."}, prefetchRace[R]},
	}
}

// refs gives the refs of all that writeAll(n) writes, and the queries of it.
func (e *env[R]) refs(n int) (refs []work.Ref) {
	for _, k := range e.kinds {
		states := k.states(company(), n)
		for _, s := range states {
			if ref, ok := refOf(s); ok {
				refs = append(refs, ref)
			}
		}
		if k.queries != nil {
			for _, query := range k.queries(states) {
				refs = append(refs, queryRef(query))
			}
		}
	}
	return append(refs, work.Ref{Of: work.OfStockLevels, Key: stockLevel(n)}, work.Ref{Of: work.OfCommands, Key: command(n).Key})
}

// everything gives all that is read of writeAll(n), as texts.
func (e *env[R]) everything(ctx context.Context, r R, n int) (out []string, err error) {
	note := func(what string, k *kind[R], h any, err error) {
		if err != nil {
			out = append(out, fmt.Sprintf("%s: %v", what, err))
			return
		}
		state, err := json.Marshal(k.state(h))
		out = append(out, fmt.Sprintf("%s: %s %v", what, state, err))
	}
	for i := range e.kinds {
		k := &e.kinds[i]
		states := k.states(company(), n)
		for _, s := range states {
			if k.get != nil {
				h, err := k.get(ctx, r, s)
				note(k.name, k, h, err)
			}
		}
		if k.queries == nil {
			continue
		}
		for q, query := range k.queries(states) {
			for h, err := range k.find(ctx, r, query) {
				note(fmt.Sprintf("%s, query %d", k.name, q), k, h, err)
			}
		}
	}
	levels, errLevel := r.StockLevels().Get(ctx, stockLevel(n))
	record, found, errCommand := r.Commands().Lookup(ctx, command(n).Key)
	return append(out, fmt.Sprintf("%+v %+v %t", levels, record, found)), errors.Join(errLevel, errCommand)
}

func prefetchReads[R Repos](e *env[R]) {
	e.update("writing", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	for _, run := range []struct {
		name string
		do   func(string, func(context.Context, R) error)
	}{{"Update", e.update}, {"View", e.view}} {
		var plain, ahead, again []string
		run.do("reading", func(ctx context.Context, r R) (err error) {
			plain, err = e.everything(ctx, r, 1)
			return err
		})
		run.do("prefetching and reading", func(ctx context.Context, r R) error {
			refs := e.refs(1)
			slices.Reverse(refs)
			err := work.Prefetch(ctx, r, append(refs, refs[:len(refs)/2]...)...)
			var errFirst, errAgain error
			ahead, errFirst = e.everything(ctx, r, 1)
			again, errAgain = e.everything(ctx, r, 1)
			return errors.Join(err, errFirst, errAgain)
		})
		for i := range plain {
			if i >= len(ahead) || i >= len(again) || plain[i] != ahead[i] || plain[i] != again[i] {
				e.fail("%s: prefetched, and read twice, this is not what is read: %s", run.name, plain[i])
			}
		}
	}
}

func prefetchAbsent[R Repos](e *env[R]) {
	e.update("writing", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	e.update("prefetching what is not there", func(ctx context.Context, r R) error {
		if err := work.Prefetch(ctx, r, append(e.refs(1), e.refs(5)...)...); err != nil {
			return err
		}
		if left := e.present(ctx, r, 5); left != "" {
			e.fail("what nobody has written was prefetched, and read: %s", left)
		}
		return nil
	})
}

// present tells what an open closure sees of writeAll(n) by key.
func (e *env[R]) present(ctx context.Context, r R, n int) string {
	for _, k := range e.kinds {
		for _, s := range k.states(company(), n) {
			if k.get == nil {
				continue
			}
			if _, err := k.get(ctx, r, s); !errors.Is(err, tandem.ErrNotFound) {
				return fmt.Sprintf("%s (%v)", k.name, err)
			}
		}
	}
	levels, err := r.StockLevels().Get(ctx, stockLevel(n))
	if err != nil || levels[0].OnHand != 0 || levels[0].Reserved != 0 {
		return fmt.Sprintf("level %v (%v)", levels, err)
	}
	if record, found, err := r.Commands().Lookup(ctx, command(n).Key); found || err != nil {
		return fmt.Sprintf("command %v (%v)", record, err)
	}
	return ""
}

// theTerms are payment terms that the checks of prefetching change.
func theTerms(name string) billing.Terms {
	t := termsStates(company(), 1)[0]
	t.Name = name
	return t
}

func termsRefs() []work.Ref {
	return []work.Ref{{Of: work.OfPaymentTerms, Company: company(), Key: theTerms("").Code}, {Of: work.OfStockLevels, Key: stockLevel(0)},
		{Of: work.OfCommands, Key: command(3).Key}}
}

func (e *env[R]) termsIn(ctx context.Context, r R) billing.Terms {
	t, err := r.PaymentTerms().PaymentTerms(ctx, company(), theTerms("").Code)
	if err != nil && !errors.Is(err, tandem.ErrNotFound) {
		e.fail("reading terms: %v", err)
	}
	return t
}

// rename changes the terms, whatever they are called.
func (e *env[R]) rename(ctx context.Context, r R, name string) error {
	t := e.termsIn(ctx, r)
	if t.Revision == 0 {
		t = theTerms("")
	}
	t.Name = name
	return r.PaymentTerms().Save(ctx, t)
}

func prefetchOwn[R Repos](e *env[R]) {
	e.update("writing", func(ctx context.Context, r R) error {
		return errors.Join(e.rename(ctx, r, "first"), apply(ctx, r, 5, 0))
	})
	own := func(ctx context.Context, r R, what, name string, onHand int64) {
		if got := e.termsIn(ctx, r).Name; got != name {
			e.fail("%s: the terms read %q, want %q", what, got, name)
		}
		levels, err := r.StockLevels().Get(ctx, stockLevel(0))
		if err != nil || levels[0].OnHand != onHand {
			e.fail("%s: the level reads %v (%v), want %d on hand", what, levels, err, onHand)
		}
		if _, found, err := r.Commands().Lookup(ctx, command(3).Key); err != nil || !found {
			e.fail("%s: the command key is not found (%v)", what, err)
		}
	}
	e.update("prefetching, writing and reading", func(ctx context.Context, r R) error {
		if err := work.Prefetch(ctx, r, termsRefs()...); err != nil {
			return err
		}
		err := errors.Join(e.rename(ctx, r, "second"), apply(ctx, r, 2, 0), r.Commands().Record(ctx, command(3)))
		own(ctx, r, "written behind the prefetch", "second", 7)
		err = errors.Join(err, work.Prefetch(ctx, r, termsRefs()...))
		own(ctx, r, "written before the prefetch", "second", 7)
		return errors.Join(err, e.rename(ctx, r, "third"))
	})
	if got := e.level(stockLevel(0)); got.OnHand != 7 {
		e.fail("%d are on hand in the end, want 7", got.OnHand)
	}
}

func prefetchView[R Repos](e *env[R]) {
	e.update("writing", func(ctx context.Context, r R) error {
		return errors.Join(e.rename(ctx, r, "first"), apply(ctx, r, 5, 0))
	})
	var wait func()
	e.view("prefetching what has changed", func(ctx context.Context, r R) error {
		before := e.termsIn(ctx, r).Name
		wait = e.during(func() {
			_ = e.store.Update(e.ctx, func(ctx context.Context, r R) error {
				return errors.Join(e.rename(ctx, r, "second"), apply(ctx, r, 2, 0))
			})
		})
		if err := work.Prefetch(ctx, r, append(termsRefs(), work.Ref{Of: work.OfCommands, Key: command(3).Key})...); err != nil {
			return err
		}
		levels, err := r.StockLevels().Get(ctx, stockLevel(0))
		if got := e.termsIn(ctx, r).Name; got != before || err == nil && levels[0].OnHand != 5 {
			e.fail("the snapshot has the terms %q and 5 on hand; prefetched they are %q and %v", before, got, levels)
		}
		return err
	})
	wait()
}
