package lifetime_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
)

// One sale in all, a week ago: with half a purchase in that week the prior makes of it 26 in
// a year. That is no model with the least AIC, and no promise.
func TestWhatStandsInForAModelIsNamed(t *testing.T) {
	rows := []lifetime.Transaction[string]{{Customer: "A", Date: day(2025, 5, 1), Value: 10}}
	v, err := lifetime.Value(rows, lifetime.Plan{Window: lifetime.Window{HoldoutEnd: day(2025, 5, 8)}})
	require.NoError(t, err)
	require.Equal(t, "no model could be fitted, as nobody bought again: half a purchase in all the time observed, and nobody leaving, stands in, as mbg_nbd", v.Reason)
	require.True(t, insight.Warned(v.Warnings, forecast.FellBack))
	require.True(t, v.Customers[0].Assumed)
	require.Contains(t, v.Customers[0].Words(v.Plan), "0 repeat purchases, silent for 1.0 weeks: by assumption, since nobody of all customers bought again, still a customer with ")
	for _, customer := range []string{"A", "B"} { // the second is in the holdout
		rows = append(rows, lifetime.Transaction[string]{Customer: customer, Date: day(2025, 6, 1), Value: 10})
	}
	v, err = lifetime.Value(rows, lifetime.Plan{Window: lifetime.Window{CalibrationEnd: day(2025, 5, 8)}})
	require.NoError(t, err)
	require.Equal(t, "nobody bought again in the calibration: nothing was compared, and mbg_nbd stands", v.Reason)
	require.False(t, v.Customers[0].Assumed)
	require.NotContains(t, v.Customers[0].Words(v.Plan), "assumption")
}
