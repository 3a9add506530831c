package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// DiscountAmounts is an early discount in full: the net by which a payment in
// time falls short, and the tax that goes with it.
type DiscountAmounts struct {
	Net tandem.Money `json:"net"`
	Tax tandem.Money `json:"tax"`
}

// Gross gives net + tax.
func (d DiscountAmounts) Gross() (tandem.Money, error) { return d.Net.Add(d.Tax) }

// Amounts gives the full discount on an invoice: its rate of the net, rounded
// half away from zero, and under adjust_on_payment the same rate of the
// invoice's stored tax, summed unrounded over its tax lines.
func (d EarlyDiscount) Amounts(net tandem.Money, taxes []tandem.TaxLine) (DiscountAmounts, error) {
	zero := tandem.MoneyFromMinor(0, net.Currency())
	if d.IsZero() {
		return DiscountAmounts{zero, zero}, nil
	}
	discount, err := net.MulRate(d.Rate, tandem.HalfAwayFromZero)
	if err != nil || d.Policy != AdjustOnPayment {
		return DiscountAmounts{discount, zero}, err
	}
	tax := tandem.NewTotal(net.Currency())
	for _, t := range taxes {
		tax.AddRate(t.Tax, d.Rate)
	}
	rounded, err := tax.Money(tandem.HalfAwayFromZero)
	return DiscountAmounts{discount, rounded}, err
}

// TaxBases gives the bases to be taxed: under discounted_base each loses its
// share of the discount (one rounding, split by [tandem.Allocate]), else they
// stay as they are. A base that includes its tax cannot be discounted this way
// and is a fault (`inclusive_discounted_base`).
func (d EarlyDiscount) TaxBases(bases []tandem.TaxBase) ([]tandem.TaxBase, error) {
	if d.Policy != DiscountedBase || d.Rate.IsZero() || len(bases) == 0 {
		return bases, nil
	}
	var c tandem.Check
	currency := bases[0].Amount.Currency()
	sum, positive := tandem.NewTotal(currency), tandem.NewTotal(currency)
	for i, b := range bases {
		c.Require(!b.Inclusive, "inclusive_discounted_base", tandem.Path("bases", i), "a base including tax cannot be discounted before tax")
		sum.Add(b.Amount)
		if b.Amount.Sign() > 0 {
			positive.Add(b.Amount)
		}
	}
	if err := c.Err("tax bases"); err != nil {
		return nil, err
	}
	out := slices.Clone(bases)
	whole, err := discountOf(&sum, d.Rate)
	if err != nil {
		return nil, err
	}
	plus, err := discountOf(&positive, d.Rate)
	if err != nil {
		return nil, err
	}
	minus, err := whole.Sub(plus)
	if err != nil {
		return nil, err
	}
	if err := lower(out, plus, 1); err != nil {
		return nil, err
	}
	return out, lower(out, minus, -1)
}

func discountOf(sum *tandem.Total, rate tandem.Rate) (tandem.Money, error) {
	m, err := sum.Money(tandem.HalfAwayFromZero)
	if err != nil {
		return m, err
	}
	return m.MulRate(rate, tandem.HalfAwayFromZero)
}

// lower takes a discount off the bases of one sign, in proportion.
func lower(bases []tandem.TaxBase, discount tandem.Money, sign int) error {
	if discount.IsZero() {
		return nil
	}
	weights := make([]int64, len(bases))
	for i, b := range bases {
		if b.Amount.Sign() == sign {
			weights[i] = b.Amount.Abs().Minor()
		}
	}
	parts, err := tandem.Allocate(nil, discount, weights)
	if err != nil {
		return err
	}
	for i := range bases {
		if bases[i].Amount, err = bases[i].Amount.Sub(parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// discountInstalments gives each instalment its share of the discount.
func (d EarlyDiscount) discountInstalments(instalments []Instalment, date tandem.Date, full DiscountAmounts) error {
	if d.IsZero() || full.Net.Sign() <= 0 {
		return nil
	}
	weights := make([]int64, len(instalments))
	for i, n := range instalments {
		weights[i] = n.Amount.Abs().Minor()
	}
	nets, err := tandem.Allocate(nil, full.Net, weights)
	if err != nil {
		return err
	}
	taxes, err := tandem.Allocate(nil, full.Tax, weights)
	if err != nil {
		return err
	}
	until := date.AddDays(d.Days)
	for i := range instalments {
		instalments[i].Discount = InstalmentDiscount{until, nets[i], taxes[i], tandem.MoneyFromMinor(0, nets[i].Currency())}
	}
	return nil
}

// discountOn gives what a payment on a day may lack, split into net and tax: the
// discount, in proportion to what no credit note settled.
func (n *Instalment) discountOn(date tandem.Date) (net, tax int64) {
	if n.Discount.Until.IsZero() || date.After(n.Discount.Until) {
		return 0, 0
	}
	credited := n.Discount.Credited.Minor()
	if credited == 0 {
		return n.Discount.Net.Minor(), n.Discount.Tax.Minor()
	}
	rest, err := tandem.NewRatio(n.Amount.Minor()-credited, n.Amount.Minor())
	if err != nil {
		return 0, 0
	}
	restNet, errNet := n.Discount.Net.MulRatio(rest, tandem.HalfAwayFromZero)
	restTax, errTax := n.Discount.Tax.MulRatio(rest, tandem.HalfAwayFromZero)
	if errNet != nil || errTax != nil { // cannot be: the parts are smaller
		return 0, 0
	}
	return restNet.Minor(), restTax.Minor()
}
