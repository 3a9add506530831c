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

// inOrder refuses a day before that of the last command.
func (a *GradeAssignment) inOrder(command string, day tandem.Date) error {
	if day.Before(a.s.Day) {
		return a.refuse(command, "day_order", "there was a command on a later day")
	}
	return nil
}

// Review applies the policy to a score, with effect from the day of the review.
// A day that is not later than the last review's is refused (`review_order`).
// Below a pin the earned grade moves unseen.
func (a *GradeAssignment) Review(p Policy, score Score, asOf tandem.Date, at tandem.Instant) (Decision, error) {
	if err := p.Validate(); err != nil {
		return Decision{}, err
	}
	var c tandem.Check
	c.Require(score.Party == a.s.Party, "party", "score.party", "is another customer's")
	c.Require(score.Sum >= 0 && score.Sum <= 15, "sum", "score.sum", "must be 0 to 15")
	c.Require(!asOf.IsZero(), "required", "as_of", "must be given")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	if err := c.Err("review"); err != nil {
		return Decision{}, err
	}
	if err := a.inOrder("review", asOf); err != nil {
		return Decision{}, err
	}
	switch {
	case !asOf.After(a.s.Reviewed):
		return Decision{}, a.refuse("review", "review_order", "there is a review of that day or a later one")
	case len(a.s.History) >= MaxChanges:
		return Decision{}, a.refuse("review", "too_many", "the history is full")
	}
	a.lapse(asOf, at)
	d := p.Decide(a.Standing(), score, asOf)
	d.Pinned = a.pinOn(asOf) != nil
	a.s.Reviewed, a.s.Day, a.s.Low = asOf, asOf, d.Low
	if d.Changed() {
		a.s.Low = 0
		a.s.History = append(a.s.History, Change{Grade: d.Grade, From: asOf, Reason: d.Reason, Policy: d.Policy,
			R: score.R, F: score.F, M: score.M, Sum: score.Sum, Threshold: d.Threshold, At: at})
	}
	a.tell(GradeChanged{Effective: asOf, Reason: d.Reason, Policy: d.Policy, Sum: score.Sum, Threshold: d.Threshold, At: at})
	return d, nil
}

// PinRequest is what [GradeAssignment.Pin] asks for.
type PinRequest struct {
	Grade  tandem.GradeCode
	From   tandem.Date // the day of the command
	Until  tandem.Date // the day on which it no longer holds
	Reason string
	By     string // id of the actor
}

// Pin sets a grade by hand for the days [From, Until). A pin that still holds is
// replaced: it ends on From.
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
	if err := a.inOrder("pin", r.From); err != nil {
		return err
	}
	if len(a.s.Pins) >= MaxChanges {
		return a.refuse("pin", "too_many", "there are too many pins")
	}
	a.lapse(r.From, at)
	if p := a.pinOn(r.From); p != nil {
		p.Until, p.Ended = r.From, "replaced"
	}
	a.s.Pins = append(a.s.Pins, Pin{Grade: r.Grade, From: r.From, Until: r.Until, Reason: r.Reason, By: r.By, At: at})
	a.s.Day = r.From
	a.tell(GradeChanged{Effective: r.From, Until: r.Until, Reason: ReasonPinned, Note: r.Reason, At: at})
	return nil
}

// Unpin takes away the pin that holds on a day, with effect from that day; none
// is refused (`not_pinned`).
func (a *GradeAssignment) Unpin(day tandem.Date, reason string, at tandem.Instant) error {
	var c tandem.Check
	c.Require(!day.IsZero(), "required", "day", "must be given")
	c.Require(reason != "" && len(reason) <= tandem.MaxText, "reason", "reason", "must have 1 to 4096 bytes")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	if err := c.Err("unpin"); err != nil {
		return err
	}
	if err := a.inOrder("unpin", day); err != nil {
		return err
	}
	p := a.pinOn(day)
	if p == nil {
		return a.refuse("unpin", "not_pinned", "no pin holds on that day")
	}
	p.Until, p.Ended = day, reason
	a.s.Day = day
	a.tell(GradeChanged{Effective: day, Reason: ReasonUnpinned, Note: reason, At: at})
	return nil
}

// Refresh announces the lapse of a pin up to a day, where no other command has
// done so. It reports whether there was anything to tell.
func (a *GradeAssignment) Refresh(day tandem.Date, at tandem.Instant) (told bool, err error) {
	if day.IsZero() || at.IsZero() {
		return false, fault("refresh", "required", "day", "day and time must be given")
	}
	if err := a.inOrder("refresh", day); err != nil {
		return false, err
	}
	before := a.s.Sequence
	a.lapse(day, at)
	a.s.Day = day
	return a.s.Sequence != before, nil
}

// lapse announces what the end of the last pin changed, with effect from the day
// of that end, if it came after the last command.
func (a *GradeAssignment) lapse(day tandem.Date, at tandem.Instant) {
	if n := len(a.s.Pins); n > 0 {
		if end := a.s.Pins[n-1].Until; a.s.Day.Before(end) && !day.Before(end) {
			a.tell(GradeChanged{Effective: end, Reason: ReasonPinLapsed, At: at})
		}
	}
}

// tell records the event if the grade of its day is not the one told last.
func (a *GradeAssignment) tell(e GradeChanged) {
	e.Company, e.Party, e.From, e.To = a.s.Company, a.s.Party, a.s.Told, a.GradeOn(e.Effective)
	if e.From == e.To {
		return
	}
	a.s.Told = e.To
	a.s.Sequence++
	a.events = append(a.events, e)
}
