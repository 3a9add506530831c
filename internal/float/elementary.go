package float

import "math"

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// Log gives the natural logarithm, by the method of FreeBSD's e_log.c (Sun
// Microsystems, 1993): reduction to [√½, √2), then a polynomial in f/(2+f).
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	f1, ki := math.Frexp(x)
	if f1 < math.Sqrt2/2 {
		f1 *= 2
		ki--
	}
	f, k := f1-1, float64(ki)
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t1 := 2.857142874366239149e-01 + float64(s4*(1.818357216161805012e-01+float64(s4*1.479819860511658591e-01)))
	t1 = float64(s2 * (6.666666666666735130e-01 + float64(s4*t1)))
	t2 := 2.222219843214978396e-01 + float64(s4*1.531383769920937332e-01)
	t2 = float64(s4 * (3.999999999940941908e-01 + float64(s4*t2)))
	half := float64(0.5 * f * f)
	low := float64(s*(half+t1+t2)) + float64(k*ln2Lo)
	return float64(k*ln2Hi) - ((half - low) - f)
}

// Exp gives e to the power x, by the method of FreeBSD's e_exp.c (Sun
// Microsystems, 1993).
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 709.782712893383973096:
		return math.Inf(1)
	case x < -745.13321910194110842:
		return 0
	}
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	hi, lo := x-float64(k*ln2Hi), float64(k*ln2Lo)
	r := hi - lo
	t := float64(r * r)
	p := -1.65339022054652515390e-06 + float64(t*4.13813679705723846039e-08)
	p = 6.61375632143793436117e-05 + float64(t*p)
	p = -2.77777777770155933842e-03 + float64(t*p)
	c := r - float64(t*(1.66666666666666019037e-01+float64(t*p)))
	return math.Ldexp(1-((lo-float64(r*c)/(2-c))-hi), int(k))
}

// Pow gives x to the power y for a positive x, as e^(y·log x).
func Pow(x, y float64) float64 { return Exp(float64(y * Log(x))) }

// Dot sums the products from the first to the last.
func Dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i] * b[i])
	}
	return sum
}

// Mean gives the mean, 0 of nothing.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Finite says that x is neither infinite nor no number.
func Finite(x float64) bool { return x-x == 0 }
