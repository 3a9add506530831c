package ordertocash_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// example stands in for the t of a test.
type example struct{ testing.TB }

func (example) Helper()                           {}
func (example) Context() context.Context          { return context.Background() }
func (example) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// An order is placed, and placed again by a client that lost the answer. It is
// shipped in two parts, of 31 pieces at 2.95; more than is open is refused.
func Example() {
	var t example
	c := erptest.New(t)
	svc, ctx := c.Sales, context.Background()
	pieces := func(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

	order := ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID("12346"),
		Lines: []ordertocash.OrderLine{erptest.Line("85123A", 31)}}
	placed, err := svc.Place(ctx, order)
	fmt.Println(placed.Number, placed.Net, placed.Lines[0].Reserved, err)
	again, err := svc.Place(ctx, order) // the same key: the first result
	fmt.Println(again.Number, err)

	for _, n := range []int64{20, 20, 11} {
		shipped, err := svc.Ship(ctx, ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order,
			Lines: []ordertocash.ShipLine{{Line: 1, Quantity: pieces(n)}}})
		if err != nil {
			fmt.Println(n, "more: not allowed:", errors.Is(err, tandem.ErrNotAllowed))
			continue
		}
		fmt.Println(shipped.Number, shipped.Net, shipped.Status)
	}
	invoiced := c.Bill(t, placed.Order)
	received := c.Pay(t, "12346", invoiced.Gross)
	fmt.Println(invoiced.Number, invoiced.Gross, "paid", received.Number)
	c.AssertBooks(t)
	// Output:
	// SO-000001 91.45 GBP 31 EA <nil>
	// SO-000001 <nil>
	// DN-000001 59.00 GBP partly_shipped
	// 20 more: not allowed: true
	// DN-000002 32.45 GBP shipped
	// INV-2011-000001 109.74 GBP paid PY-000001
}
