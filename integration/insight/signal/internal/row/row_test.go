package row_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
)

func quantity(t *testing.T, micro int64, unit string) tandem.Quantity {
	u, err := tandem.ParseUnit(unit)
	require.NoError(t, err)
	return tandem.QuantityFromMicro(micro, u)
}

func TestProductsHaveTheUnitOfTheirFirstRow(t *testing.T) {
	tea, ink := tandem.DeriveID[tandem.ProductID]("p", "tea"), tandem.DeriveID[tandem.ProductID]("p", "ink")
	m := row.Measures{}
	require.True(t, m.Fit(tea, quantity(t, 1, "KGM")))
	require.True(t, m.Fit(ink, quantity(t, 1, "EA")))
	require.False(t, m.Fit(tea, quantity(t, 1, "EA")))
	require.True(t, m.Fit(tea, quantity(t, 0, "KGM")))
	require.False(t, m.Fit(tea, tandem.Quantity{}))
	require.Len(t, m, 2)
}

// The first row of a product has no quantity: it is at fault, the sound ones after it are
// not, and their first one says the unit.
func TestARowWithoutAQuantityFaultsNoOther(t *testing.T) {
	tea := tandem.DeriveID[tandem.ProductID]("p", "tea")
	m := row.Measures{}
	require.False(t, m.Fit(tea, tandem.Quantity{}))
	require.True(t, m.Fit(tea, quantity(t, 1, "KGM")))
	require.True(t, m.Fit(tea, quantity(t, 2, "KGM")))
	require.False(t, m.Fit(tea, quantity(t, 1, "EA")))
}

func TestSharesAndUnits(t *testing.T) {
	require.Equal(t, 1.25, row.Units(quantity(t, 1_250_000, "EA")))
	for percent, want := range map[int64]bool{-1: false, 0: true, 55: true, 100: true, 101: false} {
		require.Equal(t, want, row.Share(tandem.Percent(percent)), percent)
	}
}
