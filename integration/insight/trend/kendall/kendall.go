package kendall

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/known"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a test.
const (
	// MaxExact is the longest series whose distribution is computed exactly.
	MaxExact = 40
	// MaxPairs is the largest number of slopes that is listed; beyond, bisection.
	MaxPairs = 2_000_000
	// MaxLags bounds the autocorrelations of the correction.
	MaxLags = 500
)

// The warnings.
const (
	FewValues      insight.WarningCode = "few_values"     // too few to tell or to fit anything
	Autocorrelated insight.WarningCode = "autocorrelated" // neighbours resemble each other
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{FewValues, Autocorrelated} }

// Direction is what the test found.
type Direction string

// The directions.
const (
	Rising  Direction = "rising"
	Falling Direction = "falling"
	NoTrend Direction = "no_trend"
)

// Directions lists the directions.
func Directions() []Direction { return []Direction{Rising, Falling, NoTrend} }

// Valid says whether the direction is one of [Directions].
func (d Direction) Valid() bool { return slices.Contains(Directions(), d) }

// UnmarshalText reads exactly the names of [Directions].
func (d *Direction) UnmarshalText(text []byte) error {
	return enum.Decode(d, text, "direction", Directions())
}

// Config are the choices of a test; the zero Config is the default.
type Config struct {
	// Level is the confidence of the limits, and what the test asks for: a trend is one
	// where P is below 1 - Level. 0 = 0.95.
	Level float64 `json:"level,omitzero"`
	// Correct makes the variance larger where neighbours resemble each other (Hamed
	// and Rao, 1998); it never makes it smaller. Without it there is a warning only.
	Correct bool `json:"correct,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Level == 0 || c.Level >= 0.5 && c.Level < 1, "level", "level", "must be 0.5 to below 1")
	return k.Err("trend")
}

// Result is the answer of a test.
type Result struct {
	Direction Direction         `json:"direction"`
	Values    int               `json:"values"`             // that were compared
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"` // missing or closed
	Season    int               `json:"season"`             // 1 = none
	S         int64             `json:"s"`                  // pairs that rise less pairs that fall
	Pairs     int64             `json:"pairs"`              // compared, ties among them
	Tau       float64           `json:"tau"`                // Kendall's tau-b, -1 to 1
	Variance  float64           `json:"variance"`           // of S without a trend, corrected for ties and, if asked for, autocorrelation
	Z         float64           `json:"z"`                  // with correction for continuity; 0 where P is exact
	P         float64           `json:"p"`                  // two-sided
	Exact     bool              `json:"exact"`              // P is that of all permutations
	Inflation float64           `json:"inflation"`          // of the variance by autocorrelation; 1 = none
	// Slope is Sen's, per bucket; Lower and Upper are its limits at Level.
	Slope     float64           `json:"slope"`
	Lower     float64           `json:"lower"`
	Upper     float64           `json:"upper"`
	Level     float64           `json:"level"`
	Intercept float64           `json:"intercept"` // of the line through the medians, at the first bucket
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

// point is a value at its bucket.
type point struct {
	at    int
	value float64
}

// Test looks for a monotonic trend in the known values of a series, within the season
// where the series has one and two full cycles. There is always an answer: fewer than
// four values or none that differ are no trend. Only faults of the arguments are errors.
func Test(s forecast.Series, c Config) (Result, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("trend"); err != nil {
		return Result{}, err
	}
	if c.Level == 0 {
		c.Level = 0.95
	}
	r := Result{Direction: NoTrend, Season: 1, P: 1, Inflation: 1, Level: c.Level}
	if s.Season > 1 {
		if len(s.Values) >= 2*s.Season {
			r.Season = s.Season
		} else {
			r.Warnings = append(r.Warnings, insight.Warn(forecast.ShortSeason, "fewer than two full cycles identify no season"))
		}
	}
	there, out := known.Of(s)
	r.LeftOut = out
	groups := group(s.Values, there, r.Season)
	for _, g := range groups {
		r.Values += len(g)
	}
	r.count(groups)
	sl := newSlopes(groups)
	r.Slope = sl.median()
	left := r.residuals(groups)
	r.autocorrelation(left, c.Correct)
	r.probability(groups)
	r.limits(sl)
	switch {
	case r.P >= 1-c.Level || r.S == 0:
	case r.S > 0:
		r.Direction = Rising
	default:
		r.Direction = Falling
	}
	if r.Values < 4 {
		r.Warnings = append(r.Warnings, insight.Warn(FewValues, "fewer than four values: no trend can be told from chance"))
	}
	return r, nil
}

// group sorts the values that are known by their place in the cycle.
func group(values []float64, there []bool, season int) [][]point {
	groups := make([][]point, season)
	for i, v := range values {
		if there[i] {
			groups[i%season] = append(groups[i%season], point{i, v})
		}
	}
	return groups
}

// count gives S, tau and the variance for ties (Gilbert, equations 16.2 and 17.2).
func (r *Result) count(groups [][]point) {
	var untied int64
	for _, g := range groups {
		y := valuesOf(g)
		pairs := pairsOf(len(y))
		ties, variance := tied(y)
		falling := inversions(y, make([]float64, len(y)))
		r.S += pairs - ties - 2*falling
		r.Pairs += pairs
		untied += pairs - ties
		r.Variance += variance
	}
	if untied > 0 {
		r.Tau = float64(r.S) / math.Sqrt(float64(untied)) / math.Sqrt(float64(r.Pairs))
	}
}

func valuesOf(g []point) []float64 {
	y := make([]float64, len(g))
	for i, p := range g {
		y[i] = p.value
	}
	return y
}

func pairsOf(n int) int64 { return int64(n) * int64(n-1) / 2 }

// tied gives how many pairs are equal, and the variance of S.
func tied(y []float64) (pairs int64, variance float64) {
	part := func(n int) float64 { return float64(pairsOf(n)) * float64(2*n+5) / 9 }
	sorted := slices.Clone(y)
	slices.Sort(sorted)
	variance = part(len(y))
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		if t := j - i; t > 1 {
			pairs += pairsOf(t)
			variance -= part(t)
		}
		i = j
	}
	return pairs, max(variance, 0)
}

// inversions sorts y by merging and counts the pairs whose first is the larger.
func inversions(y, spare []float64) int64 {
	if len(y) < 2 {
		return 0
	}
	half := len(y) / 2
	a, b := y[:half], y[half:]
	count := inversions(a, spare[:half]) + inversions(b, spare[half:])
	if a[half-1] <= b[0] {
		return count
	}
	i, j := 0, 0
	for k := range spare {
		if j == len(b) || i < len(a) && a[i] <= b[j] {
			spare[k] = a[i]
			i++
		} else {
			spare[k] = b[j]
			j++
			count += int64(len(a) - i)
		}
	}
	copy(y, spare)
	return count
}

// probability fills Z and P.
func (r *Result) probability(groups [][]point) {
	ties := false
	for _, g := range groups {
		pairs, _ := tied(valuesOf(g))
		ties = ties || pairs > 0
	}
	size := r.S
	if size < 0 {
		size = -size
	}
	if !ties && r.Season == 1 && r.Values >= 2 && r.Values <= MaxExact && r.Inflation == 1 {
		r.Exact, r.P = true, min(1, 2*exactTail(r.Values, size))
		return
	}
	if size > 0 && r.Variance > 0 {
		r.Z = float64(size-1) / math.Sqrt(r.Variance)
		r.P = min(1, 2*float.NormalDistribution(-r.Z))
		if r.S < 0 {
			r.Z = -r.Z
		}
	}
}

// exactTail gives the chance of S of at least s in random order: with k inversions, S
// is n(n-1)/2 - 2k, and the value that comes n-th adds 0 to n-1 inversions, all alike.
func exactTail(n int, s int64) float64 {
	chance := []float64{1}
	for m := 2; m <= n; m++ {
		next := make([]float64, m*(m-1)/2+1)
		for k, p := range chance {
			for j := range m {
				next[k+j] += p / float64(m)
			}
		}
		chance = next
	}
	most := (pairsOf(n) - s) / 2
	sum := 0.0
	for k := int64(0); k <= most; k++ {
		sum += chance[k]
	}
	return sum
}
