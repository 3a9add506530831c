package pricingtest

import (
	"errors"
	"math/big"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
)

// rule is how a list derives: its own rate or formula, or those of the best of its rows
// that state one.
type rule struct {
	by      offer
	rate    tandem.Rate
	formula *formula.Formula
}

func (a *asking) rule(li int) rule {
	l := &a.book.Lists[li]
	r := rule{rate: l.Discount, formula: l.Formula}
	for i := range a.book.Rows {
		row := &a.book.Rows[i]
		if row.List != l.ID || !row.Price.IsNone() || row.Tiers != nil {
			continue
		}
		if o := a.offer(row, li); o.ok && (!r.by.ok || a.compare(&o, &r.by) > 0) {
			r = rule{by: o, rate: row.Discount, formula: row.Formula}
		}
	}
	return r
}

// derived gives the price that a list derives. From a default list in its own currency
// it derives where that list is the best of the default lists, if it is told which one
// is; otherwise by what its base alone says.
func (a *asking) derived(li int, base *offer) offer {
	l := &a.book.Lists[li]
	if l.Base == "" && l.Formula == nil || !l.Valid.Contains(a.req.Date) || l.Inclusive != a.req.Inclusive ||
		l.Currency != 0 && l.Currency != a.currency {
		return offer{}
	}
	if l.Base == "" {
		return a.derive(li, offer{ok: true, from: new(big.Rat)})
	}
	bi := a.lists[l.Base]
	if base != nil && a.book.Lists[bi].Source == pricing.SourceDefault && l.Source != pricing.SourceDefault && l.Currency == 0 {
		if !base.ok || base.list != bi {
			return offer{}
		}
		return a.derive(li, *base)
	}
	other := *a
	if l.Currency != 0 {
		other.currency = l.BaseCurrency
	}
	of := other.alone(bi)
	a.fault = other.fault
	if !of.ok {
		return offer{}
	}
	return a.derive(li, of)
}

// alone gives the price of one list, whoever it is for and whatever others say.
func (a *asking) alone(li int) offer {
	return a.best(append(a.priced(li), a.derived(li, nil)))
}

// derive makes the price of a list from that of its base, row by row.
func (a *asking) derive(li int, base offer) offer {
	l, rule := &a.book.Lists[li], a.rule(li)
	o := offer{ok: true, own: a.unit == a.line.Quantity.Unit(), list: li, rule: l.ID, of: base.of, scope: base.scope, from: base.from, start: base.start, derived: true}
	if by := &rule.by; by.ok {
		o.rule, o.scope, o.start = by.rule, max(o.scope, by.scope), max(o.start, by.start)
		if by.from.Cmp(o.from) > 0 {
			o.from = by.from
		}
	}
	if rule.formula == nil && l.Currency == 0 {
		o.price = a.discounted(base.price, rule.rate)
		return o
	}
	in := formula.Input{Cost: a.cost(), Rounding: a.book.Rounding, Digits: a.book.PriceDigits}
	if l.Currency != 0 {
		if in.ToCurrency = l.Currency; base.price.Currency() != l.Currency {
			in.Rate = a.exchange(base.price.Currency(), l.Currency)
		}
	}
	f := rule.formula
	if f == nil {
		f = &formula.Formula{Of: formula.OfList, Operator: formula.Discount, Rate: rule.rate}
	}
	var err error
	switch o.price, err = f.Apply(base.price, in); {
	case err == nil && o.price.Currency() != a.currency: // of cost, in another currency than is asked for
		return offer{}
	case err == nil:
		return o
	case errors.Is(err, formula.ErrCostMissing):
		a.blame("cost_missing")
	case errors.Is(err, formula.ErrRateMissing):
		a.blame("rate_missing")
	default:
		a.blame("price_formula")
	}
	return offer{}
}

// discounted takes a rate off a price and rounds once: to the book's digits, or to those
// of the currency or of the price, whichever are more. A cent is never more than nothing.
func (a *asking) discounted(p tandem.Price, rate tandem.Rate) tandem.Price {
	if rate.IsZero() {
		return p
	}
	digits := a.book.PriceDigits
	if digits == 0 {
		for digits = p.Currency().Digits(); digits < 6 && p.Micro()%power(6-digits) != 0; digits++ {
		}
	}
	step := power(6 - digits)
	exact := rational(power(9)-rate.Nano(), power(9))
	exact.Mul(exact, rational(p.Micro(), step))
	micro := rounded(exact, a.book.Rounding) * step
	return must(tandem.PriceFromMicro(min(micro, p.Micro()), p.Currency(), p.Basis(), p.Unit()))
}

// cost gives what one unit costs, to a millionth; none where the line does not say it.
func (a *asking) cost() tandem.Price {
	cost := a.line.Cost
	if cost.IsNone() {
		return tandem.Price{}
	}
	f, _ := factor(a.line, a.line.Quantity.Unit(), a.unit)
	f.Mul(f, rational(a.line.Quantity.Micro(), 1))
	each := new(big.Rat).Quo(rational(cost.Minor()*power(6-cost.Currency().Digits()), 1), f)
	each.Mul(each, rational(power(6), 1))
	return must(tandem.PriceFromMicro(rounded(each, tandem.HalfAwayFromZero), cost.Currency(), 1, a.unit))
}

// exchange gives the rate of the day that began last, none where there is none.
func (r *reference) exchange(from, to tandem.Currency) (rate tandem.Ratio) {
	start := -1
	for _, x := range r.book.Exchange {
		if x.From == from && x.To == to && x.Valid.Contains(r.req.Date) && x.Valid.From.DayNumber() > start {
			start, rate = x.Valid.From.DayNumber(), x.Rate
		}
	}
	return rate
}
