package repeat_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/internal/dataset"
)

// cdnow gives the histories of the CDNOW sample, 1/10 of those who bought first in the
// first quarter of 1997; times are whole days, in weeks.
func cdnow(t testing.TB) []repeat.History {
	rows, err := csv.NewReader(bytes.NewReader(dataset.Read(t, "cdnow", "cdnow-summary.csv"))).ReadAll()
	require.NoError(t, err)
	out := make([]repeat.History, 0, len(rows))
	for _, row := range rows[1:] {
		x, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		weeks := func(s string) float64 {
			v, err := strconv.ParseFloat(s, 64)
			require.NoError(t, err)
			return math.Round(v*7) / 7
		}
		out = append(out, repeat.History{Frequency: x, Recency: weeks(row[2]), Age: weeks(row[3])})
	}
	require.Len(t, out, 2357)
	return out
}

func group(h []repeat.History) *repeat.Groups {
	var g repeat.Groups
	for _, one := range h {
		g.Add(one)
	}
	return &g
}

func fit(t testing.TB, m repeat.Model, g *repeat.Groups) repeat.Fit {
	f, err := m.Fit(g, repeat.Config{})
	require.NoError(t, err)
	return f
}

// Parameters and log-likelihood as printed. BG/NBD: Fader, Hardie and Lee, "Counting
// Your Customers" the Easy Way, Marketing Science 24 (2005), with Pareto/NBD
// beside it.
func TestFitOfCDNOWEqualsThePublishedOne(t *testing.T) {
	g := group(cdnow(t))
	for _, c := range []struct {
		model         repeat.Model
		parameters    [4]float64
		logLikelihood float64
	}{
		{repeat.BGNBD, [4]float64{0.243, 4.414, 0.793, 2.426}, -9582.4},
		{repeat.ParetoNBD, [4]float64{0.553, 10.578, 0.606, 11.669}, -9595.0},
	} {
		f := fit(t, c.model, g)
		for i, p := range f.Parameters {
			require.InDelta(t, c.parameters[i], p.Value, 0.00051, "%s %s", c.model, p.Name)
			require.Greater(t, p.Error, 0.0)
		}
		require.InDelta(t, c.logLikelihood, f.LogLikelihood, 0.0501, c.model)
		require.Empty(t, f.Warnings)
		t.Logf("%+v", f)
	}
	t.Logf("%+v", fit(t, repeat.MBGNBD, g))
}
