package forecast_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// A cut of the back-test may hold fewer than two of the long cycles that the whole history holds two of.
func TestBackTestOfALongSeason(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, LongSeasons: []int{100}, Values: sometimes(200, 0.9, 3)}
	f, err := forecast.Auto.Make(s, forecast.Config{Origins: 100, Horizon: 40, NonNegative: true})
	require.NoError(t, err)
	require.Len(t, f.Points, 40)
	require.Equal(t, forecast.Decomposition, f.Trials[0].Method)
}
