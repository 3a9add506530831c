package sensing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/signal/sensing"
)

// BenchmarkSenseOneBuyer is the hardest matching: all lines and orders are of one party
// and product, within the window, and half of the lines are too young for any order.
func BenchmarkSenseOneBuyer(b *testing.B) {
	const n = 50_000
	from := day(2026, time.March, 10)
	var lines []sensing.Opportunity
	var orders []sensing.Order
	for i := range n {
		o := needed(i, int64(10+i%7), 50, from.AddDays(i%25))
		if i%2 == 0 {
			o.Created = from.AddDays(9)
		}
		lines = append(lines, o)
		r := order(i, 0, int64(3+i%11), from.AddDays((i*7)%25))
		r.Placed = from
		orders = append(orders, r)
	}
	b.ResetTimer()
	for b.Loop() {
		s, err := sensing.Sense(lines, orders, march(2))
		require.NoError(b, err)
		require.NotEmpty(b, s.Consumptions)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}
