package survey

import (
	"strconv"

	"github.com/tandem-go/tandem"
)

type (
	answerKind     struct{}
	invitationKind struct{}
)

// Ids of the room.
type (
	// AnswerID names one fact about an invitation.
	AnswerID = tandem.ID[answerKind]
	// InvitationID names one asking of one person.
	InvitationID = tandem.ID[invitationKind]
)

// AnswerIDOf derives the id of the n-th fact that comes of one source event, so
// that a fact which is told of twice is kept once.
func AnswerIDOf(source string, n int) AnswerID {
	return tandem.DeriveID[AnswerID]("survey_answer", source+"#"+strconv.Itoa(n))
}

// Measure is the question that is asked.
type Measure string

// The measures.
const (
	NPS  Measure = "nps"  // would you recommend us? 0 to 10
	CSAT Measure = "csat" // how satisfied were you? 1 to 5
	CES  Measure = "ces"  // it was easy to get it done: 1 (disagree) to 7 (agree)
)

// Measures lists the measures.
func Measures() []Measure { return []Measure{NPS, CSAT, CES} }

// Valid reports whether m is one of [Measures].
func (m Measure) Valid() bool { return m == NPS || m == CSAT || m == CES }

// UnmarshalText reads a measure and refuses anything else.
func (m *Measure) UnmarshalText(text []byte) error {
	parsed := Measure(text)
	if !parsed.Valid() {
		return fault("survey measure", "measure", "measure", "must be nps, csat or ces")
	}
	*m = parsed
	return nil
}

// Scale gives the lowest and the highest score of a measure.
func (m Measure) Scale() (low, high int) {
	switch m {
	case NPS:
		return 0, 10
	case CSAT:
		return 1, 5
	case CES:
		return 1, 7
	}
	return 0, 0
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// Stage says how far an invitation has come. Each stage is a fact of its own, so
// that a low response rate is not mistaken for a lost mail.
type Stage string

// The stages.
const (
	Sent      Stage = "sent"
	Delivered Stage = "delivered"
	Answered  Stage = "answered"
)

// Stages lists the stages.
func Stages() []Stage { return []Stage{Sent, Delivered, Answered} }

// Valid reports whether s is one of [Stages].
func (s Stage) Valid() bool { return s == Sent || s == Delivered || s == Answered }

// UnmarshalText reads a stage and refuses anything else.
func (s *Stage) UnmarshalText(text []byte) error {
	parsed := Stage(text)
	if !parsed.Valid() {
		return fault("survey stage", "stage", "stage", "must be sent, delivered or answered")
	}
	*s = parsed
	return nil
}

// Answer is one fact about an invitation: that it was sent, delivered or
// answered. A later answer to the same invitation takes the place of the earlier
// one ([Latest]); nothing is changed in place.
type Answer struct {
	ID         AnswerID           `json:"id"`
	Company    tandem.CompanyID   `json:"company"`
	Survey     string             `json:"survey"` // code of the survey
	Wave       string             `json:"wave,omitempty"`
	Measure    Measure            `json:"measure"`
	Invitation InvitationID       `json:"invitation"`
	Party      tandem.PartyID     `json:"party"`
	Document   tandem.DocumentRef `json:"document,omitzero"` // the case or document it is about
	Stage      Stage              `json:"stage"`
	Score      int                `json:"score"`             // of an answer; 0 is a score
	Comment    tandem.Personal    `json:"comment,omitempty"` // of an answer
	At         tandem.Instant     `json:"at"`                // when it happened
	Recorded   tandem.Instant     `json:"recorded"`
}

// Validate reports every fault of the fact.
func (a Answer) Validate() error {
	var c tandem.Check
	c.Require(!a.ID.IsZero(), "required", "id", "must be given")
	c.Require(!a.Company.IsZero(), "required", "company", "must be given")
	c.Require(a.Survey != "" && len(a.Survey) <= tandem.MaxName, "survey", "survey", "must have 1 to 256 bytes")
	c.Require(len(a.Wave) <= tandem.MaxName, "too_long", "wave", "too long")
	c.Require(!a.Invitation.IsZero(), "required", "invitation", "must be given")
	c.Require(!a.Party.IsZero(), "required", "party", "must be given")
	c.Require(a.Stage.Valid(), "stage", "stage", "must be sent, delivered or answered")
	if c.Require(a.Measure.Valid(), "measure", "measure", "must be nps, csat or ces") && a.Stage == Answered {
		low, high := a.Measure.Scale()
		c.Require(a.Score >= low && a.Score <= high, "score", "score", "is outside the scale of the measure")
	}
	c.Require(a.Stage == Answered || a.Score == 0 && a.Comment == "", "score", "score", "only an answer has a score or comment")
	c.Require(len(a.Comment) <= tandem.MaxText, "too_long", "comment", "too long")
	c.Require(!a.At.IsZero(), "required", "at", "must be given")
	c.Require(!a.Recorded.IsZero(), "required", "recorded", "must be given")
	return c.Err("survey answer")
}

// Latest gives the answers that count: of each invitation the one given last
// (of two at the same instant the one recorded last, then the one of the higher
// id), in the order in which they stand. Facts of other stages are left out.
func Latest(facts []Answer) []Answer {
	last := map[InvitationID]int{}
	for i := range facts {
		if facts[i].Stage != Answered {
			continue
		}
		if j, ok := last[facts[i].Invitation]; !ok || later(&facts[i], &facts[j]) {
			last[facts[i].Invitation] = i
		}
	}
	var out []Answer
	for i := range facts {
		if j, ok := last[facts[i].Invitation]; ok && i == j {
			out = append(out, facts[i])
		}
	}
	return out
}

func later(a, b *Answer) bool {
	if order := a.At.Compare(b.At); order != 0 {
		return order > 0
	}
	if order := a.Recorded.Compare(b.Recorded); order != 0 {
		return order > 0
	}
	return a.ID.Compare(b.ID) > 0
}
