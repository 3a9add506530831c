package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
	"github.com/tandem-go/tandem/internal/float"
)

// Fit is a method fitted to a series, ready to be asked for any horizon. Nothing changes it, nor does it share
// anything with its arguments or answers: any number of goroutines may ask one Fit at once.
type Fit struct {
	method   Method
	bucket   Bucket
	start    tandem.Date
	config   Config // with the closed steps of the series beside its own
	prepared history.Prepared
	model    model.Model
	reason   string
	trials   []Trial
}

// Fit fits the method, of which "" is [Combination]. Where it has no answer for the values, a simpler one stands
// in, and the forecast says so; only faults of the arguments are errors: of the
// method, below series and below config.
func (m Method) Fit(s Series, c Config) (*Fit, error) {
	if m == "" {
		m = Combination
	}
	var k tandem.Check
	k.Require(m.Valid(), "method", "method", "must be one of the methods")
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("forecast"); err != nil {
		return nil, err
	}
	c = c.filled(s)
	raw := s.raw(c)
	f := &Fit{method: m, bucket: s.Bucket, start: s.Start, config: c, prepared: raw.Prepare()}
	f.config.Levels, f.config.Members = slices.Clone(c.Levels), slices.Clone(c.Members)
	f.config.ClosedAhead = slices.Concat(c.ClosedAhead, s.ClosedAhead)
	if m == Auto {
		f.choose(raw)
	} else {
		f.fit(m)
	}
	return f, nil
}

// fit takes the method, or what stands in for it.
func (f *Fit) fit(m Method) {
	k := newFitter(&f.prepared, f.config)
	f.method, f.model = k.standIn(m)
	switch {
	case f.method == m:
	case k.nothing(m):
		f.prepared.Warn(FellBack, "nothing to estimate: the last value is repeated")
	default:
		f.prepared.Warn(FellBack, fmt.Sprintf("%s has no answer for these values; %s stands in", m, f.method))
	}
}

func (m Method) intermittent() bool {
	switch m {
	case Croston, SBA, TSB, ADIDA, IMAPA:
		return true
	}
	return false
}

// Make fits the method and forecasts the horizon of the configuration.
func (m Method) Make(s Series, c Config) (Forecast, error) {
	f, err := m.Fit(s, c)
	if err != nil {
		return Forecast{}, err
	}
	return f.Forecast(f.config.Horizon), nil
}

// Forecast gives the next h steps; h is brought into 1 to [MaxHorizon].
func (f *Fit) Forecast(h int) Forecast {
	out := f.expected(min(max(h, 1), MaxHorizon))
	f.bounds(&out)
	f.raise(&out)
	f.close(&out)
	return out
}

// expected gives points and deviations, before bounds, closed steps and the declaration that demand is not negative.
func (f *Fit) expected(h int) Forecast {
	d := f.model.Describe()
	out := Forecast{
		Method: f.method, Model: d.Name, Bucket: f.bucket, Points: f.model.Points(h),
		Deviations: f.model.Variances(h), Fitted: slices.Clone(d.Fitted), Parameters: d.Parameters, AICc: d.AICc,
		Reason: f.reason, Trials: slices.Clone(f.trials), Warnings: owned(slices.Concat(f.prepared.Warnings, d.Warnings)),
	}
	if !f.start.IsZero() {
		out.Start = f.bucket.Add(f.start, f.History())
	}
	if f.hold(out.Points) {
		out.Warnings = append(out.Warnings, insight.Warning{Code: Exploding, Text: "the points left the history far behind and were held at 100 times its range"})
	}
	if f.deviate(out.Deviations) {
		out.Warnings = append(out.Warnings, insight.Warning{Code: WideInterval, Text: "the standard deviation exceeds twice the range of the history"})
	}
	if e := f.prepared.Effects; e != nil {
		e.Add(out.Points)
		out.Warnings = append(out.Warnings, e.Short(h)...)
		e.Explain(out.Fitted)
		out.Parameters = append(out.Parameters, e.Parameters()...)
	}
	return out
}

// spread widens the deviations: those of the models are conditional on the
// estimated parameters and on the model being right, and cover too little on every
// published data set (Hyndman, Koehler, Snyder and Grose, 2002, section 5). A
// t-quantile's ratio covers few values; the rest is measured on the M3 series. What
// the unconstrained values lack in variance is given back to any model.
func (f *Fit) spread() float64 {
	hidden := 1 / math.Sqrt(max(1-f.prepared.Lacking, 0.05))
	if model.Counted(f.model) {
		return hidden
	}
	n := float64(len(f.prepared.Values))
	if n < 2 { // the deviation is that of a rule, and not estimated
		return hidden
	}
	return hidden * intervalWidening * (1 + 2/max(n-2, 2))
}

// intervalWidening makes intervals of 95 % cover 92 to 97 % of the M3 series' future:
// 92.4 % by damped trends, 95.7 % by the combination, 93.2 % by Auto.
const intervalWidening = 1.15

// reach gives the range of the history with nought in it, and how far beyond it points and deviations are held: 100
// times as far. Fewer than two values have no range, and what is made of them does not run away.
func (f *Fit) reach() (low, high, reach float64) {
	if len(f.prepared.Values) < 2 {
		return 0, 0, math.Inf(1)
	}
	for _, v := range f.prepared.Values {
		low, high = min(low, v), max(high, v)
	}
	return low, high, float64(100 * max(high-low, 1e-300))
}

// hold keeps points finite and in reach of the history, and says whether it held any.
func (f *Fit) hold(points []float64) (held bool) {
	low, high, reach := f.reach()
	for i, v := range points {
		if math.IsNaN(v) {
			v = 0
		}
		points[i] = min(max(v, low-reach), high+reach)
		held = held || points[i] != v
	}
	return held
}

// deviate turns the variances of the model into deviations in reach of the history, and says whether one is out of
// proportion to it.
func (f *Fit) deviate(variances []float64) (wide bool) {
	low, high, reach := f.reach()
	spread := f.spread()
	for i, v := range variances {
		s := deviation(v) * spread
		if math.IsNaN(s) || s > reach {
			s = reach
		}
		wide = wide || s > 2*(high-low) && high > low
		variances[i] = s
	}
	return wide
}

// bounds writes the intervals. Those of intermittent demand are quantiles of the
// simulated demand, shifted by what the points have beside it (effects of regressors),
// the others normal.
func (f *Fit) bounds(out *Forecast) {
	h := len(out.Points)
	var columns [][]float64
	if model.Counted(f.model) {
		columns = f.columns(h)
		for i, p := range f.model.Points(h) {
			for k, v := range columns[i] {
				shift := out.Points[i] - p
				columns[i][k] = max(v+shift+float64((f.spread()-1)*(v-p)), min(v, 0)+shift) // no demand is the least
			}
		}
	}
	for _, level := range f.config.Levels {
		interval := Interval{Level: level, Lower: make([]float64, h), Upper: make([]float64, h)}
		half := float64(level / 2)
		z := float.NormalQuantile(0.5 + half)
		for i, p := range out.Points {
			interval.Lower[i] = p - float64(z*out.Deviations[i])
			interval.Upper[i] = p + float64(z*out.Deviations[i])
			if columns != nil {
				interval.Lower[i] = quantile(columns[i], 0.5-half)
				interval.Upper[i] = max(quantile(columns[i], 0.5+half), interval.Lower[i])
			}
		}
		f.raised(interval.Lower)
		f.raised(interval.Upper)
		out.Intervals = append(out.Intervals, interval)
	}
}

// raise raises points below zero, with a warning, where demand is declared not to be negative.
func (f *Fit) raise(out *Forecast) {
	if f.raised(out.Points) {
		out.Warnings = append(out.Warnings, insight.Warning{Code: RaisedToZero, Text: "points below zero were raised to zero, as declared"})
	}
}

func (f *Fit) raised(x []float64) (any bool) {
	for i, v := range x {
		if v < 0 && f.config.NonNegative {
			x[i], any = 0, true
		}
	}
	return any
}

// columns gives the simulated demands by step, sorted.
func (f *Fit) columns(h int) [][]float64 {
	r := model.Random(f.config.Seed, 2)
	columns, paths := make([][]float64, h), min(f.config.Paths, MaxSimulated/h)
	for i := range columns {
		columns[i] = make([]float64, paths)
	}
	path := make([]float64, h)
	for k := range paths {
		f.model.Path(path, &r)
		for i, v := range path {
			columns[i][k] = v
		}
	}
	for i := range columns {
		slices.Sort(columns[i])
	}
	return columns
}

// close sets the steps that are no selling time to zero.
func (f *Fit) close(out *Forecast) {
	for i, closed := range f.closed(len(out.Points)) {
		if !closed {
			continue
		}
		out.Points[i], out.Deviations[i] = 0, 0
		for k := range out.Intervals {
			out.Intervals[k].Lower[i], out.Intervals[k].Upper[i] = 0, 0
		}
	}
}

// closed says which of h steps are no selling time.
func (f *Fit) closed(h int) []bool {
	closed := history.Marks(h, f.config.ClosedAhead)
	for i := range closed {
		closed[i] = closed[i] || f.prepared.Shut(f.History()+i)
	}
	return closed
}

// Method gives the method that answers: the one asked for, or what stands in.
func (f *Fit) Method() Method { return f.method }

// Unknown says that stock was out wherever something could be sold: the demand is the
// sales or more, and no forecast tells how much more.
func (f *Fit) Unknown() bool { return f.prepared.Unknown }

// Warnings lists what a reader should know before a forecast is asked for: of the history, of what stands in and of
// the model.
func (f *Fit) Warnings() []insight.Warning {
	return owned(slices.Concat(f.prepared.Warnings, f.model.Describe().Warnings))
}

// owned gives the warnings positions of their own.
func owned(list []insight.Warning) []insight.Warning {
	for i := range list {
		list[i].Positions = slices.Clone(list[i].Positions)
	}
	return list
}

func deviation(variance float64) float64 {
	if !(variance > 0) {
		return 0
	}
	return math.Sqrt(variance)
}
