package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
)

// SalesQuotations gives the quotations.
func (b *Bundle) SalesQuotations() quotation.Repository { return (*salesQuotations)(b) }

// SalesOrders gives the sales orders.
func (b *Bundle) SalesOrders() sales.OrderRepository { return (*salesOrders)(b) }

// Deliveries gives the deliveries.
func (b *Bundle) Deliveries() delivery.Repository { return (*deliveries)(b) }

// SalesReturns gives the returns.
func (b *Bundle) SalesReturns() returns.Repository { return (*salesReturns)(b) }

// documentIndexes are those of every sales document.
func documentIndexes(more ...Index) []Index {
	return append([]Index{
		{Name: "number", Columns: []string{"company", "number"}, Unique: true},
		{Name: "date", Columns: []string{"company", "date"}},
		{Name: "customer", Columns: []string{"company", "customer", "date"}},
		{Name: "status", Columns: []string{"company", "status", "date"}},
	}, more...)
}

func documentColumns(more ...Column) []Column {
	return append([]Column{{"company", TypeID}, {"number", TypeText}, {"customer", TypeID}, {"date", TypeDate}, {"status", TypeText}}, more...)
}

// documentQuery chooses the index of a query over sales documents.
func documentQuery[A any](company tandem.CompanyID, number string, customer tandem.PartyID, status string,
	from, until tandem.Date, page tandem.Page, bound []byte, keep func(*A) bool) query[A] {
	q := query[A]{index: "date", prefix: []Value{idOf(company)}, page: page, binding: bound, keep: keep}
	switch {
	case number != "":
		q.index, q.prefix = "number", append(q.prefix, textOf(number))
		return q
	case !customer.IsZero():
		q.index, q.prefix = "customer", append(q.prefix, idOf(customer))
	case status != "":
		q.index, q.prefix = "status", append(q.prefix, textOf(status))
	}
	q.low, q.high = dateBounds(tandem.Validity{From: from, Until: until})
	return q
}

var quotationAggregate = described(&Kind{
	Name:    "sales_quotation",
	Columns: documentColumns(),
	Indexes: documentIndexes(),
	Values: func(dst []Value, value any) []Value {
		q := value.(*quotation.Quotation)
		return append(dst, idOf(q.Company()), textOf(q.Number()), idOf(q.Customer()), dateOf(q.Date()), textOf(q.Status()))
	},
}, (*quotation.Quotation).State, quotation.Restore, (*quotation.Quotation).Copy,
	func(q *quotation.Quotation) (Key, int64) { return companyKey(q.Company(), q.ID()), q.Revision() })

type salesQuotations Bundle

func (r *salesQuotations) Get(ctx context.Context, company tandem.CompanyID, id quotation.ID) (*quotation.Quotation, error) {
	return get(ctx, (*Bundle)(r), quotationAggregate, companyKey(company, id))
}

func (r *salesQuotations) Save(_ context.Context, q *quotation.Quotation) error {
	return save((*Bundle)(r), quotationAggregate, q)
}

func (r *salesQuotations) Find(ctx context.Context, q quotation.Query) iter.Seq2[*quotation.Quotation, error] {
	return findAggregates(ctx, (*Bundle)(r), quotationAggregate,
		documentQuery(q.Company, q.Number, q.Customer, string(q.Status), q.From, q.Until, q.Page, binding(&q, &q.Page), q.Matches))
}

var orderAggregate = described(&Kind{
	Name:    "sales_order",
	Columns: documentColumns(Column{"open", TypeBool}, Column{"held", TypeBool}),
	Indexes: documentIndexes(
		Index{Name: "open", Columns: []string{"company", "date"}, Where: "open"},
		Index{Name: "held", Columns: []string{"company", "date"}, Where: "held"},
	),
	Values: func(dst []Value, value any) []Value {
		o := value.(*sales.Order)
		return append(dst, idOf(o.Company()), textOf(o.Number()), idOf(o.Customer()), dateOf(o.Date()), textOf(o.Status()),
			boolOf(o.Status().Open()), boolOf(o.Held() != ""))
	},
}, (*sales.Order).State, sales.RestoreOrder, (*sales.Order).Copy,
	func(o *sales.Order) (Key, int64) { return companyKey(o.Company(), o.ID()), o.Revision() })

type salesOrders Bundle

func (r *salesOrders) Get(ctx context.Context, company tandem.CompanyID, id sales.OrderID) (*sales.Order, error) {
	return get(ctx, (*Bundle)(r), orderAggregate, companyKey(company, id))
}

func (r *salesOrders) Save(_ context.Context, o *sales.Order) error {
	return save((*Bundle)(r), orderAggregate, o)
}

func (r *salesOrders) Find(ctx context.Context, q sales.OrderQuery) iter.Seq2[*sales.Order, error] {
	find := documentQuery(q.Company, q.Number, q.Customer, string(q.Status), q.From, q.Until, q.Page, binding(&q, &q.Page), q.Matches)
	switch {
	case find.index == "date" && q.Open:
		find.index = "open"
	case find.index == "date" && q.Held:
		find.index = "held"
	}
	return findAggregates(ctx, (*Bundle)(r), orderAggregate, find)
}

var deliveryAggregate = described(&Kind{
	Name:    "sales_delivery",
	Columns: documentColumns(Column{"order_id", TypeID}, Column{"uninvoiced", TypeBool}, Column{"withdrawn", TypeBool}, Column{"expecting", TypeBool}),
	Indexes: documentIndexes(
		Index{Name: "order", Columns: []string{"company", "order_id", "date"}},
		Index{Name: "uninvoiced", Columns: []string{"company", "date"}, Where: "uninvoiced"},
		Index{Name: "withdrawn", Columns: []string{"company", "date"}, Where: "withdrawn"},
		Index{Name: "expecting", Columns: []string{"company", "date"}, Where: "expecting"},
	),
	Values: func(dst []Value, value any) []Value {
		d := value.(*delivery.Delivery)
		return append(dst, idOf(d.Company()), textOf(d.Number()), idOf(d.Customer()), dateOf(d.Date()), textOf(d.Status()),
			idOf(d.Order().ID), boolOf(d.Status() != delivery.StatusInvoiced), boolOf(d.HasWithdrawn()), boolOf(d.HasExpected()))
	},
}, (*delivery.Delivery).State, delivery.Restore, (*delivery.Delivery).Copy,
	func(d *delivery.Delivery) (Key, int64) { return companyKey(d.Company(), d.ID()), d.Revision() })

type deliveries Bundle

func (r *deliveries) Get(ctx context.Context, company tandem.CompanyID, id delivery.ID) (*delivery.Delivery, error) {
	return get(ctx, (*Bundle)(r), deliveryAggregate, companyKey(company, id))
}

func (r *deliveries) Save(_ context.Context, d *delivery.Delivery) error {
	return save((*Bundle)(r), deliveryAggregate, d)
}

func (r *deliveries) Find(ctx context.Context, q delivery.Query) iter.Seq2[*delivery.Delivery, error] {
	find := documentQuery(q.Company, q.Number, q.Customer, string(q.Status), q.From, q.Until, q.Page, binding(&q, &q.Page), q.Matches)
	switch {
	case q.Number == "" && !q.Order.IsZero():
		find.index, find.prefix = "order", append(find.prefix[:1], idOf(q.Order))
	case find.index == "date" && q.Uninvoiced:
		find.index = "uninvoiced"
	case find.index == "date" && q.Withdrawn:
		find.index = "withdrawn"
	case find.index == "date" && q.Expecting:
		find.index = "expecting"
	}
	return findAggregates(ctx, (*Bundle)(r), deliveryAggregate, find)
}

var returnAggregate = described(&Kind{
	Name:    "sales_return",
	Columns: documentColumns(),
	Indexes: documentIndexes(),
	Values: func(dst []Value, value any) []Value {
		r := value.(*returns.Return)
		return append(dst, idOf(r.Company()), textOf(r.Number()), idOf(r.Customer()), dateOf(r.Date()), textOf(r.Status()))
	},
}, (*returns.Return).State, returns.Restore, (*returns.Return).Copy,
	func(r *returns.Return) (Key, int64) { return companyKey(r.Company(), r.ID()), r.Revision() })

type salesReturns Bundle

func (r *salesReturns) Get(ctx context.Context, company tandem.CompanyID, id returns.ID) (*returns.Return, error) {
	return get(ctx, (*Bundle)(r), returnAggregate, companyKey(company, id))
}

func (r *salesReturns) Save(_ context.Context, a *returns.Return) error {
	return save((*Bundle)(r), returnAggregate, a)
}

func (r *salesReturns) Find(ctx context.Context, q returns.Query) iter.Seq2[*returns.Return, error] {
	return findAggregates(ctx, (*Bundle)(r), returnAggregate,
		documentQuery(q.Company, q.Number, q.Customer, string(q.Status), q.From, q.Until, q.Page, binding(&q, &q.Page), q.Matches))
}
