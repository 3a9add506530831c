package history

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// Unconstrain raises the values at the censored positions to the demand expected at or
// above them, as package forecast tells, and gives which share of the variance of demand
// the raised values lack: that of the censored demand around its mean.
func Unconstrain(values []float64, censored []int, season int) (y []float64, lacking float64) {
	season = max(season, 1)
	return raise(values, Marks(len(values), censored), func(y, mean []float64) {
		places := positionMeans(y, season)
		for i := range mean {
			mean[i] = places[i%season]
		}
	})
}

// raise finds the expected values at hidden positions, and a mean of all that fits them,
// by turns (expectation maximisation), 300 times at most.
func raise(values []float64, hidden []bool, fit func(y, mean []float64)) (y []float64, lacking float64) {
	y = slices.Clone(values)
	if open := slices.Index(hidden, false); open < 0 || !slices.Contains(hidden, true) {
		return y, 0
	}
	variance, mean := -1.0, make([]float64, len(y))
	for range 300 {
		fit(y, mean)
		square := 0.0
		for i, v := range y {
			d := v - mean[i]
			square += float64(d * d)
		}
		square /= float64(len(y))
		// In the first round nothing is known of the censored demand's own variance.
		if variance = square + float64(lacking*max(variance, 0)); !(variance > 0) {
			return y, 0
		}
		sigma, change := math.Sqrt(variance), 0.0
		lacking = 0
		for i := range y {
			if !hidden[i] {
				continue
			}
			z := (values[i] - mean[i]) / sigma
			h := float.NormalHazard(z)
			v := max(mean[i]+float64(sigma*h), values[i])
			change = max(change, math.Abs(v-y[i]))
			y[i] = v
			lacking += min(max(1+float64(z*h)-float64(h*h), 0), 1) / float64(len(y))
		}
		if change < 1e-9*sigma {
			break
		}
	}
	return y, lacking
}

func positionMeans(y []float64, season int) []float64 {
	mean, count := make([]float64, season), make([]int, season)
	for i, v := range y {
		mean[i%season] += v
		count[i%season]++
	}
	for j := range mean {
		mean[j] /= float64(max(count[j], 1))
	}
	return mean
}
