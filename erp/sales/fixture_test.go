package sales_test

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

func gbpCode() tandem.Currency {
	c, err := tandem.ParseCurrency("GBP")
	if err != nil {
		panic(err)
	}
	return c
}

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, gbpCode()) }

func each(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func lq(line int, n int64) sales.LineQuantity {
	return sales.LineQuantity{Line: line, Quantity: each(n)}
}

func date(s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func at(minute int) tandem.Instant {
	return tandem.InstantOf(time.Date(2011, 6, 1, 9, minute, 0, 0, time.UTC))
}

func product(key string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("product", key) }

func company() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "1") }

func customer() tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", "17850") }

// item is n pieces at a price in pence.
func item(line int, n, price int64) sales.Item {
	p, err := tandem.PriceFromMicro(price*10_000, gbpCode(), 1, tandem.Each)
	if err != nil {
		panic(err)
	}
	return sales.Item{Line: line, Product: product(string(rune('A' + line))), Ordered: each(n), Factor: tandem.IntRatio(1), Quantity: each(n),
		Price: p, List: p, PriceRef: tandem.PriceRef{Book: "list", Version: 3, Rule: "r1"}, Net: gbp(n * price), TaxCode: "GB-S",
		TaxCategory: tandem.TaxStandard, Promise: date("2011-06-03")}
}

func orderInput(items ...sales.Item) sales.OrderInput {
	return sales.OrderInput{ID: tandem.DeriveID[sales.OrderID]("order", "1"), Company: company(), Number: "SO-1", Customer: customer(),
		Reference: "PO 77", Date: date("2011-06-01"), Currency: gbpCode(), Grade: "gold", Terms: "net30", Lines: items}
}

func draft(t require.TestingT, items ...sales.Item) *sales.Order {
	o, err := sales.NewOrder(orderInput(items...), at(0))
	require.NoError(t, err)
	return o
}

func confirmed(t require.TestingT, items ...sales.Item) *sales.Order {
	o := draft(t, items...)
	require.NoError(t, o.Confirm(at(1)))
	return o
}

func shipment(key string, lines ...sales.LineQuantity) sales.Shipment {
	in := sales.Shipment{Delivery: tandem.DeriveID[sales.DeliveryID]("delivery", key), Number: "DN-" + key, Date: date("2011-06-02")}
	for _, l := range lines {
		in.Lines = append(in.Lines, sales.ShipLine{Line: l.Line, Quantity: l.Quantity, Cost: gbp(l.Quantity.Micro() / 1_000_000 * 10)})
	}
	return in
}

func ship(t require.TestingT, o *sales.Order, key string, lines ...sales.LineQuantity) *sales.Delivery {
	d, err := o.Ship(shipment(key, lines...), at(2))
	require.NoError(t, err)
	return d
}

func invoice(t require.TestingT, o *sales.Order, d *sales.Delivery) []sales.BilledLine {
	lines, err := d.InvoiceAll()
	require.NoError(t, err)
	require.NoError(t, o.RecordInvoiced(lines))
	return lines
}

// code gives the code of a refusal, or of the first fault.
func code(err error) string {
	var refused *tandem.RefusedError
	var invalid *tandem.InvalidError
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case errors.As(err, &invalid):
		return "fault " + invalid.Faults[0].Code
	case err != nil:
		return err.Error()
	}
	return ""
}

// roundTrip proves that State → JSON → State → Restore loses nothing.
func roundTrip[A any, S any](t require.TestingT, a A, state func(A) S, restore func(S) (A, error)) A {
	want := state(a)
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var read S
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, want, read)
	again, err := restore(read)
	require.NoError(t, err)
	require.Equal(t, want, state(again))
	return again
}

func orderTrip(t require.TestingT, o *sales.Order) *sales.Order {
	return roundTrip(t, o, (*sales.Order).State, sales.RestoreOrder)
}

func deliveryTrip(t require.TestingT, d *sales.Delivery) *sales.Delivery {
	return roundTrip(t, d, (*sales.Delivery).State, sales.RestoreDelivery)
}

func names(r tandem.Recorded) (out []string) {
	for _, e := range r.Events {
		out = append(out, e.EventName())
	}
	return out
}
