package sales

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// QuotationQuery selects quotations; a zero field restricts nothing. Results come
// in the order of their dates, then of their ids.
type QuotationQuery struct {
	Company     tandem.CompanyID
	Customer    tandem.PartyID
	Status      QuotationStatus
	Number      string
	From        tandem.Date // dated on or after
	Until       tandem.Date // dated before
	ValidBefore tandem.Date // whose last day is before this one: to be expired
	Page        tandem.Page
}

// Matches reports whether the query selects a.
func (q QuotationQuery) Matches(a *Quotation) bool {
	s := &a.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (q.Number == "" || q.Number == s.Number) && within(s.Date, q.From, q.Until) &&
		(q.ValidBefore.IsZero() || s.ValidUntil.Before(q.ValidBefore))
}

func within(d, from, until tandem.Date) bool {
	return !d.Before(from) && (until.IsZero() || d.Before(until))
}

// QuotationRepository keeps quotations. Numbers are unique within a company.
type QuotationRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id QuotationID) (*Quotation, error) // tandem.ErrNotFound
	Save(ctx context.Context, q *Quotation) error                                          // revision compared at the flush
	Find(ctx context.Context, q QuotationQuery) iter.Seq2[*Quotation, error]
}

// OrderQuery selects orders; a zero field restricts nothing. Results come in the
// order of their dates, then of their ids. The restrictions that narrow a search
// are Number, Customer and Status with dates.
type OrderQuery struct {
	Company  tandem.CompanyID
	Customer tandem.PartyID
	Status   OrderStatus
	Open     bool // confirmed or partly shipped: something is to be delivered
	Held     bool
	Number   string
	From     tandem.Date // dated on or after
	Until    tandem.Date // dated before
	Page     tandem.Page
}

// Matches reports whether the query selects o.
func (q OrderQuery) Matches(o *Order) bool {
	s := &o.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (!q.Open || s.Open()) && (!q.Held || s.Hold != "") &&
		(q.Number == "" || q.Number == s.Number) && within(s.Date, q.From, q.Until)
}

// Open reports whether something of the order is to be delivered.
func (s *OrderState) Open() bool {
	return s.Status == OrderStatusConfirmed || s.Status == OrderStatusPartlyShipped
}

// OrderRepository keeps sales orders. Numbers are unique within a company.
type OrderRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id OrderID) (*Order, error) // tandem.ErrNotFound
	Save(ctx context.Context, o *Order) error                                      // revision compared at the flush
	Find(ctx context.Context, q OrderQuery) iter.Seq2[*Order, error]
}

// DeliveryQuery selects deliveries; a zero field restricts nothing. Results come
// in the order of their dates, then of their ids.
type DeliveryQuery struct {
	Company    tandem.CompanyID
	Customer   tandem.PartyID
	Order      OrderID
	Status     DeliveryStatus
	Uninvoiced bool // something is to be invoiced
	Withdrawn  bool // something came back before it was invoiced
	Expecting  bool // something is expected to come back
	Number     string
	From       tandem.Date // dispatched on or after
	Until      tandem.Date // dispatched before
	Page       tandem.Page
}

// Matches reports whether the query selects d.
func (q DeliveryQuery) Matches(d *Delivery) bool {
	s := &d.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Order.IsZero() || q.Order.Bytes() == s.Order.ID.Bytes()) && (q.Status == "" || q.Status == s.Status) &&
		(!q.Uninvoiced || s.Status != DeliveryStatusInvoiced) && (!q.Withdrawn || len(s.Withdrawn) > 0) &&
		(!q.Expecting || len(s.Expected) > 0) && (q.Number == "" || q.Number == s.Number) && within(s.Date, q.From, q.Until)
}

// DeliveryRepository keeps deliveries. Numbers are unique within a company.
type DeliveryRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id DeliveryID) (*Delivery, error) // tandem.ErrNotFound
	Save(ctx context.Context, d *Delivery) error                                         // revision compared at the flush
	Find(ctx context.Context, q DeliveryQuery) iter.Seq2[*Delivery, error]
}

// ReturnQuery selects returns; a zero field restricts nothing. Results come in
// the order of their dates, then of their ids.
type ReturnQuery struct {
	Company  tandem.CompanyID
	Customer tandem.PartyID
	Status   ReturnStatus
	Number   string
	From     tandem.Date // authorised on or after
	Until    tandem.Date // authorised before
	Page     tandem.Page
}

// Matches reports whether the query selects r.
func (q ReturnQuery) Matches(r *Return) bool {
	s := &r.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (q.Number == "" || q.Number == s.Number) && within(s.Date, q.From, q.Until)
}

// ReturnRepository keeps returns. Numbers are unique within a company.
type ReturnRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ReturnID) (*Return, error) // tandem.ErrNotFound
	Save(ctx context.Context, r *Return) error                                       // revision compared at the flush
	Find(ctx context.Context, q ReturnQuery) iter.Seq2[*Return, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	SalesQuotations() QuotationRepository
	SalesOrders() OrderRepository
	Deliveries() DeliveryRepository
	SalesReturns() ReturnRepository
}
