package calibration

import (
	"math"
	"slices"
	"sort"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Method is a way from scores to probabilities.
type Method string

// The methods.
const (
	None     Method = "none"     // the score is the log-odds
	Platt    Method = "platt"    // log-odds = intercept + slope · score
	Isotonic Method = "isotonic" // any rising staircase; wants 1,000 rows and more
)

// Methods lists them, the simplest first.
func Methods() []Method { return []Method{None, Platt, Isotonic} }

// Valid reports whether m is one of [Methods].
func (m Method) Valid() bool { return slices.Contains(Methods(), m) }

// UnmarshalText reads one of [Methods] and nothing else.
func (m *Method) UnmarshalText(text []byte) error {
	return enum.Decode(m, text, "calibration", Methods())
}

// Map gives probabilities for scores in log-odds.
type Map struct {
	Method    Method            `json:"method"`
	Intercept float64           `json:"intercept,omitzero"` // of Platt
	Slope     float64           `json:"slope,omitzero"`
	Steps     []Step            `json:"steps,omitempty"` // of Isotonic, rising
	Rows      int               `json:"rows"`            // that it was fitted to
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

// Step is a block of scores with one probability. Between two steps the probability
// rises on a line.
type Step struct {
	Lower       float64 `json:"lower"` // least and greatest score
	Upper       float64 `json:"upper"`
	Probability float64 `json:"probability"`
}

// Probability gives the chance of a score.
func (m Map) Probability(score float64) float64 {
	if !float.Finite(score) {
		score = 0
	}
	switch {
	case m.Method == Platt:
		return Probability(m.Intercept + float64(m.Slope*score))
	case m.Method == Isotonic && len(m.Steps) > 0:
		return m.step(score)
	}
	return Probability(score)
}

func (m Map) step(score float64) float64 {
	at := sort.Search(len(m.Steps), func(i int) bool { return m.Steps[i].Upper >= score })
	switch {
	case at == len(m.Steps):
		return m.Steps[at-1].Probability
	case at == 0 || m.Steps[at].Lower <= score:
		return m.Steps[at].Probability
	}
	before, after := m.Steps[at-1], m.Steps[at]
	share := (score - before.Upper) / (after.Lower - before.Upper)
	return before.Probability + float64(share*(after.Probability-before.Probability))
}

// plattIterations bounds Newton's steps for two parameters, which need five.
const plattIterations = 100

// Fit learns the map from scores in log-odds and what happened.
func (m Method) Fit(scores []float64, outcomes []bool) (Map, error) {
	var c tandem.Check
	c.Require(m.Valid(), "calibration", "method", "must be none, platt or isotonic")
	c.Require(len(scores) == len(outcomes), "length", "outcomes", "one for each score")
	c.Require(len(scores) <= MaxRows, "too_many", "scores", "at most 10,000,000")
	if err := c.Err("calibration"); err != nil {
		return Map{}, err
	}
	return m.fit(scores, outcomes), nil
}

func (m Method) fit(scores []float64, outcomes []bool) Map {
	out := Map{Method: m, Rows: len(scores)}
	if m == None {
		return out
	}
	if len(scores) == 0 {
		out.Method = None
		out.warn(NoRows, "no rows to calibrate on: scores are taken as they are")
		return out
	}
	x := slices.Clone(scores)
	for i, v := range x {
		if !float.Finite(v) {
			x[i] = 0
		}
	}
	if !slices.Equal(x, scores) {
		out.warn(NotFinite, "scores that are no numbers were taken for 0")
	}
	if m == Platt {
		out.platt(x, outcomes)
	} else {
		out.isotonic(x, outcomes)
	}
	return out
}

func (m *Map) warn(code insight.WarningCode, text string) {
	m.Warnings = append(m.Warnings, insight.Warning{Code: code, Text: text})
}

// platt is a logistic regression on the score (Platt 1999), whose targets
// (events+1)/(events+2) and 1/(others+2) keep it finite, by Newton's method with
// halved steps (Lin, Lin and Weng, Machine Learning 68, 2007).
func (m *Map) platt(x []float64, outcomes []bool) {
	events := 0.0
	for _, y := range outcomes {
		events += float64(index(y))
	}
	others := float64(len(x)) - events
	high, low := (events+1)/(events+2), 1/(others+2)
	target := func(i int) float64 {
		if outcomes[i] {
			return high
		}
		return low
	}
	loss := func(a, b float64) float64 {
		sum := 0.0
		for i, v := range x {
			eta := a + float64(b*v)
			sum += max(eta, 0) + float.Log1p(float.Exp(-math.Abs(eta))) - float64(target(i)*eta)
		}
		return sum
	}
	a, b := float.Log((events+1)/(others+1)), 0.0
	if events == 0 || others == 0 { // no line to find
		m.Intercept = a
		m.warn(OneClass, "all or none happened: the smoothed share stands for all")
		return
	}
	value, done := loss(a, b), false
	for range plattIterations {
		var ga, gb, haa, hab, hbb float64
		for i, v := range x {
			p := Probability(a + float64(b*v))
			d, w := p-target(i), float64(p*(1-p))
			ga, gb = ga+d, gb+float64(d*v)
			haa, hab, hbb = haa+w, hab+float64(w*v), hbb+float64(w*v*v)
		}
		h, g := []float64{haa, hab, hab, hbb}, []float64{ga, gb}
		if math.Abs(ga)+math.Abs(gb) < 1e-9*float64(len(x)) || !float.SolveSymmetric(h, g) {
			done = true
			break
		}
		step, next := 1.0, math.Inf(1)
		for ; step > 1e-6; step /= 2 {
			if next = loss(a-float64(step*g[0]), b-float64(step*g[1])); next < value {
				break
			}
		}
		if !(next < value) {
			done = true
			break
		}
		a, b, value = a-float64(step*g[0]), b-float64(step*g[1]), next
	}
	m.Intercept, m.Slope = a, b
	if !done {
		m.warn(NotConverged, "the iterations ended before the slope stood still")
	}
	if b <= 0 {
		m.warn(Reversed, "higher scores do not go with more events here")
	}
}

// enoughForSteps is what an isotonic fit wants (Niculescu-Mizil and Caruana 2005).
const enoughForSteps = 1000

// isotonic pools adjacent violators (Ayer et al. 1955). Probabilities are kept half
// an event away from 0 and 1, since no finite number of rows shows certainty.
func (m *Map) isotonic(x []float64, outcomes []bool) {
	if len(x) < enoughForSteps {
		m.warn(FewForSteps, "fewer than 1,000 rows for an isotonic fit: it may follow chance")
	}
	order := sorted(x)
	weights, values := []float64{}, []float64{}
	var blocks []Step
	for _, i := range order { // equal scores are one value
		if k := len(blocks) - 1; k >= 0 && blocks[k].Lower == x[i] {
			weights[k]++
			values[k] += float64(index(outcomes[i]))
			continue
		}
		blocks = append(blocks, Step{Lower: x[i], Upper: x[i]})
		weights, values = append(weights, 1), append(values, float64(index(outcomes[i])))
	}
	for k := range values {
		values[k] /= weights[k]
	}
	level, start := PoolAdjacentViolators(values, weights)
	margin, held := 1/float64(2*len(x)), false
	for k, first := range start {
		last := len(blocks)
		if k+1 < len(start) {
			last = start[k+1]
		}
		p := min(max(level[k], margin), 1-margin)
		held = held || p != level[k]
		m.Steps = append(m.Steps, Step{Lower: blocks[first].Lower, Upper: blocks[last-1].Upper, Probability: p})
	}
	if held {
		m.warn(ExtremeHeld, "probabilities of 0 and 1 were held half an event inside")
	}
}

// PoolAdjacentViolators gives the rising sequence nearest to the values in weighted
// least squares: the levels of its blocks, and where each begins (Ayer, Brunk, Ewing,
// Reid and Silverman 1955). Weights are positive, as many as values.
func PoolAdjacentViolators(values, weights []float64) (level []float64, start []int) {
	var weight []float64
	for i, v := range values {
		w := weights[i]
		level, weight, start = append(level, v), append(weight, w), append(start, i)
		for k := len(level) - 1; k > 0 && level[k-1] >= level[k]; k = len(level) - 1 {
			both := weight[k-1] + weight[k]
			level[k-1] = (float64(weight[k-1]*level[k-1]) + float64(weight[k]*level[k])) / both
			weight[k-1] = both
			level, weight, start = level[:k], weight[:k], start[:k]
		}
	}
	return level, start
}

// CrossFit gives the probability of each row by a map that was fitted to the other
// folds, so that a method can be judged on the rows that it has; folds are drawn by
// the seed, at least 2 (0 is 5).
func (m Method) CrossFit(scores []float64, outcomes []bool, folds int, seed uint64) ([]float64, error) {
	var c tandem.Check
	c.Require(m.Valid(), "calibration", "method", "must be none, platt or isotonic")
	c.Require(len(scores) == len(outcomes), "length", "outcomes", "one for each score")
	c.Require(folds == 0 || folds >= 2 && folds <= 100, "folds", "folds", "must be 2 to 100, or 0 for 5")
	if err := c.Err("calibration"); err != nil {
		return nil, err
	}
	if folds == 0 {
		folds = 5
	}
	fold := Folds(outcomes, folds, seed)
	out := make([]float64, len(scores))
	for k := range folds {
		var x []float64
		var y []bool
		for i, f := range fold {
			if f != k {
				x, y = append(x, scores[i]), append(y, outcomes[i])
			}
		}
		fitted := m.fit(x, y)
		for i, f := range fold {
			if f == k {
				out[i] = fitted.Probability(scores[i])
			}
		}
	}
	return out, nil
}

// Folds deals rows to folds by chance from the seed, so that each has its share of
// the events.
func Folds(outcomes []bool, folds int, seed uint64) []int {
	folds = max(folds, 1)
	random := float.NewRandom(seed)
	order := make([]int, len(outcomes))
	for i := range order {
		order[i] = i
	}
	for i := len(order) - 1; i > 0; i-- {
		k := random.Below(i + 1)
		order[i], order[k] = order[k], order[i]
	}
	out, next := make([]int, len(outcomes)), [2]int{}
	for _, i := range order {
		kind := index(outcomes[i])
		if kind == 1 {
			out[i] = next[1] % folds
		} else {
			out[i] = folds - 1 - next[0]%folds
		}
		next[kind]++
	}
	return out
}
