package spend_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/lifetime/spend"
	"github.com/tandem-go/tandem/internal/dataset"
	"github.com/tandem-go/tandem/internal/float"
)

// Fader and Hardie (2013): p = 6.25, q = 3.74, gamma = 15.44 for the 946 repeat buyers of
// the CDNOW sample. The means of this file are rounded to cents, which moves gamma by 0.004;
// package lifetime has the exact ones.
func TestFitOfCDNOWEqualsThePublishedOne(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(dataset.Read(t, "cdnow", "cdnow-summary.csv"))).ReadAll()
	require.NoError(t, err)
	var means []spend.Mean
	for _, row := range rows[1:] {
		x, _ := strconv.Atoi(row[1])
		z, err := strconv.ParseFloat(row[4], 64)
		require.NoError(t, err)
		means = append(means, spend.Mean{Count: x, Value: z})
	}
	f, err := spend.GammaGamma(means, spend.Config{})
	require.NoError(t, err)
	require.Equal(t, 946, f.Customers)
	require.InDelta(t, 6.25, f.P, 0.00501)
	require.InDelta(t, 3.74, f.Q, 0.00501)
	require.InDelta(t, 15.44, f.Gamma, 0.01)
	require.Empty(t, f.Warnings)
	require.Equal(t, []insight.LeftOut{{Reason: spend.NoRepeat, Count: 1411}}, f.LeftOut)
	require.InDelta(t, 0.06, f.Correlation, 0.06)
	require.InDelta(t, f.P*f.Gamma/(f.Q-1), f.Population(), 1e-12)
	require.InEpsilon(t, f.P*(f.Gamma+2*22.35)/(f.P*2+f.Q-1), f.Expected(spend.Mean{Count: 2, Value: 22.35}), 1e-12)
	t.Logf("%+v", f)
}

func TestAlwaysAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 25).Draw(t, "n")
		shape := rapid.SampledFrom([]string{"any", "same", "negative", "zero", "huge", "broken"}).Draw(t, "shape")
		means := make([]spend.Mean, n)
		for i := range means {
			means[i] = spend.Mean{Count: rapid.IntRange(0, 50).Draw(t, "x"), Value: rapid.Float64Range(-10, 100).Draw(t, "z")}
			switch shape {
			case "same":
				means[i] = spend.Mean{Count: 2, Value: 10}
			case "negative":
				means[i].Value = -1
			case "zero":
				means[i].Value = 0
			case "huge":
				means[i].Value *= 1e9
			case "broken":
				means[i].Value = math.NaN()
			}
		}
		f, err := spend.GammaGamma(means, spend.Config{})
		require.NoError(t, err)
		_, err = json.Marshal(f)
		require.NoError(t, err)
		require.Equal(t, n, f.Customers+insight.Left(f.LeftOut))
		for _, m := range append(means, spend.Mean{}) {
			v := f.Expected(m)
			require.True(t, float.Finite(v) && (v >= 0 || m.Value < 0), "%v", v)
		}
	})
}

func TestFaultsAndWarnings(t *testing.T) {
	_, err := spend.GammaGamma(nil, spend.Config{Iterations: -1, Correlation: 2})
	require.ErrorContains(t, err, "iterations")
	require.ErrorContains(t, err, "correlation")
	var means []spend.Mean
	for i := range 40 { // who comes more often spends more
		means = append(means, spend.Mean{Count: 1 + i/4, Value: 10 + float64(i)})
	}
	f, err := spend.GammaGamma(means, spend.Config{})
	require.NoError(t, err)
	require.Greater(t, f.Correlation, 0.9)
	require.Equal(t, spend.Correlated, f.Warnings[0].Code)
	f, err = spend.GammaGamma(means[:1], spend.Config{})
	require.NoError(t, err)
	require.Equal(t, forecast.FellBack, f.Warnings[0].Code)
	require.Equal(t, 10.0, f.Expected(spend.Mean{}))
}

// Of two customers with a mean of 60 the one who came once is drawn further towards all
// than the one who came nine times.
func Example() {
	f, err := spend.GammaGamma([]spend.Mean{
		{Count: 1, Value: 60}, {Count: 2, Value: 31}, {Count: 3, Value: 29}, {Count: 4, Value: 36}, {Count: 3, Value: 41}, {Count: 6, Value: 33},
		{Count: 2, Value: 28}, {Count: 9, Value: 60}, {Count: 1, Value: 57}, {Count: 5, Value: 44}, {Count: 2, Value: 52}, {Count: 1, Value: 38},
	}, spend.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("all %.0f, once %.0f, nine times %.0f\n", f.Population(), f.Expected(spend.Mean{Count: 1, Value: 60}), f.Expected(spend.Mean{Count: 9, Value: 60}))
	fmt.Printf("correlation with frequency %.2f\n", f.Correlation)
	// Output:
	// all 42, once 55, nine times 59
	// correlation with frequency 0.11
}
