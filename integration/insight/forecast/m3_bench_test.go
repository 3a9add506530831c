package forecast_test

import (
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// measured keeps what BenchmarkAutoM3 and BenchmarkCombinationM3 found, so that the table does not pay for it twice.
var measured sync.Map

// BenchmarkAccuracy prints the table of accuracy, a sub-benchmark a row: symmetric error and MASE by period, the overall
// weighted average (OWA) and the coverage of the intervals of 95 % on the 3,003 series of M3, and what the car parts have.
// One op is all series once. R's figures by period are in [TestM3IsForecastAsInR].
func BenchmarkAccuracy(b *testing.B) {
	b.Run("m3", benchmarkAccuracyM3)
	b.Run("carparts", benchmarkAccuracyParts)
}

func benchmarkAccuracyM3(b *testing.B) {
	all := readM3(b)
	naive := evaluate(b, all, 1, forecast.Naive2, forecast.Config{})
	for _, c := range []struct {
		name    string
		method  forecast.Method
		members []forecast.Method
	}{
		{"naive_2", forecast.Naive2, nil},
		{"ses", forecast.SES, nil},
		{"holt", forecast.Holt, nil},
		{"damped_holt", forecast.DampedHolt, nil},
		{"theta", forecast.Theta, nil},
		{"optimised_theta", forecast.OptimisedTheta, nil},
		{"ets", forecast.ETS, nil},
		{"arima", forecast.ARIMA, nil},
		{"ses+holt+damped", forecast.Combination, []forecast.Method{forecast.SES, forecast.Holt, forecast.DampedHolt}},
		{"theta+damped", forecast.Combination, []forecast.Method{forecast.Theta, forecast.DampedHolt}},
		{"combination", forecast.Combination, nil},
		{"auto", forecast.Auto, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			var got map[string]score
			for b.Loop() {
				if known, ok := measured.Load(c.method); ok && c.members == nil {
					got = known.(map[string]score)
				} else {
					got = evaluate(b, all, 1, c.method, forecast.Config{Members: c.members, Paths: 200})
				}
			}
			s := got["ALL"]
			b.ReportMetric(s.smape/float64(s.n), "sMAPE")
			b.ReportMetric(s.mase/float64(s.n), "MASE")
			b.ReportMetric(owa(s, naive["ALL"]), "OWA")
			b.ReportMetric(100*float64(s.covered)/float64(s.steps), "%covered")
			b.ReportMetric(s.pooled(), "pooled-sMAPE")
			b.Log(row(c.name, got, naive))
		})
	}
}

func benchmarkAccuracyParts(b *testing.B) {
	parts := readParts(b)
	for _, m := range []forecast.Method{forecast.Croston, forecast.SBA, forecast.TSB, forecast.ADIDA, forecast.IMAPA, forecast.SES, forecast.Auto} {
		b.Run(string(m), func(b *testing.B) {
			list := make([]forecast.Series, len(parts))
			for i, y := range parts {
				list[i] = forecast.Series{Bucket: forecast.Month, Season: 12, Values: y[:39]}
			}
			scaled, bias, covered := 0.0, 0.0, 0
			for b.Loop() {
				scaled, bias, covered = 0, 0, 0
				config := forecast.Config{NonNegative: true, Paths: 200, Levels: []float64{0.95}}
				for i, answer := range m.MakeAll(list, config, runtime.GOMAXPROCS(0), nil) {
					if answer.Err != nil {
						b.Fatal(answer.Err)
					}
					f, actual := answer.Forecast, parts[i][39:]
					a := forecast.Measure(parts[i][:39], 1, actual, f.Points)
					scaled += a.RMSSE / float64(len(parts))
					bias += a.Bias / float64(len(parts))
					for k, v := range actual {
						if v >= f.Intervals[0].Lower[k] && v <= f.Intervals[0].Upper[k] {
							covered++
						}
					}
				}
			}
			b.ReportMetric(scaled, "RMSSE")
			b.ReportMetric(math.Abs(bias), "|bias|")
			b.ReportMetric(100*float64(covered)/float64(12*len(parts)), "%covered")
		})
	}
}
