package returns

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

type returnKind struct{}

// ID names a return.
type ID = tandem.ID[returnKind]

// Kind is the stable name of returns.
const Kind tandem.DocumentKind = "sales_return"

// Item is what [Authorise] allows to send back of one delivery line.
type Item struct {
	Line     int                `json:"line"`             // of the return, from 1
	Order    tandem.LineRef     `json:"order"`            // the order line
	Delivery tandem.LineRef     `json:"delivery"`         // the delivery line
	Invoice  tandem.DocumentRef `json:"invoice,omitzero"` // the original invoice; none where it is not invoiced yet
	Product  tandem.ProductID   `json:"product"`
	Quantity tandem.Quantity    `json:"quantity"` // in the base unit, as all below
	Reason   string             `json:"reason,omitempty"`
}

// Line is a line of a return. Net and Value are the original revenue and
// the original issue value of what was received, as the
// delivery gives them; the value of what is restocked and scrapped are parts of Value
// that sum to it.
type Line struct {
	Item
	Received     tandem.Quantity `json:"received"`
	Net          tandem.Money    `json:"net"`
	Value        tandem.Money    `json:"value"` // "" for none: a service
	Restocked    tandem.Quantity `json:"restocked"`
	Scrapped     tandem.Quantity `json:"scrapped"`
	RestockValue tandem.Money    `json:"restock_value"`
	ScrapValue   tandem.Money    `json:"scrap_value"`
	Remedy       Remedy          `json:"remedy,omitempty"`
}

// State is what is kept of a [Return].
type State struct {
	ID          ID                 `json:"id"`
	Company     tandem.CompanyID   `json:"company"`
	Revision    int64              `json:"revision"` // kept by the store, compared on Save
	Sequence    int64              `json:"sequence"` // number of events ever recorded
	Status      Status             `json:"status"`
	Number      string             `json:"number"`
	Customer    tandem.PartyID     `json:"customer"`
	Date        tandem.Date        `json:"date"` // of the authorisation
	Currency    tandem.Currency    `json:"currency"`
	Reason      string             `json:"reason,omitempty"`
	Authorised  tandem.Instant     `json:"authorised"`
	Received    tandem.Date        `json:"received,omitzero"` // the last receipt
	CreditNote  tandem.DocumentRef `json:"credit_note,omitzero"`
	Replacement tandem.DocumentRef `json:"replacement,omitzero"` // the order of the replacement
	Reopened    bool               `json:"reopened,omitempty"`   // the replacement was cancelled: it is due again, or credited instead
	Lines       []Line             `json:"lines"`
}

// Return is a return merchandise authorisation: goods that a customer may send
// back, what came of them, what became of it, and what the customer got.
type Return struct {
	s      State
	events document.Recorder
}

// Input is what [Authorise] asks for; the fields are those of [State].
type Input struct {
	ID       ID
	Company  tandem.CompanyID
	Number   string
	Customer tandem.PartyID
	Date     tandem.Date
	Currency tandem.Currency // of the original amounts
	Reason   string
	Lines    []Item
}

// Authorise allows a customer to send goods back. How much can come back of
// a delivery line is for the delivery to say when it is received.
func Authorise(in Input, at tandem.Instant) (*Return, error) {
	var c tandem.Check
	c.Require(!in.ID.IsZero(), "required", "id", "must be given")
	c.Require(!in.Company.IsZero(), "required", "company", "must be given")
	c.Require(!in.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(in.Number != "" && len(in.Number) <= tandem.MaxName, "number", "number", "must be given and short")
	c.Require(!in.Date.IsZero(), "required", "date", "must be given")
	c.Require(in.Currency.Valid(), "currency", "currency", "must be a currency")
	c.Require(len(in.Reason) <= tandem.MaxText, "too_long", "reason", "too long")
	c.Require(!at.IsZero(), "required", "authorised", "must be given")
	c.Require(len(in.Lines) > 0 && len(in.Lines) <= tandem.MaxLines, "lines", "lines", "must have a line, and not too many")
	for i := range in.Lines {
		c.Nested(tandem.Path("lines", i), in.Lines[i].check(i+1))
		for j := range in.Lines[:min(i, tandem.MaxLines)] {
			if a, b := &in.Lines[i].Delivery, &in.Lines[j].Delivery; a.Line == b.Line && a.Document.Same(b.Document) {
				c.Add("duplicate", tandem.Path("lines", i)+".delivery", "the delivery line is named twice")
				break
			}
		}
	}
	if err := c.Err("return"); err != nil {
		return nil, err
	}
	r := &Return{s: State{ID: in.ID, Company: in.Company, Status: StatusAuthorised, Number: in.Number, Customer: in.Customer,
		Date: in.Date, Currency: in.Currency, Reason: in.Reason, Authorised: at, Lines: make([]Line, len(in.Lines))}}
	lines := make([]EventLine, len(in.Lines))
	for i := range in.Lines {
		none, l := tandem.QuantityFromMicro(0, in.Lines[i].Quantity.Unit()), &r.s.Lines[i]
		*l = Line{Item: in.Lines[i], Received: none, Restocked: none, Scrapped: none, Net: tandem.MoneyFromMinor(0, in.Currency)}
		lines[i] = l.event(l.Quantity, l.Net)
	}
	r.emit(&Authorised{Head: r.head(), Date: in.Date, Reason: in.Reason, Lines: lines, At: at})
	return r, nil
}

func (l *Item) check(n int) error {
	var c tandem.Check
	c.Require(l.Line == n, "line", "line", "lines count from 1")
	c.Require(!l.Order.Document.IsZero() && l.Order.Line > 0, "required", "order", "must name an order line")
	c.Require(!l.Delivery.Document.IsZero() && l.Delivery.Line > 0, "required", "delivery", "must name a delivery line")
	c.Require(!l.Product.IsZero(), "required", "product", "must be given")
	c.Require(l.Quantity.Sign() > 0, "quantity", "quantity", "must be positive")
	c.Require(len(l.Reason) <= tandem.MaxText, "too_long", "reason", "too long")
	return c.Err("line")
}

// Restore gives the return of a state that was kept.
func Restore(s State) (*Return, error) {
	var c tandem.Check
	c.Require(!s.ID.IsZero() && !s.Company.IsZero() && !s.Customer.IsZero() && s.Number != "" && !s.Date.IsZero() && s.Currency.Valid() &&
		s.Revision >= 0 && s.Sequence >= 0 && !s.Authorised.IsZero() && len(s.Lines) > 0,
		"required", "", "id, company, customer, number, date, currency, authorised, lines must be given")
	c.Require(s.Status.Valid(), "status", "status", "unknown status")
	c.Require((s.Status != StatusCredited || !s.CreditNote.IsZero()) && (s.Status != StatusReplaced || !s.Replacement.IsZero()),
		"status", "status", "does not fit the documents")
	for i := range s.Lines {
		c.Require(s.Lines[i].fits(i+1, &s), "line", tandem.Path("lines", i), "does not fit its progress")
	}
	if err := c.Err("return"); err != nil {
		return nil, err
	}
	s.Lines = slices.Clone(s.Lines)
	return &Return{s: s}, nil
}

func (l *Line) fits(n int, s *State) bool {
	unit := l.Quantity.Unit()
	if l.Line != n || l.Quantity.Sign() <= 0 || l.Received.Sign() < 0 || l.Restocked.Sign() < 0 || l.Scrapped.Sign() < 0 ||
		l.Received.Unit() != unit || l.Restocked.Unit() != unit || l.Scrapped.Unit() != unit || l.Received.Micro() > l.Quantity.Micro() ||
		l.Net.Currency() != s.Currency || l.Net.Sign() < 0 || l.Value.Sign() < 0 {
		return false
	}
	switch s.Status {
	case StatusAuthorised, StatusCancelled:
		return l.Received.IsZero() && l.Restocked.IsZero() && l.Scrapped.IsZero() && l.Remedy == ""
	case StatusReceived:
		return l.Restocked.IsZero() && l.Scrapped.IsZero() && l.Remedy == ""
	}
	return l.Restocked.Micro() == l.Received.Micro()-l.Scrapped.Micro() &&
		l.RestockValue.Minor() == l.Value.Minor()-l.ScrapValue.Minor() && (l.Remedy.Valid() || l.Received.IsZero() && l.Remedy == "")
}

// State gives a deep copy of everything that is kept.
func (r *Return) State() State {
	s := r.s
	s.Lines = slices.Clone(s.Lines)
	return s
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (r *Return) Copy(revision int64) *Return {
	s := r.State()
	s.Revision = revision
	return &Return{s: s}
}

// Drain hands out the recorded events and forgets them.
func (r *Return) Drain() tandem.Recorded {
	return tandem.Recorded{Kind: Kind, ID: r.s.ID.Bytes(), Company: r.s.Company, Last: r.s.Sequence, Events: r.events.Drain()}
}

func (r *Return) emit(e tandem.Event) {
	r.s.Sequence++
	r.events.Record(e)
}

func (r *Return) head() Head {
	return Head{Return: r.s.ID, Company: r.s.Company, Number: r.s.Number, Customer: r.s.Customer}
}

func (l *Line) event(quantity tandem.Quantity, net tandem.Money) EventLine {
	return EventLine{Line: l.Line, Order: l.Order, Delivery: l.Delivery, Product: l.Product, Quantity: quantity, Net: net}
}

// ID gives the return's id.
func (r *Return) ID() ID { return r.s.ID }

// Ref gives the reference to the return.
func (r *Return) Ref() tandem.DocumentRef { return tandem.RefTo(Kind, r.s.ID, r.s.Number) }

// LineRef gives the reference to a line of the return.
func (r *Return) LineRef(line int) tandem.LineRef {
	return tandem.LineRef{Document: r.Ref(), Line: line}
}

// Company gives the company.
func (r *Return) Company() tandem.CompanyID { return r.s.Company }

// Revision gives the revision that the store keeps.
func (r *Return) Revision() int64 { return r.s.Revision }

// Status gives the state of its life.
func (r *Return) Status() Status { return r.s.Status }

// Number gives the return's number.
func (r *Return) Number() string { return r.s.Number }

// Date gives the date of the authorisation.
func (r *Return) Date() tandem.Date { return r.s.Date }

// Customer gives the customer.
func (r *Return) Customer() tandem.PartyID { return r.s.Customer }

// NumLines gives the number of lines.
func (r *Return) NumLines() int { return len(r.s.Lines) }

// LineAt gives a copy of the i-th line, 0 ≤ i < NumLines; its number is i + 1.
func (r *Return) LineAt(i int) Line { return r.s.Lines[i] }
