package diffusion

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of analogues.
const (
	MaxAnalogues = 10_000
	MaxBuckets   = 10_000
)

// leastSale is what a value counts from: by smaller ones no curve can be scaled.
const leastSale = 1e-12

// The reasons why analogues are left out.
const (
	TooShort    insight.Reason = "too_short" // of fewer buckets than the curve
	NothingSold insight.Reason = "nothing_sold"
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{TooShort, NothingSold} }

// Scale says what the typical curve was scaled by.
type Scale string

// The scales.
const (
	ByObservations Scale = "observations" // what has been sold so far
	BySize         Scale = "size"         // the size that was planned
	ByBand         Scale = "band"         // the analogues of the same price band
	ByAll          Scale = "all"          // all analogues
)

// Scales lists the scales.
func Scales() []Scale { return []Scale{ByObservations, BySize, ByBand, ByAll} }

// Valid says whether the scale is one of [Scales].
func (s Scale) Valid() bool { return slices.Contains(Scales(), s) }

// UnmarshalText reads exactly the names of [Scales].
func (s *Scale) UnmarshalText(text []byte) error { return enum.Decode(s, text, "scale", Scales()) }

// Analogue is a product that was launched before.
type Analogue struct {
	Name   string    `json:"name"`
	Band   string    `json:"band,omitempty"` // price band, or any other class of size
	Values []float64 `json:"values"`         // from the launch
}

// AnalogueConfig are the choices.
type AnalogueConfig struct {
	Buckets int     `json:"buckets"`          // of the curve, from the launch
	Level   float64 `json:"level,omitzero"`   // of the interval; 0 = 0.8
	Size    float64 `json:"size,omitzero"`    // planned total of the buckets; 0 = none
	Band    string  `json:"band,omitempty"`   // of the new product
	Minimum int     `json:"minimum,omitzero"` // analogues of a band that are enough; 0 = 3
}

// Profile is the typical start, and the forecast of a new product by it.
type Profile struct {
	Scale   Scale             `json:"scale"`
	Used    int               `json:"used"`               // analogues
	LeftOut []insight.LeftOut `json:"left_out,omitempty"` // analogues, by one of [Reasons]
	Skipped []int             `json:"skipped,omitempty"`  // which those are, by position
	// Share is the median part of the total by bucket, made to sum to one; Lower and Upper
	// are quantiles of the parts.
	Share []float64 `json:"share"`
	Lower []float64 `json:"lower"`
	Upper []float64 `json:"upper"`
	// Points begin after what has been sold; each analogue, scaled, is a path, and the
	// points are the medians of the paths.
	Points   []float64         `json:"points"`
	Interval forecast.Interval `json:"interval"`
	// Total of all buckets, what has been sold included: median and quantiles.
	Total      float64           `json:"total"`
	TotalLower float64           `json:"total_lower"`
	TotalUpper float64           `json:"total_upper"`
	Warnings   []insight.Warning `json:"warnings,omitempty"`
}

// Analogues forecasts a new product, of which sold is known (it may be empty), by products
// launched before. Those that are shorter than the curve or sold nothing are left out. A
// scale is taken from the first that there is: what was sold, a planned size, three or more
// products of the band, all of them. There is always an answer: without analogues the curve
// is flat. Values below 1e-12 count as nought. Only faults of the arguments are errors.
func Analogues(sold []float64, list []Analogue, c AnalogueConfig) (Profile, error) {
	if err := checkAnalogues(sold, list, c); err != nil {
		return Profile{}, err
	}
	if c.Level == 0 {
		c.Level = 0.8
	}
	if c.Minimum == 0 {
		c.Minimum = 3
	}
	sold = sold[:min(len(sold), c.Buckets)]
	p := Profile{Points: []float64{}}
	paths := p.complete(list, c.Buckets, len(sold))
	if len(paths) == 0 {
		p.Warnings = append(p.Warnings, insight.Warn(NoAnalogue, "no analogue is long enough: the curve is flat"))
		flat := slices.Repeat([]float64{1}, c.Buckets)
		paths = []path{{Analogue: Analogue{Band: c.Band, Values: flat}, total: float64(c.Buckets), begun: float64(len(sold))}}
		if sum(sold) <= 0 && c.Size == 0 {
			p.Warnings = append(p.Warnings, insight.Warn(FewAnalogues, "nothing to scale by: one a bucket"))
		}
	}
	p.shape(paths, c)
	p.scale(paths, sold, c)
	if need := int(2/(1-c.Level)) - 1; p.Used < need {
		p.Warnings = append(p.Warnings, insight.Warn(FewAnalogues, "%d analogues: an interval of this level takes %d; it is narrower than it says", p.Used, need))
	}
	return p, nil
}

func checkAnalogues(sold []float64, list []Analogue, c AnalogueConfig) error {
	var k tandem.Check
	within := func(x []float64) bool {
		return !slices.ContainsFunc(x, func(v float64) bool { return !(v >= -forecast.MaxSize && v <= forecast.MaxSize) })
	}
	k.Require(c.Buckets >= 1 && c.Buckets <= MaxBuckets, "buckets", "config.buckets", "must be 1 to 10,000")
	k.Require(c.Level == 0 || c.Level >= 0.5 && c.Level < 1, "level", "config.level", "must be 0.5 to below 1")
	k.Require(c.Size >= 0 && c.Size <= forecast.MaxSize, "value", "config.size", "must be 0 to 1e15")
	k.Require(c.Minimum >= 0 && c.Minimum <= MaxAnalogues, "minimum", "config.minimum", "must be 0 to 10,000")
	k.Require(len(sold) <= MaxBuckets && within(sold), "value", "sold", "at most 10,000 finite values, at most 1e15")
	k.Require(len(list) <= MaxAnalogues, "too_many", "analogues", "at most 10,000")
	for i, a := range list {
		k.Require(within(a.Values), "value", tandem.Path("analogues", i)+".values", "must be finite, at most 1e15")
	}
	return k.Err("analogues")
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

// path is an analogue whose sums are known.
type path struct {
	Analogue
	total float64 // of all buckets
	begun float64 // of those in which the new product was sold
}

// complete keeps the analogues that have every bucket and sold something; returns below
// nought count as nought.
func (p *Profile) complete(list []Analogue, buckets, begun int) []path {
	var out []path
	for i, a := range list {
		if len(a.Values) < buckets {
			p.skip(i, TooShort)
			continue
		}
		values := slices.Clone(a.Values[:buckets])
		for j, v := range values {
			if v < leastSale {
				values[j] = 0
			}
		}
		total := sum(values)
		if total <= 0 {
			p.skip(i, NothingSold)
			continue
		}
		out = append(out, path{Analogue: Analogue{a.Name, a.Band, values}, total: total, begun: sum(values[:begun])})
	}
	p.Used = len(out)
	if n := len(p.Skipped); n > 0 {
		p.Warnings = append(p.Warnings, insight.Warn(insight.RowsLeftOut, "%d analogues are shorter than the curve or sold nothing, and were left out", n))
	}
	return out
}

func (p *Profile) skip(i int, why insight.Reason) {
	p.Skipped = append(p.Skipped, i)
	p.LeftOut = insight.Leave(p.LeftOut, why, 1)
}

// shape gives the median part by bucket.
func (p *Profile) shape(paths []path, c AnalogueConfig) {
	parts := make([]float64, len(paths))
	for j := range c.Buckets {
		for i, a := range paths {
			parts[i] = a.Values[j] / a.total
		}
		low, middle, high := quantiles(parts, c.Level)
		p.Lower, p.Share, p.Upper = append(p.Lower, low), append(p.Share, middle), append(p.Upper, high)
	}
	total := sum(p.Share)
	for j := range p.Share {
		if total > 0 {
			p.Share[j] /= total
		} else {
			p.Share[j] = 1 / float64(c.Buckets) // sporadic: every median is nought
		}
	}
}

// scale makes each analogue a path of the new product.
func (p *Profile) scale(paths []path, sold []float64, c AnalogueConfig) {
	begun := sum(sold)
	factor := func(path) float64 { return 1 }
	p.Scale = ByAll
	started := slices.DeleteFunc(slices.Clone(paths), func(a path) bool { return a.begun <= 0 })
	band := slices.DeleteFunc(slices.Clone(paths), func(a path) bool { return a.Band != c.Band })
	switch {
	case begun >= leastSale && len(started) > 0:
		p.Scale, paths = ByObservations, started
		factor = func(a path) float64 { return begun / a.begun }
	case c.Size > 0:
		p.Scale = BySize
		factor = func(a path) float64 { return c.Size / a.total }
	case c.Band != "" && len(band) >= c.Minimum:
		p.Scale, paths = ByBand, band
	case c.Band != "":
		p.Warnings = append(p.Warnings, insight.Warn(FewAnalogues, "too few analogues of the band: all are taken"))
	}
	p.Used = min(p.Used, len(paths))
	p.Interval = forecast.Interval{Level: c.Level, Lower: []float64{}, Upper: []float64{}}
	values, totals := make([]float64, len(paths)), make([]float64, len(paths))
	for i := range totals {
		totals[i] = begun
	}
	for j := len(sold); j < c.Buckets; j++ {
		for i, a := range paths {
			values[i] = min(float64(factor(a)*a.Values[j]), forecast.MaxSize)
			totals[i] += values[i]
		}
		low, middle, high := quantiles(values, c.Level)
		p.Points = append(p.Points, middle)
		p.Interval.Lower, p.Interval.Upper = append(p.Interval.Lower, low), append(p.Interval.Upper, high)
	}
	p.TotalLower, p.Total, p.TotalUpper = quantiles(totals, c.Level)
}

// quantiles gives those of a level and the median, on lines between the values.
func quantiles(x []float64, level float64) (low, middle, high float64) {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	at := func(p float64) float64 {
		place := float64(p * float64(len(sorted)-1))
		i := int(place)
		if i+1 >= len(sorted) || !float.Finite(place) {
			return sorted[len(sorted)-1]
		}
		return sorted[i] + float64((place-float64(i))*(sorted[i+1]-sorted[i]))
	}
	return at((1 - level) / 2), at(0.5), at((1 + level) / 2)
}
