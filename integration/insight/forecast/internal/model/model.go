package model

import (
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// The warnings of a model; package forecast lists them for its users.
const (
	NotConverged insight.WarningCode = "not_converged"
	AtBorder     insight.WarningCode = "at_border"
	WideInterval insight.WarningCode = "wide_interval"
)

// Model is a method fitted to a prepared history: what a forecast is made from. Nothing
// changes it, so that any number of goroutines may ask it at once.
type Model interface {
	Points(h int) []float64
	// Variances by step, of the values around the points.
	Variances(h int) []float64
	// Path writes one possible future.
	Path(out []float64, r *float.Random)
	Describe() Description
}

// Description is what a model says of itself. Its slices may be the model's own.
type Description struct {
	Name       string
	Parameters []insight.Parameter
	Fitted     []float64 // one step ahead, by value of the history
	AICc       float64   // 0 = no likelihood
	Warnings   []insight.Warning
}

// Settings are those of package forecast's Config that a fit depends on.
type Settings struct {
	Horizon    int // steps that will be asked for
	Iterations int // of each search at most
	Paths      int // simulated where variances have no formula
	Seed       uint64
	Smoothing  float64 // fixed; 0 = optimised
}

// likely notes how a search by likelihood ended. An AICc that is not finite is none.
func (d *Description) likely(aicc float64, converged bool) {
	if float.Finite(aicc) {
		d.AICc = aicc
	}
	if !converged {
		d.Warnings = append(d.Warnings, insight.Warning{Code: NotConverged, Text: "the search for the parameters ended at its bound of iterations"})
	}
}

// Sane says that a model gives finite numbers.
func Sane(m Model) bool {
	for _, v := range append(m.Points(3), m.Variances(3)...) {
		if !float.Finite(v) {
			return false
		}
	}
	return true
}

// Counted says that a model draws demands as they were seen, so that its intervals
// are quantiles and need no widening.
func Counted(m Model) bool {
	if k, ok := m.(*Combined); ok {
		return !slices.ContainsFunc(k.Members, func(m Model) bool { return !Counted(m) })
	}
	_, ok := m.(sporadic)
	return ok
}

// Random gives one of many independent sources of a seed.
func Random(seed, stream uint64) float.Random {
	r := float.NewRandom(seed ^ stream*0x9e3779b97f4a7c15)
	r.Uint64()
	return r
}
