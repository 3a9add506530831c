package books

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/report"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/story"
	"github.com/tandem-go/tandem/integration/customer360"
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
	ledgers, people := closing{b: b, checks: map[string]bool{}}, closing{b: b}
	var wait sync.WaitGroup
	var errs [3]error
	for i, read := range [...]func(ctx context.Context, r *store.Bundle) error{
		func(ctx context.Context, r *store.Bundle) error {
			c := &ledgers
			return errors.Join(c.entries(ctx, r), c.receivables(ctx, r), c.stock(ctx, r), c.deliveries(ctx, r), c.taxes(ctx, r))
		},
		rest.orders,
		people.satisfaction,
	} {
		wait.Go(func() { errs[i] = b.store.View(ctx, read) })
	}
	wait.Wait()
	out := ledgers.out
	out.Satisfaction, out.Checks = people.out.Satisfaction, ledgers.checks
	if err := errors.Join(errors.Join(errs[:]...), b.monthly(&out)); err != nil {
		return out, err
	}
	out.Checks["nothing_left_to_invoice"] = len(b.unbilled) == 0 && len(b.early) == 0
	out.Checks["no_grade_pays_more"] = b.dearer == 0
	return out, nil
}

// monthly puts together what the months say.
func (b *Books) monthly(out *story.Closing) error {
	ties := true
	var sum pricing.Breakdown
	for _, m := range b.months.read {
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
		if m.aged.Day.IsZero() { // the days behind the last month end
			continue
		}
		out.Receivables = append(out.Receivables, m.aged)
	}
	out.Checks["kept_waterfalls_are_those_reported"] = sum == b.told
	out.Checks["kept_waterfalls_sum_to_their_price"] = ties
	return nil
}

// closing is a part of closing the books; the parts go side by side.
type closing struct {
	b      *Books
	checks map[string]bool
	out    story.Closing

	parties  map[ledger.AccountCode]map[tandem.PartyID]int64 // balances in pence
	products map[tandem.ProductID]int64                      // of the stock account
	expenses int64
}

// add adds to a balance, and forgets it when it is nought.
func add[K comparable](m map[K]int64, k K, n int64) {
	if m[k] += n; m[k] == 0 {
		delete(m, k)
	}
}

// entries reads the journal once: every entry and the trial balance balance, and the receivables of each month end are
// what the ageing of that day says.
func (c *closing) entries(ctx context.Context, r *store.Bundle) error {
	c.parties = map[ledger.AccountCode]map[tandem.PartyID]int64{"1100": {}, "1150": {}, "2100": {}, "2150": {}}
	c.products = map[tandem.ProductID]int64{}
	byMonth := map[tandem.Date]int64{}
	balanced := true
	trial, err := ledger.TrialBalance(passing(r.JournalEntries().Find(ctx, ledger.EntryQuery{Company: company()}), func(e *ledger.Entry) {
		var sum int64
		for i := range e.Lines {
			l := &e.Lines[i]
			n := l.Amount.Minor()
			sum += n
			if m := c.parties[l.Account]; m != nil {
				add(m, l.Party, n)
			}
			switch l.Account {
			case "1100":
				byMonth[e.Date.EndOfMonth()] += n
			case "1200":
				add(c.products, l.Product, n)
			case "6000":
				c.expenses += n
			}
		}
		balanced = balanced && sum == 0
	}), ledger.BalanceQuery{Currency: tandem.GBP})
	c.checks["every_entry_balances"] = balanced
	c.checks["trial_balance_balances"] = trial.Balanced()
	c.checks["ageing_equals_receivables"] = c.aged(byMonth)
	return err
}

func (c *closing) aged(byMonth map[tandem.Date]int64) bool {
	var balance int64
	month := tandem.Date{}
	for _, m := range c.b.months.read {
		a := &m.aged
		if a.Day.IsZero() {
			continue
		}
		for d, n := range byMonth {
			if !d.After(a.Day) && (month.IsZero() || d.After(month)) {
				balance += n
			}
		}
		if month = a.Day; a.Total.Minor() != balance {
			return false
		}
	}
	return true
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
	for p, err := range r.Payments().Find(ctx, billing.PaymentQuery{Company: company(), Open: true}) {
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
	c.checks["receivables_by_customer"] = maps.Equal(owed, c.parties["1100"])
	c.checks["advances_by_customer"] = maps.Equal(advances, c.parties["2150"])
	return nil
}

type spot struct {
	product  tandem.ProductID
	location tandem.LocationID
}

// stock holds levels against moves and reservations, and values against the account.
func (c *closing) stock(ctx context.Context, r *store.Bundle) error {
	moved, onHand, held, reserved := map[spot]int64{}, map[spot]int64{}, map[spot]int64{}, map[spot]int64{}
	warehouse := mainStore
	for m, err := range r.StockMoves().Find(ctx, inventory.MoveQuery{Company: company()}) {
		if err != nil {
			return err
		}
		if m.To == warehouse {
			add(moved, spot{m.Product, m.To}, m.Quantity.Micro())
		}
		if m.From == warehouse {
			add(moved, spot{m.Product, m.From}, -m.Quantity.Micro())
		}
	}
	within := true
	for l, err := range r.StockLevels().Find(ctx, inventory.LevelQuery{Company: company()}) {
		if err != nil {
			return err
		}
		within = within && 0 <= l.Reserved && l.Reserved <= l.OnHand
		add(onHand, spot{l.Key.Product, l.Key.Location}, l.OnHand)
		add(reserved, spot{l.Key.Product, l.Key.Location}, l.Reserved)
	}
	for h, err := range r.Reservations().Find(ctx, inventory.ReservationQuery{Company: company(), Status: inventory.ReservationStatusOpen}) {
		if err != nil {
			return err
		}
		add(held, spot{h.Key().Product, h.Key().Location}, h.Open().Micro())
	}
	c.checks["on_hand_is_the_sum_of_moves"] = maps.Equal(moved, onHand)
	c.checks["reserved_within_on_hand"] = within
	c.checks["reservations_sum_to_reserved"] = maps.Equal(held, reserved)
	values, quantities := map[tandem.ProductID]int64{}, map[spot]int64{}
	for p, err := range r.CostPools().Find(ctx, costing.CostPoolQuery{Company: company()}) {
		if err != nil {
			return err
		}
		add(values, p.Product(), p.Value().Minor())
		add(quantities, spot{p.Product(), warehouse}, p.Quantity().Micro())
	}
	c.checks["stock_value_by_product"] = maps.Equal(values, c.products) && maps.Equal(quantities, onHand)
	grni := map[tandem.PartyID]int64{}
	add(grni, supplier(), -c.b.bought)
	c.checks["goods_received_not_invoiced"] = maps.Equal(grni, c.parties["2100"])
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
	c.checks["unbilled_by_customer"] = maps.Equal(unbilled, c.parties["1150"])
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
	sums[4] = -c.expenses
	var all int64
	for i, name := range names {
		all += sums[i]
		c.out.NetByTax = append(c.out.NetByTax, report.TaxNet{Treatment: name, Net: tandem.MoneyFromMinor(sums[i], tandem.GBP)})
	}
	c.out.Revenue = tandem.MoneyFromMinor(all, tandem.GBP)
	return nil
}

// formula is that of deliveries and returns, counted over lines.
func formula() survey.Formula {
	f := survey.DeliveryFormula()
	f.Version, f.CompleteBasis = "wholesaler-1", survey.ByLine
	return f
}

// satisfaction gives the distribution of the scores for phase 2.
func (c *closing) satisfaction(ctx context.Context, r *store.Bundle) error {
	today := c.b.today()
	from := story.Cut()
	c.out.Satisfaction.MinLines = formula().MinimumLines
	if !from.Before(today) {
		return nil
	}
	found, err := customer360.Satisfaction(ctx, r, customer360.SatisfactionQuery{Company: company(), Zone: c.b.cfg.Zone, AsOf: today,
		Ordered: tandem.Validity{From: from, Until: today.AddDays(1)}, Formula: formula()})
	if err != nil {
		return err
	}
	var scores []int
	for i := range found {
		if s := found[i].Score.Score; s != nil && !c.b.cash[found[i].Party] {
			scores = append(scores, int(*s+0.5))
		}
	}
	c.out.Satisfaction = distribution(scores)
	return nil
}
