package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/survey"
)

// GradeAssignments gives the customers' grades.
func (b *Bundle) GradeAssignments() grading.GradeAssignmentRepository { return (*gradeAssignments)(b) }

// Purchases gives the purchase facts.
func (b *Bundle) Purchases() grading.PurchaseRepository { return (*purchases)(b) }

// SurveyAnswers gives the survey facts.
func (b *Bundle) SurveyAnswers() survey.AnswerRepository { return (*surveyAnswers)(b) }

// DeliveryFacts gives the facts behind the satisfaction score.
func (b *Bundle) DeliveryFacts() survey.DeliveryFactRepository { return (*deliveryFacts)(b) }

var gradeAggregate = described(&Kind{
	Name:       "grade_assignment",
	KeyColumns: [3]string{"company", "party"},
	Columns:    []Column{{"company", TypeID}, {"party", TypeID}, {"grade", TypeText}, {"reviewed", TypeDate}},
	Indexes:    []Index{{Name: "party", Columns: []string{"company", "party"}}},
	Values: func(dst []Value, value any) []Value {
		a := value.(*grading.GradeAssignment)
		return append(dst, idOf(a.Company()), idOf(a.Party()), textOf(a.Told()), dateOf(a.Reviewed()))
	},
}, (*grading.GradeAssignment).State, grading.RestoreGradeAssignment, (*grading.GradeAssignment).Copy,
	func(a *grading.GradeAssignment) (Key, int64) { return companyKey(a.Company(), a.Party()), a.Revision() })

type gradeAssignments Bundle

func (r *gradeAssignments) Get(ctx context.Context, company tandem.CompanyID, id tandem.PartyID) (*grading.GradeAssignment, error) {
	return get(ctx, (*Bundle)(r), gradeAggregate, companyKey(company, id))
}

func (r *gradeAssignments) Save(_ context.Context, a *grading.GradeAssignment) error {
	return save((*Bundle)(r), gradeAggregate, a)
}

func (r *gradeAssignments) Find(ctx context.Context, q grading.GradeAssignmentQuery) iter.Seq2[*grading.GradeAssignment, error] {
	find := query[grading.GradeAssignment]{index: "party", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	if !q.Party.IsZero() {
		find.prefix = append(find.prefix, idOf(q.Party))
	}
	return findAggregates(ctx, (*Bundle)(r), gradeAggregate, find)
}

var purchaseFact = &fact[grading.Purchase]{
	kind: &Kind{
		Name: "purchase",
		Fact: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"party", TypeID}, {"kind", TypeText}, {"date", TypeDate},
			{"net_minor", TypeInt}, {"currency", TypeText}, {"document_kind", TypeText}, {"document", TypeID}, {"document_number", TypeText},
			{"recorded", TypeInstant}},
		Indexes: []Index{
			{Name: "date", Columns: []string{"company", "date"}},
			{Name: "party", Columns: []string{"company", "party", "date"}},
		},
		Values: func(dst []Value, value any) []Value {
			p := value.(*grading.Purchase)
			dst = append(dst, idOf(p.ID), idOf(p.Company), idOf(p.Party), textOf(p.Kind), dateOf(p.Date))
			dst = refOf(moneyOf(dst, p.Net), p.Document)
			return append(dst, instantOf(p.Recorded))
		},
	},
	key: func(p *grading.Purchase) Key { return companyKey(p.Company, p.ID) },
	build: func(r *row) (p grading.Purchase) {
		readID(r, &p.ID)
		readID(r, &p.Company)
		readID(r, &p.Party)
		p.Kind, p.Date, p.Net = nextText[grading.PurchaseKind](r), r.date(), r.money()
		p.Document, p.Recorded = r.ref(), r.instant()
		return p
	},
}

type purchases Bundle

func (r *purchases) Append(_ context.Context, facts ...grading.Purchase) error {
	return appendFacts((*Bundle)(r), purchaseFact, facts)
}

func (r *purchases) Find(ctx context.Context, q grading.PurchaseQuery) iter.Seq2[grading.Purchase, error] {
	find := query[grading.Purchase]{index: "date", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(p *grading.Purchase) bool { return q.Matches(*p) }}
	if !q.Party.IsZero() {
		find.index, find.prefix = "party", append(find.prefix, idOf(q.Party))
	}
	find.low, find.high = dateBounds(q.Dates)
	return findFacts(ctx, (*Bundle)(r), purchaseFact, find)
}

var answerFact = &fact[survey.Answer]{
	kind: &Kind{
		Name: "survey_answer",
		Fact: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"survey", TypeText}, {"wave", TypeText}, {"measure", TypeText},
			{"invitation", TypeID}, {"party", TypeID}, {"document_kind", TypeText}, {"document", TypeID}, {"document_number", TypeText},
			{"stage", TypeText}, {"score", TypeInt}, {"comment", TypeText}, {"at", TypeInstant}, {"recorded", TypeInstant}},
		Indexes: []Index{
			{Name: "company", Columns: []string{"company"}},
			{Name: "party", Columns: []string{"company", "party"}},
			{Name: "survey", Columns: []string{"company", "survey"}},
		},
		Values: func(dst []Value, value any) []Value {
			a := value.(*survey.Answer)
			dst = append(dst, idOf(a.ID), idOf(a.Company), textOf(a.Survey), textOf(a.Wave), textOf(a.Measure), idOf(a.Invitation), idOf(a.Party))
			dst = refOf(dst, a.Document)
			return append(dst, textOf(a.Stage), intOf(int64(a.Score)), textOf(a.Comment), instantOf(a.At), instantOf(a.Recorded))
		},
	},
	key: func(a *survey.Answer) Key { return companyKey(a.Company, a.ID) },
	build: func(r *row) (a survey.Answer) {
		readID(r, &a.ID)
		readID(r, &a.Company)
		a.Survey, a.Wave, a.Measure = nextText[string](r), nextText[string](r), nextText[survey.Measure](r)
		readID(r, &a.Invitation)
		readID(r, &a.Party)
		a.Document, a.Stage, a.Score = r.ref(), nextText[survey.Stage](r), int(r.int())
		a.Comment, a.At, a.Recorded = nextText[tandem.Personal](r), r.instant(), r.instant()
		return a
	},
}

type surveyAnswers Bundle

func (r *surveyAnswers) Append(_ context.Context, facts ...survey.Answer) error {
	return appendFacts((*Bundle)(r), answerFact, facts)
}

func (r *surveyAnswers) Find(ctx context.Context, q survey.AnswerQuery) iter.Seq2[survey.Answer, error] {
	find := query[survey.Answer]{index: "company", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(a *survey.Answer) bool { return q.Matches(*a) }}
	switch {
	case !q.Party.IsZero():
		find.index, find.prefix = "party", append(find.prefix, idOf(q.Party))
	case q.Survey != "":
		find.index, find.prefix = "survey", append(find.prefix, textOf(q.Survey))
	}
	return findFacts(ctx, (*Bundle)(r), answerFact, find)
}

var deliveryFact = &fact[survey.DeliveryFact]{
	kind: &Kind{
		Name: "delivery_fact",
		Fact: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"party", TypeID}, {"order_kind", TypeText}, {"order_id", TypeID},
			{"order_number", TypeText}, {"line", TypeInt}, {"kind", TypeText}, {"date", TypeDate}, {"quantity_micro", TypeInt}, {"unit", TypeText},
			{"filled_micro", TypeInt}, {"filled_unit", TypeText}, {"promise", TypeDate}, {"reverses", TypeID}, {"reversal", TypeBool},
			{"recorded", TypeInstant}},
		Indexes: []Index{
			{Name: "date", Columns: []string{"company", "date"}},
			{Name: "party", Columns: []string{"company", "party", "date"}},
			{Name: "order", Columns: []string{"company", "order_id", "date"}},
			{Name: "reverses", Columns: []string{"company", "reverses"}, Unique: true, Where: "reversal"},
		},
		Values: func(dst []Value, value any) []Value {
			f := value.(*survey.DeliveryFact)
			dst = append(dst, idOf(f.ID), idOf(f.Company), idOf(f.Party))
			dst = append(lineRefOf(dst, f.Line), textOf(f.Kind), dateOf(f.Date))
			dst = quantityOf(quantityOf(dst, f.Quantity), f.Filled)
			return append(dst, dateOf(f.Promise), idOf(f.Reverses), boolOf(!f.Reverses.IsZero()), instantOf(f.Recorded))
		},
	},
	key: func(f *survey.DeliveryFact) Key { return companyKey(f.Company, f.ID) },
	build: func(r *row) (f survey.DeliveryFact) {
		readID(r, &f.ID)
		readID(r, &f.Company)
		readID(r, &f.Party)
		f.Line, f.Kind, f.Date = r.lineRef(), nextText[survey.DeliveryKind](r), r.date()
		f.Quantity, f.Filled, f.Promise = r.quantity(), r.quantity(), r.date()
		readID(r, &f.Reverses)
		r.bool()
		f.Recorded = r.instant()
		return f
	},
}

type deliveryFacts Bundle

func (r *deliveryFacts) Append(_ context.Context, facts ...survey.DeliveryFact) error {
	return appendFacts((*Bundle)(r), deliveryFact, facts)
}

func (r *deliveryFacts) Find(ctx context.Context, q survey.DeliveryFactQuery) iter.Seq2[survey.DeliveryFact, error] {
	find := query[survey.DeliveryFact]{index: "date", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(f *survey.DeliveryFact) bool { return q.Matches(*f) }}
	switch {
	case !q.Order.IsZero():
		find.index, find.prefix = "order", append(find.prefix, idOf(q.Order.ID))
	case !q.Party.IsZero():
		find.index, find.prefix = "party", append(find.prefix, idOf(q.Party))
	}
	find.low, find.high = dateBounds(q.Dates)
	return findFacts(ctx, (*Bundle)(r), deliveryFact, find)
}
