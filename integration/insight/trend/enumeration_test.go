package trend_test

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/trend/changepoint"
	"github.com/tandem-go/tandem/integration/insight/trend/cusum"
	"github.com/tandem-go/tandem/integration/insight/trend/diffusion"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
)

// named reads each name of an enumeration, and no other.
func named[E interface {
	~string
	Valid() bool
}, P interface {
	*E
	encoding.TextUnmarshaler
}](t *testing.T, list []E) {
	require.NotEmpty(t, list)
	for _, want := range list {
		var got E
		require.NoError(t, P(&got).UnmarshalText([]byte(want)))
		require.Equal(t, want, got)
		require.True(t, got.Valid())
	}
	for _, text := range []string{"", " ", "x", string(list[0]) + " "} {
		var got E
		require.ErrorIs(t, P(&got).UnmarshalText([]byte(text)), tandem.ErrInvalid)
		require.False(t, E(text).Valid())
	}
}

func TestEnumerations(t *testing.T) {
	named(t, kendall.Directions())
	named(t, changepoint.Models())
	named(t, changepoint.Penalties())
	named(t, cusum.Sides())
	named(t, diffusion.Scales())
	named(t, lifecycle.Stages())
}
