package forecast

import (
	"math"
	"slices"
	"sort"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// MaxLeadTimes is the most different lead times of a [LeadTime].
const MaxLeadTimes = 1000

// LeadTime is the probability of each length in buckets, the first for a length of
// one; a fixed lead time of three buckets is {0, 0, 1}.
type LeadTime []float64

// FixedLeadTime gives the lead time of exactly n buckets.
func FixedLeadTime(n int) LeadTime {
	l := make(LeadTime, min(max(n, 1), MaxLeadTimes))
	l[len(l)-1] = 1
	return l
}

// Validate reports every fault: probabilities that do not sum to one.
func (l LeadTime) Validate() error {
	var c tandem.Check
	c.Require(len(l) >= 1 && len(l) <= MaxLeadTimes, "lead_time", "lead_time", "must have 1 to 1,000 lengths")
	sum := 0.0
	for i, p := range l {
		c.Require(p >= 0 && p <= 1, "probability", tandem.Path("lead_time", i), "must be 0 to 1")
		sum += p
	}
	c.Require(math.Abs(sum-1) < 1e-9, "sum", "lead_time", "the probabilities must sum to 1")
	return c.Err("lead time")
}

// Distribution is that of a demand, as equally likely samples in ascending order.
type Distribution struct {
	Samples []float64 `json:"samples"`
}

// Demand simulates the sum of the demand over a lead time (and the review
// period, if the caller counts it in): Config.Paths possible futures from
// Config.Seed. The steps are correlated as the model has it, so that the spread
// grows faster than the root of the length. Where demand is declared not to be
// negative and errors around the points would make it so, the sum has the gamma
// distribution of the same mean and variance (Burgin, 1975): raising single
// steps to zero would raise the mean.
func (f *Fit) Demand(lead LeadTime) (Distribution, error) {
	if err := lead.Validate(); err != nil {
		return Distribution{}, err
	}
	r := newRandom(f.config.Seed, 3)
	d := Distribution{Samples: make([]float64, f.config.Paths)}
	out := f.expected(len(lead))
	f.raise(&out)
	f.close(&out)
	raw, path := f.model.points(len(lead)), make([]float64, len(lead))
	spread, mean := f.spread(), 0.0
	for k := range d.Samples {
		u, length := r.Uniform(), 0
		for length < len(lead)-1 && u > lead[length] {
			u -= lead[length]
			length++
		}
		f.model.path(path, &r)
		sum := 0.0
		for i := range length + 1 {
			// The point of the forecast holds effects, closed days and bounds; the path
			// gives the error around the model's own.
			v := out.Points[i] + float64(spread*(path[i]-raw[i]))
			if out.Points[i] == 0 && out.Deviations[i] == 0 {
				v = 0
			}
			if !finite(v) {
				v = out.Points[i]
			}
			sum += v
			mean += out.Points[i] / float64(len(d.Samples))
		}
		d.Samples[k] = sum
	}
	slices.Sort(d.Samples)
	if f.config.NonNegative && d.Samples[0] < 0 {
		d.raise(mean)
	}
	return d, nil
}

// raise gives the samples, in their order, the gamma distribution with a mean and
// their variance.
func (d Distribution) raise(mean float64) {
	n := len(d.Samples)
	relative := d.Deviation() / mean
	if !(mean > 0) || !(relative > 0.01) || !finite(relative) { // of so little spread none is below zero
		for i := range d.Samples {
			d.Samples[i] = max(mean, 0)
		}
		return
	}
	shape := max(1/float64(relative*relative), minShape)
	quantile := gammaQuantiles(shape)
	sum := 0.0
	for i := range d.Samples {
		d.Samples[i] = quantile((float64(i) + 0.5) / float64(n))
		sum += d.Samples[i] / float64(n)
	}
	if sum > 0 {
		for i := range d.Samples {
			d.Samples[i] *= mean / sum
		}
	}
}

// minShape bounds how much of a distribution lies next to zero: beyond, the mean
// would rest on futures rarer than one in a thousand.
const minShape = 0.05

// gammaQuantiles gives the quantiles of the gamma distribution with a mean of 1,
// read from a table of its tail.
func gammaQuantiles(shape float64) func(p float64) float64 {
	const cells = 256
	var at, tail [cells + 1]float64
	high := 1 + (8+12/math.Sqrt(shape))/math.Sqrt(shape)
	for i := range at {
		u := float64(i) / cells // denser near zero, where a small shape has most of its mass
		at[i] = high * float64(u*u) * float64(u*u)
		tail[i] = float.GammaTail(shape, shape*at[i])
	}
	return func(p float64) float64 {
		q := 1 - p
		i := sort.Search(cells, func(i int) bool { return tail[i+1] <= q })
		if i == cells || tail[i] == tail[i+1] {
			return at[min(i, cells)]
		}
		return at[i] + float64((at[i+1]-at[i])*(tail[i]-q)/(tail[i]-tail[i+1]))
	}
}

// Mean gives the expected demand.
func (d Distribution) Mean() float64 {
	sum := 0.0
	for _, v := range d.Samples {
		sum += v / float64(len(d.Samples))
	}
	return sum
}

// Deviation gives the standard deviation.
func (d Distribution) Deviation() float64 {
	mean, sum := d.Mean(), 0.0
	for _, v := range d.Samples {
		sum += float64((v - mean) * (v - mean))
	}
	return deviation(sum / float64(max(len(d.Samples)-1, 1)))
}

// Quantile gives the least demand that is not exceeded with the probability p.
func (d Distribution) Quantile(p float64) float64 { return quantile(d.Samples, p) }

// Probability gives that of a demand of at most x: the cycle service of the stock x.
func (d Distribution) Probability(x float64) float64 {
	if len(d.Samples) == 0 {
		return 0
	}
	return float64(sort.Search(len(d.Samples), func(i int) bool { return d.Samples[i] > x })) / float64(len(d.Samples))
}

// Shortage gives the expected demand above x: the loss function, from which fill
// rates come.
func (d Distribution) Shortage(x float64) float64 {
	sum := 0.0
	for _, v := range d.Samples {
		sum += max(v-x, 0) / float64(len(d.Samples))
	}
	return sum
}

func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(float64(p*float64(len(sorted))))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}
