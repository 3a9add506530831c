package pricing

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// missing says what comes closest to a price for a line that has none: each
// restriction is lifted in turn, the tax mode last.
func (s *Snapshot) missing(a *ask) string {
	closest, code := 0, "price_missing"
	s.eachOf(a, func(r *row) {
		if loss := s.mismatch(r, a); r.price.IsNone() || loss == "" {
			return
		} else if near, as := nearness(loss); near > closest {
			closest, code = near, as
		}
	})
	return code
}

// eachOf calls fn with the rows of all lists that count for the line.
func (s *Snapshot) eachOf(a *ask, fn func(r *row)) {
	for _, scope := range a.chain[:a.depth] {
		for _, r := range s.appendRows(nil, scope, func(li int32) bool { return a.has(s.lists[li].class) }) {
			fn(&r)
		}
		for _, li := range a.mine() {
			for _, r := range s.rowsOf(li, scope) {
				fn(&r)
			}
		}
	}
}

func nearness(l Loss) (int, string) {
	switch l {
	case LossTaxMode:
		return 1, "price_tax_mode"
	case LossCurrency:
		return 2, "price_currency"
	case LossUnit:
		return 3, "price_unit"
	case LossDate:
		return 4, "price_date"
	case LossQuantity:
		return 5, "price_quantity"
	}
	return 0, "price_missing"
}

// lacking says in words what a code of missing means.
func (s *Snapshot) lacking(code string, a *ask) string {
	switch code {
	case "price_tax_mode":
		return "with or without tax, as is asked"
	case "price_currency":
		return "in the currency that is asked"
	case "price_unit":
		return "per " + a.unit.String() + ", only per " + s.units(a) + "; a process prices in the product's base unit"
	case "price_date":
		return "on the day that is asked"
	case "price_quantity":
		return "for so small a quantity"
	case faultInstant:
		return "without the instant that prices: list " + a.culprit + " has rows that hold between instants"
	case faultCost:
		return "without its cost: list " + a.culprit + " makes prices from cost"
	case faultExchange:
		return "that converts: list " + a.culprit + " has no exchange rate on the day"
	case faultFormula:
		return "that can be told: the formula of list " + a.culprit + " gives none"
	}
	return "in any list that applies"
}

// units lists the units that rows of the line have, where nothing but the unit,
// the day or the quantity is against them.
func (s *Snapshot) units(a *ask) string {
	var units []string
	s.eachOf(a, func(r *row) {
		if r.price.IsNone() || s.mismatch(r, a) != LossUnit {
			return
		}
		if u := r.unit.String(); !slices.Contains(units, u) {
			units = append(units, u)
		}
	})
	return strings.Join(units, ", ")
}

// mismatch says why a row cannot apply at all, "" if it can.
func (s *Snapshot) mismatch(r *row, a *ask) Loss {
	micro := a.micro
	if r.unit != a.unit && (r.from > 0 || !r.price.IsNone()) {
		converted, ok := a.in(r.unit)
		if !ok {
			micro = -1
		} else {
			micro = converted
		}
	}
	switch e := extraAt(r.page, r.number); {
	case s.lists[r.list].inclusive != a.inclusive:
		return LossTaxMode
	case !r.price.IsNone() && r.price.Currency() != a.currency:
		return LossCurrency
	case micro < 0:
		return LossUnit
	case !r.span.Contains(a.day) || e != nil && e.row.At != nil && !e.row.At.Contains(a.at):
		return LossDate
	case micro < r.from:
		return LossQuantity
	}
	return ""
}

// in gives the quantity of the line in another unit, in whole millionths, rounded down:
// what is compared with a quantity-from.
func (a *ask) in(unit tandem.Unit) (int64, bool) {
	factor, ok := factorOf(a.conversions, a.unit, unit)
	if !ok || factor.Sign() <= 0 {
		return 0, false
	}
	return int128.QuoRound64(int128.Mul64(a.micro, factor.Num()), factor.Den(), int128.Down)
}
