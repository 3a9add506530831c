package quotation

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

const (
	cmdRevise  = "revise"
	cmdSend    = "send"
	cmdAccept  = "accept"
	cmdDecline = "decline"
	cmdExpire  = "expire"
)

// Transition says where a command leads from a state.
type Transition struct {
	From    Status
	Command string
	To      Status
}

var transitions = [...]Transition{
	{StatusDraft, cmdRevise, StatusDraft},
	{StatusDraft, cmdSend, StatusSent},
	{StatusDraft, cmdDecline, StatusDeclined},
	{StatusSent, cmdAccept, StatusAccepted},
	{StatusSent, cmdDecline, StatusDeclined},
	{StatusSent, cmdExpire, StatusExpired},
}

// Transitions lists every transition that there is.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

// next gives the state that command leads to, or a refusal.
func (q *Quotation) next(command string) (Status, error) {
	for i := range transitions {
		if t := &transitions[i]; t.From == q.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	if command == cmdRevise && q.s.Status == StatusSent {
		return "", q.refuse(command, "price_locked", "the prices of a sent quotation are locked")
	}
	return "", q.refuse(command, "status", "not possible in this state")
}

func (q *Quotation) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "quotation " + q.s.ID.String(),
		State: string(q.s.Status), Code: code, Reason: reason}
}

// fault gives a fault of the input of a command, as it is told by code and path.
func fault(subject, code, path, message string) error {
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: code, Path: path, Message: message}}}
}

// Revise replaces the lines of a draft, and its validity unless that is zero. A
// sent quotation is refused (`price_locked`): make a new one.
func (q *Quotation) Revise(items []sales.Item, grade tandem.GradeCode, validUntil tandem.Date) error {
	if _, err := q.next(cmdRevise); err != nil {
		return err
	}
	if validUntil.IsZero() {
		validUntil = q.s.ValidUntil
	}
	items = slices.Clone(items)
	var c tandem.Check
	sales.CheckItems(&c, items, q.s.Currency)
	c.Require(!validUntil.Before(q.s.Date), "valid_until", "valid_until", "must not be before the date")
	if err := c.Err("quotation"); err != nil {
		return err
	}
	q.s.Lines, q.s.Grade, q.s.ValidUntil = items, grade, validUntil
	q.s.Version++
	return nil
}

// Send makes the offer binding until its last day. Refused after that day (`expired`).
func (q *Quotation) Send(on tandem.Date, at tandem.Instant) error {
	to, err := q.inTime(cmdSend, on)
	if err != nil {
		return err
	}
	if at.IsZero() {
		return fault("quotation", "required", "at", "must be given")
	}
	q.s.Status, q.s.Sent = to, at
	q.emit(&Sent{Head: q.head(), Date: on, ValidUntil: q.s.ValidUntil, At: at})
	return nil
}

// inTime is next for what is possible until the last day only.
func (q *Quotation) inTime(command string, on tandem.Date) (Status, error) {
	to, err := q.next(command)
	if err == nil && on.After(q.s.ValidUntil) {
		err = q.refuse(command, "expired", "its last day is over")
	}
	return to, err
}

// Accept makes it the order with that reference, whose lines come from
// [Quotation.OrderInput]. Refused after its last day (`expired`), also where
// nobody has called [Quotation.Expire] yet.
func (q *Quotation) Accept(order tandem.DocumentRef, on tandem.Date, at tandem.Instant) error {
	to, err := q.inTime(cmdAccept, on)
	if err != nil {
		return err
	}
	if order.IsZero() {
		return fault("quotation", "required", "order", "must be given")
	}
	if err := q.decide(to, at); err != nil {
		return err
	}
	q.s.Order = order
	q.emit(&Accepted{Head: q.head(), Date: on, Order: order, At: at})
	return nil
}

// Decline ends it since the customer, or the seller of a draft, does not want it.
func (q *Quotation) Decline(reason string, at tandem.Instant) error {
	to, err := q.next(cmdDecline)
	if err != nil {
		return err
	}
	if reason == "" || len(reason) > tandem.MaxText {
		return fault("quotation", "reason", "reason", "must be given, and not too long")
	}
	if err := q.decide(to, at); err != nil {
		return err
	}
	q.s.Reason = reason
	q.emit(&Declined{Head: q.head(), Reason: reason, At: at})
	return nil
}

// Expire ends it after its last day. Refused on or before that day (`not_due`).
func (q *Quotation) Expire(on tandem.Date, at tandem.Instant) error {
	to, err := q.next(cmdExpire)
	if err != nil {
		return err
	}
	if !on.After(q.s.ValidUntil) {
		return q.refuse(cmdExpire, "not_due", "its last day is not over")
	}
	if err := q.decide(to, at); err != nil {
		return err
	}
	q.emit(&Expired{Head: q.head(), Date: on, At: at})
	return nil
}

func (q *Quotation) decide(to Status, at tandem.Instant) error {
	if at.IsZero() {
		return fault("quotation", "required", "at", "must be given")
	}
	q.s.Status, q.s.Decided = to, at
	return nil
}
