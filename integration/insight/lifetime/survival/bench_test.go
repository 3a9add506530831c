package survival_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/insight/lifetime/survival"
	"github.com/tandem-go/tandem/internal/float"
)

func million() []survival.Life {
	random := float.NewRandom(1)
	lives := make([]survival.Life, 1_000_000)
	for i := range lives {
		lives[i] = survival.Life{Exit: float64(random.Below(3650)), Ended: random.Below(3) == 0}
		if random.Below(4) == 0 {
			lives[i].Entry = float64(random.Below(365))
		}
	}
	return lives
}

// One op = the curve of a million lives in days, a quarter of which enter late.
func BenchmarkKaplanMeier(b *testing.B) {
	lives := million()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if _, err := survival.Estimate(lives, survival.Config{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(lives))*float64(b.N)/b.Elapsed().Seconds(), "lives/s")
}
