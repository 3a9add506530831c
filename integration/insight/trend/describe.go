package trend

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/forecast/season"
	"github.com/tandem-go/tandem/integration/insight/trend/changepoint"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/known"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
	"github.com/tandem-go/tandem/integration/insight/trend/stl"
)

// NoSeason is the warning that the declared season is not in the values.
const NoSeason insight.WarningCode = "no_season"

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{NoSeason} }

// Config are the choices of a description; the zero Config is the default.
type Config struct {
	Level         float64            `json:"level,omitzero"`         // confidence of test and limits; 0 = 0.95
	Decomposition stl.Config         `json:"decomposition,omitzero"` // of logarithms, too, where those say more
	Changes       changepoint.Config `json:"changes,omitzero"`       // an empty model = mean or line, whichever costs less
	Lifecycle     lifecycle.Config   `json:"lifecycle,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Level == 0 || c.Level >= 0.5 && c.Level < 1, "level", "level", "must be 0.5 to below 1")
	k.Nested("decomposition", c.Decomposition.Validate())
	k.Nested("changes", c.Changes.Validate())
	k.Nested("lifecycle", c.Lifecycle.Validate())
	return k.Err("trend")
}

// Description is what a series has done.
type Description struct {
	Start    tandem.Date       `json:"start,omitzero"`
	Bucket   forecast.Bucket   `json:"bucket"`
	Values   int               `json:"values"`
	LeftOut  []insight.LeftOut `json:"left_out,omitempty"` // missing or closed
	Mean     float64           `json:"mean"`               // of the known values
	Seasonal bool              `json:"seasonal"`           // the season is in the values, or too short to be tested
	Season   int               `json:"season"`             // 1 = none
	High     int               `json:"high"`               // place in the cycle with the highest season, 0 first; -1 = none
	Low      int               `json:"low"`
	// TrendStrength and SeasonStrength are from 0 to 1.
	TrendStrength  float64            `json:"trend_strength"`
	SeasonStrength float64            `json:"season_strength"`
	Direction      kendall.Direction  `json:"direction"`
	Trend          kendall.Result     `json:"trend"`
	Changes        changepoint.Result `json:"changes"` // of the values without the season
	Lifecycle      lifecycle.Result   `json:"lifecycle"`
	Text           []string           `json:"text"` // sentences
	Warnings       []insight.Warning  `json:"warnings,omitempty"`
}

// Describe says what a series has done. Values at stock-outs are raised to the demand
// expected above them first, as in package forecast, unless backorders were kept. A season
// of three cycles or more counts where it is strong or a test finds it.
func Describe(s forecast.Series, c Config) (Description, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("trend"); err != nil {
		return Description{}, err
	}
	d := Description{Start: s.Start, Bucket: s.Bucket, Values: len(s.Values), Season: 1, High: -1, Low: -1}
	if d.Values == 0 {
		d.gather(insight.Warn(forecast.NoHistory, "no values"))
	}
	parts, err := d.decompose(&s, c.Decomposition)
	if err != nil {
		return Description{}, err
	}
	plain := s
	if !d.Seasonal {
		plain.Season = 0
	}
	if d.Trend, err = kendall.Test(plain, kendall.Config{Level: c.Level, Correct: true}); err != nil {
		return Description{}, err
	}
	d.Direction, d.LeftOut = d.Trend.Direction, d.Trend.LeftOut
	d.gather(d.Trend.Warnings...)
	if err = d.changes(plain, parts, c); err != nil {
		return Description{}, err
	}
	// What is declared as seasonal is never called declining for its season.
	if d.Lifecycle, err = lifecycle.Assess(s, c.Lifecycle); err != nil {
		return Description{}, err
	}
	d.gather(d.Lifecycle.Warnings...)
	d.words(c)
	return d, nil
}

// gather adds warnings, each code once.
func (d *Description) gather(list ...insight.Warning) {
	for _, w := range list {
		if !insight.Warned(d.Warnings, w.Code) {
			d.Warnings = append(d.Warnings, w)
		}
	}
}

// decompose takes the series apart, with its season where that is in the values, and
// raises what was censored.
func (d *Description) decompose(s *forecast.Series, c stl.Config) (stl.Result, error) {
	r, err := apart(*s, c)
	if err != nil {
		return r, err
	}
	if len(s.Censored) > 0 && !s.Backorders {
		filled := make([]float64, d.Values)
		for i := range filled {
			filled[i] = value(r, i)
		}
		s.Values = forecast.Unconstrain(filled, s.Censored, r.Season)
		for i, v := range s.Values {
			s.Values[i] = min(v, forecast.MaxSize)
		}
		s.Censored = nil
		d.gather(insight.Warn(forecast.CensoredDemand, "sales at stock-outs were raised to the demand expected above them"))
		if r, err = apart(*s, c); err != nil {
			return r, err
		}
	}
	filled := make([]float64, d.Values)
	for i := range filled {
		filled[i] = value(r, i)
	}
	d.Seasonal = r.Season > 1 && r.SeasonStrength >= visible && !constant(filled) && (d.Values < 3*r.Season || r.SeasonStrength > strong || season.Significant(filled, r.Season))
	if r.Season > 1 && !d.Seasonal {
		d.gather(insight.Warn(NoSeason, "the season that was declared is not in the values"))
		without := *s
		without.Season = 0
		if r, err = stl.Decompose(without, c); err != nil {
			return r, err
		}
	}
	d.gather(r.Warnings...)
	d.Season, d.TrendStrength, d.SeasonStrength = r.Season, r.TrendStrength, r.SeasonStrength
	if d.Seasonal {
		d.peaks(r.Seasonal, ever(*s, r.Season))
	}
	d.mean(*s)
	return r, nil
}

// strong is the strength from which a season counts (Wang, Smith and Hyndman, 2006): a
// step in the level hides it from the test by autocorrelation.
const strong = 0.64

// visible is the least strength that is not written as 0.00: a season below it has no
// place that is highest, however short the history is.
const visible = 0.005

// constant says that values differ by no more than what decomposing rounds.
func constant(x []float64) bool {
	high, low := extremes(x)
	return len(x) == 0 || x[high]-x[low] <= 1e-9*max(math.Abs(x[high]), math.Abs(x[low]))
}

// apart decomposes by sums, or by products where those leave less of a season's series.
func apart(s forecast.Series, c stl.Config) (stl.Result, error) {
	r, err := stl.Decompose(s, c)
	if err != nil || c.Log || r.Season == 1 {
		return r, err
	}
	c.Log = true
	times, err := stl.Decompose(s, c)
	if err == nil && times.Log && times.SeasonStrength > r.SeasonStrength && times.TrendStrength >= r.TrendStrength {
		return times, nil
	}
	return r, err
}

// value puts the parts together again: the value, or what stands in for it.
func value(r stl.Result, i int) float64 {
	v := r.Adjusted[i] + r.Seasonal[i]
	if r.Log {
		v = float64(r.Adjusted[i] * r.Seasonal[i])
	}
	return min(max(v, -forecast.MaxSize), forecast.MaxSize)
}

func extremes(x []float64) (high, low int) {
	for i, v := range x {
		if v > x[high] {
			high = i
		}
		if v < x[low] {
			low = i
		}
	}
	return high, low
}

// peaks finds the highest and the lowest place of the last cycle. One that is never known,
// such as a day on which the shop is closed, is neither.
func (d *Description) peaks(seasonal []float64, ever []bool) {
	high, low := -1, -1
	for i := d.Values - d.Season; i < d.Values; i++ {
		if !ever[i%d.Season] {
			continue
		}
		if high < 0 || seasonal[i] > seasonal[high] {
			high = i
		}
		if low < 0 || seasonal[i] < seasonal[low] {
			low = i
		}
	}
	if high >= 0 {
		d.High, d.Low = high%d.Season, low%d.Season
	}
}

// ever says by place in the cycle whether a value of it is known.
func ever(s forecast.Series, season int) []bool {
	out := make([]bool, season)
	there, _ := known.Of(s)
	for i, is := range there {
		if is {
			out[i%season] = true
		}
	}
	return out
}

func (d *Description) mean(s forecast.Series) {
	there, _ := known.Of(s)
	sum, count := 0.0, 0
	for i, v := range s.Values {
		if there[i] {
			sum, count = sum+v, count+1
		}
	}
	if count > 0 {
		d.Mean = sum / float64(count)
	}
}
