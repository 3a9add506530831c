package logistic

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/internal/float"
)

// heldPenalty is what holds the coefficients of separated rows where none was asked
// for.
const heldPenalty = 1e-4

// Fit fits the regression of the outcomes on the table. With several penalties it
// chooses by cross-validation, whose figures are in [Model.Validation].
func Fit(t Table, outcomes []bool, c Config) (*Model, error) {
	if err := checked(t, outcomes, c); err != nil {
		return nil, err
	}
	c = c.filled()
	penalty := c.Penalties[0]
	var v *Validation
	if len(c.Penalties) > 1 {
		v = validate(&t, outcomes, c)
		penalty = v.Penalty
	}
	m := fitRows(&t, outcomes, all(t.Rows), []float64{penalty}, c)[0]
	if len(c.Penalties) > 1 {
		m.Validation = v
		m.Warnings = gather(m.Warnings, "", v.Warnings)
	}
	m.Training, _ = calibration.Measure(m.probabilities(&t, all(t.Rows)), outcomes, 0)
	m.Warnings = gather(m.Warnings, "training: ", m.Training.Warnings)
	return m, nil
}

// gather takes the warnings of a part whose code has not been given yet.
func gather(list []insight.Warning, part string, of []insight.Warning) []insight.Warning {
	for _, w := range of {
		if !insight.Warned(list, w.Code) {
			w.Text = part + w.Text
			list = append(list, w)
		}
	}
	return list
}

func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (m *Model) probabilities(t *Table, rows []int) []float64 {
	b := m.bind(t)
	out := make([]float64, len(rows))
	for k, i := range rows {
		out[k] = calibration.Probability(m.logOdds(&b, i))
	}
	return out
}

// fitRows fits the chosen rows with each penalty, from the strongest on, each from
// the coefficients of the one before.
func fitRows(t *Table, outcomes []bool, rows []int, penalties []float64, c Config) []*Model {
	base := &Model{Mix: c.Mix, Rows: len(rows)}
	for _, i := range rows {
		if outcomes[i] {
			base.Events++
		}
	}
	if base.Events == 0 || base.Events == base.Rows {
		return repeated(base.plain(), penalties)
	}
	d := base.encode(t, outcomes, rows)
	if len(d.terms) == 0 {
		base.warn(NoFeatures, "no column says anything: every row has the share of events")
	} else if rarer := min(base.Events, base.Rows-base.Events); rarer < 10*len(d.terms) {
		base.warn(FewForTerms, "%d of the rarer outcome for %d coefficients: fewer than ten each (Peduzzi et al. 1996)", rarer, len(d.terms))
	}
	order := all(len(penalties))
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case penalties[a] > penalties[b]:
			return -1
		case penalties[a] < penalties[b]:
			return 1
		}
		return 0
	})
	out := make([]*Model, len(penalties))
	var start []float64
	for _, at := range order {
		m := *base
		m.Warnings, m.Dropped = slices.Clone(base.Warnings), slices.Clone(base.Dropped)
		m.Penalty = penalties[at]
		o := m.solve(&d, start, c)
		start = slices.Clone(o.beta)
		m.take(&d, o)
		out[at] = &m
	}
	return out
}

// plain is the model of one class: Jeffreys' estimate of the share, half an event
// to either side.
func (m *Model) plain() *Model {
	share := (float64(m.Events) + 0.5) / (float64(m.Rows) + 1)
	m.Baseline = calibration.LogOdds(share)
	m.Intercept = m.Baseline
	if m.Rows == 0 {
		m.warn(calibration.NoRows, "no rows: the probability is a half")
		return m
	}
	m.warn(calibration.OneClass, "all or none of the rows have the event: every row has the smoothed share")
	m.LogLikelihood = float64(float64(m.Events)*float.Log(share)) + float64(float64(m.Rows-m.Events)*float.Log(1-share))
	return m
}

func repeated(m *Model, penalties []float64) []*Model {
	out := make([]*Model, len(penalties))
	for i, p := range penalties {
		copied := *m
		copied.Penalty = p
		out[i] = &copied
	}
	return out
}

// solve searches, and holds by a small ridge what would run away.
func (m *Model) solve(d *design, start []float64, c Config) optimum {
	o := d.search(start, m.Penalty, c.Mix, c.Iterations)
	apart := d.apart(o.beta)
	away := m.Penalty < heldPenalty && (apart || d.extreme(o.beta) || !o.converged)
	if away {
		used := o.iterations
		m.Penalty = heldPenalty
		o = d.search(nil, heldPenalty, 0, c.Iterations)
		o.iterations += used
		m.Mix = 0
	}
	if apart || away {
		m.warn(Separated, "the features tell events and others apart: the penalty of %g alone holds the coefficients", m.Penalty)
	}
	if !o.converged {
		m.warn(calibration.NotConverged, "the iterations ended before the coefficients stood still")
	}
	return o
}

// apart says that every event has higher log-odds than every other row.
func (d *design) apart(beta []float64) bool {
	least, most := math.Inf(1), math.Inf(-1)
	for i, y := range d.y {
		if eta := d.eta(beta, i); y > 0 {
			least = min(least, eta)
		} else {
			most = max(most, eta)
		}
	}
	return least > most
}

// extreme says that some row's chance is 0 or 1 to eight digits, the sign of a
// feature that separates some rows.
func (d *design) extreme(beta []float64) bool {
	for i := range d.y {
		if math.Abs(d.eta(beta, i)) > 18 {
			return true
		}
	}
	return false
}

// take writes the optimum into the model.
func (m *Model) take(d *design, o optimum) {
	p := len(d.terms)
	m.Iterations, m.LogLikelihood, m.Baseline = o.iterations, o.likelihood, o.beta[p]
	m.Terms = slices.Clone(d.terms)
	m.Intercept = m.Baseline
	for k := range m.Terms {
		t := &m.Terms[k]
		t.Standardised = o.beta[k]
		t.Coefficient = o.beta[k] / t.Deviation
		m.Intercept -= float64(t.Coefficient * t.Mean)
	}
}
