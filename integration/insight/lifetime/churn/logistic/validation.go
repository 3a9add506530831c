package logistic

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
)

// Validation is what cross-validation says: each row was scored by a model that was
// fitted, standardised and coded on the other folds.
type Validation struct {
	Folds   int     `json:"folds"`
	Seed    uint64  `json:"seed"`
	Penalty float64 `json:"penalty"` // of the least log loss
	Trials  []Trial `json:"trials"`
	// Figures are of the pooled rows with that penalty.
	Figures calibration.Figures `json:"figures"`
	// FoldAUC is the mean of the folds' own areas, as others report it.
	FoldAUC float64 `json:"fold_auc"`
	// Warnings are all of them, those of Figures included.
	Warnings []insight.Warning `json:"warnings,omitempty"`

	logOdds []float64
}

// LogOdds gives the score of each row from outside of its fold; nil where there was
// no validation.
func (v *Validation) LogOdds() []float64 { return v.logOdds }

// Trial is a penalty that was tried.
type Trial struct {
	Penalty float64 `json:"penalty"`
	LogLoss float64 `json:"log_loss"` // mean of the rows
	AUC     float64 `json:"auc"`      // mean of the folds
}

// Validate cross-validates the penalties without a final fit.
func Validate(t Table, outcomes []bool, c Config) (*Validation, error) {
	if err := checked(t, outcomes, c); err != nil {
		return nil, err
	}
	return validate(&t, outcomes, c.filled()), nil
}

// leastEvents is what a choice between penalties wants of the rarer outcome.
const leastEvents = 10

func validate(t *Table, outcomes []bool, c Config) *Validation {
	v := &Validation{Folds: c.Folds, Seed: c.Seed, Penalty: 0.1}
	events := 0
	for _, y := range outcomes {
		if y {
			events++
		}
	}
	rarer := min(events, len(outcomes)-events)
	if rarer < 2 {
		v.Folds = 0
		v.Penalty = middle(c.Penalties)
		v.Figures, _ = calibration.Measure(nil, nil, 0)
		v.FoldAUC = v.Figures.AUC
		v.Warnings = append(v.Warnings, insight.Warn(FewFolds, "too few of one outcome for a cross-validation"))
		v.Warnings = gather(v.Warnings, "validation: ", v.Figures.Warnings)
		return v
	}
	if rarer < leastEvents {
		v.Warnings = append(v.Warnings, insight.Warn(FewFolds, "%d of the rarer outcome are few to choose a penalty by", rarer))
	}
	c.Folds = min(c.Folds, rarer)
	v.Folds = c.Folds
	v.run(t, outcomes, c)
	v.Warnings = gather(v.Warnings, "validation: ", v.Figures.Warnings)
	return v
}

// middle of the penalties as they were given.
func middle(penalties []float64) float64 { return penalties[len(penalties)/2] }

func (v *Validation) run(t *Table, outcomes []bool, c Config) {
	fold := c.folds(outcomes, calibration.Folds)
	scores := make([][]float64, len(c.Penalties))
	for k := range scores {
		scores[k] = make([]float64, len(outcomes))
	}
	v.Trials = make([]Trial, len(c.Penalties))
	ranked := 0.0
	for f := range c.Folds {
		var train, test []int
		var happened []bool
		for i, of := range fold {
			if of == f {
				test, happened = append(test, i), append(happened, outcomes[i])
			} else {
				train = append(train, i)
			}
		}
		counted := false
		for k, m := range fitRows(t, outcomes, train, c.Penalties, c) {
			p := make([]float64, len(test))
			b := m.bind(t)
			for at, i := range test {
				scores[k][i] = m.logOdds(&b, i)
				p[at] = calibration.Probability(scores[k][i])
			}
			own, _ := calibration.Measure(p, happened, 1)
			if own.Events > 0 && own.Events < own.Rows {
				v.Trials[k].AUC += own.AUC
				counted = true
			}
		}
		if counted {
			ranked++
		}
	}
	v.choose(scores, outcomes, c, ranked)
}

func (v *Validation) choose(scores [][]float64, outcomes []bool, c Config, ranked float64) {
	best, least := 0, math.Inf(1)
	p := make([]float64, len(outcomes))
	for k, penalty := range c.Penalties {
		for i, s := range scores[k] {
			p[i] = calibration.Probability(s)
		}
		whole, _ := calibration.Measure(p, outcomes, 0)
		trial := &v.Trials[k]
		trial.Penalty, trial.LogLoss = penalty, whole.LogLoss
		if ranked > 0 {
			trial.AUC /= ranked
		} else {
			trial.AUC = 0.5
		}
		if whole.LogLoss < least {
			best, least, v.Figures = k, whole.LogLoss, whole
		}
	}
	v.Penalty, v.FoldAUC, v.logOdds = c.Penalties[best], v.Trials[best].AUC, scores[best]
	strongest := true
	for _, penalty := range c.Penalties {
		strongest = strongest && penalty <= v.Penalty
	}
	if strongest && len(c.Penalties) > 1 {
		v.Warnings = append(v.Warnings, insight.Warn(PenaltyBorder, "the strongest penalty tried was best: the features may say little"))
	}
}
