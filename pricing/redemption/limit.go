package redemption

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

type limitKind struct{}

// ID names a limit.
type ID = tandem.ID[limitKind]

// Kind is the stable name of limits.
const Kind tandem.DocumentKind = "redemption_limit"

// IDOf gives the id of the limit of a subject. It is derived, so that there is one of
// each; a subject with several limits has a name for each: `summer/2026-07`.
func IDOf(company tandem.CompanyID, kind SubjectKind, subject string) ID {
	return tandem.DeriveID[ID]("redemption_limit", company.String()+"/"+string(kind)+"/"+subject)
}

// Status is a state in the life of a limit.
type Status string

// The states of a limit.
const (
	StatusOpen   Status = "open"   // claims are granted, within the terms
	StatusClosed Status = "closed" // none is; what was granted goes on
)

// Statuses lists the states.
func Statuses() []Status { return []Status{StatusOpen, StatusClosed} }

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error { return enum.Decode(s, text, "status") }

// CustomerUse is how often a customer has reserved or used a limit.
type CustomerUse struct {
	Customer tandem.PartyID `json:"customer"`
	Uses     int64          `json:"uses"`
}

// State is what is kept of a [Limit].
type State struct {
	ID       ID               `json:"id"`
	Company  tandem.CompanyID `json:"company"`
	Revision int64            `json:"revision"` // kept by the store, compared on Save
	Sequence int64            `json:"sequence"` // number of events ever recorded
	Kind     SubjectKind      `json:"kind"`
	Subject  string           `json:"subject"`           // the promotion, campaign, contract row or code
	Parent   ID               `json:"parent,omitzero"`   // the limit that it is a part of: a code's campaign
	Customer tandem.PartyID   `json:"customer,omitzero"` // nobody else may claim
	Status   Status           `json:"status"`
	Terms    Terms            `json:"terms"`
	// What is reserved and what is used, of all that the terms count, keys that were
	// forgotten included.
	Reserved    Usage          `json:"reserved"`
	Committed   Usage          `json:"committed"`
	NextExpiry  tandem.Instant `json:"next_expiry,omitzero"`  // the first time at which something reserved is free
	Forgotten   tandem.Instant `json:"forgotten,omitzero"`    // settled keys from before it may be forgotten
	Customers   []CustomerUse  `json:"customers,omitempty"`   // ascending; where uses are limited per customer
	Redemptions []Redemption   `json:"redemptions,omitempty"` // ascending by key
}

// Limit is how often, of how much and up to which value a subject may be used, and
// the claims that were granted. It is the one aggregate that all claims save.
type Limit struct {
	s      State
	events []tandem.Event
	own    bool // the lists are not shared with a copy
}

// Subject says what a new limit is of.
type Subject struct {
	Kind     SubjectKind
	Name     string         // of the promotion, campaign, contract row; of a coupon its code
	Parent   ID             // optional: the limit that it is a part of
	Customer tandem.PartyID // optional: nobody else may claim; required of kind customer
}

// Open opens the limit of a subject.
func Open(company tandem.CompanyID, of Subject, terms Terms, at tandem.Instant) (*Limit, error) {
	terms = terms.withDefaults()
	l, err := Restore(State{ID: IDOf(company, of.Kind, of.Name), Company: company, Kind: of.Kind, Subject: of.Name, Parent: of.Parent,
		Customer: of.Customer, Status: StatusOpen, Terms: terms, Reserved: terms.nothing(), Committed: terms.nothing()})
	if err != nil {
		return nil, err
	}
	if err := checkAt("open", at); err != nil {
		return nil, err
	}
	l.record(Opened{Company: company, Limit: l.s.ID, Kind: of.Kind, Parent: of.Parent, Customer: of.Customer, Terms: terms, At: at})
	return l, nil
}

func (t Terms) nothing() Usage {
	return t.counted(Usage{Quantity: tandem.QuantityFromMicro(0, t.Quantity.Unit()), Value: tandem.MoneyFromMinor(0, t.Value.Currency())})
}

func checkAt(command string, at tandem.Instant) error {
	var c tandem.Check
	c.Require(!at.IsZero(), "required", "at", "must be given")
	return c.Err(command)
}

// Restore gives the limit of a state that was kept. It records no event.
func Restore(s State) (*Limit, error) {
	var c tandem.Check
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(s.Kind.Valid(), "subject_kind", "kind", "must be a known kind")
	if s.Kind == ForCoupon {
		code, err := ParseCode(s.Subject)
		c.Require(err == nil && string(code) == s.Subject, "code", "subject", "must be a code in its folded form")
	} else {
		c.Require(cleanKey(s.Subject), "subject", "subject", "must be 1 to 256 bytes of UTF-8 without control characters")
	}
	c.Require(s.ID == IDOf(s.Company, s.Kind, s.Subject), "id", "id", "must be that of company, kind and subject")
	c.Require(s.Kind != ForCustomer || !s.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(s.Status.Valid(), "status", "status", "must be a known status")
	c.Require(s.Revision >= 0 && s.Sequence >= 0, "negative", "revision", "counters must not be negative")
	c.Nested("terms", s.Terms.Validate())
	c.Require(s.Terms == s.Terms.withDefaults(), "policy", "terms", "policy, moment and late_return must be given")
	s.checkTotals(&c)
	if err := c.Err("redemption limit"); err != nil {
		return nil, err
	}
	return &Limit{s: s.clone(), own: true}, nil
}

// checkTotals compares what is counted with the redemptions. Caps may have been
// lowered below what is used, and keys forgotten.
func (s *State) checkTotals(c *tandem.Check) {
	nought := s.Terms.nothing()
	ok := s.Reserved.alike(nought) && s.Committed.alike(nought) && !s.Reserved.negative() && !s.Committed.negative()
	if !c.Require(ok, "totals", "reserved", "must be of what the terms count, and not negative") {
		return
	}
	reserved, used := nought, nought
	customers := make([]CustomerUse, 0, len(s.Customers))
	for i := range s.Redemptions {
		r, path := &s.Redemptions[i], tandem.Path("redemptions", i)
		c.Require(i == 0 || s.Redemptions[i-1].Key < r.Key, "order", path+".key", "keys must ascend")
		r.check(c, path)
		var err error
		if reserved, err = reserved.add(s.Terms.counted(r.Open())); err == nil {
			used, err = used.add(s.Terms.counted(r.Used()))
		}
		if !c.Require(err == nil, "usage", path, "must be of what the terms count") || !c.OK() {
			return
		}
		if s.Terms.UsesPerCustomer > 0 {
			customers = countUses(customers, r.Claim.Customer, r.held().Uses)
		}
	}
	c.Require(s.Reserved == reserved, "totals", "reserved", "must be the sum of what is reserved")
	c.Require(used.within(s.Committed), "totals", "committed", "must not be less than the sum of what is used")
	c.Require(s.NextExpiry == s.nextExpiry(), "next_expiry", "next_expiry", "must be the first end of what is reserved")
	for i := range s.Customers {
		u := &s.Customers[i]
		ok := !u.Customer.IsZero() && u.Uses > 0 && (i == 0 || s.Customers[i-1].Customer.Compare(u.Customer) < 0) && s.Terms.UsesPerCustomer > 0
		c.Require(ok, "customers", tandem.Path("customers", i), "customers must ascend and have uses")
	}
	for _, u := range customers {
		c.Require(usesOf(s.Customers, u.Customer) >= u.Uses, "customers", "customers", "must not be less than the sum of the uses")
	}
}

func (s *State) nextExpiry() (first tandem.Instant) {
	for i := range s.Redemptions {
		r := &s.Redemptions[i]
		until := r.Claim.Until
		if !until.IsZero() && (first.IsZero() || until.Before(first)) && !r.Open().IsNothing() {
			first = until
		}
	}
	return first
}

func compareCustomer(u CustomerUse, customer tandem.PartyID) int { return u.Customer.Compare(customer) }

func usesOf(list []CustomerUse, customer tandem.PartyID) int64 {
	if i, found := slices.BinarySearchFunc(list, customer, compareCustomer); found {
		return list[i].Uses
	}
	return 0
}

// countUses adds to a customer's uses in place; who has none left is taken out.
func countUses(list []CustomerUse, customer tandem.PartyID, uses int64) []CustomerUse {
	i, found := slices.BinarySearchFunc(list, customer, compareCustomer)
	if !found {
		if uses == 0 {
			return list
		}
		return slices.Insert(list, i, CustomerUse{Customer: customer, Uses: uses})
	}
	if list[i].Uses += uses; list[i].Uses == 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// ID gives the limit's id.
func (l *Limit) ID() ID { return l.s.ID }

// Company gives the company whose limit it is.
func (l *Limit) Company() tandem.CompanyID { return l.s.Company }

// Kind says what it is a limit of.
func (l *Limit) Kind() SubjectKind { return l.s.Kind }

// Subject gives the promotion, campaign, contract row or code.
func (l *Limit) Subject() string { return l.s.Subject }

// Parent gives the limit that it is a part of, none for most.
func (l *Limit) Parent() ID { return l.s.Parent }

// Customer gives the only customer who may claim, none where everybody may.
func (l *Limit) Customer() tandem.PartyID { return l.s.Customer }

// Revision gives the revision that the store keeps.
func (l *Limit) Revision() int64 { return l.s.Revision }

// Status gives the state of its life.
func (l *Limit) Status() Status { return l.s.Status }

// Terms gives what it allows.
func (l *Limit) Terms() Terms { return l.s.Terms }

// Reserved gives what is reserved, of what the terms count.
func (l *Limit) Reserved() Usage { return l.s.Reserved }

// Committed gives what is used, of what the terms count.
func (l *Limit) Committed() Usage { return l.s.Committed }

// NextExpiry gives the first time at which something that is reserved is free again
// ([Limit.Expire]), zero for none.
func (l *Limit) NextExpiry() tandem.Instant { return l.s.NextExpiry }

// Keys gives the number of claims that are kept.
func (l *Limit) Keys() int { return len(l.s.Redemptions) }

// Redemption gives what has become of a claim.
func (l *Limit) Redemption(key string) (Redemption, bool) {
	i, found := l.find(key)
	if !found {
		return Redemption{}, false
	}
	r := l.s.Redemptions[i]
	r.Steps = slices.Clone(r.Steps)
	return r, true
}

func (l *Limit) find(key string) (int, bool) {
	return slices.BinarySearchFunc(l.s.Redemptions, key, func(r Redemption, key string) int { return strings.Compare(r.Key, key) })
}

// State gives a copy of everything that is kept.
func (l *Limit) State() State { return l.s.clone() }

func (s *State) clone() State {
	out := *s
	out.Customers, out.Redemptions = slices.Clone(s.Customers), slices.Clone(s.Redemptions)
	for i := range out.Redemptions {
		out.Redemptions[i].Steps = slices.Clone(out.Redemptions[i].Steps)
	}
	return out
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events. Both share the lists until one of them is changed.
func (l *Limit) Copy(revision int64) *Limit {
	if l.own {
		l.own = false
	}
	c := &Limit{s: l.s}
	c.s.Revision = revision
	return c
}

// change takes a copy of the lists that a copy of the limit may share. Steps are
// only ever appended to, behind what is shared ([Redemption.append]).
func (l *Limit) change() {
	if !l.own {
		l.s.Customers, l.s.Redemptions, l.own = slices.Clone(l.s.Customers), slices.Clone(l.s.Redemptions), true
	}
}

// Drain hands out the recorded events and forgets them.
func (l *Limit) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: Kind, ID: l.s.ID.Bytes(), Company: l.s.Company, Last: l.s.Sequence, Events: l.events}
	l.events = nil
	return out
}

func (l *Limit) record(e tandem.Event) {
	l.s.Sequence++
	l.events = append(l.events, e)
}
