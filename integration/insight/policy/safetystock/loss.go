package safetystock

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

const rootTwoPi = 2.5066282746310002

func density(k float64) float64 { return float.Exp(float64(-0.5*k*k)) / rootTwoPi }

// mills gives h − k for the normal hazard h at k > 2, by the continued fraction of
// Mills' ratio, without the loss of digits of the difference.
func mills(k float64) float64 {
	f := k
	for n := 80; n >= 2; n-- {
		f = k + float64(n)/f
	}
	return 1 / f
}

// Above gives the probability that a standard normal number exceeds k, exact in the
// far tail.
func Above(k float64) float64 {
	switch {
	case math.IsNaN(k):
		return math.NaN()
	case k > 2:
		return density(k) / (k + mills(k))
	case k < -2:
		return 1 - Above(-k)
	}
	return 1 - float.NormalDistribution(k)
}

// Loss is the unit normal loss function G(k) = φ(k) − k·(1 − Φ(k)), the expected
// excess of a standard normal number over k, with a relative error below 1e-12 for
// every k where it is not below 1e-300.
func Loss(k float64) float64 {
	switch {
	case math.IsNaN(k):
		return math.NaN()
	case k > 2:
		d := mills(k)
		return density(k) * (d / (k + d))
	case k < 0:
		return Loss(-k) - k
	}
	return density(k) - float64(k*Above(k))
}

// SecondLoss is ∫ G(y) dy over y > k, ½·((1 + k²)·(1 − Φ(k)) − k·φ(k)): with a
// reorder point k deviations above the mean, what is owed on average is σ²/Q times
// it, if what is owed at the highest position can be neglected.
func SecondLoss(k float64) float64 {
	switch {
	case math.IsInf(k, 1):
		return 0
	case k > 2:
		d := mills(k)
		// (1 + k² − k·h)/h with h = k + d is (1 − k·d)/h, and 1 − k·d = d·c, d being
		// 1/(k + c): c is the rest of the fraction, 2/(k + 3/(k + …)).
		c := 1/d - k
		return max(density(k)*d*c/(k+d), 0) / 2
	}
	return max(float64((1+float64(k*k))*Above(k))-float64(k*density(k)), 0) / 2
}

// InverseLoss gives the k at which [Loss] is g, negative for g above 0.3989. A g that
// is not positive counts as 1e-300, one above 1e300 as that.
func InverseLoss(g float64) float64 {
	if math.IsNaN(g) {
		return math.NaN()
	}
	g = min(max(g, 1e-300), 1e300)
	if g > 1/rootTwoPi {
		u := g // −k: u + G(u) = g, convex in u, so that the steps fall
		for range 60 {
			next := u - (u+Loss(u)-g)/(1-Above(u))
			if !(math.Abs(next-u) > 1e-15*(1+u)) {
				break
			}
			u = max(next, 0)
		}
		return -u
	}
	// log G is concave and falls; from the right of the root, where φ is g, each step
	// of Newton stays on the right. The slope is −(1 − Φ)/G = −1/(h − k).
	k, target := math.Sqrt(float64(-2*float.Log(g))), float.Log(g)
	for range 100 {
		slope := Above(k) / Loss(k)
		if k > 2 {
			slope = 1 / mills(k)
		}
		next := max(k+(float.Log(Loss(k))-target)/slope, 0)
		if math.Abs(next-k) < 1e-15*(1+k) {
			return next
		}
		k = next
	}
	return k
}

// CycleServiceFactor gives the k for a cycle service α, 1 − Φ(k) = 1 − α (P1, section
// 6.7.5). An α outside of (0, 1) counts as the nearest inside.
func CycleServiceFactor(alpha float64) float64 { return float.NormalQuantile(alpha) }

// FillRateFactor gives the k for a fill rate β at order quantity Q and deviation σ of
// the demand over the lead time, G(k) = (1 − β)·Q/σ (P2, section 6.7.6). It is
// negative where little service is asked for. A deviation of zero gives 0.
func FillRateFactor(beta, quantity, deviation float64) float64 {
	if !(deviation > 0) {
		return 0
	}
	return InverseLoss((1 - beta) * quantity / deviation)
}

// ExactFillRateFactor is [FillRateFactor] where what is still owed after a receipt
// counts only once, G(k) − G(k + Q/σ) = (1 − β)·Q/σ, as it should where σ is large
// against Q.
func ExactFillRateFactor(beta, quantity, deviation float64) float64 {
	if !(deviation > 0) || !(quantity > 0) {
		return 0
	}
	width := quantity / deviation
	target := (1 - beta) * width
	high := FillRateFactor(beta, quantity, deviation)
	low := high - 1
	short := func(k float64) float64 { return Loss(k) - Loss(k+width) }
	for range 1100 { // doubles as far as numbers go
		if short(low) >= target {
			break
		}
		low -= 2 * (high - low)
	}
	for range 200 {
		middle := low + float64((high-low)/2)
		if middle == low || middle == high {
			break
		}
		if short(middle) > target {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
