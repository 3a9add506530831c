package grading

import (
	"slices"

	"github.com/tandem-go/tandem"
)

type assignmentKind struct{}

// GradeAssignmentID names a grade assignment.
type GradeAssignmentID = tandem.ID[assignmentKind]

// KindGradeAssignment is the stable name of grade assignments.
const KindGradeAssignment tandem.DocumentKind = "grade_assignment"

// MaxChanges is the most changes, and the most pins, of one assignment.
const MaxChanges = 1000

// GradeAssignmentIDOf gives the id of the assignment of a company and a party.
// It is derived from the key, so that there is one of each.
func GradeAssignmentIDOf(company tandem.CompanyID, party tandem.PartyID) GradeAssignmentID {
	return tandem.DeriveID[GradeAssignmentID]("grade_assignment", company.String()+"/"+party.String())
}

// Change is one entry of the history of earned grades. It holds from a day on,
// until the next entry.
type Change struct {
	Grade     tandem.GradeCode `json:"grade"`
	From      tandem.Date      `json:"from"`
	Reason    Reason           `json:"reason"`
	Policy    string           `json:"policy"` // version
	R         int              `json:"r"`
	F         int              `json:"f"`
	M         int              `json:"m"`
	Sum       int              `json:"sum"`
	Threshold int              `json:"threshold,omitempty"` // of the grade held before
	At        tandem.Instant   `json:"at"`                  // when it was recorded
}

// Pin is a grade set by hand: it stands above what is earned on the days
// [From, Until).
type Pin struct {
	Grade  tandem.GradeCode `json:"grade"`
	From   tandem.Date      `json:"from"`
	Until  tandem.Date      `json:"until"`
	Reason string           `json:"reason"`
	By     string           `json:"by"` // id of the actor
	At     tandem.Instant   `json:"at"`
	Ended  string           `json:"ended,omitempty"` // why Until was brought forward
}

func (p *Pin) contains(day tandem.Date) bool { return !day.Before(p.From) && day.Before(p.Until) }

// GradeAssignmentState is what is kept of a [GradeAssignment].
type GradeAssignmentState struct {
	ID       GradeAssignmentID `json:"id"`
	Company  tandem.CompanyID  `json:"company"`
	Revision int64             `json:"revision"` // kept by the store, compared on Save
	Sequence int64             `json:"sequence"` // number of events ever recorded
	Party    tandem.PartyID    `json:"party"`
	Low      int               `json:"low"`               // reviews in a row that were too low
	Reviewed tandem.Date       `json:"reviewed,omitzero"` // the last review
	Day      tandem.Date       `json:"day,omitzero"`      // of the last command: commands go forward
	Told     tandem.GradeCode  `json:"told"`              // the grade that the events have told of
	History  []Change          `json:"history,omitempty"` // earned grades, ascending in From
	Pins     []Pin             `json:"pins,omitempty"`    // ascending, without overlap
}

// GradeAssignment is the grade of a customer with a company: which one on which
// day, and why. What is earned by reviews and what is pinned by hand are kept
// apart: a pin that lapses needs no job, since the grade of a day is computed,
// and reviews go on below the pin. A change is announced as [GradeChanged]; the
// lapse of a pin by the next command, or by [GradeAssignment.Refresh]. Commands
// go forward in days: an earlier day than that of the last one is refused
// (`day_order`).
type GradeAssignment struct {
	s      GradeAssignmentState
	events []tandem.Event
}

// NewGradeAssignment begins an assignment without a grade.
func NewGradeAssignment(company tandem.CompanyID, party tandem.PartyID) (*GradeAssignment, error) {
	return RestoreGradeAssignment(GradeAssignmentState{ID: GradeAssignmentIDOf(company, party), Company: company, Party: party})
}

// RestoreGradeAssignment gives the assignment of a state that was kept.
func RestoreGradeAssignment(s GradeAssignmentState) (*GradeAssignment, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return &GradeAssignment{s: s.clone()}, nil
}

func (s *GradeAssignmentState) clone() GradeAssignmentState {
	out := *s
	out.History, out.Pins = slices.Clone(s.History), slices.Clone(s.Pins)
	return out
}

// check reports what cannot hold for any assignment ever written.
func (s *GradeAssignmentState) check() error {
	var c tandem.Check
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Party.IsZero(), "required", "party", "must be given")
	c.Require(s.ID == GradeAssignmentIDOf(s.Company, s.Party), "id", "id", "must be that of company and party")
	c.Require(s.Revision >= 0 && s.Sequence >= 0 && s.Low >= 0, "negative", "revision", "counters must not be negative")
	for i := range s.History {
		h := &s.History[i]
		ok := !h.From.IsZero() && h.Reason.Valid() && (i == 0 || s.History[i-1].From.Before(h.From)) && !h.From.After(s.Reviewed)
		if !ok {
			c.Add("history", tandem.Path("history", i), "needs a reason, and a later day than the one before")
		}
	}
	for i := range s.Pins {
		p := &s.Pins[i]
		// A pin that was taken away before it began is empty and stays as a record.
		ok := !p.From.IsZero() && !p.Until.Before(p.From) && p.Reason != "" && (i == 0 || !p.From.Before(s.Pins[i-1].Until))
		if !ok {
			c.Add("pins", tandem.Path("pins", i), "needs a reason and days behind those of the pin before")
		}
	}
	return c.Err("grade assignment")
}

// ID gives the assignment's id.
func (a *GradeAssignment) ID() GradeAssignmentID { return a.s.ID }

// Company gives the company whose customer it is.
func (a *GradeAssignment) Company() tandem.CompanyID { return a.s.Company }

// Party gives the customer.
func (a *GradeAssignment) Party() tandem.PartyID { return a.s.Party }

// Revision gives the revision that the store keeps.
func (a *GradeAssignment) Revision() int64 { return a.s.Revision }

// Reviewed gives the day of the last review, zero for none.
func (a *GradeAssignment) Reviewed() tandem.Date { return a.s.Reviewed }

// GradeOn gives the grade on a day: the pin's, or else the earned one. Before
// the first review there is none, "".
func (a *GradeAssignment) GradeOn(day tandem.Date) tandem.GradeCode {
	if p := a.pinOn(day); p != nil {
		return p.Grade
	}
	if h := a.changeOn(day); h != nil {
		return h.Grade
	}
	return ""
}

func (a *GradeAssignment) pinOn(day tandem.Date) *Pin {
	for i := len(a.s.Pins) - 1; i >= 0; i-- {
		if a.s.Pins[i].contains(day) {
			return &a.s.Pins[i]
		}
	}
	return nil
}

func (a *GradeAssignment) changeOn(day tandem.Date) *Change {
	for i := len(a.s.History) - 1; i >= 0; i-- {
		if !a.s.History[i].From.After(day) {
			return &a.s.History[i]
		}
	}
	return nil
}

// PinOn gives the pin that holds on a day.
func (a *GradeAssignment) PinOn(day tandem.Date) (Pin, bool) {
	if p := a.pinOn(day); p != nil {
		return *p, true
	}
	return Pin{}, false
}

// EarnedOn gives the entry of the history that holds on a day, pinned or not.
func (a *GradeAssignment) EarnedOn(day tandem.Date) (Change, bool) {
	if h := a.changeOn(day); h != nil {
		return *h, true
	}
	return Change{}, false
}

// State gives a copy of everything that is kept.
func (a *GradeAssignment) State() GradeAssignmentState { return a.s.clone() }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (a *GradeAssignment) Copy(revision int64) *GradeAssignment {
	c := &GradeAssignment{s: a.s.clone()}
	c.s.Revision = revision
	return c
}

// Told gives the grade that the events have told of, "" for none.
func (a *GradeAssignment) Told() tandem.GradeCode { return a.s.Told }

// Drain hands out the recorded events and forgets them.
func (a *GradeAssignment) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: KindGradeAssignment, ID: a.s.ID.Bytes(), Company: a.s.Company, Last: a.s.Sequence, Events: a.events}
	a.events = nil
	return out
}
