package logistic

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// design is a table in standardised terms, row by row.
type design struct {
	terms []Term
	x     []float64 // rows × terms
	y     []float64 // 0 or 1
}

// encode makes the terms of the chosen rows and drops what says nothing.
func (m *Model) encode(t *Table, outcomes []bool, rows []int) design {
	var d design
	for at := range t.Columns {
		d.terms = append(d.terms, m.terms(t, at, rows)...)
	}
	d.standardise(m, t, rows)
	for _, i := range rows {
		d.y = append(d.y, truth(outcomes[i]))
	}
	d.fill(m, t, rows)
	d.prune(m)
	return d
}

// terms lists those of a column, and records what the model knows of it.
func (m *Model) terms(t *Table, at int, rows []int) []Term {
	c := &t.Columns[at]
	f := Feature{Name: c.Name, Logarithm: c.Logarithm}
	defer func() { m.Features = append(m.Features, f) }()
	var out []Term
	if len(c.Categories) > 0 {
		f.Known, f.Gaps = m.categories(c, rows)
		if len(f.Known) > 0 {
			f.Base = f.Known[0]
			for _, name := range f.Known[1:] {
				out = append(out, Term{Feature: c.Name, Kind: Category, Category: name, column: at})
			}
		}
		slices.Sort(f.Known)
	} else {
		for _, i := range rows {
			if math.IsNaN(c.number(i, false)) {
				f.Gaps++
			}
		}
		if f.Gaps < len(rows) {
			out = append(out, Term{Feature: c.Name, Kind: Number, column: at})
		}
	}
	switch {
	case len(rows) > 0 && f.Gaps == len(rows):
		m.warn(Constant, "%s is unknown in all rows", c.Name)
	case f.Gaps > 0:
		out = append(out, Term{Feature: c.Name, Kind: Missing, column: at})
		m.warn(MissingCoded, "%s is unknown in %d of %d rows, which an indicator codes", c.Name, f.Gaps, len(rows))
	}
	return out
}

// categories gives those of a column, the most frequent first, then by name.
func (m *Model) categories(c *Column, rows []int) (names []string, gaps int) {
	counts := map[string]int{}
	for _, i := range rows {
		counts[c.category(i)]++
	}
	gaps = counts[""]
	delete(counts, "")
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	if len(names) > MaxCategories {
		m.warn(ManyCategories, "%s has %d categories: those after the %d most frequent fall to the base", c.Name, len(names), MaxCategories)
		names = names[:MaxCategories]
	}
	return names, gaps
}

func (m *Model) warn(code insight.WarningCode, format string, values ...any) {
	m.Warnings = append(m.Warnings, insight.Warn(code, format, values...))
}

// flat is the deviation, by size of the mean, below which a term is constant.
const flat = 1e-10

// standardise finds mean and deviation of each term and drops the constant ones.
func (d *design) standardise(m *Model, t *Table, rows []int) {
	kept := d.terms[:0]
	for _, term := range d.terms {
		f, c := m.feature(term.Feature), &t.Columns[term.column]
		known, sum := 0.0, 0.0
		term.Mean = math.NaN() // so that gaps show
		for _, i := range rows {
			if v := term.value(c, i, f); !math.IsNaN(v) {
				known++
				sum += v
			}
		}
		mean, squares := sum/max(known, 1), 0.0
		for _, i := range rows {
			if v := term.value(c, i, f); !math.IsNaN(v) {
				squares += float64((v - mean) * (v - mean))
			}
		}
		term.Mean, term.Deviation = mean, math.Sqrt(squares/float64(max(len(rows), 1)))
		if term.Kind == Number {
			f.Typical = mean
			if f.Logarithm {
				f.Typical = float.Exp(mean) - 1
			}
		}
		if !(term.Deviation > flat*math.Abs(mean)) || term.Deviation < 1e-150 {
			m.Dropped = append(m.Dropped, term.name())
			m.warn(Constant, "%s is the same in all rows", term.name())
			continue
		}
		kept = append(kept, term)
	}
	d.terms = kept
}

func (m *Model) feature(name string) *Feature {
	at := slices.IndexFunc(m.Features, func(f Feature) bool { return f.Name == name })
	return &m.Features[at]
}

func (d *design) fill(m *Model, t *Table, rows []int) {
	p := len(d.terms)
	d.x = make([]float64, p*len(rows))
	for k, term := range d.terms {
		f, c := m.feature(term.Feature), &t.Columns[term.column]
		for at, i := range rows {
			d.x[at*p+k] = (term.value(c, i, f) - term.Mean) / term.Deviation
		}
	}
}

// alone is the share of its variance that a term must have of its own.
const alone = 1e-8

// prune drops terms that follow from those before them, which Cholesky's method
// shows by a pivot of nothing.
func (d *design) prune(m *Model) {
	p, n := len(d.terms), len(d.y)
	gram := make([]float64, p*p)
	for i := range n {
		row := d.x[i*p : (i+1)*p]
		for a, v := range row {
			if v == 0 {
				continue
			}
			for b, w := range row[:a+1] {
				gram[a*p+b] += float64(v * w)
			}
		}
	}
	keep := make([]int, 0, p)
	root := make([]float64, p*p)
	for j := range p {
		own := gram[j*p+j] / float64(n)
		for at, k := range keep {
			sum := gram[j*p+k] / float64(n)
			for b := range at {
				sum -= float64(root[j*p+b] * root[k*p+b])
			}
			root[j*p+at] = sum / root[k*p+at]
			own -= float64(root[j*p+at] * root[j*p+at])
		}
		if own < alone {
			m.Dropped = append(m.Dropped, d.terms[j].name())
			m.warn(Collinear, "%s follows from the terms before it", d.terms[j].name())
			continue
		}
		root[j*p+len(keep)] = math.Sqrt(own)
		keep = append(keep, j)
	}
	d.keep(keep)
}

func (d *design) keep(columns []int) {
	p, q := len(d.terms), len(columns)
	if p == q {
		return
	}
	terms := make([]Term, q)
	for a, k := range columns {
		terms[a] = d.terms[k]
	}
	for i := range d.y {
		for a, k := range columns { // to the front: a ≤ k, so nothing unread is lost
			d.x[i*q+a] = d.x[i*p+k]
		}
	}
	d.terms, d.x = terms, d.x[:len(d.y)*q]
}
