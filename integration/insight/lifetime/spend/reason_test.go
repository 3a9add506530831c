package spend_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/spend"
)

func TestReasons(t *testing.T) {
	var code spend.Reason
	for _, want := range spend.Reasons() {
		require.NoError(t, code.UnmarshalText([]byte(want)))
		require.Equal(t, want, code)
	}
	require.Error(t, code.UnmarshalText([]byte("guess")))
	require.Error(t, code.UnmarshalText(nil))
}
