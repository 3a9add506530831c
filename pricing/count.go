package pricing

import (
	"slices"

	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// BreakCount says what is counted for the quantity-from of a list's rows. Lines are
// counted together that are ordered in the same unit.
type BreakCount string

// The ways of counting.
const (
	CountLine    BreakCount = "line"    // the line alone
	CountProduct BreakCount = "product" // all lines of the product
	CountFamily  BreakCount = "family"  // all lines of the product's family, see [Item]
	CountGroup   BreakCount = "group"   // all lines of the line's group, see [Line]
)

// BreakCounts lists the ways of counting.
func BreakCounts() []BreakCount {
	return []BreakCount{CountLine, CountProduct, CountFamily, CountGroup}
}

// together gives the place of what is counted with other lines, -1 where nothing is.
func (c BreakCount) together() int {
	switch c {
	case CountProduct:
		return 0
	case CountFamily:
		return 1
	case CountGroup:
		return 2
	}
	return -1
}

// Valid reports whether c is one of [BreakCounts].
func (c BreakCount) Valid() bool { return slices.Contains(BreakCounts(), c) }

// UnmarshalText reads a way of counting and refuses anything else.
func (c *BreakCount) UnmarshalText(text []byte) error { return enum.Decode(c, text, "way of counting") }
