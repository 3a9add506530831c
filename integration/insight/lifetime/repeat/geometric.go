package repeat

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// geometric is BG/NBD, or MBG/NBD where a customer may also leave after the first
// purchase: buying at a rate from Gamma(r, alpha), leaving after a purchase with a
// chance from Beta(a, b).
type geometric struct {
	r, alpha, a, b float64
	modified       bool
}

// chances gives how often a customer with x repeat purchases could have left and did
// not, up to now.
func (g geometric) chances(x int) int {
	if g.modified {
		return x + 1
	}
	return x
}

// odds gives the logarithm of the odds of having left after the last purchase; false
// where that cannot be.
func (g geometric) odds(h History) (float64, bool) {
	n := float64(g.chances(h.Frequency))
	if n == 0 {
		return 0, false
	}
	longer := float.Log((g.alpha + h.Age) / (g.alpha + h.Recency))
	return float.Log(g.a/(g.b+n-1)) + float64((g.r+float64(h.Frequency))*longer), true
}

func (g geometric) alive(h History) float64 {
	odds, ok := g.odds(h)
	if !ok {
		return 1
	}
	return 1 / (1 + float.Exp(min(odds, 700)))
}

func (g geometric) expected(t float64) float64 {
	c := chain{shape: g.r, odds: t / g.alpha, a: g.a, b: g.b}
	if g.modified {
		c.skip = 1
	}
	return c.purchases()
}

// given gives the parameters of a customer who is there: he is a new one of BG/NBD
// with another history behind.
func (g geometric) given(h History) geometric {
	return geometric{r: g.r + float64(h.Frequency), alpha: g.alpha + h.Age, a: g.a, b: g.b + float64(g.chances(h.Frequency))}
}

func (g geometric) toCome(h History, t float64) float64 { return g.given(h).expected(t) }

func (g geometric) discounted(h History, rate, end float64) float64 {
	n := g.given(h)
	fall := float64(n.r*n.a)/(n.a+n.b) + float64(rate*n.alpha) // of the logarithm, per alpha of time
	first := n.alpha * min(0.5, 2/fall)
	return n.r / n.alpha * integrate(func(t float64) float64 {
		return float.Exp(-rate*t) * chain{shape: n.r + 1, odds: t / n.alpha, a: n.a, b: n.b}.staying()
	}, first, end)
}

// probability: n purchases are n opportunities and no leaving, or more than that and
// leaving after the n-th.
func (g geometric) probability(n int, t float64) float64 {
	w := t / (g.alpha + t)
	log := -g.r * float.Log1p(t/g.alpha)
	below, at := 0.0, 0.0
	for j := range n + 1 {
		at = float.Exp(log)
		if j < n {
			below += at
		}
		log += float.Log((g.r + float64(j)) / float64(j+1) * w)
	}
	stayed := 1.0
	chances := g.chances(n)
	for j := range chances {
		if j == chances-1 {
			break
		}
		stayed *= (g.b + float64(j)) / (g.a + g.b + float64(j))
	}
	if chances == 0 {
		return at
	}
	last := float64(chances - 1)
	left := stayed * g.a / (g.a + g.b + last)
	stayed *= (g.b + last) / (g.a + g.b + last)
	return min(1, float64(stayed*at)+float64(left*max(0, 1-below)))
}

// logLikelihood gives the log-likelihood and its gradient.
func (g geometric) logLikelihood(s *sample, gradient *[4]float64) float64 {
	s.shift(g.alpha)
	table(s.tables[0], s.tables[1], g.r)
	table(s.tables[2], s.tables[3], g.b)
	table(s.tables[4], s.tables[5], g.a+g.b)
	logAlpha, sum := float.Log(g.alpha), 0.0
	logA, product := float.Log(g.a), 1.0 // of what is above one: one logarithm for many rows
	*gradient = [4]float64{}
	for _, c := range s.rows {
		x, n := float64(c.x), g.chances(int(c.x))
		logAge, inverseAge := s.logs[c.age], s.inverses[c.age]
		k := g.r + x
		value := s.tables[0][c.x] + float64(g.r*logAlpha) - float64(k*logAge) + s.tables[2][n] - s.tables[4][n]
		dr := s.tables[1][c.x] + logAlpha - logAge
		dAlpha := g.r/g.alpha - float64(k*inverseAge)
		da := -s.tables[5][n]
		db := s.tables[3][n] - s.tables[5][n]
		if n > 0 {
			longer := logAge - s.logs[c.recency]
			last := g.b + float64(n-1)
			odds := logA - (s.tables[2][n] - s.tables[2][n-1]) + float64(k*longer)
			e := float.Exp(-math.Abs(odds))
			left := 1 / (1 + e)
			if odds > 0 {
				value += odds
			} else {
				left = e / (1 + e)
			}
			if c.count > 1 {
				value += float.Log1p(e)
			} else if product *= 1 + e; product > 1e300 {
				sum += float.Log(product)
				product = 1
			}
			dr += float64(left * longer)
			dAlpha += float64(left * k * (inverseAge - s.inverses[c.recency]))
			da += left / g.a
			db -= left / last
		}
		count := float64(c.count)
		sum += float64(count * value)
		gradient[0] += float64(count * dr)
		gradient[1] += float64(count * dAlpha)
		gradient[2] += float64(count * da)
		gradient[3] += float64(count * db)
	}
	return sum + float.Log(product)
}

// shift writes the logarithms and inverses of alpha + time.
func (s *sample) shift(alpha float64) {
	for i, t := range s.times {
		s.logs[i], s.inverses[i] = float.Log(alpha+t), 1/(alpha+t)
	}
}
