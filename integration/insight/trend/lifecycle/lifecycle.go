package lifecycle

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/known"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
)

// LaunchUnseen is the warning that the series begins with a sale: the product may be older.
const LaunchUnseen insight.WarningCode = "launch_unseen"

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{LaunchUnseen} }

// Stage is where in its life a product is.
type Stage string

// The stages.
const (
	NotLaunched  Stage = "not_launched"
	Introduction Stage = "introduction"
	Growth       Stage = "growth"
	Maturity     Stage = "maturity"
	Decline      Stage = "decline"
	Dormant      Stage = "dormant"
	Ended        Stage = "ended"
	Unknown      Stage = "unknown" // too little is known
)

// Stages lists the stages.
func Stages() []Stage {
	return []Stage{NotLaunched, Introduction, Growth, Maturity, Decline, Dormant, Ended, Unknown}
}

// Valid says whether the stage is one of [Stages].
func (s Stage) Valid() bool { return slices.Contains(Stages(), s) }

// UnmarshalText reads exactly the names of [Stages].
func (s *Stage) UnmarshalText(text []byte) error { return enum.Decode(s, text, "stage", Stages()) }

// Config are the rules; the zero Config is the default, by bucket: 28 days, 13 weeks, 6
// months, 4 quarters, 3 years, 48 hours are the usual span.
type Config struct {
	Window       int     `json:"window,omitzero"`        // buckets of the level; 0 = the season, else the usual span
	Introduction int     `json:"introduction,omitzero"`  // buckets; 0 = the usual span
	Dormant      int     `json:"dormant,omitzero"`       // buckets; 0 = the usual span
	Ended        int     `json:"ended,omitzero"`         // buckets, not below Dormant or what stands for it; 0 = twice Dormant
	DeclineShare float64 `json:"decline_share,omitzero"` // of the peak; 0 = 0.8
	Level        float64 `json:"level,omitzero"`         // confidence of the trend; 0 = 0.95
	// LaunchKnown says that the first sale of the series is the product's first one, even
	// where it is in the first bucket.
	LaunchKnown bool `json:"launch_known,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	span := func(n int, name string) {
		k.Require(n >= 0 && n <= forecast.MaxValues, "span", name, "must be 0 to 100,000")
	}
	span(c.Window, "window")
	span(c.Introduction, "introduction")
	span(c.Dormant, "dormant")
	span(c.Ended, "ended")
	k.Require(c.Ended == 0 || c.Ended >= c.Dormant, "order", "ended", "must not be below dormant")
	k.Require(c.DeclineShare >= 0 && c.DeclineShare <= 1, "share", "decline_share", "must be 0 to 1")
	k.Require(c.Level == 0 || c.Level >= 0.5 && c.Level < 1, "level", "level", "must be 0.5 to below 1")
	return k.Err("life cycle")
}

// Result is the stage and what it follows from.
type Result struct {
	Stage     Stage             `json:"stage"`
	Reason    string            `json:"reason"`
	FirstSale int               `json:"first_sale"` // position; -1 = none
	FirstDate tandem.Date       `json:"first_date,omitzero"`
	LastSale  int               `json:"last_sale"` // position; -1 = none
	LastDate  tandem.Date       `json:"last_date,omitzero"`
	Age       int               `json:"age"`     // buckets since the first sale, its own included
	Silent    int               `json:"silent"`  // known buckets since the last sale
	Pause     int               `json:"pause"`   // longest between two sales, in known buckets
	Window    int               `json:"window"`  // buckets that a level is the mean of
	Level     float64           `json:"level"`   // of the last window
	Peak      float64           `json:"peak"`    // highest level
	PeakAt    int               `json:"peak_at"` // position of the end of its window; -1 = none
	Share     float64           `json:"share"`   // level over peak
	Recent    int               `json:"recent"`  // buckets that the trend is of
	Trend     kendall.Result    `json:"trend"`
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"` // missing or closed
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

func usualSpan(b forecast.Bucket) int {
	switch b {
	case forecast.Hour:
		return 48
	case forecast.Day:
		return 28
	case forecast.Week:
		return 13
	case forecast.Month:
		return 6
	case forecast.Quarter:
		return 4
	}
	return 3
}

// Assess names the stage at the end of the series. There is always an answer; only faults
// of the arguments are errors.
func Assess(s forecast.Series, c Config) (Result, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	usual := usualSpan(s.Bucket)
	ordered := c.Dormant > 0 || c.Ended <= 0 || c.Ended >= usual || !s.Bucket.Valid()
	k.Require(ordered, "order", "config.ended", fmt.Sprintf("must not be below dormant, whose default here is %d", usual))
	if err := k.Err("life cycle"); err != nil {
		return Result{}, err
	}
	r := Result{FirstSale: -1, LastSale: -1, PeakAt: -1, Trend: kendall.Result{Direction: kendall.NoTrend, P: 1}}
	known := r.sales(s)
	season := 1
	if s.Season > 1 {
		if r.Age >= 2*s.Season {
			season = s.Season
		} else {
			r.Warnings = append(r.Warnings, insight.Warn(forecast.ShortSeason, "fewer than two full cycles since the first sale: a season looks like a trend"))
		}
	}
	c = c.filled(s.Bucket, season, r.Pause)
	if r.FirstSale < 0 {
		r.Stage, r.Reason = NotLaunched, "nothing was sold yet"
		if len(s.Values) == 0 {
			r.Warnings = append(r.Warnings, insight.Warn(forecast.NoHistory, "no values"))
		}
		return r, nil
	}
	r.levels(s, known, c)
	if err := r.recent(s, c, season); err != nil {
		return Result{}, err
	}
	for _, w := range r.Trend.Warnings {
		if !insight.Warned(r.Warnings, w.Code) {
			r.Warnings = append(r.Warnings, w)
		}
	}
	r.decide(s.Bucket, c)
	return r, nil
}

func (c Config) filled(b forecast.Bucket, season, pause int) Config {
	usual := usualSpan(b)
	if c.Window == 0 {
		c.Window = usual
	}
	if season > 1 {
		// A level that is to be free of the season is one of whole cycles.
		c.Window = season * max(1, c.Window/season)
	}
	if c.Introduction == 0 {
		c.Introduction = usual
	}
	if c.Dormant == 0 {
		c.Dormant = usual
	}
	if c.Ended == 0 {
		c.Ended = 2 * c.Dormant
	}
	c.Dormant, c.Ended = max(c.Dormant, 2*pause), max(c.Ended, 4*pause)
	if season > 1 {
		c.Dormant, c.Ended = max(c.Dormant, season), max(c.Ended, 2*season)
	}
	if c.DeclineShare == 0 {
		c.DeclineShare = 0.8
	}
	if c.Level == 0 {
		c.Level = 0.95
	}
	return c
}

// sales finds the first and the last sale and the pauses, and gives what is known.
func (r *Result) sales(s forecast.Series) []bool {
	known, left := known.Of(s)
	r.LeftOut = left
	for i, v := range s.Values {
		switch {
		case !known[i]:
		case v > 0:
			if r.FirstSale < 0 {
				r.FirstSale = i
			}
			r.Pause, r.Silent, r.LastSale = max(r.Pause, r.Silent), 0, i
		case r.FirstSale >= 0:
			r.Silent++
		}
	}
	if r.FirstSale < 0 {
		return known
	}
	r.Age = len(s.Values) - r.FirstSale
	if !s.Start.IsZero() {
		r.FirstDate, r.LastDate = s.Bucket.Add(s.Start, r.FirstSale), s.Bucket.Add(s.Start, r.LastSale)
	}
	return known
}

// levels gives the level of the last window and the highest one. A window that is not all
// known counts with what is, where that is half or more of it.
func (r *Result) levels(s forecast.Series, known []bool, c Config) {
	r.Window = min(c.Window, r.Age)
	sum, count := 0.0, 0
	sums, counts := make([]float64, len(s.Values)), make([]int, len(s.Values))
	for i := r.FirstSale; i < len(s.Values); i++ {
		if known[i] {
			sum, count = sum+s.Values[i], count+1
		}
		if j := i - r.Window; j >= r.FirstSale && known[j] {
			sum, count = sum-s.Values[j], count-1
		}
		sums[i], counts[i] = sum, count
	}
	for i := r.FirstSale + r.Window - 1; i < len(s.Values); i++ {
		if counts[i] == 0 {
			continue
		}
		r.Level = sums[i] / float64(counts[i])
		if 2*counts[i] >= r.Window && (r.PeakAt < 0 || r.Level > r.Peak) {
			r.Peak, r.PeakAt = r.Level, i
		}
	}
	if r.Silent >= r.Window {
		r.Level = 0 // rounding apart
	}
	if r.Peak > 0 {
		r.Share = min(max(r.Level/r.Peak, 0), 1)
	}
}

// recent tests the last two windows, three cycles where there is a season.
func (r *Result) recent(s forecast.Series, c Config, season int) error {
	r.Recent = 2 * c.Window
	if season > 1 {
		r.Recent = max(r.Recent, 3*season)
	}
	r.Recent = min(max(r.Recent, 8), r.Age)
	if season > 1 {
		r.Recent -= r.Recent % season
	}
	from := len(s.Values) - r.Recent
	part := forecast.Series{Bucket: s.Bucket, Values: s.Values[from:], Season: season}
	for _, i := range s.Missing {
		if i >= from {
			part.Missing = append(part.Missing, i-from)
		}
	}
	for _, i := range s.Closed {
		if i >= from {
			part.Closed = append(part.Closed, i-from)
		}
	}
	// A season that grows with the level leaves remainders that resemble their neighbours
	// without any drift, so that the correction is for series without one.
	var err error
	r.Trend, err = kendall.Test(part, kendall.Config{Level: c.Level, Correct: season == 1})
	return err
}

// chance writes a probability; none is nought.
func chance(p float64) string {
	if p < 0.001 {
		return "P below 0.001"
	}
	return fmt.Sprintf("P %.2g", p)
}

// decide goes through the rules of the package comment.
func (r *Result) decide(b forecast.Bucket, c Config) {
	share := fmt.Sprintf("the level of %.4g is %.0f %% of the highest one, %.4g", r.Level, 100*r.Share, r.Peak)
	moves := "neither rise nor fall"
	switch r.Trend.Direction {
	case kendall.Rising:
		moves = "rise"
	case kendall.Falling:
		moves = "fall"
	}
	slope := fmt.Sprintf("the last %d %ss %s (%+.3g a %s, %s)", r.Recent, b, moves, r.Trend.Slope, b, chance(r.Trend.P))
	unseen := r.FirstSale == 0 && !c.LaunchKnown
	if unseen {
		r.Warnings = append(r.Warnings, insight.Warn(LaunchUnseen, "the series begins with a sale: the product may be older"))
	}
	silent := func(rule int) string {
		return fmt.Sprintf("nothing was sold for %d %ss; the longest pause before was %d, the rule says %d", r.Silent, b, r.Pause, rule)
	}
	falling := r.Trend.Direction == kendall.Falling
	switch {
	case r.Silent >= c.Ended:
		r.Stage, r.Reason = Ended, silent(c.Ended)
	case r.Silent >= c.Dormant:
		r.Stage, r.Reason = Dormant, silent(c.Dormant)
	case unseen && r.Trend.Values < 4:
		r.Stage, r.Reason = Unknown, fmt.Sprintf("%d known values and no launch among them", r.Trend.Values)
	case !unseen && (r.Age <= c.Introduction || r.Trend.Values < 4):
		r.Stage, r.Reason = Introduction, fmt.Sprintf("first sold %d %ss ago; %d count as introduction", r.Age, b, c.Introduction)
	case r.Trend.Direction == kendall.Rising:
		r.Stage, r.Reason = Growth, slope+"; "+share
	case falling && r.Share < c.DeclineShare:
		r.Stage, r.Reason = Decline, slope+"; "+share
	case r.Share < c.DeclineShare/2:
		r.Stage, r.Reason = Decline, share+", and does not recover: "+slope
	default:
		r.Stage, r.Reason = Maturity, slope+"; "+share
	}
}
