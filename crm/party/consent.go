package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

type consentKind struct{}

// ConsentID names a consent fact.
type ConsentID = tandem.ID[consentKind]

// Purpose is what someone is contacted for. Hosts add their own; a purpose for
// which there is no fact is not allowed.
type Purpose string

// Purposes that most hosts have. Transactional is a purpose like any other and
// needs a basis (the contract): it is no way around.
const (
	Transactional Purpose = "transactional" // order, delivery and invoice messages
	Newsletter    Purpose = "newsletter"
	Offers        Purpose = "offers"
	Surveys       Purpose = "surveys"
)

// Everything, as a purpose or channel of a withdrawal, stands for all of them.
const Everything = "*"

// Basis is the legal basis of a processing (GDPR Art. 6(1)).
type Basis string

// The bases, (a) to (f).
const (
	BasisConsent            Basis = "consent"
	BasisContract           Basis = "contract"
	BasisLegalObligation    Basis = "legal_obligation"
	BasisVitalInterest      Basis = "vital_interest"
	BasisPublicTask         Basis = "public_task"
	BasisLegitimateInterest Basis = "legitimate_interest"
)

// ConsentBases lists the bases.
func ConsentBases() []Basis {
	return []Basis{BasisConsent, BasisContract, BasisLegalObligation, BasisVitalInterest, BasisPublicTask, BasisLegitimateInterest}
}

// Valid reports whether b is one of [ConsentBases].
func (b Basis) Valid() bool { return slices.Contains(ConsentBases(), b) }

// UnmarshalText reads a basis and refuses anything else.
func (b *Basis) UnmarshalText(text []byte) error {
	return read(b, text, ConsentBases(), "basis of consent")
}

// free reports whether the person may say no to it (GDPR Art. 7(3) and 21).
func (b Basis) free() bool {
	return b == BasisConsent || b == BasisLegitimateInterest || b == BasisPublicTask
}

// ConsentAction is what a consent fact says.
type ConsentAction string

// The actions.
const (
	Given     ConsentAction = "given"
	Withdrawn ConsentAction = "withdrawn" // also an objection
)

// ConsentActions lists the actions.
func ConsentActions() []ConsentAction { return []ConsentAction{Given, Withdrawn} }

// Valid reports whether a is one of [ConsentActions].
func (a ConsentAction) Valid() bool { return a == Given || a == Withdrawn }

// UnmarshalText reads an action and refuses anything else.
func (a *ConsentAction) UnmarshalText(text []byte) error {
	return read(a, text, ConsentActions(), "consent action")
}

// Consent is a fact: that contact for a purpose over a channel was allowed, or is
// no longer wanted. Facts are appended and never changed; [Decide] reads them.
type Consent struct {
	ID          ConsentID        `json:"id"`
	Company     tandem.CompanyID `json:"company"` // the controller
	Party       tandem.PartyID   `json:"party"`
	Purpose     Purpose          `json:"purpose"`
	Channel     Channel          `json:"channel"`
	Address     AddressKey       `json:"address,omitempty"` // it is about this address; empty = whatever the party's address is
	Action      ConsentAction    `json:"action"`
	Basis       Basis            `json:"basis,omitempty"`        // of what is given
	Source      string           `json:"source,omitempty"`       // of what is given: where it comes from
	TextVersion string           `json:"text_version,omitempty"` // of what is given by consent: which text was agreed to
	Imported    bool             `json:"imported,omitempty"`     // taken over from elsewhere: never beats a withdrawal
	Effective   tandem.Instant   `json:"effective"`
	Expires     tandem.Instant   `json:"expires,omitzero"` // from then on it is no longer allowed
	Recorded    tandem.Instant   `json:"recorded"`
}

// Withdraw gives the fact that ends a consent. It asks for nothing but who, what
// for and how: withdrawing is as easy as giving (GDPR Art. 7(3)). Purpose and
// channel may each be [Everything].
func Withdraw(id ConsentID, company tandem.CompanyID, party tandem.PartyID, purpose Purpose, channel Channel, at tandem.Instant) Consent {
	return Consent{ID: id, Company: company, Party: party, Purpose: purpose, Channel: channel,
		Action: Withdrawn, Effective: at, Recorded: at}
}

// Validate reports every fault of the fact.
func (f Consent) Validate() error {
	var c tandem.Check
	c.Require(!f.ID.IsZero(), "required", "id", "must be given")
	c.Require(!f.Company.IsZero(), "required", "company", "must be given")
	c.Require(!f.Party.IsZero(), "required", "party", "must be given")
	c.Require(f.Purpose != "" && len(f.Purpose) <= tandem.MaxName, "purpose", "purpose", "must have 1 to 256 bytes")
	c.Require(f.Action.Valid(), "action", "action", "must be given or withdrawn")
	wide := f.Action == Withdrawn
	c.Require(f.Purpose != Everything || wide, "purpose", "purpose", "only a withdrawal may be for everything")
	c.Require(f.Channel.Valid() || wide && f.Channel == Everything, "channel", "channel", "must be a channel")
	c.Require(f.Address == "" || f.Address.valid(), "address", "address", "must be the fingerprint of an address")
	if f.Action == Given {
		c.Require(f.Basis.Valid(), "basis", "basis", "must be a basis of GDPR Art. 6(1)")
		c.Require(f.Source != "", "required", "source", "must be given")
		c.Require(f.Basis != BasisConsent || f.TextVersion != "", "required", "text_version", "must be given for a consent")
	}
	c.Require(len(f.Source) <= tandem.MaxName, "too_long", "source", "too long")
	c.Require(len(f.TextVersion) <= tandem.MaxName, "too_long", "text_version", "too long")
	c.Require(!f.Effective.IsZero(), "required", "effective", "must be given")
	c.Require(f.Expires.IsZero() || f.Action == Given && f.Effective.Before(f.Expires), "expires", "expires", "only of what is given, and later than effective")
	c.Require(!f.Recorded.IsZero(), "required", "recorded", "must be given")
	return c.Err("consent")
}

// ConsentAsk is the question whether someone may be contacted.
type ConsentAsk struct {
	Company tandem.CompanyID
	Party   tandem.PartyID
	Purpose Purpose
	Channel Channel
	Address AddressKey // the address that would be used; empty = it is not known
	At      tandem.Instant
}

// ConsentReason says why contact is allowed or not.
type ConsentReason string

// The reasons. Only the first allows.
const (
	ConsentGiven     ConsentReason = "given"
	ConsentMissing   ConsentReason = "missing"   // nobody ever allowed it: the default is no
	ConsentWithdrawn ConsentReason = "withdrawn" // a withdrawal of the party, or for the address
	ConsentExpired   ConsentReason = "expired"
)

// ConsentReasons lists the reasons.
func ConsentReasons() []ConsentReason {
	return []ConsentReason{ConsentGiven, ConsentMissing, ConsentWithdrawn, ConsentExpired}
}

// Valid reports whether r is one of [ConsentReasons].
func (r ConsentReason) Valid() bool { return slices.Contains(ConsentReasons(), r) }

// UnmarshalText reads a reason and refuses anything else.
func (r *ConsentReason) UnmarshalText(text []byte) error {
	return read(r, text, ConsentReasons(), "reason of consent")
}

// ConsentDecision is the answer, with the fact that decided.
type ConsentDecision struct {
	Allowed bool          `json:"allowed"`
	Reason  ConsentReason `json:"reason"`
	Fact    ConsentID     `json:"fact,omitzero"`
	Basis   Basis         `json:"basis,omitempty"`
}

// Decide answers from the facts of the party and those of the address, which may
// have been given for a party that no longer exists. The default is no. What was
// said last counts, and at the same instant no counts; but what is given by an
// import never counts against a withdrawal, however late it comes, nor against
// what the party gave itself; and a withdrawal of everything does not end what
// rests on a contract or a law. The order of the
// facts does not matter.
func Decide(facts []Consent, ask ConsentAsk) ConsentDecision {
	var given *Consent
	for i := range facts {
		if f := &facts[i]; f.Action == Given && f.allows(&ask) &&
			(given == nil || f.Imported == given.Imported && f.after(given) || given.Imported && !f.Imported) {
			given = f
		}
	}
	var withdrawn *Consent
	for i := range facts {
		f := &facts[i]
		if f.Action != Withdrawn || !f.forbids(&ask) || given != nil && !given.Basis.free() && f.wide() {
			continue
		}
		if withdrawn == nil || f.after(withdrawn) {
			withdrawn = f
		}
	}
	switch {
	case withdrawn != nil && (given == nil || given.Imported || !withdrawn.Effective.Before(given.Effective)):
		return ConsentDecision{Reason: ConsentWithdrawn, Fact: withdrawn.ID}
	case given == nil:
		return ConsentDecision{Reason: ConsentMissing}
	case !given.Expires.IsZero() && !ask.At.Before(given.Expires):
		return ConsentDecision{Reason: ConsentExpired, Fact: given.ID, Basis: given.Basis}
	}
	return ConsentDecision{Allowed: true, Reason: ConsentGiven, Fact: given.ID, Basis: given.Basis}
}

func (f *Consent) wide() bool { return f.Purpose == Everything || f.Channel == Everything }

// allows reports whether a given fact answers the question.
func (f *Consent) allows(ask *ConsentAsk) bool {
	return f.Company == ask.Company && f.Party == ask.Party && f.Purpose == ask.Purpose && f.Channel == ask.Channel &&
		(f.Address == "" || f.Address == ask.Address) && !f.Effective.After(ask.At)
}

// forbids reports whether a withdrawal is about the question: it is the party's
// (for all its addresses or for this one), or anyone's for this address.
func (f *Consent) forbids(ask *ConsentAsk) bool {
	if f.Company != ask.Company || f.Effective.After(ask.At) || f.Purpose != ask.Purpose && f.Purpose != Everything ||
		f.Channel != ask.Channel && f.Channel != Everything {
		return false
	}
	if f.Address != "" && ask.Address != "" {
		return f.Address == ask.Address
	}
	return f.Party == ask.Party
}

// after orders facts: by when they took effect, when they were recorded, and
// their ids.
func (f *Consent) after(o *Consent) bool {
	switch {
	case f.Effective != o.Effective:
		return f.Effective.After(o.Effective)
	case f.Recorded != o.Recorded:
		return f.Recorded.After(o.Recorded)
	}
	return f.ID.Compare(o.ID) > 0
}
