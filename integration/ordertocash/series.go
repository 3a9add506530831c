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
func (s *Service[R]) draw(ctx context.Context, r R, all []drawn) error {
	numbers := r.Numbers()
	for range all {
		var next *drawn
		for i := range all {
			if d := &all[i]; !d.done && (next == nil || d.series < next.series) {
				next = d
			}
		}
		n, err := numbers.Next(ctx, s.company(), next.series, next.date)
		if err != nil {
			return err
		}
		next.Number, next.done = n, true
	}
	return nil
}

// number draws the next number of a series: `SO-000042`.
func (s *Service[R]) number(ctx context.Context, r R, series string) (string, error) {
	n, err := r.Numbers().Next(ctx, s.company(), series, tandem.Date{})
	if err != nil {
		return "", err
	}
	d := drawn{series: series, Number: n}
	return d.text(), nil
}
