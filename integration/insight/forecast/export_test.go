package forecast

// TrialPoints gives the points that methods are back-tested by, by origin, method and known step.
func (f *Fit) TrialPoints(h, count int, methods ...Method) (points [][][]float64) {
	origins := f.origins(h, count)
	f.backTest(methods, origins, h)
	for _, o := range origins {
		points = append(points, o.points)
	}
	return points
}
