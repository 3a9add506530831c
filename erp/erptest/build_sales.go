package erptest

import (
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
)

// OrderID gives the id of an order by its key.
func OrderID(key string) sales.OrderID { return tandem.DeriveID[sales.OrderID]("order", key) }

// OrderRef gives the reference to an order; its number is the key.
func OrderRef(key string) tandem.DocumentRef {
	return tandem.RefTo(sales.KindOrder, OrderID(key), key)
}

// Item gives pieces of a product at a price in pounds, `2.95`, taxed GB-S and
// promised for day 2. Line is its number.
func Item(tb testing.TB, line int, product string, pieces int64, price string) sales.Item {
	tb.Helper()
	q, p := Pieces(tb, pieces), Price(tb, price+" GBP/EA")
	net, err := p.Times(q, tandem.HalfAwayFromZero)
	return sales.Item{Line: line, Product: ProductID(product), Ordered: q, Factor: tandem.IntRatio(1), Quantity: q, Price: p, List: p,
		PriceRef: tandem.PriceRef{Book: "test", Version: 1, Rule: "list/" + product}, Discount: GBP(tb, "0.00"),
		Net: must(tb, net, err), TaxCode: "GB-S", TaxCategory: tandem.TaxStandard, Promise: Day(2)}
}

// items gives the lines of a document: those given, or 12 pieces of 85123A at 2.95.
func items(tb testing.TB, given []sales.Item) []sales.Item {
	tb.Helper()
	if len(given) == 0 {
		return []sales.Item{Item(tb, 1, "85123A", 12, "2.95")}
	}
	return given
}

// OrderInput gives what an order of the first day of customer 12346 is made
// from. Without items it is for 12 pieces of 85123A at 2.95.
func OrderInput(tb testing.TB, key string, lines ...sales.Item) sales.OrderInput {
	tb.Helper()
	return sales.OrderInput{ID: OrderID(key), Company: CompanyID(), Number: key, Customer: CustomerID("12346"), Date: Day(0),
		Currency: tandem.GBP, Terms: "net30", Warehouse: LocationID("WH"), Lines: items(tb, lines)}
}

// Order gives a confirmed order of [OrderInput]; nothing of it is reserved.
func Order(tb testing.TB, key string, lines ...sales.Item) *sales.Order {
	tb.Helper()
	o, err := sales.NewOrder(OrderInput(tb, key, lines...), At(0))
	must(tb, o, err)
	if err := o.Confirm(At(0)); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	o.Drain()
	return o
}

// QuotationInput gives what a quotation of the first day to customer 12346 is
// made from, valid for two weeks. Items are as in [OrderInput].
func QuotationInput(tb testing.TB, key string, lines ...sales.Item) quotation.Input {
	tb.Helper()
	return quotation.Input{ID: tandem.DeriveID[quotation.ID]("quotation", key), Company: CompanyID(), Number: key,
		Customer: CustomerID("12346"), Date: Day(0), ValidUntil: Day(14), Currency: tandem.GBP, Terms: "net30", Lines: items(tb, lines)}
}

// Quotation gives a quotation of [QuotationInput] that was sent.
func Quotation(tb testing.TB, key string, lines ...sales.Item) *quotation.Quotation {
	tb.Helper()
	q, err := quotation.New(QuotationInput(tb, key, lines...), At(0))
	must(tb, q, err)
	if err := q.Send(Day(0), At(0)); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	q.Drain()
	return q
}

// Shipment gives what ships all of an order that is open, on day 2. Each
// piece leaves the stock at one pound.
func Shipment(tb testing.TB, key string, o *sales.Order) delivery.Shipment {
	tb.Helper()
	in := delivery.Shipment{ID: tandem.DeriveID[delivery.ID]("delivery", key), Number: key, Date: Day(2)}
	pound := Price(tb, "1.00 GBP/EA")
	for i := range o.NumLines() {
		l := o.LineAt(i)
		if open := l.Open(); open.Sign() > 0 {
			cost, err := pound.Times(open, tandem.HalfAwayFromZero)
			in.Lines = append(in.Lines, delivery.ShipLine{Line: l.Line, Quantity: open, Cost: must(tb, cost, err)})
		}
	}
	return in
}

// Delivery ships all of an order that is open, and gives its delivery.
func Delivery(tb testing.TB, key string, o *sales.Order) *delivery.Delivery {
	tb.Helper()
	d, err := delivery.Dispatch(o, Shipment(tb, key, o), At(2))
	must(tb, d, err)
	d.Drain()
	o.Drain()
	return d
}

// ReturnInput gives what the return of a whole delivery is made from, on day 9.
func ReturnInput(key string, d *delivery.Delivery) returns.Input {
	in := returns.Input{ID: tandem.DeriveID[returns.ID]("return", key), Company: CompanyID(), Number: key, Customer: d.Customer(),
		Date: Day(9), Currency: d.Net().Currency(), Reason: "sent by mistake"}
	for i := range d.NumLines() {
		l := d.LineAt(i)
		in.Lines = append(in.Lines, returns.Item{Line: i + 1, Order: tandem.LineRef{Document: d.Order(), Line: l.OrderLine},
			Delivery: d.LineRef(l.Line), Product: l.Product, Quantity: l.Quantity})
	}
	return in
}

// Return gives an authorised return of [ReturnInput].
func Return(tb testing.TB, key string, d *delivery.Delivery) *returns.Return {
	tb.Helper()
	r, err := returns.Authorise(ReturnInput(key, d), At(9))
	must(tb, r, err)
	r.Drain()
	return r
}
