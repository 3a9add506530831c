package repeat

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// pareto is Pareto/NBD: buying at a rate from Gamma(r, alpha), leaving at one from
// Gamma(s, beta).
type pareto struct{ r, alpha, s, beta float64 }

// lost is the part of the likelihood of those who left between two times,
// ∫ (alpha+y)^-(r+x) (beta+y)^-(s+1) dy, over its value factor at the first, with
// the mean of each derivative's factor.
type lost struct {
	integral                    float64 // over the integrand at the first time
	logAlpha, logBeta           float64 // ∫ of the integrand · log(alpha+y), · log(beta+y)
	inverseAlpha, inverseBeta   float64 // ∫ · 1/(alpha+y), · 1/(beta+y)
	logFirst                    float64 // logarithm of the integrand at the first time
	startLogAlpha, startLogBeta float64
}

// between integrates over the logarithm of time plus the smaller of alpha and beta,
// in panels over which the integrand falls by no more than e^5.
func (p pareto) between(x, from, to float64, derivatives bool) lost {
	k, q := p.r+x, p.s+1
	small := min(p.alpha, p.beta)
	l := lost{startLogAlpha: float.Log(p.alpha + from), startLogBeta: float.Log(p.beta + from)}
	l.logFirst = -float64(k*l.startLogAlpha) - float64(q*l.startLogBeta)
	if !(to > from) {
		return l
	}
	reach := float.Log1p((to - from) / (small + from))
	grown := small + to
	fall := float64(k*grown)/(p.alpha+to) + float64(q*grown)/(p.beta+to) - 1 // at most, of the logarithm
	panels := math.Ceil(reach * max(1, fall/5))
	panels = min(panels, 1000)
	half := reach / panels / 2
	for i := range int(panels) {
		before := l.integral
		for j := range points {
			a, weight := abscissa(j)
			u := float64(half * (float64(2*i+1) + a))
			grown := float64((small + from) * float.Exp(u)) // small + y
			y := grown - small
			var logAlpha, logBeta float64
			if p.alpha <= p.beta {
				logAlpha = l.startLogAlpha + u
				logBeta = float.Log(p.beta + y)
			} else {
				logAlpha = float.Log(p.alpha + y)
				logBeta = l.startLogBeta + u
			}
			value := float64(float64(weight*half) * grown * float.Exp(-float64(k*logAlpha)-float64(q*logBeta)-l.logFirst))
			l.integral += value
			if derivatives {
				l.logAlpha += float64(value * logAlpha)
				l.logBeta += float64(value * logBeta)
				l.inverseAlpha += value / (p.alpha + y)
				l.inverseBeta += value / (p.beta + y)
			}
		}
		if l.integral-before < 1e-17*l.integral { // the integrand rises at most once, and then falls
			break
		}
	}
	return l
}

func (p pareto) alive(h History) float64 {
	x := float64(h.Frequency)
	l := p.between(x, h.Recency, h.Age, false)
	// The odds of having left: s·integral over (alpha+T)^-(r+x) (beta+T)^-s.
	if l.integral == 0 {
		return 1
	}
	there := -float64((p.r+x)*float.Log(p.alpha+h.Age)) - float64(p.s*float.Log(p.beta+h.Age))
	odds := l.logFirst + float.Log(p.s*l.integral) - there
	return 1 / (1 + float.Exp(min(odds, 700)))
}

// falling gives (1 - e^(-k·l))/k, also near k = 0.
func falling(k, l float64) float64 {
	kl := float64(k * l)
	if math.Abs(kl) < 1e-5 {
		return l * (1 - float64(kl/2) + float64(float64(kl*kl)/6))
	}
	return (1 - float.Exp(min(-kl, 700))) / k
}

func (p pareto) expected(t float64) float64 {
	return p.r / p.alpha * p.beta * falling(p.s-1, float.Log1p(t/p.beta))
}

func (p pareto) given(h History) pareto {
	return pareto{p.r + float64(h.Frequency), p.alpha + h.Age, p.s, p.beta + h.Age}
}

func (p pareto) toCome(h History, t float64) float64 { return p.given(h).expected(t) }

func (p pareto) discounted(h History, rate, end float64) float64 {
	n := p.given(h)
	first := n.beta * min(1, 3/(n.s+float64(rate*n.beta)))
	return n.r / n.alpha * integrate(func(t float64) float64 {
		return float.Exp(-float64(rate*t) - float64(n.s*float.Log1p(t/n.beta)))
	}, first, end)
}

// probability: n purchases until t, or until leaving before.
func (p pareto) probability(n int, t float64) float64 {
	x := float64(n)
	weight := 0.0
	for j := range n {
		weight += float.Log((p.r + float64(j)) / float64(j+1))
	}
	counted := func(u float64) float64 { // of n purchases within u
		if u == 0 {
			if n == 0 {
				return 1
			}
			return 0
		}
		return float.Exp(weight + float64(x*float.Log(u/(p.alpha+u))) - float64(p.r*float.Log1p(u/p.alpha)))
	}
	there := float64(counted(t) * float.Exp(-p.s*float.Log1p(t/p.beta)))
	left := 0.0
	// Over the logarithm of beta + time; the count's own scale asks for panels of its own.
	reach := float.Log1p(t / p.beta)
	rates := p.s + math.Sqrt(x+1) + p.r
	panels := min(math.Ceil(reach*max(1, rates/2))+float64(4), 2000)
	half := reach / panels / 2
	for i := range int(panels) {
		for j := range points {
			a, w := abscissa(j)
			u := float64(half * (float64(2*i+1) + a))
			left += float64(float64(w*half) * p.s * float.Exp(-p.s*u) * counted(p.beta*(float.Exp(u)-1)))
		}
	}
	return min(1, there+left)
}

// logLikelihood gives the log-likelihood and its gradient.
func (p pareto) logLikelihood(s *sample, gradient *[4]float64) float64 {
	table(s.tables[0], s.tables[1], p.r)
	logAlpha, logBeta, sum := float.Log(p.alpha), float.Log(p.beta), 0.0
	*gradient = [4]float64{}
	for _, c := range s.rows {
		x, age := float64(c.x), s.times[c.age]
		l := p.between(x, s.times[c.recency], age, true)
		k := p.r + x
		ageAlpha, ageBeta := float.Log(p.alpha+age), float.Log(p.beta+age)
		// Both parts over the integrand at the last purchase.
		there := float.Exp(-float64(k*ageAlpha) - float64(p.s*ageBeta) - l.logFirst)
		left := float64(p.s * l.integral)
		total := there + left
		value := s.tables[0][c.x] + float64(p.r*logAlpha) + float64(p.s*logBeta) + l.logFirst + float.Log(total)
		dr := s.tables[1][c.x] + logAlpha - (float64(there*ageAlpha)+float64(p.s*l.logAlpha))/total
		dAlpha := p.r/p.alpha - float64(k*(there/(p.alpha+age)+float64(p.s*l.inverseAlpha)))/total
		ds := logBeta + (l.integral-float64(there*ageBeta)-float64(p.s*l.logBeta))/total
		dBeta := p.s/p.beta - (float64(p.s*there)/(p.beta+age)+float64(p.s*(p.s+1)*l.inverseBeta))/total
		count := float64(c.count)
		sum += float64(count * value)
		gradient[0] += float64(count * dr)
		gradient[1] += float64(count * dAlpha)
		gradient[2] += float64(count * ds)
		gradient[3] += float64(count * dBeta)
	}
	return sum
}
