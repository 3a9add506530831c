package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/work"
)

func numberChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"NUMBER-01", "0.1", "Numbers of a series start at 1 and follow one another, within an Update and over Updates, also where nothing else is written."}, numberSequence[R]},
		{Check{"NUMBER-02", "0.1", "A rolled-back Update leaves no gap."}, numberGapless[R]},
		{Check{"NUMBER-03", "0.1", "A series keeps the latest date that it was drawn for; an undated draw changes none."}, numberDates[R]},
		{Check{"NUMBER-04", "0.1", "Numbers are unique and without a gap, however many draw, and some roll back."}, numberRace[R]},
		{Check{"NUMBER-05", "0.1", "Series and companies count apart; a series without a name or company is ErrInvalid."}, numberSeries[R]},
		{Check{"NUMBER-06", "0.1", "Who draws of several series in any order comes to an end."}, numberCircle[R]},
		{Check{"NUMBER-07", "0.1", "Who draws a number sees what those wrote that drew of the series before: a read behind Next is not older."}, numberThenRead[R]},
		{Check{"NUMBER-08", "0.1", "Two Updates that draw of one series at once draw two numbers, or one of them has a conflict and takes none."}, raceForNumber[R]},
	}
}

func (e *env[R]) draw(c tandem.CompanyID, series string, on tandem.Date) (n work.Number) {
	e.update("drawing a number", func(ctx context.Context, r R) (err error) {
		n, err = r.Numbers().Next(ctx, c, series, on)
		return err
	})
	return n
}

func numberSequence[R Repos](e *env[R]) {
	var got []int64
	for range 3 {
		e.update("drawing two numbers", func(ctx context.Context, r R) error {
			first, err1 := r.Numbers().Next(ctx, company(), "INV", day(0))
			second, err2 := r.Numbers().Next(ctx, company(), "INV", day(0))
			got = append(got, first.Value, second.Value)
			return errors.Join(err1, err2)
		})
	}
	if want := []int64{1, 2, 3, 4, 5, 6}; !slices.Equal(got, want) {
		e.fail("three Updates drew %v, want %v", got, want)
	}
}

func numberGapless[R Repos](e *env[R]) {
	e.draw(company(), "INV", day(0))
	for range 3 {
		if got := e.nextNumber(e.store, "INV"); got.Value != 2 {
			e.fail("after roll-backs %d is drawn, want 2", got.Value)
		}
	}
	if got := e.draw(company(), "INV", day(0)); got.Value != 2 {
		e.fail("after roll-backs %d is drawn, want 2", got.Value)
	}
}

func numberDates[R Repos](e *env[R]) {
	for i, step := range []struct{ on, last tandem.Date }{
		{day(5), tandem.Date{}}, {day(3), day(5)}, {tandem.Date{}, day(5)}, {day(9), day(5)}, {day(9), day(9)},
	} {
		if got := e.draw(company(), "INV", step.on); got.LastDate != step.last || got.Value != int64(i+1) {
			e.fail("draw %d, for %s: got %d with the last date %s, want %d and %s", i+1, step.on, got.Value, got.LastDate, i+1, step.last)
		}
	}
	_ = e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		_, err := r.Numbers().Next(ctx, company(), "INV", day(50))
		return errors.Join(err, errRollback)
	})
	e.update("drawing twice", func(ctx context.Context, r R) error {
		first, err1 := r.Numbers().Next(ctx, company(), "INV", day(20))
		second, err2 := r.Numbers().Next(ctx, company(), "INV", day(20))
		if first.LastDate != day(9) || second.LastDate != day(20) {
			e.fail("two draws for %s in one Update tell the last dates %s and %s, want %s and %s", day(20), first.LastDate, second.LastDate, day(9), day(20))
		}
		return errors.Join(err1, err2)
	})
}

func numberRace[R Repos](e *env[R]) {
	const workers, each = 16, 10
	store := e.patient()
	var mu sync.Mutex
	var got []int64
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := range each {
				var n work.Number
				err := store.Update(e.ctx, func(ctx context.Context, r R) (err error) {
					if n, err = r.Numbers().Next(ctx, company(), "INV", day(0)); err == nil && (w+i)%3 == 0 {
						err = errRollback
					}
					return err
				})
				if err == nil {
					mu.Lock()
					got = append(got, n.Value)
					mu.Unlock()
				} else if !errors.Is(err, errRollback) {
					e.fail("drawing: %v", err)
				}
			}
		})
	}
	wait.Wait()
	slices.Sort(got)
	for i, n := range got {
		if n != int64(i+1) {
			e.fail("the numbers drawn are %v: want 1 to %d, each once", got, len(got))
			return
		}
	}
}

func numberSeries[R Repos](e *env[R]) {
	for what, n := range map[string]work.Number{
		"INV": e.draw(company(), "INV", day(1)), "inv": e.draw(company(), "inv", day(1)), text("series", 1): e.draw(company(), text("series", 1), day(1)),
		"another company's INV": e.draw(companyNamed("other"), "INV", day(1)),
	} {
		if n.Value != 1 || !n.LastDate.IsZero() {
			e.fail("the first of series %s is %d with the last date %s, want 1 and none", what, n.Value, n.LastDate)
		}
	}
	for what, err := range map[string]error{
		"no name": e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			_, err := r.Numbers().Next(ctx, company(), "", day(1))
			return err
		}),
		"no company": e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			_, err := r.Numbers().Next(ctx, tandem.CompanyID{}, "INV", day(1))
			return err
		}),
	} {
		e.wants(err, "a series with "+what, tandem.ErrInvalid)
	}
}

func numberCircle[R Repos](e *env[R]) {
	store := e.patient()
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for range 10 {
				series := []string{"A", "B"}
				if w%2 == 1 {
					series = []string{"B", "A"}
				}
				if err := store.Update(e.ctx, func(ctx context.Context, r R) error {
					for _, s := range series {
						if _, err := r.Numbers().Next(ctx, company(), s, day(0)); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					e.fail("drawing of %v: %v", series, err)
				}
			}
		})
	}
	wait.Wait()
	for _, s := range []string{"A", "B"} {
		if got := e.nextNumber(e.store, s); got.Value != 41 {
			e.fail("after 40 draws of series %s %d is next", s, got.Value)
		}
	}
}

// numberThenRead closes a period, drawing a number, inside an Update that draws one
// then and reads the period: it sees the closing, or has a conflict and sees it when
// it is run again.
func numberThenRead[R Repos](e *env[R]) {
	id := tandem.DeriveID[ledger.PeriodID]("storetest", "closed meanwhile")
	e.update("opening a period", func(ctx context.Context, r R) error {
		p, err := ledger.NewPeriod(id, company(), "now", tandem.Validity{From: day(0), Until: day(30)}, at(0))
		return errors.Join(err, r.Periods().Save(ctx, p))
	})
	draw := func(ctx context.Context, r R) (*ledger.Period, error) {
		if _, err := r.Numbers().Next(ctx, company(), "JE", tandem.Date{}); err != nil {
			return nil, err
		}
		return r.Periods().Get(ctx, company(), id)
	}
	store := e.patient()
	closePeriod := func() error {
		return store.Update(e.ctx, func(ctx context.Context, r R) error {
			p, err := draw(ctx, r)
			if err == nil && p.Status() == ledger.PeriodOpen {
				err = errors.Join(p.Close("accountant", at(1)), r.Periods().Save(ctx, p))
			}
			return err
		})
	}
	var wait func()
	var inner error
	var seen, known ledger.PeriodStatus
	err := store.Update(e.ctx, func(ctx context.Context, r R) error {
		if _, err := r.Periods().Get(ctx, company(), tandem.DeriveID[ledger.PeriodID]("storetest", "none")); !errors.Is(err, tandem.ErrNotFound) {
			return errors.Join(errors.New("a period that is not there was read"), err)
		}
		before := false
		if wait == nil {
			done := make(chan struct{})
			wait = e.during(func() { defer close(done); inner = closePeriod() })
			select {
			case <-done:
				before = true
			default: // the store has them one after the other
			}
		} else {
			wait()
			before = true
		}
		p, err := draw(ctx, r)
		if err != nil {
			return err
		}
		if seen, known = p.Status(), ledger.PeriodOpen; before {
			known = ledger.PeriodClosed
		}
		return nil
	})
	if wait != nil {
		wait()
	}
	e.must(errors.Join(err, inner), "drawing and closing")
	if seen != known {
		e.fail("a period was closed with a number, and who drew the next saw it %s", seen)
	}
}
