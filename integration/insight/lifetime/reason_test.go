package lifetime_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime"
)

func TestReasons(t *testing.T) {
	var code lifetime.Reason
	for _, want := range lifetime.Reasons() {
		require.NoError(t, code.UnmarshalText([]byte(want)))
		require.Equal(t, want, code)
	}
	require.NoError(t, code.UnmarshalText([]byte("bad_age")), "of package repeat")
	require.NoError(t, code.UnmarshalText([]byte("zero_mean")), "of package spend")
	require.Error(t, code.UnmarshalText([]byte("guess")))
	require.Error(t, code.UnmarshalText(nil))
}
