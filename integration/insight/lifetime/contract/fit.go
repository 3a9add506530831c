package contract

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// Model is the shifted beta-geometric: the chance to leave at a renewal is
// Beta(α, β) over customers.
type Model struct {
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
	// Churn is the mean chance of a new customer to leave at the first renewal,
	// α/(α+β); Polarisation is 1/(α+β+1), 0 where all are alike, near 1 where customers
	// leave at once or never.
	Churn         float64           `json:"churn"`
	Polarisation  float64           `json:"polarisation"`
	LogLikelihood float64           `json:"log_likelihood"`
	Iterations    int               `json:"iterations"`
	Renewals      []Renewal         `json:"renewals,omitempty"` // observed, in order
	LeftOut       []insight.LeftOut `json:"left_out,omitempty"`
	Warnings      []insight.Warning `json:"warnings,omitempty"`
}

// The box of the search, and the sum α+β that stands for customers who are alike.
const (
	leastParameter = 1e-4
	mostParameter  = 1e5
	alike          = 1e6
	iterations     = 500
)

// Fit gives the maximum of the likelihood over all cohorts; those still active at
// their last count are censored there.
func Fit(cohorts []Cohort, c Config) (Model, error) {
	if err := checked(cohorts, c); err != nil {
		return Model{}, err
	}
	if c.Iterations == 0 {
		c.Iterations = iterations
	}
	n := gather(cohorts)
	m := Model{LeftOut: n.leftOut}
	if left := insight.Left(n.leftOut); left > 0 {
		m.warn(insight.RowsLeftOut, "%d renewals have no usable counts", left)
	}
	m.fit(&n, c)
	m.Churn, m.Polarisation = m.Alpha/(m.Alpha+m.Beta), 1/(m.Alpha+m.Beta+1)
	m.LogLikelihood = -n.loss(m.Alpha, m.Beta, nil)
	for k, kept := range n.kept {
		if before := kept + n.lost[k]; before > 0 {
			m.Renewals = append(m.Renewals, Renewal{k + 1, before, kept, kept / before, m.Retention(k + 1)})
		}
	}
	return m, nil
}

// fit deals with the borders where there is nothing to search.
func (m *Model) fit(n *counts, c Config) {
	kept, lost, ages := 0.0, 0.0, 0
	for k := range n.kept {
		kept += n.kept[k]
		lost += n.lost[k]
		if n.kept[k]+n.lost[k] > 0 {
			ages++
		}
	}
	// Jeffreys' estimate, half a customer to either side, for a border without end.
	share := (lost + 0.5) / (kept + lost + 1)
	m.Alpha, m.Beta = float64(alike*share), float64(alike*(1-share))
	switch {
	case ages == 0:
		m.warn(NoRenewals, "no renewal was observed: a chance of a half stands for what is not known")
	case lost == 0:
		m.warn(NobodyLeft, "nobody left: half a customer is taken to have left")
	case kept == 0:
		m.warn(AllLeft, "all left at their first observed renewal: half a customer is taken to have stayed")
	case ages == 1:
		m.Alpha, m.Beta = float64(alike*(lost/(kept+lost))), float64(alike*(kept/(kept+lost)))
		m.warn(OneAge, "renewals of one age do not tell how customers differ: all are taken to be alike")
	default:
		m.search(n, c)
		if lost < 10 {
			m.warn(FewLosses, "%g customers left: the parameters may be chance", lost)
		}
		if n.kept[0]+n.lost[0] == 0 {
			m.warn(UnseenStart, "no cohort was seen at its first renewal: rates before the first count are extrapolated")
		}
	}
}

// search minimises the loss over the logarithms of α and β, from three starts, since
// a start on a flat border stays there.
func (m *Model) search(n *counts, c Config) {
	lower := []float64{float.Log(leastParameter), float.Log(leastParameter)}
	upper := []float64{float.Log(mostParameter), float.Log(mostParameter)}
	total := 0.0
	for k := range n.kept {
		total += n.kept[k] + n.lost[k]
	}
	best := math.Inf(1)
	objective := func(x, gradient []float64) float64 {
		a, b := float.Exp(x[0]), float.Exp(x[1])
		value := n.loss(a, b, gradient)
		if gradient != nil {
			gradient[0] *= a / total
			gradient[1] *= b / total
		}
		return value / total
	}
	var box float.Box
	converged := false
	for _, start := range [][2]float64{{1, 1}, {0.5, 5}, {10, 50}} {
		x := []float64{float.Log(start[0]), float.Log(start[1])}
		value, used := box.Minimize(objective, x, lower, upper, c.Iterations, 1e-15)
		m.Iterations += used
		if value < best {
			best, converged = value, used < c.Iterations
			m.Alpha, m.Beta = float.Exp(x[0]), float.Exp(x[1])
		}
	}
	if !converged {
		m.warn(NotConverged, "the iterations ended before the parameters stood still")
	}
	switch sum := m.Alpha + m.Beta; {
	case sum > 0.01*mostParameter:
		m.warn(Homogeneous, "the fit is at the border where all customers are alike: retention does not rise with age here")
	case m.Alpha < 10*leastParameter || m.Beta < 10*leastParameter:
		m.warn(Polarised, "the fit is at the border where customers leave at once or never")
	}
}

// loss is the negative log-likelihood: at the renewal t one stays with the chance
// (β+t-1)/(α+β+t-1), whatever happened to others. The gradient may be nil.
func (n *counts) loss(a, b float64, gradient []float64) float64 {
	sum, da, db := 0.0, 0.0, 0.0
	leave := float.Log(a)
	for k, kept := range n.kept {
		lost := n.lost[k]
		if kept+lost == 0 {
			continue
		}
		stay, all := b+float64(k), a+b+float64(k)
		whole := float.Log(all)
		sum -= float64(kept*(float.Log(stay)-whole)) + float64(lost*(leave-whole))
		da += (kept+lost)/all - lost/a
		db += (kept+lost)/all - kept/stay
	}
	if gradient != nil {
		gradient[0], gradient[1] = da, db
	}
	return sum
}
