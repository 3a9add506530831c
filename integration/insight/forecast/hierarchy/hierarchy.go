package hierarchy

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a hierarchy.
const (
	MaxNodes   = 2000 // sums and bottom series together, for MinTrace
	MaxBottom  = 100_000
	MaxHorizon = 10_000
	MaxErrors  = 10_000      // by series
	MaxResults = 100_000_000 // nodes times steps
)

// The warnings, besides [forecast.RaisedToZero].
const (
	EvenSplit      insight.WarningCode = "even_split"      // no demand in the histories to split a total by
	FewErrors      insight.WarningCode = "few_errors"      // fewer than two: the numbers of series stand for variances
	ConstantErrors insight.WarningCode = "constant_errors" // errors that never vary were taken for small ones
	NoCovariance   insight.WarningCode = "no_covariance"   // the errors have none that can be used: as [Hierarchy.BottomUp]
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{EvenSplit, FewErrors, ConstantErrors, NoCovariance, forecast.RaisedToZero}
}

// Hierarchy has the sums first, then the bottom series; groups may overlap, so that
// products can be summed by group and by region. Everything that is given or
// returned by node has this order.
type Hierarchy struct {
	Bottom int     `json:"bottom"` // number of bottom series
	Sums   [][]int `json:"sums"`   // the bottom series of each sum, such as {0, 1, 2}
}

// Nodes gives the number of sums and bottom series.
func (h Hierarchy) Nodes() int { return len(h.Sums) + h.Bottom }

// Validate reports every fault.
func (h Hierarchy) Validate() error {
	var c tandem.Check
	c.Require(h.Bottom >= 1 && h.Bottom <= MaxBottom, "bottom", "bottom", "must be 1 to 100,000")
	c.Require(len(h.Sums) <= MaxBottom, "too_many", "sums", "at most 100,000")
	for i, s := range h.Sums {
		path := tandem.Path("sums", i)
		c.Require(len(s) >= 1, "empty", path, "a sum has at least one series")
		seen := make(map[int]bool, len(s))
		for _, b := range s {
			c.Require(b >= 0 && b < h.Bottom && !seen[b], "member", path, "must name bottom series, each once")
			seen[b] = true
		}
	}
	return c.Err("hierarchy")
}

// Result is a set of forecasts that add up, by node and step.
type Result struct {
	Forecasts [][]float64       `json:"forecasts"`
	Shrinkage float64           `json:"shrinkage,omitzero"` // of MinTrace: 0 = the covariances as measured, 1 = variances only
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

// BottomUp adds the forecasts of the bottom series.
func (h Hierarchy) BottomUp(bottom [][]float64, nonNegative bool) (Result, error) {
	if err := h.check("bottom", bottom, h.Bottom); err != nil {
		return Result{}, err
	}
	return h.add(bottom, nonNegative), nil
}

// TopDown splits the forecast of the total by the shares of the bottom series in
// their histories' means (Gross and Sohl, 1990, method F). Where the history is all
// zero the shares are equal.
func (h Hierarchy) TopDown(total []float64, histories [][]float64, nonNegative bool) (Result, error) {
	if err := h.check("histories", histories, h.Bottom); err != nil {
		return Result{}, err
	}
	if err := h.checkTotal(total); err != nil {
		return Result{}, err
	}
	shares, sum := make([]float64, h.Bottom), 0.0
	for i, y := range histories {
		shares[i] = max(float.Mean(y), 0)
		sum += shares[i]
	}
	bottom := make([][]float64, h.Bottom)
	var warnings []insight.Warning
	if !(sum > 0) {
		warnings = append(warnings, insight.Warn(EvenSplit, "no demand in the histories: the total was split evenly"))
	}
	for i := range bottom {
		share := 1 / float64(h.Bottom)
		if sum > 0 {
			share = shares[i] / sum
		}
		bottom[i] = make([]float64, len(total))
		for t, v := range total {
			bottom[i][t] = share * v
		}
	}
	r := h.add(bottom, nonNegative)
	r.Warnings = append(warnings, r.Warnings...)
	return r, nil
}

// MinTrace reconciles base forecasts of all nodes with the least variance, from the
// errors one step ahead that each node's model made (all of one length, the same
// times). Errors that never vary are taken for small ones, with a warning; without
// two errors the variances are taken as the number of series in each sum.
func (h Hierarchy) MinTrace(base, errors [][]float64, nonNegative bool) (Result, error) {
	n := h.Nodes()
	if n > MaxNodes {
		return Result{}, limitError()
	}
	if err := h.check("base", base, n); err != nil {
		return Result{}, err
	}
	if err := h.check("errors", errors, n); err != nil {
		return Result{}, err
	}
	var r Result
	w := h.covariance(errors, &r)
	k := len(h.Sums)
	if k == 0 {
		return h.add(base, nonNegative), nil
	}
	// With C = [I -A], so that C·y = 0 for what adds up:
	// y - W·Cᵀ·(C·W·Cᵀ)⁻¹·C·y (Wickramasuriya and others, 2019, theorem 1).
	wc := h.timesConstraints(w, n)
	cwc := make([]float64, k*k)
	for i, s := range h.Sums {
		for j := range k {
			v := wc[i*k+j]
			for _, b := range s {
				v -= wc[(k+b)*k+j]
			}
			cwc[i*k+j] = v
		}
	}
	steps := len(base[0])
	bottom := make([][]float64, h.Bottom)
	for b := range bottom {
		bottom[b] = slices.Clone(base[k+b])
	}
	gap, factored := make([]float64, k), false
	for t := range steps {
		for i, s := range h.Sums {
			gap[i] = base[i][t]
			for _, b := range s {
				gap[i] -= base[k+b][t]
			}
		}
		if factored {
			factored = substitute(cwc, gap)
		} else {
			factored = float.SolveSymmetric(cwc, gap)
		}
		if !factored {
			r.Warnings = append(r.Warnings, insight.Warn(NoCovariance, "the errors have no usable covariance: the bottom forecasts were added up"))
			break
		}
		for b := range bottom {
			bottom[b][t] -= float.Dot(wc[(k+b)*k:(k+b+1)*k], gap)
		}
	}
	sum := h.add(bottom, nonNegative)
	r.Forecasts, r.Warnings = sum.Forecasts, append(r.Warnings, sum.Warnings...)
	return r, nil
}

// substitute solves for a further right side by the factor that [float.SolveSymmetric] left below the diagonal and on it.
func substitute(factor, b []float64) bool {
	n := len(b)
	for i := range n {
		for k := range i { // in the order of the first solution, for the same bits
			b[i] -= float64(factor[i*n+k] * b[k])
		}
		b[i] /= factor[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(factor[k*n+i] * b[k])
		}
		b[i] /= factor[i*n+i]
		if !float.Finite(b[i]) {
			return false
		}
	}
	return true
}

// timesConstraints gives W·Cᵀ, n rows of one column a sum.
func (h Hierarchy) timesConstraints(w []float64, n int) []float64 {
	k := len(h.Sums)
	out := make([]float64, n*k)
	for i := range n {
		row := w[i*n : i*n+n]
		for j, s := range h.Sums {
			v := row[j]
			for _, b := range s {
				v -= row[k+b]
			}
			out[i*k+j] = v
		}
	}
	return out
}

// covariance of the errors around zero, shrunk towards their variances by as much
// as the correlations are uncertain.
func (h Hierarchy) covariance(errors [][]float64, r *Result) []float64 {
	n, count := len(errors), len(errors[0])
	w := make([]float64, n*n)
	if count < 2 {
		r.Warnings = append(r.Warnings, insight.Warn(FewErrors, "fewer than two errors: the variances are the numbers of series"))
		r.Shrinkage = 1
		for i := range n {
			w[i*n+i] = 1
			if i < len(h.Sums) {
				w[i*n+i] = float64(len(h.Sums[i]))
			}
		}
		return w
	}
	scale, largest := make([]float64, n), 0.0
	for i, e := range errors {
		scale[i] = math.Sqrt(float.Dot(e, e) / float64(count))
		largest = max(largest, scale[i])
	}
	if !(largest > 0) {
		largest = 1
	}
	for i := range scale {
		if scale[i] < 1e-6*largest {
			scale[i] = 1e-6 * largest
			if len(r.Warnings) == 0 {
				r.Warnings = append(r.Warnings, insight.Warn(ConstantErrors, "errors that never vary were taken for small ones"))
			}
		}
	}
	standard := make([][]float64, n)
	for i, e := range errors {
		standard[i] = make([]float64, count)
		for t, v := range e {
			standard[i][t] = v / scale[i]
		}
	}
	uncertain, squares, c := 0.0, 0.0, float64(count)
	for i := range n {
		for j := range i {
			mean := float.Dot(standard[i], standard[j]) / c
			spread := 0.0
			for t := range count {
				d := float64(standard[i][t]*standard[j][t]) - mean
				spread += float64(d * d)
			}
			uncertain += spread / float64(c*(c-1))
			squares += float64(mean * mean)
			w[i*n+j] = mean
		}
	}
	r.Shrinkage = 1
	if squares > 0 {
		r.Shrinkage = min(max(uncertain/squares, 0), 1)
	}
	for i := range n {
		w[i*n+i] = scale[i] * scale[i]
		for j := range i {
			w[i*n+j] *= (1 - r.Shrinkage) * scale[i] * scale[j]
			w[j*n+i] = w[i*n+j]
		}
	}
	return w
}

// add gives all nodes from the bottom ones.
func (h Hierarchy) add(bottom [][]float64, nonNegative bool) Result {
	k := len(h.Sums)
	r := Result{Forecasts: make([][]float64, h.Nodes())}
	raised := false
	for b, y := range bottom {
		r.Forecasts[k+b] = slices.Clone(y)
		for t, v := range y {
			if nonNegative && v < 0 {
				r.Forecasts[k+b][t], raised = 0, true
			}
		}
	}
	for i, s := range h.Sums {
		r.Forecasts[i] = make([]float64, len(bottom[0]))
		for _, b := range s {
			for t, v := range r.Forecasts[k+b] {
				r.Forecasts[i][t] += v
			}
		}
	}
	if raised {
		r.Warnings = append(r.Warnings, insight.Warn(forecast.RaisedToZero, "forecasts below zero were raised to zero, as declared"))
	}
	return r
}

func (h Hierarchy) check(name string, rows [][]float64, want int) error {
	if err := h.Validate(); err != nil {
		return err
	}
	var c tandem.Check
	if len(rows) > 0 && (name == "bottom" || name == "base") {
		c.Require(h.Nodes()*len(rows[0]) <= MaxResults, "too_many", name, "nodes times steps: at most 100,000,000")
	}
	c.Require(len(rows) == want, "length", name, "one row for each series is needed")
	for i, row := range rows {
		c.Require(len(row) == len(rows[0]) && len(row) <= MaxErrors, "length", tandem.Path(name, i), "all of one length, at most 10,000")
		if !usable(row) {
			c.Require(false, "finite", tandem.Path(name, i), "must be finite, below 1e100")
		}
	}
	return c.Err("reconciliation")
}

func (h Hierarchy) checkTotal(total []float64) error {
	var c tandem.Check
	c.Require(len(total) <= MaxHorizon, "length", "total", "at most 10,000")
	c.Require(h.Nodes()*len(total) <= MaxResults, "too_many", "total", "nodes times steps: at most 100,000,000")
	c.Require(usable(total), "finite", "total", "must be finite, below 1e100")
	return c.Err("reconciliation")
}

func usable(row []float64) bool {
	return !slices.ContainsFunc(row, func(v float64) bool { return !float.Finite(v) || math.Abs(v) > 1e100 })
}

func limitError() error {
	var c tandem.Check
	c.Require(false, "too_many", "sums", "at most 2,000 nodes")
	return c.Err("reconciliation")
}
