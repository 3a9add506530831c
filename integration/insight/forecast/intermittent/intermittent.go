package intermittent

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
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
func (m *Method) UnmarshalText(text []byte) error { return enum.Decode(m, text, "method", Methods()) }

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
	Wandering   float64   `json:"wandering"`         // squared relative deviation of the rate within the history, see [Model.Uncertainty]
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
	m.Wandering = wandering(demand)
	return m, nil
}

// grid is how many smoothing weights are tried at most.
const grid = 16

// weights gives the smoothing weights that are tried.
func weights(fixed float64) []float64 {
	if fixed > 0 {
		return []float64{fixed}
	}
	w := make([]float64, grid)
	for i := range w {
		w[i] = float64(i+5) / 50
	}
	return w
}

// smooth runs Croston's recursion and its relatives.
func (m *Model) smooth(y []float64, smoothing float64) {
	list := weights(smoothing)
	w := list[least(m.Method.squares(y, list))]
	s := m.Method.start(y, w)
	for i, v := range y {
		m.Fitted[i] = s.rate
		s.step(v)
	}
	m.Rate, m.Size, m.Interval, m.Smoothing, m.Memory = s.rate, s.size, s.interval, w, memory(w)
	if m.Method == TSB {
		m.Interval = 0
		if s.probability > 0 {
			m.Interval = 1 / s.probability
		}
	} else { // learns at demands only
		m.Memory *= m.MeanGap
	}
}

// least gives the position of the least sum.
func least(sums [grid]float64, n int) int {
	best := 0
	for k, v := range sums[:n] {
		if v < sums[best] {
			best = k
		}
	}
	return best
}

// memory gives how many values a smoothed level rests on: the mean of that many has its variance.
func memory(weight float64) float64 { return (2 - weight) / weight }

// recursion is the state of Croston's method and its relatives before a value.
type recursion struct {
	method                         Method
	w, size, interval, probability float64
	rate                           float64
	gap                            int
	begun                          bool
}

// start starts from the first demand and its position (Croston) or the share of
// buckets with demand (TSB).
func (m Method) start(y []float64, w float64) recursion {
	count, first := 0, -1
	for i, v := range y {
		if v > 0 {
			count++
			if first < 0 {
				first = i
			}
		}
	}
	s := recursion{method: m, w: w, size: y[first], interval: float64(first + 1), probability: float64(count) / float64(len(y))}
	s.estimate()
	return s
}

func (s *recursion) estimate() {
	switch s.method {
	case TSB:
		s.rate = float64(s.probability * s.size)
	case SBA:
		s.rate = float64((1-float64(s.w/2))*s.size) / s.interval
	default:
		s.rate = s.size / s.interval
	}
}

func (s *recursion) step(v float64) {
	s.gap++
	if v > 0 {
		if s.begun {
			s.size += float64(s.w * (v - s.size))
			s.interval += float64(s.w * (float64(s.gap) - s.interval))
		}
		s.gap, s.begun = 0, true
		s.probability += float64(s.w * (1 - s.probability))
		s.estimate()
		return
	}
	if s.method == TSB {
		s.probability -= float64(s.w * s.probability)
		s.estimate()
	}
}

// squares gives the sum of squared errors one bucket ahead by weight, all weights
// at once: one waits for its last value while the next computes.
func (m Method) squares(y, weights []float64) (sums [grid]float64, n int) {
	var states [grid]recursion
	states[0] = m.start(y, weights[0])
	for k, w := range weights {
		states[k] = states[0]
		states[k].w = w
		states[k].estimate()
	}
	for _, v := range y {
		for k := range weights {
			s := &states[k]
			e := v - s.rate
			sums[k] += float64(e * e)
			s.step(v)
		}
	}
	return sums, len(weights)
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
	list, sums := weights(smoothing), make([]float64, len(y)/from)
	for block := from; block <= m.Block; block++ {
		level, w := blockLevel(y, block, list, sums)
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

// blockLevel smooths the sums of blocks that end with the last value, from the
// first; a broken first block is left out.
func blockLevel(y []float64, block int, weights, sums []float64) (level, weight float64) {
	n := len(y) / block
	sums = sums[:n]
	y = y[len(y)-n*block:]
	for i := range sums {
		sums[i] = 0
		for _, v := range y[i*block : (i+1)*block] {
			sums[i] += v
		}
	}
	var levels, squares [grid]float64
	for k := range weights {
		levels[k] = sums[0]
	}
	for _, v := range sums[1:] {
		for k, w := range weights {
			e := v - levels[k]
			squares[k] += float64(e * e)
			levels[k] += float64(w * e)
		}
	}
	best := least(squares, len(weights))
	return levels[best], weights[best]
}

// sizes gives the demands that futures draw from: those seen, and for a model from outside without them the mean.
func (m *Model) sizes() []float64 {
	if len(m.Sizes) == 0 && m.MeanSize > 0 {
		return []float64{m.MeanSize}
	}
	return m.Sizes
}

// Variance gives that of the demand of one bucket.
func (m *Model) Variance() float64 {
	sizes := m.sizes()
	if len(sizes) == 0 {
		return 0
	}
	squares, scale := 0.0, m.sizeScale()
	for _, v := range sizes {
		squares += float64(v * v)
	}
	squares *= float64(scale*scale) / float64(len(sizes))
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
