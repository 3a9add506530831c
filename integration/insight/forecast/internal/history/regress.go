package history

import (
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// ridge keeps a regressor that says nothing of its own at nothing.
const ridge = 1e-6

// estimate takes the effects of regressors out of the recorded values, where there are some.
func (p *Prepared) estimate(r Raw, recorded []float64, gap []bool) {
	sparse := p.Sparse() // as it was recorded: effects hide it
	censored := Marks(len(recorded), r.Censored)
	if p.Effects = p.regress(r.Regressors, recorded, gap, censored); p.Effects == nil {
		return
	}
	if sparse {
		p.Effects.thin(recorded, gap)
	}
	p.settle(recorded, r, gap)
}

// again estimates the effects anew where outliers were capped, which pulled at them too;
// before has the values as they were. What was capped is capped in the recorded values.
func (p *Prepared) again(r Raw, before []float64, gap []bool) {
	recorded := slices.Clone(r.Values)
	for t, v := range before {
		if d := p.Values[t] - v; d != 0 {
			if share := p.Effects.share; share != nil && share[t] > 0 {
				d /= share[t]
			}
			recorded[t] += d
		}
	}
	said := p.Warnings
	p.Effects = nil
	p.settle(recorded, r, gap)
	p.estimate(r, recorded, gap)
	p.Warnings = said
}

// settle gives the recorded values without the effects, gaps filled, and what stock-outs
// hid raised around the season of the rest.
func (p *Prepared) settle(recorded []float64, r Raw, gap []bool) {
	copy(p.Values, recorded)
	if p.Effects != nil {
		p.Effects.remove(p.Values)
	}
	if slices.Contains(gap, true) {
		interpolate(p.Values, gap, p.Season)
	}
	if len(r.Censored) > 0 {
		p.Values, p.Lacking = Unconstrain(p.Values, r.Censored, p.Season)
	}
	p.describe()
}

// regress estimates the effects from the values that are known, and from those of
// stock-outs as the bounds that they are. Nil is none, and warnings say why.
func (p *Prepared) regress(list []Regressor, recorded []float64, gap, censored []bool) *Effects {
	var known []int
	for t, g := range gap {
		if !g {
			known = append(known, t)
		}
	}
	hidden := pick(censored, known)
	e, columns := &Effects{}, p.background(known)
	first := len(columns)
	for _, r := range list {
		past := pick(r.Past, known)
		if !changes(past) {
			p.Warn(Collinear, "the regressor "+r.Name+" never changes and was left out")
			continue
		}
		if bound(past, hidden) {
			p.Warn(CensoredDemand, "stock was out whenever "+r.Name+" changed: its effect may be larger than the sales tell")
		}
		e.add(r)
		columns = append(columns, pick(e.past[len(e.past)-1], known))
	}
	if len(e.names) == 0 || len(known) < len(columns)+2 {
		if len(e.names) > 0 {
			p.Warn(Collinear, "too few values to estimate the regressors")
		}
		return nil
	}
	b, ok := regression(pick(recorded, known), columns, hidden)
	if !ok {
		p.Warn(Collinear, "the regressors have no finite effect")
		return nil
	}
	e.coefficient = b[first:]
	return e
}

// background gives what the effects are over, at the known positions: a constant, a line,
// and the places of the season, of which the first is in the constant. A long season would
// have as many coefficients as values.
func (p *Prepared) background(known []int) [][]float64 {
	n := len(known)
	columns := [][]float64{slices.Repeat([]float64{1}, n), make([]float64, n)}
	for i, t := range known {
		columns[1][i] = float64(t) / float64(len(p.Values))
	}
	if p.Season < 2 || p.Season >= LongSeason || len(p.Values) < 2*p.Season {
		return columns
	}
	constant := false
	for j := range p.Season {
		dummy, found := make([]float64, n), false
		for i, t := range known {
			if t%p.Season == j {
				dummy[i], found = 1, true
			}
		}
		if found && constant { // a place where nothing is known has no coefficient
			columns = append(columns, dummy)
		}
		constant = constant || found
	}
	return columns
}

// bound says that a regressor changes at stock-outs alone: how much was asked for there is
// not known, only that it was the sales or more. They count as known then, since else the
// likeliest effect would have no end.
func bound(past []float64, hidden []bool) bool {
	at := slices.Index(hidden, false)
	if at < 0 {
		return false
	}
	for i, v := range past {
		if !hidden[i] && v != past[at] {
			return false
		}
	}
	for i, v := range past {
		if v != past[at] {
			hidden[i] = false
		}
	}
	return true
}

// regression gives the coefficients of the columns: by least squares, and where values are
// hidden behind bounds by their maximum likelihood, if errors are normal (Tobin, 1958),
// which is found as Unconstrain finds it.
func regression(y []float64, columns [][]float64, hidden []bool) ([]float64, bool) {
	k := len(columns)
	products, a, b := make([]float64, k*k), make([]float64, k*k), make([]float64, k)
	if slices.Contains(hidden, true) {
		for i := range k {
			for j := range k {
				products[i*k+j] = float.Dot(columns[i], columns[j])
			}
			products[i*k+i] += float64(ridge * products[i*k+i])
		}
		y, _ = raise(y, hidden, func(y, mean []float64) {
			copy(a, products)
			for i, c := range columns {
				b[i] = float.Dot(c, y)
			}
			clear(mean)
			if !float.SolveSymmetric(a, b) {
				return
			}
			for i, c := range columns {
				for t, v := range c {
					mean[t] += float64(b[i] * v)
				}
			}
		})
	}
	return float.LeastSquares(y, columns, ridge)
}

// changes says whether there are two different values.
func changes(x []float64) bool {
	return slices.ContainsFunc(x, func(v float64) bool { return v != x[0] })
}

// pick gives what stands at the positions.
func pick[T any](x []T, positions []int) []T {
	out := make([]T, len(positions))
	for i, t := range positions {
		out[i] = x[t]
	}
	return out
}
