package erptest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tandem-go/tandem/erp/erptest"
)

// example stands in for the t of a test.
type example struct{ testing.TB }

func (example) Helper()                           {}
func (example) Context() context.Context          { return context.Background() }
func (example) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func Example() {
	var t example // a test has its own

	c := erptest.New(t, erptest.WithGrade("12346", "gold"))
	sale := c.Sell(t, "12346", erptest.Line("85123A", 31), erptest.Line("POST", 1))
	c.AssertBooks(t)

	fmt.Println(sale.Placed.Number, sale.Placed.Net, "net,", sale.Placed.Lines[0].Reserved, "reserved")
	fmt.Println(sale.Shipped.Number, sale.Shipped.Cost, "cost")
	fmt.Println(sale.Invoiced.Number, sale.Invoiced.Gross, "gross, due", sale.Invoiced.Due)
	fmt.Println(sale.Received.Number, sale.Received.Applied, "applied")
	// Output:
	// SO-000001 103.90 GBP net, 31 EA reserved
	// DN-000001 50.23 GBP cost
	// INV-2011-000001 124.68 GBP gross, due 2011-07-01
	// PY-000001 124.68 GBP applied
}
