package logistic

import (
	"encoding/json"
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a table.
const (
	MaxRows       = 5_000_000
	MaxColumns    = 200
	MaxCategories = 50   // of a column; rarer ones fall to the base
	MaxSize       = 1e15 // of a number, either way; beyond it is a gap
)

// Column is a feature: numbers or categories, one for each row.
type Column struct {
	Name string `json:"name"`
	// Numbers have NaN where nothing is known, in JSON null.
	Numbers []float64 `json:"numbers,omitempty"`
	// Categories have "" where nothing is known; with it, Numbers stays empty.
	Categories []string `json:"categories,omitempty"`
	// Logarithm says that ratios count, not differences: the model takes log(1+x), and
	// numbers below zero as zero. For counts, days and amounts.
	Logarithm bool `json:"logarithm,omitzero"`
}

// columnJSON is a column in JSON, which has no NaN.
type columnJSON struct {
	Name       string     `json:"name"`
	Numbers    []*float64 `json:"numbers,omitempty"`
	Categories []string   `json:"categories,omitempty"`
	Logarithm  bool       `json:"logarithm,omitzero"`
}

// MarshalJSON writes null for numbers that are gaps: NaN and the infinite ones.
func (c Column) MarshalJSON() ([]byte, error) {
	out := columnJSON{Name: c.Name, Categories: c.Categories, Logarithm: c.Logarithm}
	for i := range c.Numbers {
		at := &c.Numbers[i]
		if !float.Finite(*at) {
			at = nil
		}
		out.Numbers = append(out.Numbers, at)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads null among the numbers as NaN.
func (c *Column) UnmarshalJSON(data []byte) error {
	var in columnJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*c = Column{Name: in.Name, Categories: in.Categories, Logarithm: in.Logarithm}
	for _, v := range in.Numbers {
		if v == nil {
			c.Numbers = append(c.Numbers, math.NaN())
			continue
		}
		c.Numbers = append(c.Numbers, *v)
	}
	return nil
}

// Table is a number of rows with their features.
type Table struct {
	Rows    int      `json:"rows"`
	Columns []Column `json:"columns"`
}

// Validate reports every fault of the table. Gaps are no faults.
func (t Table) Validate() error {
	var c tandem.Check
	t.check(&c)
	return c.Err("table")
}

func (t Table) check(c *tandem.Check) {
	c.Require(t.Rows >= 0 && t.Rows <= MaxRows, "rows", "rows", "must be 0 to 5,000,000")
	c.Require(len(t.Columns) <= MaxColumns, "too_many", "columns", "at most 200")
	seen := map[string]bool{}
	for i, column := range t.Columns {
		path := tandem.Path("columns", i)
		c.Require(column.Name != "" && !seen[column.Name], "name", path+".name", "must be given, and once")
		seen[column.Name] = true
		n := max(len(column.Numbers), len(column.Categories))
		c.Require(len(column.Numbers) == 0 || len(column.Categories) == 0, "kind", path, "numbers or categories, not both")
		c.Require(n == t.Rows, "length", path, "one value for each row")
		c.Require(!column.Logarithm || len(column.Categories) == 0, "logarithm", path, "only of numbers")
	}
}

// number gives what the model takes of a row: NaN for a gap.
func (c *Column) number(row int, logarithm bool) float64 {
	if row >= len(c.Numbers) {
		return math.NaN()
	}
	v := c.Numbers[row]
	if !(math.Abs(v) <= MaxSize) {
		return math.NaN()
	}
	if logarithm {
		return float.Log1p(max(v, 0))
	}
	return v
}

func (c *Column) category(row int) string {
	if row >= len(c.Categories) {
		return ""
	}
	return c.Categories[row]
}

// The warnings of package logistic, beside NoRows, OneClass and NotConverged of package calibration.
const (
	FewForTerms    insight.WarningCode = "few_for_terms"     // fewer than ten of the rarer outcome to a coefficient
	NoFeatures     insight.WarningCode = "no_features"       // no column says anything
	Constant       insight.WarningCode = "constant"          // a column with one value
	Collinear      insight.WarningCode = "collinear"         // a column that follows from those before it
	MissingCoded   insight.WarningCode = "missing_coded"     // gaps, coded by an indicator
	ManyCategories insight.WarningCode = "many_categories"   // the rarest fell to the base
	Separated      insight.WarningCode = "separated"         // the features tell all rows apart
	PenaltyBorder  insight.WarningCode = "penalty_at_border" // the strongest penalty tried was best: features say little
	FewFolds       insight.WarningCode = "few_folds"         // too few events to choose the penalty
	UnknownValue   insight.WarningCode = "unknown_category"  // scored as the base
	MissingColumn  insight.WarningCode = "missing_column"    // scored as unknown
)

// WarningCodes lists the warnings of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		FewForTerms, NoFeatures, Constant, Collinear, MissingCoded, ManyCategories, Separated, PenaltyBorder,
		FewFolds, UnknownValue, MissingColumn,
	}
}
