package forecast

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
)

// origin is a cut of the history: what could be known at the time, and what came.
type origin struct {
	before history.Prepared
	steps  []int       // after it, those whose demand is known
	actual []float64   // by those steps, as it came
	points [][]float64 // by method and those steps
}

// origins cuts the history so many times, the last one first. What is before a cut is
// prepared anew, so that nothing that came later is in it. Cuts that no known demand
// follows are left out, and those before which less is known than a test needs: a
// history of gaps alone would scale the errors by what was put into them.
func origins(raw history.Raw, h, count, least int) []origin {
	known, list := raw.Known(), make([]origin, 0, count)
	for k := range count {
		at := len(raw.Values) - h - k
		before, _ := slices.BinarySearch(known, at)
		after, _ := slices.BinarySearch(known, at+h)
		if before < least || after == before {
			continue
		}
		o := origin{before: raw.Before(at, h).Prepare()}
		for _, i := range known[before:after] {
			o.steps, o.actual = append(o.steps, i-at), append(o.actual, raw.Values[i])
		}
		list = append(list, o)
	}
	return list
}

// forecast completes what a method expects of the h steps after the cut: effects of
// regressors are announced, and places that were always closed stay closed.
func (o *origin) forecast(points []float64) {
	if e := o.before.Effects; e != nil {
		e.Add(points)
	}
	for i := range points {
		if o.before.Shut(len(o.before.Values) + i) {
			points[i] = 0
		}
	}
}

// backTest fills the trials of the methods, and their points at each origin.
func (f *Fit) backTest(methods []Method, origins []origin, h int) {
	for k := range origins {
		o := &origins[k]
		for _, points := range f.pointsOf(methods, &o.before, h) {
			o.forecast(points)
			compared := make([]float64, len(o.steps))
			for i, step := range o.steps {
				compared[i] = points[step]
			}
			o.points = append(o.points, compared)
		}
	}
	f.trials = make([]Trial, len(methods))
	for i, m := range methods {
		f.trials[i] = try(m, origins, func(o *origin) []float64 { return o.points[i] })
	}
}

// middle gives the mean of two forecasts.
func middle(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = float64(a[i]/2) + float64(b[i]/2)
	}
	return out
}

// try measures points at each origin.
func try(m Method, origins []origin, points func(*origin) []float64) Trial {
	t, count := Trial{Method: m, Origins: len(origins)}, float64(len(origins))
	for k := range origins {
		o, size := &origins[k], 0.0
		for _, v := range o.before.Values {
			size += math.Abs(v) / float64(len(o.before.Values))
		}
		a := Measure(o.before.Values, o.before.Season, o.actual, points(o))
		t.MASE += a.MASE / count
		t.RMSSE += a.RMSSE / count
		t.SMAPE += a.SMAPE / count
		if size > 0 {
			t.Bias += a.Bias / size / count
		}
	}
	for _, v := range []*float64{&t.MASE, &t.RMSSE, &t.SMAPE, &t.Bias} {
		if !finite(*v) {
			*v = math.MaxFloat64
		}
	}
	return t
}

// pointsOf forecasts by each method, or by what stands in for it as in [Fit.fit]. A
// combination takes the models of those of its members that are tried themselves.
func (f *Fit) pointsOf(methods []Method, cut *history.Prepared, h int) [][]float64 {
	k, out := newFitter(cut, f.config), make([][]float64, len(methods))
	for i, m := range methods {
		_, fit := k.standIn(m)
		out[i] = fit.Points(h)
	}
	return out
}
