package sales

import (
	"slices"
	"sort"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

type orderKind struct{}

// OrderID names a sales order.
type OrderID = tandem.ID[orderKind]

// KindOrder is the stable name of sales orders.
const KindOrder tandem.DocumentKind = "sales_order"

// InvoicePolicy names what of an order may be invoiced. It is kept with the
// order, so that a changed setting never changes what was agreed.
type InvoicePolicy string

// InvoiceOnShipment: what was shipped may be invoiced, so that always ordered ≥
// shipped ≥ invoiced. Money before that is an advance, which is a payment.
const InvoiceOnShipment InvoicePolicy = "on_shipment"

// InvoicePolicies lists the policies.
func InvoicePolicies() []InvoicePolicy { return []InvoicePolicy{InvoiceOnShipment} }

// Valid reports whether p is one of [InvoicePolicies].
func (p InvoicePolicy) Valid() bool { return p == InvoiceOnShipment }

// UnmarshalText reads a policy and refuses anything else.
func (p *InvoicePolicy) UnmarshalText(text []byte) error {
	if !InvoicePolicy(text).Valid() {
		return fault("invoice policy", "policy", "policy", "unknown invoice policy")
	}
	*p = InvoicePolicy(text)
	return nil
}

// OrderState is what is kept of an [Order].
type OrderState struct {
	ID         OrderID            `json:"id"`
	Company    tandem.CompanyID   `json:"company"`
	Revision   int64              `json:"revision"` // kept by the store, compared on Save
	Sequence   int64              `json:"sequence"` // number of events ever recorded
	Status     OrderStatus        `json:"status"`   // derived from the lines
	Number     string             `json:"number"`
	Customer   tandem.PartyID     `json:"customer"`
	Reference  string             `json:"reference,omitempty"` // the customer's own
	Quotation  tandem.DocumentRef `json:"quotation,omitzero"`
	Date       tandem.Date        `json:"date"`
	Currency   tandem.Currency    `json:"currency"`
	Grade      tandem.GradeCode   `json:"grade,omitempty"` // that the prices were made for
	Terms      tandem.TermsCode   `json:"terms,omitempty"`
	Warehouse  tandem.LocationID  `json:"warehouse,omitzero"` // where it is shipped from
	ShipTo     tandem.Address     `json:"ship_to,omitzero"`
	Policy     InvoicePolicy      `json:"invoice_policy"`
	Placed     tandem.Instant     `json:"placed"`
	Confirmed  tandem.Instant     `json:"confirmed,omitzero"`
	Closed     tandem.Instant     `json:"closed,omitzero"` // closed or short-closed
	Hold       string             `json:"hold,omitempty"`  // why it must not be shipped
	Reason     string             `json:"reason,omitempty"`
	Version    int                `json:"version"`    // 1, and one more by each amendment
	LastLine   int                `json:"last_line"`  // the highest line number ever given
	Deliveries int                `json:"deliveries"` // number of shipments
	Lines      []Line             `json:"lines"`
	Amendments []Revision         `json:"amendments,omitempty"`
	Pricing    Pricing            `json:"pricing,omitzero"`
}

// Revision is one line of the history of an order; the event
// [OrderAmended] of the same version has every change.
type Revision struct {
	Version int            `json:"version"`
	Reason  string         `json:"reason"`
	At      tandem.Instant `json:"at"`
}

// Order is a customer's order from its draft to its last invoice.
type Order struct {
	s      OrderState
	shared bool // with copies: own takes a copy of the lines before they change
	events document.Recorder
}

// OrderInput is what [NewOrder] asks for; the fields are those of [OrderState].
type OrderInput struct {
	ID        OrderID
	Company   tandem.CompanyID
	Number    string
	Customer  tandem.PartyID
	Reference string
	Quotation tandem.DocumentRef
	Date      tandem.Date
	Currency  tandem.Currency
	Grade     tandem.GradeCode
	Terms     tandem.TermsCode
	Warehouse tandem.LocationID
	ShipTo    tandem.Address
	Policy    InvoicePolicy // "" is [InvoiceOnShipment]
	Pricing   Pricing
	Lines     []Item
}

// NewOrder gives a draft. Its faults come all at once. The draft may be reserved
// and amended; [Order.Confirm] makes it binding.
func NewOrder(in OrderInput, at tandem.Instant) (*Order, error) {
	if in.Policy == "" {
		in.Policy = InvoiceOnShipment
	}
	items := slices.Clone(in.Lines)
	var c tandem.Check
	c.Require(!in.ID.IsZero(), "required", "id", "must be given")
	c.Require(!in.Company.IsZero(), "required", "company", "must be given")
	c.Require(!in.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(in.Number != "" && len(in.Number) <= tandem.MaxName, "number", "number", "must be given and short")
	c.Require(len(in.Reference) <= tandem.MaxName, "too_long", "reference", "too long")
	c.Require(!in.Date.IsZero(), "required", "date", "must be given")
	c.Require(!at.IsZero(), "required", "placed", "must be given")
	c.Require(in.Policy.Valid(), "policy", "invoice_policy", "unknown policy")
	if !in.Pricing.IsZero() {
		c.Nested("pricing", in.Pricing.Validate())
	}
	if in.ShipTo.Country != "" {
		c.Nested("ship_to", in.ShipTo.Validate())
	}
	if c.Require(in.Currency.Valid(), "currency", "currency", "must be a currency") {
		CheckItems(&c, items, in.Currency)
	}
	if err := c.Err("sales order"); err != nil {
		return nil, err
	}
	lines := make([]Line, len(items))
	for i := range items {
		lines[i] = newLine(items[i])
	}
	in.ShipTo.Lines = slices.Clone(in.ShipTo.Lines)
	return &Order{s: OrderState{ID: in.ID, Company: in.Company, Status: OrderStatusDraft, Number: in.Number,
		Customer: in.Customer, Reference: in.Reference, Quotation: in.Quotation, Date: in.Date, Currency: in.Currency,
		Grade: in.Grade, Terms: in.Terms, Warehouse: in.Warehouse, ShipTo: in.ShipTo, Policy: in.Policy, Placed: at,
		Version: 1, LastLine: lines[len(lines)-1].Line, Lines: lines, Pricing: in.Pricing.clone()}}, nil
}

// RestoreOrder gives the order of a state that was kept.
func RestoreOrder(s OrderState) (*Order, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return &Order{s: s.clone()}, nil
}

func (s *OrderState) clone() OrderState {
	c := *s
	c.Lines, c.Amendments, c.ShipTo.Lines = slices.Clone(s.Lines), slices.Clone(s.Amendments), slices.Clone(s.ShipTo.Lines)
	c.Pricing = s.Pricing.clone()
	return c
}

// check reports what cannot hold for any order ever written.
func (s *OrderState) check() error {
	if s.headFits() && s.linesFit() && s.Status == s.derive() && (s.Pricing.IsZero() || s.Pricing.Validate() == nil) {
		return nil
	}
	var c tandem.Check
	c.Require(s.headFits(), "required", "", "id, company, number, customer, date, currency, policy, placed, version must be given")
	c.Nested("pricing", s.Pricing.Validate())
	if c.Require(s.linesFit(), "lines", "lines", "must ascend, and their progress must fit their quantities and amounts") {
		c.Require(s.Status == s.derive(), "status", "status", "does not fit the progress of the lines")
	}
	return c.Err("sales order")
}

func (s *OrderState) headFits() bool {
	return !s.ID.IsZero() && !s.Company.IsZero() && !s.Customer.IsZero() && s.Number != "" && !s.Date.IsZero() &&
		s.Currency.Valid() && s.Policy.Valid() && !s.Placed.IsZero() && s.Version >= 1 && s.Deliveries >= 0 &&
		s.Revision >= 0 && s.Sequence >= 0
}

func (s *OrderState) linesFit() bool {
	last := 0
	var sum int64
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Line <= last || !l.fits(s.Currency) {
			return false
		}
		if sum += l.Net.Minor(); sum < 0 {
			return false
		}
		last = l.Line
	}
	return last > 0 && s.LastLine >= last
}

// State gives a deep copy of everything that is kept: one allocation, one more
// each for amendments and for lines of an address.
func (o *Order) State() OrderState { return o.s.clone() }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events. Lines are copied when either side changes them, so
// that a copy costs no more for many lines than for one. Copies of one order may be
// made at the same time once there is a first.
func (o *Order) Copy(revision int64) *Order {
	if !o.shared {
		o.shared = true
	}
	c := &Order{s: o.s, shared: true}
	c.s.Revision = revision
	return c
}

// own makes the lines the order's alone, before they are changed in place.
func (o *Order) own() {
	if o.shared {
		o.s.Lines, o.shared = slices.Clone(o.s.Lines), false
	}
}

// Drain hands out the recorded events and forgets them.
func (o *Order) Drain() tandem.Recorded {
	return tandem.Recorded{Kind: KindOrder, ID: o.s.ID.Bytes(), Company: o.s.Company, Last: o.s.Sequence, Events: o.events.Drain()}
}

func (o *Order) emit(e tandem.Event) {
	o.s.Sequence++
	o.events.Record(e)
}

func (o *Order) head() OrderHead {
	return OrderHead{Order: o.s.ID, Company: o.s.Company, Number: o.s.Number, Customer: o.s.Customer}
}

// Reads without a copy.

// ID gives the order's id.
func (o *Order) ID() OrderID { return o.s.ID }

// Ref gives the reference to the order.
func (o *Order) Ref() tandem.DocumentRef { return tandem.RefTo(KindOrder, o.s.ID, o.s.Number) }

// LineRef gives the reference to a line of the order.
func (o *Order) LineRef(line int) tandem.LineRef {
	return tandem.LineRef{Document: o.Ref(), Line: line}
}

// Company gives the selling company.
func (o *Order) Company() tandem.CompanyID { return o.s.Company }

// Revision gives the revision that the store keeps.
func (o *Order) Revision() int64 { return o.s.Revision }

// Status gives the derived status.
func (o *Order) Status() OrderStatus { return o.s.Status }

// Number gives the order's number.
func (o *Order) Number() string { return o.s.Number }

// Customer gives the customer.
func (o *Order) Customer() tandem.PartyID { return o.s.Customer }

// Reference gives the customer's own reference.
func (o *Order) Reference() string { return o.s.Reference }

// Date gives the date of the order.
func (o *Order) Date() tandem.Date { return o.s.Date }

// Currency gives the currency of all amounts.
func (o *Order) Currency() tandem.Currency { return o.s.Currency }

// Grade gives the grade that the prices were made for.
func (o *Order) Grade() tandem.GradeCode { return o.s.Grade }

// Terms gives the payment terms.
func (o *Order) Terms() tandem.TermsCode { return o.s.Terms }

// Warehouse gives the location that it is shipped from.
func (o *Order) Warehouse() tandem.LocationID { return o.s.Warehouse }

// ShipToCountry gives the country of the delivery address, "" if none is kept.
func (o *Order) ShipToCountry() tandem.Country { return o.s.ShipTo.Country }

// Held gives the reason of the hold, "" for none.
func (o *Order) Held() string { return o.s.Hold }

// Version gives 1, and one more by each amendment.
func (o *Order) Version() int { return o.s.Version }

// Deliveries gives the number of shipments.
func (o *Order) Deliveries() int { return o.s.Deliveries }

// NumLines gives the number of lines.
func (o *Order) NumLines() int { return len(o.s.Lines) }

// LineAt gives a copy of the i-th line, 0 ≤ i < NumLines.
func (o *Order) LineAt(i int) Line { return o.s.Lines[i] }

// Line gives a copy of the line with that number.
func (o *Order) Line(line int) (Line, bool) {
	if l := o.find(line); l != nil {
		return *l, true
	}
	return Line{}, false
}

func (o *Order) find(line int) *Line {
	lines := o.s.Lines
	i := line - 1 // where it stands unless lines were removed
	if i < 0 || i >= len(lines) || lines[i].Line != line {
		i = sort.Search(len(lines), func(i int) bool { return lines[i].Line >= line })
	}
	if i < len(lines) && lines[i].Line == line {
		return &lines[i]
	}
	return nil
}

func (o *Order) sum(of func(l *Line) int64) tandem.Money {
	var sum int64
	for i := range o.s.Lines {
		sum += of(&o.s.Lines[i])
	}
	return tandem.MoneyFromMinor(sum, o.s.Currency)
}

// Net gives the amount of the order without what was cancelled, without tax.
func (o *Order) Net() tandem.Money {
	return o.sum(func(l *Line) int64 { return l.Net.Minor() - l.NetCancelled.Minor() })
}

// OpenNet gives the amount that is confirmed and not delivered, nought for a
// draft: a part of the customer's credit exposure.
func (o *Order) OpenNet() tandem.Money {
	if o.s.Confirmed.IsZero() {
		return tandem.MoneyFromMinor(0, o.s.Currency)
	}
	return o.sum(func(l *Line) int64 { return l.openNet().Minor() })
}

// UnbilledNet gives the amount that is delivered and not invoiced.
func (o *Order) UnbilledNet() tandem.Money {
	return o.sum(func(l *Line) int64 { return l.NetShipped.Minor() - l.NetInvoiced.Minor() })
}
