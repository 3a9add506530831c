package survey

import (
	"math"
	"strconv"
)

// Confidence is the level of an interval, between 0 and 1.
type Confidence float64

// The usual levels.
const (
	Confidence90 Confidence = 0.90
	Confidence95 Confidence = 0.95
	Confidence99 Confidence = 0.99
)

// z gives the two-sided quantile of the normal distribution: 1.96 for 95 %.
func (c Confidence) z() float64 { return math.Sqrt2 * math.Erfinv(float64(c)) }

func (c Confidence) check() error {
	if c > 0 && c < 1 { // false for NaN
		return nil
	}
	return fault("survey statistic", "confidence", "confidence", "must lie between 0 and 1")
}

// Estimate is a value with its interval, all on the statistic's own scale.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Statistic is what a survey tells. Without answers there is no Estimate: "no
// data" is nil and never 0. Numbers are rounded to a millionth, so that they are
// the same on every machine.
type Statistic struct {
	Measure    Measure    `json:"measure,omitempty"` // empty for a plain proportion
	N          int        `json:"n"`                 // answers
	Low        int        `json:"low"`               // detractors, or answers that do not count as good
	High       int        `json:"high"`              // promoters, or good answers
	Mean       float64    `json:"mean,omitempty"`    // of the scores, on the scale of the question; only with an Estimate
	Confidence Confidence `json:"confidence"`
	Estimate   *Estimate  `json:"estimate,omitempty"` // NPS −100 to 100, the others 0 to 100; nil = no data
}

// Data reports whether there is an estimate.
func (s Statistic) Data() bool { return s.Estimate != nil }

// Measured computes the statistic of a measure from scores:
//
//   - NPS: promoters (9, 10) less detractors (0 to 6) in percent of n, with the
//     adjusted-Wald interval: 3 answers are added, ¾ of them promoters and ¾
//     detractors (Rocks, "Interval Estimation for the Net Promoter Score", The
//     American Statistician 70(4), 2016);
//   - CSAT: percentage of 4 and 5 (top two boxes), with the Wilson interval;
//   - CES: percentage of 5 to 7 (agreed that it was easy), with the Wilson interval.
//
// A score outside the scale is an error.
func Measured(m Measure, scores []int, level Confidence) (Statistic, error) {
	if err := level.check(); err != nil {
		return Statistic{}, err
	}
	if !m.Valid() {
		return Statistic{}, fault("survey statistic", "measure", "measure", "must be nps, csat or ces")
	}
	s := Statistic{Measure: m, N: len(scores), Confidence: level}
	low, high := m.Scale()
	sum := 0
	for i, score := range scores {
		if score < low || score > high {
			return Statistic{}, fault("survey statistic", "score", "scores["+strconv.Itoa(i)+"]", "is outside the scale of the measure")
		}
		sum += score
		switch m.box(score) {
		case -1:
			s.Low++
		case 1:
			s.High++
		}
	}
	if s.N == 0 {
		return s, nil
	}
	s.Mean = round6(float64(sum) / float64(s.N))
	if m == NPS {
		s.Estimate = adjustedWald(s.High, s.Low, s.N, level.z())
	} else {
		s.Estimate = wilson(s.High, s.N, level.z())
	}
	return s, nil
}

// box gives +1 for a good score, −1 for a bad one.
func (m Measure) box(score int) int {
	good, bad := 4, 3 // CSAT
	switch m {
	case NPS:
		good, bad = 9, 6
	case CES:
		good, bad = 5, 4
	}
	switch {
	case score >= good:
		return 1
	case score <= bad:
		return -1
	}
	return 0
}

// MeasuredFrom is [Measured] over facts: of each invitation the latest answer to
// this measure.
func MeasuredFrom(m Measure, facts []Answer, level Confidence) (Statistic, error) {
	var scores []int
	for _, a := range Latest(facts) {
		if a.Measure == m {
			scores = append(scores, a.Score)
		}
	}
	return Measured(m, scores, level)
}

// Proportion gives good out of n in percent, with the Wilson score interval
// (Wilson, JASA 22, 1927), which never leaves 0 to 100 and has a width at 0 and
// at 100 %, where that of Wald has none.
func Proportion(good, n int, level Confidence) (Statistic, error) {
	if err := level.check(); err != nil {
		return Statistic{}, err
	}
	if good < 0 || n < good {
		return Statistic{}, fault("survey statistic", "proportion", "good", "must be 0 to n")
	}
	s := Statistic{N: n, Low: n - good, High: good, Confidence: level}
	if n > 0 {
		s.Estimate = wilson(good, n, level.z())
	}
	return s, nil
}

func wilson(good, n int, z float64) *Estimate {
	p, count := float64(good)/float64(n), float64(n)
	divisor := 1 + z*z/count
	centre := (p + z*z/(2*count)) / divisor
	half := z * math.Sqrt(p*(1-p)/count+z*z/(4*count*count)) / divisor
	return estimate(p, centre-half, centre+half, 0)
}

func adjustedWald(promoters, detractors, n int, z float64) *Estimate {
	value := float64(promoters-detractors) / float64(n)
	adjusted := float64(n) + 3
	up, down := (float64(promoters)+0.75)/adjusted, (float64(detractors)+0.75)/adjusted
	centre := up - down
	half := z * math.Sqrt((up+down-centre*centre)/adjusted)
	return estimate(value, centre-half, centre+half, -1)
}

// estimate gives percentages, clamped to the scale, whose lowest value is floor.
// The interval is widened to hold the value itself: with few answers, all alike,
// that of adjusted Wald would not.
func estimate(value, low, high, floor float64) *Estimate {
	low, high = max(floor, min(low, value)), min(1, max(high, value))
	return &Estimate{Value: round6(100 * value), Low: round6(100 * low), High: round6(100 * high)}
}

func round6(v float64) float64 {
	r := math.Round(v*1e6) / 1e6
	if r == 0 {
		return 0 // no negative zero
	}
	return r
}

// Comparison is the difference of two waves.
type Comparison struct {
	Difference Estimate `json:"difference"` // second less first, in points of the statistic's scale
	Clear      bool     `json:"clear"`      // the interval does not hold 0: the waves differ
}

// Compare tests whether a second wave differs from a first: the interval of the
// difference is put together from the two intervals by squaring and adding
// (Newcombe, Statistics in Medicine 17, 1998, method 10; for the NPS as MOVER,
// Zou and Donner, Statistics in Medicine 27, 2008). Waves of another measure or
// confidence, or without data, are an error: there is nothing to compare.
func Compare(first, second Statistic) (Comparison, error) {
	switch {
	case !first.Data() || !second.Data():
		return Comparison{}, fault("comparison", "no_data", "estimate", "a wave has no data")
	case first.Measure != second.Measure || first.Confidence != second.Confidence:
		return Comparison{}, fault("comparison", "different", "measure", "measure and confidence must be the same")
	}
	a, b := first.Estimate, second.Estimate
	d := b.Value - a.Value
	out := Comparison{Difference: Estimate{Value: round6(d),
		Low:  round6(d - math.Hypot(b.Value-b.Low, a.High-a.Value)),
		High: round6(d + math.Hypot(b.High-b.Value, a.Value-a.Low))}}
	out.Clear = out.Difference.Low > 0 || out.Difference.High < 0
	return out, nil
}

// Response counts how far invitations have come.
type Response struct {
	Sent      int       `json:"sent"`
	Delivered int       `json:"delivered"`
	Answered  int       `json:"answered"`
	Rate      Statistic `json:"rate"` // answered in percent of delivered; no data where nothing was delivered
}

// Responses counts the invitations of facts. What was answered was delivered and
// sent, whether or not there is a fact of it.
func Responses(facts []Answer, level Confidence) (Response, error) {
	reached := map[InvitationID]int{}
	for i := range facts {
		rank := 1
		switch facts[i].Stage {
		case Delivered:
			rank = 2
		case Answered:
			rank = 3
		}
		reached[facts[i].Invitation] = max(rank, reached[facts[i].Invitation])
	}
	var r Response
	for _, rank := range reached {
		r.Sent++
		if rank >= 2 {
			r.Delivered++
		}
		if rank >= 3 {
			r.Answered++
		}
	}
	var err error
	r.Rate, err = Proportion(r.Answered, r.Delivered, level)
	return r, err
}
