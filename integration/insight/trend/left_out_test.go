package trend_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend"
	"github.com/tandem-go/tandem/integration/insight/trend/changepoint"
	"github.com/tandem-go/tandem/integration/insight/trend/cusum"
	"github.com/tandem-go/tandem/integration/insight/trend/diffusion"
	"github.com/tandem-go/tandem/integration/insight/trend/elasticity"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
)

// Of ten values two are missing, two closed, and one, named twice, both: it is closed.
func TestWhatIsLeftOutIsCountedAlike(t *testing.T) {
	none := math.NaN()
	s := forecast.Series{Bucket: forecast.Day, Values: []float64{3, none, 4, 9, none, 5, 4, 9, none, 3},
		Missing: []int{1, 4, 4, 8}, Closed: []int{8, 3, 7, 8}}
	want := []insight.LeftOut{{Reason: insight.Closed, Count: 3}, {Reason: insight.Missing, Count: 2}}
	d, err := trend.Describe(s, trend.Config{})
	require.NoError(t, err)
	require.Equal(t, want, d.LeftOut)
	require.Contains(t, d.Text[0], "5 of them missing or closed")
	k, err := kendall.Test(s, kendall.Config{})
	require.NoError(t, err)
	require.Equal(t, want, k.LeftOut)
	require.Equal(t, 5, k.Values)
	c, err := changepoint.Find(s, changepoint.Config{})
	require.NoError(t, err)
	require.Equal(t, want, c.LeftOut)
	u, err := cusum.Run(s, cusum.Config{})
	require.NoError(t, err)
	require.Equal(t, want, u.LeftOut)
	l, err := lifecycle.Assess(s, lifecycle.Config{})
	require.NoError(t, err)
	require.Equal(t, want, l.LeftOut)
}

func TestRowsOfElasticityAreLeftOutByReason(t *testing.T) {
	day, err := tandem.NewDate(2024, 1, 1)
	require.NoError(t, err)
	r, err := elasticity.Estimate([]elasticity.Row{{Date: day, Price: 2, Units: 5}, {Date: day, Price: 0, Units: 5},
		{Date: day, Price: 2, Units: -5}, {Date: day, Price: 2}, {Date: day, Price: -1, Units: -1}}, elasticity.Config{})
	require.NoError(t, err)
	require.Equal(t, 1, r[0].Rows)
	require.Equal(t, []insight.LeftOut{{Reason: elasticity.NoPrice, Count: 2}, {Reason: elasticity.NoUnits, Count: 2}}, r[0].LeftOut)
	require.True(t, insight.Warned(r[0].Warnings, insight.RowsLeftOut))
}

// A history that is too short for one thing is not called so for another.
func TestWhatIsTooShortIsSaidApart(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: []float64{3, 1, 4, 1, 5, 9, 2, 6}}
	c, err := changepoint.Find(s, changepoint.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(c.Warnings, changepoint.FewForSegments))
	require.False(t, insight.Warned(c.Warnings, forecast.ShortHistory))
	u, err := cusum.Run(s, cusum.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(u.Warnings, cusum.FewInControl))
	require.False(t, insight.Warned(u.Warnings, forecast.ShortHistory))
	p, err := diffusion.Analogues(nil, nil, diffusion.AnalogueConfig{Buckets: 3})
	require.NoError(t, err)
	require.True(t, insight.Warned(p.Warnings, diffusion.NoAnalogue))
	require.False(t, insight.Warned(p.Warnings, forecast.NoHistory))
}
