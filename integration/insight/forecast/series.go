package forecast

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a series.
const (
	MaxValues     = 100_000
	MaxHorizon    = 10_000
	MaxSeason     = 10_000
	MaxSize       = 1e15 // of a value, either way
	MaxRegressors = 50
)

// Series is a history of demand in equal buckets, the oldest first.
type Series struct {
	// Start is the first day of the first bucket ([Bucket.Begin]: a Monday, the first
	// of a month); it may be left out.
	Start  tandem.Date `json:"start,omitzero"`
	Bucket Bucket      `json:"bucket"`
	Values []float64   `json:"values"`
	// Season is the length of the cycle in buckets, such as [Bucket.Season]; 0 = none is
	// declared, and a warning says so where the values show the bucket's usual one; 1 =
	// there is none. It is used only where the series has two full cycles: 53 weeks
	// identify no yearly season.
	Season int `json:"season,omitzero"`
	// LongSeasons are further cycles (336 half-hours beside 48), for [Decomposition].
	LongSeasons []int `json:"long_seasons,omitempty"`
	// Missing are the positions whose value is not known; they are interpolated. Where no
	// value is known, by Missing and Closed, there is no history.
	Missing []int `json:"missing,omitempty"`
	// Closed are the positions where nothing could be sold: calendar, not demand of
	// zero. A place in the cycle (Season, else the bucket's usual one, and each of
	// LongSeasons) that was closed in every cycle, at least two, stays closed ahead:
	// Sundays, nights, the holidays in August. So does one that was closed the last two
	// times and in three quarters of all: a Sunday that was open once opens no others.
	// What was sold there is left out of the history, and a warning has its positions.
	// Declare the longer cycle in which openings come again, such as the week of hours.
	// What opens from now on is Missing instead.
	Closed []int `json:"closed,omitempty"`
	// ClosedAhead are further steps after the history (0 is the first) where nothing can
	// be sold, beside those of [Config].ClosedAhead, which hold for every series.
	ClosedAhead []int `json:"closed_ahead,omitempty"`
	// Censored are the positions where stock ran out: the demand was the value or
	// more. They are unconstrained first.
	Censored []int `json:"censored,omitempty"`
	// Backorders says that what could not be delivered was kept as an order, so that
	// nothing is censored.
	Backorders bool `json:"backorders,omitzero"`
	// Regressors are promotions, prices and events known for past and future. Their
	// effects are estimated by linear regression over a line and the season, from the
	// values that are known; those of Censored are bounds. Effects are subtracted, but of
	// intermittent demand they are shares, so that no demand stays none.
	Regressors []Regressor `json:"regressors,omitempty"`
}

// Regressor is a cause outside of the series: a promotion (0 or 1), a price, an
// event. Its name is its own among those of a series. Past has a value for each of the series, Future for each step ahead. An empty
// Future is the median of Past. One that is shorter than what is asked repeats its last
// value, but where all values are 0 or 1 the rest is the median of Past (a promotion
// ends), and a warning says so.
type Regressor struct {
	Name   string    `json:"name"`
	Past   []float64 `json:"past"`
	Future []float64 `json:"future,omitempty"`
}

// Validate reports every fault of the series. An empty series, constants, zeros
// and outliers are no faults.
func (s Series) Validate() error {
	var c tandem.Check
	c.Require(s.Bucket.Valid(), "bucket", "bucket", "must be hour, day, week, month, quarter or year")
	c.Require(s.Start.IsZero() || s.Bucket.Begin(s.Start) == s.Start, "start", "start", "must be the first day of a bucket")
	c.Require(len(s.Values) <= MaxValues, "too_many", "values", "at most 100,000")
	c.Require(s.Season >= 0 && s.Season <= MaxSeason, "season", "season", "must be 0 to 10,000")
	c.Require(len(s.LongSeasons) <= 5, "too_many", "long_seasons", "at most 5")
	for i, m := range s.LongSeasons {
		c.Require(m >= 2 && m <= MaxSeason, "season", tandem.Path("long_seasons", i), "must be 2 to 10,000")
	}
	missing := history.Marks(len(s.Values), s.Missing)
	for i, v := range s.Values {
		if !finite(v) && !missing[i] || v > MaxSize || v < -MaxSize {
			c.Require(false, "value", tandem.Path("values", i), "must be finite, at most 1e15")
		}
	}
	positions := func(name string, list []int) {
		for i, p := range list {
			if p < 0 || p >= len(s.Values) {
				c.Require(false, "position", tandem.Path(name, i), "must be a position of the series")
			}
		}
	}
	positions("missing", s.Missing)
	positions("closed", s.Closed)
	positions("censored", s.Censored)
	c.Require(len(s.Regressors) <= MaxRegressors, "too_many", "regressors", "at most 50")
	s.checkRegressors(&c)
	return c.Err("series")
}

func (s Series) checkRegressors(c *tandem.Check) {
	names := make(map[string]bool, len(s.Regressors))
	for i, r := range s.Regressors {
		path := tandem.Path("regressors", i)
		c.Require(r.Name != "", "name", path+".name", "must be there")
		c.Require(r.Name == "" || !names[r.Name], "duplicate", path+".name", "each name once")
		names[r.Name] = true
		c.Require(len(r.Past) == len(s.Values), "length", path+".past", "one value for each of the series")
		for _, part := range []struct {
			path   string
			values []float64
		}{{path + ".past", r.Past}, {path + ".future", r.Future}} {
			for k, v := range part.values {
				if !within(v) {
					c.Require(false, "value", tandem.Path(part.path, k), "must be finite, at most 1e15")
				}
			}
		}
	}
}

func finite(v float64) bool { return float.Finite(v) }

func within(v float64) bool { return finite(v) && v <= MaxSize && v >= -MaxSize }

// raw gives the history as package history prepares it.
func (s Series) raw(c Config) history.Raw {
	r := history.Raw{
		Values: s.Values, Season: s.Season, LongSeasons: s.LongSeasons, Usual: s.Bucket.Season(), Missing: s.Missing, Closed: s.Closed,
		Outlier: c.Outlier, CapOutliers: c.CapOutliers,
	}
	if !s.Backorders {
		r.Censored = s.Censored
	}
	for _, x := range s.Regressors {
		r.Regressors = append(r.Regressors, history.Regressor(x))
	}
	return r
}

// Unconstrain raises the values at the censored positions to the demand expected
// at or above them, if demand is normal around the mean of its place in the season
// (the expectation-maximisation method of Salch, 1997, as Talluri and van Ryzin,
// The Theory and Practice of Revenue Management, 2004, section 9.4, have it). No
// value is lowered. Where all values are censored they stay as they are. Expected
// values vary less than demand does; [Method.Fit] gives back what they lack.
func Unconstrain(values []float64, censored []int, season int) []float64 {
	y, _ := history.Unconstrain(values, censored, season)
	return y
}
