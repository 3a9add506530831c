package rebate

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

type agreementKind struct{}

// AgreementID names a rebate agreement.
type AgreementID = tandem.ID[agreementKind]

// KindAgreement is the stable name of rebate agreements.
const KindAgreement tandem.DocumentKind = "rebate_agreement"

// Limits of what one agreement keeps. Every Save writes all of it: what is old is to be
// forgotten ([Agreement.Forget]), and a full agreement takes no more until it was. A
// movement with its fact has about 600 bytes.
const (
	MaxMovements = 5_000            // sales and returns
	MaxFacts     = 4 * MaxMovements // each movement posts two at most
	MaxEstimates = 1_000
)

// Status is a state in the life of an agreement.
type Status string

// The states.
const (
	StatusOpen    Status = "open"     // accrues by estimate
	StatusTruedUp Status = "trued_up" // the actual net volume counts
	StatusSettled Status = "settled"  // credited to the customer
)

// Statuses lists the states.
func Statuses() []Status { return []Status{StatusOpen, StatusTruedUp, StatusSettled} }

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error { return enum.Decode(s, text, "status") }

// Transition says where a command leads from a state.
type Transition struct {
	From    Status
	Command string
	To      Status
}

// A late return, or a sale of the period that was recorded late, opens the settlement
// again.
var transitions = [...]Transition{
	{StatusOpen, "record", StatusOpen},
	{StatusTruedUp, "record", StatusTruedUp},
	{StatusSettled, "record", StatusTruedUp},
	{StatusOpen, "estimate", StatusOpen},
	{StatusOpen, "true_up", StatusTruedUp},
	{StatusTruedUp, "settle", StatusSettled},
}

// Transitions lists every transition that there is.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

// MovementKind says which way goods went.
type MovementKind string

// The kinds of movements.
const (
	Sale   MovementKind = "sale"
	Return MovementKind = "return"
)

// MovementKinds lists the kinds of movements.
func MovementKinds() []MovementKind { return []MovementKind{Sale, Return} }

// Valid reports whether k is one of [MovementKinds].
func (k MovementKind) Valid() bool { return slices.Contains(MovementKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *MovementKind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "movement") }

// Movement is one line that was sold or came back. Quantity and value are of the
// movement itself and never negative; the value is net of tax and of everything that was
// taken off the invoice.
type Movement struct {
	Key    string         `json:"key"` // the same one counts once
	Kind   MovementKind   `json:"kind"`
	Of     string         `json:"of,omitempty"` // of a return: the key of its sale
	Line   tandem.LineRef `json:"line,omitzero"`
	Counts bool           `json:"counts"` // towards the rebate; of a return: as its sale
	Volume
	Effective tandem.Date    `json:"effective"`
	Recorded  tandem.Instant `json:"recorded"`
}

// FactKind says why the liability changed.
type FactKind string

// The kinds of facts.
const (
	Accrued  FactKind = "accrued"   // a movement, at the reward that is expected now
	CaughtUp FactKind = "caught_up" // earlier movements, because the expectation changed
	TrueUp   FactKind = "trued_up"  // the difference to the actual rebate
	Settled  FactKind = "settled"   // credited to the customer
)

// FactKinds lists the kinds of facts.
func FactKinds() []FactKind { return []FactKind{Accrued, CaughtUp, TrueUp, Settled} }

// Valid reports whether k is one of [FactKinds].
func (k FactKind) Valid() bool { return slices.Contains(FactKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *FactKind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "fact") }

// Fact is a change of the refund liability.
type Fact struct {
	Kind      FactKind       `json:"kind"`
	Amount    tandem.Money   `json:"amount"`        // positive: the liability grows
	Key       string         `json:"key,omitempty"` // of the movement or of the credit note
	Reward    Reward         `json:"reward"`        // what was expected per unit; of accruals and catch-ups
	Net       Volume         `json:"net"`           // the net volume by then
	Effective tandem.Date    `json:"effective"`
	Recorded  tandem.Instant `json:"recorded"`
}

// Revenue gives the change of revenue: what the liability grows by, revenue falls by; a
// settlement changes none.
func (f Fact) Revenue() tandem.Money {
	if f.Kind == Settled {
		return tandem.MoneyFromMinor(0, f.Amount.Currency())
	}
	return f.Amount.Neg()
}

// Estimated is an estimate and when it was made.
type Estimated struct {
	Estimate
	Effective tandem.Date    `json:"effective"`
	Recorded  tandem.Instant `json:"recorded"`
}

// AgreementState is what is kept of an [Agreement].
type AgreementState struct {
	ID        AgreementID      `json:"id"`
	Company   tandem.CompanyID `json:"company"`
	Revision  int64            `json:"revision"` // kept by the store, compared on Save
	Sequence  int64            `json:"sequence"` // number of events ever recorded
	Customer  tandem.PartyID   `json:"customer"`
	Status    Status           `json:"status"`
	Terms     Terms            `json:"terms"`
	Forgotten Forgotten        `json:"forgotten,omitzero"`
	Estimates []Estimated      `json:"estimates,omitempty"` // the last one holds
	Movements []Movement       `json:"movements,omitempty"`
	Facts     []Fact           `json:"facts,omitempty"`
}

func (s *AgreementState) clone() AgreementState {
	out := *s
	out.Terms.Tiers = slices.Clone(s.Terms.Tiers)
	out.Estimates = slices.Clone(s.Estimates)
	for i := range out.Estimates {
		out.Estimates[i].Outcomes = slices.Clone(s.Estimates[i].Outcomes)
	}
	out.Movements, out.Facts = slices.Clone(s.Movements), slices.Clone(s.Facts)
	return out
}

// Agreement is a rebate agreement with one customer: its terms, what was bought and came
// back, and the facts of the refund liability. Movements, estimates and facts are only
// ever added to.
type Agreement struct {
	s      AgreementState
	ledger ledger
	events []tandem.Event
}

// NewAgreement begins an agreement.
func NewAgreement(id AgreementID, company tandem.CompanyID, customer tandem.PartyID, terms Terms) (*Agreement, error) {
	var c tandem.Check
	c.Nested("terms", terms.Validate())
	if err := c.Err("rebate agreement"); err != nil {
		return nil, err
	}
	return RestoreAgreement(AgreementState{ID: id, Company: company, Customer: customer, Status: StatusOpen, Terms: terms})
}

// RestoreAgreement gives the agreement of a state that was kept.
func RestoreAgreement(s AgreementState) (*Agreement, error) {
	a := &Agreement{s: s.clone()}
	if err := a.check(); err != nil {
		return nil, err
	}
	return a, nil
}

// check reports what cannot hold for any agreement ever written, and makes the ledger.
func (a *Agreement) check() error {
	var c tandem.Check
	s := &a.s
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(s.Revision >= 0 && s.Sequence >= 0, "negative", "revision", "counters must not be negative")
	c.Require(s.Status.Valid(), "unknown", "status", "no such state")
	c.Nested("terms", s.Terms.Validate())
	if err := c.Err("rebate agreement"); err != nil {
		return err
	}
	for i := range s.Estimates {
		c.Nested(tandem.Path("estimates", i), s.Estimates[i].Validate(s.Terms))
	}
	s.Forgotten.check(&c, &s.Terms)
	if err := c.Err("rebate agreement"); err != nil {
		return err
	}
	a.ledger = newLedger(&s.Terms, &s.Forgotten)
	for i := range s.Movements {
		m := &s.Movements[i]
		if err := m.validate(&s.Terms); err != nil {
			c.Nested(tandem.Path("movements", i), err)
		} else if code, reason := a.ledger.may(m); code != "" {
			c.Add(code, tandem.Path("movements", i), reason)
		} else if of, found := a.ledger.sold[m.Of]; found && m.Counts != of.movement.Counts {
			c.Add("counts", tandem.Path("movements", i), "counts as its sale does")
		} else if err := a.ledger.add(m); err != nil {
			c.Nested(tandem.Path("movements", i), err)
		}
	}
	for i := range s.Facts {
		f := &s.Facts[i]
		err := a.ledger.post(f)
		c.Require(f.Kind.Valid() && err == nil && !f.Effective.IsZero(), "fact", tandem.Path("facts", i), "needs a kind, a day and an amount of the terms' currency")
	}
	if err := c.Err("rebate agreement"); err != nil {
		return err
	}
	target, _, err := a.target()
	c.Require(err == nil && target == a.ledger.accrued, "liability", "facts", "must sum to the rebate of the movements")
	owed, err := a.Liability()
	c.Require(err == nil && (s.Status != StatusSettled || owed.IsZero()), "settled", "status", "nothing is owed once it is settled")
	return c.Err("rebate agreement")
}

// ID gives the agreement's id.
func (a *Agreement) ID() AgreementID { return a.s.ID }

// Company gives the company.
func (a *Agreement) Company() tandem.CompanyID { return a.s.Company }

// Customer gives the customer.
func (a *Agreement) Customer() tandem.PartyID { return a.s.Customer }

// Revision gives the revision that the store keeps.
func (a *Agreement) Revision() int64 { return a.s.Revision }

// Period gives the period of the sales that count.
func (a *Agreement) Period() tandem.Validity { return a.s.Terms.Period }

// Status gives the state.
func (a *Agreement) Status() Status { return a.s.Status }

// Net gives the net volume that counts.
func (a *Agreement) Net() Volume { return a.ledger.net }

// Accrued gives all that revenue was reduced by: the expected rebate, or the actual one
// after the true-up.
func (a *Agreement) Accrued() tandem.Money { return a.ledger.accrued }

// Liability gives the refund liability: what was accrued and not yet settled. It is
// negative where goods came back after the settlement.
func (a *Agreement) Liability() (tandem.Money, error) { return a.ledger.accrued.Sub(a.ledger.settled) }

// State gives a copy of everything that is kept.
func (a *Agreement) State() AgreementState { return a.s.clone() }

// Copy gives an independent copy as a store keeps it: under that revision, and without
// the recorded events.
func (a *Agreement) Copy(revision int64) *Agreement {
	c := &Agreement{s: a.s.clone(), ledger: a.ledger.clone()}
	c.s.Revision = revision
	return c
}

// Drain hands out the recorded events and forgets them.
func (a *Agreement) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: KindAgreement, ID: a.s.ID.Bytes(), Company: a.s.Company, Last: a.s.Sequence, Events: a.events}
	a.events = nil
	return out
}
