package lifetime

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

// equalAIC is how much an AIC may lie above the least for a model to be as good
// (Burnham and Anderson, Model Selection and Multimodel Inference, 2002: up to 2 there is
// substantial support).
const equalAIC = 2

// choose tries the models on the calibration, chooses one and fits it to all days.
func (v *Valuation[K]) choose(s, whole *Summary[K], held bool) error {
	groups := s.Groups()
	models, limited := v.Plan.Models, false
	if len(models) == 0 {
		models = repeat.Models()
		if limited = groups.Len() > ManyGroups; limited {
			models = []repeat.Model{repeat.BGNBD, repeat.MBGNBD}
		}
	}
	all := groups
	c := choice{noise: equalAIC}
	var outcomes []repeat.Outcome
	if held {
		all, outcomes = whole.Groups(), s.Outcomes()
		if c.held = slices.ContainsFunc(outcomes, func(o repeat.Outcome) bool { return o.Later > 0 }); !c.held {
			v.warn(EmptyHoldout, "nobody of the calibration bought in the holdout: the models were compared by AIC")
		}
	}
	for _, m := range models {
		fit, err := m.Fit(groups, v.Plan.Repeat)
		if err != nil {
			return err
		}
		t := Trial{Fit: fit}
		if c.held {
			t.Tracking = fit.Track(outcomes, s.Holdout())
			c.noise = t.Tracking.Noise
		}
		v.Trials = append(v.Trials, t)
	}
	c.trials = v.Trials
	c.sort()
	at, err := c.settle(func(t Trial) (repeat.Fit, error) {
		if !held {
			return t.Fit, nil
		}
		return t.Fit.Model.Fit(all, v.Plan.Repeat)
	})
	if err != nil {
		return err
	}
	v.Fit, v.Model = c.fit, c.fit.Model
	v.Reason = c.explain(at)
	switch {
	case len(whole.Customers) == 0:
		v.Reason = "no customers: no model was chosen"
	case stoodIn(v.Fit):
		v.Reason = text("no model could be fitted, as nobody bought again: half a purchase in all the time observed, ",
			"and nobody leaving, stands in, as ", string(v.Model))
	case len(s.Customers) == 0:
		v.Reason = text("no customers in the calibration: nothing was compared, and ", string(v.Model), " stands")
	case len(v.Trials) > 1 && !slices.ContainsFunc(v.Trials, func(t Trial) bool { return !stoodIn(t.Fit) }):
		v.Reason = text("nobody bought again in the calibration: nothing was compared, and ", string(v.Model), " stands")
	case limited:
		v.Reason += "; pareto_nbd was not tried on so many different histories"
	}
	return nil
}

// choice is the trials with what makes one better.
type choice struct {
	trials []Trial
	held   bool    // compared by the holdout
	noise  float64 // of scores
	near   []int   // the trials as good as the nearest within the noise, the one to take first in front
	first  int     // the nearest
	fit    repeat.Fit
	border bool // the first of near ran to the border on all days
	stuck  bool // all of near did
}

func (c *choice) score(at int) float64 {
	if c.held {
		return c.trials[at].Tracking.Distance
	}
	return c.trials[at].Fit.AIC
}

// sort finds the trials that are as good within the noise: the score cannot tell them
// apart, but a fit at the border can.
func (c *choice) sort() {
	for i := range c.trials {
		if c.score(i) < c.score(c.first) {
			c.first = i
		}
	}
	for i := range c.trials {
		if c.score(i) <= c.score(c.first)+c.noise {
			c.near = append(c.near, i)
		}
	}
	for k := range c.near {
		at := slices.Index(c.near, c.best(c.near[k:]))
		c.near[k], c.near[at] = c.near[at], c.near[k]
	}
}

// best gives the one with the fewest warnings, of those with an AIC as good as the least
// the one with the best score.
func (c *choice) best(of []int) int {
	warnings := func(i int) int { return len(c.trials[i].Fit.Warnings) }
	aic := func(i int) float64 { return c.trials[i].Fit.AIC }
	least := func(list []int, by func(i int) float64) int {
		return slices.MinFunc(list, func(a, b int) int { return cmp.Or(cmp.Compare(by(a), by(b)), cmp.Compare(a, b)) })
	}
	few := warnings(least(of, func(i int) float64 { return float64(warnings(i)) }))
	of = slices.DeleteFunc(slices.Clone(of), func(i int) bool { return warnings(i) > few })
	good := aic(least(of, aic)) + equalAIC
	of = slices.DeleteFunc(of, func(i int) bool { return aic(i) > good })
	return least(of, c.score)
}

// settle fits to all days and gives the first that is not at the border there; if all
// are, the one in which leaving shows most.
func (c *choice) settle(fit func(t Trial) (repeat.Fit, error)) (at int, err error) {
	for k, i := range c.near {
		got, err := fit(c.trials[i])
		if err != nil {
			return 0, err
		}
		free := !atBorder(got)
		if k == 0 || free || got.LeavingChance < c.fit.LeavingChance {
			at, c.fit = i, got
		}
		if free {
			c.border = k > 0
			return at, nil
		}
	}
	c.stuck = len(c.near) > 1
	return at, nil
}

func atBorder(f repeat.Fit) bool { return insight.Warned(f.Warnings, forecast.AtBorder) }

// stoodIn says whether a prior stands in for a fit.
func stoodIn(f repeat.Fit) bool { return insight.Warned(f.Warnings, forecast.FellBack) }

func (c *choice) explain(at int) string {
	chosen := &c.trials[at]
	name := string(chosen.Fit.Model)
	switch {
	case len(c.trials) == 1:
		return name + " was asked for"
	case at != c.first || c.stuck:
		return c.tied(at)
	}
	next := -1
	for i := range c.trials {
		if i != at && (next < 0 || c.score(i) < c.score(next)) {
			next = i
		}
	}
	other := string(c.trials[next].Fit.Model)
	if c.held {
		return text(name, " is nearest to the holdout: its purchases by frequency are ", 100*c.score(at),
			" % of what came apart, those of ", other, " ", 100*c.score(next), " %")
	}
	return text(name, " has the least AIC: ", c.score(at), ", ", other, " ", c.score(next))
}

// tied explains a choice that the score did not make.
func (c *choice) tied(at int) string {
	chosen, others, border, fewer := &c.trials[at].Fit, "", false, false
	for _, i := range c.near {
		if i == at {
			continue
		}
		if others != "" {
			others += ", "
		}
		f := &c.trials[i].Fit
		border = border || atBorder(*f)
		fewer = fewer || len(f.Warnings) > len(chosen.Warnings)
		if others += string(f.Model); c.held {
			others += text(" ", 100*c.score(i), " %")
		} else {
			others += text(" ", c.score(i))
		}
	}
	why := "has the lesser AIC"
	switch {
	case c.stuck:
		why = "is at the border of its range when fitted to all days as all are, but leaving shows most in it"
	case c.border:
		why = "is not at the border of its range when fitted to all days"
	case border && !atBorder(*chosen):
		why = "is not at the border of its range as others are"
	case fewer:
		why = "has the fewest warnings"
	}
	if c.held {
		return text(string(chosen.Model), " ", why, ", and the holdout tells them not apart: purchases by frequency are ", 100*c.score(at),
			" % of what came apart, ", others, ", with a noise of ", 100*c.noise, " %")
	}
	return text(string(chosen.Model), " ", why, ", and AIC tells them not apart: ", c.score(at), ", ", others)
}
