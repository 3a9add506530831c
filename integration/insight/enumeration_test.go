package insight_test

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/recommend"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
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
}](t *testing.T, name string, list []E) {
	require.NotEmpty(t, list)
	for _, want := range list {
		var got E
		require.NoError(t, P(&got).UnmarshalText([]byte(want)))
		require.Equal(t, want, got)
		require.True(t, got.Valid())
	}
	for _, text := range []string{"", " ", "x", string(list[0]) + " "} {
		got := list[0]
		err := P(&got).UnmarshalText([]byte(text))
		require.Equal(t, list[0], got)
		require.False(t, E(text).Valid())
		var invalid *tandem.InvalidError
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, "insight", invalid.Subject)
		require.Equal(t, name, invalid.Faults[0].Path)
	}
}

func TestEnumerations(t *testing.T) {
	named(t, "kind", basket.Kinds())
	named(t, "long_basket", basket.LongBaskets())
	named(t, "correction", basket.Corrections())
	named(t, "over", similarity.Overs())
	named(t, "measure", similarity.Measures())
	named(t, "kind", similarity.Kinds())
	named(t, "basis", recommend.Bases())
	named(t, "rule", recommend.Rules())
	named(t, "direction", kendall.Directions())
	named(t, "model", changepoint.Models())
	named(t, "penalty", changepoint.Penalties())
	named(t, "side", cusum.Sides())
	named(t, "scale", diffusion.Scales())
	named(t, "stage", lifecycle.Stages())
}
