package forecast

import (
	"math"
	"slices"
	"sort"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
	"github.com/tandem-go/tandem/internal/float"
)

// MaxLeadTime is the longest length of a [LeadTime], in buckets.
const MaxLeadTime = 1000

// LeadTime is the probability of each length in buckets, the first for a length of
// nought: {1} is a delivery within the bucket, before the demand of the next, {0, 0, 0, 1}
// one after exactly three buckets, {0, 0.5, 0.5} one after one or two. A list whose
// first probability is that of one bucket is as valid and means a bucket less.
type LeadTime []float64

// FixedLeadTime gives the lead time of exactly n buckets, 0 to [MaxLeadTime]; what is
// outside counts as the nearest inside.
func FixedLeadTime(n int) LeadTime {
	l := make(LeadTime, min(max(n, 0), MaxLeadTime)+1)
	l[len(l)-1] = 1
	return l
}

// Validate reports every fault: probabilities that do not sum to one. Paths are below
// the field that holds the lead time.
func (l LeadTime) Validate() error {
	var c tandem.Check
	c.Require(len(l) >= 1 && len(l) <= MaxLeadTime+1, "lead_time", "", "must have the probabilities of 0 to at most 1,000 buckets")
	sum := 0.0
	for i, p := range l {
		c.Require(p >= 0 && p <= 1, "probability", tandem.Path("", i), "must be 0 to 1")
		sum += p
	}
	c.Require(math.Abs(sum-1) < 1e-9, "sum", "", "the probabilities must sum to 1")
	return c.Err("lead time")
}

// Longest gives the longest length that is listed, in buckets; 0 of none.
func (l LeadTime) Longest() int { return max(len(l)-1, 0) }

// Mean gives the mean length in buckets.
func (l LeadTime) Mean() float64 {
	mean := 0.0
	for n, p := range l {
		mean += float64(p * float64(n))
	}
	return mean
}

// Plus gives the lead time that is longer by a number of buckets, such as a review
// period; fewer than one leave it as it is.
func (l LeadTime) Plus(buckets int) LeadTime {
	longer := make(LeadTime, max(buckets, 0)+len(l))
	copy(longer[max(buckets, 0):], l)
	return longer
}

// Distribution is that of a demand, as equally likely samples in ascending order.
type Distribution struct {
	Samples []float64 `json:"samples"`
}

// MaxDemands is the most lead times of one call of [Fit.Demands].
const MaxDemands = 100

// Demand simulates the sum of the demand over a lead time (and the review
// period, if the caller counts it in), which over one of nought is 0: Config.Paths possible futures from
// Config.Seed. The steps are correlated as the model has it, so that the spread
// grows faster than the root of the length. Where demand is declared not to be
// negative and errors around the points would make it so, the sum has the gamma
// distribution of the same mean and variance (Burgin, 1975): raising single
// steps to zero would raise the mean. Of deviations beyond twice the mean most of a gamma
// lies next to zero, and the rest far beyond any future: there the futures themselves
// come in, moved down until, cut off at zero, they have the mean. No demand is above
// the greatest of the futures. Where all points of the lead time are raised
// to zero, it is what the model has above zero instead, as the intervals have it.
func (f *Fit) Demand(lead LeadTime) (Distribution, error) {
	if err := lead.Validate(); err != nil {
		return Distribution{}, err
	}
	return f.demands([]LeadTime{lead})[0], nil
}

// Demands is [Fit.Demand] for several lead times of the same futures, simulated
// once: what is longer in a future includes what is shorter, and lengths that are
// random come early or late together. It answers in the order of the lead times,
// [MaxDemands] at most.
func (f *Fit) Demands(leads ...LeadTime) ([]Distribution, error) {
	var c tandem.Check
	c.Require(len(leads) <= MaxDemands, "too_many", "leads", "at most 100")
	for i, lead := range leads[:min(len(leads), MaxDemands)] {
		c.Nested(tandem.Path("leads", i), lead.Validate())
	}
	if err := c.Err("lead times"); err != nil {
		return nil, err
	}
	return f.demands(leads), nil
}

// Expected gives the points of the next n buckets, those of [Fit.Forecast] without what
// is uncertain about them; n is brought into 1 to [MaxHorizon].
func (f *Fit) Expected(n int) []float64 {
	points := f.model.Points(min(max(n, 1), MaxHorizon))
	f.hold(points)
	if e := f.prepared.Effects; e != nil {
		e.Add(points)
	}
	f.raised(points)
	for i, closed := range f.closed(len(points)) {
		if closed {
			points[i] = 0
		}
	}
	return points
}

// History gives the length of the history in buckets.
func (f *Fit) History() int { return len(f.prepared.Values) }

// Bucket gives the bucket of the history and of what is forecast.
func (f *Fit) Bucket() Bucket { return f.bucket }

func (f *Fit) demands(leads []LeadTime) []Distribution {
	n := f.config.Paths
	all, samples := make([]Distribution, len(leads)), make([]float64, len(leads)*n)
	lengths, longest := make([]drawn, len(leads)), 0
	for j, lead := range leads {
		all[j].Samples, lengths[j].lead = samples[j*n:(j+1)*n:(j+1)*n], lead
		longest = max(longest, lead.Longest())
	}
	if longest == 0 { // nothing is asked, or within the bucket: no demand passes
		return all
	}
	out := f.expected(longest)
	below := slices.Clone(out.Points)
	f.raise(&out)
	f.close(&out)
	for i := range below {
		if out.Points[i] == 0 && out.Deviations[i] == 0 {
			below[i] = 0
		}
	}
	raw, path, spread := f.model.Points(longest), make([]float64, longest), f.spread()
	seeds, r := model.Random(f.config.Seed, 3), float.Random{}
	for k := range n {
		// Each future has a source of its own, whatever is asked of it. Over the futures the lengths are as
		// frequent as can be (stratified sampling).
		r = float.NewRandom(seeds.Uint64())
		u, steps := (float64(k)+float64(r.Uniform()))/float64(n), 0
		for j := range lengths {
			steps = max(steps, lengths[j].next(u))
		}
		if steps > 0 {
			f.model.Path(path[:steps], &r)
			total(path[:steps], raw, spread, &out)
		}
		for j := range lengths {
			if n := lengths[j].length(); n > 0 {
				all[j].Samples[k] = path[n-1]
			}
		}
	}
	for j, lead := range leads {
		slices.Sort(all[j].Samples)
		if f.config.NonNegative && all[j].Samples[0] < 0 {
			all[j].raise(lead.expected(out.Points), lead.expected(below))
		}
	}
	return all
}

// drawn is a length of a lead time, drawn by rising probabilities.
type drawn struct {
	lead LeadTime
	seen int     // lengths, of which the last is drawn
	upTo float64 // the probability of at most that
}

func (d *drawn) length() int { return d.seen - 1 }

func (d *drawn) next(u float64) int {
	for d.seen == 0 || d.seen < len(d.lead) && u > d.upTo {
		d.upTo += d.lead[d.seen]
		d.seen++
	}
	return d.length()
}

// total turns a path of the model into the demand up to each step. The points of
// the forecast hold effects, closed days and bounds; the path gives the error around
// the model's own.
func total(path, raw []float64, spread float64, out *Forecast) {
	sum := 0.0
	for i, v := range path {
		point := out.Points[i]
		v = point + float64(spread*(v-raw[i]))
		if point == 0 && out.Deviations[i] == 0 {
			v = 0
		}
		if !finite(v) {
			v = point
		}
		sum += v
		path[i] = sum
	}
}

// expected gives the sum of the points over the lengths, by their probability.
func (l LeadTime) expected(points []float64) float64 {
	sum, mean := 0.0, 0.0
	for n, p := range l {
		if n > 0 {
			sum += points[n-1]
		}
		mean += float64(p * sum)
	}
	return mean
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
