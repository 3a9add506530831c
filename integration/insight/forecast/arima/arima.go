package arima

import (
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a model.
const (
	MaxValues     = 100_000
	MaxOrder      = 5 // of p and q; of P and Q 2
	MaxPeriod     = 366
	MaxIterations = 10_000
)

// Order is that of a model; Constant is a mean, or a drift where there is one
// difference.
type Order struct {
	P, D, Q    int
	SP, SD, SQ int
	Period     int
	Constant   bool
}

// String gives the usual form, such as ARIMA(0,1,1)(0,1,1)[12].
func (o Order) String() string {
	text := fmt.Sprintf("ARIMA(%d,%d,%d)", o.P, o.D, o.Q)
	if o.Period > 1 {
		text += fmt.Sprintf("(%d,%d,%d)[%d]", o.SP, o.SD, o.SQ, o.Period)
	}
	switch {
	case o.Constant && o.D+o.SD == 0:
		text += " with mean"
	case o.Constant:
		text += " with drift"
	}
	return text
}

// Validate reports every fault of the order.
func (o Order) Validate() error {
	var c tandem.Check
	within := func(v, limit int, name string) {
		c.Require(v >= 0 && v <= limit, "order", name, "out of range")
	}
	within(o.P, MaxOrder, "p")
	within(o.D, 2, "d")
	within(o.Q, MaxOrder, "q")
	within(o.SP, 2, "sp")
	within(o.SD, 1, "sd")
	within(o.SQ, 2, "sq")
	c.Require(o.Period >= 1 && o.Period <= MaxPeriod, "period", "period", "must be 1 to 366")
	c.Require(o.Period > 1 || o.SP+o.SD+o.SQ == 0, "period", "period", "seasonal orders need a period")
	c.Require(!o.Constant || o.D+o.SD <= 1, "constant", "constant", "none with two differences")
	return c.Err("ARIMA order")
}

// Model is a fitted model.
type Model struct {
	Order      Order
	AR, MA     []float64 // φ and θ, the signs of Box and Jenkins for φ, those of R for θ: w = φw₋₁ + e + θe₋₁
	SAR, SMA   []float64
	Mean       float64 // of the differenced values
	Variance   float64
	AICc       float64
	Fitted     []float64
	Iterations int
	Converged  bool

	y, errors []float64 // the values, and the errors of the differenced ones
	ar, ma    []float64 // the polynomials multiplied out, lag by index
	full      []float64 // the autoregression with the differences
}

// border bounds the partial autocorrelations: what is closer to a unit root is left
// to the differences, since it extrapolates the trend of a short history (R rejects
// such models after the fit).
const border = 0.95

// tolerance of the search, in n·log Σe². By a hundred times that it stops on the way:
// ARIMA(1,0,1) of the levels of Lake Huron with φ = θ = 0.56 for 0.74 and 0.35.
const tolerance = 1e-5

// Config bounds the search; the zero Config is the default.
type Config struct {
	Iterations int // of each fit; 0 = 100
	Models     int // fitted by the stepwise search at most; 0 = 40
}

func (c Config) filled() Config {
	if c.Iterations <= 0 {
		c.Iterations = 100
	}
	c.Iterations = min(c.Iterations, MaxIterations)
	if c.Models <= 0 {
		c.Models = 40
	}
	return c
}

// Fit estimates one order. Too few values for it is [tandem.ErrUnsupported].
func Fit(y []float64, order Order, config Config) (*Model, error) {
	if err := order.Validate(); err != nil {
		return nil, err
	}
	if err := check(y); err != nil {
		return nil, err
	}
	f := newFitter(y, order)
	if f == nil {
		return nil, tandem.ErrUnsupported
	}
	m, ok := f.fit(order, config.filled())
	if !ok {
		return nil, tandem.ErrUnsupported
	}
	return m, nil
}

func check(y []float64) error {
	var c tandem.Check
	c.Require(len(y) <= MaxValues, "too_many", "values", "at most 100,000")
	c.Require(!slices.ContainsFunc(y, func(v float64) bool { return !float.Finite(v) || math.Abs(v) > 1e100 }), "finite", "values", "must be finite, below 1e100")
	return c.Err("ARIMA fit")
}

// fitter holds the differenced values and the buffers of the search.
type fitter struct {
	y, w             []float64
	scale            float64
	errors           []float64
	box              float.Box
	order            Order
	ar, ma           []float64
	centred          []float64
	arTerms, maTerms []term
}

func newFitter(y []float64, o Order) *fitter {
	w := slices.Clone(y)
	if o.SD > 0 {
		w = difference(w, o.Period)
	}
	for range o.D {
		w = difference(w, 1)
	}
	if len(w) < 3 {
		return nil
	}
	f := &fitter{y: y, w: w, errors: make([]float64, len(w)), centred: make([]float64, len(w))}
	for _, v := range w {
		f.scale += math.Abs(v) / float64(len(w))
	}
	if !(f.scale > 0) {
		f.scale = 1
	}
	for i := range w {
		w[i] /= f.scale
	}
	return f
}

func difference(y []float64, lag int) []float64 {
	if len(y) <= lag {
		return nil
	}
	out := make([]float64, len(y)-lag)
	for i := range out {
		out[i] = y[i+lag] - y[i]
	}
	return out
}

// parameters counts those estimated, with the variance.
func (o Order) parameters() int {
	n := o.P + o.Q + o.SP + o.SQ + 1
	if o.Constant {
		n++
	}
	return n
}

func (f *fitter) fit(o Order, config Config) (*Model, bool) {
	k := o.parameters() - 1
	n := len(f.w)
	if n < k+3 || o.Period*max(o.SP, o.SQ) >= n {
		return nil, false
	}
	f.order = o
	x, lower, upper := make([]float64, k), make([]float64, k), make([]float64, k)
	for i := range x {
		x[i], lower[i], upper[i] = 0.0, -border, border
	}
	if o.Constant {
		x[k-1], lower[k-1], upper[k-1] = float.Mean(f.w), -1e6, 1e6
	}
	used := 0
	if k > 0 {
		_, used = f.box.Minimize(f.gradient, x, lower, upper, config.Iterations, tolerance)
	}
	squares := f.squares(x)
	if !float.Finite(squares) {
		return nil, false
	}
	m := &Model{Order: o, Iterations: used, Converged: used < config.Iterations || k == 0, y: f.y}
	m.AR, m.MA, m.SAR, m.SMA, m.Mean = f.read(x)
	m.Mean *= f.scale
	m.ar, m.ma = slices.Clone(f.ar), slices.Clone(f.ma)
	m.errors = slices.Clone(f.errors)
	for i := range m.errors {
		m.errors[i] *= f.scale
	}
	squares *= float64(f.scale * f.scale)
	m.Variance = squares / float64(max(n-k, 1))
	nf, kf := float64(n), float64(k+1)
	m.AICc = math.Inf(1)
	if nf-kf-1 > 0 {
		m.AICc = float64(nf*float.Log(max(squares/nf, 1e-300))) + float64(2*kf) + float64(2*kf*(kf+1))/(nf-kf-1)
	}
	m.finish()
	return m, true
}

// read turns partial autocorrelations into coefficients.
func (f *fitter) read(x []float64) (ar, ma, sar, sma []float64, mean float64) {
	o := f.order
	take := func(n int, sign float64) []float64 {
		c := coefficients(x[:n])
		x = x[n:]
		for i := range c {
			c[i] *= sign
		}
		return c
	}
	ar, ma, sar, sma = take(o.P, 1), take(o.Q, -1), take(o.SP, 1), take(o.SQ, -1)
	if o.Constant {
		mean = x[0]
	}
	return ar, ma, sar, sma, mean
}

// coefficients gives the stationary autoregression with these partial
// autocorrelations (Durbin and Levinson).
func coefficients(partial []float64) []float64 {
	c := make([]float64, len(partial))
	work := make([]float64, len(partial))
	for k, r := range partial {
		copy(work, c)
		c[k] = r
		for j := range k {
			c[j] = work[j] - float64(r*work[k-1-j])
		}
	}
	return c
}

// expand multiplies 1 ± Σ a·B^i by 1 ± Σ s·B^(i·period), sign -1 for
// autoregressions, and gives the coefficients by lag.
func expand(out, a, s []float64, period int, sign float64) []float64 {
	n := len(a) + len(s)*period
	out = slices.Grow(out[:0], n)[:n]
	clear(out)
	copy(out, a)
	for j, v := range s {
		at := (j + 1) * period
		out[at-1] += v
		for i, w := range a {
			out[at+i] += float64(sign * float64(v*w))
		}
	}
	return out
}

func (f *fitter) squares(x []float64) float64 {
	ar, ma, sar, sma, mean := f.read(x)
	f.ar = expand(f.ar, ar, sar, f.order.Period, -1)
	f.ma = expand(f.ma, ma, sma, f.order.Period, 1)
	f.arTerms, f.maTerms = terms(f.arTerms[:0], f.ar), terms(f.maTerms[:0], f.ma)
	for t, v := range f.w {
		f.centred[t] = v - mean
	}
	sum := 0.0
	for t, e := range f.centred {
		for _, a := range f.arTerms {
			if t >= a.lag {
				e -= float64(a.weight * f.centred[t-a.lag])
			}
		}
		for _, b := range f.maTerms {
			if t >= b.lag {
				e -= float64(b.weight * f.errors[t-b.lag])
			}
		}
		f.errors[t] = e
		sum += float64(e * e)
	}
	return sum
}

// term is a coefficient that is not zero: a season leaves most of them so.
type term struct {
	lag    int
	weight float64
}

func terms(out []term, coefficients []float64) []term {
	for i, c := range coefficients {
		if c != 0 {
			out = append(out, term{i + 1, c})
		}
	}
	return out
}

func (f *fitter) gradient(x, g []float64) float64 {
	n := float64(len(f.w))
	value := func() float64 { return float64(n * float.Log(max(f.squares(x), 1e-20))) }
	v := value()
	for i := range x {
		const step = 1e-6
		keep := x[i]
		x[i] = keep + step
		g[i] = (value() - v) / step
		x[i] = keep
	}
	return v
}
