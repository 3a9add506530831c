package logistic_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

func TestWarningCodes(t *testing.T) {
	var code logistic.WarningCode
	for _, want := range logistic.WarningCodes() {
		require.NoError(t, code.UnmarshalText([]byte(want)))
		require.Equal(t, want, code)
	}
	require.Error(t, code.UnmarshalText([]byte("guess")))
	require.Error(t, code.UnmarshalText(nil))
}
