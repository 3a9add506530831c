package newsvendor

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy/safetystock"
	"github.com/tandem-go/tandem/internal/float"
)

// MaxCost is the largest cost of a unit, and the largest pack.
const MaxCost = 1e12

// Cost is what a wrong order costs by unit.
type Cost struct {
	Underage float64 `json:"underage"`       // of demand not met: price less purchase, and goodwill
	Overage  float64 `json:"overage"`        // of a unit left: purchase less salvage
	Pack     float64 `json:"pack,omitzero"`  // increment of the order; 0 = none
	Stock    float64 `json:"stock,omitzero"` // on hand already, which the order fills up
}

// Decision is an order and what is expected of it, stock included.
type Decision struct {
	Ratio    float64 `json:"ratio"`    // critical ratio Cu/(Cu + Co), the cycle service to aim at
	Level    float64 `json:"level"`    // order-up-to level: stock and order
	Order    float64 `json:"order"`    // in full packs; 0 where the stock suffices
	Sales    float64 `json:"sales"`    // expected
	Shortage float64 `json:"shortage"` // expected
	Leftover float64 `json:"leftover"` // expected
	Cost     float64 `json:"cost"`     // expected, of shortage and leftover
}

// Validate reports every fault.
func (c Cost) Validate() error {
	var k tandem.Check
	within := func(v float64) bool { return v >= 0 && v <= MaxCost }
	k.Require(within(c.Underage), "cost", "underage", "must be 0 to 1e12")
	k.Require(within(c.Overage), "cost", "overage", "must be 0 to 1e12")
	k.Require(c.Underage+c.Overage > 0, "cost", "underage", "one of the costs must be positive")
	k.Require(within(c.Pack), "pack", "pack", "must be 0 to 1e12")
	k.Require(within(c.Stock), "stock", "stock", "must be 0 to 1e12")
	return k.Err("newsvendor")
}

// Ratio gives the critical ratio; 0 without costs.
func (c Cost) Ratio() float64 {
	if !(c.Underage+c.Overage > 0) {
		return 0
	}
	return c.Underage / (c.Underage + c.Overage)
}

// Order decides for a distribution, such as [forecast.Fit.Demand] gives; of the full
// packs around the quantile the cheaper is taken. No samples are no demand.
func (c Cost) Order(d forecast.Distribution) (Decision, error) {
	var k tandem.Check
	k.Nested("", c.Validate())
	k.Require(len(d.Samples) <= forecast.MaxPaths, "too_many", "samples", "at most 1,000,000")
	k.Require(slices.IsSorted(d.Samples), "order", "samples", "must be in ascending order")
	wild := slices.ContainsFunc(d.Samples, func(v float64) bool { return !(math.Abs(v) <= forecast.MaxSize*forecast.MaxLeadTime) })
	k.Require(!wild, "finite", "samples", "must be finite and of bounded size")
	if err := k.Err("newsvendor"); err != nil {
		return Decision{}, err
	}
	return c.decide(d.Quantile(c.Ratio()), d.Mean(), d.Shortage), nil
}

// Normal decides for a normal demand, which a standard deviation of zero makes
// certain.
func (c Cost) Normal(mean, deviation float64) (Decision, error) {
	var k tandem.Check
	k.Nested("", c.Validate())
	k.Require(math.Abs(mean) <= forecast.MaxSize, "mean", "mean", "must be finite, at most 1e15")
	k.Require(deviation >= 0 && deviation <= forecast.MaxSize, "deviation", "deviation", "must be 0 to 1e15")
	if err := k.Err("newsvendor"); err != nil {
		return Decision{}, err
	}
	// A ratio of nought or one asks for an end of the line that normal demand has not.
	factor := float.NormalQuantile(min(max(c.Ratio(), 1e-12), 1-1e-12))
	shortage := func(x float64) float64 {
		if deviation == 0 {
			return max(mean-x, 0)
		}
		return float64(deviation * safetystock.Loss((x-mean)/deviation))
	}
	return c.decide(mean+float64(factor*deviation), mean, shortage), nil
}

func (c Cost) decide(level, mean float64, shortage func(float64) float64) Decision {
	measure := func(level float64) Decision {
		d := Decision{Ratio: c.Ratio(), Level: level, Order: level - c.Stock, Shortage: shortage(level)}
		d.Leftover = max(level-mean+d.Shortage, 0)
		d.Sales = mean - d.Shortage
		d.Cost = float64(c.Underage*d.Shortage) + float64(c.Overage*d.Leftover)
		return d
	}
	if level <= c.Stock {
		return measure(c.Stock)
	}
	if c.Pack == 0 {
		return measure(level)
	}
	packs := math.Floor((level - c.Stock) / c.Pack)
	low := measure(c.Stock + float64(packs*c.Pack))
	high := measure(c.Stock + float64((packs+1)*c.Pack))
	if low.Cost <= high.Cost {
		return low
	}
	return high
}
