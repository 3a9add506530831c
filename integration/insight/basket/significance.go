package basket

import "github.com/tandem-go/tandem/internal/float"

// FisherTail gives the chance that at least both of left draws are among the right
// ones of n, without replacement: Fisher's exact test (1922), one-sided, for a table
// of baskets with the left side, the right side and both. Counts that no table can
// have give 1.
func FisherTail(both, left, right, n int) float64 {
	low := max(left+right-n, 0)
	high := min(left, right)
	if both <= low || both > high || left > n || right > n {
		return 1
	}
	choose := func(n, k int) float64 {
		return float.LogGamma(float64(n+1)) - float.LogGamma(float64(k+1)) - float.LogGamma(float64(n-k+1))
	}
	log := choose(right, both) + choose(n-right, left-both) - choose(n, left)
	term := float.Exp(min(log, 0))
	below := float64(both)*float64(n) < float64(left)*float64(right)
	if below && term < 1e-300 {
		return 1 // the first of the tail is so far below the mean that all is above it
	}
	sum := term
	for k := both; k < high && (below || term > sum*1e-17); k++ {
		next := term * (float64(left-k) * float64(right-k)) / (float64(k+1) * float64(n-left-right+k+1))
		below = next > term
		term = next
		sum += term
	}
	return min(sum, 1)
}

// adjust gives the p-values of the candidates, adjusted and single. Rules that were
// looked at and had too little confidence count as tests, too, and as the last of
// the order of Benjamini and Hochberg, so that the result errs to the safe side.
func adjust(b *Baskets, m Mining, found []candidate, tested int) (adjusted, single []float64) {
	single, adjusted = make([]float64, len(found)), make([]float64, len(found))
	for i, c := range found {
		single[i] = FisherTail(int(c.set), int(c.left), int(c.right), b.Len())
	}
	if m.Correction == Bonferroni {
		for i, p := range single {
			adjusted[i] = min(p*float64(tested), 1)
		}
		return adjusted, single
	}
	return float.BenjaminiHochberg(single, tested), single
}
