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

// BenchmarkValue goes from transactions to the value of each customer: of the CDNOW sample
// with all models, and of customers with about three purchase days each in two years with
// the default plan, which is the models that so many different histories are tried with.
func BenchmarkValue(b *testing.B) {
	b.Run("cdnow", func(b *testing.B) {
		sales := cdnow(b)
		for b.Loop() {
			_, err := lifetime.Value(sales, lifetime.Plan{Window: cdnowWindow()})
			require.NoError(b, err)
		}
		b.ReportMetric(float64(len(sales))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("hundred_thousand", func(b *testing.B) { value(b, 100_000) })
	b.Run("million", func(b *testing.B) { value(b, 1_000_000) })
}

// value measures the valuation of played customers, and reports what is kept of them
// before and what is taken for it.
func value(b *testing.B, customers int) {
	var start, kept, end runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&start)
	r := float.NewRandom(1)
	var c lifetime.Collector[int]
	for i := range customers {
		at := r.Below(365)
		for at < 730 {
			c.Add(lifetime.Transaction[int]{Customer: i + 1, Date: day(2024, 1, 1).AddDays(at), Value: float64(10 + r.Below(90))})
			if r.Below(3) == 0 {
				break
			}
			at += 1 + r.Below(200)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&kept)
	model := repeat.Model("")
	for b.Loop() {
		v, err := c.Value(lifetime.Plan{Window: lifetime.Window{CalibrationEnd: day(2025, 9, 30)}})
		require.NoError(b, err)
		require.Len(b, v.Customers, customers)
		model = v.Model
	}
	runtime.ReadMemStats(&end)
	require.True(b, model.Valid())
	b.ReportMetric((float64(kept.HeapAlloc)-float64(start.HeapAlloc))/float64(customers), "kept-B/customer")
	b.ReportMetric(float64(end.TotalAlloc-kept.TotalAlloc)/float64(b.N)/float64(customers), "B/customer")
}
