package trend

import (
	"slices"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/changepoint"
	"github.com/tandem-go/tandem/integration/insight/trend/stl"
	"github.com/tandem-go/tandem/internal/float"
)

// changes looks for them in the values without the season. A step that is not of whole
// cycles bends the season, which then hides it; so that there is a second way to begin,
// by a season that steps do not touch, and the one that costs less stands.
func (d *Description) changes(s forecast.Series, parts stl.Result, c Config) error {
	s.Season = 0
	first, err := find(s, parts.Adjusted, parts.Season, c.Changes)
	if err != nil {
		return err
	}
	d.Changes = first
	if parts.Season > 1 && !parts.Log && d.Values >= 3*parts.Season {
		second, err := d.again(s, parts, c)
		if err != nil {
			return err
		}
		// Costs compare where the spread is the same.
		c.Changes.Deviation = second.Deviation
		if first, err = find(s, parts.Adjusted, parts.Season, c.Changes); err != nil {
			return err
		}
		if second.Cost+second.Price < first.Cost+first.Price {
			d.Changes = second
		}
	}
	d.gather(d.Changes.Warnings...)
	return nil
}

// again takes the levels out that are found beside a first season, decomposes what is
// left, and looks anew.
func (d *Description) again(s forecast.Series, parts stl.Result, c Config) (changepoint.Result, error) {
	whole := make([]float64, d.Values)
	for i := range whole {
		whole[i] = value(parts, i)
	}
	adjusted := slices.Clone(whole)
	for i, v := range steady(whole, ever(s, parts.Season)) {
		adjusted[i] -= v
	}
	rough, err := find(s, adjusted, parts.Season, c.Changes)
	if err != nil || len(rough.Changes) == 0 {
		return rough, err
	}
	left := slices.Clone(whole)
	for _, g := range rough.Segments {
		middle := float64(float64(g.First+g.Last) / 2)
		for i := g.First; i <= g.Last; i++ {
			left[i] -= g.Mean + float64(g.Slope*(float64(i)-middle))
		}
	}
	t := s
	t.Values, t.Season = bounded(left), parts.Season
	c.Decomposition.Log = false
	r, err := stl.Decompose(t, c.Decomposition)
	if err != nil {
		return rough, err
	}
	for i := range whole {
		whole[i] -= r.Seasonal[i]
	}
	return find(s, whole, parts.Season, c.Changes)
}

// steady gives a season that a step of the level does not touch: for each place in the
// cycle the median change from the place before, summed up, around the mean of the places
// that are ever known.
func steady(y []float64, ever []bool) []float64 {
	season := len(ever)
	change := make([]float64, season)
	for j := range change {
		var list []float64
		for i := j; i < len(y); i += season {
			if i > 0 {
				list = append(list, y[i]-y[i-1])
			}
		}
		change[j] = float.Median(list)
	}
	drift, figure := float.Mean(change), make([]float64, season)
	for j := 1; j < season; j++ {
		figure[j] = figure[j-1] + change[j] - drift
	}
	var centre []float64
	for j, v := range figure {
		if ever[j] {
			centre = append(centre, v)
		}
	}
	middle, out := float.Mean(centre), make([]float64, len(y))
	for i := range out {
		out[i] = figure[i%season] - middle
	}
	return out
}

// long is from how many values on the search for changes is bounded more.
const long = 10_000

func bounded(y []float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = min(max(v, -forecast.MaxSize), forecast.MaxSize)
	}
	return out
}

// find takes the model that is asked for, else level or line, whichever costs less with
// what its parameters cost.
func find(s forecast.Series, y []float64, season int, c changepoint.Config) (changepoint.Result, error) {
	s.Values = bounded(y)
	models := []changepoint.Model{c.Model}
	if c.Model == "" {
		models = []changepoint.Model{changepoint.Mean, changepoint.Line}
		c.Correct = true
		if c.Minimum == 0 {
			c.Minimum = max(5, season/2)
		}
		c.Minimum = max(c.Minimum, 3)
	}
	if c.Candidates == 0 && len(y) > long {
		c.Candidates = 400 // several searches within seconds
	}
	var best changepoint.Result
	for i, m := range models {
		c.Model = m
		r, err := changepoint.Find(s, c)
		if err != nil {
			return best, err
		}
		if i == 0 || r.Cost+r.Price < best.Cost+best.Price {
			best = r
		}
	}
	return best, nil
}
