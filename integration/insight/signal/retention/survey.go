package retention

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/signal"
)

// Question is what a survey asks. The names are stable.
type Question string

// The questions.
const (
	AskNPS  Question = "nps"  // would you recommend us: of the relation
	AskCSAT Question = "csat" // how satisfied were you: of a delivery or return
	AskCES  Question = "ces"  // how easy was it: of a complaint
)

// Questions lists the questions.
func Questions() []Question { return []Question{AskNPS, AskCSAT, AskCES} }

// Valid says whether the question is one of [Questions].
func (q Question) Valid() bool { return slices.Contains(Questions(), q) }

// UnmarshalText reads exactly the names of [Questions].
func (q *Question) UnmarshalText(text []byte) error {
	return enum.Decode(q, text, "question", Questions())
}

// Survey is whom to ask, what, and why.
type Survey struct {
	Party    tandem.PartyID `json:"party"`
	Question Question       `json:"question"`
	After    *Event         `json:"after,omitempty"` // nil where the relation is the occasion
	Reason   string         `json:"reason"`
	Score    float64        `json:"score"` // of the customer's risk
}

// Rule says why a customer is not asked. The names are stable.
type Rule string

// The rules, in the order in which they are asked.
const (
	WithoutConsent Rule = "without_consent"
	OpenComplaint  Rule = "open_complaint" // first it is settled
	AskedRecently  Rule = "asked_recently" // the cap
	NoOccasion     Rule = "no_occasion"    // no fresh event, and the relation is not due
)

// Rules lists the rules.
func Rules() []Rule { return []Rule{WithoutConsent, OpenComplaint, AskedRecently, NoOccasion} }

// Valid says whether the rule is one of [Rules].
func (r Rule) Valid() bool { return slices.Contains(Rules(), r) }

// UnmarshalText reads exactly the names of [Rules].
func (r *Rule) UnmarshalText(text []byte) error { return enum.Decode(r, text, "rule", Rules()) }

// Withheld is a customer who is not asked.
type Withheld struct {
	Party  tandem.PartyID `json:"party"`
	Rule   Rule           `json:"rule"`
	Reason string         `json:"reason"`
}

// Assessment is the answer of [Assess].
type Assessment struct {
	At       tandem.Date `json:"at"`
	Risks    []Risk      `json:"risks,omitempty"`    // by party
	Surveys  []Survey    `json:"surveys,omitempty"`  // by party
	Withheld []Withheld  `json:"withheld,omitempty"` // by party
}

// Assess scores the customers and says whom to ask. Their order does not matter.
// Errors are faults of the arguments, all at once.
func Assess(customers []Customer, c Config) (Assessment, error) {
	if err := c.Validate(); err != nil {
		return Assessment{}, err
	}
	if err := check(customers); err != nil {
		return Assessment{}, err
	}
	c = c.filled()
	sorted := slices.Clone(customers)
	slices.SortStableFunc(sorted, func(a, b Customer) int { return a.Party.Compare(b.Party) })
	out := Assessment{At: c.At}
	for _, u := range sorted {
		risk := c.risk(u)
		if risk.Level == Medium || risk.Level == High {
			risk.Evidence = evidence(u)
		}
		out.Risks = append(out.Risks, risk)
		survey, withheld := c.ask(u, risk)
		if survey == nil {
			out.Withheld = append(out.Withheld, withheld)
			continue
		}
		survey.Score = risk.Score
		out.Surveys = append(out.Surveys, *survey)
	}
	return out, nil
}

// Signals tells of the customers at medium or high risk, with their score times the share
// that is known as the strength, and of the surveys that are due, by the score of whom
// they ask.
func (a Assessment) Signals() []signal.Signal {
	var out []signal.Signal
	for _, r := range a.Risks {
		if r.Level == Medium || r.Level == High {
			out = append(out, r.signal(a.At))
		}
	}
	for _, s := range a.Surveys {
		out = append(out, s.signal(a.At))
	}
	signal.Sort(out)
	return out
}

// ask gives the survey of a customer, or the rule that withholds it.
func (c Config) ask(u Customer, risk Risk) (*Survey, Withheld) {
	no := func(r Rule, reason string) (*Survey, Withheld) { return nil, Withheld{u.Party, r, reason} }
	asked, since := !u.LastSurvey.IsZero(), c.At.DaysSince(u.LastSurvey)
	switch {
	case !u.Consent:
		return no(WithoutConsent, "has not agreed to be asked")
	case u.OpenComplaints > 0:
		return no(OpenComplaint, fmt.Sprintf("%d open complaints come first", u.OpenComplaints))
	case asked && since < c.CapDays:
		return no(AskedRecently, fmt.Sprintf("asked on %s; %d days must lie between surveys", u.LastSurvey, c.CapDays))
	}
	if e, ok := c.fresh(u); ok {
		s := &Survey{Party: u.Party, Question: AskCSAT, After: &e}
		if e.Kind == ComplaintClosed {
			s.Question = AskCES
		}
		s.Reason = fmt.Sprintf("%s on %s", phrase(e.Kind), e.Date)
		return s, Withheld{}
	}
	switch {
	case risk.Level == High:
		return &Survey{Party: u.Party, Question: AskNPS, Reason: fmt.Sprintf("at risk: %.0f of 100 points", risk.Score)}, Withheld{}
	case u.Purchases > 0 && asked && since >= c.RelationDays:
		return &Survey{Party: u.Party, Question: AskNPS, Reason: fmt.Sprintf("not asked for %d days", since)}, Withheld{}
	case u.Purchases > 0 && !asked && !u.First.IsZero() && c.At.DaysSince(u.First) >= c.RelationDays:
		return &Survey{Party: u.Party, Question: AskNPS, Reason: "never asked since the first purchase on " + u.First.String()}, Withheld{}
	}
	return no(NoOccasion, fmt.Sprintf("no event within %d days", c.FreshDays))
}

// fresh gives the most telling event that is fresh and behind the last survey, of
// equal ones the latest.
func (c Config) fresh(u Customer) (Event, bool) {
	list := slices.DeleteFunc(slices.Clone(u.Events), func(e Event) bool {
		age := c.At.DaysSince(e.Date)
		return age < 0 || age > c.FreshDays || !u.LastSurvey.IsZero() && !e.Date.After(u.LastSurvey)
	})
	if len(list) == 0 {
		return Event{}, false
	}
	kinds := EventKinds()
	return slices.MinFunc(list, func(a, b Event) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), b.Date.Compare(a.Date),
			signal.CompareDocuments(a.Ref, b.Ref), cmp.Compare(a.Ref.Number, b.Ref.Number))
	}), true
}

func phrase(k EventKind) string {
	switch k {
	case ComplaintClosed:
		return "a complaint was closed"
	case Returned:
		return "goods came back"
	case LateDelivery:
		return "a delivery came late"
	case FirstDelivery:
		return "the first delivery came"
	}
	return "a delivery came"
}

func (s Survey) signal(at tandem.Date) signal.Signal {
	out := signal.Signal{
		Kind: signal.SurveyDue, Subject: signal.Subject{Party: s.Party, Code: string(s.Question)}, At: at,
		Strength: s.Score / 100, Value: s.Score,
		Reason: s.Reason, Suggestion: signal.Suggestion{Action: signal.SendSurvey, Text: "ask " + string(s.Question)},
	}
	if s.After != nil {
		out.Attach([]tandem.DocumentRef{s.After.Ref})
	}
	return out
}
