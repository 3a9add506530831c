package storetest

import (
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
)

func salesKinds[R Repos]() []kind[R] {
	return []kind[R]{quotationKind[R](), orderKind[R](), deliveryKind[R](), returnKind[R]()}
}

// item is a line of 3 dozen at 2.40 a dozen, less 20 pence.
func item(n int) sales.Item {
	return sales.Item{Line: 1, Product: product(n), Text: text("item", n), Ordered: tandem.QuantityFromMicro(3_000_000, tandem.Dozen),
		Factor: tandem.IntRatio(12), Quantity: each(36), Price: price(240_000_000, tandem.Dozen), List: price(250_000_000, tandem.Dozen),
		PriceRef: tandem.PriceRef{Book: "gold", Version: 3, Rule: "r" + strconv.Itoa(n)}, Discount: pounds(20), Net: pounds(700),
		TaxCode: "GB-S", TaxCategory: tandem.TaxStandard, Promise: day(n + 9), Waterfall: `{"base":"2.50"}`,
		PricedOn: day(n), Group: text("group", n), Of: 2, Promotion: text("promotion", n)}
}

func address(n int) tandem.Address {
	return tandem.Address{Name: tandem.Personal(text("name", n)), Lines: []tandem.Personal{"1 High Street", "Flat 2"}, City: "Leeds",
		Region: "Yorkshire", PostalCode: "LS1 1AA", Country: "GB"}
}

func quotationKind[R Repos]() kind[R] {
	return records[R, *quotation.Quotation, quotation.State, quotation.Query]{
		name: "quotation", states: quotationStates, restore: quotation.Restore, state: (*quotation.Quotation).State,
		table: func(r R) any { return r.SalesQuotations() },
		save:  func(ctx context.Context, r R, q *quotation.Quotation) error { return r.SalesQuotations().Save(ctx, q) },
		get: func(ctx context.Context, r R, s *quotation.State) (*quotation.Quotation, error) {
			return r.SalesQuotations().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q quotation.Query) iter.Seq2[*quotation.Quotation, error] {
			return r.SalesQuotations().Find(ctx, q)
		},
		queries: func(s *quotation.State) []quotation.Query {
			c := s.Company
			return []quotation.Query{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Status: s.Status}, {Company: c, Number: s.Number},
				{Company: c, From: s.Date}, {Company: c, Until: s.Date}, {Company: c, ValidBefore: s.ValidUntil},
				{Company: c, Customer: s.Customer, Status: s.Status, From: s.Date, Until: s.Date.AddDays(2)}}
		},
		page:     func(q *quotation.Query) *tandem.Page { return &q.Page },
		matches:  quotation.Query.Matches,
		order:    func(a, b *quotation.State) int { return a.Date.Compare(b.Date) },
		key:      func(s *quotation.State) string { return idText(s.ID.Bytes()) },
		revision: func(s *quotation.State) *int64 { return &s.Revision },
		sequence: func(s *quotation.State) *int64 { return &s.Sequence },
		clash:    func(s, other *quotation.State) { s.Number = other.Number },
	}.kind()
}

func quotationStates(c tandem.CompanyID, n int) []quotation.State {
	accepted := quotation.State{
		ID: tandem.DeriveID[quotation.ID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1), Status: quotation.StatusAccepted,
		Number: number(n), Customer: customer(n), Reference: text("reference", n), Date: day(n % 4), ValidUntil: day(n%4 + 20), Currency: tandem.GBP,
		Grade: "gold", Terms: "net30", ShipTo: address(n), Version: 2, Created: at(n), Sent: at(n + 1), Decided: at(n + 2), Order: ref("sales_order", n),
		Lines: []sales.Item{item(n)},
	}
	declined := accepted
	declined.ID, declined.Number = tandem.DeriveID[quotation.ID]("storetest", strconv.Itoa(n+5000)), number(n+5000)
	declined.Pricing = pricedBy(n)
	declined.Status, declined.Order, declined.Reason = quotation.StatusDeclined, tandem.DocumentRef{}, text("reason", n)
	return []quotation.State{accepted, declined}
}

func orderID(n int) sales.OrderID {
	return tandem.DeriveID[sales.OrderID]("storetest", strconv.Itoa(n))
}

func orderKind[R Repos]() kind[R] {
	return records[R, *sales.Order, sales.OrderState, sales.OrderQuery]{
		name: "order", states: orderStates, restore: sales.RestoreOrder, state: (*sales.Order).State,
		table: func(r R) any { return r.SalesOrders() },
		save:  func(ctx context.Context, r R, o *sales.Order) error { return r.SalesOrders().Save(ctx, o) },
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
		Invoiced: each(6), NetCancelled: pounds(100), NetShipped: pounds(200), NetInvoiced: pounds(90), Repriced: true}
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
	closed.Pricing = pricedBy(n)
	return []sales.OrderState{held, closed}
}

// pricedBy gives what prices were made by, with a claim on a limit.
func pricedBy(n int) sales.Pricing {
	return sales.Pricing{On: sales.PricedOnDelivery, Channel: "web", Coupons: []string{text("coupon", n)}, Claims: []sales.Claim{{Key: text("key", n),
		Limits: []tandem.DocumentRef{ref("redemption_limit", n)}, Lines: []sales.ClaimLine{{Line: 3, Quantity: each(6), Value: pounds(90)}, {Line: 4}}}}}
}

func deliveryKind[R Repos]() kind[R] {
	return records[R, *delivery.Delivery, delivery.State, delivery.Query]{
		name: "delivery", states: deliveryStates, restore: delivery.Restore, state: (*delivery.Delivery).State,
		table: func(r R) any { return r.Deliveries() },
		save:  func(ctx context.Context, r R, d *delivery.Delivery) error { return r.Deliveries().Save(ctx, d) },
		get: func(ctx context.Context, r R, s *delivery.State) (*delivery.Delivery, error) {
			return r.Deliveries().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q delivery.Query) iter.Seq2[*delivery.Delivery, error] {
			return r.Deliveries().Find(ctx, q)
		},
		queries: func(s *delivery.State) []delivery.Query {
			c, order := s.Company, tandem.IDFromBytes[sales.OrderID](s.Order.ID.Bytes())
			return []delivery.Query{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Order: order}, {Company: c, Status: s.Status},
				{Company: c, Uninvoiced: true}, {Company: c, Number: s.Number}, {Company: c, From: s.Date}, {Company: c, Until: s.Date},
				{Company: c, Order: order, Customer: s.Customer, Uninvoiced: true}, {Company: c, Withdrawn: true}, {Company: c, Expecting: true}}
		},
		page:     func(q *delivery.Query) *tandem.Page { return &q.Page },
		matches:  delivery.Query.Matches,
		order:    func(a, b *delivery.State) int { return a.Date.Compare(b.Date) },
		key:      func(s *delivery.State) string { return idText(s.ID.Bytes()) },
		revision: func(s *delivery.State) *int64 { return &s.Revision },
		sequence: func(s *delivery.State) *int64 { return &s.Sequence },
		clash:    func(s, other *delivery.State) { s.Number = other.Number },
	}.kind()
}

func deliveryStates(c tandem.CompanyID, n int) []delivery.State {
	l := delivery.Line{Line: 1, OrderLine: 2, Product: product(n), Lot: lot(n), Quantity: each(12), Net: pounds(1200), Cost: pounds(700),
		Invoiced: each(6), NetInvoiced: pounds(600), Returned: each(3), NetReturned: pounds(300), CostReturned: pounds(175)}
	partly := delivery.State{ID: tandem.DeriveID[delivery.ID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1),
		Status: delivery.StatusPartlyInvoiced, Number: number(n), Order: ref("sales_order", n%3), Customer: customer(n), Date: day(n % 4),
		Currency: tandem.GBP, Dispatched: at(n), Lines: []delivery.Line{l},
		Withdrawn: []delivery.Withdrawal{{Line: 1, Date: day(n + 2), Quantity: each(2), Net: pounds(200)}},
		Expected:  []delivery.Expectation{{Line: 1, Quantity: each(3), Net: pounds(300), Cost: pounds(175)}}}
	whole := partly
	whole.Withdrawn, whole.Expected = nil, nil
	l.Invoiced, l.NetInvoiced = l.Quantity, l.Net
	whole.ID, whole.Number = tandem.DeriveID[delivery.ID]("storetest", strconv.Itoa(n+5000)), number(n+5000)
	whole.Status, whole.Lines = delivery.StatusInvoiced, []delivery.Line{l}
	return []delivery.State{partly, whole}
}

func returnKind[R Repos]() kind[R] {
	return records[R, *returns.Return, returns.State, returns.Query]{
		name: "return", states: returnStates, restore: returns.Restore, state: (*returns.Return).State,
		table: func(r R) any { return r.SalesReturns() },
		save:  func(ctx context.Context, r R, a *returns.Return) error { return r.SalesReturns().Save(ctx, a) },
		get: func(ctx context.Context, r R, s *returns.State) (*returns.Return, error) {
			return r.SalesReturns().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q returns.Query) iter.Seq2[*returns.Return, error] {
			return r.SalesReturns().Find(ctx, q)
		},
		queries: func(s *returns.State) []returns.Query {
			c := s.Company
			return []returns.Query{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Status: s.Status}, {Company: c, Number: s.Number},
				{Company: c, From: s.Date}, {Company: c, Until: s.Date}}
		},
		page:     func(q *returns.Query) *tandem.Page { return &q.Page },
		matches:  returns.Query.Matches,
		order:    func(a, b *returns.State) int { return a.Date.Compare(b.Date) },
		key:      func(s *returns.State) string { return idText(s.ID.Bytes()) },
		revision: func(s *returns.State) *int64 { return &s.Revision },
		sequence: func(s *returns.State) *int64 { return &s.Sequence },
		clash:    func(s, other *returns.State) { s.Number = other.Number },
	}.kind()
}

func returnStates(c tandem.CompanyID, n int) []returns.State {
	l := returns.Line{
		Item: returns.Item{Line: 1, Order: line("sales_order", n, 1), Delivery: line("sales_delivery", n, 1), Invoice: ref("customer_invoice", n),
			Product: product(n), Quantity: each(9), Reason: text("broken", n)},
		Received: each(7), Net: pounds(70), Value: pounds(35), Restocked: each(4), Scrapped: each(3), RestockValue: pounds(20), ScrapValue: pounds(15),
		Remedy: returns.RemedyCredit,
	}
	return []returns.State{{ID: tandem.DeriveID[returns.ID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1),
		Status: returns.StatusCredited, Number: number(n), Customer: customer(n), Date: day(n % 4), Currency: tandem.GBP, Reason: text("why", n),
		Authorised: at(n), Received: day(n + 1), CreditNote: ref("customer_invoice", n+1), Replacement: ref("sales_order", n+1), Reopened: true, Lines: []returns.Line{l}}}
}
