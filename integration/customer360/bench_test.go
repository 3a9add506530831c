package customer360_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
)

// BenchmarkConsumer delivers confirmed orders of ten lines to the consumer, each
// in a transaction of its own.
func BenchmarkConsumer(b *testing.B) {
	c := newCRM(b, customer360.Config{})
	reserved, items := make([]int64, 10), make([]sales.Item, 10)
	for i := range items {
		items[i], reserved[i] = item(i+1, 5, "2011-06-02"), 5
	}
	for first := 0; first < b.N; first += 1000 {
		c.update(func(ctx context.Context, r *store.Bundle) error {
			for n := first; n < min(first+1000, b.N); n++ {
				o := placed(b, fmt.Sprint(n), fmt.Sprint("customer", n%500), "2011-06-01", reserved, items...)
				if err := r.Outbox().Append(ctx, enveloped(b, o.Drain())...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportAllocs()
	b.ResetTimer()
	effects, err := c.dispatcher.Deliver(context.Background())
	require.NoError(b, err)
	require.Equal(b, b.N, effects)
	b.ReportMetric(float64(10*b.N)/b.Elapsed().Seconds(), "lines/s")
}
