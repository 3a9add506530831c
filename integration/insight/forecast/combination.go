package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
)

// combined is the mean of its members: what has won against single methods in
// every competition since Bates and Granger (1969).
type combined struct {
	members  []model
	names    []string
	warnings []insight.Warning // of members for which others stand in
}

// combinationMembers are the members of the default combination.
func combinationMembers() []Method {
	return []Method{Theta, DampedHolt, ETS, OptimisedTheta, ARIMA}
}

func fitCombination(p *history.Prepared, c Config) model {
	return combine(members(p, c), p, func(m Method) model { return m.fit(p, c) })
}

// members are those asked for, or the default ones.
func members(p *history.Prepared, c Config) []Method {
	switch {
	case len(c.Members) > 0:
		return c.Members
	case p.Sparse():
		return []Method{IMAPA} // itself a mean, over block lengths
	}
	return combinationMembers()
}

// combine takes the members asked for. What stands in for one that has no answer
// stands in for it here too, and each keeps its weight: of four values ARIMA alone
// would make the mean, and does not know their level. Nil says that none answers.
func combine(list []Method, p *history.Prepared, fit func(Method) model) model {
	out, answers := &combined{}, 0
	for _, m := range list {
		at, got := m, fit(m)
		for got == nil || !sane(got) {
			if at == Naive {
				got = fitSimple(Naive, p)
				break
			}
			at = at.fallback()
			got = fit(at)
		}
		if at == m {
			answers++
		} else {
			out.warnings = append(out.warnings, insight.Warning{Code: FellBack,
				Text: fmt.Sprintf("%s has no answer for these values; %s stands in, as a member of the mean", m, at)})
		}
		out.members, out.names = append(out.members, got), append(out.names, string(at))
	}
	if answers == 0 {
		return nil
	}
	return out
}

// named gives the members' names, those that stand in for several with their number.
func (k *combined) named() string {
	var list []string
	for i, name := range k.names {
		if slices.Index(k.names, name) < i {
			continue
		}
		count := 0
		for _, other := range k.names {
			if other == name {
				count++
			}
		}
		if count > 1 {
			name += fmt.Sprintf(" (%d)", count)
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
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
	d := description{name: "mean of " + k.named(), warnings: slices.Clone(k.warnings)}
	for i, m := range k.members {
		part := m.describe()
		if d.fitted == nil {
			d.fitted = make([]float64, len(part.fitted))
		}
		for t := range part.fitted {
			d.fitted[t] += part.fitted[t] / float64(len(k.members))
		}
		if slices.Index(k.names, k.names[i]) < i { // its warnings are there
			continue
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
