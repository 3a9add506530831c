package churn

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// The limits and defaults of an assessment.
const (
	DefaultHorizon = 90
	MaxHorizon     = 3660
	DefaultCuts    = 4
	MaxCuts        = 24
	DefaultReasons = 3
)

// Config says how to assess; the zero value is the default.
type Config struct {
	// AsOf is today: the first day of which nothing is known. None is the day after the
	// last transaction.
	AsOf tandem.Date `json:"as_of,omitzero"`
	// Horizon is the n of the label, in days; 0 is 90. Take several times the usual gap
	// between purchases.
	Horizon int `json:"horizon,omitzero"`
	// Active restricts the question to customers with a purchase in so many days before
	// the cut; 0 = all who ever bought.
	Active int `json:"active,omitzero"`
	// Cuts is how many cuts to fit on, where the history has them; 0 is 4.
	Cuts int `json:"cuts,omitzero"`
	// Calibration is the way to probabilities; empty is what has the least log loss
	// in the cross-fit.
	Calibration calibration.Method `json:"calibration,omitempty"`
	// Reasons is how many contributions each customer gets; 0 is 3.
	Reasons int `json:"reasons,omitzero"`
	// Penalties, Mix, Folds, Iterations and Seed are those of [logistic.Config]. Folds
	// and Seed serve the cross-fit, too.
	Penalties  []float64 `json:"penalties,omitempty"`
	Mix        float64   `json:"mix,omitzero"`
	Folds      int       `json:"folds,omitzero"`
	Iterations int       `json:"iterations,omitzero"`
	Seed       uint64    `json:"seed,omitzero"`
}

func (c Config) logistic() logistic.Config {
	return logistic.Config{Penalties: c.Penalties, Mix: c.Mix, Folds: c.Folds, Iterations: c.Iterations, Seed: c.Seed}
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(c.Horizon >= 0 && c.Horizon <= MaxHorizon, "horizon", "horizon", "must be 1 to 3,660 days, or 0 for 90")
	check.Require(c.Active >= 0 && c.Active <= 1_000_000, "active", "active", "must be 0 to 1,000,000 days")
	check.Require(c.Cuts >= 0 && c.Cuts <= MaxCuts, "cuts", "cuts", "must be 0 to 24")
	check.Require(c.Calibration == "" || c.Calibration.Valid(), "calibration", "calibration", "must be none, platt or isotonic")
	check.Require(c.Reasons >= 0 && c.Reasons <= logistic.MaxColumns, "reasons", "reasons", "must be 0 to 200")
	check.Nested("", c.logistic().Validate())
	return check.Err("configuration")
}

func (c Config) filled() Config {
	if c.Horizon == 0 {
		c.Horizon = DefaultHorizon
	}
	if c.Cuts == 0 {
		c.Cuts = DefaultCuts
	}
	if c.Reasons == 0 {
		c.Reasons = DefaultReasons
	}
	return c
}

func checked(transactions []Transaction, observations []Observation, c Config) error {
	var check tandem.Check
	check.Require(len(transactions) <= MaxTransactions, "too_many", "transactions", "at most 50,000,000")
	check.Require(len(observations) <= MaxObservations, "too_many", "observations", "at most 50,000,000")
	category, number := map[string]bool{}, map[string]bool{}
	names := 0
	for i, o := range observations {
		if o.Feature == "" || slices.ContainsFunc(rules(0), func(r Rule) bool { return r.Feature == o.Feature }) {
			check.Add("feature", tandem.Path("observations", i)+".feature", "must be given, and no name of a built-in feature")
			continue
		}
		if !category[o.Feature] && !number[o.Feature] {
			names++
		}
		if o.Category != "" {
			category[o.Feature] = true
		} else {
			number[o.Feature] = true
		}
		if category[o.Feature] && number[o.Feature] {
			check.Add("feature", tandem.Path("observations", i), "a feature is numbers or categories, not both")
		}
	}
	check.Require(names <= MaxFeatures, "too_many", "observations", "at most 100 features")
	check.Nested("config", c.Validate())
	return check.Err("churn")
}

// The warnings of this package; those of model and calibration come with theirs.
const (
	NegativeSales                      = lifetime.NegativeSales // sales below nought, which may be returns without their mark
	NoCustomers    insight.WarningCode = "no_customers"
	NoLabels       insight.WarningCode = "no_labels"        // less history than one horizon
	OneCut         insight.WarningCode = "one_cut"          // less history than two: nothing is out of time
	NoChurners     insight.WarningCode = "no_churners"      // at a cut with labels
	OnlyChurners   insight.WarningCode = "only_churners"    // at a cut with labels
	FewToCalibrate insight.WarningCode = "few_to_calibrate" // fewer than ten of one outcome
	ShortBeforeCut insight.WarningCode = "short_before_cut" // a cut with less history than the horizon
	Drift          insight.WarningCode = "drift"            // the share of churners moved between the cuts
	WorseThanBase  insight.WarningCode = "worse_than_base"  // the test is not better than the share of churners
)

// WarningCodes lists the warnings of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		NegativeSales, NoCustomers, NoLabels, OneCut, NoChurners, OnlyChurners, FewToCalibrate, ShortBeforeCut, insight.RowsLeftOut, Drift,
		WorseThanBase,
	}
}
