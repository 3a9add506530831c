package billing

import (
	"github.com/tandem-go/tandem"
)

// CreditState is a credit account as it is kept. It has no id of its own: it is
// known by company and party.
type CreditState struct {
	Company  tandem.CompanyID `json:"company"`
	Party    tandem.PartyID   `json:"party"`
	Revision int64            `json:"revision"`
	Sequence int64            `json:"sequence"`
	Limit    tandem.Money     `json:"limit"`              // nought: nothing on credit
	NoLimit  bool             `json:"no_limit,omitempty"` // the exposure is kept, and not limited
	Policy   CreditPolicy     `json:"policy"`
	// RefundsOwed is the number of refunds of which the customer owes something back,
	// which is among the receivables; nearly always none.
	RefundsOwed int `json:"refunds_owed,omitempty"`
	CreditComponents
}

// CreditComponents are what a customer owes and will owe, gross of VAT, net of
// what was cancelled. Receivables may be negative: unapplied credit.
type CreditComponents struct {
	Receivables           tandem.Money `json:"receivables"`             // posted invoices less credit notes, payments and discounts, and refunds that are owed back
	DeliveredNotInvoiced  tandem.Money `json:"delivered_not_invoiced"`  //
	ConfirmedNotDelivered tandem.Money `json:"confirmed_not_delivered"` //
	Advances              tandem.Money `json:"advances"`                // received and not yet applied, positive
}

// Exposure gives receivables + delivered not invoiced + confirmed not delivered
// − advances.
func (c CreditComponents) Exposure() (tandem.Money, error) {
	var t tandem.Total
	t.Add(c.Receivables)
	t.Add(c.DeliveredNotInvoiced)
	t.Add(c.ConfirmedNotDelivered)
	t.Sub(c.Advances)
	return t.Money(tandem.HalfAwayFromZero)
}

// CreditAccount carries a customer's credit limit and what counts against it.
// Every order of the customer saves it, so that of two orders placed at once,
// each within the limit and both together beyond it, one runs again and sees the
// other. Movements record no events: those of orders, invoices and payments say
// the same.
type CreditAccount struct {
	s      CreditState
	events []tandem.Event
}

// OpenCreditAccount opens an account without exposure. A limit below nought and
// one without a currency are faults.
func OpenCreditAccount(company tandem.CompanyID, party tandem.PartyID, limit tandem.Money, policy CreditPolicy) (*CreditAccount, error) {
	zero := tandem.MoneyFromMinor(0, limit.Currency())
	return RestoreCreditAccount(CreditState{Company: company, Party: party, Limit: limit, Policy: policy,
		CreditComponents: CreditComponents{zero, zero, zero, zero}})
}

// RestoreCreditAccount gives the account of a state that was kept. It records no event.
func RestoreCreditAccount(s CreditState) (*CreditAccount, error) {
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
	return &CreditAccount{s: s}, nil
}

// State gives a copy of the state.
func (a *CreditAccount) State() CreditState { return a.s }

// HasAdvances reports whether advances were received and are not yet applied.
func (a *CreditAccount) HasAdvances() bool { return !a.s.Advances.IsZero() }

// OwesRefunds reports whether something of a refund is owed back.
func (a *CreditAccount) OwesRefunds() bool { return a.s.RefundsOwed > 0 }

// OweRefunds changes the number of refunds of which something is owed back; their
// amounts are those of the receivables ([CreditAccount.Settle]).
func (a *CreditAccount) OweRefunds(by int) error {
	if a.s.RefundsOwed+by < 0 {
		return a.refuse("change", "credit_negative", "more would leave the account than entered it")
	}
	a.s.RefundsOwed += by
	return nil
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (a *CreditAccount) Copy(revision int64) *CreditAccount {
	c := &CreditAccount{s: a.s}
	c.s.Revision = revision
	return c
}

// Company gives the company that grants the credit.
func (a *CreditAccount) Company() tandem.CompanyID { return a.s.Company }

// Revision gives the revision that the store keeps.
func (a *CreditAccount) Revision() int64 { return a.s.Revision }

// Party gives the customer.
func (a *CreditAccount) Party() tandem.PartyID { return a.s.Party }

// Drain hands out the recorded events and clears them. The aggregate's id is the party's.
func (a *CreditAccount) Drain() tandem.Recorded {
	r := tandem.Recorded{Kind: CreditKind, ID: a.s.Party.Bytes(), Company: a.s.Company, Last: a.s.Sequence, Events: a.events}
	a.events = nil
	return r
}

func (a *CreditAccount) record(e tandem.Event) {
	a.s.Sequence++
	a.events = append(a.events, e)
}

func (a *CreditAccount) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "credit_account " + a.s.Party.String(), Code: code, Reason: reason}
}

// CreditOutcome is what a credit check decides.
type CreditOutcome string

// The outcomes of a credit check.
const (
	CreditGranted CreditOutcome = "granted" // within the limit
	CreditWarned  CreditOutcome = "warned"  // beyond it, placed all the same
	CreditHeld    CreditOutcome = "held"    // beyond it, waits for a release
	CreditBlocked CreditOutcome = "blocked" // beyond it, refused
)

// CreditDecision is the answer of a credit check, with what led to it.
type CreditDecision struct {
	Outcome  CreditOutcome `json:"outcome"`
	Limit    tandem.Money  `json:"limit"`
	Exposure tandem.Money  `json:"exposure"` // without the asking order
	Order    tandem.Money  `json:"order"`    // the asking order, gross
	Over     tandem.Money  `json:"over"`     // exposure + order − limit where that is positive, else nought
}

// CreditExceededError is the refusal of an order beyond the limit. It matches
// [tandem.ErrInsufficient].
type CreditExceededError struct {
	Party    tandem.PartyID `json:"party"`
	Decision CreditDecision `json:"decision"`
}

func (e *CreditExceededError) Error() string {
	return "credit of " + e.Party.String() + " exceeded by " + e.Decision.Over.String() + ": limit " + e.Decision.Limit.String() +
		", exposure " + e.Decision.Exposure.String() + ", order " + e.Decision.Order.String()
}

// Is reports whether target is [tandem.ErrInsufficient].
func (e *CreditExceededError) Is(target error) bool { return target == tandem.ErrInsufficient }

// Check decides on an order of a gross amount, which must not be in the exposure
// yet. It changes nothing. An amount that reaches the limit exactly is granted.
func (a *CreditAccount) Check(order tandem.Money) (CreditDecision, error) {
	exposure, err := a.s.Exposure()
	if err != nil {
		return CreditDecision{}, err
	}
	d := CreditDecision{Outcome: CreditGranted, Limit: a.s.Limit, Exposure: exposure, Order: order, Over: tandem.MoneyFromMinor(0, a.s.Limit.Currency())}
	after, err := exposure.Add(order)
	if err != nil {
		return CreditDecision{}, err
	}
	over, err := after.Sub(a.s.Limit)
	if err != nil {
		return CreditDecision{}, err
	}
	if a.s.NoLimit || over.Sign() <= 0 || order.Sign() <= 0 {
		return d, nil
	}
	d.Over = over
	switch a.s.Policy {
	case CreditHold:
		d.Outcome = CreditHeld
	case CreditBlock:
		d.Outcome = CreditBlocked
	default:
		d.Outcome = CreditWarned
	}
	return d, nil
}

// Place checks an order and, where it is granted or only warned of, adds it to
// what is confirmed and not delivered. A held order is not added before it is
// released; a blocked one is refused with a [CreditExceededError].
func (a *CreditAccount) Place(order tandem.DocumentRef, amount tandem.Money, at tandem.Instant) (CreditDecision, error) {
	if amount.Sign() < 0 {
		return CreditDecision{}, a.refuse("place", "negative", "an order is not negative")
	}
	d, err := a.Check(amount)
	if err != nil {
		return CreditDecision{}, err
	}
	switch d.Outcome {
	case CreditBlocked:
		return d, &CreditExceededError{Party: a.s.Party, Decision: d}
	case CreditHeld:
		a.record(CreditLimitExceeded{Company: a.s.Company, Party: a.s.Party, Order: order.ID, Outcome: string(d.Outcome), Limit: d.Limit, Exposure: d.Exposure, Amount: amount, At: at})
		return d, nil
	}
	if err := a.change(CreditComponents{ConfirmedNotDelivered: amount}); err != nil {
		return CreditDecision{}, err
	}
	if d.Outcome == CreditWarned {
		a.record(CreditLimitExceeded{Company: a.s.Company, Party: a.s.Party, Order: order.ID, Outcome: string(d.Outcome), Limit: d.Limit, Exposure: d.Exposure, Amount: amount, At: at})
	}
	return d, nil
}

// Release adds a held order with an approval, whatever the limit says.
func (a *CreditAccount) Release(order tandem.DocumentRef, amount tandem.Money, by Approval, at tandem.Instant) error {
	if err := by.Validate(); err != nil {
		return err
	}
	if err := a.change(CreditComponents{ConfirmedNotDelivered: amount}); err != nil {
		return err
	}
	a.record(CreditReleased{Company: a.s.Company, Party: a.s.Party, Order: order.ID, Amount: amount, Actor: by.Actor, Reason: by.Reason, At: at})
	return nil
}

// Amend changes what is confirmed by a signed amount, without a check: what an
// order loses by cancellation or short-close, or gains by a change that was checked.
func (a *CreditAccount) Amend(by tandem.Money) error {
	return a.change(CreditComponents{ConfirmedNotDelivered: by})
}

// Deliver moves an amount from confirmed to delivered.
func (a *CreditAccount) Deliver(amount tandem.Money) error {
	return a.change(CreditComponents{ConfirmedNotDelivered: amount.Neg(), DeliveredNotInvoiced: amount})
}

// TakeBack lowers what is delivered and not invoiced: goods that came back before
// their invoice.
func (a *CreditAccount) TakeBack(amount tandem.Money) error {
	return a.change(CreditComponents{DeliveredNotInvoiced: amount.Neg()})
}

// Invoice moves a delivered amount to the receivables, as the gross of its
// invoice, which may differ by the rounding of its tax. An invoice of what was
// not delivered has a delivered amount of nought.
func (a *CreditAccount) Invoice(delivered, gross tandem.Money) error {
	return a.change(CreditComponents{DeliveredNotInvoiced: delivered.Neg(), Receivables: gross})
}

// Settle lowers the receivables: a payment that is no advance, a credit note, an
// early discount. A negative amount raises them again.
func (a *CreditAccount) Settle(amount tandem.Money) error {
	return a.change(CreditComponents{Receivables: amount.Neg()})
}

// Advance raises the advances; a negative amount lowers them.
func (a *CreditAccount) Advance(amount tandem.Money) error {
	return a.change(CreditComponents{Advances: amount})
}

// ApplyAdvance lowers both advances and receivables: an advance was applied to
// an invoice.
func (a *CreditAccount) ApplyAdvance(amount tandem.Money) error {
	return a.change(CreditComponents{Advances: amount.Neg(), Receivables: amount.Neg()})
}

// Rebase sets the components anew, from the documents.
func (a *CreditAccount) Rebase(c CreditComponents) error {
	s := a.s
	s.CreditComponents = c
	checked, err := RestoreCreditAccount(s)
	if err != nil {
		return err
	}
	a.s = checked.s
	return nil
}

// SetLimit changes limit and policy. What was placed stays placed.
func (a *CreditAccount) SetLimit(limit tandem.Money, noLimit bool, policy CreditPolicy, by Approval, at tandem.Instant) error {
	if err := by.Validate(); err != nil {
		return err
	}
	s := a.s
	s.Limit, s.NoLimit, s.Policy = limit, noLimit, policy
	checked, err := RestoreCreditAccount(s)
	if err != nil {
		return err
	}
	a.s = checked.s
	a.record(CreditLimitSet{Company: s.Company, Party: s.Party, Limit: limit, NoLimit: noLimit, Policy: policy, Actor: by.Actor, Reason: by.Reason, At: at})
	return nil
}

// change adds signed amounts; a component left out is the zero Money. Nothing
// but the receivables may become negative.
func (a *CreditAccount) change(by CreditComponents) error {
	c := a.s.CreditComponents
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
	a.s.CreditComponents = c
	return nil
}
