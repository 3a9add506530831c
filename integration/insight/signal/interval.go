package signal

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// DefaultLevel is the confidence of intervals where none is named.
const DefaultLevel = 0.95

// Interval is a range that holds what is estimated with the confidence Level.
type Interval struct {
	Level float64 `json:"level"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// confidence reads what is no level, 0 among it, as [DefaultLevel].
func confidence(level float64) float64 {
	if !(level > 0 && level < 1) {
		return DefaultLevel
	}
	return level
}

// least is the number under which a count is nought, since the continued fractions
// end above it.
const least = 1e-9

// counts brings numbers into 0 ≤ k ≤ n < 1e15; of nothing nothing is known.
func counts(k, n float64) (float64, float64, bool) {
	if !float.Finite(n) || !float.Finite(k) || n < least {
		return 0, 0, false
	}
	n = min(n, 1e15)
	switch {
	case k < least:
		k = 0
	case n-k < least:
		k = n
	}
	return k, n, true
}

// Wilson gives the score interval of the share k/n (E. B. Wilson, JASA 22, 1927,
// 209-212), level 0 meaning [DefaultLevel]. It covers its level on average over
// shares. More than n counts as n, less than 0 as 0; of nothing it is 0 to 1.
func Wilson(k, n, level float64) Interval {
	level = confidence(level)
	k, n, ok := counts(k, n)
	if !ok {
		return Interval{Level: level, Upper: 1}
	}
	z := float.NormalQuantile(0.5 + float64(level/2))
	p, zz := k/n, float64(z*z)
	middle := p + zz/(2*n)
	half := float64(z * math.Sqrt((float64(p*(1-p))+zz/(4*n))/n))
	lower, upper := (middle-half)/(1+zz/n), (middle+half)/(1+zz/n)
	if k == 0 {
		lower = 0 // not a rounded nought
	}
	if k == n {
		upper = 1
	}
	return Interval{Level: level, Lower: max(lower, 0), Upper: min(upper, 1)}
}

// many is the number of events from which the exact distributions are as good as
// normal, and their continued fractions slow.
const many = 1e8

// ClopperPearson gives the exact interval of the share k/n (C. J. Clopper and E. S.
// Pearson, Biometrika 26, 1934, 404-413), which covers at least its level for any
// share. It is defined for fractions of units too, by the beta distribution. Edges
// are those of [Wilson].
func ClopperPearson(k, n, level float64) Interval {
	level = confidence(level)
	k, n, ok := counts(k, n)
	if !ok {
		return Interval{Level: level, Upper: 1}
	}
	if min(k, n-k) > many {
		return Wilson(k, n, level)
	}
	out := Interval{Level: level, Upper: 1}
	half := float64((1 - level) / 2)
	if k > 0 {
		out.Lower = solve(0, 1, func(x float64) bool { return 1-float.BetaTail(k, n-k+1, x) < half })
	}
	if k < n {
		out.Upper = solve(0, 1, func(x float64) bool { return float.BetaTail(k+1, n-k, x) > half })
	}
	return out
}

// PoissonExact gives the exact interval of the rate k/exposure of events that arrive
// one by one (F. Garwood, Biometrika 28, 1936, 437-442). Without exposure nothing is
// known: 0 to the largest float.
func PoissonExact(k, exposure, level float64) Interval {
	level = confidence(level)
	out := Interval{Level: level, Upper: math.MaxFloat64}
	if !float.Finite(k) || !float.Finite(exposure) || exposure <= 0 {
		return out
	}
	if k < least {
		k = 0
	}
	half := float64((1 - level) / 2)
	if k > many {
		reach := float64(float.NormalQuantile(1-half) * math.Sqrt(k))
		out.Lower, out.Upper = min((k-reach)/exposure, math.MaxFloat64), min((k+reach)/exposure, math.MaxFloat64)
		return out
	}
	reach := k + float64(40*math.Sqrt(k+1)) + 40
	if k > 0 {
		out.Lower = solve(0, k, func(x float64) bool { return 1-float.GammaTail(k, x) < half }) / exposure
	}
	out.Lower = min(out.Lower, math.MaxFloat64)
	out.Upper = min(solve(k, reach, func(x float64) bool { return float.GammaTail(k+1, x) > half })/exposure, math.MaxFloat64)
	return out
}

// solve halves [low, high] around the place up to which below holds.
func solve(low, high float64, below func(x float64) bool) float64 {
	for range 100 {
		middle := low + float64((high-low)/2)
		if middle <= low || middle >= high {
			break
		}
		if below(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low + float64((high-low)/2)
}

// MoreThan gives the chance of k or more events where the expected number is mean,
// of events that arrive one by one: the one-sided p-value against a stated rate.
func MoreThan(k, mean float64) float64 {
	if !(k >= least) || math.IsNaN(mean) {
		return 1
	}
	if !(mean > 0) {
		return 0
	}
	if max(k, mean) > many {
		if math.IsInf(mean, 1) {
			return 1
		}
		return float.NormalDistribution((mean - k) / math.Sqrt(mean))
	}
	return min(max(1-float.GammaTail(k, mean), 0), 1)
}

// MoreThanOther gives the one-sided p-value that k events of an exposure come at no
// higher rate than other events of another: given both, k is binomial with the
// share of the exposure (J. Przyborowski and H. Wilenski, Biometrika 31, 1940, 313-323).
// Where an exposure is missing there is no evidence: 1.
func MoreThanOther(k, exposure, other, otherExposure float64) float64 {
	sum := exposure + otherExposure
	if !(k >= least) || !(exposure > 0) || !(otherExposure > 0) || !float.Finite(sum) || !float.Finite(k) || !float.Finite(other) {
		return 1
	}
	other, share := max(other, 0), exposure/sum
	if k+other > many {
		mean := float64((k + other) * share)
		variance := float64(mean * (1 - share))
		if !float.Finite(mean) || !(variance > 0) {
			return 1 // beyond what floats can tell
		}
		return float.NormalDistribution((mean - k) / math.Sqrt(variance))
	}
	if !(share > 0 && share < 1) {
		return 1 // the two exposures are too far apart for floats
	}
	return min(max(1-float.BetaTail(k, other+1, share), 0), 1)
}
