package sales_test

import (
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

var (
	gbp, each, lq, date, at    = documenttest.GBP, documenttest.Each, documenttest.Lines, documenttest.Date, documenttest.At
	company, customer          = documenttest.Company, documenttest.Customer
	item, orderInput, document = documenttest.Item, documenttest.OrderInput, documenttest.Document
	code, names                = documenttest.Code, documenttest.Names
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

func shipment(key string, lines ...sales.LineQuantity) sales.Shipment {
	in := sales.Shipment{Delivery: tandem.DeriveID[sales.DeliveryID]("delivery", key), Number: "DN-" + key, Date: date("2011-06-02")}
	for _, l := range lines {
		in.Lines = append(in.Lines, sales.ShipLine{Line: l.Line, Quantity: l.Quantity, Cost: gbp(l.Quantity.Micro() / 1_000_000 * 10)})
	}
	return in
}

func ship(t documenttest.T, o *sales.Order, key string, lines ...sales.LineQuantity) *sales.Delivery {
	d, err := o.Ship(shipment(key, lines...), at(2))
	require.NoError(t, err)
	return d
}

func invoice(t documenttest.T, o *sales.Order, d *sales.Delivery) []sales.BilledLine {
	lines, err := d.InvoiceAll()
	require.NoError(t, err)
	require.NoError(t, o.RecordInvoiced(lines))
	return lines
}

func orderTrip(t documenttest.T, o *sales.Order) *sales.Order {
	t.Helper()
	return documenttest.RoundTrip(t, o, (*sales.Order).State, sales.RestoreOrder)
}

func deliveryTrip(t documenttest.T, d *sales.Delivery) *sales.Delivery {
	return documenttest.RoundTrip(t, d, (*sales.Delivery).State, sales.RestoreDelivery)
}
