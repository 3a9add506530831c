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
	// Rate is the demand by bucket, closed ones counted in; 0 = that of Protection by
	// buckets of lead time and review.
	Rate float64 `json:"rate,omitzero"`
	// LongestCover stands in for that of an [Item] with none; 0 = 1,000.
	LongestCover int `json:"longest_cover,omitzero"`
	History      int `json:"history,omitzero"` // buckets that the forecast was made from; 0 = not told
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
// quantity is expected to last, at least the review period and at most
// Item.LongestCover. Where no demand is expected over lead time and review there is none.
//
// Levels are kept for a while, so that what they must meet is not that of the next
// buckets alone where some of these are closed (or have less than a hundredth of the usual
// demand): with a lead time of two days an order of Wednesday is there for a Saturday, and
// levels for no more than that would be zero. Lead, Protection and Review then have as
// many open buckets as the times hold at worst, whatever day of the next week they begin
// on; of buckets longer than a day, whether now or one later. Levels that are kept from
// one plan to the next week's serve no less than promised, in the mean more.
func DemandOf(fit *forecast.Fit, item Item) (Demand, error) {
	var d Demand
	var c tandem.Check
	c.Require(fit != nil, "fit", "fit", "must not be nil")
	c.Nested("item", item.serviceless().Validate())
	if err := c.Err("demand"); err != nil {
		return d, err
	}
	over := item.spans(fit)
	all, err := fit.Demands(over.lead, over.protection, forecast.FixedLeadTime(over.review))
	if err != nil {
		return d, err
	}
	d = Demand{Lead: all[0], Protection: all[1], Review: all[2], History: fit.History()}
	d.Rate = max(float64(over.rate*d.Protection.Mean()), 0)
	if item.costed() && item.LongestCover == 0 {
		d.LongestCover = twoYears(fit.Bucket())
	}
	if rate := d.rate(item); item.sized() && rate > 0 {
		d.Coverage = item.coverage(fit, rate, item.longest(d))
	}
	return d, nil
}

// twoYears are the buckets of two years, longest at most.
func twoYears(b forecast.Bucket) int {
	switch b {
	case forecast.Day:
		return 730
	case forecast.Week:
		return 104
	case forecast.Month:
		return 24
	case forecast.Quarter:
		return 8
	case forecast.Year:
		return 2
	}
	return longest
}

// rate is the demand by bucket.
func (d Demand) rate(item Item) float64 {
	if d.Rate > 0 {
		return d.Rate
	}
	return item.rate(d.Protection.Mean())
}

// rate is the demand by bucket of what is expected over lead time and review.
func (i Item) rate(protection float64) float64 {
	return max(protection, 0) / (i.Lead.Mean() + float64(i.period()))
}

// longest is the most buckets that an economic order quantity lasts where nothing else is said.
const longest = 1000

// longest is how many buckets an order may be for: at least a review period.
func (i Item) longest(d Demand) int {
	n := longest
	switch {
	case i.LongestCover > 0:
		n = i.LongestCover
	case d.LongestCover > 0:
		n = d.LongestCover
	}
	return max(n, i.period())
}

// coverage sums the points of a forecast from the receipt of an order on. Where costs are
// known the order lasts for n buckets with a demand of D together if it is √(2·A·(D/n)/h)
// and D itself, so that n·D is 2·A/h; from where to look for it a rate says.
func (i Item) coverage(fit *forecast.Fit, rate float64, most int) Coverage {
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
	most = min(most, forecast.MaxHorizon-from)
	buckets := i.period() + int(min(math.Sqrt(lot/rate), float64(most)))
	for {
		buckets = min(buckets, most)
		sum := 0.0
		for n, v := range fit.Expected(from + buckets)[from:] {
			sum += v
			if n++; n >= i.period() && float64(n)*sum >= lot || n == most {
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
	c.Require(d.Rate >= 0 && d.Rate <= forecast.MaxSize, "rate", "rate", "must be 0 or more, and of bounded size")
	c.Require(d.LongestCover >= 0 && d.LongestCover <= MaxCover, "cover", "longest_cover", "must be 0 to 10,000")
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
