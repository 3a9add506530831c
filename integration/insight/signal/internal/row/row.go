// Package row has what the packages beside it ask of every row, whichever side it comes
// from: a quantity as a number, a rate that is a share, one unit for each product.
package row

import "github.com/tandem-go/tandem"

// Units gives a quantity as a number, in its unit.
func Units(q tandem.Quantity) float64 { return float64(q.Micro()) / 1e6 }

// Share says whether a rate is one of 0 to 1.
func Share(r tandem.Rate) bool {
	return r.Valid() && r.Sign() >= 0 && r.Cmp(tandem.Percent(100)) <= 0
}

// Measures are the units that products are counted in: those of their first rows that
// have a quantity.
type Measures map[tandem.ProductID]tandem.Unit

// Fit says whether a row has a quantity, in the one unit of its product.
func (m Measures) Fit(p tandem.ProductID, q tandem.Quantity) bool {
	if q.IsNone() {
		return false
	}
	u, seen := m[p]
	if !seen {
		m[p] = q.Unit()
	}
	return !seen || u == q.Unit()
}
