package logistic

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits and defaults of a fit.
const (
	MaxPenalties      = 100
	MaxIterations     = 10_000
	DefaultIterations = 50
	DefaultFolds      = 5
	MaxFolds          = 100
)

// Config says how to fit; the zero value is the default.
type Config struct {
	// Penalties are tried by cross-validation, and the one with the least log loss is
	// taken; a single one is taken as it is, {0} fits without. A penalty λ adds
	// λ·((1-Mix)/2·Σβ² + Mix·Σ|β|) to the mean log loss, with β by standard deviation
	// of the feature and the intercept free, as glmnet does. None = 1, 0.3 … 0.0001.
	Penalties []float64 `json:"penalties,omitempty"`
	// Mix is the share of the absolute penalty: 0 ridge, 1 lasso, between them the
	// elastic net (Zou and Hastie 2005).
	Mix float64 `json:"mix,omitzero"`
	// Folds of the cross-validation; 0 is 5.
	Folds int    `json:"folds,omitzero"`
	Seed  uint64 `json:"seed,omitzero"`
	// Groups keep rows together: rows with one number fall into one fold, such as the
	// months of one customer. Empty, or one for each row.
	Groups []int `json:"groups,omitempty"`
	// Iterations bound Newton's method; 0 is 50.
	Iterations int `json:"iterations,omitzero"`
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(len(c.Penalties) <= MaxPenalties, "too_many", "penalties", "at most 100")
	for i, p := range c.Penalties {
		check.Require(p >= 0 && p <= 1e6, "penalty", tandem.Path("penalties", i), "must be 0 to 1,000,000")
	}
	check.Require(c.Mix >= 0 && c.Mix <= 1, "mix", "mix", "must be 0 to 1")
	check.Require(c.Folds == 0 || c.Folds >= 2 && c.Folds <= MaxFolds, "folds", "folds", "must be 2 to 100, or 0 for 5")
	check.Require(c.Iterations >= 0 && c.Iterations <= MaxIterations, "iterations", "iterations", "must be 0 to 10,000")
	return check.Err("configuration")
}

func (c Config) filled() Config {
	if len(c.Penalties) == 0 {
		c.Penalties = []float64{1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0001}
	}
	if c.Folds == 0 {
		c.Folds = DefaultFolds
	}
	if c.Iterations == 0 {
		c.Iterations = DefaultIterations
	}
	return c
}

// checked gives every fault of table, outcomes and configuration.
func checked(t Table, outcomes []bool, c Config) error {
	var check tandem.Check
	t.check(&check)
	check.Require(len(outcomes) == t.Rows, "length", "outcomes", "one for each row")
	check.Require(len(c.Groups) == 0 || len(c.Groups) == t.Rows, "length", "config.groups", "none, or one for each row")
	check.Nested("config", c.Validate())
	return check.Err("logistic regression")
}

// folds deals rows, or groups of rows, to folds by chance.
func (c Config) folds(outcomes []bool, deal func([]bool, int, uint64) []int) []int {
	if len(c.Groups) == 0 {
		return deal(outcomes, c.Folds, c.Seed)
	}
	numbers, of := map[int]int{}, make([]int, len(outcomes))
	var events []bool
	for i, g := range c.Groups {
		k, ok := numbers[g]
		if !ok {
			k = len(events)
			numbers[g], events = k, append(events, false)
		}
		events[k] = events[k] || outcomes[i]
		of[i] = k
	}
	fold := deal(events, c.Folds, c.Seed)
	out := make([]int, len(outcomes))
	for i, k := range of {
		out[i] = fold[k]
	}
	return out
}

func finiteAll(x []float64) bool {
	for _, v := range x {
		if !float.Finite(v) {
			return false
		}
	}
	return true
}
