package float

import "math"

// LogGamma gives log Γ(x) for x > 0, by Stirling's series (Abramowitz and Stegun, 6.1.41) from 8 on and the recurrence
// below; +Inf at 0, NaN below.
func LogGamma(x float64) float64 {
	switch {
	case math.IsNaN(x) || x < 0:
		return math.NaN()
	case x == 0 || math.IsInf(x, 1):
		return math.Inf(1)
	}
	product, shifted := 1.0, x
	for shifted < 8 {
		product *= shifted
		shifted++
	}
	const halfLogTwoPi = 0.91893853320467274178
	i := 1 / shifted
	series := float64(i * polynomial(i*i, -3617.0/122400, 1.0/156, -691.0/360360, 1.0/1188, -1.0/1680, 1.0/1260, -1.0/360, 1.0/12))
	l := float64((shifted-0.5)*Log(shifted)) - shifted + halfLogTwoPi + series
	if product == 1 {
		return l
	}
	return l - Log(product)
}

// LogBeta gives log B(a, b) for positive a and b.
func LogBeta(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if a > 1e4*max(b, 1) { // the difference of two large logarithms, by its own series: log Γ(a) - log Γ(a+b)
		return LogGamma(b) + logGammaDrop(a, b)
	}
	return LogGamma(a) + LogGamma(b) - LogGamma(a+b)
}

// logGammaDrop gives log Γ(a) - log Γ(a+b) for a large a, from Stirling's series term by term.
func logGammaDrop(a, b float64) float64 {
	s, i, j := a+b, 1/a, 1/(a+b)
	return -float64(b*Log(s)) - float64((a-0.5)*Log1p(b/a)) + b + (i-j)/12 - (float64(i*i*i)-float64(j*j*j))/360
}

// Log1p gives log(1+x), exact for small x too (Kahan's correction of the rounded sum).
func Log1p(x float64) float64 {
	u := 1 + x
	if u == 1 {
		return x
	}
	if math.IsInf(u, 1) {
		return u
	}
	return Log(u) * (x / (u - 1))
}

// GammaTail gives the regularised upper incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a) for a > 0, x ≥ 0: the chance
// that a Gamma(a, 1) number exceeds x. The tail of chi-squared with k degrees of freedom above c is GammaTail(k/2, c/2).
// Below a+1 it is one less the series 6.5.29 of Abramowitz and Stegun, above the continued fraction 6.5.31.
func GammaTail(a, x float64) float64 {
	switch {
	case !(a > 0) || !(x >= 0):
		return math.NaN()
	case x == 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	}
	scale := Exp(float64(a*Log(x)) - x - LogGamma(a))
	if x < a+1 {
		term := 1 / a
		sum := term
		for n := a + 1; term > sum*1e-17 && n < a+100000; n++ {
			term = float64(term * (x / n))
			sum += term
		}
		return max(0, 1-float64(sum*scale))
	}
	return min(1, scale*fraction(x+1-a, func(n float64) (float64, float64) { return -n * (n - a), x + float64(2*n) + 1 - a }))
}

// BetaTail gives 1 - I_x(a, b), the chance that a Beta(a, b) number exceeds x, for positive a and b (the continued
// fraction 26.5.8 of Abramowitz and Stegun). The upper tail of Student's t above 0 with k degrees of freedom is
// ½·(1 - BetaTail(k/2, ½, k/(k+t²))), that of F with m and n above f is BetaTail(m/2, n/2, m·f/(m·f+n)).
func BetaTail(a, b, x float64) float64 {
	switch {
	case !(a > 0) || !(b > 0) || math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 1
	case x >= 1:
		return 0
	}
	if x > (a+1)/(a+b+2) {
		return betaLower(b, a, 1-x)
	}
	return max(0, 1-betaLower(a, b, x))
}

func betaLower(a, b, x float64) float64 {
	scale := Exp(float64(a*Log(x))+float64(b*Log1p(-x))-LogBeta(a, b)) / a
	return min(1, scale*fraction(1, func(n float64) (float64, float64) {
		m := math.Floor(n / 2)
		if n == m+m {
			return m * (b - m) * x / ((a + n - 1) * (a + n)), 1
		}
		return -(a + m) * (a + b + m) * x / ((a + n - 1) * (a + n)), 1
	}))
}

// fraction gives 1/(b0 + a1/(b1 + a2/(b2 + …))) by the method of Lentz as Thompson and Barnett (1986) state it; term
// gives a and b of n = 1, 2, …
func fraction(b0 float64, term func(n float64) (a, b float64)) float64 {
	const tiny = 1e-300
	f := b0
	if f == 0 {
		f = tiny
	}
	c, d := f, 0.0
	for n := 1.0; n < 100000; n++ {
		a, b := term(n)
		if d = b + float64(a*d); d == 0 {
			d = tiny
		}
		if c = b + a/c; c == 0 {
			c = tiny
		}
		d = 1 / d
		step := float64(c * d)
		f *= step
		if step-1 < 1e-16 && 1-step < 1e-16 {
			break
		}
	}
	return 1 / f
}
