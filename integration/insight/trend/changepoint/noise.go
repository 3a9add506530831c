package changepoint

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// magnify gives values whose squares are above nought, and the power of two that they
// were multiplied by; usual values stay as they are.
func magnify(y []float64) ([]float64, int) {
	most := 0.0
	for _, v := range y {
		most = max(most, math.Abs(v))
	}
	if most == 0 || most >= 1e-100 {
		return y, 0
	}
	_, power := math.Frexp(most)
	large := make([]float64, len(y))
	for i, v := range y {
		large[i] = math.Ldexp(v, -power)
	}
	return large, -power
}

// leastDeviation is the part of the range of the values that a deviation has at least, so
// that the squares of values in deviations are finite.
const leastDeviation = 1e-30

// deviation gives the spread within segments of magnified values.
func (c Config) deviation(y []float64, power int) float64 {
	if c.Model == MeanVariance {
		return 0
	}
	d := min(math.Ldexp(c.Deviation, power), math.MaxFloat64)
	if c.Deviation == 0 {
		d = noise(y)
		if c.Correct {
			d *= persistence(y)
		}
	}
	return max(d, float64(leastDeviation*(slices.Max(y)-slices.Min(y))))
}

// noise estimates the spread within segments from the differences of neighbours: their
// median deviation, where most are nought their mean square, each over √2.
func noise(y []float64) float64 {
	if len(y) < 2 {
		return 0
	}
	d, square := make([]float64, len(y)-1), 0.0
	for i := range d {
		d[i] = math.Abs(y[i+1] - y[i])
		square += float64(d[i] * d[i])
	}
	if middle := float.Median(d); middle > 0 {
		return 1.4826 * middle / math.Sqrt2
	}
	return math.Sqrt(square / float64(len(d)) / 2)
}

// persistence gives the factor from the spread of differences over √2 to the spread of
// means. With neighbours that follow each other by φ, the differences have a correlation
// of -(1-φ)/2, a variance of 2σ²(1-φ), and means the variance σ²(1+φ)/(1-φ) over their
// number; 1 where φ cannot be told from nought.
func persistence(y []float64) float64 {
	if len(y) < 20 {
		return 1
	}
	d := make([]float64, len(y)-1)
	for i := range d {
		d[i] = y[i+1] - y[i]
	}
	square := float.Dot(d, d)
	if !(square > 0) {
		return 1
	}
	phi := min(1+float64(2*float.Dot(d[1:], d[:len(d)-1])/square), 0.9)
	if phi < 3/math.Sqrt(float64(len(y))) {
		return 1
	}
	return math.Sqrt(1+phi) / (1 - phi)
}
