package forecast_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/internal/float"
)

// sometimes gives days of which a share has a sale of 1 to 7 pieces.
func sometimes(n int, share float64, seed uint64) []float64 {
	r, y := float.NewRandom(seed), make([]float64, n)
	for i := range y {
		if r.Uniform() < share {
			y[i] = float64(1 + r.Below(7))
		}
	}
	return y
}

// A month's plan of a product from 200 days of its sales, as a wholesaler makes it 3,400 times: fit, demand over the lead
// time with and without the review, one set of levels. Aim: a millisecond for intermittent demand by Auto.
func BenchmarkLeadTime(b *testing.B) {
	lead := forecast.LeadTime{0, 0, 0, 0, 0.7, 0, 0, 0.2, 0, 0, 0, 0, 0.1}
	item := policy.Item{Kind: policy.MinMax, Lead: lead, Review: 1, Cover: 36, HoldingCost: 0.01,
		Service: policy.Service{Kind: policy.ShortageCost, Target: 1}}
	for _, c := range []struct {
		name   string
		share  float64
		method forecast.Method
	}{
		{"intermittent/imapa", 0.1, forecast.IMAPA}, {"intermittent/tsb", 0.1, forecast.TSB}, {"intermittent/auto", 0.1, forecast.Auto},
		{"rare/auto", 0.03, forecast.Auto}, {"smooth/ses", 1, forecast.SES}, {"smooth/auto", 1, forecast.Auto},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := forecast.Series{Bucket: forecast.Day, Values: sometimes(200, c.share, 1), Season: 6}
			b.ReportAllocs()
			for b.Loop() {
				fit, err := c.method.Fit(s, forecast.Config{NonNegative: true, Seed: 1, Paths: 500})
				if err != nil {
					b.Fatal(err)
				}
				demand, err := policy.DemandOf(fit, item)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := demand.Plan(item); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "proposals/s")
		})
	}
}
