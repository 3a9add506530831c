package warehouse_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/warehouse"
)

// BenchmarkReceive is one receipt of three lines: moves, levels, pools, entry, event.
func BenchmarkReceive(b *testing.B) {
	h := build(b)
	lines := make([]warehouse.ReceiptLine, 3)
	for i, key := range []string{"mug", "bowl", "lamp"} {
		lines[i] = warehouse.ReceiptLine{Product: product(key), Quantity: pieces(10), Value: gbp(1000)}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Lines: lines}); err != nil {
			b.Fatal(err)
		}
	}
}
