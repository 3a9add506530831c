package classify

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Predictability is a class of how well demand can be foreseen: X, Y or Z.
type Predictability string

// The classes.
const (
	X Predictability = "X"
	Y Predictability = "Y"
	Z Predictability = "Z"
)

// Predictabilities lists the classes.
func Predictabilities() []Predictability { return []Predictability{X, Y, Z} }

// Valid says whether the class is one of [Predictabilities].
func (p Predictability) Valid() bool { return slices.Contains(Predictabilities(), p) }

// UnmarshalText reads exactly X, Y or Z.
func (p *Predictability) UnmarshalText(text []byte) error {
	return enum.Decode(p, text, "class", Predictabilities())
}

// Basis says what the coefficient of variation is of.
type Basis string

// The bases.
const (
	// OfDemand is the standard deviation of the demand over its mean. A season that
	// everyone knows counts as variation.
	OfDemand Basis = "demand"
	// OfError is the root of the mean squared error of forecasts over the mean demand,
	// which is what stock has to cover.
	OfError Basis = "forecast_error"
)

// Bases lists the bases.
func Bases() []Basis { return []Basis{OfDemand, OfError} }

// Valid says whether the basis is one of [Bases].
func (b Basis) Valid() bool { return slices.Contains(Bases(), b) }

// UnmarshalText reads exactly the names of [Bases].
func (b *Basis) UnmarshalText(text []byte) error {
	return enum.Decode(b, text, "basis", Bases())
}

// XYZRule is by which coefficients of variation the classes part. The zero rule is
// 0.5 and 1 of the demand; a coefficient at a limit belongs to the class above.
type XYZRule struct {
	X     float64 `json:"x,omitzero"` // up to it items are X; 0 = 0.5
	Y     float64 `json:"y,omitzero"` // and Y; 0 = 1
	Basis Basis   `json:"basis,omitempty"`
}

// XYZResult is the class of an item.
type XYZResult struct {
	Rule      XYZRule        `json:"rule"` // as used
	Class     Predictability `json:"class"`
	Mean      float64        `json:"mean"`
	Variation float64        `json:"variation"` // the coefficient; 0 where the mean is not positive
	Count     int            `json:"count"`     // values it comes from
	Reason    string         `json:"reason"`
}

// XYZ classes an item by the demand of its buckets, and for the basis forecast_error
// by the errors, actual less forecast, of as many or fewer buckets. Demand whose mean
// is not positive, and fewer than two values, are Z.
func XYZ(demand, errors []float64, rule XYZRule) (XYZResult, error) {
	if rule.X == 0 {
		rule.X = 0.5
	}
	if rule.Y == 0 {
		rule.Y = max(1, rule.X)
	}
	if rule.Basis == "" {
		rule.Basis = OfDemand
	}
	var c tandem.Check
	c.Require(rule.X > 0 && float.Finite(rule.X), "x", "rule.x", "must be positive")
	c.Require(rule.Y >= rule.X && float.Finite(rule.Y), "y", "rule.y", "must be at least x")
	c.Require(rule.Basis.Valid(), "basis", "rule.basis", "must be demand or forecast_error")
	checkValues(&c, "demand", demand)
	checkValues(&c, "errors", errors)
	if err := c.Err("XYZ class"); err != nil {
		return XYZResult{}, err
	}
	r := XYZResult{Rule: rule, Class: Z, Mean: float.Mean(demand)}
	squares := 0.0
	if rule.Basis == OfError {
		r.Count = len(errors)
		for _, e := range errors {
			squares += float64(e * e)
		}
	} else {
		r.Count = len(demand)
		for _, v := range demand {
			squares += float64((v - r.Mean) * (v - r.Mean))
		}
	}
	switch {
	case !(r.Mean > 0):
		r.Reason = "no demand"
		return r, nil
	case r.Count < 2:
		r.Reason = "too few values for a variation"
		return r, nil
	}
	divisor := float64(r.Count)
	if rule.Basis == OfDemand {
		divisor-- // its own mean is estimated
	}
	r.Variation = min(math.Sqrt(squares/divisor)/r.Mean, math.MaxFloat64)
	switch {
	case r.Variation <= rule.X:
		r.Class, r.Reason = X, "the variation is at most the limit of X"
	case r.Variation <= rule.Y:
		r.Class, r.Reason = Y, "the variation is at most the limit of Y"
	default:
		r.Reason = "the variation is above the limit of Y"
	}
	return r, nil
}
