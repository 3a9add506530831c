package erptest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/warehouse"
)

// Line gives a line for that many pieces of a product, as a customer states it.
func Line(product string, pieces int64) ordertocash.OrderLine {
	quantity, _ := tandem.QuantityOf(pieces, tandem.Each) // out of range: no quantity, which placing refuses
	return ordertocash.OrderLine{Product: ProductID(product), Quantity: quantity}
}

// Place places an order of a customer, by its key.
func (c *CompanyOf[R]) Place(tb testing.TB, customer string, lines ...ordertocash.OrderLine) ordertocash.Placed {
	tb.Helper()
	placed, err := c.Sales.Place(tb.Context(), ordertocash.PlaceOrder{Header: c.Header(), Customer: CustomerID(customer), Lines: lines})
	if errors.Is(err, tandem.ErrNotFound) {
		err = fmt.Errorf("customer %q: %w", customer, err)
	}
	return must(tb, placed, err)
}

// Ship sends all of an order that is reserved.
func (c *CompanyOf[R]) Ship(tb testing.TB, order sales.OrderID) ordertocash.Shipped {
	tb.Helper()
	shipped, err := c.Sales.Ship(tb.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: order})
	return must(tb, shipped, err)
}

// Bill drafts and posts the invoice of all of an order that is delivered and not
// invoiced.
func (c *CompanyOf[R]) Bill(tb testing.TB, order sales.OrderID) ordertocash.Invoiced {
	tb.Helper()
	draft, err := c.Sales.Invoice(tb.Context(), ordertocash.InvoiceOrder{Header: c.Header(), Order: order})
	must(tb, draft, err)
	posted, err := c.Sales.Post(tb.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice})
	return must(tb, posted, err)
}

// Pay receives money from a customer by bank transfer and applies it to the
// invoices named, the earliest due first; what is left over stays its credit.
func (c *CompanyOf[R]) Pay(tb testing.TB, customer string, amount tandem.Money, invoices ...billing.InvoiceID) ordertocash.Received {
	tb.Helper()
	received, err := c.Sales.Receive(tb.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: CustomerID(customer),
		Amount: amount, Method: payment.BankTransfer, Invoices: invoices})
	return must(tb, received, err)
}

// Sale is an order from its placing to its payment.
type Sale struct {
	Placed   ordertocash.Placed
	Shipped  ordertocash.Shipped
	Invoiced ordertocash.Invoiced
	Received ordertocash.Received
}

// Sell places an order, ships it, invoices it and receives what is invoiced. An
// order of which not all is there ends the test: place and ship that one by itself.
func (c *CompanyOf[R]) Sell(tb testing.TB, customer string, lines ...ordertocash.OrderLine) Sale {
	tb.Helper()
	var s Sale
	s.Placed = c.Place(tb, customer, lines...)
	for _, l := range s.Placed.Lines {
		if l.Backorder.Sign() > 0 {
			tb.Fatalf("erptest: Sell: of line %d, %v are not there and %v are: Place and Ship sell a part", l.Line, l.Backorder, l.Reserved)
		}
	}
	s.Shipped = c.Ship(tb, s.Placed.Order)
	s.Invoiced = c.Bill(tb, s.Placed.Order)
	s.Received = c.Pay(tb, customer, s.Invoiced.Gross, s.Invoiced.Invoice)
	return s
}

// Buy takes pieces of a product into the warehouse from supplier `potter`, for a
// value in the company's currency, and gives them to the lines that wait.
func (c *CompanyOf[R]) Buy(tb testing.TB, product string, pieces int64, value string) warehouse.Received {
	tb.Helper()
	received, err := c.Warehouse.Receive(tb.Context(), warehouse.Receive{Header: c.Header(), Supplier: SupplierID("potter"), Reserve: true,
		Lines: []warehouse.ReceiptLine{{Product: ProductID(product), Quantity: Pieces(tb, pieces), Value: c.Money(tb, value)}}})
	return must(tb, received, err)
}

// TakeBack takes pieces of a line of a delivery back into the stock, and credits
// them.
func (c *CompanyOf[R]) TakeBack(tb testing.TB, customer string, from delivery.ID, line int, pieces int64) ordertocash.Credited {
	tb.Helper()
	credited, err := c.Sales.Return(tb.Context(), ordertocash.ReturnGoods{Header: c.Header(), Customer: CustomerID(customer), Reason: "test",
		Lines: []ordertocash.ReturnedLine{{Delivery: from, Line: line, Quantity: Pieces(tb, pieces)}}})
	return must(tb, credited, err)
}
