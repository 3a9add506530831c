package diffusion

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/regression"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits.
const (
	MaxEvaluations = 100_000
	// MaxPotential bounds an estimated potential, as a multiple of what has been sold.
	MaxPotential = 100
)

// The warnings, besides [kendall.FewValues]: too few to fit, typical rates stand in.
const (
	BeforePeak   insight.WarningCode = "before_peak"   // the potential is guessed
	NoPeak       insight.WarningCode = "no_peak"       // sales fall from the start
	Exceeded     insight.WarningCode = "exceeded"      // more was sold than the potential given
	NoAnalogue   insight.WarningCode = "no_analogue"   // none is long enough: the curve is flat
	FewAnalogues insight.WarningCode = "few_analogues" // too few for the interval, or for the band
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{BeforePeak, NoPeak, Exceeded, NoAnalogue, FewAnalogues, insight.RowsLeftOut}
}

// Typical rates a year: the means over 213 applications of the model (Sultan, Farley and
// Lehmann, A Meta-Analysis of Applications of Diffusion Models, 1990).
const (
	TypicalInnovation = 0.03
	TypicalImitation  = 0.38
)

// Config are the choices of a fit; the zero Config is the default.
type Config struct {
	// Potential is how many will have bought in the end; 0 = estimated.
	Potential float64 `json:"potential,omitzero"`
	Level     float64 `json:"level,omitzero"` // of the intervals; 0 = 0.9
	// Density fits the rate of adoption at the end of each bucket in place of the
	// adoptions within it, as older programs do.
	Density     bool `json:"density,omitzero"`
	Evaluations int  `json:"evaluations,omitzero"` // of the search at most; 0 = 2,000
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Potential >= 0 && c.Potential <= forecast.MaxSize, "value", "potential", "must be 0 to 1e15")
	k.Require(c.Level == 0 || c.Level >= 0.5 && c.Level < 1, "level", "level", "must be 0.5 to below 1")
	k.Require(c.Evaluations >= 0 && c.Evaluations <= MaxEvaluations, "evaluations", "evaluations", "must be 0 to 100,000")
	return k.Err("diffusion")
}

// Bass is a fitted model. It forecasts by its exported fields alone, so that one that was
// written as JSON and read again gives the same forecasts.
type Bass struct {
	Innovation float64 `json:"innovation"` // p, a bucket
	Imitation  float64 `json:"imitation"`  // q, a bucket
	Potential  float64 `json:"potential"`  // m
	// Standard errors; 0 where a parameter was not estimated.
	InnovationError float64           `json:"innovation_error"`
	ImitationError  float64           `json:"imitation_error"`
	PotentialError  float64           `json:"potential_error"`
	Fitted          bool              `json:"fitted"` // false = typical rates
	Deviation       float64           `json:"deviation"`
	RSquared        float64           `json:"r_squared"`
	Launch          int               `json:"launch"`      // position of the first sale
	Sold            float64           `json:"sold"`        // so far
	Penetration     float64           `json:"penetration"` // of the potential
	Peak            float64           `json:"peak"`        // buckets from the launch to the largest rate; 0 = at once
	PeakSales       float64           `json:"peak_sales"`  // a bucket, then
	PeakDate        tandem.Date       `json:"peak_date,omitzero"`
	Evaluations     int               `json:"evaluations"`
	Bucket          forecast.Bucket   `json:"bucket"`
	Next            tandem.Date       `json:"next,omitzero"`        // first day after the history
	Length          int               `json:"length"`               // buckets of the history from the launch on
	Level           float64           `json:"level"`                // of the intervals
	Density         bool              `json:"density,omitzero"`     // as in [Config]
	Given           bool              `json:"given,omitzero"`       // the potential was
	Freedom         int               `json:"freedom,omitzero"`     // values less parameters
	Covariance      [][]float64       `json:"covariance,omitempty"` // of p, q and m, of p and q where m was given; none where not fitted
	Warnings        []insight.Warning `json:"warnings,omitempty"`

	// What the fit needs, and no forecast.
	series forecast.Series
	config Config
	times  []float64 // of the known values, the ends of their buckets after the launch
	sales  []float64
}

// Share is F(t), the share of the potential that has bought t buckets after the launch.
func Share(p, q, t float64) float64 {
	if !(t > 0) {
		return 0
	}
	e := float.Exp(-float64((p + q) * t))
	return (1 - e) / (1 + float64(q/p*e))
}

// rate is the density of F.
func rate(p, q, t float64) float64 {
	e := float.Exp(-float64((p + q) * t))
	d := 1 + float64(q/p*e)
	return float64((p+q)*(p+q)) / p * e / float64(d*d)
}

// curve is the part of the potential that a bucket which ends at t sells.
func (b *Bass) curve(p, q, t float64) float64 {
	if b.Density {
		return rate(p, q, t)
	}
	return Share(p, q, t) - Share(p, q, t-1)
}

// FitBass fits the model to the sales from the first one on. There is always an answer:
// without sales nothing is forecast, and with fewer than five values the rates are typical
// ones. Only faults of the arguments are errors.
func FitBass(s forecast.Series, c Config) (*Bass, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("diffusion"); err != nil {
		return nil, err
	}
	if c.Level == 0 {
		c.Level = 0.9
	}
	if c.Evaluations == 0 {
		c.Evaluations = 2000
	}
	b := &Bass{series: s, config: c, Launch: -1, Bucket: s.Bucket, Level: c.Level, Density: c.Density, Given: c.Potential > 0}
	if !s.Start.IsZero() {
		b.Next = s.Bucket.Add(s.Start, len(s.Values))
	}
	b.known()
	switch {
	case b.Sold <= 0:
		b.Warnings = append(b.Warnings, insight.Warn(forecast.NoHistory, "nothing was sold"))
		b.typical()
	case len(b.sales) < 5:
		b.Warnings = append(b.Warnings, insight.Warn(kendall.FewValues, "fewer than five values: the rates are typical ones"))
		b.typical()
	default:
		b.search()
		b.judge()
	}
	b.describe()
	return b, nil
}

func (b *Bass) known() {
	skip := make([]bool, len(b.series.Values))
	for _, list := range [][]int{b.series.Missing, b.series.Closed} {
		for _, i := range list {
			skip[i] = true
		}
	}
	for i, v := range b.series.Values {
		if skip[i] || b.Launch < 0 && v <= 0 {
			continue
		}
		if b.Launch < 0 {
			b.Launch = i
		}
		b.times, b.sales = append(b.times, float64(i-b.Launch+1)), append(b.sales, v)
		b.Sold += v
	}
	if b.Launch < 0 {
		b.Launch = len(b.series.Values)
	}
	b.Length = len(b.series.Values) - b.Launch
}

// typical takes the rates of others, and the potential that fits what was sold.
func (b *Bass) typical() {
	a := map[forecast.Bucket]float64{forecast.Hour: 8766, forecast.Day: 365.25, forecast.Week: 52.18, forecast.Month: 12,
		forecast.Quarter: 4, forecast.Year: 1}[b.series.Bucket]
	b.Innovation, b.Imitation, b.Potential = TypicalInnovation/a, TypicalImitation/a, b.config.Potential
	if b.Potential == 0 && b.Sold > 0 {
		b.Potential = b.Sold / Share(b.Innovation, b.Imitation, float64(b.Length))
	}
}

// The range of the rates a bucket.
const (
	leastRate = 1e-7
	mostRate  = 5
)

// search minimises the squares over p and q in logarithms, from the best place of a grid;
// m follows from them.
func (b *Bass) search() {
	f := make([]float64, len(b.sales))
	squares := func(x []float64) float64 {
		if x[0] < float.Log(leastRate) || x[1] < float.Log(leastRate) || x[0] > float.Log(mostRate) || x[1] > float.Log(mostRate) {
			return math.Inf(1)
		}
		p, q := float.Exp(x[0]), float.Exp(x[1])
		m := b.potential(p, q, f)
		sum := 0.0
		for i, v := range b.sales {
			e := v - float64(m*f[i])
			sum += float64(e * e)
		}
		return sum
	}
	best, x := math.Inf(1), make([]float64, 2)
	for i := range 14 {
		for j := range 14 {
			at := []float64{-12 + float64(i), -10.5 + float64(0.85*float64(j))}
			if v := squares(at); v < best {
				best, x = v, at
			}
		}
	}
	for range 3 {
		_, used := float.Simplex(squares, x, b.config.Evaluations/3+1, 1e-14)
		b.Evaluations += used
	}
	b.Innovation, b.Imitation = float.Exp(x[0]), float.Exp(x[1])
	b.Potential = b.potential(b.Innovation, b.Imitation, f)
	b.Fitted = true
}

// potential fills the curve and gives the m that fits best, within its bounds.
func (b *Bass) potential(p, q float64, f []float64) float64 {
	for i, t := range b.times {
		f[i] = b.curve(p, q, t)
	}
	if b.config.Potential > 0 {
		return b.config.Potential
	}
	square := float.Dot(f, f)
	if !(square > 0) {
		return b.Sold
	}
	return min(max(float.Dot(f, b.sales)/square, 0.5*b.Sold), MaxPotential*b.Sold)
}

// gradient is how a value that depends on p, q and m changes with each.
func (b *Bass) gradient(value func(p, q, m float64) float64) []float64 {
	p, q, m := b.Innovation, b.Imitation, b.Potential
	const step = 1e-4
	more, less := func(v float64) float64 { return float64(v * (1 + step)) }, func(v float64) float64 { return float64(v * (1 - step)) }
	g := []float64{
		(value(more(p), q, m) - value(less(p), q, m)) / (2 * step * p),
		(value(p, more(q), m) - value(p, less(q), m)) / (2 * step * q),
		(value(p, q, more(m)) - value(p, q, less(m))) / (2 * step * m),
	}
	if b.Given {
		g[2] = 0
	}
	return g
}

// judge gives standard errors from the model made linear at its best.
func (b *Bass) judge() {
	columns := [][]float64{make([]float64, len(b.sales)), make([]float64, len(b.sales)), make([]float64, len(b.sales))}
	rest := slices.Clone(b.sales)
	for i, t := range b.times {
		rest[i] -= float64(b.Potential * b.curve(b.Innovation, b.Imitation, t))
		for j, v := range b.gradient(func(p, q, m float64) float64 { return float64(m * b.curve(p, q, t)) }) {
			columns[j][i] = v
		}
	}
	if b.Given {
		columns = columns[:2]
	}
	// At the best place the regression explains nothing more; only its covariance counts.
	fit := regression.LeastSquares(rest, columns)
	b.Deviation, b.Freedom, b.Covariance = fit.Deviation, fit.Freedom, fit.Covariance
	b.InnovationError, b.ImitationError = fit.Errors[0], fit.Errors[1]
	if len(columns) == 3 {
		b.PotentialError = fit.Errors[2]
	}
	mean, around := float.Mean(b.sales), 0.0
	for _, v := range b.sales {
		around += float64((v - mean) * (v - mean))
	}
	if around > 0 {
		b.RSquared = max(0, 1-float.Dot(rest, rest)/around)
	}
}

// describe fills what follows from the parameters, and warns.
func (b *Bass) describe() {
	p, q, m := b.Innovation, b.Imitation, b.Potential
	if m > 0 {
		b.Penetration = b.Sold / m
	}
	if q > p {
		b.Peak = float.Log(q/p) / (p + q)
		b.PeakSales = float64(m*float64((p+q)*(p+q))) / (4 * q)
		if at := float64(b.Launch) + b.Peak; !b.series.Start.IsZero() && at < forecast.MaxValues {
			b.PeakDate = b.series.Bucket.Add(b.series.Start, int(at))
		}
	} else {
		b.PeakSales = float64(m * p)
	}
	if !b.Fitted {
		return
	}
	if q <= p {
		b.Warnings = append(b.Warnings, insight.Warn(NoPeak, "imitation is below innovation: sales fall from the start"))
	}
	if b.config.Potential == 0 && b.Peak > float64(b.Length) {
		b.Warnings = append(b.Warnings, insight.Warn(BeforePeak, "the peak is still to come: the potential is extrapolated, and too low as a rule"))
	}
	if b.config.Potential > 0 && b.Sold > m {
		b.Warnings = append(b.Warnings, insight.Warn(Exceeded, "more was sold than the potential that was given"))
	}
	border := p < 2*leastRate || q < 2*leastRate || p > 0.99*mostRate || q > 0.99*mostRate
	if border || b.config.Potential == 0 && (m >= 0.99*MaxPotential*b.Sold || m <= 0.51*b.Sold) {
		b.Warnings = append(b.Warnings, insight.Warn(forecast.AtBorder, "a parameter is at the end of its range: the history does not determine it"))
	}
}
