package promotion

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Benefit is what a promotion gives: exactly one field is set.
type Benefit struct {
	Percent     *PercentOff  `json:"percent,omitempty"`
	Amount      *AmountOff   `json:"amount,omitempty"`
	FixedPrice  *FixedPrice  `json:"fixed_price,omitempty"`
	BuyGet      *BuyGet      `json:"buy_get,omitempty"`
	Bundle      *Bundle      `json:"bundle,omitempty"`
	MixAndMatch *MixAndMatch `json:"mix_and_match,omitempty"`
	Shipping    *ShippingOff `json:"shipping,omitempty"`
	FreeGoods   *FreeGoods   `json:"free_goods,omitempty"`
}

// Clone gives a copy that shares nothing with b.
func (b *Benefit) Clone() Benefit {
	out := Benefit{Percent: copied(b.Percent), Amount: copied(b.Amount), FixedPrice: copied(b.FixedPrice), BuyGet: copied(b.BuyGet),
		Bundle: copied(b.Bundle), MixAndMatch: copied(b.MixAndMatch), Shipping: copied(b.Shipping), FreeGoods: copied(b.FreeGoods)}
	if b.BuyGet != nil && b.BuyGet.GetScope != nil {
		scope := b.BuyGet.GetScope.Clone()
		out.BuyGet.GetScope = &scope
	}
	if b.Bundle != nil {
		out.Bundle.Components = slices.Clone(b.Bundle.Components)
		for i := range out.Bundle.Components {
			out.Bundle.Components[i].Scope = b.Bundle.Components[i].Scope.Clone()
		}
	}
	return out
}

// PercentOff takes a rate off.
type PercentOff struct {
	Rate   tandem.Rate  `json:"rate"` // above 0, at most 1
	Target Target       `json:"target"`
	Units  int64        `json:"units,omitempty"` // of the targets cheapest_units and dearest_units
	Cap    tandem.Money `json:"cap"`             // the most that the promotion takes off an order; none: no cap
}

// AmountOff takes an amount off, in the tax mode of the basket.
type AmountOff struct {
	Amount tandem.Money `json:"amount"`
	Target Target       `json:"target"`
	Units  int64        `json:"units,omitempty"`
	Cap    tandem.Money `json:"cap"`
}

// FixedPrice sells each unit at a price; a line that costs less stays as it is,
// and so does one in another unit.
type FixedPrice struct {
	Price tandem.Price `json:"price"` // nought is a price
	Cap   tandem.Money `json:"cap"`
}

// BuyGet takes a rate off Get units for every Buy units. A unit is a buy unit or
// a get unit, once, for all promotions of the lane.
type BuyGet struct {
	Buy      int64       `json:"buy"`
	Get      int64       `json:"get"`
	Rate     tandem.Rate `json:"rate"`                // off the got units: 1 is free
	GetScope *Scope      `json:"get_scope,omitempty"` // none: the units come from the scope itself
	Grouping Grouping    `json:"grouping"`
	Selector Selector    `json:"selector"` // which units are given; cheapest is usual
	// MaxRepeats bounds the sets of an order; nought: no bound; 1: it does not repeat.
	MaxRepeats int64 `json:"max_repeats,omitempty"`
	// Partial: after Buy more units, fewer than Get are given, too. Otherwise an
	// incomplete set gives nothing.
	Partial bool         `json:"partial,omitempty"`
	Cap     tandem.Money `json:"cap"`
}

// Bundle sells a set of components for a price. The dearest units make the first
// sets, no set is made that would not save, and the saving is allocated to the
// components by their standalone price.
type Bundle struct {
	Components []Component  `json:"components"` // a unit that fits several goes to the first
	Price      tandem.Money `json:"price"`      // of one set; nought is a price
	MaxRepeats int64        `json:"max_repeats,omitempty"`
}

// Component is a part of a bundle: so many units of a scope. The lines must lie
// in the scope of the promotion, too.
type Component struct {
	Scope    Scope `json:"scope,omitzero"`
	Quantity int64 `json:"quantity"`
}

// MixAndMatch sells any so many units of the scope for a price.
type MixAndMatch struct {
	Quantity   int64        `json:"quantity"`
	Price      tandem.Money `json:"price"` // nought is a price
	MaxRepeats int64        `json:"max_repeats,omitempty"`
}

// ShippingOff takes a rate or an amount off the shipping, where at least one line
// lies in the scope.
type ShippingOff struct {
	Rate   tandem.Rate  `json:"rate,omitzero"`
	Amount tandem.Money `json:"amount"`
	Cap    tandem.Money `json:"cap"`
}

// FreeGoods adds goods at nought: Quantity for every Per units of the scope, or
// once where Per is nought. The host adds the lines ([Gift]).
type FreeGoods struct {
	Product    tandem.ProductID `json:"product"`
	Quantity   tandem.Quantity  `json:"quantity"`
	Per        int64            `json:"per,omitempty"`
	MaxRepeats int64            `json:"max_repeats,omitempty"`
	// Worth of one Quantity counts where the gift competes with a discount (Saleor);
	// none: nothing. It is never part of a saving.
	Worth tandem.Money `json:"worth"`
}

func (b *Benefit) check(c *tandem.Check) {
	n := 0
	for _, given := range []bool{b.Percent != nil, b.Amount != nil, b.FixedPrice != nil, b.BuyGet != nil,
		b.Bundle != nil, b.MixAndMatch != nil, b.Shipping != nil, b.FreeGoods != nil} {
		if given {
			n++
		}
	}
	if !c.Require(n == 1, "benefit", "benefit", "must be exactly one") {
		return
	}
	switch {
	case b.Percent != nil:
		p, path := b.Percent, "benefit.percent"
		c.Require(validRate(p.Rate), "rate", path+".rate", "must be above 0 and at most 1")
		checkTarget(c, path, p.Target, p.Units)
		checkCap(c, path, p.Cap)
	case b.Amount != nil:
		a, path := b.Amount, "benefit.amount"
		c.Require(validAmount(a.Amount), "amount", path+".amount", "must be positive and in range")
		checkTarget(c, path, a.Target, a.Units)
		checkCap(c, path, a.Cap)
	case b.FixedPrice != nil:
		c.Require(!b.FixedPrice.Price.IsNone() && b.FixedPrice.Price.Sign() >= 0, "price", "benefit.fixed_price.price", "must be given and not negative")
		checkCap(c, "benefit.fixed_price", b.FixedPrice.Cap)
	case b.BuyGet != nil:
		b.BuyGet.check(c)
	case b.Bundle != nil:
		b.Bundle.check(c)
	case b.MixAndMatch != nil:
		m, path := b.MixAndMatch, "benefit.mix_and_match"
		checkUnits(c, path+".quantity", m.Quantity)
		checkSetPrice(c, path, m.Price, m.MaxRepeats)
	case b.Shipping != nil:
		s, path := b.Shipping, "benefit.shipping"
		c.Require(s.Amount.IsNone() != s.Rate.IsZero(), "shipping", path, "either a rate or an amount must be given")
		c.Require(s.Rate.IsZero() || validRate(s.Rate), "rate", path+".rate", "must be above 0 and at most 1")
		c.Require(s.Amount.IsNone() || validAmount(s.Amount), "amount", path+".amount", "must be positive and in range")
		checkCap(c, path, s.Cap)
	case b.FreeGoods != nil:
		b.FreeGoods.check(c)
	}
}

func (b *BuyGet) check(c *tandem.Check) {
	path := "benefit.buy_get"
	checkUnits(c, path+".buy", b.Buy)
	checkUnits(c, path+".get", b.Get)
	c.Require(validRate(b.Rate), "rate", path+".rate", "must be above 0 and at most 1")
	c.Require(b.Grouping.Valid(), "grouping", path+".grouping", "must be a grouping")
	c.Require(b.GetScope == nil || b.Grouping == Global, "grouping", path+".grouping", "separate pools are grouped globally")
	c.Require(b.Selector.Valid(), "selector", path+".selector", "must be a selector")
	checkRepeats(c, path, b.MaxRepeats)
	checkCap(c, path, b.Cap)
	if b.GetScope != nil {
		b.GetScope.check(c, path+".get_scope")
	}
}

func (b *Bundle) check(c *tandem.Check) {
	path := "benefit.bundle"
	checkSetPrice(c, path, b.Price, b.MaxRepeats)
	if !c.Require(len(b.Components) >= 1 && len(b.Components) <= MaxComponents, "components", path+".components", "must be 1 to 16") {
		return
	}
	for i := range b.Components {
		at := path + "." + tandem.Path("components", i)
		b.Components[i].Scope.check(c, at+".scope")
		checkUnits(c, at+".quantity", b.Components[i].Quantity)
	}
}

func (f *FreeGoods) check(c *tandem.Check) {
	path := "benefit.free_goods"
	c.Require(!f.Product.IsZero(), "product", path+".product", "must be given")
	c.Require(!f.Quantity.IsNone() && f.Quantity.Sign() > 0 && f.Quantity.Micro() <= tandem.MaxUnits*micro, "quantity", path+".quantity", "must be positive and in range")
	c.Require(f.Per >= 0 && f.Per <= MaxSetUnits, "units", path+".per", "must be 0 to 1,048,576")
	c.Require(f.Worth.IsNone() || validAmount(f.Worth), "amount", path+".worth", "must be positive and in range")
	checkRepeats(c, path, f.MaxRepeats)
}

func validRate(r tandem.Rate) bool { return r.Sign() > 0 && r.Cmp(tandem.Percent(100)) <= 0 }

func checkTarget(c *tandem.Check, path string, t Target, units int64) {
	c.Require(t.Valid(), "target", path+".target", "must be a target")
	if t == CheapestUnits || t == DearestUnits {
		checkUnits(c, path+".units", units)
	} else {
		c.Require(units == 0, "units", path+".units", "only of the cheapest or dearest units")
	}
}

func checkUnits(c *tandem.Check, path string, n int64) {
	c.Require(n >= 1 && n <= MaxSetUnits, "units", path, "must be 1 to 1,048,576")
}

func checkRepeats(c *tandem.Check, path string, n int64) {
	c.Require(n >= 0 && n <= tandem.MaxUnits, "max_repeats", path+".max_repeats", "must not be negative or out of range")
}

func checkCap(c *tandem.Check, path string, m tandem.Money) {
	c.Require(m.IsNone() || validAmount(m), "amount", path+".cap", "must be positive and in range")
}

func checkSetPrice(c *tandem.Check, path string, price tandem.Money, repeats int64) {
	c.Require(!price.IsNone() && price.Sign() >= 0 && price.Minor() <= tandem.MaxMinorUnits, "price", path+".price", "must be given and in range")
	checkRepeats(c, path, repeats)
}

// currencies gives those of all amounts, zero where one is not given.
func (b *Benefit) currencies() []tandem.Currency {
	switch {
	case b.Percent != nil:
		return []tandem.Currency{b.Percent.Cap.Currency()}
	case b.Amount != nil:
		return []tandem.Currency{b.Amount.Amount.Currency(), b.Amount.Cap.Currency()}
	case b.FixedPrice != nil:
		return []tandem.Currency{b.FixedPrice.Price.Currency(), b.FixedPrice.Cap.Currency()}
	case b.BuyGet != nil:
		return []tandem.Currency{b.BuyGet.Cap.Currency()}
	case b.Bundle != nil:
		return []tandem.Currency{b.Bundle.Price.Currency()}
	case b.MixAndMatch != nil:
		return []tandem.Currency{b.MixAndMatch.Price.Currency()}
	case b.Shipping != nil:
		return []tandem.Currency{b.Shipping.Amount.Currency(), b.Shipping.Cap.Currency()}
	case b.FreeGoods != nil:
		return []tandem.Currency{b.FreeGoods.Worth.Currency()}
	}
	return nil
}

// Kind names a benefit.
type Kind string

// The kinds of benefits, as the fields of [Benefit] are named.
const (
	KindPercent     Kind = "percent"
	KindAmount      Kind = "amount"
	KindFixedPrice  Kind = "fixed_price"
	KindBuyGet      Kind = "buy_get"
	KindBundle      Kind = "bundle"
	KindMixAndMatch Kind = "mix_and_match"
	KindShipping    Kind = "shipping"
	KindFreeGoods   Kind = "free_goods"
)

// Kinds lists the kinds of benefits.
func Kinds() []Kind {
	return []Kind{KindPercent, KindAmount, KindFixedPrice, KindBuyGet, KindBundle, KindMixAndMatch, KindShipping, KindFreeGoods}
}

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool {
	for _, kind := range Kinds() {
		if k == kind {
			return true
		}
	}
	return false
}

// UnmarshalText reads a kind and refuses anything else.
func (k *Kind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "benefit kind") }

// Kind gives the kind of the benefit that is set.
func (b *Benefit) Kind() Kind {
	switch {
	case b.Percent != nil:
		return KindPercent
	case b.Amount != nil:
		return KindAmount
	case b.FixedPrice != nil:
		return KindFixedPrice
	case b.BuyGet != nil:
		return KindBuyGet
	case b.Bundle != nil:
		return KindBundle
	case b.MixAndMatch != nil:
		return KindMixAndMatch
	case b.Shipping != nil:
		return KindShipping
	case b.FreeGoods != nil:
		return KindFreeGoods
	}
	return ""
}
