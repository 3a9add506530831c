package forecast

import (
	"math"
	"strings"
)

// combined is the mean of its members: what has won against single methods in
// every competition since Bates and Granger (1969).
type combined struct {
	members []model
	names   []string
}

// combinationMembers are the members of the default combination.
func combinationMembers() []Method {
	return []Method{Theta, DampedHolt, ETS, OptimisedTheta, ARIMA}
}

func fitCombination(p *prepared, c Config) model {
	return combine(p.members(c), func(m Method) model { return m.fit(p, c) })
}

// members are those asked for, or the default ones.
func (p *prepared) members(c Config) []Method {
	switch {
	case len(c.Members) > 0:
		return c.Members
	case p.sparse():
		return []Method{IMAPA} // itself a mean, over block lengths
	}
	return combinationMembers()
}

func combine(list []Method, fit func(Method) model) model {
	out := &combined{}
	for _, m := range list {
		if got := fit(m); got != nil {
			out.members = append(out.members, got)
			out.names = append(out.names, string(m))
		}
	}
	if len(out.members) == 0 {
		return nil
	}
	return out
}

// sparse says whether the history is intermittent demand: none below zero, and an
// interval between demands of at least 1.32 buckets (Syntetos, Boylan and Croston,
// 2005).
func (p *prepared) sparse() bool {
	if !p.demand || len(p.values) == 0 {
		return false
	}
	sales := 0
	for _, v := range p.values {
		if v > 0 {
			sales++
		}
	}
	return float64(len(p.values)) >= 1.32*float64(max(sales, 1))
}

func (k *combined) points(h int) []float64 {
	out := make([]float64, h)
	for _, m := range k.members {
		for i, v := range m.points(h) {
			out[i] += v
		}
	}
	for i := range out {
		out[i] /= float64(len(k.members))
	}
	return out
}

// variances are the members' mean and the spread between them, those of a mixture:
// which of them is right is not known either.
func (k *combined) variances(h int) []float64 {
	out, centre, n := make([]float64, h), k.points(h), float64(len(k.members))
	for _, m := range k.members {
		variances, points := m.variances(h), m.points(h)
		for i := range out {
			d := points[i] - centre[i]
			out[i] += (variances[i] + float64(d*d)) / n
		}
	}
	return out
}

// path is one of a member chosen by chance.
func (k *combined) path(out []float64, r *random) {
	k.members[r.Below(len(k.members))].path(out, r)
}

func (k *combined) describe() description {
	d := description{name: "mean of " + strings.Join(k.names, ", ")}
	for i, m := range k.members {
		part := m.describe()
		if d.fitted == nil {
			d.fitted = make([]float64, len(part.fitted))
		}
		for t := range part.fitted {
			d.fitted[t] += part.fitted[t] / float64(len(k.members))
		}
		for _, w := range part.warnings {
			w.Text = k.names[i] + ": " + w.Text
			d.warnings = append(d.warnings, w)
		}
	}
	return d
}

func deviation(variance float64) float64 {
	if !(variance > 0) {
		return 0
	}
	return math.Sqrt(variance)
}
