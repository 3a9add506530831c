package classify

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// MaxItems is the most items that are sorted at once.
const MaxItems = 10_000_000

// Class is a class of value: A, B or C.
type Class string

// The classes.
const (
	A Class = "A"
	B Class = "B"
	C Class = "C"
)

// Classes lists the classes.
func Classes() []Class { return []Class{A, B, C} }

// Valid says whether the class is one of [Classes].
func (c Class) Valid() bool { return slices.Contains(Classes(), c) }

// UnmarshalText reads exactly A, B or C.
func (c *Class) UnmarshalText(text []byte) error {
	return enum.Decode(c, text, "class", Classes())
}

// Boundary says where an item belongs with which the cumulative value passes a limit.
type Boundary string

// The boundaries.
const (
	Upper Boundary = "upper" // to the class above: A holds at least its share, and is never empty
	Lower Boundary = "lower" // to the class below: A holds at most its share
)

// Boundaries lists the boundaries.
func Boundaries() []Boundary { return []Boundary{Upper, Lower} }

// Valid says whether the boundary is one of [Boundaries].
func (b Boundary) Valid() bool { return slices.Contains(Boundaries(), b) }

// UnmarshalText reads exactly the names of [Boundaries].
func (b *Boundary) UnmarshalText(text []byte) error {
	return enum.Decode(b, text, "boundary", Boundaries())
}

// ABCRule is by which shares of the value the classes part. The zero rule is 80 % and
// 95 %, and the item that passes a limit belongs to the class above.
type ABCRule struct {
	A        float64  `json:"a,omitzero"` // cumulative share up to which items are A; 0 = 0.8
	B        float64  `json:"b,omitzero"` // and B; 0 = 0.95
	Boundary Boundary `json:"boundary,omitempty"`
}

// ABCResult is the class of each item, in the order of the values.
type ABCResult struct {
	Rule    ABCRule   `json:"rule"` // as used
	Classes []Class   `json:"classes"`
	Ranks   []int     `json:"ranks"`  // 1 is the most valuable; equal values in the order given
	Shares  []float64 `json:"shares"` // cumulative, down to the item
	Total   float64   `json:"total"`  // of the positive values
	Count   [3]int    `json:"count"`  // items of A, B, C
}

// ABC sorts items by their value, such as yearly demand times unit cost (Dickie,
// 1951). Values of zero or less are C, whatever the shares. Only values that are not
// finite, and a rule out of order, are errors.
func ABC(values []float64, rule ABCRule) (ABCResult, error) {
	if rule.A == 0 {
		rule.A = 0.8
	}
	if rule.B == 0 {
		rule.B = max(0.95, rule.A)
	}
	if rule.Boundary == "" {
		rule.Boundary = Upper
	}
	var c tandem.Check
	c.Require(rule.A > 0 && rule.A <= 1, "a", "rule.a", "must be above 0, at most 1")
	c.Require(rule.B >= rule.A && rule.B <= 1, "b", "rule.b", "must be at least a, at most 1")
	c.Require(rule.Boundary.Valid(), "boundary", "rule.boundary", "must be upper or lower")
	checkValues(&c, "values", values)
	if err := c.Err("ABC classes"); err != nil {
		return ABCResult{}, err
	}
	r := ABCResult{Rule: rule, Classes: make([]Class, len(values)), Ranks: make([]int, len(values)), Shares: make([]float64, len(values))}
	order := make([]int, len(values))
	for i := range values {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	for _, i := range order { // summed as below, so that the last share is 1
		r.Total += max(values[i], 0)
	}
	sum := 0.0
	for rank, i := range order {
		before := sum
		sum += max(values[i], 0)
		r.Ranks[i] = rank + 1
		share, above := 1.0, 1.0
		if r.Total > 0 {
			share, above = sum/r.Total, before/r.Total
		}
		r.Shares[i] = share
		if rule.Boundary == Lower {
			above = share
		}
		r.Classes[i] = rule.class(values[i], above)
		r.Count[slices.Index(Classes(), r.Classes[i])]++
	}
	return r, nil
}

// class compares the share before an item (upper) or with it (lower).
func (r ABCRule) class(value, share float64) Class {
	inside := func(limit float64) bool {
		if r.Boundary == Upper {
			return share < limit-1e-12
		}
		return share <= limit+1e-12
	}
	switch {
	case !(value > 0):
		return C
	case inside(r.A):
		return A
	case inside(r.B):
		return B
	}
	return C
}

func checkValues(c *tandem.Check, path string, values []float64) {
	c.Require(len(values) <= MaxItems, "too_many", path, "at most 10,000,000")
	for i, v := range values {
		if !(math.Abs(v) <= 1e15) {
			c.Add("finite", tandem.Path(path, i), "must be finite, at most 1e15")
		}
	}
}
