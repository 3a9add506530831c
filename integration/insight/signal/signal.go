package signal

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// MaxEvidence is the most documents that one signal names; More counts the rest.
const MaxEvidence = 100

// The reasons for which sub-packages leave rows out alike; each lists them with its own.
const (
	NotPositive insight.Reason = "not_positive" // a quantity of nought or less
	CountedOnce insight.Reason = "counted_once" // the same line was given twice
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{NotPositive, CountedOnce} }

// Kind says what a signal is about. The names are stable.
type Kind string

// The kinds, in the order of [Sort]: what is urgent inside first.
const (
	LotQuality        Kind = "lot_quality"        // CRM → ERP: a lot comes back too often
	ProductQuality    Kind = "product_quality"    // CRM → ERP: a product does
	SafetyStock       Kind = "safety_stock"       // CRM → ERP: returns change what stock has to cover
	DemandExpected    Kind = "demand_expected"    // CRM → ERP: the pipeline's demand in a bucket
	PipelineOverdue   Kind = "pipeline_overdue"   // ERP → CRM: a close date has passed without an order
	ProbabilityBiased Kind = "probability_biased" // ERP → CRM: a stage is won more or less often than it says
	ChurnRisk         Kind = "churn_risk"         // ERP → CRM: a customer may leave
	SurveyDue         Kind = "survey_due"         // ERP → CRM: whom to ask, after what
	OfferSuits        Kind = "offer_suits"        // both: an offer that suits a customer
)

// Kinds lists the kinds.
func Kinds() []Kind {
	return []Kind{
		LotQuality, ProductQuality, SafetyStock, DemandExpected, PipelineOverdue, ProbabilityBiased, ChurnRisk, SurveyDue, OfferSuits,
	}
}

// Valid says whether the kind is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// UnmarshalText reads exactly the names of [Kinds].
func (k *Kind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "kind", Kinds()) }

// Action is what a signal suggests. The names are stable.
type Action string

// The actions.
const (
	Investigate  Action = "investigate"   // the lot or product
	ReviewStock  Action = "review_stock"  // look at the stock target; Value is the factor on the demand to cover
	Anticipate   Action = "anticipate"    // let planning know; Value is the expected quantity
	UpdateDate   Action = "update_date"   // of the opportunity
	ReviewRate   Action = "review_rate"   // the stage's probability; Value is the share won
	ContactParty Action = "contact_party" // before he is gone
	SendSurvey   Action = "send_survey"   // to the party
	ProposeOffer Action = "propose_offer" // to the party
)

// Actions lists the actions.
func Actions() []Action {
	return []Action{Investigate, ReviewStock, Anticipate, UpdateDate, ReviewRate, ContactParty, SendSurvey, ProposeOffer}
}

// Valid says whether the action is one of [Actions].
func (a Action) Valid() bool { return slices.Contains(Actions(), a) }

// UnmarshalText reads exactly the names of [Actions].
func (a *Action) UnmarshalText(text []byte) error { return enum.Decode(a, text, "action", Actions()) }

// Subject is who or what a signal is about; what does not apply is left empty.
type Subject struct {
	Product  tandem.ProductID   `json:"product,omitzero"`
	Lot      tandem.LotID       `json:"lot,omitzero"`
	Party    tandem.PartyID     `json:"party,omitzero"`
	Document tandem.DocumentRef `json:"document,omitzero"` // the opportunity
	Code     string             `json:"code,omitempty"`    // a stage, a cause, an offer, a survey's question
	Date     tandem.Date        `json:"date,omitzero"`     // the bucket that is meant
}

// Compare orders subjects: -1, 0 or +1.
func (s Subject) Compare(o Subject) int {
	return cmp.Or(s.Product.Compare(o.Product), s.Lot.Compare(o.Lot), s.Party.Compare(o.Party),
		CompareDocuments(s.Document, o.Document), cmp.Compare(s.Code, o.Code), s.Date.Compare(o.Date))
}

// CompareDocuments orders references by kind and id; numbers do not count.
func CompareDocuments(a, b tandem.DocumentRef) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.ID.Compare(b.ID))
}

// Suggestion is what could be done, for whoever decides.
type Suggestion struct {
	Action Action `json:"action"`
	Text   string `json:"text"`
	// Value is the number that goes with the action, in the action's own unit; 0 where
	// it has none.
	Value float64 `json:"value,omitzero"`
}

// Signal is one thing that one side tells the other.
type Signal struct {
	Kind    Kind        `json:"kind"`
	Subject Subject     `json:"subject"`
	At      tandem.Date `json:"at"` // the day as of which it was found
	// Strength is how much the signal says, 0 to 1; each package tells how it gets
	// there. Strengths of one kind compare, those of two do not.
	Strength float64 `json:"strength"`
	Value    float64 `json:"value"` // what was measured: a rate, a quantity, points
	// Interval holds what Value estimates; nil where nothing is estimated.
	Interval   *Interval            `json:"interval,omitempty"`
	Reason     string               `json:"reason"` // in words
	Evidence   []tandem.DocumentRef `json:"evidence,omitempty"`
	More       int                  `json:"more,omitzero"` // documents beyond [MaxEvidence]
	Suggestion Suggestion           `json:"suggestion"`
}

// Attach puts documents into the evidence: each once, in the order of kind and id,
// the first [MaxEvidence]; empty references are left out.
func (s *Signal) Attach(list []tandem.DocumentRef) {
	all := slices.DeleteFunc(slices.Concat(s.Evidence, list), tandem.DocumentRef.IsZero)
	slices.SortStableFunc(all, CompareDocuments)
	all = slices.CompactFunc(all, tandem.DocumentRef.Same)
	if len(all) > MaxEvidence {
		s.More += len(all) - MaxEvidence
		all = all[:MaxEvidence:MaxEvidence]
	}
	s.Evidence = all
}

// Sort orders signals by kind (as [Kinds] lists them), the strongest first, then by
// subject: the same for any order in which they were found.
func Sort(list []Signal) {
	place := Kinds()
	slices.SortStableFunc(list, func(a, b Signal) int {
		return cmp.Or(cmp.Compare(slices.Index(place, a.Kind), slices.Index(place, b.Kind)), cmp.Compare(b.Strength, a.Strength),
			a.Subject.Compare(b.Subject), cmp.Compare(a.Reason, b.Reason))
	})
}
