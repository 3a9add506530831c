package storetest

import (
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

func salesKinds[R Repos]() []kind[R] {
	return []kind[R]{quotationKind[R](), orderKind[R](), deliveryKind[R](), returnKind[R]()}
}

// item is a line of 3 dozen at 2.40 a dozen, less 20 pence.
func item(n int) sales.Item {
	return sales.Item{Line: 1, Product: product(n), Text: text("item", n), Ordered: tandem.QuantityFromMicro(3_000_000, tandem.Dozen),
		Factor: tandem.IntRatio(12), Quantity: each(36), Price: price(240_000_000, tandem.Dozen), List: price(250_000_000, tandem.Dozen),
		PriceRef: tandem.PriceRef{Book: "gold", Version: 3, Rule: "r" + strconv.Itoa(n)}, Discount: pounds(20), Net: pounds(700),
		TaxCode: "GB-S", TaxCategory: tandem.TaxStandard, Promise: day(n + 9), Waterfall: `{"base":"2.50"}`}
}

func address(n int) tandem.Address {
	return tandem.Address{Name: tandem.Personal(text("name", n)), Lines: []tandem.Personal{"1 High Street", "Flat 2"}, City: "Leeds",
		Region: "Yorkshire", PostalCode: "LS1 1AA", Country: "GB"}
}

func quotationKind[R Repos]() kind[R] {
	return records[R, *sales.Quotation, sales.QuotationState, sales.QuotationQuery]{
		name: "quotation", states: quotationStates, restore: sales.RestoreQuotation, state: (*sales.Quotation).State,
		save: func(ctx context.Context, r R, q *sales.Quotation) error { return r.SalesQuotations().Save(ctx, q) },
		get: func(ctx context.Context, r R, s *sales.QuotationState) (*sales.Quotation, error) {
			return r.SalesQuotations().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q sales.QuotationQuery) iter.Seq2[*sales.Quotation, error] {
			return r.SalesQuotations().Find(ctx, q)
		},
		queries: func(s *sales.QuotationState) []sales.QuotationQuery {
			c := s.Company
			return []sales.QuotationQuery{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Status: s.Status}, {Company: c, Number: s.Number},
				{Company: c, From: s.Date}, {Company: c, Until: s.Date}, {Company: c, ValidBefore: s.ValidUntil},
				{Company: c, Customer: s.Customer, Status: s.Status, From: s.Date, Until: s.Date.AddDays(2)}}
		},
		page:     func(q *sales.QuotationQuery) *tandem.Page { return &q.Page },
		matches:  sales.QuotationQuery.Matches,
		order:    func(a, b *sales.QuotationState) int { return a.Date.Compare(b.Date) },
		key:      func(s *sales.QuotationState) string { return idText(s.ID.Bytes()) },
		revision: func(s *sales.QuotationState) *int64 { return &s.Revision },
		sequence: func(s *sales.QuotationState) *int64 { return &s.Sequence },
		clash:    func(s, other *sales.QuotationState) { s.Number = other.Number },
	}.kind()
}

func quotationStates(c tandem.CompanyID, n int) []sales.QuotationState {
	accepted := sales.QuotationState{
		ID: tandem.DeriveID[sales.QuotationID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1), Status: sales.QuotationStatusAccepted,
		Number: number(n), Customer: customer(n), Reference: text("reference", n), Date: day(n % 4), ValidUntil: day(n%4 + 20), Currency: tandem.GBP,
		Grade: "gold", Terms: "net30", Version: 2, Created: at(n), Sent: at(n + 1), Decided: at(n + 2), Order: ref("sales_order", n),
		Lines: []sales.Item{item(n)},
	}
	declined := accepted
	declined.ID, declined.Number = tandem.DeriveID[sales.QuotationID]("storetest", strconv.Itoa(n+5000)), number(n+5000)
	declined.Status, declined.Order, declined.Reason = sales.QuotationStatusDeclined, tandem.DocumentRef{}, text("reason", n)
	return []sales.QuotationState{accepted, declined}
}

func orderID(n int) sales.OrderID {
	return tandem.DeriveID[sales.OrderID]("storetest", strconv.Itoa(n))
}

func orderKind[R Repos]() kind[R] {
	return records[R, *sales.Order, sales.OrderState, sales.OrderQuery]{
		name: "order", states: orderStates, restore: sales.RestoreOrder, state: (*sales.Order).State,
		save: func(ctx context.Context, r R, o *sales.Order) error { return r.SalesOrders().Save(ctx, o) },
		get: func(ctx context.Context, r R, s *sales.OrderState) (*sales.Order, error) {
			return r.SalesOrders().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q sales.OrderQuery) iter.Seq2[*sales.Order, error] {
			return r.SalesOrders().Find(ctx, q)
		},
		queries: func(s *sales.OrderState) []sales.OrderQuery {
			c := s.Company
			return []sales.OrderQuery{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Status: s.Status}, {Company: c, Open: true},
				{Company: c, Held: true}, {Company: c, Number: s.Number}, {Company: c, From: s.Date}, {Company: c, Until: s.Date},
				{Company: c, Customer: s.Customer, Open: true, From: s.Date, Until: s.Date.AddDays(3)}}
		},
		page:     func(q *sales.OrderQuery) *tandem.Page { return &q.Page },
		matches:  sales.OrderQuery.Matches,
		order:    func(a, b *sales.OrderState) int { return a.Date.Compare(b.Date) },
		key:      func(s *sales.OrderState) string { return idText(s.ID.Bytes()) },
		revision: func(s *sales.OrderState) *int64 { return &s.Revision },
		sequence: func(s *sales.OrderState) *int64 { return &s.Sequence },
		clash:    func(s, other *sales.OrderState) { s.Number = other.Number },
	}.kind()
}

// orderStates gives an order that is partly shipped and held, and a closed one.
func orderStates(c tandem.CompanyID, n int) []sales.OrderState {
	l := sales.Line{Item: item(n), FirstPromise: day(n + 8), Cancelled: each(6), Reserved: each(5), Shipped: each(12), Returned: each(1),
		Invoiced: each(6), NetCancelled: pounds(100), NetShipped: pounds(200), NetInvoiced: pounds(90)}
	held := sales.OrderState{
		ID: orderID(n), Company: c, Sequence: int64(n + 1), Status: sales.OrderStatusPartlyShipped, Number: number(n), Customer: customer(n),
		Reference: text("reference", n), Quotation: ref("sales_quotation", n), Date: day(n % 5), Currency: tandem.GBP, Grade: "gold", Terms: "net30",
		Warehouse: location(1), ShipTo: address(n), Policy: sales.InvoiceOnShipment, Placed: at(n), Confirmed: at(n + 1), Hold: text("hold", n),
		Version: 2, LastLine: 3, Deliveries: 1, Lines: []sales.Line{l},
		Amendments: []sales.Revision{{Version: 2, Reason: text("amended", n), At: at(n + 2)}},
	}
	closed := held
	l.Cancelled, l.Reserved, l.NetCancelled, l.Invoiced, l.NetInvoiced = each(24), each(0), pounds(500), each(12), pounds(200)
	closed.ID, closed.Number, closed.Status, closed.Hold = orderID(n+5000), number(n+5000), sales.OrderStatusClosed, ""
	closed.Closed, closed.Reason, closed.Lines, closed.ShipTo = at(n+3), text("closed", n), []sales.Line{l}, tandem.Address{}
	return []sales.OrderState{held, closed}
}

func deliveryKind[R Repos]() kind[R] {
	return records[R, *sales.Delivery, sales.DeliveryState, sales.DeliveryQuery]{
		name: "delivery", states: deliveryStates, restore: sales.RestoreDelivery, state: (*sales.Delivery).State,
		save: func(ctx context.Context, r R, d *sales.Delivery) error { return r.Deliveries().Save(ctx, d) },
		get: func(ctx context.Context, r R, s *sales.DeliveryState) (*sales.Delivery, error) {
			return r.Deliveries().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q sales.DeliveryQuery) iter.Seq2[*sales.Delivery, error] {
			return r.Deliveries().Find(ctx, q)
		},
		queries: func(s *sales.DeliveryState) []sales.DeliveryQuery {
			c, order := s.Company, tandem.IDFromBytes[sales.OrderID](s.Order.ID.Bytes())
			return []sales.DeliveryQuery{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Order: order}, {Company: c, Status: s.Status},
				{Company: c, Uninvoiced: true}, {Company: c, Number: s.Number}, {Company: c, From: s.Date}, {Company: c, Until: s.Date},
				{Company: c, Order: order, Customer: s.Customer, Uninvoiced: true}, {Company: c, Withdrawn: true}, {Company: c, Expecting: true}}
		},
		page:     func(q *sales.DeliveryQuery) *tandem.Page { return &q.Page },
		matches:  sales.DeliveryQuery.Matches,
		order:    func(a, b *sales.DeliveryState) int { return a.Date.Compare(b.Date) },
		key:      func(s *sales.DeliveryState) string { return idText(s.ID.Bytes()) },
		revision: func(s *sales.DeliveryState) *int64 { return &s.Revision },
		sequence: func(s *sales.DeliveryState) *int64 { return &s.Sequence },
		clash:    func(s, other *sales.DeliveryState) { s.Number = other.Number },
	}.kind()
}

func deliveryStates(c tandem.CompanyID, n int) []sales.DeliveryState {
	l := sales.DeliveryLine{Line: 1, OrderLine: 2, Product: product(n), Lot: lot(n), Quantity: each(12), Net: pounds(1200), Cost: pounds(700),
		Invoiced: each(6), NetInvoiced: pounds(600), Returned: each(3), NetReturned: pounds(300), CostReturned: pounds(175)}
	partly := sales.DeliveryState{ID: tandem.DeriveID[sales.DeliveryID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1),
		Status: sales.DeliveryStatusPartlyInvoiced, Number: number(n), Order: ref("sales_order", n%3), Customer: customer(n), Date: day(n % 4),
		Currency: tandem.GBP, Dispatched: at(n), Lines: []sales.DeliveryLine{l},
		Withdrawn: []sales.Withdrawal{{Line: 1, Date: day(n + 2), Quantity: each(2), Net: pounds(200)}},
		Expected:  []sales.Expectation{{Line: 1, Quantity: each(3), Net: pounds(300), Cost: pounds(175)}}}
	whole := partly
	whole.Withdrawn, whole.Expected = nil, nil
	l.Invoiced, l.NetInvoiced = l.Quantity, l.Net
	whole.ID, whole.Number = tandem.DeriveID[sales.DeliveryID]("storetest", strconv.Itoa(n+5000)), number(n+5000)
	whole.Status, whole.Lines = sales.DeliveryStatusInvoiced, []sales.DeliveryLine{l}
	return []sales.DeliveryState{partly, whole}
}

func returnKind[R Repos]() kind[R] {
	return records[R, *sales.Return, sales.ReturnState, sales.ReturnQuery]{
		name: "return", states: returnStates, restore: sales.RestoreReturn, state: (*sales.Return).State,
		save: func(ctx context.Context, r R, a *sales.Return) error { return r.SalesReturns().Save(ctx, a) },
		get: func(ctx context.Context, r R, s *sales.ReturnState) (*sales.Return, error) {
			return r.SalesReturns().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q sales.ReturnQuery) iter.Seq2[*sales.Return, error] {
			return r.SalesReturns().Find(ctx, q)
		},
		queries: func(s *sales.ReturnState) []sales.ReturnQuery {
			c := s.Company
			return []sales.ReturnQuery{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Status: s.Status}, {Company: c, Number: s.Number},
				{Company: c, From: s.Date}, {Company: c, Until: s.Date}}
		},
		page:     func(q *sales.ReturnQuery) *tandem.Page { return &q.Page },
		matches:  sales.ReturnQuery.Matches,
		order:    func(a, b *sales.ReturnState) int { return a.Date.Compare(b.Date) },
		key:      func(s *sales.ReturnState) string { return idText(s.ID.Bytes()) },
		revision: func(s *sales.ReturnState) *int64 { return &s.Revision },
		sequence: func(s *sales.ReturnState) *int64 { return &s.Sequence },
		clash:    func(s, other *sales.ReturnState) { s.Number = other.Number },
	}.kind()
}

func returnStates(c tandem.CompanyID, n int) []sales.ReturnState {
	l := sales.ReturnLine{
		ReturnItem: sales.ReturnItem{Line: 1, Order: line("sales_order", n, 1), Delivery: line("sales_delivery", n, 1), Invoice: ref("customer_invoice", n),
			Product: product(n), Quantity: each(9), Reason: text("broken", n)},
		Received: each(7), Net: pounds(70), Value: pounds(35), Restocked: each(4), Scrapped: each(3), RestockValue: pounds(20), ScrapValue: pounds(15),
		Remedy: sales.RemedyCredit,
	}
	return []sales.ReturnState{{ID: tandem.DeriveID[sales.ReturnID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1),
		Status: sales.ReturnStatusCredited, Number: number(n), Customer: customer(n), Date: day(n % 4), Currency: tandem.GBP, Reason: text("why", n),
		Authorised: at(n), Received: day(n + 1), CreditNote: ref("customer_invoice", n+1), Replacement: ref("sales_order", n+1), Lines: []sales.ReturnLine{l}}}
}
