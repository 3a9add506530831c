package similarity

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a configuration.
const (
	MaxNeighbours = 1_000
	MaxRelations  = 1_000_000
	MaxLength     = 100_000 // items of a customer
	MaxSteps      = 1_000_000_000_000
	MinPeriod     = 7 // days
	MaxPeriod     = 1_000_000
)

// Over says what has two items in common.
type Over string

// What items are compared over.
const (
	Customers Over = "customers" // all baskets of a customer together
	Baskets   Over = "baskets"
)

// Overs lists what items are compared over.
func Overs() []Over { return []Over{Customers, Baskets} }

// Valid says whether it is one of [Overs].
func (o Over) Valid() bool { return slices.Contains(Overs(), o) }

// UnmarshalText reads exactly the names of [Overs].
func (o *Over) UnmarshalText(text []byte) error { return enum.Decode(o, text, "over", Overs()) }

// Measure says what neighbours are ranked by.
type Measure string

// The measures.
const (
	// Cosine is both/√(left·right).
	Cosine Measure = "cosine"
	// LogLikelihood is Dunning's ratio (see basket.LogLikelihoodRatio) of items that are
	// had together more often than independence gives; others are no neighbours.
	LogLikelihood Measure = "log_likelihood"
)

// Measures lists the measures.
func Measures() []Measure { return []Measure{Cosine, LogLikelihood} }

// Valid says whether the measure is one of [Measures].
func (m Measure) Valid() bool { return slices.Contains(Measures(), m) }

// UnmarshalText reads exactly the names of [Measures].
func (m *Measure) UnmarshalText(text []byte) error {
	return enum.Decode(m, text, "measure", Measures())
}

// The reasons why customers and baskets are left out.
const (
	LongCustomer insight.Reason = "long_customer" // has more items than are looked at; his baskets are out, too
	LongBasket   insight.Reason = "long_basket"   // has more items than are looked at; of [Relations] one without customer
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{LongCustomer, LongBasket} }

// WarningCodes lists the codes that an answer may have.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{basket.LongestLowered, insight.RowsLeftOut}
}

// Config says how items are compared. The zero Config is the default.
type Config struct {
	Over    Over    `json:"over,omitzero"`    // none = customers
	Measure Measure `json:"measure,omitzero"` // none = cosine
	// Shrinkage λ multiplies the measure by n/(n+λ), n being those that have both:
	// what rests on few is worth less (Bell and Koren, 2007). 0 = 10.
	Shrinkage   float64 `json:"shrinkage,omitzero"`
	NoShrinkage bool    `json:"no_shrinkage,omitzero"`
	Neighbours  int     `json:"neighbours,omitzero"` // of an item at most; 0 = 20
	MinCount    int     `json:"min_count,omitzero"`  // of those that have both; 0 = 3
	// Longest leaves out who has more items: the work grows with the square, and who
	// buys everything says nothing. 0 = 1,000.
	Longest int `json:"longest,omitzero"`
	// MaxSteps bounds the work, in looks at a pair of items that somebody has: where it
	// would be exceeded, Longest is lowered until the rest fits, and a warning says so.
	// 0 = 10,000,000,000.
	MaxSteps int `json:"max_steps,omitzero"`
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Over == "" || c.Over.Valid(), "over", "over", "must be customers or baskets")
	k.Require(c.Measure == "" || c.Measure.Valid(), "measure", "measure", "must be cosine or log_likelihood")
	k.Require(c.Shrinkage >= 0 && float.Finite(c.Shrinkage), "shrinkage", "shrinkage", "must not be negative")
	k.Require(c.Neighbours >= 0 && c.Neighbours <= MaxNeighbours, "neighbours", "neighbours", "must be 0 to 1,000")
	k.Require(c.MinCount >= 0, "min_count", "min_count", "must not be negative")
	k.Require(c.Longest >= 0 && c.Longest <= MaxLength, "longest", "longest", "must be 0 to 100,000")
	k.Require(c.MaxSteps >= 0 && c.MaxSteps <= MaxSteps, "max_steps", "max_steps", "must be 0 to 1,000,000,000,000")
	return k.Err("similarity config")
}

func (c Config) filled() Config {
	if c.Over == "" {
		c.Over = Customers
	}
	if c.Measure == "" {
		c.Measure = Cosine
	}
	if c.Shrinkage == 0 {
		c.Shrinkage = 10
	}
	if c.NoShrinkage {
		c.Shrinkage = 0
	}
	if c.Neighbours == 0 {
		c.Neighbours = 20
	}
	if c.MinCount == 0 {
		c.MinCount = 3
	}
	if c.Longest == 0 {
		c.Longest = 1000
	}
	if c.MaxSteps == 0 {
		c.MaxSteps = defaultSteps
	}
	return c
}

const defaultSteps = 10_000_000_000
