package churn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
)

func TestWarningCodes(t *testing.T) {
	var code churn.WarningCode
	for _, want := range churn.WarningCodes() {
		require.NoError(t, code.UnmarshalText([]byte(want)))
		require.Equal(t, want, code)
	}
	require.NoError(t, code.UnmarshalText([]byte("separated")), "of package logistic")
	require.NoError(t, code.UnmarshalText([]byte("reversed")), "of package calibration")
	require.Error(t, code.UnmarshalText([]byte("guess")))
	require.Error(t, code.UnmarshalText(nil))
}
