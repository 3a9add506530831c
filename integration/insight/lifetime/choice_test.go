package lifetime

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

func trial(m repeat.Model, distance, aic float64, border bool) Trial {
	t := Trial{Fit: repeat.Fit{Model: m, AIC: aic}, Tracking: repeat.Tracking{Distance: distance}}
	if border {
		t.Fit.Warnings = []insight.Warning{{Code: forecast.AtBorder}}
	}
	return t
}

func settled(t require.TestingT, c *choice, fit func(t Trial) (repeat.Fit, error)) (model repeat.Model, reason string) {
	c.sort()
	at, err := c.settle(fit)
	require.NoError(t, err)
	return c.fit.Model, c.explain(at)
}

func same(t Trial) (repeat.Fit, error) { return t.Fit, nil }

// A wholesaler's 445 customers: Pareto/NBD without leaving was as near to the holdout as
// BG/NBD, and won.
func TestAFitAtTheBorderWinsNoTie(t *testing.T) {
	trials := []Trial{
		trial(repeat.BGNBD, 0.3031, 7000, false), trial(repeat.MBGNBD, 0.34, 7001, false), trial(repeat.ParetoNBD, 0.303, 6999, true),
	}
	m, why := settled(t, &choice{trials: trials, held: true, noise: 0.06}, same)
	require.Equal(t, repeat.BGNBD, m)
	require.Equal(t, "bg_nbd is not at the border of its range as others are, and the holdout tells them not apart: purchases by frequency are "+
		"30.3 % of what came apart, mbg_nbd 34.0 %, pareto_nbd 30.3 %, with a noise of 6.0 %", why)
	// No tie: it wins with its warning.
	m, why = settled(t, &choice{trials: trials, held: true, noise: 0.00005}, same)
	require.Equal(t, repeat.ParetoNBD, m)
	require.Contains(t, why, "pareto_nbd is nearest to the holdout")
	// By AIC, and a border that only all days show.
	m, _ = settled(t, &choice{trials: trials, noise: equalAIC}, same)
	require.Equal(t, repeat.BGNBD, m)
	m, why = settled(t, &choice{trials: trials, noise: equalAIC}, func(t Trial) (repeat.Fit, error) {
		if t.Fit.Model == repeat.BGNBD {
			return trial(repeat.BGNBD, 0, 0, true).Fit, nil
		}
		return t.Fit, nil
	})
	require.Equal(t, repeat.MBGNBD, m)
	require.Contains(t, why, "mbg_nbd is not at the border of its range when fitted to all days")
	// All at the border: none may be worse than it must.
	stuck := []Trial{trial(repeat.BGNBD, 0.303, 7000, true), trial(repeat.ParetoNBD, 0.303, 7000, true)}
	stuck[0].Fit.LeavingChance, stuck[1].Fit.LeavingChance = 0.2, 1
	m, why = settled(t, &choice{trials: stuck, held: true, noise: 0.06}, same)
	require.Equal(t, repeat.BGNBD, m)
	require.Contains(t, why, "as all are, but leaving shows most in it")
	// An AIC that tells more than the noise of the holdout.
	m, why = settled(t, &choice{trials: []Trial{trial(repeat.BGNBD, 0.12, 7010, false), trial(repeat.MBGNBD, 0.13, 7000, false)}, held: true, noise: 0.05}, same)
	require.Equal(t, repeat.MBGNBD, m)
	require.Contains(t, why, "mbg_nbd has the lesser AIC")
}

// Whatever the trials: the choice is within the noise of the nearest, and at the border
// only if all within it are.
func TestChoiceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var trials []Trial
		for _, m := range repeat.Models()[:rapid.IntRange(1, 3).Draw(t, "models")] {
			trials = append(trials, trial(m, rapid.Float64Range(0, 1).Draw(t, "distance"), rapid.Float64Range(0, 9).Draw(t, "aic"), rapid.Bool().Draw(t, "border")))
		}
		c := choice{trials: trials, held: rapid.Bool().Draw(t, "held"), noise: rapid.Float64Range(0, 2).Draw(t, "noise")}
		m, why := settled(t, &c, same)
		require.NotEmpty(t, why)
		chosen := -1
		for i := range trials {
			if trials[i].Fit.Model == m {
				chosen = i
			}
		}
		require.LessOrEqual(t, c.score(chosen), c.score(c.first)+c.noise)
		for i := range trials {
			if c.score(i) <= c.score(c.first)+c.noise && !atBorder(trials[i].Fit) {
				require.False(t, atBorder(trials[chosen].Fit))
			}
		}
	})
}
