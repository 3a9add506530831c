package similarity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Admissions to Berkeley in 1973 by department (Bickel, Hammel and O'Connell, 1975),
// as R's mantelhaen.test(UCBAdmissions) has them: X² = 1.4269, p = 0.2323.
func TestMantelHaenszelOfBerkeley(t *testing.T) {
	departments := [][4]float64{ // men admitted and rejected, women admitted and rejected
		{512, 313, 89, 19}, {353, 207, 17, 8}, {120, 205, 202, 391}, {138, 279, 131, 244}, {53, 138, 94, 299}, {22, 351, 24, 317},
	}
	var observed, expected, variance float64
	for _, d := range departments {
		e, v := hypergeometric(d[0]+d[1], d[0]+d[2], d[0]+d[1]+d[2]+d[3])
		observed, expected, variance = observed+d[0], expected+e, variance+v
	}
	chi := mantelHaenszel(observed, expected, variance)
	require.InDelta(t, 1.4269, chi, 5e-5)
	require.InDelta(t, 0.2323, chiSquaredTail(chi), 5e-5)
}
