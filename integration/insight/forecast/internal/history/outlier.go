package history

import "slices"

// outliers warns of values further than Raw.Outlier median deviations from the
// median of their neighbours, and caps them where that is asked for.
func (p *Prepared) outliers(r Raw) (capped bool) {
	n := len(p.Values)
	if n < 10 || r.Outlier == 0 {
		return false
	}
	m := max(p.Season, 1)
	rest := make([]float64, n)
	for i := range rest {
		var around [6]float64
		count := 0
		for k := -3; k <= 3; k++ {
			if j := i + k*m; k != 0 && j >= 0 && j < n {
				around[count] = p.Values[j]
				count++
			}
		}
		rest[i] = p.Values[i] - medianOf(around[:count])
	}
	size := make([]float64, n)
	for i, d := range rest {
		size[i] = max(d, -d)
	}
	limit := r.Outlier * 1.4826 * median(size)
	if !(limit > 0) {
		return false
	}
	var found []int
	for i, d := range rest {
		if size[i] <= limit {
			continue
		}
		found = append(found, i)
		if r.CapOutliers {
			p.Values[i] += min(max(d, -limit), limit) - d
		}
	}
	if len(found) > 0 {
		p.Warn(OutlierFound, "values far from their neighbours", found...)
	}
	return r.CapOutliers && len(found) > 0
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return medianOf(slices.Clone(x))
}

// medianOf sorts what it is given.
func medianOf(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}
