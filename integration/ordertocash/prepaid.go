package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/work"
)

// prepaid is an advance that an invoice takes up.
type prepaid struct {
	payment *payment.Payment
	taxes   []payment.ReleasedTax // what of its taxes is in the invoice
	amount  tandem.Money
}

// prepayments gives what was paid in advance for an invoice's order, until its date,
// and how much of it the invoice takes up. A supply is made, to the extent of a
// prepayment, when it was received (VAT Act 1994 s.6(4)): that part keeps the rate of
// that day, and the draft is revised where it is another than the invoice's. A
// supplier that elected the delivery (s.88) has its rate for all of the supply; what
// was declared of the prepayment is taken off as it was declared. What was delivered
// before a payment has its tax point already (s.6(2)), and nothing of the taxes of the
// payment: of its money only what is more than was declared is for it.
func (s *Service[R]) prepayments(ctx context.Context, r R, invoice *billing.Invoice, account *credit.Account, date tandem.Date) ([]prepaid, error) {
	ahead := s.reads(r)
	if ahead.on && !invoice.Order().IsZero() && account.HasAdvances() {
		ahead.query(advancesBefore(account, date))
		ahead.delivered(invoice)
	}
	if err := s.fetch(ctx, r, &ahead); err != nil {
		return nil, err
	}
	payments, err := s.advancesOf(ctx, r, invoice.Order(), account, date)
	if err != nil || len(payments) == 0 || invoice.Status() != billing.InvoiceDrafted {
		return nil, err
	}
	portions, err := s.portions(ctx, r, invoice)
	if err != nil {
		return nil, err
	}
	out := make([]prepaid, 0, len(payments))
	var slices []slice
	for _, p := range payments {
		pre := prepaid{payment: p, taxes: []payment.ReleasedTax{}}
		if slices, err = pre.cover(invoice.TaxLines(), portions, slices); err != nil {
			return nil, err
		}
		out = append(out, pre)
	}
	if len(slices) > 0 && s.c.Tax.Point != tax.PointUKElectDelivery {
		state := invoice.State()
		draft := draftOf(&state)
		if err := applySlices(&draft, slices, s.c.Tax.Rounding); err != nil {
			return nil, err
		}
		if err := invoice.Revise(draft); err != nil {
			return nil, err
		}
	}
	shareOut(out, invoice.Gross())
	return out, nil
}

// cover takes of the payment's taxes what the invoice has uncovered of their codes,
// and was not delivered before: what went out first first, which leaves most for
// payments that came later. What bears no tax covers in the end what bears none under
// another code: what was an intra-Community supply may be an export when it goes out.
func (p *prepaid) cover(lines []tandem.TaxLine, portions []portion, slices []slice) ([]slice, error) {
	taxes, all := p.payment.Taxes(), p.payment.TaxLeft()
	for _, same := range [...]bool{true, false} {
		for i := range all {
			of := &taxes[all[i].Line-1]
			for n := range portions {
				line := &lines[portions[n].line]
				if same != (line.Code == of.Code) || !same && !(of.Rate.IsZero() && line.Rate.IsZero()) {
					continue
				}
				part, err := p.coverPart(&all[i], &portions[n])
				if err != nil {
					return nil, err
				}
				if of.Rate != line.Rate && !part.Base.IsZero() {
					l := *of
					l.Base, l.Tax = part.Base, part.Tax
					slices = append(slices, slice{portions[n].line, l})
				}
			}
		}
	}
	return slices, nil
}

// coverPart takes what is left of a tax for what is uncovered of a portion.
func (p *prepaid) coverPart(left *payment.ReleasedTax, at *portion) (part payment.ReleasedTax, err error) {
	base, c := min(left.Base.Minor(), at.uncovered), left.Base.Currency()
	if base <= 0 || at.out.precedes(p.payment.Date(), p.payment.Received()) {
		return part, nil
	}
	due, err := tandem.Part(left.Tax, base, left.Base.Minor()-base)
	if err != nil {
		return part, err
	}
	at.uncovered -= base
	left.Base, left.Tax = tandem.MoneyFromMinor(left.Base.Minor()-base, c), tandem.MoneyFromMinor(left.Tax.Minor()-due.Minor(), c)
	part = payment.ReleasedTax{Line: left.Line, Base: tandem.MoneyFromMinor(base, c), Tax: due, TaxPoint: at.point}
	if part.TaxPoint.Before(p.payment.Date()) {
		part.TaxPoint = p.payment.Date()
	}
	p.take(part)
	return part, nil
}

// take adds what the invoice has of the taxes: to what it has at the same tax point.
func (p *prepaid) take(t payment.ReleasedTax) {
	for i := range p.taxes {
		if o := &p.taxes[i]; o.Line == t.Line && o.TaxPoint == t.TaxPoint {
			o.Base = tandem.MoneyFromMinor(o.Base.Minor()+t.Base.Minor(), t.Base.Currency())
			o.Tax = tandem.MoneyFromMinor(o.Tax.Minor()+t.Tax.Minor(), t.Base.Currency())
			return
		}
	}
	p.taxes = append(p.taxes, t)
}

// shareOut gives each prepayment its amount of the invoice: first the taxed parts of
// all, then of each what bears no tax, as far as it goes.
func shareOut(all []prepaid, gross tandem.Money) {
	left := gross.Minor()
	amounts := make([]int64, len(all))
	for i := range all {
		for _, t := range all[i].taxes {
			amounts[i] += t.Base.Minor() + t.Tax.Minor()
		}
		left -= amounts[i]
	}
	for i := len(all) - 1; i >= 0 && left < 0; i-- { // each tax was rounded, or declared at a higher rate: it goes in full
		cut := min(-left, amounts[i])
		amounts[i], left = amounts[i]-cut, left+cut
	}
	for i := range all {
		more := max(min(left, all[i].payment.Deposit().Minor()), 0)
		left -= more
		all[i].amount = tandem.MoneyFromMinor(amounts[i]+more, gross.Currency())
	}
}

// applyPrepayments applies what was paid in advance to the invoice that was posted.
func (s *Service[R]) applyPrepayments(ctx context.Context, r R, scope *work.Scope, all []prepaid, invoice *billing.Invoice, account *credit.Account, date tandem.Date) error {
	if len(all) == 0 || invoice.Status() != billing.InvoicePosted {
		return nil
	}
	w, last := s.writing(r, scope, date), 0
	for i := range all {
		if !all[i].amount.IsZero() {
			last = i
		}
	}
	for i := range all {
		p := &all[i]
		if p.amount.IsZero() {
			continue
		}
		a := &allocating[R]{w: w, account: account, payment: p.payment, invoices: []*billing.Invoice{invoice}}
		var err error
		apply := payment.Application{Amount: p.amount, Date: date, At: scope.Now, Taxes: p.taxes, NoDiscount: i < last} // what follows is no shortfall
		if a.facts, err = payment.ApplyAdvance(p.payment, invoice, apply, func() billing.AllocationID { return newAllocation(scope) }); err != nil {
			return err
		}
		if _, err := a.finish(ctx); err != nil {
			return err
		}
		w = a.w
	}
	return nil
}
