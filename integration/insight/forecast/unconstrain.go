package forecast

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// Unconstrain raises the values at the censored positions to the demand expected
// at or above them, if demand is normal around the mean of its place in the season
// (the expectation-maximisation method of Salch, 1997, as Talluri and van Ryzin,
// The Theory and Practice of Revenue Management, 2004, section 9.4, have it). No
// value is lowered. Where all values are censored they stay as they are.
func Unconstrain(values []float64, censored []int, season int) []float64 {
	y, hidden := slices.Clone(values), make([]bool, len(values))
	count := 0
	for _, i := range censored {
		if i >= 0 && i < len(y) && !hidden[i] {
			hidden[i] = true
			count++
		}
	}
	if count == 0 || count == len(y) {
		return y
	}
	season = max(season, 1)
	for range 100 {
		mean := positionMeans(y, season)
		square := 0.0
		for i, v := range y {
			d := v - mean[i%season]
			square += float64(d * d)
		}
		sigma := math.Sqrt(square / float64(len(y)))
		if !(sigma > 0) {
			return y
		}
		change := 0.0
		for i := range y {
			if hidden[i] {
				z := (values[i] - mean[i%season]) / sigma
				v := max(mean[i%season]+float64(sigma*float.NormalHazard(z)), values[i])
				change = max(change, math.Abs(v-y[i]))
				y[i] = v
			}
		}
		if change < 1e-9*sigma {
			break
		}
	}
	return y
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
