package redemption

import "github.com/tandem-go/tandem"

// The names of the commands, as refusals and transitions tell them.
const (
	commandReserve = "reserve"
	commandCommit  = "commit"
	commandRelease = "release"
	commandReturn  = "return"
	commandExpire  = "expire"
	commandForget  = "forget"
	commandTerms   = "set_terms"
	commandClose   = "close"
	commandReopen  = "reopen"
)

// Transition says where a command leads from a state.
type Transition struct {
	From    Status
	Command string
	To      Status
}

var transitions = [...]Transition{
	{StatusOpen, commandReserve, StatusOpen},
	{StatusOpen, commandCommit, StatusOpen},
	{StatusOpen, commandRelease, StatusOpen},
	{StatusOpen, commandReturn, StatusOpen},
	{StatusOpen, commandExpire, StatusOpen},
	{StatusOpen, commandForget, StatusOpen},
	{StatusOpen, commandTerms, StatusOpen},
	{StatusOpen, commandClose, StatusClosed},
	{StatusClosed, commandCommit, StatusClosed},
	{StatusClosed, commandRelease, StatusClosed},
	{StatusClosed, commandReturn, StatusClosed},
	{StatusClosed, commandExpire, StatusClosed},
	{StatusClosed, commandForget, StatusClosed},
	{StatusClosed, commandTerms, StatusClosed},
	{StatusClosed, commandReopen, StatusOpen},
}

// Transitions lists every transition that there is.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

func (l *Limit) next(command string) (Status, error) {
	for _, t := range transitions {
		if t.From == l.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", l.refuse(command, "status", "not in this state")
}

func (l *Limit) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "redemption_limit " + l.s.ID.String(),
		State: string(l.s.Status), Code: code, Reason: reason}
}

// SetTerms changes the terms. What was granted stays, be it more than a lower cap.
// What is counted is settled when the limit is opened: the unit of the quantity, the
// currency of the value, and whether uses are counted per customer.
func (l *Limit) SetTerms(terms Terms, at tandem.Instant) error {
	if _, err := l.next(commandTerms); err != nil {
		return err
	}
	if err := checkAt(commandTerms, at); err != nil {
		return err
	}
	terms = terms.withDefaults()
	if err := terms.Validate(); err != nil {
		return err
	}
	if !terms.sameDimensions(l.s.Terms) {
		return l.refuse(commandTerms, "dimensions", "unit, currency and whether uses are counted per customer stay as they are")
	}
	if terms == l.s.Terms {
		return nil
	}
	l.s.Terms = terms
	l.record(TermsChanged{Company: l.s.Company, Limit: l.s.ID, Kind: l.s.Kind, Terms: terms, At: at})
	return nil
}

// Close ends the granting of claims. What was granted can still be committed,
// released and returned.
func (l *Limit) Close(reason string, at tandem.Instant) error {
	to, err := l.next(commandClose)
	if err == nil {
		err = checkReason(commandClose, reason, at)
	}
	if err != nil {
		return err
	}
	l.s.Status = to
	l.record(Closed{Company: l.s.Company, Limit: l.s.ID, Kind: l.s.Kind, Reason: reason, At: at})
	return nil
}

// Reopen begins to grant claims again.
func (l *Limit) Reopen(reason string, at tandem.Instant) error {
	to, err := l.next(commandReopen)
	if err == nil {
		err = checkReason(commandReopen, reason, at)
	}
	if err != nil {
		return err
	}
	l.s.Status = to
	l.record(Reopened{Company: l.s.Company, Limit: l.s.ID, Kind: l.s.Kind, Reason: reason, At: at})
	return nil
}

func checkReason(command, reason string, at tandem.Instant) error {
	var c tandem.Check
	c.Require(reason != "" && len(reason) <= tandem.MaxText, "reason", "reason", "must have 1 to 4096 bytes")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	return c.Err(command)
}
