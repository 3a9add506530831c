package ets

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// start gives the states from which the search begins, by the rules of Hyndman,
// Koehler, Snyder and Grose (2002) as R's forecast::ets has them: season from a
// classical decomposition (from one harmonic below three cycles), level and trend
// from a line through the first ten adjusted values or two cycles.
type start struct {
	level, trend float64
	season       []float64 // by position in the cycle, first value at 0
}

func startOf(y []float64, m int, k Kind) start {
	adjusted, season := y, []float64(nil)
	if k.Season != None {
		season = decompose(y, m, k.Season)
		adjusted = make([]float64, len(y))
		for t, v := range y {
			if k.Season == Additive {
				adjusted[t] = v - season[t%m]
			} else {
				adjusted[t] = v / max(season[t%m], 1e-2)
			}
		}
	} else {
		m = 1
	}
	head := adjusted[:min(max(10, 2*m), len(adjusted))]
	if k.Trend == None {
		return start{level: float.Mean(head), season: season}
	}
	level, trend := float.Line(head)
	return start{level, trend, season}
}

// decompose gives the season by position: the mean over the cycles of what is
// left beside a centred moving average, centred at 0 or 1.
func decompose(y []float64, m int, season Component) []float64 {
	n, figure := len(y), make([]float64, m)
	trend := make([]float64, n)
	from, to := 0, n
	if n < 3*m {
		harmonicTrend(y, m, trend, figure)
	} else {
		from, to = m/2, n-m/2
		centredAverage(y, m, trend)
	}
	count := make([]int, m)
	clear(figure)
	for t := from; t < to; t++ {
		switch {
		case season == Additive:
			figure[t%m] += y[t] - trend[t]
		case trend[t] != 0:
			figure[t%m] += y[t] / trend[t]
		default:
			figure[t%m]++
		}
		count[t%m]++
	}
	for j := range figure {
		if count[j] > 0 {
			figure[j] /= float64(count[j])
		}
	}
	middle := float.Mean(figure)
	for j := range figure {
		if season == Additive {
			figure[j] -= middle
		} else {
			figure[j] = max(figure[j]/middle, 1e-2)
		}
	}
	if season == Multiplicative {
		middle = float.Mean(figure)
		for j := range figure {
			figure[j] /= middle
		}
	}
	return figure
}

// centredAverage writes the moving average of m values, the ends halved where m
// is even, from m/2 to n-m/2.
func centredAverage(y []float64, m int, out []float64) {
	half := m / 2
	for t := half; t < len(y)-half; t++ {
		sum := 0.0
		for i := t - half; i <= t+half; i++ {
			sum += y[i]
		}
		if m%2 == 0 {
			sum -= float64(0.5 * (y[t-half] + y[t+half]))
		}
		out[t] = sum / float64(m)
	}
}

// harmonicTrend fits a line and one harmonic, and writes the line.
func harmonicTrend(y []float64, m int, trend, scratch []float64) {
	n := len(y)
	columns := [][]float64{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	for t := range n {
		columns[0][t], columns[1][t] = 1, float64(t)/float64(n)
	}
	harmonic(columns[2], columns[3], m)
	if m == 2 {
		columns = columns[:3]
		for t := range n {
			columns[2][t] = float64(1 - 2*(t%2))
		}
	}
	b, ok := float.LeastSquares(y, columns, 0)
	for t := range n {
		trend[t] = float.Mean(y)
		if ok {
			trend[t] = b[0] + float64(b[1]*columns[1][t])
		}
	}
}

// harmonic writes cosine and sine of one turn in m steps, by rotation from the
// half-angle formulas: math's sine is not the same on every platform.
func harmonic(cosine, sine []float64, m int) {
	c, s := turn(m)
	x, y := 1.0, 0.0
	for t := range cosine {
		if t%m == 0 {
			x, y = 1, 0
		}
		cosine[t], sine[t] = x, y
		x, y = float64(x*c)-float64(y*s), float64(x*s)+float64(y*c)
	}
}

// turn gives cosine and sine of 2π/m by their series.
func turn(m int) (c, s float64) {
	x := 2 * math.Pi / float64(m)
	term := 1.0
	for i := 1; i <= 40; i++ {
		switch i % 4 {
		case 1:
			c += term
		case 2:
			s += term
		case 3:
			c -= term
		case 0:
			s -= term
		}
		term = float64(term*x) / float64(i)
	}
	return c, s
}
