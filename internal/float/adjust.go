package float

import (
	"cmp"
	"slices"
)

// BenjaminiHochberg adjusts the p-values of so many tests (at least as many as there are
// p-values; those not given count as the largest), so that among those at most q
// the share q is expected to be false (J. R. Statist. Soc. B 57, 1995, 289-300). What
// is no probability counts as 1.
func BenjaminiHochberg(p []float64, tests int) []float64 {
	clean, order := ranked(p)
	out, least := make([]float64, len(p)), 1.0
	for k := len(order) - 1; k >= 0; k-- {
		v := clean[order[k]]
		least = min(least, max(v, float64(v*float64(max(tests, len(p))))/float64(k+1))) // rounding must not lower it
		out[order[k]] = least
	}
	return out
}

// Holm adjusts p-values, so that the chance of any false one among those at most q is q
// (S. Holm, Scand. J. Statist. 6, 1979, 65-70). What is no probability counts as 1.
func Holm(p []float64) []float64 {
	clean, order := ranked(p)
	out, held := make([]float64, len(p)), 0.0
	for k, i := range order {
		held = min(max(held, float64(clean[i]*float64(len(p)-k))), 1)
		out[i] = held
	}
	return out
}

// ranked gives the probabilities, and their places from the smallest on, those of a tie in
// their order.
func ranked(p []float64) (clean []float64, order []int) {
	clean, order = make([]float64, len(p)), make([]int, len(p))
	for i, v := range p {
		order[i], clean[i] = i, 1
		if v >= 0 && v <= 1 {
			clean[i] = v
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(clean[a], clean[b]) })
	return clean, order
}
