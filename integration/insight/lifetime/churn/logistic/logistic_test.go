package logistic_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
	"github.com/tandem-go/tandem/internal/dataset"
)

// Space shuttle flights before Challenger: temperature at launch (°F) and whether an
// O-ring showed distress (Dalal, Fowlkes and Hoadley, JASA 84, 1989).
func challenger() (logistic.Table, []bool) {
	temperature := []float64{66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58}
	distress := []bool{false, true, false, false, false, false, false, false, true, true, true, false, false, true, false, false,
		false, false, false, false, true, false, true}
	return logistic.Table{Rows: 23, Columns: []logistic.Column{{Name: "temperature", Numbers: temperature}}}, distress
}

// The published maximum likelihood fit: 15.043 - 0.232 · temperature, deviance 20.3
// (Dalal et al. 1989; glm of R prints 15.0429, -0.2322, 20.315).
func TestChallenger(t *testing.T) {
	table, distress := challenger()
	m, err := logistic.Fit(table, distress, logistic.Config{Penalties: []float64{0}})
	require.NoError(t, err)
	require.Empty(t, m.Dropped)
	require.InDelta(t, 15.0429, m.Intercept, 5e-5)
	require.InDelta(t, -0.2322, m.Terms[0].Coefficient, 5e-5)
	require.InDelta(t, 20.315, -2*m.LogLikelihood, 5e-4)
	require.LessOrEqual(t, m.Iterations, 10)
	// The morning of the accident: 31 °F, a chance of distress of 0.9996.
	s, err := m.Score(logistic.Table{Rows: 1, Columns: []logistic.Column{{Name: "temperature", Numbers: []float64{31}}}})
	require.NoError(t, err)
	require.InDelta(t, 0.9996, s.Probability(0), 5e-5)
}

// Two rows in four of one group and one in four of the other: with a saturated model
// the chances are the shares, the coefficient log((1/3)/(1/1)) = -1.0986.
func TestCategoriesByHand(t *testing.T) {
	group := []string{"a", "a", "a", "a", "b", "b", "b", "b"}
	table := logistic.Table{Rows: 8, Columns: []logistic.Column{{Name: "group", Categories: group}}}
	m, err := logistic.Fit(table, []bool{true, true, false, false, true, false, false, false}, logistic.Config{Penalties: []float64{0}})
	require.NoError(t, err)
	require.Equal(t, "a", m.Features[0].Base)
	require.InDelta(t, 0, m.Intercept, 1e-9)
	require.InDelta(t, -math.Log(3), m.Terms[0].Coefficient, 1e-6)
	e := m.Explain(table, 4, 0)
	require.Equal(t, "group b (typical a) lowers the odds 1.73-fold", e[0].Words()) // half the rows are b
}

// A ridge by hand: x = -1 and 1 twice each, one of four out of line; the stationary
// point of -¾·log p - ¼·log(1-p) + λβ²/2 with p = 1/(1+e^-β) is p = ¾ - λβ.
func TestRidgeByHand(t *testing.T) {
	table := logistic.Table{Rows: 8, Columns: []logistic.Column{{Name: "x", Numbers: []float64{-1, -1, -1, -1, 1, 1, 1, 1}}}}
	y := []bool{true, false, false, false, true, true, true, false}
	for _, penalty := range []float64{0, 0.1, 1} {
		m, err := logistic.Fit(table, y, logistic.Config{Penalties: []float64{penalty}})
		require.NoError(t, err)
		b := m.Terms[0].Standardised
		require.InDelta(t, 0.75-penalty*b, 1/(1+math.Exp(-b)), 1e-6)
		// The lasso: p = ¾ - λ, and β = 0 from λ = ¼ on.
		m, err = logistic.Fit(table, y, logistic.Config{Penalties: []float64{penalty}, Mix: 1})
		require.NoError(t, err)
		require.InDelta(t, max(0.75-penalty, 0.5), 1/(1+math.Exp(-m.Terms[0].Standardised)), 1e-6)
	}
}

func TestAlwaysAnAnswer(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	yes, no, first := []bool{true, true, true}, []bool{false, false, false}, []bool{true, false, false}
	x := func(values ...float64) logistic.Table {
		return logistic.Table{Rows: len(values), Columns: []logistic.Column{{Name: "x", Numbers: values}}}
	}
	blank := logistic.Table{Rows: 3, Columns: []logistic.Column{{Name: "x", Categories: make([]string, 3)}}}
	twice := x(1, 2, 3)
	twice.Columns = append(twice.Columns, logistic.Column{Name: "y", Numbers: []float64{2, 4, 6}})
	for name, c := range map[string]struct {
		table   logistic.Table
		y       []bool
		warning insight.WarningCode
		first   float64 // probability of the first row
	}{
		"all have the event": {x(1, 2, 3), yes, calibration.OneClass, 0.875},
		"none has the event": {x(1, 2, 3), no, calibration.OneClass, 0.125},
		"one row":            {x(4), yes[:1], calibration.OneClass, 0.75},
		"no columns":         {logistic.Table{Rows: 3}, first, logistic.NoFeatures, 1.0 / 3},
		"a constant":         {x(5, 5, 5), first, logistic.Constant, 1.0 / 3},
		"all unknown":        {x(nan, inf, nan), first, logistic.Constant, 1.0 / 3},
		"no category known":  {blank, first, logistic.Constant, 1.0 / 3},
		"beyond all measure": {x(1e300, 1, 1), []bool{false, true, false}, logistic.MissingCoded, -1},
		"an outlier":         {x(1e14, 1, 2, 3), []bool{false, true, false, true}, logistic.FewForTerms, -1},
		"separated":          {x(1, 2, 3, 4), []bool{false, false, true, true}, logistic.Separated, -1},
		"the same twice":     {twice, []bool{false, true, false}, logistic.Collinear, -1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, penalties := range [][]float64{nil, {0}} {
				m, err := logistic.Fit(c.table, c.y, logistic.Config{Penalties: penalties})
				require.NoError(t, err)
				require.True(t, insight.Warned(m.Warnings, c.warning), "%v", m.Warnings)
				parts := m.Training.Warnings
				if v := m.Validation; v != nil {
					parts = slices.Concat(parts, v.Warnings, v.Figures.Warnings)
				}
				for _, w := range parts {
					require.True(t, insight.Warned(m.Warnings, w.Code), "%v is not in %v", w, m.Warnings)
				}
				_, err = json.Marshal(m) // refuses NaN and infinities
				require.NoError(t, err)
				s, err := m.Score(c.table)
				require.NoError(t, err)
				if c.first >= 0 {
					require.InDelta(t, c.first, s.Probability(0), 1e-6)
				}
			}
		})
	}
	m, err := logistic.Fit(logistic.Table{}, nil, logistic.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(m.Warnings, calibration.NoRows))
	require.Zero(t, m.Intercept)
}

// Quasi-separation: one category has events only.
func TestQuasiSeparationIsHeld(t *testing.T) {
	table := logistic.Table{Rows: 6, Columns: []logistic.Column{{Name: "x", Categories: []string{"a", "a", "a", "a", "b", "b"}}}}
	m, err := logistic.Fit(table, []bool{true, false, true, false, true, true}, logistic.Config{Penalties: []float64{0}})
	require.NoError(t, err)
	require.True(t, insight.Warned(m.Warnings, logistic.Separated))
	require.Greater(t, m.Penalty, 0.0)
	require.Less(t, m.Terms[0].Coefficient, 50.0)
}

func TestFaultsAllAtOnce(t *testing.T) {
	columns := []logistic.Column{{Numbers: []float64{1}}, {Name: "c", Categories: []string{"", "x"}, Logarithm: true}}
	_, err := logistic.Fit(logistic.Table{Rows: 2, Columns: columns}, []bool{true},
		logistic.Config{Mix: 2, Folds: 1, Penalties: []float64{math.NaN()}, Groups: []int{1}})
	var invalid *tandem.InvalidError
	require.True(t, errors.As(err, &invalid))
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{
		"columns[0].name", "columns[0]", "columns[1]", "outcomes", "config.groups", "config.penalties[0]", "config.mix", "config.folds",
	}, paths)
}

func TestStrangersAreScored(t *testing.T) {
	table, distress := challenger()
	table.Columns = append(table.Columns, logistic.Column{Name: "pad", Categories: make([]string, 23)})
	for i := range 23 {
		table.Columns[1].Categories[i] = []string{"A", "B"}[i%2]
	}
	m, err := logistic.Fit(table, distress, logistic.Config{Penalties: []float64{0.01}})
	require.NoError(t, err)
	s, err := m.Score(logistic.Table{Rows: 1, Columns: []logistic.Column{{Name: "pad", Categories: []string{"C"}}}})
	require.NoError(t, err)
	require.True(t, insight.Warned(s.Warnings, logistic.UnknownValue))
	require.True(t, insight.Warned(s.Warnings, logistic.MissingColumn))
}

// Contributions and baseline sum to the score; units of a column do not matter; a
// model that was stored scores the same.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "rows")
		numbers := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-5, 5), rapid.Just(math.NaN())), n, n).Draw(t, "numbers")
		amounts := rapid.SliceOfN(rapid.Float64Range(0, 1e6), n, n).Draw(t, "amounts")
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c"}), n, n).Draw(t, "names")
		y := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "y")
		mix := rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "mix")
		table := logistic.Table{Rows: n, Columns: []logistic.Column{
			{Name: "n", Numbers: numbers}, {Name: "a", Numbers: amounts, Logarithm: true}, {Name: "c", Categories: names},
		}}
		config := logistic.Config{Penalties: []float64{0.1, 0.001}, Mix: mix, Folds: 2}
		m, err := logistic.Fit(table, y, config)
		require.NoError(t, err)
		s, err := m.Score(table)
		require.NoError(t, err)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var stored logistic.Model
		require.NoError(t, json.Unmarshal(text, &stored))
		again, err := stored.Score(table)
		require.NoError(t, err)
		require.Equal(t, s, again)
		for i := range n {
			sum := m.Baseline
			for _, c := range m.Explain(table, i, 0) {
				sum += c.LogOdds
			}
			require.InDelta(t, s.LogOdds[i], sum, 1e-9)
		}
		for i := range numbers {
			numbers[i] *= 1024
		}
		scaled, err := logistic.Fit(table, y, config)
		require.NoError(t, err)
		require.InDelta(t, m.LogLikelihood, scaled.LogLikelihood, 1e-6)
	})
}

func telco(t testing.TB) (logistic.Table, []bool) {
	rows, err := csv.NewReader(bytes.NewReader(dataset.Read(t, "telco-churn", "telco-customer-churn.csv"))).ReadAll()
	require.NoError(t, err)
	table := logistic.Table{Rows: len(rows) - 1}
	var churned []bool
	for at, name := range rows[0] {
		c := logistic.Column{Name: name}
		for _, row := range rows[1:] {
			switch name {
			case "tenure", "MonthlyCharges", "TotalCharges":
				v, err := strconv.ParseFloat(row[at], 64)
				if err != nil {
					v = math.NaN()
				}
				c.Numbers = append(c.Numbers, v)
			case "Churn":
				churned = append(churned, row[at] == "Yes")
			case "customerID":
			default:
				c.Categories = append(c.Categories, row[at])
			}
		}
		if name != "Churn" && name != "customerID" {
			table.Columns = append(table.Columns, c)
		}
	}
	return table, churned
}

// The aim is a cross-validated area of 0.838, whatever the seed.
func TestTelco(t *testing.T) {
	table, churned := telco(t)
	require.Len(t, churned, 7043)
	for _, seed := range []uint64{1, 2} {
		m, err := logistic.Fit(table, churned, logistic.Config{Seed: seed, Penalties: []float64{0.01, 0.001}})
		require.NoError(t, err)
		t.Logf("seed %d: cross-validated AUC %.4f (mean of folds %.4f), %.4f to %.4f; Brier %.4f; penalty %g; in sample %.4f", seed,
			m.Validation.Figures.AUC, m.Validation.FoldAUC, m.Validation.Figures.AUCLower, m.Validation.Figures.AUCUpper,
			m.Validation.Figures.Brier, m.Penalty, m.Training.AUC)
		require.GreaterOrEqual(t, m.Validation.Figures.AUC, 0.838)
		require.GreaterOrEqual(t, m.Validation.FoldAUC, 0.838)
		require.Equal(t, 1869, m.Events)
		require.True(t, insight.Warned(m.Warnings, logistic.MissingCoded), "11 blank charges")
		require.True(t, insight.Warned(m.Warnings, logistic.Collinear), "no internet service, six times over")
		require.Less(t, m.Validation.Figures.CalibrationError, 0.02)
	}
}

// A gap is a gap again after JSON, not nought.
func TestGapsInJSON(t *testing.T) {
	table := logistic.Table{Rows: 3, Columns: []logistic.Column{
		{Name: "days", Numbers: []float64{1, math.NaN(), math.Inf(1)}, Logarithm: true}, {Name: "country", Categories: []string{"", "FR", ""}},
	}}
	text, err := json.Marshal(table)
	require.NoError(t, err)
	require.JSONEq(t, `{"rows": 3, "columns": [
		{"name": "days", "numbers": [1, null, null], "logarithm": true}, {"name": "country", "categories": ["", "FR", ""]}
	]}`, string(text))
	var again logistic.Table
	require.NoError(t, json.Unmarshal(text, &again))
	require.NoError(t, again.Validate())
	require.Equal(t, 1.0, again.Columns[0].Numbers[0])
	require.True(t, math.IsNaN(again.Columns[0].Numbers[1]) && math.IsNaN(again.Columns[0].Numbers[2]))
	require.Equal(t, table.Columns[1], again.Columns[1])
	require.Error(t, json.Unmarshal([]byte(`{"columns": [{"numbers": ["1"]}]}`), &again))
}
