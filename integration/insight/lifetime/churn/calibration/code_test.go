package calibration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
)

func TestWarningCodes(t *testing.T) {
	var code calibration.WarningCode
	for _, want := range calibration.WarningCodes() {
		require.NoError(t, code.UnmarshalText([]byte(want)))
		require.Equal(t, want, code)
	}
	require.Error(t, code.UnmarshalText([]byte("guess")))
	require.Error(t, code.UnmarshalText(nil))
}
