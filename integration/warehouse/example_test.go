package warehouse_test

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem/integration/warehouse"
)

// A supplier brings ten mugs for 25.00. Two orders take them all; then three turn
// out to be broken, and the order with the later promise waits again.
func Example() {
	ctx := context.Background()
	h := build(panics{}) // a company with a shelf, mugs and open periods
	in, _ := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(),
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(10), Value: gbp(2500)}}})
	fmt.Println(in.Number, in.Journal[0].Number, in.Lines[0].Quantity, in.Lines[0].Value)

	h.order("SO-1", "mug", 6, "2011-06-20")
	h.order("SO-2", "mug", 8, "2011-06-30")
	waited, _ := h.svc.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: h.header(), Product: product("mug")})
	for _, l := range waited.Lines {
		fmt.Println(l.Line.Document.Number, "gets", l.Quantity, "waits for", l.Backorder)
	}

	out, _ := h.svc.Adjust(ctx, warehouse.Adjust{Header: h.header(), Lines: []warehouse.AdjustLine{
		{Product: product("mug"), Quantity: pieces(-3), Reason: "scrap"}}})
	fmt.Println(out.Number, out.Lines[0].Applied, out.Lines[0].Value)
	for _, r := range out.Released {
		fmt.Println(r.Line.Document.Number, "gives up", r.Quantity)
	}
	fmt.Println("stock", h.balances()["1400"], "written off", h.balances()["5100"])
	// Output:
	// GR-000001 JE-000001 10 EA 25.00 GBP
	// SO-1 gets 6 EA waits for 0 EA
	// SO-2 gets 4 EA waits for 4 EA
	// SA-000001 -3 EA -7.50 GBP
	// SO-2 gives up 3 EA
	// stock 17.50 GBP written off 7.50 GBP
}

// panics is a test that an example has none of.
type panics struct{}

func (panics) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panics) FailNow()                          { panic("failed") }
