package forecast_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/dataset"
)

func readValues(b testing.TB, name string, n int) []float64 {
	var y []float64
	for line := range strings.Lines(string(dataset.Read(b, "classic-series", name+".csv"))) {
		_, v, _ := strings.Cut(strings.TrimSpace(line), ",")
		if x, err := strconv.ParseFloat(v, 64); err == nil && len(y) < n {
			y = append(y, x)
		}
	}
	return y
}

func benchmarkFit(b *testing.B, m forecast.Method, s forecast.Series) {
	b.ReportAllocs()
	var fit *forecast.Fit
	for b.Loop() {
		var err error
		if fit, err = m.Fit(s, forecast.Config{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
	b.ReportMetric(forecast.Measure(s.Values, s.Season, s.Values, fit.Forecast(1).Fitted).MASE, "MASE") // one step ahead, in the history
}

// Aims: 10,000 and 5,000 series a second of 100 values.
func BenchmarkSES(b *testing.B) {
	benchmarkFit(b, forecast.SES, forecast.Series{Bucket: forecast.Year, Values: readValues(b, "Nile", 100)})
}

func BenchmarkTheta(b *testing.B) {
	s := forecast.Series{Bucket: forecast.Year, Values: readValues(b, "Nile", 100)}
	b.Run("classic", func(b *testing.B) { benchmarkFit(b, forecast.Theta, s) })
	b.Run("optimised", func(b *testing.B) { benchmarkFit(b, forecast.OptimisedTheta, s) })
}

// Aims: 25 ms and 1 ms an op; R 433 ms and 10 ms.
func BenchmarkAutoETS(b *testing.B) {
	b.Run("monthly144", func(b *testing.B) {
		benchmarkFit(b, forecast.ETS, forecast.Series{Bucket: forecast.Month, Season: 12, Values: readValues(b, "AirPassengers", 144)})
	})
	b.Run("yearly50", func(b *testing.B) {
		benchmarkFit(b, forecast.ETS, forecast.Series{Bucket: forecast.Year, Values: readValues(b, "Nile", 50)})
	})
}

// Aim: all series in 60 s on two cores, an overall weighted average of at most 0.86.
func BenchmarkAutoM3(b *testing.B) { benchmarkM3(b, forecast.Auto, 0.86) }

// Aims: at most 0.835, and a coverage of 92 to 97 %.
func BenchmarkCombinationM3(b *testing.B) { benchmarkM3(b, forecast.Combination, 0.835) }

func benchmarkM3(b *testing.B, m forecast.Method, aim float64) {
	all := readM3(b)
	naive := evaluate(b, all, 1, forecast.Naive2, forecast.Config{})
	for b.Loop() {
		got := evaluate(b, all, 1, m, forecast.Config{Paths: 200})
		measured.Store(m, got)
		b.Log(row(string(m), got, naive))
		average := owa(got["ALL"], naive["ALL"])
		b.ReportMetric(average, "OWA")
		b.ReportMetric(100*float64(got["ALL"].covered)/float64(got["ALL"].steps), "%covered")
		if average > aim {
			b.Errorf("OWA %.4f above %.3f", average, aim)
		}
	}
}
