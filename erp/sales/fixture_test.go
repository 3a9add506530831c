package sales_test

import (
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

var (
	gbp, each, lq, date, at = documenttest.GBP, documenttest.Each, documenttest.Lines, documenttest.Date, documenttest.At
	company, customer       = documenttest.Company, documenttest.Customer
	item, orderInput, ship  = documenttest.Item, documenttest.OrderInput, documenttest.Ship
	code, names             = documenttest.Code, documenttest.Names
)

func draft(t documenttest.T, items ...sales.Item) *sales.Order {
	t.Helper()
	o, err := sales.NewOrder(orderInput(items...), at(0))
	if err != nil {
		t.Fatalf("draft: %v", err)
	}
	return o
}

func confirmed(t documenttest.T, items ...sales.Item) *sales.Order {
	return documenttest.Order(t, items...)
}

func invoice(t documenttest.T, o *sales.Order, d *delivery.Delivery) []sales.BilledLine {
	lines, err := d.InvoiceAll()
	require.NoError(t, err)
	require.NoError(t, o.RecordInvoiced(lines))
	return lines
}

func orderTrip(t documenttest.T, o *sales.Order) *sales.Order {
	t.Helper()
	return documenttest.RoundTrip(t, o, (*sales.Order).State, sales.RestoreOrder)
}
