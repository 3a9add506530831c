package grading

import "github.com/tandem-go/tandem"

// Standing gives what the policy needs to know of the grade earned so far.
func (a *GradeAssignment) Standing() Standing {
	if len(a.s.History) == 0 {
		return Standing{}
	}
	last := &a.s.History[len(a.s.History)-1]
	return Standing{Grade: last.Grade, Since: last.From, Low: a.s.Low}
}

func (a *GradeAssignment) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "grade assignment " + a.s.ID.String(), Code: code, Reason: reason}
}

// Review applies the policy to a score, with effect from the day of the review.
// Reviews go forward: a day that is not later than the last review is refused
// (`review_order`). Below a pin the earned grade moves unseen.
func (a *GradeAssignment) Review(p Policy, score Score, asOf tandem.Date, at tandem.Instant) (Decision, error) {
	if err := p.Validate(); err != nil {
		return Decision{}, err
	}
	switch {
	case score.Party != a.s.Party:
		return Decision{}, fault("review", "party", "score.party", "is another customer's")
	case asOf.IsZero() || at.IsZero():
		return Decision{}, fault("review", "required", "as_of", "day and time must be given")
	case !asOf.After(a.s.Reviewed):
		return Decision{}, a.refuse("review", "review_order", "there is a review of that day or a later one")
	case len(a.s.History) >= MaxChanges:
		return Decision{}, a.refuse("review", "too_many", "the history is full")
	}
	d := p.Decide(a.Standing(), score, asOf)
	d.Pinned = a.pinOn(asOf) != nil
	a.s.Reviewed, a.s.Low = asOf, d.Low
	if d.Changed() {
		a.s.Low = 0
		a.s.History = append(a.s.History, Change{Grade: d.Grade, From: asOf, Reason: d.Reason, Policy: d.Policy,
			R: score.R, F: score.F, M: score.M, Sum: score.Sum, Threshold: d.Threshold, At: at})
	}
	reason := d.Reason
	if !d.Changed() {
		reason = ReasonPinLapsed // the only other thing that can have changed the grade
	}
	a.tell(asOf, reason, at)
	return d, nil
}

// PinRequest is what [GradeAssignment.Pin] asks for.
type PinRequest struct {
	Grade  tandem.GradeCode
	From   tandem.Date // first day, on or after the day of an earlier pin's beginning
	Until  tandem.Date // the day on which it no longer holds
	Reason string
	By     string // id of the actor
}

// Pin sets a grade by hand for the days [From, Until). A pin that holds or is to
// come is cut at From; one that begins on From or later is refused (`pin_order`)
// and has to be taken away first.
func (a *GradeAssignment) Pin(r PinRequest, at tandem.Instant) error {
	var c tandem.Check
	c.Require(r.Grade != "" && len(r.Grade) <= tandem.MaxName, "grade", "grade", "must have 1 to 256 bytes")
	c.Require(!r.From.IsZero(), "required", "from", "must be given")
	c.Require(!r.Until.IsZero() && r.From.Before(r.Until), "validity_empty", "until", "must be given and later than from")
	c.Require(r.Reason != "" && len(r.Reason) <= tandem.MaxText, "reason", "reason", "must have 1 to 4096 bytes")
	c.Require(r.By != "" && len(r.By) <= tandem.MaxName, "actor", "by", "must have 1 to 256 bytes")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	if err := c.Err("pin"); err != nil {
		return err
	}
	if len(a.s.Pins) >= MaxChanges {
		return a.refuse("pin", "too_many", "there are too many pins")
	}
	if n := len(a.s.Pins); n > 0 {
		last := &a.s.Pins[n-1]
		if !last.From.Before(r.From) && last.From.Before(last.Until) {
			return a.refuse("pin", "pin_order", "another pin begins on that day or later")
		}
		if r.From.Before(last.Until) {
			last.Until, last.Ended = r.From, "replaced"
		} else if r.From.Before(last.From) { // behind an empty pin of a later day
			return a.refuse("pin", "pin_order", "another pin began on a later day")
		}
	}
	a.s.Pins = append(a.s.Pins, Pin{Grade: r.Grade, From: r.From, Until: r.Until, Reason: r.Reason, By: r.By, At: at})
	a.record(GradeChanged{From: a.GradeOn(r.From.AddDays(-1)), To: r.Grade, Effective: r.From, Until: r.Until,
		Reason: ReasonPinned, Note: r.Reason}, at)
	return nil
}

// Unpin ends the pin that holds on a day, or the one to come, with effect from
// that day; none is refused (`not_pinned`).
func (a *GradeAssignment) Unpin(day tandem.Date, reason string, at tandem.Instant) error {
	if day.IsZero() || at.IsZero() || reason == "" || len(reason) > tandem.MaxText {
		return fault("unpin", "required", "reason", "day, time and a reason of at most 4096 bytes must be given")
	}
	n := len(a.s.Pins)
	if n == 0 || !day.Before(a.s.Pins[n-1].Until) {
		return a.refuse("unpin", "not_pinned", "no pin holds on that day or later")
	}
	last := &a.s.Pins[n-1]
	before := last.Grade
	if day.Before(last.From) {
		day = last.From
	}
	last.Until, last.Ended = day, reason
	a.record(GradeChanged{From: before, To: a.GradeOn(day), Effective: day, Reason: ReasonUnpinned, Note: reason}, at)
	return nil
}

// Refresh announces a grade that has changed by the lapse of a pin since the
// last event. It reports whether there was anything to tell.
func (a *GradeAssignment) Refresh(day tandem.Date, at tandem.Instant) bool {
	before := a.s.Sequence
	a.tell(day, ReasonPinLapsed, at)
	return a.s.Sequence != before
}

// tell records an event if the grade of the day is not the one told last.
func (a *GradeAssignment) tell(day tandem.Date, reason Reason, at tandem.Instant) {
	now := a.GradeOn(day)
	if now == a.s.Told {
		return
	}
	e := GradeChanged{From: a.s.Told, To: now, Effective: day, Reason: reason}
	if a.pinOn(day) != nil {
		e.Reason = ReasonPinned
	}
	if h := a.changeOn(day); h != nil && e.Reason != ReasonPinned {
		e.Sum, e.Threshold, e.Policy = h.Sum, h.Threshold, h.Policy
	}
	a.record(e, at)
}

func (a *GradeAssignment) record(e GradeChanged, at tandem.Instant) {
	e.Company, e.Party, e.At = a.s.Company, a.s.Party, at
	a.s.Told = e.To
	a.s.Sequence++
	a.events = append(a.events, e)
}
