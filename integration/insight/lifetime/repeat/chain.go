package repeat

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// chain is a customer with a random number of opportunities to buy, negative binomial
// with a shape and odds (mean shape·odds), who leaves after each with a chance from
// Beta(a, b). skip chances to leave come before the first opportunity.
//
// The expectations are sums over the number of opportunities. All their terms are
// positive, where the hypergeometric forms of the papers subtract and have poles at
// a = 1; where many opportunities matter, the sum beyond the first ones is an integral
// (Euler and Maclaurin, with the first correction).
type chain struct{ shape, odds, a, b, skip float64 }

const (
	maxTerms  = 200_000
	maxPanels = 5_000
	longChain = 100 // odds from which the integral is worth it
)

// stays gives the chance of having stayed through n chances to leave; n need not be
// whole.
func (c chain) stays(n float64) float64 {
	return float.Exp(float.LogBeta(c.a, c.b+n) - float.LogBeta(c.a, c.b))
}

// purchases gives the expected number of purchases.
func (c chain) purchases() float64 {
	stays, total := 1.0, 0.0 // after as many chances, and its sum over the opportunities so far
	if c.skip > 0 {
		stays = c.b / (c.a + c.b)
	}
	step := func(n float64) float64 {
		before := total
		total += stays
		stays *= (c.b + n + c.skip) / (c.a + c.b + n + c.skip)
		return before
	}
	return c.mean(step, func(first float64) func(n float64) float64 {
		const near = 2e-5 // of the pole at a = 1, which a line from one side to the other bridges
		base := total
		if math.Abs(c.a-1) >= near {
			more := c.sum(c.a, first)
			return func(n float64) float64 { return base + more(n) }
		}
		below, above, share := c.sum(1-near, first), c.sum(1+near, first), (c.a-1+near)/(2*near)
		return func(n float64) float64 {
			low := below(n)
			return base + low + float64(share*(above(n)-low))
		}
	})
}

// sum gives the function of the sum of stays over the opportunities from first up to
// n, which is (g(n) - g(first))/(1-a) with g(n) = stays(n)·(a+b+n-1), for another a that is not 1.
func (c chain) sum(a, first float64) func(n float64) float64 {
	g := func(n float64) float64 {
		n += c.skip
		return float.LogBeta(a, c.b+n) - float.LogBeta(a, c.b) + float.Log(a+c.b+n-1)
	}
	from := g(first)
	scale := float.Exp(from) / (a - 1)
	return func(n float64) float64 { return scale * falling(1, from-g(n)) }
}

// staying gives the expected chance of having stayed through all opportunities.
func (c chain) staying() float64 {
	stays := 1.0
	step := func(n float64) float64 {
		now := stays
		stays *= (c.b + n) / (c.a + c.b + n)
		return now
	}
	return c.mean(step, func(float64) func(n float64) float64 { return c.stays })
}

// mean gives the mean of a value over the numbers of opportunities: step gives it at 0,
// 1, 2, …, and smooth(n) a function for n and above.
func (c chain) mean(step func(n float64) float64, smooth func(first float64) func(n float64) float64) float64 {
	w := c.odds / (1 + c.odds)
	log := -c.shape * float.Log1p(c.odds)
	last := float64(maxTerms)
	if c.odds > longChain {
		last = 256 + math.Ceil(8*c.shape)
	}
	term, sum, n := 1.0, 0.0, 0.0
	for ; n < last; n++ {
		value := step(n)
		sum += float64(term * value)
		next := float64((c.shape + n) / (n + 1) * w)
		if c.odds <= longChain && next < 1 && float64(term*(value+1)*next) <= float64(1e-16*(1-next)*(1-next)*sum) {
			break
		}
		if term *= next; term > 1e200 || sum > 1e200 {
			term *= 1e-200
			sum *= 1e-200
			log += 200 * math.Ln10
		}
	}
	sum = float64(sum * float.Exp(log))
	if c.odds > longChain {
		sum += c.rest(n, smooth(n))
	}
	return sum
}

// rest is the part of the mean from n opportunities on.
func (c chain) rest(n float64, value func(n float64) float64) float64 {
	logOdds, fall := float64(c.shape*float.Log1p(c.odds)), float.Log1p(1/c.odds)
	at := func(x float64) float64 {
		return float64(float.Exp(-float.Log(x)-float.LogBeta(c.shape, x)-logOdds-float64(x*fall)) * value(x))
	}
	grow := 1 + min(1, 2/math.Sqrt(c.shape))
	sum := (at(n) - at(n-1)) / 24
	low := n - 0.5
	for range maxPanels {
		high := float64(low * grow)
		part := panel(at, low, high)
		sum += part
		if low = high; low > c.shape*c.odds && part <= 1e-14*sum {
			break
		}
	}
	return max(sum, 0)
}
