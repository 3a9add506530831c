package retention

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/signal"
)

// FactorName names what points are given for. The names are stable.
type FactorName string

// The factors.
const (
	Silence           FactorName = "silence"            // days since the last purchase / mean days between purchases
	LateLines         FactorName = "late_lines"         // share
	IncompleteLines   FactorName = "incomplete_lines"   // share
	ReturnedLines     FactorName = "returned_lines"     // share
	PromoterAnswer    FactorName = "promoter_answer"    // NPS, 0 to 10
	SatisfactionGiven FactorName = "satisfaction_given" // CSAT, 1 to 5
	ComplaintsOpen    FactorName = "complaints_open"    // number
)

// FactorNames lists the factors.
func FactorNames() []FactorName {
	return []FactorName{Silence, LateLines, IncompleteLines, ReturnedLines, PromoterAnswer, SatisfactionGiven, ComplaintsOpen}
}

// Valid says whether the name is one of [FactorNames].
func (n FactorName) Valid() bool { return slices.Contains(FactorNames(), n) }

// UnmarshalText reads exactly the names of [FactorNames].
func (n *FactorName) UnmarshalText(text []byte) error {
	return enum.Decode(n, text, "factor", FactorNames())
}

// Weight says what a factor gives: nothing at From, all Points at Full, on a line
// between; Full may be below From (a low answer is bad).
type Weight struct {
	Factor FactorName `json:"factor"`
	Points float64    `json:"points"`
	From   float64    `json:"from"`
	Full   float64    `json:"full"`
}

// DefaultWeights are points by judgement, for the host to change: silence says most,
// since it is what leaving looks like. An NPS answer of 8 or less is no promoter's,
// from 6 on down a detractor's (F. F. Reichheld, Harvard Business Review, December
// 2003).
func DefaultWeights() []Weight {
	return []Weight{
		{Silence, 40, 1.5, 4}, {LateLines, 15, 0.05, 0.4}, {IncompleteLines, 10, 0.05, 0.4}, {ReturnedLines, 10, 0.02, 0.2},
		{PromoterAnswer, 10, 8, 3}, {SatisfactionGiven, 10, 4, 2}, {ComplaintsOpen, 5, 0, 1},
	}
}

// Factor is what one factor adds to a score.
type Factor struct {
	Factor FactorName `json:"factor"`
	Known  bool       `json:"known"` // where it is not, it does not count
	Value  float64    `json:"value"`
	Points float64    `json:"points"`
	Most   float64    `json:"most"` // the points that it could have given
	Reason string     `json:"reason"`
}

// Level is the size of a risk.
type Level string

// The levels.
const (
	Unknown Level = "unknown" // neither rhythm nor lines nor answers: nothing can be said
	Low     Level = "low"
	Medium  Level = "medium"
	High    Level = "high"
)

// Levels lists the levels.
func Levels() []Level { return []Level{Unknown, Low, Medium, High} }

// Valid says whether the level is one of [Levels].
func (l Level) Valid() bool { return slices.Contains(Levels(), l) }

// UnmarshalText reads exactly the names of [Levels].
func (l *Level) UnmarshalText(text []byte) error { return enum.Decode(l, text, "level", Levels()) }

// LittleKnown is the note on a risk that is medium only because less than
// [Config].MinimumKnown is known; by its score it would be high.
const LittleKnown insight.Reason = "little_known"

// Reasons lists the notes on risks.
func Reasons() []insight.Reason { return []insight.Reason{LittleKnown} }

// Risk is a customer's score with its factors.
type Risk struct {
	Party tandem.PartyID `json:"party"`
	Score float64        `json:"score"` // 0 to 100: points of the known factors
	Known float64        `json:"known"` // share of all points that the known factors could give
	Level Level          `json:"level"` // by the score; at most medium where less than [Config].MinimumKnown is known
	// Factors in the order of the weights.
	Factors  []Factor             `json:"factors"`
	Notes    []insight.Reason     `json:"notes,omitempty"`
	Evidence []tandem.DocumentRef `json:"evidence,omitempty"` // of the events, at most signal.MaxEvidence; for a risk of medium or high
}

// risk scores one customer.
func (c Config) risk(u Customer) Risk {
	r := Risk{Party: u.Party, Level: Unknown}
	points, most, all, telling := 0.0, 0.0, 0.0, false
	for _, w := range c.Weights {
		f := c.factor(u, w)
		all += w.Points
		if f.Known {
			points += f.Points
			most += w.Points
			telling = telling || w.Factor != ComplaintsOpen || u.OpenComplaints > 0
		}
		r.Factors = append(r.Factors, f)
	}
	if most > 0 && telling {
		r.Score, r.Known, r.Level = min(float64(100*points/most), 100), min(most/all, 1), Low
	}
	switch {
	case r.Level == Unknown:
	case r.Score >= c.High && r.Known < c.MinimumKnown:
		r.Level, r.Notes = Medium, []insight.Reason{LittleKnown}
	case r.Score >= c.High:
		r.Level = High
	case r.Score >= c.Medium:
		r.Level = Medium
	}
	return r
}

func (c Config) factor(u Customer, w Weight) Factor {
	f := Factor{Factor: w.Factor, Most: w.Points}
	switch w.Factor {
	case Silence:
		f = c.silence(u, f)
	case LateLines:
		f = c.share(u.Late, "lines late", f)
	case IncompleteLines:
		f = c.share(u.Incomplete, "lines incomplete", f)
	case ReturnedLines:
		f = c.share(u.Returned, "returned", f)
	case PromoterAnswer:
		f = answer(u.NPS, "NPS", f)
	case SatisfactionGiven:
		f = answer(u.CSAT, "CSAT", f)
	case ComplaintsOpen:
		f.Known, f.Value, f.Reason = true, float64(u.OpenComplaints), fmt.Sprintf("%d open complaints", u.OpenComplaints)
	}
	if f.Known {
		part := min(max((f.Value-w.From)/(w.Full-w.From), 0), 1)
		f.Points = float64(w.Points * part)
	}
	return f
}

// silence measures by the customer's own rhythm: sixty days say nothing of one who
// buys every quarter.
func (c Config) silence(u Customer, f Factor) Factor {
	days := u.Last.DaysSince(u.First)
	if u.Purchases < max(c.MinimumPurchases, 2) || u.First.IsZero() || u.Last.IsZero() || days <= 0 {
		f.Reason = "too few purchases for a rhythm"
		return f
	}
	gap := float64(days) / float64(u.Purchases-1)
	silent := max(c.At.DaysSince(u.Last), 0)
	f.Known, f.Value = true, float64(silent)/gap
	f.Reason = fmt.Sprintf("silent for %d days, %.1f times the usual gap of %.0f", silent, f.Value, gap)
	return f
}

func (c Config) share(s Share, what string, f Factor) Factor {
	if s.Of < c.MinimumLines || s.Of == 0 {
		f.Reason = fmt.Sprintf("%d of %d %s: too few", s.Count, s.Of, what)
		return f
	}
	f.Known, f.Value = true, float64(min(s.Count, s.Of))/float64(s.Of)
	f.Reason = fmt.Sprintf("%d of %d %s", s.Count, s.Of, what)
	return f
}

func answer(given *int, what string, f Factor) Factor {
	if given == nil {
		f.Reason = "no " + what + " answer"
		return f
	}
	f.Known, f.Value, f.Reason = true, float64(*given), fmt.Sprintf("%s answer %d", what, *given)
	return f
}

// signal gives the risk in words: the factors that add most first. Its strength is the
// score by the share that is known.
func (r Risk) signal(at tandem.Date) signal.Signal {
	s := signal.Signal{
		Kind: signal.ChurnRisk, Subject: signal.Subject{Party: r.Party}, At: at, Strength: float64(r.Score / 100 * r.Known), Value: r.Score,
		Suggestion: signal.Suggestion{Action: signal.ContactParty, Text: "contact the customer before the silence lasts"},
	}
	sorted := slices.DeleteFunc(slices.Clone(r.Factors), func(f Factor) bool { return f.Points <= 0 })
	slices.SortStableFunc(sorted, func(a, b Factor) int {
		switch {
		case a.Points > b.Points:
			return -1
		case a.Points < b.Points:
			return 1
		}
		return 0
	})
	s.Reason = fmt.Sprintf("%.0f of 100 points", r.Score)
	for i, f := range sorted {
		if i == 0 {
			s.Reason += ": "
		} else {
			s.Reason += "; "
		}
		s.Reason += fmt.Sprintf("%s (%.0f of %.0f)", f.Reason, f.Points, f.Most)
	}
	if slices.Contains(r.Notes, LittleKnown) {
		s.Reason += fmt.Sprintf("; only %.0f %% of what counts is known", 100*r.Known)
	}
	s.Attach(r.Evidence)
	return s
}

// evidence gives the documents of a customer's events.
func evidence(u Customer) []tandem.DocumentRef {
	refs := make([]tandem.DocumentRef, len(u.Events))
	for i, e := range u.Events {
		refs[i] = e.Ref
	}
	var s signal.Signal
	s.Attach(refs)
	return s.Evidence
}
