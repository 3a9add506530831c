package repeat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/internal/float"
)

// The integral for long chains gives what the plain sum gives.
func TestLongChainsAreSummedRight(t *testing.T) {
	for _, c := range []chain{
		{0.3, 500, 0.8, 2.5, 0}, {0.3, 5000, 1, 2.5, 1}, {2, 101, 3, 0.2, 0}, {30, 150, 0.01, 0.02, 1}, {5, 800, 1.0000001, 40, 0}, {5, 800, 1.00003, 40, 0}, {0.05, 2000, 20, 300, 0},
	} {
		w := c.odds / (1 + c.odds)
		chance := float.Exp(-c.shape * float.Log1p(c.odds))
		staying, purchases, total, stays := 0.0, 0.0, 0.0, 1.0
		if c.skip > 0 {
			stays = c.b / (c.a + c.b)
		}
		stay := 1.0
		for n := 0.0; n < 400_000; n++ {
			staying += chance * stay
			purchases += chance * total
			total += stays
			stays *= (c.b + n + c.skip) / (c.a + c.b + n + c.skip)
			stay *= (c.b + n) / (c.a + c.b + n)
			chance *= (c.shape + n) / (n + 1) * w
		}
		require.InEpsilon(t, staying, c.staying(), 1e-8, "%+v", c)
		require.InEpsilon(t, purchases, c.purchases(), 1e-7, "%+v", c)
	}
}
