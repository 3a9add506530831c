package kendall

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// slopes finds the slope of a rank among all pairs within the groups.
type slopes struct {
	groups   [][]point
	total    int64
	list     []float64 // sorted, where there are at most MaxPairs
	low      float64   // no slope is smaller
	high     float64
	falling  int64 // slopes below nought
	level    int64 // slopes of nought
	residual []float64
	spare    []float64
}

func newSlopes(groups [][]point) *slopes {
	s := &slopes{groups: groups}
	longest := 0
	for _, g := range groups {
		s.total += pairsOf(len(g))
		longest = max(longest, len(g))
	}
	if s.total <= MaxPairs {
		s.list = make([]float64, 0, s.total)
		for _, g := range groups {
			for j := range g {
				for i := range j {
					s.list = append(s.list, (g[j].value-g[i].value)/float64(g[j].at-g[i].at))
				}
			}
		}
		slices.Sort(s.list)
		return s
	}
	s.residual, s.spare = make([]float64, longest), make([]float64, longest)
	for _, g := range groups {
		// The steepest slopes are those of neighbours.
		for i := 1; i < len(g); i++ {
			b := (g[i].value - g[i-1].value) / float64(g[i].at-g[i-1].at)
			s.low, s.high = min(s.low, b), max(s.high, b)
		}
		ties, _ := tied(valuesOf(g))
		s.level += ties
	}
	s.falling = s.below(0)
	return s
}

// below counts the slopes smaller than b: those pairs whose residuals fall.
func (s *slopes) below(b float64) int64 {
	count := int64(0)
	for _, g := range s.groups {
		r := s.residual[:len(g)]
		for i, p := range g {
			r[i] = p.value - float64(b*float64(p.at))
		}
		count += inversions(r, s.spare[:len(g)])
	}
	return count
}

// A search ends where the slope is known to a part of precision, or after maxBisections,
// at a part of 1e-30 of the range of the slopes: one outlier makes that range as wide as
// it likes.
const (
	maxBisections = 100
	precision     = 1e-10
)

// at gives the slope of a rank, the smallest being 0; between ranks on a line.
func (s *slopes) at(rank float64) float64 {
	rank = min(max(rank, 0), float64(s.total-1))
	if s.list != nil {
		i := int(rank)
		if part := rank - float64(i); part > 0 {
			return s.list[i] + float64(part*(s.list[i+1]-s.list[i]))
		}
		return s.list[i]
	}
	low, high, want := s.low, s.high, int64(math.Round(rank))
	switch {
	case want < s.falling:
		high = 0
	case want < s.falling+s.level:
		return 0 // the slope of most pairs of sporadic demand, which is counted exactly
	default:
		low = 0
	}
	for range maxBisections {
		middle := low + float64((high-low)/2)
		if high-low <= float64(precision*max(-low, high)) {
			break
		}
		n := s.below(middle)
		if n <= want {
			low = middle
		} else {
			high = middle
		}
		if n == want {
			break // middle is between this slope and the one before it
		}
	}
	return low
}

func (s *slopes) median() float64 {
	if s.total == 0 {
		return 0
	}
	return s.at(float64(s.total-1) / 2)
}

// limits are the slopes whose ranks are C/2 from the middle (Gilbert, section 16.5),
// C = z·√Var(S); with too few pairs the outermost slopes, which say less than Level.
func (r *Result) limits(s *slopes) {
	r.Lower, r.Upper = r.Slope, r.Slope
	if s.total == 0 {
		return
	}
	c := float64(float.NormalQuantile(1-float64((1-r.Level)/2)) * math.Sqrt(r.Variance))
	first, last := float64((float64(s.total)-c)/2)-1, float64((float64(s.total)+c)/2)
	r.Lower, r.Upper = min(s.at(first), r.Slope), max(s.at(last), r.Slope)
	if first < 0 {
		r.Warnings = append(r.Warnings, insight.Warn(FewValues, "too few pairs for the confidence: the limits are the outermost slopes"))
	}
}

// residuals gives what is left beside the slope and the median of each place in the
// cycle, in order of time, and sets the intercept.
func (r *Result) residuals(groups [][]point) []point {
	var left, medians []point
	for _, g := range groups {
		y := valuesOf(g)
		for i := range y {
			y[i] -= float64(r.Slope * float64(g[i].at))
		}
		middle := float.Median(slices.Clone(y))
		for i := range y {
			left = append(left, point{g[i].at, y[i] - middle})
		}
		if len(g) > 0 {
			medians = append(medians, point{0, middle})
		}
	}
	slices.SortFunc(left, func(a, b point) int { return a.at - b.at })
	r.Intercept = float.Mean(valuesOf(medians))
	return left
}

// autocorrelation looks at the ranks of what is left. Hamed and Rao's factor is 1 +
// 2/(n(n-1)(n-2))·Σ(n-k)(n-k-1)(n-k-2)·ρ(k) over the lags whose ρ is significant; in
// a seasonal test, where they state none, the same one is taken.
func (r *Result) autocorrelation(left []point, correct bool) {
	n := len(left)
	if n < 10 {
		return
	}
	rank := ranks(left)
	limit := 1.96 / math.Sqrt(float64(n))
	mean := float64(float64(n+1) / 2)
	square := 0.0
	for i := range rank {
		rank[i] -= mean
		square += float64(rank[i] * rank[i])
	}
	if !(square > 0) {
		return
	}
	factor, first := 1.0, 0.0
	for k := 1; k <= min(n-3, MaxLags); k++ {
		rho := float.Dot(rank[k:], rank[:n-k]) / square
		if k == 1 {
			first = rho
			if !correct {
				break
			}
		}
		if math.Abs(rho) > limit {
			weight := float64(float64(n-k) / float64(n) * (float64(n-k-1) / float64(n-1)) * (float64(n-k-2) / float64(n-2)))
			factor += float64(2 * weight * rho)
		}
	}
	switch {
	case correct && factor > 1: // below one, few values exaggerate that neighbours alternate
		r.Inflation, r.Variance = factor, float64(r.Variance*factor)
	case math.Abs(first) > limit:
		r.Warnings = append(r.Warnings, insight.Warn(Autocorrelated, "neighbouring values resemble each other, so that P is smaller than it should be"))
	}
}

// ranks gives each value its place, the mean of places where values are equal.
func ranks(left []point) []float64 {
	order := make([]int, len(left))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case left[a].value < left[b].value:
			return -1
		case left[a].value > left[b].value:
			return 1
		}
		return 0
	})
	out := make([]float64, len(left))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && left[order[j]].value == left[order[i]].value {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}
