package repeat_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/internal/float"
)

func BenchmarkBGNBD(b *testing.B) {
	b.Run("cdnow", func(b *testing.B) { measure(b, cdnow(b), repeat.BGNBD) })
	b.Run("million", func(b *testing.B) {
		r := float.NewRandom(1)
		h := make([]repeat.History, 1_000_000)
		for i := range h { // a cohort of a year, observed for a year to two, in days
			h[i], _ = simulate(&r, repeat.BGNBD, [4]float64{0.4, 40, 0.8, 2.5}, float64(365+r.Below(365)), 0, false)
		}
		measure(b, h, repeat.BGNBD)
	})
}

func BenchmarkMBGNBD(b *testing.B)    { measure(b, cdnow(b), repeat.MBGNBD) }
func BenchmarkParetoNBD(b *testing.B) { measure(b, cdnow(b), repeat.ParetoNBD) }

// measure fits, grouping included, and reports the memory taken by customer.
func measure(b *testing.B, h []repeat.History, m repeat.Model) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	groups := 0
	for b.Loop() {
		f, err := m.Fit(group(h), repeat.Config{})
		require.NoError(b, err)
		groups = f.Groups
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/float64(len(h)), "B/customer")
	b.ReportMetric(float64(groups), "groups")
}
