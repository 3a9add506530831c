package books

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// month is what the books of one month say on its last evening. Trade goes on while they are read: a View is one
// snapshot, whatever is committed meanwhile; and a story that goes on reads the months before once more, long after their
// ends. Nothing is read that changes later: what was recorded by then, and the prices of orders as they were placed.
type month struct {
	from, until tandem.Date    // half-open; none: from the first, to the last
	evening     tandem.Instant // what is recorded later is left out
	aged        report.Ageing
	told        pricing.Breakdown // how the prices of the month's orders came about
	ties        bool              // each step leads to the next, and the last to the price of its line
	booked      booked
	err         error
}

// months are read side by side.
type months struct {
	read    []*month
	reading sync.WaitGroup
	next    tandem.Date // the first day that is not read yet
	moved   moved
}

// MonthEnd begins to read the books of the month that ends with a day.
func (b *Books) MonthEnd(ctx context.Context, day tandem.Date) error {
	m := &month{from: b.months.next, until: day.AddDays(1), evening: b.clock.now}
	b.months.next = m.until
	b.months.read = append(b.months.read, m)
	begun := make(chan struct{})
	b.months.reading.Go(func() {
		once := sync.OnceFunc(func() { close(begun) })
		defer once() // also where there was no beginning
		m.err = b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
			once()
			return errors.Join(m.age(ctx, r), m.orders(ctx, r))
		})
		if m.err == nil { // what was booked stays as it is: it needs no old snapshot
			m.err = b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
				return m.booked.read(ctx, r, m.days())
			})
		}
		if m.err == nil {
			m.err = b.months.moved.read(ctx, b.store)
		}
	})
	<-begun // what is booked from here on is of the next month
	return ctx.Err()
}

// DayEnd keeps that all of a day is told.
func (b *Books) DayEnd(ctx context.Context, day tandem.Date) error {
	return b.keep(ctx, dayKey(day), "", func(context.Context, *store.Bundle) error { return nil })
}

// Ended reports whether it is kept.
func (b *Books) Ended(ctx context.Context, day tandem.Date) (ended bool, err error) {
	err = b.store.View(ctx, func(ctx context.Context, r *store.Bundle) (err error) {
		_, ended, err = r.Commands().Lookup(ctx, dayKey(day))
		return err
	})
	return ended, err
}

func dayKey(day tandem.Date) string { return "day/" + day.String() }

func (m *month) days() tandem.Validity { return tandem.Validity{From: m.from, Until: m.until} }

// age ages the receivables at the end of the month.
func (m *month) age(ctx context.Context, r *store.Bundle) error {
	on := m.until.AddDays(-1)
	aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: on, KnownAt: m.evening, Limits: []int{30, 60, 90}},
		r.CustomerInvoices().Find(ctx, billing.InvoiceQuery{Company: company()}),
		r.Payments().Find(ctx, payment.Query{Company: company()}),
		r.Allocations().Find(ctx, billing.AllocationQuery{Company: company()}))
	if err != nil {
		return err
	}
	m.aged = report.Ageing{Day: on, Credit: aged.Total.Unapplied.Neg(), Total: aged.Total.Total}
	for i, name := range [...]string{"not due", "1–30 days", "31–60 days", "61–90 days", "over 90 days"} {
		m.aged.Buckets = append(m.aged.Buckets, report.Bucket{Name: name, Open: aged.Total.Buckets[i]})
	}
	return nil
}

// orders reads back how each price came about: the steps lead from list to price, and the price is the line's.
func (m *month) orders(ctx context.Context, r *store.Bundle) error {
	m.ties = true
	for o, err := range r.SalesOrders().Find(ctx, sales.OrderQuery{Company: company(), From: m.from, Until: m.until}) {
		if err != nil {
			return err
		}
		for i := range o.NumLines() {
			l := o.LineAt(i)
			if l.Waterfall == "" {
				continue
			}
			var kept explained
			if err := json.Unmarshal([]byte(l.Waterfall), &kept); err != nil {
				return err
			}
			w := kept.waterfall()
			m.ties = m.ties && w.Validate() == nil && w.Amount == l.Net
			steps, err := w.Breakdown()
			if err != nil {
				return err
			}
			if m.told, err = m.told.Add(steps); err != nil {
				return err
			}
		}
	}
	return nil
}

// explained is the part of a waterfall that is added up.
type explained struct {
	Policy pricing.Policy `json:"policy"`
	Steps  []struct {
		Kind   pricing.StepKind `json:"kind"`
		Delta  tandem.Money     `json:"delta"`
		Amount tandem.Money     `json:"amount"`
	} `json:"steps"`
	Extended tandem.Money `json:"extended"`
	Amount   tandem.Money `json:"amount"`
}

func (e *explained) waterfall() *pricing.Waterfall {
	w := &pricing.Waterfall{Policy: e.Policy, Steps: make([]pricing.Step, len(e.Steps)), Extended: e.Extended, Amount: e.Amount}
	for i, s := range e.Steps {
		w.Steps[i] = pricing.Step{Kind: s.Kind, Delta: s.Delta, Amount: s.Amount}
	}
	return w
}
