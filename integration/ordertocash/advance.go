package ordertocash

import (
	"cmp"
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/work"
)

// advance is what an advance is for, and the taxes that are due on it.
type advance struct {
	order  tandem.DocumentRef
	policy payment.AdvancePolicy
	taxes  []tandem.TaxLine
}

// advance gives the taxes of an advance: what it covers of the open lines of its
// order, each code's part of it, at the rates of its date. What is delivered has its
// tax point, so that a payment is none (VAT Act 1994 s.6(4): before the time of
// delivery); what is paid beyond the order is of no supply that is known.
func (s *Service[R]) advance(ctx context.Context, r R, cmd *ReceivePayment, account *credit.Account, at tandem.Instant) (a advance, err error) {
	if !cmd.Advance {
		return a, nil
	}
	if a.policy = s.c.Tax.Advances; a.policy == "" {
		a.policy = payment.AdvanceTaxPoint
	}
	no := func(code, reason string) (advance, error) {
		return a, &tandem.RefusedError{Command: "receive", Subject: "advance of " + cmd.Customer.String(), Code: code, Reason: reason}
	}
	if cmd.Order.IsZero() {
		if a.policy == payment.AdvanceNeedsOrder {
			return no("order_required", "an advance must name its order, so that its VAT is known")
		}
		return a, nil
	}
	order, err := r.SalesOrders().Get(ctx, s.company(), cmd.Order)
	if err != nil {
		return a, err
	}
	switch a.order = order.Ref(); {
	case order.Customer() != cmd.Customer:
		return no("other_customer", "the order is another customer's")
	case order.Currency() != cmd.Amount.Currency():
		return no("other_currency", "the order is in another currency")
	case a.policy == payment.AdvanceNoTaxPoint:
		return a, nil
	}
	open, err := s.unpaid(ctx, r, order, cmd.Date, account, at)
	if err != nil {
		return a, err
	}
	a.taxes, err = s.advanceTaxes(ctx, r, open, cmd.Amount, cmd.Date)
	return a, err
}

// unpaid gives the gross amounts, by tax code, of what of an order is not delivered
// and not paid in advance already, at the rates of a day, on which it was paid. Services
// too are not delivered before they are shipped. Where the terms tax the discounted price, that is
// what an advance, which is in time, pays for: the tax on it is that of the invoice, and
// what goes beyond bears none ([billing.DiscountedBase]).
func (s *Service[R]) unpaid(ctx context.Context, r R, order *sales.Order, on tandem.Date, account *credit.Account, at tandem.Instant) ([]tandem.TaxBase, error) {
	ahead := s.reads(r)
	ahead.taxes(order)
	ahead.terms(order.Terms())
	if ahead.on && account.HasAdvances() {
		ahead.query(advancesBefore(account, tandem.Date{}))
	}
	if today, err := s.day(tandem.Date{}, at); err == nil && on.Before(today) {
		ahead.query(uninvoicedOf(order.Company(), order.ID()))
	}
	if err := s.fetch(ctx, r, &ahead); err != nil {
		return nil, err
	}
	var bases []tandem.TaxBase
	for i := range order.NumLines() {
		if l := order.LineAt(i); !l.OpenNet().IsZero() {
			bases = append(bases, tandem.TaxBase{Line: l.Line, Code: l.TaxCode, Amount: l.OpenNet()})
		}
	}
	bases, err := s.sentSince(ctx, r, bases, order, on, at)
	if err != nil || len(bases) == 0 {
		return nil, err
	}
	codes, err := s.codes(ctx, r, bases)
	if err != nil {
		return nil, err
	}
	terms, err := s.terms(ctx, r, order.Terms())
	if err != nil {
		return nil, err
	}
	taxed, err := terms.Discount.TaxBases(bases)
	if err != nil {
		return nil, err
	}
	whole, err := tax.Compute(taxed, codes, on, s.c.Tax.Rounding)
	if err != nil {
		return nil, err
	}
	before, err := s.advancesOf(ctx, r, order.Ref(), account, tandem.Date{})
	if err != nil {
		return nil, err
	}
	open := make([]tandem.TaxBase, 0, len(whole.Lines))
	for _, l := range whole.Lines {
		gross := l.Base.Minor() + l.Tax.Minor()
		for _, p := range before {
			taxes := p.Taxes()
			for _, left := range p.TaxLeft() {
				if taxes[left.Line-1].Code == l.Code {
					gross -= left.Base.Minor() + left.Tax.Minor()
				}
			}
		}
		if gross > 0 {
			open = append(open, tandem.TaxBase{Code: l.Code, Amount: tandem.MoneyFromMinor(gross, order.Currency()), Inclusive: true})
		}
	}
	return open, nil
}

// sentSince adds what went out between a payment and its booking and is not invoiced: it
// was not delivered before the payment. Nothing is read for a payment of the day.
func (s *Service[R]) sentSince(ctx context.Context, r R, bases []tandem.TaxBase, order *sales.Order, paid tandem.Date, at tandem.Instant) ([]tandem.TaxBase, error) {
	today, err := s.day(tandem.Date{}, at)
	if err != nil || !paid.Before(today) {
		return bases, err
	}
	for d, err := range r.Deliveries().Find(ctx, uninvoicedOf(order.Company(), order.ID())) {
		if err != nil {
			return nil, err
		}
		if out := outgoingOf(d); out.precedes(paid, at) {
			continue
		}
		parts, err := d.InvoiceAll() // of a copy that is not saved
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			if l, _ := order.Line(part.Line); !part.Net.IsZero() {
				bases = append(bases, tandem.TaxBase{Line: part.Line, Code: l.TaxCode, Amount: part.Net})
			}
		}
	}
	return bases, nil
}

// advancesOf gives what a customer paid in advance for an order, until a day, and
// is not used up; none is read where the account has no advances.
func (s *Service[R]) advancesOf(ctx context.Context, r R, order tandem.DocumentRef, account *credit.Account, until tandem.Date) ([]*payment.Payment, error) {
	if order.IsZero() || !account.HasAdvances() {
		return nil, nil
	}
	return s.findAdvances(ctx, r, order, account, until)
}

// advancesBefore is the query of the open payments of a customer until a day.
func advancesBefore(account *credit.Account, until tandem.Date) payment.Query {
	q := payment.Query{Company: account.Company(), Customer: account.Party(), Open: true}
	if !until.IsZero() {
		q.Dates.Until = until.AddDays(1)
	}
	return q
}

func (s *Service[R]) findAdvances(ctx context.Context, r R, order tandem.DocumentRef, account *credit.Account, until tandem.Date) ([]*payment.Payment, error) {
	var out []*payment.Payment
	for p, err := range r.Payments().Find(ctx, advancesBefore(account, until)) {
		if err != nil {
			return nil, err
		}
		if p.Advance() && p.Order().Same(order) && (until.IsZero() || !until.Before(p.NotBefore())) { // until then its money stood elsewhere
			out = append(out, p)
		}
	}
	return out, nil
}

// advanceTaxes splits an amount over what is open, by code, and takes the tax out of
// each part. The amount includes its tax, and cannot be rounded down.
func (s *Service[R]) advanceTaxes(ctx context.Context, r R, open []tandem.TaxBase, amount tandem.Money, on tandem.Date) ([]tandem.TaxLine, error) {
	if len(open) == 0 || amount.Sign() <= 0 {
		return nil, nil
	}
	weights, sum := make([]int64, len(open)), int64(0)
	for i := range open {
		weights[i] = open[i].Amount.Minor()
		sum += weights[i]
	}
	parts, err := tandem.Allocate(nil, tandem.MoneyFromMinor(min(amount.Minor(), sum), amount.Currency()), weights)
	if err != nil {
		return nil, err
	}
	covered := open[:0]
	for i := range open {
		if open[i].Amount = parts[i]; !parts[i].IsZero() {
			covered = append(covered, open[i])
		}
	}
	codes, err := s.codes(ctx, r, covered)
	if err != nil {
		return nil, err
	}
	rounding := s.c.Tax.Rounding
	if rounding == tax.Down {
		rounding = tax.PerRate
	}
	result, err := tax.Compute(covered, codes, on, rounding)
	return result.Lines, err
}

// advanceTax registers the taxes that are due on the advance, and gives their sum.
func (p *receipt[R]) advanceTax(ctx context.Context) (tandem.Money, error) {
	due := make([]payment.ReleasedTax, 0, 2)
	for i, l := range p.payment.Taxes() {
		due = append(due, payment.ReleasedTax{Line: i + 1, Base: l.Base.Neg(), Tax: l.Tax.Neg()})
	}
	var entries advanceEntries
	sum, err := entries.add(p.s.company(), p.payment, due, p.date, p.scope, p.payment.ID().Bytes())
	if err != nil {
		return sum, err
	}
	return sum.Neg(), entries.append(ctx, p.r.TaxEntries())
}

// releaseTax takes back, with allocations of an advance, the taxes that were due on
// it: the invoices that it settles have them. It gives their sum. An advance that is
// taken up as the invoice is posted is released at the tax point of the part that has
// its tax, so that both net there; one that is applied later, or whose allocation is
// undone, counts on that day.
func (s *Service[R]) releaseTax(ctx context.Context, r R, scope *work.Scope, p *payment.Payment, facts []billing.Allocation) (tandem.Money, error) {
	sum := tandem.MoneyFromMinor(0, p.Amount().Currency())
	var entries advanceEntries
	for i := range facts {
		released := p.ReleasedBy(facts[i].ID)
		if len(released) == 0 {
			continue
		}
		tax, err := entries.add(s.company(), p, released, facts[i].Date, scope, facts[i].ID.Bytes())
		if err == nil {
			sum, err = sum.Add(tax)
		}
		if err != nil {
			return sum, err
		}
	}
	return sum, entries.append(ctx, r.TaxEntries())
}

// returnTax takes back what is left of the taxes of a payment that went back.
func (s *Service[R]) returnTax(ctx context.Context, r R, scope *work.Scope, p *payment.Payment, on tandem.Date) (tandem.Money, error) {
	var entries advanceEntries
	sum, err := entries.add(s.company(), p, p.ReleasedBy(billing.AllocationID{}), on, scope, work.ChildUUID(p.ID().Bytes(), 'b', 0, 0))
	if err != nil {
		return sum, err
	}
	return sum, entries.append(ctx, r.TaxEntries())
}

// advanceEntries collects entries of the tax register for the taxes of advances.
type advanceEntries []tax.Entry

// add adds what was taken back, of the lines that bear tax, and gives its tax. It
// counts on its own tax point, or on a day.
func (e *advanceEntries) add(company tandem.CompanyID, p *payment.Payment, released []payment.ReleasedTax, on tandem.Date, scope *work.Scope, id [16]byte) (tandem.Money, error) {
	sum := tandem.MoneyFromMinor(0, p.Amount().Currency())
	if len(released) == 0 {
		return sum, nil
	}
	taxes := p.Taxes()
	var lines []tandem.TaxLine
	var points []tandem.Date
	for _, t := range released {
		l := taxes[t.Line-1]
		if !tax.Taxed(l.Category) || t.Base.IsZero() && t.Tax.IsZero() {
			continue
		}
		var err error
		if sum, err = sum.Add(t.Tax); err != nil {
			return sum, err
		}
		l.Base, l.Tax = t.Base.Neg(), t.Tax.Neg()
		lines, points = append(lines, l), append(points, cmp.Or(t.TaxPoint, on))
	}
	more, err := tax.Register{Company: company, Document: p.Ref(), Direction: tax.Output, TaxPoint: on, Recorded: scope.Now,
		Party: p.Customer()}.Entries(lines, func(line int) tax.EntryID {
		return tandem.IDFromBytes[tax.EntryID](work.ChildUUID(id, 'v', line, 0))
	})
	for i := range more {
		more[i].TaxPoint = points[i]
	}
	*e = append(*e, more...)
	return sum, err
}

func (e advanceEntries) append(ctx context.Context, to tax.EntryRepository) error {
	if len(e) == 0 {
		return nil
	}
	return to.Append(ctx, e...)
}
