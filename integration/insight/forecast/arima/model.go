package arima

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// finish multiplies the differences in and fits the values.
func (m *Model) finish() {
	m.full = slices.Clone(m.ar)
	times := func(lag int) {
		out := make([]float64, len(m.full)+lag)
		copy(out, m.full)
		out[lag-1]++
		for i, a := range m.full {
			out[lag+i] -= a
		}
		m.full = out
	}
	if m.Order.SD > 0 {
		times(m.Order.Period)
	}
	for range m.Order.D {
		times(1)
	}
	m.Fitted = slices.Clone(m.y)
	lost := len(m.y) - len(m.errors)
	for i, e := range m.errors {
		m.Fitted[lost+i] = m.y[lost+i] - e
	}
}

// constant is what each value of the undifferenced recursion adds.
func (m *Model) constant() float64 {
	sum := 1.0
	for _, a := range m.ar {
		sum -= a
	}
	return m.Mean * sum
}

// Points gives the forecasts of the next h values.
func (m *Model) Points(h int) []float64 {
	out := make([]float64, h)
	m.roll(out, nil)
	return out
}

// Path writes one possible future with normal errors.
func (m *Model) Path(out []float64, random *float.Random) { m.roll(out, random) }

func (m *Model) roll(out []float64, random *float.Random) {
	n, k, sigma, c := len(m.y), len(m.errors), math.Sqrt(m.Variance), m.constant()
	e := make([]float64, len(out))
	for t := range out {
		v := c
		for i, a := range m.full {
			if back := t - 1 - i; a != 0 && back >= 0 {
				v += float64(a * out[back])
			} else if a != 0 && n+back >= 0 {
				v += float64(a * m.y[n+back])
			}
		}
		for i, b := range m.ma {
			if back := t - 1 - i; back >= 0 {
				v += float64(b * e[back])
			} else if k+back >= 0 {
				v += float64(b * m.errors[k+back])
			}
		}
		if random != nil {
			e[t] = float64(sigma * random.Normal())
			v += e[t]
		}
		out[t] = v
	}
}

// Variances gives those of the forecasts by step, from the ψ weights.
func (m *Model) Variances(h int) []float64 {
	psi, out, sum := make([]float64, h), make([]float64, h), 0.0
	for t := range out {
		v := 0.0
		if t == 0 {
			v = 1
		} else if t <= len(m.ma) {
			v = m.ma[t-1]
		}
		for i, a := range m.full {
			if t-1-i >= 0 {
				v += float64(a * psi[t-1-i])
			}
		}
		psi[t] = v
		sum += float64(v * v)
		out[t] = m.Variance * sum
	}
	return out
}
