package credit

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// Kind is the document kind of credit accounts.
const Kind tandem.DocumentKind = "credit_account"

// State is a credit account as it is kept. It has no id of its own: it is
// known by company and party.
type State struct {
	Company  tandem.CompanyID `json:"company"`
	Party    tandem.PartyID   `json:"party"`
	Revision int64            `json:"revision"`
	Sequence int64            `json:"sequence"`
	Limit    tandem.Money     `json:"limit"`              // nought: nothing on credit
	NoLimit  bool             `json:"no_limit,omitempty"` // the exposure is kept, and not limited
	Policy   Policy           `json:"policy"`
	// RefundsOwed is the number of refunds of which the customer owes something back,
	// which is among the receivables; nearly always none.
	RefundsOwed int `json:"refunds_owed,omitempty"`
	Components
}

// Components are what a customer owes and will owe, gross of VAT, net of
// what was cancelled. Receivables may be negative: unapplied credit.
type Components struct {
	Receivables           tandem.Money `json:"receivables"`             // posted invoices less credit notes, payments and discounts, and refunds that are owed back
	DeliveredNotInvoiced  tandem.Money `json:"delivered_not_invoiced"`  //
	ConfirmedNotDelivered tandem.Money `json:"confirmed_not_delivered"` //
	Advances              tandem.Money `json:"advances"`                // received and not yet applied, positive
}

// Exposure gives receivables + delivered not invoiced + confirmed not delivered
// − advances.
func (c Components) Exposure() (tandem.Money, error) {
	var t tandem.Total
	t.Add(c.Receivables)
	t.Add(c.DeliveredNotInvoiced)
	t.Add(c.ConfirmedNotDelivered)
	t.Sub(c.Advances)
	return t.Money(tandem.HalfAwayFromZero)
}

// Account carries a customer's credit limit and what counts against it.
// Every order of the customer saves it, so that of two orders placed at once,
// each within the limit and both together beyond it, one runs again and sees the
// other. Movements record no events: those of orders, invoices and payments say
// the same.
type Account struct {
	s      State
	events []tandem.Event
}

// Open opens an account without exposure. A limit below nought and
// one without a currency are faults.
func Open(company tandem.CompanyID, party tandem.PartyID, limit tandem.Money, policy Policy) (*Account, error) {
	zero := tandem.MoneyFromMinor(0, limit.Currency())
	return Restore(State{Company: company, Party: party, Limit: limit, Policy: policy,
		Components: Components{zero, zero, zero, zero}})
}

// Restore gives the account of a state that was kept. It records no event.
func Restore(s State) (*Account, error) {
	var c tandem.Check
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Party.IsZero(), "required", "party", "must be given")
	c.Require(s.Policy.Valid(), "credit_policy", "policy", "must be a known policy")
	c.Require(s.RefundsOwed >= 0, "negative", "refunds_owed", "must not be negative")
	currency := s.Limit.Currency()
	c.Require(currency.Valid() && s.Limit.Sign() >= 0, "limit", "limit", "must be nought or positive, with a currency")
	for _, f := range [...]struct {
		path   string
		amount tandem.Money
		signed bool
	}{{"receivables", s.Receivables, true}, {"delivered_not_invoiced", s.DeliveredNotInvoiced, false},
		{"confirmed_not_delivered", s.ConfirmedNotDelivered, false}, {"advances", s.Advances, false}} {
		c.Require(f.amount.Currency() == currency, "currency", f.path, "must be in the currency of the limit")
		c.Require(f.signed || f.amount.Sign() >= 0, "negative", f.path, "must not be negative")
	}
	if err := c.Err("credit account"); err != nil {
		return nil, err
	}
	return &Account{s: s}, nil
}

// State gives a copy of the state.
func (a *Account) State() State { return a.s }

// HasAdvances reports whether advances were received and are not yet applied.
func (a *Account) HasAdvances() bool { return !a.s.Advances.IsZero() }

// OwesRefunds reports whether something of a refund is owed back.
func (a *Account) OwesRefunds() bool { return a.s.RefundsOwed > 0 }

// OweRefunds changes the number of refunds of which something is owed back; their
// amounts are those of the receivables ([Account.Settle]).
func (a *Account) OweRefunds(by int) error {
	if a.s.RefundsOwed+by < 0 {
		return a.refuse("change", "credit_negative", "more would leave the account than entered it")
	}
	a.s.RefundsOwed += by
	return nil
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (a *Account) Copy(revision int64) *Account {
	c := &Account{s: a.s}
	c.s.Revision = revision
	return c
}

// Company gives the company that grants the credit.
func (a *Account) Company() tandem.CompanyID { return a.s.Company }

// Revision gives the revision that the store keeps.
func (a *Account) Revision() int64 { return a.s.Revision }

// Party gives the customer.
func (a *Account) Party() tandem.PartyID { return a.s.Party }

// Drain hands out the recorded events and clears them. The aggregate's id is the party's.
func (a *Account) Drain() tandem.Recorded {
	r := tandem.Recorded{Kind: Kind, ID: a.s.Party.Bytes(), Company: a.s.Company, Last: a.s.Sequence, Events: a.events}
	a.events = nil
	return r
}

func (a *Account) record(e tandem.Event) {
	a.s.Sequence++
	a.events = append(a.events, e)
}

func (a *Account) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "credit_account " + a.s.Party.String(), Code: code, Reason: reason}
}

// Outcome is what a credit check decides.
type Outcome string

// The outcomes of a credit check.
const (
	Granted Outcome = "granted" // within the limit
	Warned  Outcome = "warned"  // beyond it, placed all the same
	Held    Outcome = "held"    // beyond it, waits for a release
	Blocked Outcome = "blocked" // beyond it, refused
)

// Decision is the answer of a credit check, with what led to it.
type Decision struct {
	Outcome  Outcome      `json:"outcome"`
	Limit    tandem.Money `json:"limit"`
	Exposure tandem.Money `json:"exposure"` // without the asking order
	Order    tandem.Money `json:"order"`    // the asking order, gross
	Over     tandem.Money `json:"over"`     // exposure + order − limit where that is positive, else nought
}

// ExceededError is the refusal of an order beyond the limit. It matches
// [tandem.ErrInsufficient].
type ExceededError struct {
	Party    tandem.PartyID `json:"party"`
	Decision Decision       `json:"decision"`
}

func (e *ExceededError) Error() string {
	return "credit of " + e.Party.String() + " exceeded by " + e.Decision.Over.String() + ": limit " + e.Decision.Limit.String() +
		", exposure " + e.Decision.Exposure.String() + ", order " + e.Decision.Order.String()
}

// Is reports whether target is [tandem.ErrInsufficient].
func (e *ExceededError) Is(target error) bool { return target == tandem.ErrInsufficient }

// Check decides on an order of a gross amount, which must not be in the exposure
// yet. It changes nothing. An amount that reaches the limit exactly is granted.
func (a *Account) Check(order tandem.Money) (Decision, error) {
	exposure, err := a.s.Exposure()
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Outcome: Granted, Limit: a.s.Limit, Exposure: exposure, Order: order, Over: tandem.MoneyFromMinor(0, a.s.Limit.Currency())}
	after, err := exposure.Add(order)
	if err != nil {
		return Decision{}, err
	}
	over, err := after.Sub(a.s.Limit)
	if err != nil {
		return Decision{}, err
	}
	if a.s.NoLimit || over.Sign() <= 0 || order.Sign() <= 0 {
		return d, nil
	}
	d.Over = over
	switch a.s.Policy {
	case Hold:
		d.Outcome = Held
	case Block:
		d.Outcome = Blocked
	default:
		d.Outcome = Warned
	}
	return d, nil
}

// Place checks an order and, where it is granted or only warned of, adds it to
// what is confirmed and not delivered. A held order is not added before it is
// released; a blocked one is refused with a [ExceededError].
func (a *Account) Place(order tandem.DocumentRef, amount tandem.Money, at tandem.Instant) (Decision, error) {
	if amount.Sign() < 0 {
		return Decision{}, a.refuse("place", "negative", "an order is not negative")
	}
	d, err := a.Check(amount)
	if err != nil {
		return Decision{}, err
	}
	switch d.Outcome {
	case Blocked:
		return d, &ExceededError{Party: a.s.Party, Decision: d}
	case Held:
		a.record(LimitExceeded{Company: a.s.Company, Party: a.s.Party, Order: order.ID, Outcome: string(d.Outcome), Limit: d.Limit, Exposure: d.Exposure, Amount: amount, At: at})
		return d, nil
	}
	if err := a.change(Components{ConfirmedNotDelivered: amount}); err != nil {
		return Decision{}, err
	}
	if d.Outcome == Warned {
		a.record(LimitExceeded{Company: a.s.Company, Party: a.s.Party, Order: order.ID, Outcome: string(d.Outcome), Limit: d.Limit, Exposure: d.Exposure, Amount: amount, At: at})
	}
	return d, nil
}

// Release adds a held order with an approval, whatever the limit says.
func (a *Account) Release(order tandem.DocumentRef, amount tandem.Money, by billing.Approval, at tandem.Instant) error {
	if err := by.Validate(); err != nil {
		return err
	}
	if err := a.change(Components{ConfirmedNotDelivered: amount}); err != nil {
		return err
	}
	a.record(Released{Company: a.s.Company, Party: a.s.Party, Order: order.ID, Amount: amount, Actor: by.Actor, Reason: by.Reason, At: at})
	return nil
}

// Amend changes what is confirmed by a signed amount, without a check: what an
// order loses by cancellation or short-close, or gains by a change that was checked.
func (a *Account) Amend(by tandem.Money) error {
	return a.change(Components{ConfirmedNotDelivered: by})
}

// Deliver moves an amount from confirmed to delivered.
func (a *Account) Deliver(amount tandem.Money) error {
	return a.change(Components{ConfirmedNotDelivered: amount.Neg(), DeliveredNotInvoiced: amount})
}

// TakeBack lowers what is delivered and not invoiced: goods that came back before
// their invoice.
func (a *Account) TakeBack(amount tandem.Money) error {
	return a.change(Components{DeliveredNotInvoiced: amount.Neg()})
}

// Invoice moves a delivered amount to the receivables, as the gross of its
// invoice, which may differ by the rounding of its tax. An invoice of what was
// not delivered has a delivered amount of nought.
func (a *Account) Invoice(delivered, gross tandem.Money) error {
	return a.change(Components{DeliveredNotInvoiced: delivered.Neg(), Receivables: gross})
}

// Settle lowers the receivables: a payment that is no advance, a credit note, an
// early discount. A negative amount raises them again.
func (a *Account) Settle(amount tandem.Money) error {
	return a.change(Components{Receivables: amount.Neg()})
}

// Advance raises the advances; a negative amount lowers them.
func (a *Account) Advance(amount tandem.Money) error {
	return a.change(Components{Advances: amount})
}

// ApplyAdvance lowers both advances and receivables: an advance was applied to
// an invoice.
func (a *Account) ApplyAdvance(amount tandem.Money) error {
	return a.change(Components{Advances: amount.Neg(), Receivables: amount.Neg()})
}

// Rebase sets the components anew, from the documents.
func (a *Account) Rebase(c Components) error {
	s := a.s
	s.Components = c
	checked, err := Restore(s)
	if err != nil {
		return err
	}
	a.s = checked.s
	return nil
}

// SetLimit changes limit and policy. What was placed stays placed.
func (a *Account) SetLimit(limit tandem.Money, noLimit bool, policy Policy, by billing.Approval, at tandem.Instant) error {
	if err := by.Validate(); err != nil {
		return err
	}
	s := a.s
	s.Limit, s.NoLimit, s.Policy = limit, noLimit, policy
	checked, err := Restore(s)
	if err != nil {
		return err
	}
	a.s = checked.s
	a.record(LimitSet{Company: s.Company, Party: s.Party, Limit: limit, NoLimit: noLimit, Policy: policy, Actor: by.Actor, Reason: by.Reason, At: at})
	return nil
}

// change adds signed amounts; a component left out is the zero Money. Nothing
// but the receivables may become negative.
func (a *Account) change(by Components) error {
	c := a.s.Components
	for _, f := range [...]struct {
		to     *tandem.Money
		by     tandem.Money
		signed bool
	}{{&c.Receivables, by.Receivables, true}, {&c.DeliveredNotInvoiced, by.DeliveredNotInvoiced, false},
		{&c.ConfirmedNotDelivered, by.ConfirmedNotDelivered, false}, {&c.Advances, by.Advances, false}} {
		if f.by.Currency() == 0 && f.by.IsZero() {
			continue
		}
		sum, err := f.to.Add(f.by)
		if err != nil {
			return err
		}
		if !f.signed && sum.Sign() < 0 {
			return a.refuse("change", "credit_negative", "more would leave the account than entered it")
		}
		*f.to = sum
	}
	a.s.Components = c
	return nil
}
