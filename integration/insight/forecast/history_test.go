package forecast_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// Demand of about 200 in the first months of each of four years and none in the others is
// a season, not intermittent demand, which would be forecast flat (an error of 100 and
// more): the default and Auto are as near to the next year as ETS.
func TestASharpSeasonIsNoIntermittentDemand(t *testing.T) {
	for _, on := range []int{6, 8, 9} {
		r := float.NewRandom(11)
		s := forecast.Series{Bucket: forecast.Month, Season: 12}
		var next []float64
		for i := range 60 {
			v := 0.0
			if i%12 < on {
				v = 200 + 20*r.Normal()
			}
			if i < 48 {
				s.Values = append(s.Values, v)
			} else {
				next = append(next, v)
			}
		}
		of := func(m forecast.Method) float64 {
			f, err := m.Make(s, forecast.Config{NonNegative: true})
			require.NoError(t, err)
			square := 0.0
			for i, v := range next {
				square += (v - f.Points[i]) * (v - f.Points[i]) / 12
			}
			return math.Sqrt(square)
		}
		ets := of(forecast.ETS)
		require.Less(t, ets, 30.0, on)
		require.Less(t, of(forecast.Combination), ets+8, "%d months", on)
		require.Less(t, of(forecast.Auto), ets+8, "%d months", on)
	}
}
