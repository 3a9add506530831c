package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// KindParty is the stable name of parties.
const KindParty tandem.DocumentKind = "party"

// Limits of a party.
const (
	MaxRoles         = 256
	MaxAddresses     = 256
	MaxReaches       = 64
	MaxRegistrations = 64
	MaxPreferences   = 128
)

// Role is what a party is to us on the days of its validity. The same kind of
// role may come again later, and never twice on one day.
type Role struct {
	Kind  RoleKind        `json:"kind"`
	Valid tandem.Validity `json:"valid"`
}

// Location is a postal address of a party. Code is its name within the party.
type Location struct {
	Code    string          `json:"code"`
	Kind    AddressKind     `json:"kind"`
	Address tandem.Address  `json:"address"`
	Valid   tandem.Validity `json:"valid,omitzero"`
}

// Reach is an address at which someone is reached: an e-mail address, a telephone
// number. The first one of a channel is preferred.
type Reach struct {
	Channel Channel         `json:"channel"`
	Value   tandem.Personal `json:"value"`
	Bounced tandem.Instant  `json:"bounced,omitzero"` // since when it does not work
}

// Preference is something that the party wishes or is known to like: its
// language, a delivery window, a category of products.
type Preference struct {
	Name  string          `json:"name"`
	Value tandem.Personal `json:"value"`
	Since tandem.Instant  `json:"since"`
}

// Parent is the party above this one, and what is taken from it.
type Parent struct {
	Party    tandem.PartyID `json:"party"`
	Inherits []Attribute    `json:"inherits,omitempty"`
}

// PartyState is what is kept of a [Party]. A party belongs to the tenant and not
// to one company: its grade, terms and credit with a company are kept elsewhere.
type PartyState struct {
	ID            tandem.PartyID    `json:"id"`
	Revision      int64             `json:"revision"` // kept by the store, compared on Save
	Sequence      int64             `json:"sequence"` // number of events ever recorded
	Status        Status            `json:"status"`
	Kind          Kind              `json:"kind"`
	Name          tandem.Personal   `json:"name"`               // as it stands on documents
	Language      string            `json:"language,omitempty"` // BCP 47
	Parent        Parent            `json:"parent,omitzero"`
	Roles         []Role            `json:"roles"`
	Locations     []Location        `json:"locations,omitempty"`
	Reaches       []Reach           `json:"reaches,omitempty"`
	Registrations []TaxRegistration `json:"registrations,omitempty"`
	Preferences   []Preference      `json:"preferences,omitempty"` // in the order of their names
	Blocked       string            `json:"blocked,omitempty"`     // why
	Registered    tandem.Instant    `json:"registered"`
}

// IsZero reports whether there is no parent, for JSON.
func (p Parent) IsZero() bool { return p.Party.IsZero() && len(p.Inherits) == 0 }

// Party is an organisation or a person that we deal with. It keeps its id from
// the first contact to the last invoice: a prospect that buys becomes a customer
// by a role, never by a copy.
type Party struct {
	s      PartyState
	events []tandem.Event
}

// NewParty registers a party in a first role from a day on.
func NewParty(id tandem.PartyID, kind Kind, name tandem.Personal, role RoleKind, from tandem.Date, at tandem.Instant) (*Party, error) {
	s := PartyState{ID: id, Status: StatusActive, Kind: kind, Name: name, Registered: at,
		Roles: []Role{{Kind: role, Valid: tandem.Validity{From: from}}}}
	p, err := RestoreParty(s)
	if err != nil {
		return nil, err
	}
	if len(name) > tandem.MaxName {
		return nil, fault("party", "name", "name", "must have 1 to 256 bytes")
	}
	p.record(PartyRegistered{Party: id, Kind: kind, Role: role, From: from, At: at})
	return p, nil
}

// RestoreParty gives the party of a state that was kept.
func RestoreParty(s PartyState) (*Party, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return &Party{s: s.clone()}, nil
}

func (s *PartyState) clone() PartyState {
	out := *s
	out.Parent.Inherits = slices.Clone(s.Parent.Inherits)
	out.Roles = slices.Clone(s.Roles)
	out.Locations = slices.Clone(s.Locations)
	for i := range out.Locations {
		out.Locations[i].Address.Lines = slices.Clone(out.Locations[i].Address.Lines)
	}
	out.Reaches = slices.Clone(s.Reaches)
	out.Registrations = slices.Clone(s.Registrations)
	out.Preferences = slices.Clone(s.Preferences)
	return out
}

// check reports what cannot hold for any party ever written.
func (s *PartyState) check() error {
	var c tandem.Check
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(s.Revision >= 0 && s.Sequence >= 0, "revision", "revision", "must not be negative")
	c.Require(s.Status.Valid(), "status", "status", "must be active, blocked or archived")
	c.Require(s.Kind.Valid(), "kind", "kind", "must be organisation or person")
	c.Require(s.Name != "", "name", "name", "must be given")
	c.Require((s.Status == StatusBlocked) == (s.Blocked != ""), "blocked", "blocked", "a reason if and only if it is blocked")
	c.Require(!s.Registered.IsZero(), "required", "registered", "must be given")
	c.Require(s.Parent.Party != s.ID || s.ID.IsZero(), "parent", "parent.party", "a party is not above itself")
	c.Require(len(s.Parent.Inherits) == 0 || !s.Parent.Party.IsZero(), "parent", "parent.inherits", "nothing is inherited from nobody")
	s.checkRoles(&c)
	for i := range s.Registrations {
		if err := s.Registrations[i].Validate(); err != nil {
			c.Nested(tandem.Path("registrations", i), err)
		}
	}
	for i := range s.Preferences {
		if i > 0 && s.Preferences[i-1].Name >= s.Preferences[i].Name {
			c.Add("order", tandem.Path("preferences", i), "names must ascend")
		}
	}
	return c.Err("party")
}

func (s *PartyState) checkRoles(c *tandem.Check) {
	c.Require(len(s.Roles) > 0, "required", "roles", "a party has or had a role")
	for i, r := range s.Roles {
		if !r.Kind.Valid() || r.Valid.From.IsZero() || r.Valid.Validate() != nil {
			c.Add("role", tandem.Path("roles", i), "needs a kind and a first day, before its last")
		}
		for _, o := range s.Roles[:i] {
			if o.Kind == r.Kind && o.Valid.Overlaps(r.Valid) {
				c.Add("overlap", tandem.Path("roles", i), "the same role twice on one day")
			}
		}
	}
}

// ID gives the party's id.
func (p *Party) ID() tandem.PartyID { return p.s.ID }

// Revision gives the revision that the store keeps.
func (p *Party) Revision() int64 { return p.s.Revision }

// Kind says whether it is a person.
func (p *Party) Kind() Kind { return p.s.Kind }

// Status gives the state of its life.
func (p *Party) Status() Status { return p.s.Status }

// Name gives the name, personal.
func (p *Party) Name() tandem.Personal { return p.s.Name }

// Language gives the language tag, "" if it is not known.
func (p *Party) Language() string { return p.s.Language }

// Is reports whether the party has a role on a day.
func (p *Party) Is(role RoleKind, day tandem.Date) bool { return p.roleOn(role, day) >= 0 }

func (p *Party) roleOn(role RoleKind, day tandem.Date) int {
	return slices.IndexFunc(p.s.Roles, func(r Role) bool { return r.Kind == role && r.Valid.Contains(day) })
}

// MayOrder reports whether the party may be sold to on a day: it is an active
// customer.
func (p *Party) MayOrder(day tandem.Date) bool {
	return p.s.Status == StatusActive && p.Is(Customer, day)
}

// Address gives the address of a kind on a day: of those that are valid, the one
// with the latest beginning, of two the one added first. Where there is none of
// the kind, the registered one is given; false if there is none either.
func (p *Party) Address(kind AddressKind, day tandem.Date) (tandem.Address, bool) {
	best := -1
	for i := range p.s.Locations {
		l := &p.s.Locations[i]
		if l.Kind == kind && l.Valid.Contains(day) && (best < 0 || p.s.Locations[best].Valid.From.Before(l.Valid.From)) {
			best = i
		}
	}
	switch {
	case best >= 0:
		a := p.s.Locations[best].Address
		a.Lines = slices.Clone(a.Lines)
		return a, true
	case kind != Registered:
		return p.Address(Registered, day)
	}
	return tandem.Address{}, false
}

// Reach gives the preferred address of a channel that is not known to bounce.
func (p *Party) Reach(channel Channel) (tandem.Personal, bool) {
	for i := range p.s.Reaches {
		if p.s.Reaches[i].Channel == channel && p.s.Reaches[i].Bounced.IsZero() {
			return p.s.Reaches[i].Value, true
		}
	}
	return "", false
}

// TaxNumber gives the tax registration in a country on a day: the buyer's VAT
// number, where there is one.
func (p *Party) TaxNumber(country tandem.Country, day tandem.Date) (string, bool) {
	for i := range p.s.Registrations {
		if r := &p.s.Registrations[i]; r.Country == country && r.Valid.Contains(day) {
			return r.Number, true
		}
	}
	return "", false
}

// Preference gives the value of a preference.
func (p *Party) Preference(name string) (tandem.Personal, bool) {
	if i, found := p.preference(name); found {
		return p.s.Preferences[i].Value, true
	}
	return "", false
}

func (p *Party) preference(name string) (int, bool) {
	return slices.BinarySearchFunc(p.s.Preferences, name, func(o Preference, name string) int {
		switch {
		case o.Name < name:
			return -1
		case o.Name > name:
			return 1
		}
		return 0
	})
}

// State gives a copy of everything that is kept.
func (p *Party) State() PartyState { return p.s.clone() }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (p *Party) Copy(revision int64) *Party {
	c := &Party{s: p.s.clone()}
	c.s.Revision = revision
	return c
}

// Drain hands out the recorded events and forgets them. A party belongs to no
// company.
func (p *Party) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: KindParty, ID: p.s.ID.Bytes(), Last: p.s.Sequence, Events: p.events}
	p.events = nil
	return out
}

func (p *Party) record(e tandem.Event) {
	p.s.Sequence++
	p.events = append(p.events, e)
}
