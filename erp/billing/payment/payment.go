package payment

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// ID names a payment of a customer.
type ID = billing.PaymentID

// Kind is the document kind of payments.
const Kind tandem.DocumentKind = "customer_payment"

// State is a payment as it is kept.
type State struct {
	ID        ID               `json:"id"`
	Company   tandem.CompanyID `json:"company"`
	Revision  int64            `json:"revision"`
	Sequence  int64            `json:"sequence"`
	Status    Status           `json:"status"` // derived from amount and unapplied
	Number    string           `json:"number"`
	Customer  tandem.PartyID   `json:"customer"`
	Date      tandem.Date      `json:"date"` // value date
	Amount    tandem.Money     `json:"amount"`
	Unapplied tandem.Money     `json:"unapplied"`
	Method    Method           `json:"method"`
	Reference string           `json:"reference,omitempty"`
	// Advance marks money received before anything is owed: it is a liability
	// of its own (IFRS 15.106), not a credit among the receivables, until it is applied.
	Advance bool `json:"advance,omitempty"`
	// Of an advance: the order that it is for, whether that makes it a tax point, the
	// taxes that were due on it, included in the amount, and what was taken back of
	// them. Lines without tax are kept, and nothing is due on them.
	Order    tandem.DocumentRef `json:"order,omitzero"`
	Policy   AdvancePolicy      `json:"advance_policy,omitempty"`
	Taxes    []tandem.TaxLine   `json:"taxes,omitempty"`
	Released []ReleasedTax      `json:"released,omitempty"`
	// Refund marks money that was paid back to the customer, and Of what it was paid
	// back of: a payment or a credit note. What is unapplied of it the customer owes:
	// nothing, unless the payment that it was of bounced ([UnsettleRefund]).
	Refund   bool               `json:"refund,omitempty"`
	Of       tandem.DocumentRef `json:"of,omitzero"`
	Received tandem.Instant     `json:"received"` // when it was recorded
	// Of a payment that went back: when, as it counts and as it was recorded.
	ReturnDate   tandem.Date    `json:"return_date,omitzero"`
	ReturnedAt   tandem.Instant `json:"returned_at,omitzero"`
	ReturnReason string         `json:"return_reason,omitempty"`
	// NotBefore is, where something that was applied or paid back of it was undone, the
	// last day as of which that was: until then the money stood elsewhere, and nothing is
	// done with it on a day before (`before_reversal`). Of a refund, the same of what
	// settled it.
	NotBefore tandem.Date `json:"not_before,omitzero"`
}

// Payment is money received from a customer. What is not applied to invoices is
// the customer's credit.
type Payment struct {
	s      State
	events []tandem.Event
}

// Input is what a payment is made from.
type Input struct {
	ID        ID               `json:"id"`
	Company   tandem.CompanyID `json:"company"`
	Number    string           `json:"number"`
	Customer  tandem.PartyID   `json:"customer"`
	Date      tandem.Date      `json:"date"`
	Amount    tandem.Money     `json:"amount"` // positive
	Method    Method           `json:"method"`
	Reference string           `json:"reference,omitempty"`
	Advance   bool             `json:"advance,omitempty"`
	// Of an advance:
	Order  tandem.DocumentRef `json:"order,omitzero"`
	Policy AdvancePolicy      `json:"advance_policy,omitempty"`
	Taxes  []tandem.TaxLine   `json:"taxes,omitempty"` // due on it, included in the amount
}

// Receive records money that came in. All of it is unapplied at first.
func Receive(n Input, at tandem.Instant) (*Payment, error) {
	p := &Payment{s: State{
		ID: n.ID, Company: n.Company, Status: StatusUnapplied, Number: n.Number, Customer: n.Customer, Date: n.Date,
		Amount: n.Amount, Unapplied: n.Amount, Method: n.Method, Reference: n.Reference, Advance: n.Advance, Received: at,
		Order: n.Order, Policy: n.Policy, Taxes: slices.Clone(n.Taxes),
	}}
	if err := p.s.validate(); err != nil {
		return nil, err
	}
	p.record(Received{Payment: n.ID, Company: n.Company, Customer: n.Customer, Number: n.Number, Date: n.Date,
		Amount: n.Amount, Method: n.Method, Advance: n.Advance, At: at})
	return p, nil
}

func (s *State) validate() error {
	var c tandem.Check
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(s.Number != "" && len(s.Number) <= tandem.MaxName, "number", "number", "must be given and short")
	c.Require(len(s.Reference) <= tandem.MaxName, "too_long", "reference", "too long")
	c.Require(!s.Date.IsZero(), "required", "date", "must be given")
	c.Require(!s.Received.IsZero(), "required", "received", "must be given")
	c.Require(s.Amount.Sign() > 0, "amount", "amount", "must be positive")
	c.Require(s.Method.Valid(), "payment_method", "method", "must be a known method")
	c.Require(s.Unapplied.Currency() == s.Amount.Currency() && s.Unapplied.Sign() >= 0 && s.Unapplied.Minor() <= s.Amount.Minor(),
		"unapplied", "unapplied", "must lie between nought and the amount")
	c.Require(s.Status == s.status(), "status", "status", "must follow from the amounts")
	s.checkTaxes(&c)
	c.Require(s.Refund == !s.Of.IsZero() && (!s.Refund || !s.Advance), "refund", "refund", "a refund names what it is of, and is no advance")
	c.Require(s.ReturnDate.IsZero() == s.ReturnedAt.IsZero(), "returned", "return_date", "both times of a return must be given")
	c.Require(s.NotBefore.IsZero() || !s.NotBefore.Before(s.Date), "not_before", "not_before", "must not precede the date")
	return c.Err("payment")
}

func (s *State) status() Status {
	switch {
	case !s.ReturnedAt.IsZero():
		return StatusReturned
	case s.Unapplied.IsZero():
		return StatusApplied
	case s.Unapplied == s.Amount:
		return StatusUnapplied
	}
	return StatusPartly
}

// Restore gives the payment of a state that was kept. It records no event.
func Restore(s State) (*Payment, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	return &Payment{s: s.clone()}, nil
}

// State gives a deep copy of the state.
func (p *Payment) State() State { return p.s.clone() }

func (s State) clone() State {
	s.Taxes, s.Released = slices.Clone(s.Taxes), slices.Clone(s.Released)
	return s
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events. What never changes, the taxes and what was taken back
// of them, is shared; what is added behind it is not.
func (p *Payment) Copy(revision int64) *Payment {
	c := &Payment{s: p.s}
	c.s.Revision, c.s.Released = revision, slices.Clip(p.s.Released)
	return c
}

// Drain hands out the recorded events and clears them.
func (p *Payment) Drain() tandem.Recorded {
	r := tandem.Recorded{Kind: Kind, ID: p.s.ID.Bytes(), Company: p.s.Company, Last: p.s.Sequence, Events: p.events}
	p.events = nil
	return r
}

func (p *Payment) record(e tandem.Event) {
	p.s.Sequence++
	p.events = append(p.events, e)
}

// ID gives the id.
func (p *Payment) ID() ID { return p.s.ID }

// Company gives the company that received it.
func (p *Payment) Company() tandem.CompanyID { return p.s.Company }

// Revision gives the revision that the store keeps.
func (p *Payment) Revision() int64 { return p.s.Revision }

// Customer gives the customer.
func (p *Payment) Customer() tandem.PartyID { return p.s.Customer }

// Status gives the status.
func (p *Payment) Status() Status { return p.s.Status }

// Amount gives the amount received.
func (p *Payment) Amount() tandem.Money { return p.s.Amount }

// Unapplied gives the part that is the customer's credit; of a refund, the part that the
// customer owes back.
func (p *Payment) Unapplied() tandem.Money { return p.s.Unapplied }

// Date gives the value date.
func (p *Payment) Date() tandem.Date { return p.s.Date }

// NotBefore gives the first day on which all that is unapplied of it can be used: that of
// the last reversal, none where there was none.
func (p *Payment) NotBefore() tandem.Date { return p.s.NotBefore }

// Received gives when it was recorded.
func (p *Payment) Received() tandem.Instant { return p.s.Received }

// Returned gives when the money went back, as it counts and as it was recorded: none
// where it did not.
func (p *Payment) Returned() (tandem.Date, tandem.Instant) { return p.s.ReturnDate, p.s.ReturnedAt }

// Advance reports whether it was received before anything was owed.
func (p *Payment) Advance() bool { return p.s.Advance }

// Ref gives the reference to the payment.
func (p *Payment) Ref() tandem.DocumentRef { return tandem.RefTo(Kind, p.s.ID, p.s.Number) }

// Transition is one row of the table of a payment's states.
type Transition struct {
	Command string
	From    Status
	To      Status
}

// Transitions lists what may happen to a payment.
func Transitions() []Transition {
	t := paymentTransitions()
	return t[:]
}

func paymentTransitions() [23]Transition {
	return [23]Transition{
		{"apply", StatusUnapplied, StatusPartly},
		{"apply", StatusUnapplied, StatusApplied},
		{"apply", StatusPartly, StatusPartly},
		{"apply", StatusPartly, StatusApplied},
		{"unapply", StatusPartly, StatusPartly},
		{"unapply", StatusPartly, StatusUnapplied},
		{"unapply", StatusApplied, StatusPartly},
		{"unapply", StatusApplied, StatusUnapplied},
		{"return", StatusUnapplied, StatusReturned},
		{"refund", StatusUnapplied, StatusPartly},
		{"refund", StatusUnapplied, StatusApplied},
		{"refund", StatusPartly, StatusPartly},
		{"refund", StatusPartly, StatusApplied},
		// of a refund
		{"take back", StatusApplied, StatusReturned},
		{"take back", StatusUnapplied, StatusReturned},
		{"settle", StatusUnapplied, StatusPartly},
		{"settle", StatusUnapplied, StatusApplied},
		{"settle", StatusPartly, StatusPartly},
		{"settle", StatusPartly, StatusApplied},
		{"reopen", StatusApplied, StatusPartly},
		{"reopen", StatusApplied, StatusUnapplied},
		{"reopen", StatusPartly, StatusPartly},
		{"reopen", StatusPartly, StatusUnapplied},
	}
}

func (p *Payment) may(command string) error {
	switch ofRefund := command == "take back" || command == "settle" || command == "reopen"; {
	case p.s.Refund && !ofRefund:
		return p.refuse(command, "is_refund", "it is money that was paid back: it settles nothing, and is taken back by its return")
	case ofRefund && !p.s.Refund:
		return p.refuse(command, "no_refund", "it is no money that was paid back")
	}
	for _, t := range paymentTransitions() {
		if t.Command == command && t.From == p.s.Status {
			return nil
		}
	}
	return p.refuse(command, "payment_state", "not possible in this state")
}

func (p *Payment) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "customer_payment " + p.s.ID.String(), State: string(p.s.Status), Code: code, Reason: reason}
}

func (p *Payment) tooEarly(command string) error {
	return p.refuse(command, "before_reversal", "what was undone as of "+p.s.NotBefore.String()+" stood until then: not before that day")
}

// Return says that the money went back: a cheque that bounced, a debit that was
// refused. What was applied must be unapplied first, so that the invoices are open
// again, and what was paid back is owed ([UnsettleRefund]).
func (p *Payment) Return(date tandem.Date, reason string, at tandem.Instant) error {
	if err := p.may("return"); err != nil {
		return err
	}
	if reason == "" || len(reason) > tandem.MaxText || at.IsZero() || date.Before(p.s.Date) {
		return p.refuse("return", "return_incomplete", "reason, time and a date on or after the payment's must be given")
	}
	if date.Before(p.s.NotBefore) {
		return p.tooEarly("return")
	}
	p.s.ReturnDate, p.s.ReturnedAt, p.s.ReturnReason = date, at, reason
	p.s.Released = append(p.s.Released, p.TaxLeft()...)
	p.s.Status = StatusReturned
	p.record(WasReturned{Payment: p.s.ID, Company: p.s.Company, Customer: p.s.Customer, Date: date, Amount: p.s.Amount, Reason: reason, At: at})
	return nil
}
