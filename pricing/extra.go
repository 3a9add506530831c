package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// extra is what a row has that a record has no room for.
type extra struct {
	row   Row // as it was written
	tiers *formula.Compiled
}

// Begins gives the day, counted by UTC, with which the row's window has begun.
func (e *extra) Begins() int32 {
	if e.row.At == nil || e.row.At.From.IsZero() {
		return 0
	}
	const day = 24 * 3600 * 1_000_000
	micro := e.row.At.From.UnixMicro()
	begun := micro / day
	if micro%day > 0 {
		begun++
	}
	return int32(max(0, begun+daysTo1970))
}

const daysTo1970 = 719162 // from 0001-01-01

// extraOf gives the extra of a row, nil where its record says all.
func extraOf(r *Row) (*extra, error) {
	if r.Tiers == nil && r.Formula == nil && r.At == nil {
		return nil, nil
	}
	e := &extra{row: r.clone()}
	if r.Tiers == nil {
		return e, nil
	}
	var err error
	e.tiers, err = formula.Compile(*e.row.Tiers)
	return e, err
}

// clone gives a copy that shares nothing with r.
func (r *Row) clone() Row {
	out := *r
	if r.At != nil {
		own := *r.At
		out.At = &own
	}
	if r.Formula != nil {
		own := r.Formula.Clone()
		out.Formula = &own
	}
	if r.Tiers != nil {
		own := *r.Tiers
		own.Tiers = slices.Clone(own.Tiers)
		if own.Block != nil {
			block := *own.Block
			own.Block = &block
		}
		out.Tiers = &own
	}
	return out
}

// extraAt gives the extra of a row of a page, nil if it has none.
func extraAt(page *rows.Page, row uint32) *extra {
	record := page.Record(row)
	if record.Kind != rows.Extra && record.Kind != rows.ExtraRate {
		return nil
	}
	return page.Extras[record.Value].(*extra)
}

// holds reports whether a row with more to it than its key holds at the instant of
// the ask. An ask that does not say the instant is at fault.
func (a *ask) holds(page *rows.Page, row uint32) bool {
	e := extraAt(page, row)
	if e == nil || e.row.At == nil {
		return true
	}
	if a.at.IsZero() {
		a.fault(faultInstant, e.row.List)
		return false
	}
	return e.row.At.Contains(a.at)
}

// What is wrong with a line so that no price can be told, whatever else has one.
const (
	faultInstant  = "at"            // rows hold between instants, and none is said
	faultCost     = "cost_missing"  // a list makes its prices from cost, and none is said
	faultExchange = "rate_missing"  // a list converts, and there is no rate on the day
	faultFormula  = "price_formula" // a formula gives no price that can be told
)

// fault notes the first fault of the line.
func (a *ask) fault(code, list string) {
	if a.code == "" {
		a.code, a.culprit = code, list
	}
}

// priced gives the price that a row states, none if it states how to make one.
func (s *Snapshot) priced(page *rows.Page, row uint32, quantity tandem.Quantity) (price tandem.Price, tiers *formula.Compiled) {
	record := page.Record(row)
	switch record.Kind {
	case rows.Price:
		return s.priceOf(record.Value, record.Frame, record.Basis()), nil
	case rows.Extra:
		e := page.Extras[record.Value].(*extra)
		if e.tiers == nil {
			return e.row.Price, nil
		}
		price, err := e.tiers.Effective(quantity, s.book.Rounding)
		if err != nil {
			return tandem.Price{}, nil
		}
		return price, e.tiers
	}
	return tandem.Price{}, nil
}
