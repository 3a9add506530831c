package customer360

import (
	"context"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
)

// lookBack is how many days before the period the facts are read from: an order
// from before that an amendment in the period has enlarged is then known for
// what it is, and left out.
const lookBack = 92

// SatisfactionQuery says whose satisfaction is wanted, and of which period.
type SatisfactionQuery struct {
	Company tandem.CompanyID
	Party   tandem.PartyID  // zero = every customer
	Ordered tandem.Validity // days on which the lines were ordered, the answers given; both ends are needed
	AsOf    tandem.Date     // what is known at the end of this day; not before Ordered.From
	Formula survey.Formula  // weights and minimum numbers
	// Complaints says that complaints are recorded in the timeline, so that none
	// there are none; else the part is left out.
	Complaints bool
	Zone       *time.Location // of the days; default UTC
}

func (q *SatisfactionQuery) validate() error {
	var c tandem.Check
	c.Require(!q.Company.IsZero(), "required", "company", "must be given")
	c.Require(!q.Ordered.From.IsZero() && q.Ordered.From.Before(q.Ordered.Until), "validity_empty", "ordered", "must have both ends, the first before the second")
	c.Require(!q.AsOf.IsZero() && !q.AsOf.Before(q.Ordered.From), "as_of", "as_of", "must be given, and not before the period")
	c.Nested("formula", q.Formula.Validate())
	return c.Err("satisfaction query")
}

// CustomerSatisfaction is one customer's score with what it comes from.
type CustomerSatisfaction struct {
	Party       tandem.PartyID      `json:"party"`
	Performance survey.Performance  `json:"performance"`
	Score       survey.Satisfaction `json:"score"`
}

// Satisfaction gives the satisfaction of the customers that have delivery facts,
// answers or complaints in the period, in the order of their ids; where one party
// is asked for, that one in any case, without data if there is none. It holds one
// customer's facts in memory at a time.
func Satisfaction(ctx context.Context, r Repos, q SatisfactionQuery) ([]CustomerSatisfaction, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	parties := []tandem.PartyID{q.Party}
	if q.Party.IsZero() {
		var err error
		if parties, err = q.parties(ctx, r); err != nil {
			return nil, err
		}
	}
	out := make([]CustomerSatisfaction, 0, len(parties))
	var facts []survey.DeliveryFact
	for _, id := range parties {
		s, reuse, err := q.customer(ctx, r, id, facts[:0])
		if err != nil {
			return nil, err
		}
		facts = reuse
		if q.Party.IsZero() && s.Performance.Lines == 0 && !s.Score.Data() {
			continue // only older orders
		}
		out = append(out, s)
	}
	return out, nil
}

func (q *SatisfactionQuery) known() tandem.Validity {
	return tandem.Validity{From: q.Ordered.From.AddDays(-lookBack), Until: q.AsOf.AddDays(1)}
}

// answered gives the instants between which answers and complaints count.
func (q *SatisfactionQuery) answered() (from, until tandem.Instant) {
	end := q.Ordered.Until
	if last := q.AsOf.AddDays(1); last.Before(end) {
		end = last
	}
	return q.Ordered.From.At(0, 0, q.Zone), end.At(0, 0, q.Zone)
}

func (q *SatisfactionQuery) parties(ctx context.Context, r Repos) ([]tandem.PartyID, error) {
	seen := map[tandem.PartyID]struct{}{}
	for f, err := range r.DeliveryFacts().Find(ctx, survey.DeliveryFactQuery{Company: q.Company, Dates: q.known()}) {
		if err != nil {
			return nil, err
		}
		seen[f.Party] = struct{}{}
	}
	from, until := q.answered()
	for a, err := range r.SurveyAnswers().Find(ctx, survey.AnswerQuery{Company: q.Company, Stage: survey.Answered, From: from, Until: until}) {
		if err != nil {
			return nil, err
		}
		seen[a.Party] = struct{}{}
	}
	if q.Complaints {
		for i, err := range r.Interactions().Find(ctx, party.InteractionQuery{Company: q.Company, Kind: party.InteractionComplaint, From: from, Until: until}) {
			if err != nil {
				return nil, err
			}
			seen[i.Party] = struct{}{}
		}
	}
	out := make([]tandem.PartyID, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.SortFunc(out, tandem.PartyID.Compare)
	return out, nil
}

// customer scores one customer; facts is a buffer.
func (q *SatisfactionQuery) customer(ctx context.Context, r Repos, id tandem.PartyID, facts []survey.DeliveryFact) (CustomerSatisfaction, []survey.DeliveryFact, error) {
	out := CustomerSatisfaction{Party: id}
	for f, err := range r.DeliveryFacts().Find(ctx, survey.DeliveryFactQuery{Company: q.Company, Party: id, Dates: q.known()}) {
		if err != nil {
			return out, facts, err
		}
		facts = append(facts, f)
	}
	lines, err := survey.FoldLines(facts)
	if err != nil {
		return out, facts, err
	}
	lines = slices.DeleteFunc(lines, func(l survey.DeliveryLine) bool { return !q.Ordered.Contains(l.OrderedOn) })
	if out.Performance, err = survey.Perform(lines, q.AsOf); err != nil {
		return out, facts, err
	}
	evidence := survey.Evidence{Delivery: out.Performance, ComplaintsKnown: q.Complaints}
	if err := q.asked(ctx, r, id, &evidence); err != nil {
		return out, facts, err
	}
	out.Score, err = q.Formula.Satisfy(evidence)
	return out, facts, err
}

// asked adds the answers and complaints of a customer.
func (q *SatisfactionQuery) asked(ctx context.Context, r Repos, id tandem.PartyID, e *survey.Evidence) error {
	from, until := q.answered()
	for a, err := range r.SurveyAnswers().Find(ctx, survey.AnswerQuery{Company: q.Company, Party: id, From: from, Until: until}) {
		if err != nil {
			return err
		}
		e.Answers = append(e.Answers, a)
	}
	if !q.Complaints {
		return nil
	}
	for _, err := range r.Interactions().Find(ctx, party.InteractionQuery{Company: q.Company, Party: id, Kind: party.InteractionComplaint, From: from, Until: until}) {
		if err != nil {
			return err
		}
		e.Complaints++
	}
	return nil
}
