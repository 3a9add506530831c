package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// DiscountedTax is what early discounts that payments took lower of one tax code
// of an invoice: its net, and under adjust_on_payment its base and its tax.
type DiscountedTax struct {
	Code tandem.TaxCode `json:"code"`
	// TaxLine tells which tax line of a code that has several, counted from 1.
	TaxLine int          `json:"tax_line,omitempty"`
	Net     tandem.Money `json:"net"`
	Base    tandem.Money `json:"base"`
	Tax     tandem.Money `json:"tax"`
}

// Discounted gives what early discounts took off, by code.
func (i *Invoice) Discounted() []DiscountedTax { return slices.Clone(i.s.Discounted) }

// DiscountOf gives what the discount of an allocation takes off, one for each tax
// line: its net in proportion to the bases, its tax to the taxes, by
// [tandem.Allocate]. Under policies other than adjust_on_payment bases and taxes
// stay. The parts of a reversal are the mirror image.
func (i *Invoice) DiscountOf(a Allocation) ([]DiscountedTax, error) {
	return i.s.discountParts(a.DiscountNet, a.DiscountTax)
}

func (s *InvoiceState) discountParts(net, due tandem.Money) ([]DiscountedTax, error) {
	bases, taxes := make([]int64, len(s.TaxLines)), make([]int64, len(s.TaxLines))
	for i := range s.TaxLines {
		bases[i], taxes[i] = max(s.TaxLines[i].Base.Minor(), 0), max(s.TaxLines[i].Tax.Minor(), 0)
	}
	nets, err := tandem.Allocate(nil, net, bases)
	if err != nil {
		return nil, err
	}
	dues, err := tandem.Allocate(nil, due, taxes)
	if err != nil {
		return nil, err
	}
	out := make([]DiscountedTax, len(s.TaxLines))
	for i := range out {
		out[i] = DiscountedTax{Code: s.TaxLines[i].Code, TaxLine: s.taxKey(i), Net: nets[i], Base: tandem.MoneyFromMinor(0, s.Currency), Tax: dues[i]}
		if s.Discount.Policy == AdjustOnPayment {
			out[i].Base = nets[i]
		}
	}
	return out, nil
}

// discounting gives the discounts with those of one more allocation.
func (s *InvoiceState) discounting(net, due tandem.Money) ([]DiscountedTax, error) {
	parts, err := s.discountParts(net, due)
	if err != nil {
		return nil, err
	}
	next := InvoiceState{Discounted: slices.Clone(s.Discounted)}
	for _, p := range parts {
		if sum := next.discounted(p.Code, p.TaxLine); sum != nil {
			*sum = sum.plus(p)
		} else {
			next.Discounted = append(next.Discounted, p)
		}
	}
	next.Discounted = slices.DeleteFunc(next.Discounted, func(d DiscountedTax) bool { return d.Net.IsZero() && d.Base.IsZero() && d.Tax.IsZero() })
	if len(next.Discounted) == 0 {
		return nil, nil
	}
	return next.Discounted, nil
}

// mayDiscount reports whether that much can be taken off what is left to be
// credited: no discount is earned on what was credited in full.
func (s *InvoiceState) mayDiscount(net, due int64) bool {
	after, err := s.discounting(tandem.MoneyFromMinor(net, s.Currency), tandem.MoneyFromMinor(due, s.Currency))
	if err != nil {
		return false
	}
	next := *s
	next.Discounted = after
	for i := range after {
		if !next.creditFits(next.taxLine(after[i].Code, after[i].TaxLine)) {
			return false
		}
	}
	return true
}

func (s *InvoiceState) discounted(code tandem.TaxCode, line int) *DiscountedTax {
	for i := range s.Discounted {
		if s.Discounted[i].Code == code && s.Discounted[i].TaxLine == line {
			return &s.Discounted[i]
		}
	}
	return nil
}

// plus adds o; both are of one currency and within an invoice.
func (d DiscountedTax) plus(o DiscountedTax) DiscountedTax {
	c := d.Net.Currency()
	add := func(a, b tandem.Money) tandem.Money { return tandem.MoneyFromMinor(a.Minor()+b.Minor(), c) }
	return DiscountedTax{Code: d.Code, TaxLine: d.TaxLine, Net: add(d.Net, o.Net), Base: add(d.Base, o.Base), Tax: add(d.Tax, o.Tax)}
}

func (d *DiscountedTax) fits(net, base, due int64, c tandem.Currency) bool {
	fits := func(m tandem.Money, whole int64) bool {
		return m.Currency() == c && m.Sign() >= 0 && m.Minor() <= max(whole, 0)
	}
	return fits(d.Net, net) && fits(d.Base, base) && fits(d.Tax, due)
}
