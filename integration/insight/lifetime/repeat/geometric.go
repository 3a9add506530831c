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
	skip := 0.0
	if g.modified {
		skip = 1
	}
	return survived(g.r, t/(g.alpha+t), t/g.alpha, g.a, g.b, skip)
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
	first := n.alpha * min(1, 3/fall)
	return n.r / n.alpha * integrate(func(t float64) float64 {
		return float.Exp(-rate*t) * staying(n.r+1, t/(n.alpha+t), t/n.alpha, n.a, n.b)
	}, first, end)
}

// maxTerms bounds the sums below.
const maxTerms = 200_000

// walk goes through the numbers n of opportunities to buy, negative binomial with
// shape r, chance w and logarithm of the chance at nought -r·log(1+odds), and sums
// probability·value. step gives the value at n; it neither grows faster than n nor is
// negative.
func walk(r, w, odds float64, step func(n float64) float64) float64 {
	log := -r * float.Log1p(odds)
	term, sum, n := 1.0, 0.0, 0.0
	for range maxTerms {
		value := step(n)
		sum += float64(term * value)
		next := (r + n) / (n + 1) * w
		if next < 1 && term*(value+1)*next <= 1e-16*(1-next)*(1-next)*sum {
			break
		}
		if term == 0 {
			break
		}
		term *= next
		n++
		if term > 1e200 || sum > 1e200 {
			term *= 1e-200
			sum *= 1e-200
			log += 200 * math.Ln10
		}
	}
	return sum * float.Exp(log)
}

// survived gives the expected number of purchases among the opportunities, when a
// customer leaves after each with a chance from Beta(a, b): the first skip chances to
// leave come before the first purchase.
func survived(r, w, odds, a, b, skip float64) float64 {
	stays, total := 1.0, 0.0 // the chance of having stayed for j chances, and its sum
	if skip > 0 {
		stays = b / (a + b)
	}
	return walk(r, w, odds, func(n float64) float64 {
		before := total
		total += stays
		stays *= (b + n + skip) / (a + b + n + skip)
		return before
	})
}

// staying gives the expected chance of having stayed through the opportunities.
func staying(r, w, odds, a, b float64) float64 {
	stays := 1.0
	return walk(r, w, odds, func(n float64) float64 {
		now := stays
		stays *= (b + n) / (a + b + n)
		return now
	})
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
	logA := float.Log(g.a)
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
			var left float64
			if odds > 0 {
				e := float.Exp(-odds)
				left = 1 / (1 + e)
				value += odds + float.Log1p(e)
			} else {
				e := float.Exp(odds)
				left = e / (1 + e)
				value += float.Log1p(e)
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
	return sum
}

// shift writes the logarithms and inverses of alpha + time.
func (s *sample) shift(alpha float64) {
	for i, t := range s.times {
		s.logs[i], s.inverses[i] = float.Log(alpha+t), 1/(alpha+t)
	}
}
