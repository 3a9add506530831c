package season

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// Figure is a season.
type Figure struct {
	Multiplied bool
	Values     []float64 // by position in the cycle of the first value
}

// Significant tests a season as the Theta method and the M4 competition do: the
// autocorrelation at one cycle beyond 1.645 of its standard error (Bartlett), on
// three cycles or more. It is two-sided, as they have it: values that are high where
// they were low a cycle before have one, too. [Repeats] is the one-sided test.
func Significant(y []float64, m int) bool {
	r, limit := correlation(y, m)
	return math.Abs(r) > limit
}

// Repeats tests whether values come again after a cycle of m: as [Significant], but only
// for a positive autocorrelation.
func Repeats(y []float64, m int) bool {
	r, limit := correlation(y, m)
	return r > limit
}

// correlation gives the autocorrelation at a lag of m and the limit of what chance gives;
// noughts where there is none, as of fewer than three cycles and of constants.
func correlation(y []float64, m int) (r, limit float64) {
	n := len(y)
	if m < 2 || n < 3*m {
		return 0, 0
	}
	mean := float.Mean(y)
	zero := 0.0
	for _, v := range y {
		zero += float64((v - mean) * (v - mean))
	}
	if !(zero > 0) {
		return 0, 0
	}
	sum := 1.0
	for lag := 1; lag <= m; lag++ {
		r = 0
		for i := lag; i < n; i++ {
			r += float64((y[i] - mean) * (y[i-lag] - mean))
		}
		r /= zero
		if lag < m {
			sum += float64(2 * r * r)
		}
	}
	return r, 1.645 * math.Sqrt(sum/float64(n))
}

// Classical decomposes by a centred moving average: multiplied where all values
// are positive, else added (Makridakis, Wheelwright and Hyndman, 1998, section 3.4).
// It gives false where m is below 1 or a place of the cycle of m values has no average
// around it, which takes two cycles.
func Classical(y []float64, m int, positive bool) (Figure, bool) {
	if m < 1 || m > len(y) {
		return Figure{Multiplied: positive}, false
	}
	f := Figure{Multiplied: positive, Values: make([]float64, m)}
	count := make([]int, m)
	trend := make([]float64, len(y))
	half := centred(y, m, trend)
	for t := half; t < len(y)-half; t++ {
		if positive {
			f.Values[t%m] += y[t] / trend[t]
		} else {
			f.Values[t%m] += y[t] - trend[t]
		}
		count[t%m]++
	}
	for j := range f.Values {
		if count[j] == 0 {
			return f, false
		}
		f.Values[j] /= float64(count[j])
	}
	middle := float.Mean(f.Values)
	for j := range f.Values {
		if positive {
			f.Values[j] /= middle
			if !(f.Values[j] > 1e-4) {
				return f, false
			}
		} else {
			f.Values[j] -= middle
		}
	}
	return f, true
}

// runningFrom is the cycle above which the average is updated instead of summed
// anew, which bounds the time and costs a few digits.
const runningFrom = 50

// centred writes the moving average of a cycle, the ends halved where it is even,
// and gives how many values at each end have none.
func centred(y []float64, m int, out []float64) int {
	half := m / 2
	window := 0.0
	for t := half; t < len(y)-half; t++ {
		if m > runningFrom && t > half {
			window += y[t+half] - y[t-half-1]
		} else {
			window = 0
			for i := t - half; i <= t+half; i++ {
				window += y[i]
			}
		}
		sum := window
		if m%2 == 0 {
			sum -= float64(0.5 * (y[t-half] + y[t+half]))
		}
		out[t] = sum / float64(m)
	}
	return half
}

// Remove takes the season out. A figure without values has none.
func (f Figure) Remove(y []float64) []float64 {
	if len(f.Values) == 0 {
		return slices.Clone(y)
	}
	out := make([]float64, len(y))
	for t, v := range y {
		if f.Multiplied {
			out[t] = v / f.Values[t%len(f.Values)]
		} else {
			out[t] = v - f.Values[t%len(f.Values)]
		}
	}
	return out
}

// Smooth gives a season that may change: it smooths, position by position, what is left beside a trend over its own
// past and next cycles (weights 1, 2, 3, 2, 1), and centres each cycle. Values too few for one average over a cycle, or
// an m below 2, have a season of zeros.
func Smooth(y []float64, m int) []float64 {
	n := len(y)
	if m < 2 || n <= m/2*2 {
		return make([]float64, n)
	}
	trend := make([]float64, n)
	half := centred(y, m, trend)
	for t := range half {
		trend[t], trend[n-1-t] = trend[half], trend[n-1-half]
	}
	out, weights := make([]float64, n), [5]float64{1, 2, 3, 2, 1}
	for t := range out {
		sum, total := 0.0, 0.0
		for k := -2; k <= 2; k++ {
			if j := t + k*m; j >= 0 && j < n {
				sum += float64(weights[k+2] * (y[j] - trend[j]))
				total += weights[k+2]
			}
		}
		out[t] = sum / total
	}
	level := make([]float64, n)
	half = centred(out, m, level)
	for t := range half {
		level[t], level[n-1-t] = level[half], level[n-1-half]
	}
	for t := range out {
		out[t] -= level[t]
	}
	return out
}
