package ledger

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Share is the part of a line that goes to a set of dimensions.
type Share struct {
	Dimensions tandem.Dimensions `json:"dimensions"`
	Weight     int64             `json:"weight"`
}

// SplitLine divides a line over dimensions in proportion to their weights and
// appends the parts to dst: the amounts sum to the line's to the last minor unit
// ([tandem.Allocate]), and so do the originals. Parts without an amount are left out.
func SplitLine(dst []Line, l Line, shares []Share) ([]Line, error) {
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = s.Weight
	}
	amounts, err := tandem.Allocate(nil, l.Amount, weights)
	if err != nil {
		return dst, err
	}
	var originals []tandem.Money
	if l.Original.Currency() != 0 {
		if originals, err = tandem.Allocate(nil, l.Original, weights); err != nil {
			return dst, err
		}
	}
	for i, s := range shares {
		part := l
		part.Amount, part.Dimensions = amounts[i], slices.Clone(s.Dimensions)
		if originals != nil {
			part.Original = originals[i]
		}
		if !part.Amount.IsZero() || !part.Original.IsZero() {
			dst = append(dst, part)
		}
	}
	return dst, nil
}

// BalancedBy reports a dimension (a fund, a branch with books of its own) within
// which an entry does not balance, with one fault for each value, "" standing for
// lines without it.
func BalancedBy(e Entry, dimension string) error {
	var values []string
	var sums []tandem.Total
	for i := range e.Lines {
		value := ""
		for _, d := range e.Lines[i].Dimensions {
			if d.Name == dimension {
				value = d.Value
			}
		}
		at := slices.Index(values, value)
		if at < 0 {
			at = len(values)
			values, sums = append(values, value), append(sums, tandem.NewTotal(e.Currency))
		}
		sums[at].Add(e.Lines[i].Amount)
	}
	var c tandem.Check
	for i := range sums {
		c.Require(sums[i].Err() == nil && sums[i].Sign() == 0, "unbalanced_dimension", "lines", "debits and credits differ within "+dimension+" "+values[i])
	}
	return c.Err("entry")
}
