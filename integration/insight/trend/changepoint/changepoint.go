package changepoint

import (
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/known"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/internal/float"
)

// MaxCandidates bounds [Config].Candidates.
const MaxCandidates = forecast.MaxValues

// The warnings.
const (
	Approximate    insight.WarningCode = "approximate"      // candidates were dropped
	FewForSegments insight.WarningCode = "few_for_segments" // too few values for two of them
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{Approximate, FewForSegments} }

// Model is what is constant within a segment.
type Model string

// The models.
const (
	Mean         Model = "mean"          // the level; the spread is that of the series
	MeanVariance Model = "mean_variance" // level and spread
	Line         Model = "line"          // level and slope; the spread is that of the series
)

// Models lists the models.
func Models() []Model { return []Model{Mean, MeanVariance, Line} }

// Valid says whether the model is one of [Models].
func (m Model) Valid() bool { return slices.Contains(Models(), m) }

// UnmarshalText reads exactly the names of [Models].
func (m *Model) UnmarshalText(text []byte) error { return enum.Decode(m, text, "model", Models()) }

// parameters counts what a segment has of its own.
func (m Model) parameters() int {
	if m == Mean {
		return 1
	}
	return 2
}

// Penalty is the price of a change.
type Penalty string

// The penalties, of n values and segments with p parameters each.
const (
	MBIC Penalty = "mbic" // (p + 2)·log n for a change, and log(length/n) for a segment
	BIC  Penalty = "bic"  // (p + 1)·log n: the parameters and the place
	AIC  Penalty = "aic"  // 2·(p + 1): finds more than there is
)

// Penalties lists the penalties.
func Penalties() []Penalty { return []Penalty{MBIC, BIC, AIC} }

// Valid says whether the penalty is one of [Penalties].
func (p Penalty) Valid() bool { return slices.Contains(Penalties(), p) }

// UnmarshalText reads exactly the names of [Penalties].
func (p *Penalty) UnmarshalText(text []byte) error {
	return enum.Decode(p, text, "penalty", Penalties())
}

// Config are the choices; the zero Config is the default.
type Config struct {
	Model   Model   `json:"model,omitzero"`   // "" = mean
	Penalty Penalty `json:"penalty,omitzero"` // "" = mbic
	// Minimum is the shortest segment; 0 = 5, at least 2, for a line 3.
	Minimum int `json:"minimum,omitzero"`
	// Deviation is the spread within segments for [Mean] and [Line], at least 1e-30 of the
	// range of the values; 0 = estimated.
	Deviation float64 `json:"deviation,omitzero"`
	// Correct raises an estimated deviation to that of a mean of values which follow their
	// neighbours (autoregressive of order one), so that drift makes fewer changes.
	Correct bool `json:"correct,omitzero"`
	// Candidates bounds the work: this many places to change from are kept; 0 = 1,500.
	Candidates int `json:"candidates,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Model == "" || c.Model.Valid(), "model", "model", "must be mean, mean_variance or line")
	k.Require(c.Penalty == "" || c.Penalty.Valid(), "penalty", "penalty", "must be mbic, bic or aic")
	least := 2
	if c.Model == Line {
		least = 3
	}
	k.Require(c.Minimum == 0 || c.Minimum >= least && c.Minimum <= forecast.MaxValues, "minimum", "minimum",
		"must be 0, or 2 to 100,000 (for a line 3)")
	k.Require(c.Deviation >= 0 && c.Deviation <= forecast.MaxSize, "deviation", "deviation", "must be 0 to 1e15")
	k.Require(c.Candidates == 0 || c.Candidates >= 100 && c.Candidates <= MaxCandidates, "candidates", "candidates",
		"must be 0, or 100 to 100,000")
	return k.Err("change points")
}

// Segment is a stretch without a change.
type Segment struct {
	First     int         `json:"first"` // position in the series
	Last      int         `json:"last"`
	Start     tandem.Date `json:"start,omitzero"`
	Values    int         `json:"values"`    // known ones
	Mean      float64     `json:"mean"`      // level
	Deviation float64     `json:"deviation"` // around the mean, or the line
	Slope     float64     `json:"slope"`     // per bucket; 0 but for [Line]
}

// Change is where one segment ends and the next begins.
type Change struct {
	Position int         `json:"position"` // of the first value after it
	Date     tandem.Date `json:"date,omitzero"`
	Before   float64     `json:"before"` // level; for a line at its end
	After    float64     `json:"after"`  // level; for a line at its start
	Size     float64     `json:"size"`   // after less before
	Text     string      `json:"text"`
}

// Result are the changes and what is between them.
type Result struct {
	Model     Model             `json:"model"`
	Penalty   Penalty           `json:"penalty"`
	Price     float64           `json:"price"`              // of a change, the part for its length apart
	Minimum   int               `json:"minimum"`            // shortest segment
	Deviation float64           `json:"deviation"`          // spread that was used; 0 for mean_variance
	Cost      float64           `json:"cost"`               // of the segments and changes together
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"` // missing or closed
	Changes   []Change          `json:"changes"`
	Segments  []Segment         `json:"segments"`
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

// Find gives the changes of a series, of its known values. There is always an answer: a
// constant series or one shorter than two segments has no change. Only faults of the
// arguments are errors.
func Find(s forecast.Series, c Config) (Result, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("change points"); err != nil {
		return Result{}, err
	}
	c = c.filled()
	r := Result{Model: c.Model, Penalty: c.Penalty, Minimum: c.Minimum, Changes: []Change{}, Segments: []Segment{}}
	there, left := known.Of(s)
	place, y := pick(s.Values, there)
	r.LeftOut = left
	if len(y) == 0 {
		r.Warnings = append(r.Warnings, insight.Warn(forecast.NoHistory, "no values: no changes"))
		return r, nil
	}
	large, power := magnify(y)
	deviation := c.deviation(large, power)
	r.Deviation = math.Ldexp(deviation, -power)
	r.Price = c.price(len(y))
	costs := newCosts(large, place, c, deviation)
	ends := []int{len(y)}
	if len(y) >= 2*c.Minimum && !costs.constant {
		var dropped bool
		ends, r.Cost, dropped = search(costs, len(y), c.Minimum, c.Candidates, r.Price)
		if dropped {
			r.Warnings = append(r.Warnings, insight.Warn(Approximate, "places to change from were dropped to bound the time: the changes may not be the best ones"))
		}
	} else if !costs.constant {
		r.Cost = costs.of(0, len(y))
		r.Warnings = append(r.Warnings, insight.Warn(FewForSegments, "too few values for two segments"))
	}
	r.describe(s, place, y, ends)
	r.autocorrelation(y, ends)
	return r, nil
}

func (c Config) filled() Config {
	if c.Model == "" {
		c.Model = Mean
	}
	if c.Penalty == "" {
		c.Penalty = MBIC
	}
	if c.Minimum == 0 {
		c.Minimum = 5
	}
	if c.Candidates == 0 {
		c.Candidates = 1500
	}
	return c
}

func (c Config) price(n int) float64 {
	p := float64(c.Model.parameters())
	switch c.Penalty {
	case BIC:
		return float64((p + 1) * float.Log(float64(n)))
	case AIC:
		return 2 * (p + 1)
	}
	return float64((p + 2) * float.Log(float64(n)))
}

// pick gives the values that are there, and their positions.
func pick(values []float64, there []bool) (place []int, y []float64) {
	for i, v := range values {
		if there[i] {
			place, y = append(place, i), append(y, v)
		}
	}
	return place, y
}

// describe fills segments and changes.
func (r *Result) describe(s forecast.Series, place []int, y []float64, ends []int) {
	first := 0
	for i, end := range ends {
		g := segment(place[first:end], y[first:end], r.Model == Line)
		g.First, g.Last = place[first], place[end-1]
		if !s.Start.IsZero() {
			g.Start = s.Bucket.Add(s.Start, g.First)
		}
		if i > 0 {
			r.Changes = append(r.Changes, between(r.Segments[i-1], g, s.Bucket, r.Model))
		}
		r.Segments = append(r.Segments, g)
		first = end
	}
}

func segment(place []int, y []float64, line bool) Segment {
	g := Segment{Values: len(y), Mean: float.Mean(y)}
	middle := 0.0
	for _, p := range place {
		middle += float64(p - place[0])
	}
	middle /= float64(len(y))
	across, square := 0.0, 0.0
	for i, p := range place {
		d := float64(p-place[0]) - middle
		across += float64(d * (y[i] - g.Mean))
		square += float64(d * d)
	}
	if line && square > 0 {
		g.Slope = across / square
	}
	sum := 0.0
	for i, p := range place {
		e := y[i] - g.Mean - float64(g.Slope*(float64(p-place[0])-middle))
		sum += float64(e * e)
	}
	g.Deviation = math.Sqrt(sum / float64(len(y)))
	return g
}

func between(a, b Segment, bucket forecast.Bucket, m Model) Change {
	c := Change{Position: b.First, Date: b.Start, Before: a.Mean, After: b.Mean}
	if m == Line {
		c.Before += float64(a.Slope * float64(a.Last-a.First) / 2)
		c.After -= float64(b.Slope * float64(b.Last-b.First) / 2)
	}
	c.Size = c.After - c.Before
	what := "rose"
	if c.Size < 0 {
		what = "fell"
	}
	when := fmt.Sprintf("at %s %d", bucket, c.Position)
	if !c.Date.IsZero() {
		when = "from " + c.Date.String()
	}
	switch {
	case m == Line:
		c.Text = fmt.Sprintf("%s the slope went from %.4g to %.4g a %s, the level from %.4g to %.4g",
			when, a.Slope, b.Slope, bucket, c.Before, c.After)
	case m == MeanVariance:
		c.Text = fmt.Sprintf("%s the level %s from %.4g to %.4g, the spread went from %.4g to %.4g",
			when, what, a.Mean, b.Mean, a.Deviation, b.Deviation)
	default:
		c.Text = fmt.Sprintf("%s the level %s from %.4g to %.4g", when, what, a.Mean, b.Mean)
	}
	if m != Line && c.Before > 0 {
		c.Text += fmt.Sprintf(" (%+.0f %%)", 100*c.Size/c.Before)
	}
	return c
}

// autocorrelation warns where what is left within segments resembles its neighbours.
func (r *Result) autocorrelation(y []float64, ends []int) {
	if len(y) < 20 {
		return
	}
	rest, first := make([]float64, len(y)), 0
	for i, end := range ends {
		for j := first; j < end; j++ {
			rest[j] = y[j] - r.Segments[i].Mean
		}
		first = end
	}
	square := float.Dot(rest, rest)
	if r.Model != Line && square > 0 && float.Dot(rest[1:], rest[:len(rest)-1]) > float64(2.5/math.Sqrt(float64(len(y)))*square) {
		r.Warnings = append(r.Warnings, insight.Warn(kendall.Autocorrelated, "values resemble their neighbours within segments too: changes may be drift"))
	}
}
