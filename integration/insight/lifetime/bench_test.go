package lifetime_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/internal/float"
)

// BenchmarkRFM goes from parsed rows to scores: the sales among the 541,909 rows of Online
// Retail.
func BenchmarkRFM(b *testing.B) {
	sales, rows := onlineRetail(b)
	require.Equal(b, 541_909, rows)
	for b.Loop() {
		r, err := collect(sales).Rank(lifetime.RankRule{Frequency: lifetime.Orders, Measure: lifetime.Revenue})
		require.NoError(b, err)
		require.Len(b, r.Customers, 4338)
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkValue/hundred_thousand collects about three transactions of each customer,
// fits BG/NBD and gamma-gamma, and values every customer.
func BenchmarkValue(b *testing.B) {
	b.Run("cdnow", func(b *testing.B) {
		sales := cdnow(b)
		for b.Loop() {
			_, err := lifetime.Value(sales, lifetime.Plan{Window: cdnowWindow(), Models: []repeat.Model{repeat.BGNBD}})
			require.NoError(b, err)
		}
	})
	b.Run("hundred_thousand", func(b *testing.B) {
		const customers = 100_000
		var before, after runtime.MemStats
		for b.Loop() {
			runtime.GC()
			runtime.ReadMemStats(&before)
			r := float.NewRandom(1)
			var c lifetime.Collector[int]
			for i := range customers {
				at := r.Below(365)
				for at < 730 {
					c.Add(lifetime.Transaction[int]{Customer: i, Date: day(2024, 1, 1).AddDays(at), Value: float64(10 + r.Below(90))})
					if r.Below(3) == 0 {
						break
					}
					at += 1 + r.Below(200)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			v, err := c.Value(lifetime.Plan{Models: []repeat.Model{repeat.BGNBD}})
			require.NoError(b, err)
			require.Len(b, v.Customers, customers)
		}
		b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/customers, "kept-B/customer")
	})
}
