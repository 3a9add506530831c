package survival

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// Group is lives under a name, such as a kind of contract.
type Group struct {
	Name  string `json:"name"`
	Lives []Life `json:"lives"`
}

// Compared is a group in the log-rank test.
type Compared struct {
	Name     string  `json:"name"`
	Lives    int     `json:"lives"`
	Observed float64 `json:"observed"` // events
	Expected float64 `json:"expected"` // if all groups had one hazard
}

// Test is the log-rank test of the hypothesis that all groups have one hazard.
type Test struct {
	Groups []Compared `json:"groups"`
	// ChiSquared has Freedom degrees of freedom; P is the chance of one as large.
	ChiSquared float64           `json:"chi_squared"`
	Freedom    int               `json:"freedom"`
	P          float64           `json:"p"`
	LeftOut    []insight.LeftOut `json:"left_out,omitempty"`
	Warnings   []insight.Warning `json:"warnings,omitempty"`
}

// LogRank tests groups against one another (Mantel 1966; Klein and Moeschberger,
// 7.3), ties by the hypergeometric variance. Groups that were never at risk at an
// event say nothing and count for no degree of freedom.
func LogRank(groups []Group) (Test, error) {
	var check tandem.Check
	check.Require(len(groups) <= MaxGroups, "too_many", "groups", "at most 100")
	total := 0
	seen := map[string]bool{}
	for i, g := range groups {
		total += len(g.Lives)
		check.Require(g.Name != "" && !seen[g.Name], "name", tandem.Path("groups", i)+".name", "must be given, and once")
		seen[g.Name] = true
	}
	check.Require(total <= MaxLives, "too_many", "groups", "at most 20,000,000 lives")
	if err := check.Err("log-rank test"); err != nil {
		return Test{}, err
	}
	s := sample{exits: make([]exit, 0, total)}
	out := Test{P: 1, Groups: make([]Compared, len(groups))}
	for i, g := range groups {
		before := len(s.exits)
		s.add(g.Lives, int32(i))
		out.Groups[i] = Compared{Name: g.Name, Lives: len(s.exits) - before}
	}
	s.sort()
	out.LeftOut = s.leftOut
	out.Warnings = append(out.Warnings, s.leaving()...)
	out.statistic(out.gather(&s))
	return out, nil
}

func (t *Test) warn(code insight.WarningCode, text string) {
	t.Warnings = append(t.Warnings, insight.Warning{Code: code, Text: text})
}

// gather sums observed and expected events, and gives the variance of their
// differences.
func (t *Test) gather(s *sample) []float64 {
	k := len(t.Groups)
	variance := make([]float64, k*k)
	s.walk(k, func(m moment) {
		n, d := 0.0, 0.0
		for g := range k {
			n += m.atRisk[g]
			d += m.events[g]
		}
		if d == 0 {
			return
		}
		spread := 0.0
		if n > 1 {
			spread = d * (n - d) / (n - 1)
		}
		for g := range k {
			share := m.atRisk[g] / n
			t.Groups[g].Observed += m.events[g]
			t.Groups[g].Expected += float64(d * share)
			for h := range k {
				same := 0.0
				if g == h {
					same = 1
				}
				variance[g*k+h] += float64(spread * share * (same - m.atRisk[h]/n))
			}
		}
	})
	return variance
}

// statistic is the quadratic form of all groups but one, since the differences sum
// to zero.
func (t *Test) statistic(variance []float64) {
	k := len(t.Groups)
	var used []int
	for g := range t.Groups {
		if variance[g*k+g] > 0 {
			used = append(used, g)
		}
		if e := t.Groups[g].Expected; e < 5 {
			t.warn(FewExpected, fmt.Sprintf("%s: fewer than five events expected, so that p is rough", t.Groups[g].Name))
		}
	}
	if len(used) < 2 {
		t.warn(NothingToTest, "fewer than two groups were at risk at an event: no difference can be seen")
		return
	}
	used = used[:len(used)-1]
	q := len(used)
	a, b := make([]float64, q*q), make([]float64, q)
	for i, g := range used {
		b[i] = t.Groups[g].Observed - t.Groups[g].Expected
		for j, h := range used {
			a[i*q+j] = variance[g*k+h]
		}
	}
	difference := append([]float64(nil), b...)
	if !float.SolveSymmetric(a, b) {
		t.warn(NothingToTest, "the differences have no variance")
		return
	}
	t.Freedom = q
	t.ChiSquared = max(float.Dot(difference, b), 0)
	t.P = float.GammaTail(float64(q)/2, t.ChiSquared/2)
}
