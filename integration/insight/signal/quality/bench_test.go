package quality_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal/quality"
	"github.com/tandem-go/tandem/internal/float"
)

// A wholesaler's year: 500,000 lines of 4,000 products, 2 % of them returned.
func BenchmarkAnalyze(b *testing.B) {
	random := float.NewRandom(1)
	products := make([]tandem.ProductID, 4000)
	for i := range products {
		products[i] = product(i)
	}
	from := day(2024, time.January, 1)
	var shipments []quality.Shipment
	var claims []quality.Claim
	for i := range 500_000 {
		s := quality.Shipment{Product: products[random.Below(4000)], Date: from.AddDays(random.Below(365)), Quantity: pieces(int64(1 + random.Below(20)))}
		shipments = append(shipments, s)
		if i%50 == 0 {
			claims = append(claims, quality.Claim{Kind: quality.Return, Product: s.Product, Shipped: s.Date, Date: s.Date.AddDays(random.Below(60)), Quantity: pieces(1)})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := quality.Analyze(shipments, claims, quality.Config{At: from.AddDays(365)})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(len(shipments)*b.N)/b.Elapsed().Seconds(), "rows/s")
}
