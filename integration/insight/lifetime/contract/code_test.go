package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/contract"
)

func TestWarningCodes(t *testing.T) {
	var code contract.WarningCode
	for _, want := range contract.WarningCodes() {
		require.NoError(t, code.UnmarshalText([]byte(want)))
		require.Equal(t, want, code)
	}
	require.Error(t, code.UnmarshalText([]byte("guess")))
	require.Error(t, code.UnmarshalText(nil))
}
