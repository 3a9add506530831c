package grading

import "github.com/tandem-go/tandem"

// MaxSteps is the most grades that a policy has.
const MaxSteps = 32

// Step is a grade and the sum of scores from which it is earned.
type Step struct {
	Grade tandem.GradeCode `json:"grade"`
	From  int              `json:"from"`
}

// Policy says which grade a sum of scores earns and when a customer moves: up at
// once; down one step only, and only after LowReviews reviews in a row whose sum
// is more than Tolerance below the threshold of the grade held, and not before
// the grade was held for MinimumStay days. Without that, a price grade flaps
// with every review.
type Policy struct {
	Version     string           `json:"version"`        // kept with each change
	Window      int              `json:"window"`         // days that a review looks back
	Population  Population       `json:"population"`     // who is ranked
	Base        tandem.GradeCode `json:"base,omitempty"` // the grade below all steps; empty = no grade
	Steps       []Step           `json:"steps"`          // ascending thresholds
	LowReviews  int              `json:"low_reviews"`    // reviews in a row that are too low, before a step down; at least 1
	Tolerance   int              `json:"tolerance"`      // a sum so much below the threshold is still high enough
	MinimumStay int              `json:"minimum_stay"`   // days
}

// StandardPolicy gives the policy of a wholesaler: Gold from 13, Silver from 10,
// Bronze from 7 of 15, over 182 days; down after two reviews that are more than
// 1 below, and after 60 days.
func StandardPolicy() Policy {
	return Policy{
		Version: "standard-1", Window: 182, Population: Active,
		Steps:      []Step{{Bronze, 7}, {Silver, 10}, {Gold, 13}},
		LowReviews: 2, Tolerance: 1, MinimumStay: 60,
	}
}

// The grades of [StandardPolicy].
const (
	Gold   tandem.GradeCode = "gold"
	Silver tandem.GradeCode = "silver"
	Bronze tandem.GradeCode = "bronze"
)

// Validate reports every fault of the policy.
func (p Policy) Validate() error {
	var c tandem.Check
	c.Require(p.Version != "" && len(p.Version) <= tandem.MaxName, "version", "version", "must have 1 to 256 bytes")
	c.Require(p.Window >= 1 && p.Window <= MaxWindowDays, "days", "window", "must be 1 to 3660")
	c.Require(p.Population.Valid(), "population", "population", "must be active or buyers")
	c.Require(len(p.Base) <= tandem.MaxName, "too_long", "base", "too long")
	c.Require(len(p.Steps) >= 1 && len(p.Steps) <= MaxSteps, "steps", "steps", "must be 1 to 32")
	for i, s := range p.Steps {
		c.Require(s.Grade != "" && len(s.Grade) <= tandem.MaxName, "grade", tandem.Path("steps", i)+".grade", "must have 1 to 256 bytes")
		c.Require(i == 0 && s.From >= 1 || i > 0 && s.From > p.Steps[i-1].From, "order", tandem.Path("steps", i)+".from", "thresholds must ascend from 1")
		c.Require(p.rank(s.Grade) == i+1, "duplicate", tandem.Path("steps", i)+".grade", "each grade once")
	}
	c.Require(p.LowReviews >= 1, "low_reviews", "low_reviews", "must be at least 1")
	c.Require(p.Tolerance >= 0, "tolerance", "tolerance", "must not be negative")
	c.Require(p.MinimumStay >= 0 && p.MinimumStay <= MaxWindowDays, "minimum_stay", "minimum_stay", "must be 0 to 3660")
	return c.Err("grade policy")
}

// rank gives 0 for the base, i+1 for step i, -1 for a grade that the policy does
// not know.
func (p Policy) rank(g tandem.GradeCode) int {
	if g == p.Base {
		return 0
	}
	for i := range p.Steps {
		if p.Steps[i].Grade == g {
			return i + 1
		}
	}
	return -1
}

// at gives the grade of a rank and the sum from which it is earned.
func (p Policy) at(rank int) Step {
	if rank == 0 {
		return Step{Grade: p.Base}
	}
	return p.Steps[rank-1]
}

// Earned gives the grade that a sum earns, without regard to the one held.
func (p Policy) Earned(sum int) tandem.GradeCode {
	return p.at(p.earned(sum)).Grade
}

func (p Policy) earned(sum int) int {
	rank := 0
	for i := range p.Steps {
		if sum >= p.Steps[i].From {
			rank = i + 1
		}
	}
	return rank
}

// Standing is what a policy needs to know of the grade held.
type Standing struct {
	Grade tandem.GradeCode `json:"grade"`
	Since tandem.Date      `json:"since,omitzero"` // zero = never graded
	Low   int              `json:"low"`            // reviews in a row that were too low
}

// Reason says why a grade is what it is after a review or a command.
type Reason string

// The reasons.
const (
	ReasonFirst         Reason = "first"          // first grade of the customer
	ReasonUp            Reason = "up"             // the sum earns a better grade: at once
	ReasonDown          Reason = "down"           // too low for long enough: one step
	ReasonEarned        Reason = "earned"         // kept: the sum still earns it
	ReasonTolerance     Reason = "tolerance"      // kept: below the threshold, within the tolerance
	ReasonLowReviews    Reason = "low_reviews"    // kept: not yet low in enough reviews
	ReasonMinimumStay   Reason = "minimum_stay"   // kept: held for too few days
	ReasonPolicyChanged Reason = "policy_changed" // the policy no longer knows the grade held
	ReasonPinned        Reason = "pinned"         // set by hand
	ReasonUnpinned      Reason = "unpinned"       // the pin was taken away by hand
	ReasonPinLapsed     Reason = "pin_lapsed"     // the pin's time was over
)

// Reasons lists the reasons.
func Reasons() []Reason {
	return []Reason{ReasonFirst, ReasonUp, ReasonDown, ReasonEarned, ReasonTolerance, ReasonLowReviews, ReasonMinimumStay,
		ReasonPolicyChanged, ReasonPinned, ReasonUnpinned, ReasonPinLapsed}
}

// Valid reports whether r is one of [Reasons].
func (r Reason) Valid() bool {
	switch r {
	case ReasonFirst, ReasonUp, ReasonDown, ReasonEarned, ReasonTolerance, ReasonLowReviews, ReasonMinimumStay,
		ReasonPolicyChanged, ReasonPinned, ReasonUnpinned, ReasonPinLapsed:
		return true
	}
	return false
}

// UnmarshalText reads a reason and refuses anything else.
func (r *Reason) UnmarshalText(text []byte) error {
	parsed := Reason(text)
	if !parsed.Valid() {
		return fault("grade reason", "reason", "reason", "unknown reason")
	}
	*r = parsed
	return nil
}

// Decision is the outcome of a review for one customer, with all that explains it.
type Decision struct {
	Policy    string           `json:"policy"` // version
	AsOf      tandem.Date      `json:"as_of"`
	Before    tandem.GradeCode `json:"before"`
	Grade     tandem.GradeCode `json:"grade"`  // after the review
	Earned    tandem.GradeCode `json:"earned"` // by the sum alone
	Reason    Reason           `json:"reason"`
	Score     Score            `json:"score"`
	Threshold int              `json:"threshold"`           // of the grade held before; nought for the base
	Next      int              `json:"next,omitempty"`      // threshold of the grade above the new one; nought at the top
	Missing   int              `json:"missing,omitempty"`   // points up to Next
	Low       int              `json:"low"`                 // reviews in a row that were too low, this one included
	StayUntil tandem.Date      `json:"stay_until,omitzero"` // first day on which the grade held before could be lowered
	Pinned    bool             `json:"pinned,omitempty"`    // a pin stands above the outcome
}

// Changed reports whether the review changed the grade that is earned.
func (d Decision) Changed() bool { return d.Before != d.Grade || d.Reason == ReasonFirst }

// Decide applies the policy to a standing and a score. It is a pure function:
// the same arguments give the same decision.
func (p Policy) Decide(held Standing, score Score, asOf tandem.Date) Decision {
	d := Decision{Policy: p.Version, AsOf: asOf, Before: held.Grade, Grade: held.Grade, Score: score}
	earned, rank := p.earned(score.Sum), p.rank(held.Grade)
	d.Earned = p.at(earned).Grade
	switch {
	case held.Since.IsZero():
		d.Reason, rank = ReasonFirst, earned
	case rank < 0:
		d.Reason, rank = ReasonPolicyChanged, earned
	case earned > rank:
		d.Threshold = p.at(rank).From
		d.Reason, rank = ReasonUp, earned
	default:
		d.Threshold = p.at(rank).From
		rank = p.hold(&d, held, rank, earned)
	}
	d.Grade = p.at(rank).Grade
	if rank < len(p.Steps) {
		d.Next = p.Steps[rank].From
		d.Missing = max(0, d.Next-score.Sum)
	}
	return d
}

// hold decides for a customer whose sum earns the grade held or less.
func (p Policy) hold(d *Decision, held Standing, rank, earned int) int {
	d.StayUntil = held.Since.AddDays(p.MinimumStay)
	switch low := d.Score.Sum < d.Threshold-p.Tolerance; {
	case earned == rank:
		d.Reason = ReasonEarned
		return rank
	case !low:
		d.Reason = ReasonTolerance
		return rank
	}
	d.Low = held.Low + 1
	switch {
	case d.Low < p.LowReviews:
		d.Reason = ReasonLowReviews
		return rank
	case d.AsOf.Before(d.StayUntil):
		d.Reason = ReasonMinimumStay
		return rank
	}
	d.Reason = ReasonDown
	return rank - 1
}
