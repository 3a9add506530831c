package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// CreditedTax is what credit notes took of one tax code of an invoice: of its
// lines, of the base that was taxed, and of the tax. It is kept with the invoice,
// so that partial credits end at the penny and nothing is credited twice. Goods
// and Discount may be left out for nought.
type CreditedTax struct {
	Code     tandem.TaxCode `json:"code"`
	TaxLine  int            `json:"tax_line,omitempty"` // of a code that has several: which, counted from 1
	Net      tandem.Money   `json:"net"`                // what was credited: goods less discount, and what was credited without goods
	Base     tandem.Money   `json:"base"`               //
	Tax      tandem.Money   `json:"tax"`                //
	Goods    tandem.Money   `json:"goods"`              // goods that came back, at the prices of the invoice
	Discount tandem.Money   `json:"discount"`           // the early discount on them, which the customer had taken
	// Allowance is what is open of allowances, those that name a line among them:
	// granted, and to be given up with the goods when they come back. As an argument
	// of RecordCredited it is what is granted, negative for what is given up. None, as
	// in what was written before: what is credited beyond the goods less their discount.
	Allowance tandem.Money `json:"allowance"`
}

// Creditable gives what is left to be credited of a code, and the tax line that it
// is of; false for a code that the invoice does not have, or has at several tax
// points or rates ([Invoice.CreditableOf]). Net, base and tax are
// without the early discounts that payments took; Goods is what has not come back,
// at the prices of the invoice, and Discount and Allowance what is to be given up
// with it ([Invoice.GivenUp]): a discount is negative where credits gave up a discount that was reversed since.
func (i *Invoice) Creditable(code tandem.TaxCode) (left CreditedTax, of tandem.TaxLine, found bool) {
	at := i.s.taxLine(code, 0)
	if at < 0 {
		return left, of, false
	}
	return i.s.creditable(at), i.s.TaxLines[at], true
}

// CreditableOf is [Invoice.Creditable] of the n-th tax line, counted from nought.
func (i *Invoice) CreditableOf(n int) (left CreditedTax, of tandem.TaxLine) {
	return i.s.creditable(n), i.s.TaxLines[n]
}

func (s *InvoiceState) creditable(at int) CreditedTax {
	code, line := s.TaxLines[at].Code, s.taxKey(at)
	net := tandem.MoneyFromMinor(s.netOf(at), s.Currency)
	left := CreditedTax{Code: code, TaxLine: line, Net: net, Base: s.TaxLines[at].Base, Tax: s.TaxLines[at].Tax, Goods: net}
	if d := s.discounted(code, line); d != nil {
		left = left.plus(CreditedTax{Net: d.Net, Base: d.Base, Tax: d.Tax, Discount: d.Net.Neg()}, -1)
	}
	taken := CreditedTax{}
	if t := s.credited(code, line); t != nil {
		taken = *t
	}
	left = left.plus(taken, -1)
	left.Allowance = tandem.MoneyFromMinor(taken.openAllowance(), s.Currency)
	return left
}

// DiscountOn gives the part of the early discounts taken that falls upon goods of a
// code that come back, worth an amount at the prices of the invoice: in proportion
// to what has not come back, by [tandem.Allocate], so that the last goods take all
// that is left of it. Negative where a discount was reversed after credits.
func (i *Invoice) DiscountOn(code tandem.TaxCode, goods tandem.Money) (tandem.Money, error) {
	at := i.s.taxLine(code, 0)
	if at < 0 {
		return tandem.MoneyFromMinor(0, i.s.Currency), nil
	}
	return i.DiscountOnLine(at, goods)
}

// DiscountOnLine is [Invoice.DiscountOn] of the n-th tax line, counted from nought.
func (i *Invoice) DiscountOnLine(n int, goods tandem.Money) (tandem.Money, error) {
	left := i.s.creditable(n)
	if left.Discount.IsZero() || goods.Sign() <= 0 {
		return tandem.MoneyFromMinor(0, i.s.Currency), nil
	}
	return tandem.Part(left.Discount, goods.Minor(), max(left.Goods.Minor()-goods.Minor(), 0))
}

// Credited gives what credit notes took, by code.
func (i *Invoice) Credited() []CreditedTax { return slices.Clone(i.s.Credited) }

// RecordCredited books what a credit note takes of the invoice; save both in one
// unit of work. Refused: an invoice that is not posted, more than is left of a
// code, or a discount other than towards what was taken (`credit_exceeded`). It
// records no event, since the credit note does.
func (i *Invoice) RecordCredited(taken []CreditedTax) error {
	if i.s.Type != CommercialInvoice || i.s.Number == "" {
		return i.refuse("credit", "invoice_state", "only a posted invoice is credited")
	}
	next := i.s
	next.Credited = slices.Clone(i.s.Credited)
	for _, t := range taken {
		if !t.in(i.s.Currency) {
			return tandem.ErrCurrency
		}
		before := next.openDiscount(t.Code, t.TaxLine)
		sum := next.credited(t.Code, t.TaxLine)
		if sum == nil {
			nought := tandem.MoneyFromMinor(0, i.s.Currency)
			next.Credited = append(next.Credited, CreditedTax{Code: t.Code, TaxLine: t.TaxLine, Net: nought, Base: nought, Tax: nought})
			sum = &next.Credited[len(next.Credited)-1]
		}
		open := sum.openAllowance() + t.openAllowance()
		*sum = sum.plus(t, 1)
		sum.Allowance = tandem.MoneyFromMinor(open, i.s.Currency)
		after := next.openDiscount(t.Code, t.TaxLine)
		if before > 0 && (after < 0 || after > before) || before <= 0 && (after > 0 || after < before) || !next.creditFits(next.taxLine(t.Code, t.TaxLine)) {
			return i.refuse("credit", "credit_exceeded", "less is left of the tax code")
		}
	}
	i.s.Credited = next.Credited
	return nil
}

// openDiscount gives what was taken of discounts and not given up by credits.
func (s *InvoiceState) openDiscount(code tandem.TaxCode, line int) (minor int64) {
	if d := s.discounted(code, line); d != nil {
		minor = d.Net.Minor()
	}
	if t := s.credited(code, line); t != nil {
		minor -= t.Discount.Minor()
	}
	return minor
}

func (s *InvoiceState) credited(code tandem.TaxCode, line int) *CreditedTax {
	for i := range s.Credited {
		if s.Credited[i].Code == code && s.Credited[i].TaxLine == line {
			return &s.Credited[i]
		}
	}
	return nil
}

// creditFits reports whether the credits and the discounts of a tax line lie
// within what was invoiced of it.
func (s *InvoiceState) creditFits(at int) bool {
	if at < 0 {
		return false
	}
	code, key := s.TaxLines[at].Code, s.taxKey(at)
	taken := CreditedTax{Net: tandem.MoneyFromMinor(0, s.Currency), Base: tandem.MoneyFromMinor(0, s.Currency), Tax: tandem.MoneyFromMinor(0, s.Currency)}
	if t := s.credited(code, key); t != nil {
		taken = *t
	}
	net, line := s.netOf(at), &s.TaxLines[at]
	if d := s.discounted(code, key); d != nil && !d.fits(net, line.Base.Minor(), line.Tax.Minor(), s.Currency) {
		return false
	}
	within := func(part, whole int64) bool { return part >= 0 && part <= whole || whole <= 0 && part == 0 }
	left := s.creditable(at)
	return taken.in(s.Currency) && within(taken.Goods.Minor(), net) && within(taken.Discount.Minor(), taken.Goods.Minor()) && taken.openAllowance() >= 0 &&
		within(taken.Net.Minor(), taken.Net.Minor()+left.Net.Minor()) && within(taken.Base.Minor(), taken.Base.Minor()+left.Base.Minor()) &&
		within(taken.Tax.Minor(), taken.Tax.Minor()+left.Tax.Minor())
}

// in reports whether all is of a currency; goods and discount may be none.
func (t *CreditedTax) in(c tandem.Currency) bool {
	optional := func(m tandem.Money) bool { return m.IsNone() || m.Currency() == c }
	return t.Net.Currency() == c && t.Base.Currency() == c && t.Tax.Currency() == c && optional(t.Goods) && optional(t.Discount) && optional(t.Allowance)
}

// plus adds sign times o; all is of one currency and within an invoice.
func (t CreditedTax) plus(o CreditedTax, sign int64) CreditedTax {
	c := t.Net.Currency()
	add := func(a, b tandem.Money) tandem.Money { return tandem.MoneyFromMinor(a.Minor()+sign*b.Minor(), c) }
	return CreditedTax{Code: t.Code, TaxLine: t.TaxLine, Net: add(t.Net, o.Net), Base: add(t.Base, o.Base), Tax: add(t.Tax, o.Tax),
		Goods: add(t.Goods, o.Goods), Discount: add(t.Discount, o.Discount)}
}
