package books

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// Close counts the books and holds the documents against the accounts.
func (b *Books) Close(ctx context.Context, at tandem.Instant) (story.Closing, error) {
	b.at(at)
	if err := b.courier.finish(ctx, b.clock.now); err != nil {
		return story.Closing{}, err
	}
	b.months.reading.Wait()
	rest := &month{from: b.months.next}
	b.months.read = append(b.months.read, rest)
	var satisfaction report.Satisfaction
	var unsatisfied error
	var wait sync.WaitGroup
	wait.Go(func() { satisfaction, unsatisfied = b.satisfaction(ctx) })
	c := closing{b: b, booked: newBooked()}
	c.out.Checks = map[string]bool{}
	unread := b.months.moved.read(ctx, b.store)
	err := b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		if err := errors.Join(rest.orders(ctx, r), rest.booked.read(ctx, r, rest.days()), c.monthly()); err != nil {
			return err
		}
		return errors.Join(c.receivables(ctx, r), c.stock(ctx, r), c.deliveries(ctx, r), c.taxes(ctx, r))
	})
	wait.Wait()
	c.out.Satisfaction = satisfaction
	c.out.Checks["nothing_left_to_invoice"] = len(b.unbilled) == 0 && len(b.early) == 0
	c.out.Checks["no_grade_pays_more"] = b.dearer == 0
	return c.out, errors.Join(err, unread, unsatisfied)
}

// closing is the closing of the books.
type closing struct {
	b      *Books
	booked booked // on all days
	out    story.Closing
}

// monthly puts together what the months say: every entry and every trial balance balance, and the receivables of each
// month end are what the ageing of that day says.
func (c *closing) monthly() error {
	ties, aged := true, true
	var sum pricing.Breakdown
	for _, m := range c.b.months.read {
		if m.err != nil {
			return m.err
		}
		if m.told != (pricing.Breakdown{}) { // no waterfalls were kept in phase 1
			var err error
			if sum, err = sum.Add(m.told); err != nil {
				return err
			}
		}
		ties = ties && m.ties
		c.booked.plus(&m.booked)
		if m.aged.Day.IsZero() { // the days behind the last month end
			continue
		}
		aged = aged && m.aged.Total.Minor() == c.booked.receivables
		c.out.Receivables = append(c.out.Receivables, m.aged)
	}
	c.out.Checks["every_entry_balances"] = !c.booked.unbalanced
	c.out.Checks["trial_balance_balances"] = c.booked.trial
	c.out.Checks["ageing_equals_receivables"] = aged
	c.out.Checks["kept_waterfalls_are_those_reported"] = sum == c.b.told
	c.out.Checks["kept_waterfalls_sum_to_their_price"] = ties
	return nil
}

// receivables holds what customers owe, and what they paid in advance, against the accounts, customer by customer.
func (c *closing) receivables(ctx context.Context, r *store.Bundle) error {
	owed, advances := map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}
	for i, err := range r.CustomerInvoices().Find(ctx, billing.InvoiceQuery{Company: company(), Open: true}) {
		if err != nil {
			return err
		}
		n := i.Open().Minor()
		if i.Type() == billing.CreditNote {
			n = -n
		}
		add(owed, i.Customer(), n)
	}
	for p, err := range r.Payments().Find(ctx, payment.Query{Company: company(), Open: true}) {
		if err != nil {
			return err
		}
		switch {
		case p.Advance():
			add(advances, p.Customer(), -p.Unapplied().Minor())
		case p.Refund(): // what it was paid back of bounced
			add(owed, p.Customer(), p.Unapplied().Minor())
		default:
			add(owed, p.Customer(), -p.Unapplied().Minor())
		}
	}
	c.out.Checks["receivables_by_customer"] = maps.Equal(owed, c.booked.parties["1100"])
	c.out.Checks["advances_by_customer"] = maps.Equal(advances, c.booked.parties["2150"])
	return nil
}

// stock holds levels against moves and reservations, and values against the account. Goods lie in the warehouse alone.
func (c *closing) stock(ctx context.Context, r *store.Bundle) error {
	onHand, held, reserved := map[tandem.ProductID]int64{}, map[tandem.ProductID]int64{}, map[tandem.ProductID]int64{}
	within, elsewhere := true, false
	for l, err := range r.StockLevels().Find(ctx, inventory.LevelQuery{Company: company()}) {
		if err != nil {
			return err
		}
		within = within && 0 <= l.Reserved && l.Reserved <= l.OnHand
		elsewhere = elsewhere || l.Key.Location != mainStore
		add(onHand, l.Key.Product, l.OnHand)
		add(reserved, l.Key.Product, l.Reserved)
	}
	for h, err := range r.Reservations().Find(ctx, inventory.ReservationQuery{Company: company(), Status: inventory.ReservationStatusOpen}) {
		if err != nil {
			return err
		}
		elsewhere = elsewhere || h.Key().Location != mainStore
		add(held, h.Key().Product, h.Open().Micro())
	}
	c.out.Checks["on_hand_is_the_sum_of_moves"] = !elsewhere && maps.Equal(c.b.months.moved.sums, onHand)
	c.out.Checks["reserved_within_on_hand"] = within
	c.out.Checks["reservations_sum_to_reserved"] = !elsewhere && maps.Equal(held, reserved)
	values, quantities := map[tandem.ProductID]int64{}, map[tandem.ProductID]int64{}
	for p, err := range r.CostPools().Find(ctx, costing.CostPoolQuery{Company: company()}) {
		if err != nil {
			return err
		}
		add(values, p.Product(), p.Value().Minor())
		add(quantities, p.Product(), p.Quantity().Micro())
	}
	c.out.Checks["stock_value_by_product"] = maps.Equal(values, c.booked.products) && maps.Equal(quantities, onHand)
	grni := map[tandem.PartyID]int64{}
	add(grni, supplier(), -c.b.bought)
	c.out.Checks["goods_received_not_invoiced"] = maps.Equal(grni, c.booked.parties["2100"])
	return nil
}

// deliveries holds what was delivered and not invoiced against its account.
func (c *closing) deliveries(ctx context.Context, r *store.Bundle) error {
	unbilled := map[tandem.PartyID]int64{}
	for d, err := range r.Deliveries().Find(ctx, delivery.Query{Company: company(), Uninvoiced: true}) {
		if err != nil {
			return err
		}
		for i := range d.NumLines() {
			l := d.LineAt(i)
			add(unbilled, d.Customer(), l.Net.Minor()-l.NetInvoiced.Minor())
		}
	}
	c.out.Checks["unbilled_by_customer"] = maps.Equal(unbilled, c.booked.parties["1150"])
	return nil
}

// taxes sums the tax register by treatment, and what the shop paid itself.
func (c *closing) taxes(ctx context.Context, r *store.Bundle) error {
	names := [...]string{"17.5", "20", "eu", "export", "expense"}
	var sums [len(names)]int64
	for e, err := range r.TaxEntries().Find(ctx, tax.EntryQuery{Company: company(), Direction: tax.Output}) {
		if err != nil {
			return err
		}
		at := 0
		switch {
		case e.Category == tandem.TaxIntraCommunity:
			at = 2
		case e.Category == tandem.TaxExport:
			at = 3
		case e.Rate == tandem.Percent(20):
			at = 1
		}
		sums[at] += e.Base.Minor()
	}
	sums[4] = -c.booked.expenses
	var all int64
	for i, name := range names {
		all += sums[i]
		c.out.NetByTax = append(c.out.NetByTax, report.TaxNet{Treatment: name, Net: tandem.MoneyFromMinor(sums[i], tandem.GBP)})
	}
	c.out.Revenue = tandem.MoneyFromMinor(all, tandem.GBP)
	return nil
}
