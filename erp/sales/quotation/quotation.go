package quotation

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

type quotationKind struct{}

// ID names a quotation.
type ID = tandem.ID[quotationKind]

// Kind is the stable name of quotations.
const Kind tandem.DocumentKind = "sales_quotation"

// Status is a state in the life of a quotation.
type Status string

// The states; the last three are final.
const (
	StatusDraft    Status = "draft"
	StatusSent     Status = "sent" // the prices are locked
	StatusAccepted Status = "accepted"
	StatusDeclined Status = "declined"
	StatusExpired  Status = "expired"
)

// Statuses lists the states.
func Statuses() []Status {
	return []Status{StatusDraft, StatusSent, StatusAccepted, StatusDeclined, StatusExpired}
}

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool {
	switch s {
	case StatusDraft, StatusSent, StatusAccepted, StatusDeclined, StatusExpired:
		return true
	}
	return false
}

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error {
	if !Status(text).Valid() {
		return fault("quotation status", "status", "status", "unknown status of a quotation")
	}
	*s = Status(text)
	return nil
}

// State is what is kept of a [Quotation].
type State struct {
	ID         ID                 `json:"id"`
	Company    tandem.CompanyID   `json:"company"`
	Revision   int64              `json:"revision"` // kept by the store, compared on Save
	Sequence   int64              `json:"sequence"` // number of events ever recorded
	Status     Status             `json:"status"`
	Number     string             `json:"number"`
	Customer   tandem.PartyID     `json:"customer"`
	Reference  string             `json:"reference,omitempty"` // the customer's own
	Date       tandem.Date        `json:"date"`
	ValidUntil tandem.Date        `json:"valid_until"` // the last day on which it can be accepted
	Currency   tandem.Currency    `json:"currency"`
	Grade      tandem.GradeCode   `json:"grade,omitempty"` // that the prices were made for
	Terms      tandem.TermsCode   `json:"terms,omitempty"`
	ShipTo     tandem.Address     `json:"ship_to,omitzero"` // that its taxes were decided for; quotations written before it was kept have none
	Version    int                `json:"version"`          // 1, and one more by each revision of the draft
	Created    tandem.Instant     `json:"created"`
	Sent       tandem.Instant     `json:"sent,omitzero"`
	Decided    tandem.Instant     `json:"decided,omitzero"` // accepted, declined or expired
	Reason     string             `json:"reason,omitempty"` // why it was declined
	Order      tandem.DocumentRef `json:"order,omitzero"`   // that it became
	Lines      []sales.Item       `json:"lines"`
	Pricing    sales.Pricing      `json:"pricing,omitzero"`
}

// Quotation is an offer to a customer. From being sent to its last day of
// validity its prices are locked: nothing changes them, a new price list or a new
// grade of the customer no more than anything else.
type Quotation struct {
	s      State
	events document.Recorder
}

// Input is what [New] asks for; the fields are those of [State].
type Input struct {
	ID         ID
	Company    tandem.CompanyID
	Number     string
	Customer   tandem.PartyID
	Reference  string
	Date       tandem.Date
	ValidUntil tandem.Date
	Currency   tandem.Currency
	Grade      tandem.GradeCode
	Terms      tandem.TermsCode
	ShipTo     tandem.Address // none, or one with a country
	Lines      []sales.Item
	Pricing    sales.Pricing
}

// New gives a draft. Its faults come all at once.
func New(in Input, at tandem.Instant) (*Quotation, error) {
	items := slices.Clone(in.Lines)
	var c tandem.Check
	c.Require(!in.ID.IsZero(), "required", "id", "must be given")
	c.Require(!in.Company.IsZero(), "required", "company", "must be given")
	c.Require(!in.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(in.Number != "" && len(in.Number) <= tandem.MaxName, "number", "number", "must be given and short")
	c.Require(len(in.Reference) <= tandem.MaxName, "too_long", "reference", "too long")
	c.Require(!in.Date.IsZero(), "required", "date", "must be given")
	c.Require(!in.ValidUntil.Before(in.Date), "valid_until", "valid_until", "must not be before the date")
	c.Require(!at.IsZero(), "required", "created", "must be given")
	if !noAddress(&in.ShipTo) {
		c.Nested("ship_to", in.ShipTo.Validate())
	}
	if !in.Pricing.IsZero() {
		c.Nested("pricing", in.Pricing.Validate())
	}
	if c.Require(in.Currency.Valid(), "currency", "currency", "must be a currency") {
		sales.CheckItems(&c, items, in.Currency)
	}
	if err := c.Err("quotation"); err != nil {
		return nil, err
	}
	in.ShipTo.Lines = slices.Clone(in.ShipTo.Lines)
	return &Quotation{s: State{ID: in.ID, Company: in.Company, Status: StatusDraft, Number: in.Number,
		Customer: in.Customer, Reference: in.Reference, Date: in.Date, ValidUntil: in.ValidUntil, Currency: in.Currency,
		Grade: in.Grade, Terms: in.Terms, ShipTo: in.ShipTo, Version: 1, Created: at, Lines: items, Pricing: in.Pricing.Clone()}}, nil
}

// Restore gives the quotation of a state that was kept.
func Restore(s State) (*Quotation, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	s.Lines, s.ShipTo.Lines, s.Pricing = slices.Clone(s.Lines), slices.Clone(s.ShipTo.Lines), s.Pricing.Clone()
	return &Quotation{s: s}, nil
}

func (s *State) check() error {
	var c tandem.Check
	c.Require(!s.ID.IsZero() && !s.Company.IsZero() && !s.Customer.IsZero() && s.Number != "" && !s.Date.IsZero() &&
		!s.ValidUntil.Before(s.Date) && s.Currency.Valid() && s.Version >= 1 && s.Revision >= 0 && s.Sequence >= 0 && !s.Created.IsZero(),
		"required", "", "id, company, customer, number, dates, currency, version must be given")
	last := 0
	for i := range s.Lines {
		l := &s.Lines[i]
		c.Require(l.Line > last && !l.Product.IsZero() && l.Quantity.Sign() > 0 && l.Net.Currency() == s.Currency && l.Net.Sign() >= 0,
			"line", tandem.Path("lines", i), "must ascend, with product, quantity and net")
		last = l.Line
	}
	c.Nested("pricing", s.Pricing.Validate())
	c.Require(last > 0, "required", "lines", "must have a line")
	c.Require(s.statusFits(), "status", "status", "does not fit the instants and the order")
	return c.Err("quotation")
}

func (s *State) statusFits() bool {
	sent, decided, ordered := !s.Sent.IsZero(), !s.Decided.IsZero(), !s.Order.IsZero()
	switch s.Status {
	case StatusDraft:
		return !sent && !decided && !ordered
	case StatusSent:
		return sent && !decided && !ordered
	case StatusAccepted:
		return sent && decided && ordered
	case StatusDeclined:
		return decided && !ordered
	case StatusExpired:
		return sent && decided && !ordered
	}
	return false
}

// State gives a deep copy of everything that is kept.
func (q *Quotation) State() State {
	s := q.s
	s.Lines, s.ShipTo.Lines, s.Pricing = slices.Clone(s.Lines), slices.Clone(s.ShipTo.Lines), s.Pricing.Clone()
	return s
}

func noAddress(a *tandem.Address) bool {
	return a.Country == "" && a.Name == "" && len(a.Lines) == 0 && a.City == "" && a.Region == "" && a.PostalCode == ""
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events. The lines, which are replaced and never changed, are shared.
func (q *Quotation) Copy(revision int64) *Quotation {
	c := &Quotation{s: q.s}
	c.s.Revision = revision
	return c
}

// Drain hands out the recorded events and forgets them.
func (q *Quotation) Drain() tandem.Recorded {
	return tandem.Recorded{Kind: Kind, ID: q.s.ID.Bytes(), Company: q.s.Company, Last: q.s.Sequence, Events: q.events.Drain()}
}

func (q *Quotation) emit(e tandem.Event) {
	q.s.Sequence++
	q.events.Record(e)
}

func (q *Quotation) head() Head {
	return Head{Quotation: q.s.ID, Company: q.s.Company, Number: q.s.Number, Customer: q.s.Customer, Net: q.Net()}
}

// ID gives the quotation's id.
func (q *Quotation) ID() ID { return q.s.ID }

// Ref gives the reference to the quotation.
func (q *Quotation) Ref() tandem.DocumentRef { return tandem.RefTo(Kind, q.s.ID, q.s.Number) }

// Company gives the selling company.
func (q *Quotation) Company() tandem.CompanyID { return q.s.Company }

// Revision gives the revision that the store keeps.
func (q *Quotation) Revision() int64 { return q.s.Revision }

// Status gives the state of its life.
func (q *Quotation) Status() Status { return q.s.Status }

// Number gives the quotation's number.
func (q *Quotation) Number() string { return q.s.Number }

// Date gives the date of the quotation.
func (q *Quotation) Date() tandem.Date { return q.s.Date }

// Customer gives the customer.
func (q *Quotation) Customer() tandem.PartyID { return q.s.Customer }

// ShipToCountry gives the country that its taxes were decided for, "" if none is kept.
func (q *Quotation) ShipToCountry() tandem.Country { return q.s.ShipTo.Country }

// ValidUntil gives the last day on which it can be accepted.
func (q *Quotation) ValidUntil() tandem.Date { return q.s.ValidUntil }

// Locked reports whether the prices bind the seller on that day: it is sent and valid.
func (q *Quotation) Locked(on tandem.Date) bool {
	return q.s.Status == StatusSent && !on.After(q.s.ValidUntil)
}

// Pricing gives what the prices were made by, and what it holds of limits until its
// last day.
func (q *Quotation) Pricing() sales.Pricing { return q.s.Pricing.Clone() }

// Net gives the amount of the quotation, without tax.
func (q *Quotation) Net() tandem.Money {
	var sum int64
	for i := range q.s.Lines {
		sum += q.s.Lines[i].Net.Minor()
	}
	return tandem.MoneyFromMinor(sum, q.s.Currency)
}

// OrderInput gives what [sales.NewOrder] asks for, at the quoted prices; the process
// adds id, number and date, what is held of limits, and what it knows better (warehouse, promises, another address
// and the taxes of it).
func (q *Quotation) OrderInput(id sales.OrderID, number string, date tandem.Date) sales.OrderInput {
	to := q.s.ShipTo
	to.Lines = slices.Clone(to.Lines)
	return sales.OrderInput{ID: id, Company: q.s.Company, Number: number, Customer: q.s.Customer, Reference: q.s.Reference, Quotation: q.Ref(),
		Date: date, Currency: q.s.Currency, Grade: q.s.Grade, Terms: q.s.Terms, ShipTo: to, Lines: slices.Clone(q.s.Lines),
		Pricing: sales.Pricing{On: q.s.Pricing.On, Channel: q.s.Pricing.Channel, Coupons: slices.Clone(q.s.Pricing.Coupons)}}
}
