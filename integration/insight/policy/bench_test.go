package policy_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/internal/float"
)

func history(law draw, buckets int, seed uint64) forecast.Series {
	s := forecast.Series{Bucket: forecast.Day}
	r := float.NewRandom(seed)
	for i := range buckets {
		s.Values = append(s.Values, law(i, &r))
	}
	return s
}

// A product with 200 days of history, from there to the quantity.
func BenchmarkPropose(b *testing.B) {
	s := history(func(_ int, r *float.Random) float64 { return poisson(5, r) }, 200, 1)
	position := policy.Position{OnHand: each(12)}
	for _, method := range []forecast.Method{forecast.SES, forecast.IMAPA, forecast.Auto} {
		b.Run(string(method), func(b *testing.B) {
			item := policy.Item{Lead: forecast.FixedLeadTime(7), Service: fillRate(0.95), Cover: 5, Pack: each(6)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Propose(s, method, forecast.Config{NonNegative: true}, item, position); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "proposals/s")
		})
	}
}

// Levels alone, of a forecast that is there.
func BenchmarkPlan(b *testing.B) {
	s := history(func(_ int, r *float.Random) float64 { return poisson(5, r) }, 200, 1)
	fit, err := forecast.SES.Fit(s, forecast.Config{NonNegative: true})
	if err != nil {
		b.Fatal(err)
	}
	for _, kind := range policy.Kinds() {
		b.Run(string(kind), func(b *testing.B) {
			item := policy.Item{Kind: kind, Lead: forecast.FixedLeadTime(7), Service: fillRate(0.95), Cover: 5}
			for b.Loop() {
				if _, err := policy.Plan(fit, item); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "plans/s")
		})
	}
}

// A thousand items, levels for one joint fill rate.
func BenchmarkJoint(b *testing.B) {
	for _, kind := range []policy.Kind{policy.ReorderPoint, policy.MinMax} {
		b.Run(string(kind), func(b *testing.B) {
			list := assortment(1000, 1, kind)
			for b.Loop() {
				if _, err := policy.Joint(list, policy.JointTarget{FillRate: 0.95}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
}

// A slow mover at six shortage costs, as where a price list is tried: (s, S) on 500
// futures of intermittent demand.
func BenchmarkShortageCosts(b *testing.B) {
	s := history(func(_ int, r *float.Random) float64 {
		if r.Uniform() > 0.3 {
			return 0
		}
		return float64(1 + r.Below(12))
	}, 200, 1)
	fit, err := forecast.SBA.Fit(s, forecast.Config{NonNegative: true, Paths: 500})
	if err != nil {
		b.Fatal(err)
	}
	item := policy.Item{Kind: policy.MinMax, Lead: forecast.FixedLeadTime(14), OrderCost: 20, HoldingCost: 0.01}
	demand, err := policy.DemandOf(fit, item)
	if err != nil {
		b.Fatal(err)
	}
	costs := []float64{0.1, 0.3, 1, 3, 10, 30}
	var services []policy.Service
	for _, cost := range costs {
		services = append(services, policy.Service{Kind: policy.ShortageCost, Target: cost})
	}
	b.Run("each", func(b *testing.B) {
		for b.Loop() {
			for _, item.Service = range services {
				if _, err := demand.Plan(item); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.N*len(services))/b.Elapsed().Seconds(), "plans/s")
	})
	b.Run("together", func(b *testing.B) {
		for b.Loop() {
			if _, err := demand.Plans(item, services); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*len(services))/b.Elapsed().Seconds(), "plans/s")
	})
}
