package policy

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// Demand is what a rule must meet, as distributions of the sum of demand. Samples of
// one future need not stand at one place, but should come from the same futures, or
// the difference between Protection and Lead is lost in the noise.
type Demand struct {
	Lead       forecast.Distribution `json:"lead"`       // over the lead time
	Protection forecast.Distribution `json:"protection"` // over lead time and review period
	Review     forecast.Distribution `json:"review"`     // over a review period (a bucket, if continuous)
	// Coverage is what the order quantity is made from; none = as much by bucket as is
	// expected over lead time and review, which a promotion in that time raises.
	Coverage Coverage `json:"coverage,omitzero"`
	History  int      `json:"history,omitzero"` // buckets that the forecast was made from; 0 = not told
}

// Coverage is the demand that is expected from the receipt of an order on, which is
// what the order is for.
type Coverage struct {
	Buckets float64 `json:"buckets"` // 0 = not told; the last may be a part of one
	Demand  float64 `json:"demand"`  // in all of them together, 0 or more
}

// DemandOf asks a forecast for what a rule for an item must meet, whose Service is not
// read. Its Coverage begins after the mean lead time, rounded to whole buckets, and has
// as many as Item.Cover says; where costs are known, as many as the economic order
// quantity is expected to last, at least the review period and at most 1,000. Where no
// demand is expected over lead time and review there is none.
func DemandOf(fit *forecast.Fit, item Item) (Demand, error) {
	var d Demand
	var c tandem.Check
	c.Require(fit != nil, "fit", "fit", "must not be nil")
	c.Nested("item", item.serviceless().Validate())
	if err := c.Err("demand"); err != nil {
		return d, err
	}
	all, err := fit.Demands(item.Lead, item.Lead.Plus(item.period()), forecast.FixedLeadTime(item.period()))
	if err != nil {
		return d, err
	}
	d = Demand{Lead: all[0], Protection: all[1], Review: all[2], History: fit.History()}
	if rate := item.rate(d.Protection.Mean()); item.sized() && rate > 0 {
		d.Coverage = item.coverage(fit, rate)
	}
	return d, nil
}

// rate is the demand by bucket of what is expected over lead time and review.
func (i Item) rate(protection float64) float64 {
	return max(protection, 0) / (i.Lead.Mean() + float64(i.period()))
}

// longest is the most buckets that an economic order quantity is looked at for.
const longest = 1000

// coverage sums the points of a forecast from the receipt of an order on. Where costs are
// known the order lasts for n buckets with a demand of D together if it is √(2·A·(D/n)/h)
// and D itself, so that n·D is 2·A/h; from where to look for it a rate says.
func (i Item) coverage(fit *forecast.Fit, rate float64) Coverage {
	from := int(math.Round(i.Lead.Mean()))
	if !i.costed() {
		buckets := min(i.cover(), float64(forecast.MaxHorizon-from))
		sum := 0.0
		for n, v := range fit.Expected(from + int(math.Ceil(buckets)))[from:] {
			sum += float64(v * min(buckets-float64(n), 1))
		}
		return Coverage{buckets, max(sum, 0)}
	}
	lot := 2 * i.OrderCost / i.HoldingCost
	buckets := i.period() + int(min(math.Sqrt(lot/rate), longest))
	for {
		buckets = min(buckets, longest)
		sum := 0.0
		for n, v := range fit.Expected(from + buckets)[from:] {
			sum += v
			if n++; n >= i.period() && float64(n)*sum >= lot || n == longest {
				return Coverage{float64(n), max(sum, 0)}
			}
		}
		buckets *= 2
	}
}

// Validate reports every fault: samples that are none, too many, not finite or not
// in order, and what is expected of no buckets.
func (d Demand) Validate() error {
	var c tandem.Check
	for _, f := range []struct {
		path string
		d    forecast.Distribution
	}{{"lead", d.Lead}, {"protection", d.Protection}, {"review", d.Review}} {
		n := len(f.d.Samples)
		c.Require(n >= 1 && n <= forecast.MaxPaths, "samples", f.path, "must have 1 to 1,000,000 samples")
		c.Require(slices.IsSorted(f.d.Samples), "order", f.path, "must be in ascending order")
		wild := slices.ContainsFunc(f.d.Samples, func(v float64) bool { return !(math.Abs(v) <= forecast.MaxSize*MaxReview) })
		c.Require(!wild, "finite", f.path, "must be finite and of bounded size")
	}
	c.Require(d.Coverage.Buckets >= 0 && d.Coverage.Buckets <= MaxCover, "coverage", "coverage.buckets", "must be 0 to 10,000")
	c.Require(d.Coverage.Demand >= 0 && float.Finite(d.Coverage.Demand), "coverage", "coverage.demand", "must be 0 or more, and finite")
	c.Require(d.Coverage.Buckets > 0 || d.Coverage.Demand == 0, "coverage", "coverage.buckets", "must be told with their demand")
	c.Require(d.History >= 0, "history", "history", "must not be negative")
	return c.Err("demand")
}

// copied keeps the arguments of a call as they are, since samples next to whole
// numbers are made whole.
func (d Demand) copied() Demand {
	for _, f := range []*forecast.Distribution{&d.Lead, &d.Protection, &d.Review} {
		f.Samples = slices.Clone(f.Samples)
	}
	return d
}
