package float

import "math"

// NormalQuantile gives the quantile of the standard normal distribution (P. J.
// Acklam's rational approximation, relative error below 1.2e-9). A probability
// outside of (0, 1) is taken for the nearest inside.
func NormalQuantile(p float64) float64 {
	const edge = 0.02425
	p = min(max(p, 1e-300), 1-0x1p-53)
	switch {
	case p < edge:
		return normalTail(p)
	case p > 1-edge:
		return -normalTail(1 - p)
	}
	q := p - 0.5
	r := float64(q * q)
	num := polynomial(r, -3.969683028665376e+01, 2.209460984245205e+02,
		-2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00)
	den := polynomial(r, -5.447609879822406e+01, 1.615858368580409e+02,
		-1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1)
	return float64(num*q) / den
}

func normalTail(p float64) float64 {
	q := math.Sqrt(float64(-2 * Log(p)))
	num := polynomial(q, -7.784894002430293e-03, -3.223964580411365e-01,
		-2.400758277161838e+00, -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00)
	den := polynomial(q, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1)
	return num / den
}

func polynomial(x float64, coefficients ...float64) float64 {
	sum := 0.0
	for _, c := range coefficients {
		sum = float64(sum*x) + c
	}
	return sum
}

// Random is a source of random numbers from a seed (SplitMix64: Steele, Lea and
// Flood, 2014). The zero Random has the seed 0.
type Random struct{ state uint64 }

// NewRandom gives the source of a seed.
func NewRandom(seed uint64) Random { return Random{seed} }

// Uint64 gives 64 random bits.
func (r *Random) Uint64() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uniform gives a number strictly between 0 and 1.
func (r *Random) Uniform() float64 { return (float64(r.Uint64()>>12) + 0.5) * 0x1p-52 }

// Normal gives a standard normal number, by inversion.
func (r *Random) Normal() float64 { return NormalQuantile(r.Uniform()) }

// Below gives a whole number from 0 to n-1; n must be positive.
func (r *Random) Below(n int) int { return int(r.Uint64() % uint64(n)) }

// Gamma gives a number of the gamma distribution with that shape and the scale 1, by the method of Marsaglia and Tsang
// (2000); a shape below 1 goes by theirs of shape+1. A shape that is not positive gives 0.
func (r *Random) Gamma(shape float64) float64 {
	switch {
	case !(shape > 0):
		return 0
	case shape < 1:
		u := r.Uniform()
		return r.Gamma(shape+1) * Exp(Log(u)/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.Normal()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = float64(v*v) * v
		if Log(r.Uniform()) < float64(0.5*x*x)+d-float64(d*v)+float64(d*Log(v)) {
			return float64(d * v)
		}
	}
}

// NormalHazard is φ(z)/(1-Φ(z)), the mean of a standard normal value above z, by Mills'
// continued fraction above 2, else by the series of Φ (Abramowitz and Stegun,
// 26.2.10 and 26.2.14).
func NormalHazard(z float64) float64 {
	if z < -8 {
		return 0
	}
	if z > 2 {
		f := z
		for k := 60; k >= 1; k-- {
			f = z + float64(k)/f
		}
		return f
	}
	density := Exp(float64(-0.5*z*z)) * 0.3989422804014327
	return density / (1 - NormalDistribution(z))
}

// NormalDistribution gives Φ(z), the probability of a standard normal number of at most z.
func NormalDistribution(z float64) float64 {
	switch {
	case z > 8:
		return 1
	case z < -8:
		return 0
	}
	density := Exp(float64(-0.5*z*z)) * 0.3989422804014327
	term, sum := z, z
	for k := 3; k < 400; k += 2 {
		term = float64(term*z*z) / float64(k)
		sum += term
		if math.Abs(term) < 1e-17*math.Abs(sum) {
			break
		}
	}
	return min(max(0.5+float64(density*sum), 0), 1)
}
