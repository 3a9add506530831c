package contract

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
)

// The limits of a table of cohorts.
const (
	MaxCohorts = 10_000
	MaxPeriods = 10_000
	MaxCount   = 1e12
)

// Cohort is customers who began together.
type Cohort struct {
	Name string `json:"name,omitempty"`
	// Age is the number of renewals behind them at the first count; 0 for new ones. What
	// happened before it need not be known.
	Age int `json:"age,omitzero"`
	// Active is how many are there: at the first count, and after each renewal since.
	Active []float64 `json:"active"`
}

// Renewal is a renewal in the life of customers, with all cohorts together.
type Renewal struct {
	Number int     `json:"number"` // 1 is the first
	Before float64 `json:"before"` // customers who came to it
	After  float64 `json:"after"`  // and who stayed
	// Retention is the share that stayed, Fitted that of the model.
	Retention float64 `json:"retention"`
	Fitted    float64 `json:"fitted"`
}

// The reasons for which a renewal is left out.
const (
	Unknown   insight.Reason = "unknown"   // a count that is no number, below zero or above 1e12
	Increases insight.Reason = "increases" // there were more after it than before
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{Unknown, Increases} }

// Config says how to fit; the zero value is the default.
type Config struct {
	// Iterations bound the search; 0 is 500.
	Iterations int `json:"iterations,omitzero"`
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(c.Iterations >= 0 && c.Iterations <= 100_000, "iterations", "iterations", "must be 0 to 100,000")
	return check.Err("configuration")
}

// The warnings.
const (
	NoRenewals   insight.WarningCode = "no_renewals"   // nothing was observed
	NobodyLeft   insight.WarningCode = "nobody_left"   // no churn at all
	AllLeft      insight.WarningCode = "all_left"      // nobody was retained
	OneAge       insight.WarningCode = "one_age"       // α and β cannot be told apart
	Homogeneous  insight.WarningCode = "homogeneous"   // at the border where all customers have one chance
	Polarised    insight.WarningCode = "polarised"     // at the border where customers leave at once or never
	NotConverged insight.WarningCode = "not_converged" // the iterations ended first
	FewLosses    insight.WarningCode = "few_losses"    // fewer than ten customers left
	UnseenStart  insight.WarningCode = "unseen_start"  // no cohort was seen at its first renewal
)

// WarningCodes lists the warnings.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		NoRenewals, NobodyLeft, AllLeft, OneAge, Homogeneous, Polarised, insight.RowsLeftOut, NotConverged, FewLosses, UnseenStart,
	}
}

// counts are customers kept and lost by renewal, which is all that the likelihood
// needs of any number of cohorts.
type counts struct {
	kept, lost []float64 // by number of the renewal, from 1 at 0
	leftOut    []insight.LeftOut
}

func checked(cohorts []Cohort, c Config) error {
	var check tandem.Check
	check.Require(len(cohorts) <= MaxCohorts, "too_many", "cohorts", "at most 10,000")
	for i, cohort := range cohorts {
		path := tandem.Path("cohorts", i)
		if !check.Require(cohort.Age >= 0 && cohort.Age <= MaxPeriods, "age", path+".age", "must be 0 to 10,000") {
			continue
		}
		check.Require(cohort.Age+len(cohort.Active) <= MaxPeriods, "too_many", path+".active", "at most 10,000 periods of age")
	}
	check.Nested("config", c.Validate())
	return check.Err("cohorts")
}

func gather(cohorts []Cohort) counts {
	var c counts
	for _, cohort := range cohorts {
		for k := 1; k < len(cohort.Active); k++ {
			before, after := cohort.Active[k-1], cohort.Active[k]
			switch {
			case !usable(before) || !usable(after):
				c.leftOut = insight.Leave(c.leftOut, Unknown, 1)
				continue
			case after > before:
				c.leftOut = insight.Leave(c.leftOut, Increases, 1)
				continue
			}
			at := cohort.Age + k - 1
			for len(c.kept) <= at {
				c.kept, c.lost = append(c.kept, 0), append(c.lost, 0)
			}
			c.kept[at] += after
			c.lost[at] += before - after
		}
	}
	return c
}

func usable(v float64) bool { return v >= 0 && v <= MaxCount && !math.IsNaN(v) }

func (m *Model) warn(code insight.WarningCode, format string, values ...any) {
	m.Warnings = append(m.Warnings, insight.Warn(code, format, values...))
}
