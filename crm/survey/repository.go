package survey

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// AnswerQuery selects survey facts; a zero field restricts nothing. Results come
// in the order of their appending.
type AnswerQuery struct {
	Company tandem.CompanyID
	Party   tandem.PartyID
	Survey  string
	Wave    string
	Measure Measure
	Stage   Stage
	From    tandem.Instant // at or after
	Until   tandem.Instant // before
	Page    tandem.Page
}

// Matches reports whether the query selects a.
func (q AnswerQuery) Matches(a Answer) bool {
	return (q.Company.IsZero() || q.Company == a.Company) && (q.Party.IsZero() || q.Party == a.Party) &&
		(q.Survey == "" || q.Survey == a.Survey) && (q.Wave == "" || q.Wave == a.Wave) &&
		(q.Measure == "" || q.Measure == a.Measure) && (q.Stage == "" || q.Stage == a.Stage) &&
		!a.At.Before(q.From) && (q.Until.IsZero() || a.At.Before(q.Until))
}

// AnswerRepository keeps survey facts, append-only. A fact that is there already
// is [tandem.ErrDuplicate].
type AnswerRepository interface {
	Append(ctx context.Context, facts ...Answer) error
	Find(ctx context.Context, q AnswerQuery) iter.Seq2[Answer, error]
}

// DeliveryFactQuery selects delivery facts; a zero field restricts nothing.
// Results come in the order of their dates, then of their appending.
type DeliveryFactQuery struct {
	Company tandem.CompanyID
	Party   tandem.PartyID
	Order   tandem.DocumentRef
	Line    int // of Order, where it is given
	Kind    DeliveryKind
	Dates   tandem.Validity // dated in this range
	Page    tandem.Page
}

// Matches reports whether the query selects f.
func (q DeliveryFactQuery) Matches(f DeliveryFact) bool {
	return (q.Company.IsZero() || q.Company == f.Company) && (q.Party.IsZero() || q.Party == f.Party) &&
		(q.Order.IsZero() || q.Order.Same(f.Line.Document)) && (q.Line == 0 || q.Line == f.Line.Line) &&
		(q.Kind == "" || q.Kind == f.Kind) && q.Dates.Contains(f.Date)
}

// DeliveryFactRepository keeps delivery facts, append-only. A fact that is there
// already, and a second reversal of one fact, are [tandem.ErrDuplicate].
type DeliveryFactRepository interface {
	Append(ctx context.Context, facts ...DeliveryFact) error
	Find(ctx context.Context, q DeliveryFactQuery) iter.Seq2[DeliveryFact, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	SurveyAnswers() AnswerRepository
	DeliveryFacts() DeliveryFactRepository
}
