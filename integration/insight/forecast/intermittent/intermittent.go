package intermittent

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// Method names an estimator of the rate.
type Method string

// The methods.
const (
	Croston Method = "croston" // size over interval, both smoothed when there is demand
	SBA     Method = "sba"     // Croston's, less its bias
	TSB     Method = "tsb"     // size times probability, the latter smoothed in every bucket: sees obsolescence
	ADIDA   Method = "adida"   // smoothed over blocks of the mean interval
	IMAPA   Method = "imapa"   // the mean over all blocks up to it
)

// Methods lists the methods.
func Methods() []Method { return []Method{Croston, SBA, TSB, ADIDA, IMAPA} }

// Valid says whether the method is one of [Methods].
func (m Method) Valid() bool { return slices.Contains(Methods(), m) }

// UnmarshalText reads exactly the names of [Methods].
func (m *Method) UnmarshalText(text []byte) error {
	if got := Method(text); got.Valid() {
		*m = got
		return nil
	}
	return fault("method", "must be croston, sba, tsb, adida or imapa")
}

func fault(path, message string) error {
	var c tandem.Check
	c.Require(false, path, path, message)
	return c.Err("intermittent demand")
}

// MaxValues is the most values of a history.
const MaxValues = 100_000

// Model is an estimated rate of demand.
type Model struct {
	Method      Method    `json:"method"`
	Rate        float64   `json:"rate"`              // demand per bucket
	Size        float64   `json:"size"`              // of a demand, smoothed
	Interval    float64   `json:"interval"`          // between demands, smoothed; 0 = never
	Smoothing   float64   `json:"smoothing"`         // the weight used
	Fitted      []float64 `json:"fitted"`            // the rate before each value
	Sizes       []float64 `json:"sizes,omitempty"`   // the demands seen
	Probability float64   `json:"probability"`       // of demand in a bucket, as Path draws it
	MeanSize    float64   `json:"mean_size"`         // of the demands seen
	Block       int       `json:"block,omitzero"`    // of ADIDA and IMAPA: the mean interval, rounded
	Class       Class     `json:"class"`             // of the history
	Variability float64   `json:"squared_variation"` // squared coefficient of variation of the sizes
	MeanGap     float64   `json:"mean_interval"`     // buckets per demand in the history
	Memory      float64   `json:"memory"`            // buckets that the rate rests on, as if each weighed the same
}

// Class is a field of the grid of Syntetos, Boylan and Croston (2005): intervals
// from 1.32 are long, a squared coefficient of variation from 0.49 is large.
type Class string

// The classes.
const (
	Smooth       Class = "smooth"
	Erratic      Class = "erratic"
	Intermittent Class = "intermittent"
	Lumpy        Class = "lumpy"
	NoDemand     Class = "no_demand"
)

// The limits of the grid.
const (
	LongInterval   = 1.32
	LargeVariation = 0.49
)

// Classify places a history on the grid.
func Classify(y []float64) (class Class, interval, variation float64) {
	count, sum, squares := 0, 0.0, 0.0
	for _, v := range y {
		if v > 0 {
			count++
			sum += v
		}
	}
	if count == 0 {
		return NoDemand, 0, 0
	}
	mean := sum / float64(count)
	for _, v := range y {
		if v > 0 {
			squares += float64((v - mean) * (v - mean))
		}
	}
	interval = float64(len(y)) / float64(count)
	variation = squares / float64(count) / float64(mean*mean)
	switch {
	case interval < LongInterval && variation < LargeVariation:
		return Smooth, interval, variation
	case interval < LongInterval:
		return Erratic, interval, variation
	case variation < LargeVariation:
		return Intermittent, interval, variation
	}
	return Lumpy, interval, variation
}

// Fit estimates the rate. A smoothing of 0 takes, of the weights 0.1, 0.12 … 0.4,
// that with the least squared error one bucket ahead. Negative values (returns) are
// read as no demand. No demand at all is a rate of zero.
func Fit(y []float64, method Method, smoothing float64) (*Model, error) {
	var c tandem.Check
	c.Require(method.Valid(), "method", "method", "must be croston, sba, tsb, adida or imapa")
	c.Require(len(y) <= MaxValues, "too_many", "values", "at most 100,000")
	c.Require(smoothing >= 0 && smoothing <= 1, "smoothing", "smoothing", "must be 0 to 1")
	c.Require(!slices.ContainsFunc(y, func(v float64) bool { return !float.Finite(v) || v > 1e100 }), "finite", "values", "must be finite")
	if err := c.Err("intermittent demand"); err != nil {
		return nil, err
	}
	demand := make([]float64, len(y))
	for i, v := range y {
		demand[i] = max(v, 0)
	}
	m := &Model{Method: method, Fitted: make([]float64, len(y))}
	m.Class, m.MeanGap, m.Variability = Classify(demand)
	for _, v := range demand {
		if v > 0 {
			m.Sizes = append(m.Sizes, v)
		}
	}
	m.MeanSize = float.Mean(m.Sizes)
	if len(m.Sizes) == 0 {
		return m, nil
	}
	switch method {
	case ADIDA, IMAPA:
		m.aggregate(demand, smoothing)
	default:
		m.smooth(demand, smoothing)
	}
	m.Probability = min(m.Rate/m.MeanSize, 1)
	m.Memory = min(max(m.Memory, 1), float64(len(demand)))
	return m, nil
}

// weights are the smoothing weights that are tried.
func weights(fixed float64) []float64 {
	if fixed > 0 {
		return []float64{fixed}
	}
	w := make([]float64, 16)
	for i := range w {
		w[i] = float64(i+5) / 50
	}
	return w
}

// smooth runs Croston's recursion and its relatives.
func (m *Model) smooth(y []float64, smoothing float64) {
	best := math.Inf(1)
	fitted := make([]float64, len(y))
	for _, w := range weights(smoothing) {
		rate, size, interval := m.Method.run(y, w, fitted)
		sum := 0.0
		for i, v := range y {
			sum += float64((v - fitted[i]) * (v - fitted[i]))
		}
		if sum < best {
			best = sum
			m.Rate, m.Size, m.Interval, m.Smoothing = rate, size, interval, w
			copy(m.Fitted, fitted)
		}
	}
	m.Memory = memory(m.Smoothing)
	if m.Method != TSB { // learns at demands only
		m.Memory *= m.MeanGap
	}
}

// memory gives how many values a smoothed level rests on: the mean of that many has its variance.
func memory(weight float64) float64 { return (2 - weight) / weight }

// run gives the rate after the values and writes the one before each. It starts
// from the first demand and its position (Croston) or the share of buckets with
// demand (TSB).
func (m Method) run(y []float64, w float64, fitted []float64) (rate, size, interval float64) {
	count, first := 0, -1
	for i, v := range y {
		if v > 0 {
			count++
			if first < 0 {
				first = i
			}
		}
	}
	size, interval = y[first], float64(first+1)
	probability := float64(count) / float64(len(y))
	gap := 0
	get := func() float64 {
		switch m {
		case TSB:
			return float64(probability * size)
		case SBA:
			return float64((1-float64(w/2))*size) / interval
		}
		return size / interval
	}
	for i, v := range y {
		fitted[i] = get()
		gap++
		if v > 0 {
			if i != first {
				size += float64(w * (v - size))
				interval += float64(w * (float64(gap) - interval))
			}
			gap = 0
			probability += float64(w * (1 - probability))
		} else {
			probability -= float64(w * probability)
		}
	}
	if m == TSB {
		interval = 0
		if probability > 0 {
			interval = 1 / probability
		}
	}
	return get(), size, interval
}

// aggregate smooths block sums: of the mean interval (ADIDA) or of every length up
// to it (IMAPA), and spreads the level evenly.
func (m *Model) aggregate(y []float64, smoothing float64) {
	m.Block = max(int(math.Floor(m.MeanGap+0.5)), 1)
	m.Block = min(m.Block, len(y))
	from := m.Block
	if m.Method == IMAPA {
		from = 1
	}
	for block := from; block <= m.Block; block++ {
		level, w := blockLevel(y, block, smoothing)
		m.Rate += level / float64(block) / float64(m.Block-from+1)
		m.Memory += float64(memory(w)*float64(block)) / float64(m.Block-from+1)
		m.Smoothing = w
	}
	m.Size, m.Interval = m.MeanSize, 0
	if m.Rate > 0 {
		m.Interval = m.MeanSize / m.Rate
	}
	// The rate before each value, with the last weight and single buckets.
	level := float.Mean(y)
	for i, v := range y {
		m.Fitted[i] = level
		level += float64(m.Smoothing / float64(m.Block) * (v - level))
	}
}

// blockLevel smooths the sums of blocks that end with the last value; a broken
// first block is left out.
func blockLevel(y []float64, block int, smoothing float64) (level, weight float64) {
	n := len(y) / block
	sums := make([]float64, n)
	for i, v := range y[len(y)-n*block:] {
		sums[i/block] += v
	}
	best := math.Inf(1)
	for _, w := range weights(smoothing) {
		l, squares := smoothLevel(sums, w)
		if squares < best {
			best, level, weight = squares, l, w
		}
	}
	return level, weight
}

// smoothLevel smooths from the first sum.
func smoothLevel(sums []float64, w float64) (level, squares float64) {
	level = sums[0]
	for _, v := range sums[1:] {
		e := v - level
		squares += float64(e * e)
		level += float64(w * e)
	}
	return level, squares
}

// Variance gives that of the demand of one bucket.
func (m *Model) Variance() float64 {
	if len(m.Sizes) == 0 {
		return 0
	}
	squares, scale := 0.0, m.sizeScale()
	for _, v := range m.Sizes {
		squares += float64(v * v)
	}
	squares *= float64(scale*scale) / float64(len(m.Sizes))
	return max(float64(m.Probability*squares)-float64(m.Rate*m.Rate), 0)
}

// sizeScale stretches the sizes where even demand in every bucket falls short of
// the rate.
func (m *Model) sizeScale() float64 {
	if m.Probability < 1 || m.MeanSize == 0 {
		return 1
	}
	return m.Rate / m.MeanSize
}

// Uncertainty gives the squared relative error of the demand that is expected over a horizon: the rate rests on few
// demands (Harvey and Fernandes, 1989, whose discounted rate of counts has a gamma distribution), and wanders on as
// the smoothing weight says it did.
func (m *Model) Uncertainty(horizon int) float64 {
	if !(m.Rate > 0) {
		return 0
	}
	demands := max(float64(m.Memory*min(m.Probability, 1)), 1)
	step := 2 / (m.Memory + 1)
	drift := float64(float64(step*step) * float64(horizon) / 3 * (m.Variance() / m.Rate / m.Rate))
	return min((1+m.Variability)/min(demands, float64(len(m.Sizes)))+drift, maxUncertainty)
}

const maxUncertainty = 4 // beyond, half of the futures would have no demand at all

// Path writes one possible future: a rate around the one estimated, and in each bucket a demand by that rate, of a size
// that was seen.
func (m *Model) Path(out []float64, random *float.Random) {
	rate := m.Rate
	if u := m.Uncertainty(len(out)); u > 0 {
		rate *= random.Gamma(1/u) * u
	}
	probability, scale := 0.0, 1.0
	if m.MeanSize > 0 {
		if probability = rate / m.MeanSize; probability > 1 {
			scale, probability = probability, 1
		}
	}
	for i := range out {
		out[i] = 0
		u := random.Uniform()
		k := random.Uint64()
		if u < probability {
			out[i] = m.Sizes[k%uint64(len(m.Sizes))] * scale
		}
	}
}
