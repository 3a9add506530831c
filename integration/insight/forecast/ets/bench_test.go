package ets_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
)

func BenchmarkAuto(b *testing.B) {
	for _, c := range []struct {
		name, series string
		period       int
	}{{"monthly144", "AirPassengers", 12}, {"monthly72", "USAccDeaths", 12}, {"quarterly108", "UKgas", 4}, {"yearly100", "Nile", 1}} {
		b.Run(c.name, func(b *testing.B) {
			y := classic(b, c.series)
			b.ReportAllocs()
			var m *ets.Model
			for b.Loop() {
				var err error
				if m, _, err = ets.Auto(y, c.period, ets.Config{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
			b.ReportMetric(m.AICc, "AICc") // of the kind chosen: faster by a worse search would show
		})
	}
}
