package arima

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// Auto chooses the differences by tests and the orders by AICc, stepwise from three
// small beginnings (after Hyndman and Khandakar, 2008).
func Auto(y []float64, period int, config Config) (*Model, error) {
	if err := check(y); err != nil {
		return nil, err
	}
	config = config.filled()
	period = max(period, 1)
	if period > MaxPeriod || len(y) < 3*period {
		period = 1
	}
	o := Order{Period: period}
	w := y
	if period > 1 && seasonalStrength(y, period) > 0.64 {
		o.SD = 1
		w = difference(y, period)
	}
	for o.D < 2-o.SD && kpss(w) > 0.463 {
		w = difference(w, 1)
		o.D++
	}
	f := newFitter(y, o)
	if f == nil {
		return nil, tandem.ErrUnsupported
	}
	s := search{fitter: f, config: config, seen: map[Order]bool{}}
	for _, pq := range [][4]int{{0, 0, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}} {
		next := o
		next.P, next.Q = pq[0], pq[1]
		if period > 1 {
			next.SP, next.SQ = pq[2], pq[3]
		}
		next.Constant = o.D+o.SD <= 1
		s.try(next)
	}
	for s.best != nil && s.step() {
	}
	if s.best == nil {
		return nil, tandem.ErrUnsupported
	}
	return s.best, nil
}

type search struct {
	fitter *fitter
	config Config
	seen   map[Order]bool
	best   *Model
}

func (s *search) try(o Order) bool {
	if s.seen[o] || len(s.seen) >= s.config.Models || o.Validate() != nil || o.P > 3 || o.Q > 3 || o.SP > 1 || o.SQ > 1 {
		return false
	}
	s.seen[o] = true
	m, ok := s.fitter.fit(o, s.config)
	if !ok || s.best != nil && m.AICc >= s.best.AICc {
		return false
	}
	s.best = m
	return true
}

// step looks at the neighbours of the best order.
func (s *search) step() bool {
	o := s.best.Order
	for _, d := range [][4]int{{1, 0, 0, 0}, {-1, 0, 0, 0}, {0, 1, 0, 0}, {0, -1, 0, 0}, {1, 1, 0, 0}, {-1, -1, 0, 0},
		{0, 0, 1, 0}, {0, 0, -1, 0}, {0, 0, 0, 1}, {0, 0, 0, -1}} {
		next := o
		next.P, next.Q, next.SP, next.SQ = o.P+d[0], o.Q+d[1], o.SP+d[2], o.SQ+d[3]
		if s.try(next) {
			return true
		}
	}
	next := o
	next.Constant = !o.Constant
	return s.try(next)
}

// kpss is the statistic of the test for a stationary level, with the window of
// R's tseries: 4·(n/100)^¼ lags; 0.463 is its 5 % point.
func kpss(y []float64) float64 {
	n := len(y)
	if n < 4 {
		return 0
	}
	mean, partial, sum := float.Mean(y), 0.0, 0.0
	square := 0.0
	for _, v := range y {
		d := v - mean
		partial += d
		sum += float64(partial * partial)
		square += float64(d * d)
	}
	lags := int(4 * math.Sqrt(math.Sqrt(float64(n)/100)))
	variance := square
	for l := 1; l <= lags && l < n; l++ {
		c := 0.0
		for t := l; t < n; t++ {
			c += float64((y[t] - mean) * (y[t-l] - mean))
		}
		variance += float64(2 * (1 - float64(l)/float64(lags+1)) * c)
	}
	if !(variance > 0) {
		return 0
	}
	return sum / float64(n) / variance
}

// seasonalStrength is 1 - Var(remainder)/Var(season + remainder) (Wang, Smith and
// Hyndman, 2006) over a classical decomposition.
func seasonalStrength(y []float64, m int) float64 {
	n, half := len(y), m/2
	rest := make([]float64, 0, n)
	figure, count := make([]float64, m), make([]int, m)
	for t := half; t < n-half; t++ {
		sum := 0.0
		for i := t - half; i <= t+half; i++ {
			sum += y[i]
		}
		if m%2 == 0 {
			sum -= float64(0.5 * (y[t-half] + y[t+half]))
		}
		d := y[t] - sum/float64(m)
		rest = append(rest, d)
		figure[t%m] += d
		count[t%m]++
	}
	for j := range figure {
		figure[j] /= float64(max(count[j], 1))
	}
	all := variance(rest)
	for i := range rest {
		rest[i] -= figure[(half+i)%m]
	}
	if !(all > 0) {
		return 0
	}
	return max(0, 1-variance(rest)/all)
}

func variance(x []float64) float64 {
	mean, sum := float.Mean(x), 0.0
	for _, v := range x {
		sum += float64((v - mean) * (v - mean))
	}
	return sum / float64(max(len(x), 1))
}
