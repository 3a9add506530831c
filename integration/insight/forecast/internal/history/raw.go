package history

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/season"
)

// The warnings of a history; package forecast lists them for its users.
const (
	NoHistory      insight.WarningCode = "no_history"
	ShortHistory   insight.WarningCode = "short_history"
	ConstantSeries insight.WarningCode = "constant_series"
	ShortSeason    insight.WarningCode = "short_season"
	HiddenSeason   insight.WarningCode = "hidden_season"
	MissingValues  insight.WarningCode = "missing_values"
	OutlierFound   insight.WarningCode = "outlier"
	CensoredDemand insight.WarningCode = "censored_demand"
	Collinear      insight.WarningCode = "collinear"
	ShortFuture    insight.WarningCode = "short_future"
	ClosedOpened   insight.WarningCode = "closed_opened"
)

// LongSeason is from where a cycle is decomposed instead of being a state each: R's ets
// refuses 25 and more.
const LongSeason = 25

// Raw is a history as it was recorded, the oldest value first, free of the faults that
// package forecast refuses. Positions are from 0.
type Raw struct {
	Values      []float64
	Season      int   // the cycle in buckets; 0 = none is declared, 1 = there is none
	LongSeasons []int // further cycles
	Usual       int   // the bucket's own cycle: of closed places, and of a season that is not declared
	Missing     []int // positions whose value is not known
	Closed      []int // positions where nothing could be sold
	Censored    []int // positions where the demand was the value or more
	Regressors  []Regressor
	Outlier     float64 // from how many median deviations a value is one; 0 = none is looked for
	CapOutliers bool    // pulls outliers to that bound
}

// Prepared is a history without gaps, and what was done for that.
type Prepared struct {
	Values   []float64
	Season   int   // 1 where the values have fewer than two full cycles
	Long     []int // the further cycles that the values have two of
	Positive bool  // every value is above zero
	Demand   bool  // no value is below zero
	Constant bool
	Effects  *Effects // of the regressors, which Values are without; nil = none
	Lacking  float64  // share of the variance that raised values lack
	Unknown  bool     // stock was out at every position: nothing to unconstrain by
	Warnings []insight.Warning

	places
}

// Before gives the history as it was when it had n values, of which a forecast of the
// next h steps could know: the values before, and of the regressors, which are announced,
// the values of those steps too. Outliers are looked for only where they are capped, and
// a season that is not declared not at all: of the whole history it is said once.
func (r Raw) Before(n, h int) Raw {
	earlier := func(list []int) (out []int) {
		for _, i := range list {
			if i < n {
				out = append(out, i)
			}
		}
		return out
	}
	cut := r
	cut.Values, cut.Missing, cut.Closed, cut.Censored, cut.Regressors = r.Values[:n], earlier(r.Missing), earlier(r.Closed), earlier(r.Censored), nil
	for _, x := range r.Regressors {
		cut.Regressors = append(cut.Regressors, Regressor{Name: x.Name, Past: x.Past[:n], Future: x.Past[n:min(n+h, len(x.Past))]})
	}
	if !r.CapOutliers {
		cut.Outlier = 0
	}
	if cut.Season == 0 {
		cut.Season = 1
	}
	return cut
}

// Known lists the positions whose value is the demand that was: neither missing nor
// closed nor censored, nor open where the place is closed.
func (r Raw) Known() (list []int) {
	for i, hidden := range Marks(len(r.Values), slices.Concat(r.Missing, r.Closed, r.Censored, r.closedPlaces().open)) {
		if !hidden {
			list = append(list, i)
		}
	}
	return list
}

// Prepare shares no memory with the raw history.
func (r Raw) Prepare() Prepared {
	p := Prepared{Values: slices.Clone(r.Values), Season: 1, places: r.closedPlaces()}
	if r.Season >= 2 && len(r.Values) >= 2*r.Season {
		p.Season = r.Season
	}
	if r.Season > 1 && p.Season == 1 {
		p.Warn(ShortSeason, "fewer than two full cycles identify no season")
	}
	for _, m := range r.LongSeasons {
		if len(r.Values) >= 2*m {
			p.Long = append(p.Long, m)
		} else {
			p.Warn(ShortSeason, "fewer than two full cycles identify no long season")
		}
	}
	gap := Marks(len(p.Values), slices.Concat(r.Missing, r.Closed, p.open))
	if len(gap) > 0 && !slices.Contains(gap, false) {
		clear(p.Values)
		p.describe()
		p.Unknown = len(r.Censored) > 0
		p.Warn(NoHistory, "no value is known: the forecast is zero")
		return p
	}
	p.say(r)
	p.settle(r.Values, r, gap)
	if len(r.Regressors) > 0 && len(p.Values) > 0 {
		p.estimate(r, r.Values, gap)
	}
	if r.Season == 0 && len(r.LongSeasons) == 0 && season.Repeats(p.Values, r.Usual) {
		p.Warn(HiddenSeason, fmt.Sprintf("the values repeat after %d buckets, and no season is declared", r.Usual))
	}
	// What a promotion explains is no outlier, so that they are looked for in what is left.
	if before := slices.Clone(p.Values); p.outliers(r) && p.Effects != nil {
		p.again(r, before, gap)
	}
	p.describe()
	switch {
	case len(p.Values) == 0:
		p.Warn(NoHistory, "no values: the forecast is zero")
	case len(p.Values) == 1:
		p.Warn(ShortHistory, "one value: the forecast repeats it")
	case p.Constant:
		p.Warn(ConstantSeries, "all values are the same")
	}
	return p
}

// say warns of what is not known of the recorded values.
func (p *Prepared) say(r Raw) {
	if len(p.open) > 0 {
		p.Warn(ClosedOpened, "places that were closed in most cycles stay closed; where they were open the values are left out", p.open...)
	}
	if len(r.Missing) > 0 {
		p.Warn(MissingValues, "missing values were interpolated", listed(r.Missing)...)
	}
	if len(r.Censored) > 0 {
		text := "sales at stock-outs were raised to the demand expected above them"
		if p.Unknown = len(r.Known()) == 0; p.Unknown {
			text = "always out of stock: the demand is not known, only that it was the sales or more"
		}
		p.Warn(CensoredDemand, text, listed(r.Censored)...)
	}
}

// describe says what the values are like.
func (p *Prepared) describe() {
	p.Positive, p.Demand, p.Constant = true, true, true
	for _, v := range p.Values {
		p.Positive = p.Positive && v > 0
		p.Demand = p.Demand && v >= 0
		p.Constant = p.Constant && v == p.Values[0]
	}
}

// Warn adds a warning; positions are of the values that it is about.
func (p *Prepared) Warn(code insight.WarningCode, text string, positions ...int) {
	p.Warnings = append(p.Warnings, insight.Warning{Code: code, Text: text, Positions: positions})
}

// Sparse says whether the history is intermittent demand: none below zero, and an
// interval between demands of at least 1.32 buckets (Syntetos, Boylan and Croston,
// 2005). That is for demand at random intervals: where the season tells when demand
// comes, as of what is sold in summer, it is none.
func (p *Prepared) Sparse() bool {
	if !p.Demand || len(p.Values) == 0 {
		return false
	}
	sales := 0
	for _, v := range p.Values {
		if v > 0 {
			sales++
		}
	}
	return float64(len(p.Values)) >= 1.32*float64(max(sales, 1)) && !p.seasonal()
}

// seasonal says whether the season tells when demand comes: values repeat, and of
// the pairs of buckets a cycle apart that have demand three quarters have it in both. At
// random intervals of 1.32 that is so of 61 % at most. The first test alone finds a season
// in too many items that have none: it made the error of the car parts larger.
func (p *Prepared) seasonal() bool {
	if p.Season < 2 {
		return false
	}
	both, either := 0, 0
	for i := p.Season; i < len(p.Values); i++ {
		now, before := p.Values[i] > 0, p.Values[i-p.Season] > 0
		if now && before {
			both++
		}
		if now || before {
			either++
		}
	}
	return 4*both >= 3*either && season.Repeats(p.Values, p.Season)
}
