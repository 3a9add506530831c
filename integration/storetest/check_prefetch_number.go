package storetest

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/work"
)

// thePeriod is the accounting period that the check opens and closes.
func thePeriod() ledger.PeriodID {
	return tandem.DeriveID[ledger.PeriodID]("storetest", "prefetched")
}

func periodRef() work.Ref { return work.Ref{Of: work.OfPeriods, Company: company(), Key: thePeriod()} }

// prefetchNumber lets another Update change a period, with a number, after it was
// prefetched; the number is then drawn in each of the ways in which one can be.
func prefetchNumber[R Repos](e *env[R]) {
	e.update("opening a period", func(ctx context.Context, r R) error {
		p, err := ledger.NewPeriod(thePeriod(), company(), "now", tandem.Validity{From: day(0), Until: day(30)}, at(0))
		return errors.Join(err, r.Periods().Save(ctx, p))
	})
	for _, draw := range []struct {
		name string
		do   func(ctx context.Context, r R) error
	}{
		{"Next", func(ctx context.Context, r R) error {
			_, err := r.Numbers().Next(ctx, company(), "JE", tandem.Date{})
			return err
		}},
		{"Next, then a prefetch", func(ctx context.Context, r R) error {
			_, err := r.Numbers().Next(ctx, company(), "JE", tandem.Date{})
			return errors.Join(err, work.Prefetch(ctx, r, periodRef()))
		}},
		{"DrawNumbers", func(ctx context.Context, r R) error {
			return work.DrawNumbers(ctx, r, company(), []work.Draw{{Series: "JE"}})
		}},
		{"DrawNumbers with a prefetch", func(ctx context.Context, r R) error {
			return work.DrawNumbers(ctx, r, company(), []work.Draw{{Series: "JE"}}, periodRef())
		}},
	} {
		e.prefetchThenDraw(draw.name, draw.do)
	}
}

// turn closes the period that is open, or opens it again, with a number.
func (e *env[R]) turn(store work.Store[R]) error {
	return store.Update(e.ctx, func(ctx context.Context, r R) error {
		_, err := r.Numbers().Next(ctx, company(), "JE", tandem.Date{})
		p, errGet := r.Periods().Get(ctx, company(), thePeriod())
		if err = errors.Join(err, errGet); err != nil {
			return err
		}
		if p.Status() == ledger.PeriodOpen {
			err = p.Close("accountant", at(1))
		} else {
			err = p.Reopen("accountant", "a correction", at(1))
		}
		return errors.Join(err, r.Periods().Save(ctx, p))
	})
}

func (e *env[R]) prefetchThenDraw(what string, draw func(ctx context.Context, r R) error) {
	store := work.Retry(e.store, work.RetryPolicy{})
	var wait func()
	var inner error
	var seen, known ledger.PeriodStatus
	err := store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := work.Prefetch(ctx, r, periodRef()); err != nil {
			return err
		}
		p, err := r.Periods().Get(ctx, company(), thePeriod())
		if err != nil {
			return err
		}
		known = p.Status()
		if wait == nil {
			done := make(chan struct{})
			wait = e.during(func() { defer close(done); inner = e.turn(store) })
			select {
			case <-done:
				known = turned(known)
			default: // the store has them one after the other
			}
		} else {
			wait() // and what this run reads is turned
		}
		if err := draw(ctx, r); err != nil {
			return err
		}
		if p, err = r.Periods().Get(ctx, company(), thePeriod()); err == nil {
			seen = p.Status()
		}
		return err
	})
	if wait != nil {
		wait()
	}
	e.must(errors.Join(err, inner), "%s", what)
	if seen != known {
		e.fail("%s: the period became %s with a number, and who drew the next reads it %s", what, known, seen)
	}
}

func turned(s ledger.PeriodStatus) ledger.PeriodStatus {
	if s == ledger.PeriodOpen {
		return ledger.PeriodClosed
	}
	return ledger.PeriodOpen
}

func prefetchTenants[R Repos](e *env[R]) {
	e.update("writing as alpha", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 1) })
	e.store = e.open("beta")
	e.update("prefetching as beta", func(ctx context.Context, r R) error {
		if err := work.Prefetch(ctx, r, e.refs(1)...); err != nil {
			return err
		}
		if left := e.present(ctx, r, 1); left != "" {
			e.fail("beta prefetched of alpha, and reads: %s", left)
		}
		return nil
	})
}

func prefetchDraws[R Repos](e *env[R]) {
	draw := func(fail error) (got []int64) {
		err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			draws := []work.Draw{{Series: "A", Date: day(3)}, {Series: "A", Date: day(1)}, {Series: "B"}}
			if err := work.DrawNumbers(ctx, r, company(), draws); err != nil {
				return err
			}
			if draws[1].Number.LastDate != day(3) {
				e.fail("the second of a series has the last date %s, want that of the first, %s", draws[1].Number.LastDate, day(3))
			}
			more, err := r.Numbers().Next(ctx, company(), "B", tandem.Date{})
			for _, d := range draws {
				got = append(got, d.Number.Value)
			}
			got = append(got, more.Value)
			return errors.Join(err, fail)
		})
		if fail == nil {
			e.must(err, "drawing together")
		}
		return got
	}
	rolledBack := errors.New("rolled back")
	for i, want := range [][]int64{{1, 2, 1, 2}, {3, 4, 3, 4}} {
		if got := draw(rolledBack); !slices.Equal(got, want) {
			e.fail("drawn together and rolled back, time %d: %v, want %v", i+1, got, want)
		}
		if got := draw(nil); !slices.Equal(got, want) {
			e.fail("drawn together, time %d: %v, want %v", i+1, got, want)
		}
	}
	for _, series := range []string{"", text("a name that is too long", 1) + string(make([]byte, tandem.MaxName))} {
		err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			return work.DrawNumbers(ctx, r, company(), []work.Draw{{Series: "A"}, {Series: series}})
		})
		e.wants(err, "drawing of a series without a proper name", tandem.ErrInvalid)
	}
}

// prefetchRace decides on what was prefetched while another changes it.
func prefetchRace[R Repos](e *env[R]) {
	e.update("writing", func(ctx context.Context, r R) error {
		return errors.Join(e.rename(ctx, r, "first"), apply(ctx, r, 5, 0))
	})
	for _, race := range []struct {
		name        string
		mine, other func(ctx context.Context, r R) error
		lost        []error
	}{
		{"a record that another saves", func(ctx context.Context, r R) error { return e.rename(ctx, r, "mine") },
			func(ctx context.Context, r R) error { return e.rename(ctx, r, "other") }, []error{tandem.ErrConflict}},
		{"stock that another takes", func(ctx context.Context, r R) error { return apply(ctx, r, -4, 0) },
			func(ctx context.Context, r R) error { return apply(ctx, r, -4, 0) }, []error{tandem.ErrConflict, tandem.ErrInsufficient}},
	} {
		var inner error
		var wait func()
		var known billing.Terms
		apart := true // the store has them one after the other: the inner one decides on what the outer has left
		err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			err := work.Prefetch(ctx, r, termsRefs()...)
			levels, errLevel := r.StockLevels().Get(ctx, stockLevel(0))
			known = e.termsIn(ctx, r)
			if err = errors.Join(err, errLevel); err != nil || len(levels) != 1 || known.Revision == 0 {
				return errors.Join(err, errors.New("the prefetched is not there"))
			}
			mine := race.mine(ctx, r)
			done := make(chan struct{})
			wait = e.during(func() { defer close(done); inner = e.store.Update(e.ctx, race.other) })
			select {
			case <-done:
				apart = false
			default:
			}
			return mine
		})
		if wait != nil {
			wait()
		}
		switch {
		case err == nil && inner == nil && apart && e.termsNow().Revision == known.Revision+2:
		case err == nil && inner == nil:
			e.fail("%s: both count, though both decided on the same", race.name)
		case err != nil && inner == nil:
			e.wants(err, race.name, race.lost...)
		case err == nil && apart:
			e.wants(inner, race.name, race.lost[len(race.lost)-1])
		case err == nil:
			e.wants(inner, race.name, race.lost...)
		default:
			e.fail("%s: neither counts: %v; %v", race.name, err, inner)
		}
	}
}

// termsNow reads the terms in a View of its own.
func (e *env[R]) termsNow() (t billing.Terms) {
	e.view("reading terms", func(ctx context.Context, r R) error {
		t = e.termsIn(ctx, r)
		return nil
	})
	return t
}
