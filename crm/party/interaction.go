package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

type interactionKind struct{}

// InteractionID names an interaction.
type InteractionID = tandem.ID[interactionKind]

// InteractionIDOf derives the id of what one source event means to a party. The
// same event told twice is one interaction: the second append is
// [tandem.ErrDuplicate].
func InteractionIDOf(source string, party tandem.PartyID) InteractionID {
	return tandem.DeriveID[InteractionID]("party_interaction", party.String()+"/"+source)
}

// InteractionKind says what happened.
type InteractionKind string

// The kinds of interaction.
const (
	InteractionQuote      InteractionKind = "quote"
	InteractionOrder      InteractionKind = "order"
	InteractionDelivery   InteractionKind = "delivery"
	InteractionInvoice    InteractionKind = "invoice"
	InteractionPayment    InteractionKind = "payment"
	InteractionCredit     InteractionKind = "credit"
	InteractionReturn     InteractionKind = "return"
	InteractionCancel     InteractionKind = "cancellation"
	InteractionGrade      InteractionKind = "grade"
	InteractionCall       InteractionKind = "call"
	InteractionMessage    InteractionKind = "message"
	InteractionMeeting    InteractionKind = "meeting"
	InteractionNote       InteractionKind = "note"
	InteractionComplaint  InteractionKind = "complaint"
	InteractionSurvey     InteractionKind = "survey"
	InteractionCampaign   InteractionKind = "campaign"
	InteractionRedemption InteractionKind = "redemption"
)

// InteractionKinds lists the kinds.
func InteractionKinds() []InteractionKind {
	return []InteractionKind{InteractionQuote, InteractionOrder, InteractionDelivery, InteractionInvoice, InteractionPayment,
		InteractionCredit, InteractionReturn, InteractionCancel, InteractionGrade, InteractionCall, InteractionMessage,
		InteractionMeeting, InteractionNote, InteractionComplaint, InteractionSurvey, InteractionCampaign, InteractionRedemption}
}

// Valid reports whether k is one of [InteractionKinds].
func (k InteractionKind) Valid() bool { return slices.Contains(InteractionKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *InteractionKind) UnmarshalText(text []byte) error {
	return read(k, text, InteractionKinds(), "kind of interaction")
}

// MaxInteractionText is the most bytes of an interaction's text.
const MaxInteractionText = 512

// Interaction is one entry of a party's timeline, appended once.
type Interaction struct {
	ID       InteractionID      `json:"id"`
	Company  tandem.CompanyID   `json:"company"`
	Party    tandem.PartyID     `json:"party"`
	Kind     InteractionKind    `json:"kind"`
	Occurred tandem.Instant     `json:"occurred"` // when it happened
	Recorded tandem.Instant     `json:"recorded"` // when we learned of it
	Document tandem.DocumentRef `json:"document,omitzero"`
	Amount   tandem.Money       `json:"amount"`         // where there is one, else the zero Money
	Text     tandem.Personal    `json:"text,omitempty"` // short
	Source   string             `json:"source"`         // identity of the event or row that it comes from
}

// NewInteraction gives an interaction with the id that follows from its source.
func NewInteraction(i Interaction) (Interaction, error) {
	i.ID = InteractionIDOf(i.Source, i.Party)
	return i, i.Validate()
}

// Validate reports every fault of the interaction.
func (i Interaction) Validate() error {
	var c tandem.Check
	c.Require(!i.Company.IsZero(), "required", "company", "must be given")
	c.Require(!i.Party.IsZero(), "required", "party", "must be given")
	c.Require(i.Kind.Valid(), "kind", "kind", "unknown kind of interaction")
	c.Require(!i.Occurred.IsZero(), "required", "occurred", "must be given")
	c.Require(!i.Recorded.IsZero(), "required", "recorded", "must be given")
	c.Require(len(i.Text) <= MaxInteractionText, "too_long", "text", "must have at most 512 bytes")
	c.Require(i.Source != "" && len(i.Source) <= tandem.MaxName, "source", "source", "must have 1 to 256 bytes")
	c.Require(i.ID == InteractionIDOf(i.Source, i.Party), "id", "id", "must follow from source and party")
	return c.Err("interaction")
}
