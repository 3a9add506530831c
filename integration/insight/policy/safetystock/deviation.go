package safetystock

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Basis names where a deviation over a time comes from.
type Basis string

// The bases.
const (
	// Cumulative takes the errors of forecasts over the whole time, as they were.
	Cumulative Basis = "cumulative"
	// RootOfTime multiplies the error of a bucket by the root of the time: an
	// assumption, that errors of one forecast are independent of one another. Errors
	// in the level make the true deviation larger.
	RootOfTime Basis = "root_of_time"
)

// Bases lists the bases.
func Bases() []Basis { return []Basis{Cumulative, RootOfTime} }

// Valid says whether the basis is one of [Bases].
func (b Basis) Valid() bool { return slices.Contains(Bases(), b) }

// UnmarshalText reads exactly the names of [Bases].
func (b *Basis) UnmarshalText(text []byte) error {
	return enum.Decode(b, text, "basis", Bases())
}

// Deviation is that of the forecast error over a time.
type Deviation struct {
	Basis     Basis   `json:"basis"`
	Buckets   int     `json:"buckets"`   // the time
	Deviation float64 `json:"deviation"` // root of the mean squared error, around zero: a bias is no excuse
	Bias      float64 `json:"bias"`      // mean of actual less forecast over the time
	Count     int     `json:"count"`     // errors seen; below about ten the deviation is a guess
}

// Errors are the forecasts of past origins with what came.
type Errors struct {
	Actual []float64 `json:"actual"`
	// Forecasts are what was expected, for each actual value, of it and its successors;
	// an empty one was not made.
	Forecasts [][]float64 `json:"forecasts"`
}

// Deviation measures the errors over a number of buckets, lead time and review. The
// cumulative basis needs forecasts of that length, root_of_time only their first
// step. Without an error there is a count and deviation of zero.
func (e Errors) Deviation(basis Basis, buckets int) (Deviation, error) {
	var c tandem.Check
	c.Require(basis.Valid(), "basis", "basis", "must be cumulative or root_of_time")
	c.Require(buckets >= 1 && buckets <= forecast.MaxLeadTime, "buckets", "buckets", "must be 1 to 1,000")
	c.Require(len(e.Actual) <= forecast.MaxValues, "too_many", "actual", "at most 100,000")
	c.Require(len(e.Forecasts) <= len(e.Actual), "too_many", "forecasts", "at most one for each actual value")
	wild := func(v float64) bool { return !(math.Abs(v) <= forecast.MaxSize) }
	c.Require(!slices.ContainsFunc(e.Actual, wild), "finite", "actual", "must be finite, at most 1e15")
	for i, f := range e.Forecasts {
		c.Require(!slices.ContainsFunc(f, wild), "finite", tandem.Path("forecasts", i), "must be finite, at most 1e15")
	}
	if err := c.Err("forecast errors"); err != nil {
		return Deviation{}, err
	}
	length := buckets
	if basis == RootOfTime {
		length = 1
	}
	d := Deviation{Basis: basis, Buckets: buckets}
	squares := 0.0
	for i, f := range e.Forecasts {
		if len(f) < length || i+length > len(e.Actual) {
			continue
		}
		sum := 0.0
		for h := range length {
			sum += e.Actual[i+h] - f[h]
		}
		d.Bias += sum
		squares += float64(sum * sum)
		d.Count++
	}
	if d.Count == 0 {
		return d, nil
	}
	d.Bias = d.Bias / float64(d.Count) * float64(buckets/length)
	d.Deviation = math.Sqrt(squares / float64(d.Count) * float64(buckets/length))
	return d, nil
}

// LeadTimeDemand gives mean and deviation of the demand over a lead time that varies,
// both independent: E(L)·μ and √(E(L)·σ² + μ²·var(L)) (section 6.10), with μ and σ of
// the demand, or its forecast error, by bucket and any review period already in L.
// Variances below zero count as zero.
func LeadTimeDemand(mean, variance, leadMean, leadVariance float64) (demand, deviation float64) {
	v := float64(leadMean*max(variance, 0)) + float64(float64(mean*mean)*max(leadVariance, 0))
	if !float.Finite(v) {
		v = math.MaxFloat64
	}
	return float64(leadMean * mean), math.Sqrt(max(v, 0))
}
