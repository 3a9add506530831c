package calibration

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a measurement.
const (
	MaxRows = 10_000_000
	MaxBins = 100
)

// smallest is the least chance of what happened that the log loss counts, so that it
// stays finite.
const smallest = 1e-15

// The warnings.
const (
	NoRows       insight.WarningCode = "no_rows"
	OneClass     insight.WarningCode = "one_class"     // all or none: no ranking to judge
	FewEvents    insight.WarningCode = "few_events"    // fewer than 10 of either outcome
	NotConverged insight.WarningCode = "not_converged" // the iterations ended first
	Reversed     insight.WarningCode = "reversed"      // higher scores go with fewer events
	FewForSteps  insight.WarningCode = "few_for_steps" // an isotonic fit of fewer than 1,000 rows
	ExtremeHeld  insight.WarningCode = "extreme_held"  // 0 and 1 were brought inside
	PerfectRank  insight.WarningCode = "perfect_rank"  // an AUC of 0 or 1, whose interval is that of a binomial
	NotFinite    insight.WarningCode = "not_finite"    // scores that are no numbers were taken for 0
	OutOfRange   insight.WarningCode = "out_of_range"  // probabilities outside of 0 to 1 were brought inside
)

// WarningCodes lists the warnings.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		NoRows, OneClass, FewEvents, NotConverged, Reversed, FewForSteps, ExtremeHeld, PerfectRank, NotFinite, OutOfRange,
	}
}

// Figures say how good probabilities were.
type Figures struct {
	Rows       int     `json:"rows"`
	Events     int     `json:"events"`
	BaseRate   float64 `json:"base_rate"`   // events over rows
	Mean       float64 `json:"mean"`        // of the probabilities
	Brier      float64 `json:"brier"`       // mean squared error (Brier 1950), 0 is best
	BrierSkill float64 `json:"brier_skill"` // 1 - Brier over that of the base rate, 1 is best
	LogLoss    float64 `json:"log_loss"`    // mean of -log of the chance given to what happened
	// AUC is the chance that a row with the event has a higher probability than one
	// without, ties counted half (Hanley and McNeil 1982); ½ where there is no pair.
	AUC      float64 `json:"auc"`
	AUCError float64 `json:"auc_error"` // standard error by DeLong, DeLong and Clarke-Pearson (1988)
	AUCLower float64 `json:"auc_lower"` // 95 % interval, normal on the scale of log-odds
	AUCUpper float64 `json:"auc_upper"`
	// CalibrationError is the mean distance of chance and share in the table,
	// weighted by rows.
	CalibrationError float64           `json:"calibration_error"`
	Reliability      []Bin             `json:"reliability,omitempty"`
	Warnings         []insight.Warning `json:"warnings,omitempty"`
}

// Bin is a row of the table of reliability.
type Bin struct {
	Lower    float64 `json:"lower"` // least and greatest probability in it
	Upper    float64 `json:"upper"`
	Rows     int     `json:"rows"`
	Mean     float64 `json:"mean"`     // of the probabilities
	Observed float64 `json:"observed"` // share of events
}

// Measure compares probabilities with outcomes. The table has as many bins as asked
// for (0 is 10), with equal numbers of rows; equal probabilities share one.
func Measure(probabilities []float64, outcomes []bool, bins int) (Figures, error) {
	var c tandem.Check
	c.Require(len(probabilities) == len(outcomes), "length", "outcomes", "one for each probability")
	c.Require(len(probabilities) <= MaxRows, "too_many", "probabilities", "at most 10,000,000")
	c.Require(bins >= 0 && bins <= MaxBins, "bins", "bins", "must be 0 to 100")
	if err := c.Err("measurement"); err != nil {
		return Figures{}, err
	}
	if bins == 0 {
		bins = 10
	}
	f := Figures{Rows: len(outcomes), AUC: 0.5, AUCUpper: 1}
	if f.Rows == 0 {
		f.warn(NoRows, "no rows: nothing was measured")
		return f, nil
	}
	p := f.inside(probabilities)
	f.scores(p, outcomes)
	order := sorted(p)
	f.rank(p, outcomes, order)
	f.table(p, outcomes, order, bins)
	return f, nil
}

func (f *Figures) warn(code insight.WarningCode, text string) {
	f.Warnings = append(f.Warnings, insight.Warning{Code: code, Text: text})
}

func (f *Figures) inside(p []float64) []float64 {
	out := slices.Clone(p)
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			out[i] = 0
			if v > 1 {
				out[i] = 1
			}
		}
	}
	if !slices.Equal(out, p) {
		f.warn(OutOfRange, "probabilities outside of 0 to 1 were brought inside")
	}
	return out
}

func sorted(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(p[a], p[b]), cmp.Compare(a, b)) })
	return order
}

func (f *Figures) scores(p []float64, outcomes []bool) {
	n := float64(f.Rows)
	for i, y := range outcomes {
		chance, miss := 1-p[i], p[i]
		if y {
			f.Events++
			chance, miss = p[i], 1-p[i]
		}
		f.Mean += p[i] / n
		f.Brier += float64(miss*miss) / n
		f.LogLoss -= float.Log(max(chance, smallest)) / n
	}
	f.BaseRate = float64(f.Events) / n
	if plain := float64(f.BaseRate * (1 - f.BaseRate)); plain > 0 {
		f.BrierSkill = 1 - f.Brier/plain
	}
}

// rank gives the area and its standard error by midranks (Sun and Xu 2014): the rank
// of a row among all less that among its own kind counts the other kind below it.
func (f *Figures) rank(p []float64, outcomes []bool, order []int) {
	with, without := float64(f.Events), float64(f.Rows-f.Events)
	if with == 0 || without == 0 {
		f.warn(OneClass, "all or none happened: there is no ranking to judge")
		return
	}
	if min(with, without) < 10 {
		f.warn(FewEvents, "fewer than ten of one outcome: the figures may be chance")
	}
	var below, sum, squares, count [2]float64 // by outcome, without the event first
	total := [2]float64{with, without}        // of the other kind
	for at := 0; at < len(order); {
		end, ties := at, [2]float64{}
		for ; end < len(order) && p[order[end]] == p[order[at]]; end++ {
			ties[index(outcomes[order[end]])]++
		}
		for kind := range 2 {
			other := 1 - kind
			share := (below[other] + float64(ties[other]/2)) / total[kind]
			sum[kind] += float64(ties[kind] * share)
			squares[kind] += float64(ties[kind] * share * share)
			count[kind] += ties[kind]
		}
		below[0] += ties[0]
		below[1] += ties[1]
		at = end
	}
	f.AUC = sum[1] / with
	variance := 0.0
	for kind := range 2 {
		if n := count[kind]; n > 1 {
			mean := sum[kind] / n
			variance += max(squares[kind]-float64(n*mean*mean), 0) / (n - 1) / n
		}
	}
	f.AUCError = math.Sqrt(variance)
	f.interval(min(with, without))
}

func index(y bool) int {
	if y {
		return 1
	}
	return 0
}

// interval is normal in log-odds. Where all pairs or none are in order, the variance
// is zero and says nothing: the binomial limit of the rarer outcome stands in.
func (f *Figures) interval(rarer float64) {
	const z, tail = 1.959963984540054, 0.025
	if f.AUC <= 0 || f.AUC >= 1 {
		f.warn(PerfectRank, "an area of 0 or 1: its limit is that of a binomial of the rarer outcome")
		edge := float.Pow(tail, 1/rarer)
		f.AUCLower, f.AUCUpper = edge, 1
		if f.AUC <= 0 {
			f.AUCLower, f.AUCUpper = 0, 1-edge
		}
		return
	}
	middle := float.Log(f.AUC / (1 - f.AUC))
	wide := z * f.AUCError / f.AUC / (1 - f.AUC)
	f.AUCLower, f.AUCUpper = Probability(middle-wide), Probability(middle+wide)
}

func (f *Figures) table(p []float64, outcomes []bool, order []int, bins int) {
	n := len(order)
	for at, k := 0, 1; at < n; k++ {
		end := max(k*n/bins, at)
		if end == at {
			continue
		}
		for ; end < n && p[order[end]] == p[order[end-1]]; end++ {
		}
		b := Bin{Lower: p[order[at]], Upper: p[order[end-1]], Rows: end - at}
		for _, i := range order[at:end] {
			b.Mean += p[i]
			b.Observed += float64(index(outcomes[i]))
		}
		b.Mean /= float64(b.Rows)
		b.Observed /= float64(b.Rows)
		f.CalibrationError += float64(math.Abs(b.Mean-b.Observed) * float64(b.Rows) / float64(n))
		f.Reliability = append(f.Reliability, b)
		at = end
	}
}

// Probability gives 1/(1+e^-x), the probability of log-odds.
func Probability(logOdds float64) float64 {
	if logOdds < 0 {
		e := float.Exp(logOdds)
		return e / (1 + e)
	}
	return 1 / (1 + float.Exp(-logOdds))
}

// LogOdds is the inverse of [Probability], for a probability between 0 and 1; beyond
// 1e-15 of the ends it gives what it gives there.
func LogOdds(probability float64) float64 {
	p := min(max(probability, smallest), 1-smallest)
	return float.Log(p / (1 - p))
}
