package formula

import "github.com/tandem-go/tandem"

// Limits of formulas, charms and tiers.
const (
	MaxBands   = 16            // bands of one charm
	MaxEndings = 16            // endings of one band
	MaxTiers   = 1000          // tiers of one quantity
	MaxAmount  = 1_000_000_000 // currency units of a fee, a clamp, an increment, a flat amount or the price of a package
	MaxMarkup  = 1000          // the greatest markup and rate over cost, 100,000 %
)

// Sentinel errors; each also matches [tandem.ErrInvalid].
var (
	// ErrCostMissing: the formula needs the cost and none is stated. A cost that is
	// missing is never nought: Tryton's formula on cost then sells for nothing.
	ErrCostMissing error = formulaError("formula: the cost is missing")
	// ErrRateMissing: the price must change its currency and no exchange rate is stated.
	ErrRateMissing error = formulaError("formula: the exchange rate is missing")
	// ErrBaseMissing: there is no price to start from.
	ErrBaseMissing error = formulaError("formula: the base price is missing")
)

type formulaError string

func (e formulaError) Error() string        { return string(e) }
func (e formulaError) Is(target error) bool { return target == tandem.ErrInvalid }

// Formula makes a price from the price of another list, or from cost, in one
// fixed order:
//
//	base → currency → discount → round → fee → clamp → final rounding
//
// All its amounts are of one currency, that of the price it makes.
type Formula struct {
	Of       Basis       `json:"of"`
	Operator Operator    `json:"operator"`
	Rate     tandem.Rate `json:"rate"` // 0 to 1 of a discount, 0 to [MaxMarkup] of a markup, from 0 below 1 of a margin
	// Charm is the round step: the price gets an ending that the list likes.
	Charm *Charm `json:"charm,omitempty"`
	// Ending says what becomes of the ending when a bound moves the price; required with a Charm.
	Ending EndingPolicy `json:"ending,omitempty"`
	// Fee is added per one unit after the round step, and may be negative: an increment
	// of 10 and a fee of −0.01 give 9.99, 19.99 … None: no fee.
	Fee tandem.Money `json:"fee"`
	// MinMargin and MaxMargin are the least and the greatest that the price is over its
	// base or its cost. Where the two contradict each other the least holds.
	MinMargin Clamp `json:"min_margin,omitzero"`
	MaxMargin Clamp `json:"max_margin,omitzero"`
	// Digits is the number of digits behind the point of the price, 1 to 6. Nought leaves
	// it to [Input.Digits].
	Digits int `json:"digits,omitempty"`
}

// Clamp is a bound of a price. The zero Clamp bounds nothing.
type Clamp struct {
	Kind   ClampKind    `json:"kind"`
	Amount tandem.Money `json:"amount"`        // per one unit, of [AmountOverBase]; may be negative
	Rate   tandem.Rate  `json:"rate,omitzero"` // of [RateOverCost], from −1 to [MaxMarkup]
}

// Currency gives the currency of the formula's amounts, zero where it has none:
// then it makes prices of any currency.
func (f *Formula) Currency() tandem.Currency {
	for _, m := range [...]tandem.Money{f.Fee, f.MinMargin.Amount, f.MaxMargin.Amount} {
		if !m.IsNone() {
			return m.Currency()
		}
	}
	if f.Charm != nil {
		return f.Charm.Currency()
	}
	return 0
}

// NeedsCost reports whether the formula cannot be applied without a cost.
func (f *Formula) NeedsCost() bool {
	return f.Of == OfCost || f.MinMargin.Kind == RateOverCost || f.MaxMargin.Kind == RateOverCost ||
		f.Charm != nil && f.Charm.NotBelowCost
}

// Clone gives a copy that shares nothing with f.
func (f *Formula) Clone() Formula {
	out := *f
	if f.Charm != nil {
		charm := f.Charm.Clone()
		out.Charm = &charm
	}
	return out
}

// Validate reports every fault of the formula.
func (f *Formula) Validate() error {
	var c tandem.Check
	c.Require(f.Of.Valid(), "of", "of", "must be list or cost")
	c.Require(f.Operator.Valid(), "operator", "operator", "must be discount, markup or margin")
	f.checkRate(&c)
	currency := f.Currency()
	if f.Charm != nil {
		c.Nested("charm", f.Charm.Validate())
		c.Require(f.Charm.Currency() == currency, "currency", "charm", "must be in the currency of the formula")
		c.Require(f.Ending.Valid(), "ending", "ending", "must say what becomes of the ending at a bound")
	} else {
		c.Require(f.Ending == "", "ending", "ending", "has no meaning without a charm")
	}
	if !f.Fee.IsNone() {
		checkAmount(&c, "fee", f.Fee, currency, -MaxAmount)
	}
	f.MinMargin.check(&c, "min_margin", currency)
	f.MaxMargin.check(&c, "max_margin", currency)
	if f.MinMargin.Kind == f.MaxMargin.Kind {
		order, err := f.MinMargin.Amount.Cmp(f.MaxMargin.Amount)
		crossed := f.MinMargin.Kind == RateOverCost && f.MinMargin.Rate.Cmp(f.MaxMargin.Rate) > 0 ||
			f.MinMargin.Kind == AmountOverBase && err == nil && order > 0
		c.Require(!crossed, "order", "max_margin", "must not be below the least margin")
	}
	if c.Require(f.Digits >= 0 && f.Digits <= 6, "digits", "digits", "must be from 0 to 6") && f.Digits > 0 && f.Charm != nil {
		c.Require(f.keepsEndings(), "digits", "digits", "too few to keep the endings")
	}
	return c.Err("formula")
}

func (f *Formula) checkRate(c *tandem.Check) {
	if !c.Require(f.Rate.Valid() && f.Rate.Sign() >= 0, "rate", "rate", "must not be negative") {
		return
	}
	switch f.Operator {
	case Discount:
		c.Require(f.Rate.Cmp(tandem.Percent(100)) <= 0, "rate", "rate", "must be at most 100 %")
	case Markup:
		c.Require(f.Rate.Cmp(tandem.Percent(100*MaxMarkup)) <= 0, "rate", "rate", "must be at most 100,000 %")
	case Margin:
		c.Require(f.Rate.Cmp(tandem.Percent(100)) < 0, "rate", "rate", "must be below 100 %: no price has a margin of all of it")
	}
}

// keepsEndings reports whether the final rounding leaves endings and fee as they are.
func (f *Formula) keepsEndings() bool {
	step := pow10(6 - f.Digits)
	whole := func(m tandem.Money) bool { return micro(m)%step == 0 }
	if !whole(f.Fee) {
		return false
	}
	for i := range f.Charm.Bands {
		b := &f.Charm.Bands[i]
		if !whole(b.Increment) {
			return false
		}
		for _, e := range b.Endings {
			if !whole(e) {
				return false
			}
		}
	}
	return true
}

func (k *Clamp) check(c *tandem.Check, path string, currency tandem.Currency) {
	if *k == (Clamp{}) {
		return
	}
	if !c.Require(k.Kind.Valid(), "clamp", path+".kind", "must be a kind of clamp") {
		return
	}
	if k.Kind == AmountOverBase {
		checkAmount(c, path+".amount", k.Amount, currency, -MaxAmount)
		c.Require(k.Rate.IsZero(), "rate", path+".rate", "has no meaning for an amount")
		return
	}
	c.Require(k.Amount.IsNone(), "amount", path+".amount", "has no meaning for a rate")
	c.Require(k.Rate.Valid() && k.Rate.Cmp(tandem.Percent(-100)) >= 0 && k.Rate.Cmp(tandem.Percent(100*MaxMarkup)) <= 0,
		"rate", path+".rate", "must be from -100 % to 100,000 %")
}

// checkAmount records an amount that is none, of another currency, or not from
// least to [MaxAmount] currency units.
func checkAmount(c *tandem.Check, path string, m tandem.Money, currency tandem.Currency, least int64) {
	if !c.Require(!m.IsNone(), "amount", path, "must be given") {
		return
	}
	c.Require(m.Currency() == currency, "currency", path, "must be in the one currency of the whole")
	unit := pow10(m.Currency().Digits())
	c.Require(m.Minor() >= least*unit && m.Minor() <= MaxAmount*unit, "amount", path, "out of range")
}
