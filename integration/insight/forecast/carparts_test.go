package forecast_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/dataset"
)

// readParts reads the complete series with two sales in the first 39 months, or
// skips with a word: they come from a GPL package and stay out of the project.
func readParts(t testing.TB) [][]float64 {
	t.Helper()
	var parts [][]float64
	_, rows, _ := strings.Cut(string(dataset.Read(t, "carparts", "carparts.csv.gz")), "\n")
	for line := range strings.Lines(rows) {
		var y []float64
		sales := 0
		for _, field := range strings.Split(strings.TrimSpace(line), ",")[1:] {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				break
			}
			if v > 0 && len(y) < 39 {
				sales++
			}
			y = append(y, v)
		}
		if len(y) == 51 && sales >= 2 {
			parts = append(parts, y)
		}
	}
	require.Len(t, parts, 2404)
	return parts
}

// The aims of the project for the last twelve months: a scaled error (RMSSE) of at
// most 0.686 and an absolute mean error of at most 0.07.
func TestCarParts(t *testing.T) {
	parts := readParts(t)
	scaled, bias := 0.0, 0.0
	for _, y := range parts {
		f, err := forecast.Auto.Make(forecast.Series{Bucket: forecast.Month, Season: 12, Values: y[:39]}, forecast.Config{NonNegative: true, Paths: 20})
		require.NoError(t, err)
		a := forecast.Measure(y[:39], 1, y[39:], f.Points)
		scaled += a.RMSSE / float64(len(parts))
		bias += a.Bias / float64(len(parts))
	}
	t.Logf("RMSSE %.4f, mean error %.4f", scaled, bias)
	require.LessOrEqual(t, scaled, 0.686)
	require.LessOrEqual(t, math.Abs(bias), 0.07)
}
