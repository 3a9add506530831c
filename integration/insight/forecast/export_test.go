package forecast

import "github.com/tandem-go/tandem/integration/insight/forecast/internal/model"

// TrialPoints gives the points that methods are back-tested by, by origin, method and known step.
func (f *Fit) TrialPoints(s Series, h, count int, methods ...Method) (points [][][]float64) {
	list := origins(s.raw(f.config), h, count, autoLeast)
	f.backTest(methods, list, h)
	for _, o := range list {
		points = append(points, o.points)
	}
	return points
}

type pointed struct{ model.Model }

func (pointed) Variances(int) []float64 { panic("variances were asked for") }

// OfPoints gives the fit with a model that answers for points, and panics where variances are asked for.
func (f *Fit) OfPoints() *Fit {
	out := *f
	out.model = pointed{f.model}
	return &out
}

// Raise and Lower give samples in order a mean, and none below zero.
func (d Distribution) Raise(mean float64) { d.raise(mean, mean) }

func (d Distribution) Lower(mean float64) { d.lower(mean) }
