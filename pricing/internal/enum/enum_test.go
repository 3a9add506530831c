package enum

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// The arithmetic rounds by a mode as the hall does by its name.
func TestModesAreThoseOfTheHall(t *testing.T) {
	for _, r := range tandem.Roundings() {
		mode, err := Mode(r)
		require.NoError(t, err)
		for minor := int64(-25); minor <= 25; minor++ {
			want, err := tandem.MoneyFromMinor(minor, tandem.GBP).MulRate(tandem.Percent(10), r)
			require.NoError(t, err)
			got, ok := int128.QuoRound64(int128.FromInt64(minor), 10, mode)
			require.True(t, ok)
			assert.Equal(t, want.Minor(), got, "%s %d", r, minor)
		}
	}
	_, err := Mode("")
	assert.ErrorIs(t, err, tandem.ErrRounding)
}

func TestDecodeKnowsItsValuesOnly(t *testing.T) {
	r := tandem.HalfEven
	assert.ErrorIs(t, Decode(&r, []byte("x"), "rounding"), tandem.ErrInvalid)
	assert.Equal(t, tandem.HalfEven, r, "it stays")
	assert.NoError(t, Decode(&r, []byte("up"), "rounding"))
	assert.Equal(t, tandem.RoundUp, r)
}
