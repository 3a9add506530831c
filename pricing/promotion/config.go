package promotion

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
)

// Config says how the promotions of a set stand together. Start from [NewConfig].
type Config struct {
	Lanes []Lane `json:"lanes"` // in the order in which they run: each sees what the one before has left
	// Forbidden names pairs of classes that do not stand together on one order; a
	// class may stand against itself (Shopify's combine matrix).
	Forbidden []ClassPair     `json:"forbidden,omitempty"`
	Fraction  Fraction        `json:"fraction"`
	Rounding  tandem.Rounding `json:"rounding"`
	// Attributes are what the host's conditions ask for beside the standard ones; the
	// basket's facts have their values.
	Attributes []condition.Attribute `json:"attributes,omitempty"`
	// Exact is how many conflicting promotions are decided by trying every
	// combination, at most and by default [MaxExact], and within [MaxSearch]; -1: none,
	// always the greedy way.
	Exact int `json:"exact,omitempty"`
}

// Lane is a group of promotions that are judged together.
type Lane struct {
	Name   string `json:"name"`
	Policy Policy `json:"policy"`
}

// ClassPair is a pair of classes, in any order.
type ClassPair struct {
	A string `json:"a"`
	B string `json:"b"`
}

// The lanes of [NewConfig].
const (
	LaneProduct  = "product"
	LaneOrder    = "order"
	LaneShipping = "shipping"
)

// NewConfig gives what most shops expect: on each line the best product
// promotion, then those of the order one after the other, then the best for the shipping.
func NewConfig() Config {
	return Config{
		Lanes:    []Lane{{LaneProduct, BestOf}, {LaneOrder, Compound}, {LaneShipping, BestOf}},
		Fraction: FractionRefuse, Rounding: tandem.HalfAwayFromZero,
	}
}

// Clone gives a copy that shares nothing with c.
func (c Config) Clone() Config {
	c.Lanes, c.Forbidden, c.Attributes = slices.Clone(c.Lanes), slices.Clone(c.Forbidden), slices.Clone(c.Attributes)
	return c
}

// Validate reports every fault of the configuration; [Compile] calls it.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(len(c.Lanes) >= 1 && len(c.Lanes) <= MaxLanes, "lanes", "lanes", "must be 1 to 16")
	for i, l := range c.Lanes {
		path := tandem.Path("lanes", i)
		check.Require(validName(l.Name), "name", path+".name", "must be given and short")
		check.Require(c.lane(l.Name) == i, "duplicate", path+".name", "lane stands twice")
		check.Require(l.Policy.Valid(), "policy", path+".policy", "must be a lane policy")
	}
	check.Require(len(c.Forbidden) <= MaxForbidden, "too_many", "forbidden", "too many pairs")
	for i, p := range c.Forbidden {
		check.Require(validName(p.A) && validName(p.B), "class", tandem.Path("forbidden", i), "must be two classes")
	}
	check.Require(c.Fraction.Valid(), "fraction", "fraction", "must be a policy for fractions")
	check.Require(c.Rounding.Valid(), "rounding", "rounding", "must be a rounding mode")
	_, err := condition.Standard(c.Attributes...)
	check.Nested("", err)
	check.Require(c.Exact >= -1 && c.Exact <= MaxExact, "exact", "exact", "must be -1 to 12")
	return check.Err("promotion configuration")
}

func (c Config) lane(name string) int {
	return slices.IndexFunc(c.Lanes, func(l Lane) bool { return l.Name == name })
}

func (c Config) exact() int {
	if c.Exact == 0 {
		return MaxExact
	}
	return max(0, c.Exact)
}
