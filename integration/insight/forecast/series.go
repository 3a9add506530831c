package forecast

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
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
	// Season is the length of the cycle in buckets; 0 or 1 = none. It is used only
	// where the series has two full cycles: 53 weeks identify no yearly season.
	Season int `json:"season,omitzero"`
	// LongSeasons are further cycles (336 half-hours beside 48), for [Decomposition].
	LongSeasons []int `json:"long_seasons,omitempty"`
	// Missing are the positions whose value is not known; they are interpolated.
	Missing []int `json:"missing,omitempty"`
	// Closed are the positions where nothing could be sold: calendar, not demand of
	// zero. A place in the cycle (Season, else the bucket's usual one, and each of
	// LongSeasons) that was closed in every cycle, at least two, stays closed ahead:
	// Sundays, nights, the holidays in August. What opens from now on is Missing
	// instead.
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
	// Regressors are promotions, prices and events known for past and future.
	Regressors []Regressor `json:"regressors,omitempty"`
}

// Regressor is a cause outside of the series: a promotion (0 or 1), a price, an
// event. Past has a value for each of the series, Future for each step ahead. An empty
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
	missing := marks(len(s.Values), s.Missing)
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
	for i, r := range s.Regressors {
		path := tandem.Path("regressors", i)
		c.Require(len(r.Past) == len(s.Values), "length", path+".past", "one value for each of the series")
		c.Require(allWithin(r.Past) && allWithin(r.Future), "value", path, "must be finite, at most 1e15")
	}
	return c.Err("series")
}

func finite(v float64) bool { return float.Finite(v) }

func allWithin(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return !finite(v) || v > MaxSize || v < -MaxSize })
}

// season gives the cycle that the values can identify: two full ones.
func (s Series) season() int {
	if s.Season >= 2 && len(s.Values) >= 2*s.Season {
		return s.Season
	}
	return 1
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return medianOf(slices.Clone(x))
}

// medianOf sorts what it is given.
func medianOf(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}

// prepared is a series without gaps, and what was done for that.
type prepared struct {
	values   []float64
	season   int
	long     []int
	positive bool // every value above zero
	demand   bool // no value below zero
	constant bool
	effects  *effects
	lacking  float64  // of the variance, where values are unconstrained
	unknown  bool     // stock was out at every position: nothing to unconstrain by
	closed   [][]bool // by cycle: the places closed in each of them
	warnings []insight.Warning
}

func (s Series) prepare(c Config) prepared {
	p := prepared{values: slices.Clone(s.Values), season: s.season(), closed: s.closedPlaces()}
	if s.Season > 1 && p.season == 1 {
		p.warn(ShortSeason, "fewer than two full cycles identify no season")
	}
	for _, m := range s.LongSeasons {
		if len(s.Values) >= 2*m {
			p.long = append(p.long, m)
		} else {
			p.warn(ShortSeason, "fewer than two full cycles identify no long season")
		}
	}
	p.fill(s.Missing, s.Closed)
	if len(s.Censored) > 0 && !s.Backorders {
		text := "sales at stock-outs were raised to the demand expected above them"
		if p.unknown = !slices.Contains(marks(len(p.values), slices.Concat(s.Censored, s.Missing, s.Closed)), false); p.unknown {
			text = "always out of stock: the demand is not known, only that it was the sales or more"
		}
		p.values, p.lacking = unconstrain(p.values, s.Censored, p.season)
		p.warn(CensoredDemand, text, listed(s.Censored)...)
	}
	p.explain(s.Regressors, c)
	p.positive, p.demand, p.constant = true, true, true
	for _, v := range p.values {
		p.positive = p.positive && v > 0
		p.demand = p.demand && v >= 0
		p.constant = p.constant && v == p.values[0]
	}
	switch {
	case len(p.values) == 0:
		p.warn(NoHistory, "no values: the forecast is zero")
	case len(p.values) == 1:
		p.warn(ShortHistory, "one value: the forecast repeats it")
	case p.constant:
		p.warn(ConstantSeries, "all values are the same")
	}
	return p
}

// closedPlaces gives for each cycle the places that were closed whenever they came.
func (s Series) closedPlaces() (all [][]bool) {
	if len(s.Closed) == 0 {
		return nil
	}
	closed, usual := marks(len(s.Values), s.Closed), s.Season
	if usual < 2 {
		usual = s.Bucket.Season()
	}
	for _, m := range append([]int{usual}, s.LongSeasons...) {
		places := make([]bool, m)
		for j := range places {
			places[j] = m > 1 && j+m < len(closed) // came twice
			for i := j; i < len(closed) && places[j]; i += m {
				places[j] = closed[i]
			}
		}
		all = append(all, places)
	}
	return all
}

// shut says whether the place of a position, in the history or after it, is closed in every cycle.
func (p *prepared) shut(position int) bool {
	return slices.ContainsFunc(p.closed, func(places []bool) bool { return places[position%len(places)] })
}

func (p *prepared) warn(code insight.WarningCode, text string, positions ...int) {
	p.warnings = append(p.warnings, insight.Warning{Code: code, Text: text, Positions: positions})
}

// fill interpolates what is missing or closed: from the nearest known values one
// cycle away where there is a season, else from the neighbours.
func (p *prepared) fill(missing, closed []int) {
	gap := marks(len(p.values), slices.Concat(missing, closed))
	known := 0
	for _, g := range gap {
		if !g {
			known++
		}
	}
	if known == len(gap) {
		return
	}
	if len(missing) > 0 {
		p.warn(MissingValues, "missing values were interpolated", listed(missing)...)
	}
	interpolate(p.values, gap, p.season)
}

// listed gives positions in order, each once.
func listed(positions []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(positions)))
}

// marks gives which of n positions are in the list.
func marks(n int, list []int) []bool {
	out := make([]bool, n)
	for _, i := range list {
		if i >= 0 && i < n {
			out[i] = true
		}
	}
	return out
}

// interpolate fills the gaps from known values a cycle (or several) away, on a line
// between them; where a place in the season has none, from the nearest ones; and
// with zero where nothing is known.
func interpolate(y []float64, gap []bool, season int) {
	same, near := around(gap, season), around(gap, 1)
	for i, g := range gap {
		if !g {
			continue
		}
		at := same[i]
		if at.before < 0 && at.after < 0 {
			at = near[i]
		}
		switch {
		case at.before >= 0 && at.after >= 0:
			w := float64(i-at.before) / float64(at.after-at.before)
			y[i] = y[at.before] + float64(w*(y[at.after]-y[at.before]))
		case at.before >= 0:
			y[i] = y[at.before]
		case at.after >= 0:
			y[i] = y[at.after]
		default:
			y[i] = 0
		}
	}
}

// neighbours are the nearest known positions, -1 for none.
type neighbours struct{ before, after int }

func around(gap []bool, step int) []neighbours {
	out := make([]neighbours, len(gap))
	for i := range gap {
		out[i].before = i - step
		if i < step {
			out[i].before = -1
		} else if gap[i-step] {
			out[i].before = out[i-step].before
		}
	}
	for i := len(gap) - 1; i >= 0; i-- {
		out[i].after = i + step
		if i+step >= len(gap) {
			out[i].after = -1
		} else if gap[i+step] {
			out[i].after = out[i+step].after
		}
	}
	return out
}

// outliers warns of values further than Config.Outlier median deviations from the
// median of their neighbours, and caps them where the host asks for it.
func (p *prepared) outliers(c Config) (capped bool) {
	n := len(p.values)
	if n < 10 {
		return false
	}
	m := max(p.season, 1)
	rest := make([]float64, n)
	for i := range rest {
		var around [6]float64
		count := 0
		for k := -3; k <= 3; k++ {
			if j := i + k*m; k != 0 && j >= 0 && j < n {
				around[count] = p.values[j]
				count++
			}
		}
		rest[i] = p.values[i] - medianOf(around[:count])
	}
	size := make([]float64, n)
	for i, r := range rest {
		size[i] = max(r, -r)
	}
	limit := c.Outlier * 1.4826 * median(size)
	if !(limit > 0) {
		return false
	}
	var found []int
	for i, r := range rest {
		if size[i] <= limit {
			continue
		}
		found = append(found, i)
		if c.CapOutliers {
			p.values[i] += min(max(r, -limit), limit) - r
		}
	}
	if len(found) > 0 {
		p.warn(OutlierFound, "values far from their neighbours", found...)
	}
	return c.CapOutliers && len(found) > 0
}
