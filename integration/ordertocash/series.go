package ordertocash

import (
	"context"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// Series of the process's own numbers. Those of invoices and credit notes have the
// names that the host gives them, which stand anywhere among these.
const (
	seriesDelivery  = "DN"
	seriesJournal   = posting.JournalSeries
	seriesOrder     = "SO"
	seriesPayment   = "PY"
	seriesQuotation = "QU"
	seriesReturn    = "RA"
)

// reserved lists the series of a company that are not for its invoices: the
// process's own, and those of the warehouse, which has the same company.
var reserved = [...]string{seriesDelivery, "GR", seriesJournal, "OS", seriesPayment, seriesQuotation, seriesReturn, "SA", seriesOrder, "ST"}

// checkSeries refuses invoices and credit notes of a series that has other numbers:
// both would have gaps.
func checkSeries(p billing.SeriesPolicy) error {
	var c tandem.Check
	for _, prefix := range [...]struct{ path, name string }{{"invoice", p.Invoice}, {"credit_note", p.CreditNote}} {
		c.Require(!slices.Contains(reserved[:], prefix.name), "series_reserved", prefix.path,
			prefix.name+" is the series of other documents, and of none beside: "+strings.Join(reserved[:], ", "))
	}
	return c.Err("series policy")
}

// drawn is a number that a command draws of a series.
type drawn struct {
	series string
	date   tandem.Date // of a dated series
	done   bool
	work.Number
}

// text is the number as it is written: `SO-000042`.
func (d *drawn) text() string { return billing.SeriesPolicy{}.Number(d.series, d.Value) }

// draw draws all numbers of a command in the order of the names of their series
// ([work.Numbers]): two commands that need the same series never wait for each
// other. More numbers of a series may be drawn later, since it is held. The period
// is read behind it ([posting.JournalSeries]).
// What behind says is read with the numbers, and no older than they are: all that
// was read ahead before is forgotten.
func (s *Service[R]) draw(ctx context.Context, r R, all []drawn, behind *reads) error {
	if behind.on {
		return s.drawAhead(ctx, r, all, behind)
	}
	numbers := r.Numbers()
	for range all {
		next := &all[nextDrawn(all)]
		n, err := numbers.Next(ctx, s.company(), next.series, next.date)
		if err != nil {
			return err
		}
		next.Number, next.done = n, true
	}
	return nil
}

// nextDrawn gives the place of the number whose turn it is.
func nextDrawn(all []drawn) int {
	next := -1
	for i := range all {
		if d := &all[i]; !d.done && (next < 0 || d.series < all[next].series) {
			next = i
		}
	}
	return next
}

// drawAhead draws the numbers and reads what is behind them in one round trip.
func (s *Service[R]) drawAhead(ctx context.Context, r R, all []drawn, behind *reads) error {
	draws, order := make([]work.Draw, len(all)), make([]int, len(all))
	for i := range all {
		order[i] = nextDrawn(all)
		next := &all[order[i]]
		draws[i], next.done = work.Draw{Series: next.series, Date: next.date}, true
	}
	refs := behind.refs
	behind.refs = nil
	if err := work.DrawNumbers(ctx, r, s.company(), draws, refs...); err != nil {
		return err
	}
	for i := range order {
		all[order[i]].Number = draws[i].Number
	}
	return nil
}

// number draws the next number of a series, `SO-000042`, and reads what is behind it.
func (s *Service[R]) number(ctx context.Context, r R, series string, behind *reads) (string, error) {
	one := [...]drawn{{series: series}}
	if err := s.draw(ctx, r, one[:], behind); err != nil {
		return "", err
	}
	return one[0].text(), nil
}
