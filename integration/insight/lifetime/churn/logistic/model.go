package logistic

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/internal/float"
)

// Kind is what a term of the model is made of.
type Kind string

// The kinds of terms.
const (
	Number   Kind = "number"   // the number, or its log(1+x)
	Category Kind = "category" // 1 for the named category
	Missing  Kind = "missing"  // 1 where nothing is known
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Number, Category, Missing} }

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// UnmarshalText reads one of [Kinds] and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "kind", Kinds()) }

// Feature is a column as the model knows it.
type Feature struct {
	Name      string  `json:"name"`
	Logarithm bool    `json:"logarithm,omitzero"`
	Typical   float64 `json:"typical,omitzero"` // mean of the known numbers; with Logarithm that of the logarithms, turned back
	Base      string  `json:"base,omitempty"`   // the most frequent category, which the others are compared with
	// Known are the categories that the model has seen, in order.
	Known []string `json:"known,omitempty"`
	Gaps  int      `json:"gaps,omitzero"` // rows where nothing was known
}

// Term is a coefficient of the model.
type Term struct {
	Feature  string `json:"feature"`
	Kind     Kind   `json:"kind"`
	Category string `json:"category,omitempty"`
	// Mean and Deviation standardise; a gap has the mean.
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
	// Standardised is what one deviation adds to the log-odds, Coefficient what one
	// unit adds (for a logarithm: a factor of e in 1+x).
	Standardised float64 `json:"standardised"`
	Coefficient  float64 `json:"coefficient"`

	column int
}

// Model is a fitted logistic regression. It keeps what it needs for raw rows, so
// that it can be stored as JSON.
type Model struct {
	// Baseline is the log-odds where every term is at its mean.
	Baseline float64 `json:"baseline"`
	// Intercept is the log-odds where every term is 0.
	Intercept     float64             `json:"intercept"`
	Features      []Feature           `json:"features"`
	Terms         []Term              `json:"terms"`
	Dropped       []string            `json:"dropped,omitempty"` // terms that say nothing of their own
	Penalty       float64             `json:"penalty"`
	Mix           float64             `json:"mix"`
	Rows          int                 `json:"rows"`
	Events        int                 `json:"events"`
	Iterations    int                 `json:"iterations"`
	LogLikelihood float64             `json:"log_likelihood"` // of the data, without the penalty
	Training      calibration.Figures `json:"training"`       // on the rows it was fitted to: flattered
	// Validation is what cross-validation says; nil where it was not asked for or
	// could not be made.
	Validation *Validation `json:"validation,omitempty"`
	// Warnings are all of them, those of Validation and Training included where no other has
	// their code.
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// name says what a term is of, such as "Contract = Two year".
func (t Term) name() string {
	switch t.Kind {
	case Category:
		return t.Feature + " = " + t.Category
	case Missing:
		return t.Feature + " unknown"
	}
	return t.Feature
}

// value gives the term of a row before it is standardised; column is nil for one
// that the table lacks.
func (t Term) value(c *Column, row int, f *Feature) float64 {
	switch t.Kind {
	case Number:
		if c != nil {
			if v := c.number(row, f.Logarithm); !math.IsNaN(v) {
				return v
			}
		}
		return t.Mean
	case Category:
		return truth(c != nil && c.category(row) == t.Category)
	}
	return truth(c == nil || c.category(row) == "" && math.IsNaN(c.number(row, false)))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// binding joins the terms of a model to the columns of a table, by name.
type binding struct {
	columns  []*Column // by term
	features []*Feature
}

func (m *Model) bind(t *Table) binding {
	var b binding
	for _, term := range m.Terms {
		at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == term.Feature })
		var column *Column
		if at >= 0 {
			column = &t.Columns[at]
		}
		b.columns = append(b.columns, column)
		of := slices.IndexFunc(m.Features, func(f Feature) bool { return f.Name == term.Feature })
		if of < 0 { // a model that was put together by hand
			b.features = append(b.features, &Feature{Name: term.Feature})
			continue
		}
		b.features = append(b.features, &m.Features[of])
	}
	return b
}

// part gives what a term adds to the log-odds of a row, against its mean.
func (m *Model) part(b *binding, k, row int) float64 {
	t := &m.Terms[k]
	if t.Deviation <= 0 {
		return 0
	}
	return float64(t.Standardised * ((t.value(b.columns[k], row, b.features[k]) - t.Mean) / t.Deviation))
}

// boundedOdds is the greatest size of log-odds given: further out, e^-x is nothing.
const boundedOdds = 700

func (m *Model) logOdds(b *binding, row int) float64 {
	sum := m.Baseline
	for k := range m.Terms {
		sum += m.part(b, k, row)
	}
	if !float.Finite(sum) {
		return m.Baseline
	}
	return min(max(sum, -boundedOdds), boundedOdds)
}

// Scores are the log-odds of rows.
type Scores struct {
	LogOdds  []float64         `json:"log_odds"`
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Probability gives that of a row.
func (s Scores) Probability(row int) float64 { return calibration.Probability(s.LogOdds[row]) }

// Score gives the log-odds of every row of a table with the columns of the model, in
// any order. A column that lacks counts as unknown, a category never seen as the
// base, and a warning says so.
func (m *Model) Score(t Table) (Scores, error) {
	if err := t.Validate(); err != nil {
		return Scores{}, err
	}
	b := m.bind(&t)
	s := Scores{LogOdds: make([]float64, t.Rows), Warnings: m.strangers(&t)}
	for i := range s.LogOdds {
		s.LogOdds[i] = m.logOdds(&b, i)
	}
	return s, nil
}

func (m *Model) strangers(t *Table) (out []insight.Warning) {
	for _, f := range m.Features {
		at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == f.Name })
		if at < 0 {
			out = append(out, insight.Warn(MissingColumn, "%s is not in the table", f.Name))
			continue
		}
		known, strange := map[string]bool{"": true}, 0
		for _, name := range f.Known {
			known[name] = true
		}
		for _, name := range t.Columns[at].Categories {
			if !known[name] {
				strange++
			}
		}
		if strange > 0 {
			out = append(out, insight.Warn(UnknownValue, "%s: %d rows have a category that the model has not seen", f.Name, strange))
		}
	}
	return out
}

// Contribution is what a feature adds to the log-odds of a row, against a row with
// every term at its mean.
type Contribution struct {
	Feature string  `json:"feature"`
	Value   string  `json:"value"`   // of the row, "unknown" for a gap
	Typical string  `json:"typical"` // what it is compared with
	LogOdds float64 `json:"log_odds"`
}

// Words says it for people: by how much the odds rise or fall.
func (c Contribution) Words() string {
	factor, word := float.Exp(min(math.Abs(c.LogOdds), boundedOdds)), "raises"
	if c.LogOdds < 0 {
		word = "lowers"
	}
	if factor < 1.005 {
		return fmt.Sprintf("%s %s (typical %s) hardly moves the odds", c.Feature, c.Value, c.Typical)
	}
	if factor < 100 {
		return fmt.Sprintf("%s %s (typical %s) %s the odds %.2f-fold", c.Feature, c.Value, c.Typical, word, factor)
	}
	return fmt.Sprintf("%s %s (typical %s) %s the odds more than a hundredfold", c.Feature, c.Value, c.Typical, word)
}

// Explain gives the contributions to the log-odds of a row, the largest first, at
// most so many (0 = all); with [Model.Baseline] all of them sum to the score. The
// table must be valid and have the row; else there are none.
func (m *Model) Explain(t Table, row, most int) []Contribution {
	if row < 0 || row >= t.Rows || t.Validate() != nil {
		return nil
	}
	return m.explainer(&t).row(row, most)
}

// Explanations calls Explain for every row, in order, and checks the table once.
func (m *Model) Explanations(t Table, most int) ([][]Contribution, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	e := m.explainer(&t)
	out := make([][]Contribution, t.Rows)
	for i := range out {
		out[i] = e.row(i, most)
	}
	return out, nil
}

type explainer struct {
	model   *Model
	binding binding
	places  []int // of the feature, by term
	sums    []float64
	columns []*Column // by feature
	order   []int
}

func (m *Model) explainer(t *Table) *explainer {
	e := &explainer{model: m, binding: m.bind(t), sums: make([]float64, len(m.Features)), columns: make([]*Column, len(m.Features))}
	for k, term := range m.Terms {
		at := slices.IndexFunc(m.Features, func(f Feature) bool { return f.Name == term.Feature })
		e.places = append(e.places, at)
		if at >= 0 {
			e.columns[at] = e.binding.columns[k]
		}
	}
	return e
}

func (e *explainer) row(row, most int) []Contribution {
	clear(e.sums)
	e.order = e.order[:0]
	for k, at := range e.places {
		if at < 0 {
			continue
		}
		if !slices.Contains(e.order, at) {
			e.order = append(e.order, at)
		}
		e.sums[at] += e.model.part(&e.binding, k, row)
	}
	slices.SortStableFunc(e.order, func(a, b int) int {
		x, y := math.Abs(e.sums[a]), math.Abs(e.sums[b])
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return a - b
	})
	if most > 0 && len(e.order) > most {
		e.order = e.order[:most]
	}
	out := make([]Contribution, len(e.order))
	for i, at := range e.order {
		f := &e.model.Features[at]
		out[i] = Contribution{Feature: f.Name, Value: f.text(e.columns[at], row), Typical: f.typical(), LogOdds: e.sums[at]}
	}
	return out
}

func (f *Feature) text(c *Column, row int) string {
	if c == nil {
		return "unknown"
	}
	if s := c.category(row); s != "" {
		return s
	}
	if v := c.number(row, false); !math.IsNaN(v) {
		return plain(v)
	}
	return "unknown"
}

func (f *Feature) typical() string {
	if f.Base != "" {
		return f.Base
	}
	return plain(f.Typical)
}

// plain gives about three digits.
func plain(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	if size := math.Abs(v); size < 100 {
		text = fmt.Sprintf("%.3g", v)
	}
	return strings.TrimPrefix(text, "+")
}
