package returns

import "github.com/tandem-go/tandem"

// Status is a state in the life of a return.
type Status string

// The states; cancelled is final, and closed unless a replacement is cancelled.
const (
	StatusAuthorised Status = "authorised" // the customer may send it back
	StatusReceived   Status = "received"   // goods are back, not judged yet
	StatusInspected  Status = "inspected"  // what becomes of them is decided
	StatusCredited   Status = "credited"   // the credit note is there
	StatusReplaced   Status = "replaced"   // the replacement is ordered
	StatusClosed     Status = "closed"
	StatusCancelled  Status = "cancelled" // nothing came
)

// Statuses lists the states.
func Statuses() []Status {
	return []Status{StatusAuthorised, StatusReceived, StatusInspected, StatusCredited,
		StatusReplaced, StatusClosed, StatusCancelled}
}

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool {
	switch s {
	case StatusAuthorised, StatusReceived, StatusInspected, StatusCredited, StatusReplaced,
		StatusClosed, StatusCancelled:
		return true
	}
	return false
}

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error {
	if !Status(text).Valid() {
		return fault("return status", "status", "status", "unknown status of a return")
	}
	*s = Status(text)
	return nil
}

// Remedy names what the customer gets for a returned line.
type Remedy string

// The remedies.
const (
	RemedyCredit  Remedy = "credit"  // the money back
	RemedyReplace Remedy = "replace" // the same goods again
	RemedyReject  Remedy = "reject"  // nothing: not a fault of the seller
)

// Remedies lists the remedies.
func Remedies() []Remedy { return []Remedy{RemedyCredit, RemedyReplace, RemedyReject} }

// Valid reports whether r is one of [Remedies].
func (r Remedy) Valid() bool { return r == RemedyCredit || r == RemedyReplace || r == RemedyReject }

// UnmarshalText reads a remedy, or nothing for none, and refuses anything else.
func (r *Remedy) UnmarshalText(text []byte) error {
	if parsed := Remedy(text); parsed != "" && !parsed.Valid() {
		return fault("remedy", "remedy", "remedy", "unknown remedy")
	}
	*r = Remedy(text)
	return nil
}

const (
	cmdReceive = "receive"
	cmdInspect = "inspect"
	cmdCredit  = "credit"
	cmdReplace = "replace"
	cmdReopen  = "reopen"
	cmdClose   = "close"
	cmdCancel  = "cancel"
)

// Transition says where a command leads from a state.
type Transition struct {
	From    Status
	Command string
	To      Status
}

var transitions = [...]Transition{
	{StatusAuthorised, cmdReceive, StatusReceived},
	{StatusAuthorised, cmdCancel, StatusCancelled},
	{StatusReceived, cmdReceive, StatusReceived},
	{StatusReceived, cmdInspect, StatusInspected},
	{StatusInspected, cmdCredit, StatusCredited},
	{StatusInspected, cmdReplace, StatusReplaced},
	{StatusInspected, cmdClose, StatusClosed},
	{StatusCredited, cmdReplace, StatusReplaced},
	{StatusCredited, cmdClose, StatusClosed},
	{StatusReplaced, cmdCredit, StatusCredited},
	{StatusReplaced, cmdClose, StatusClosed},
	{StatusReplaced, cmdReopen, StatusInspected},
	{StatusCredited, cmdReopen, StatusInspected},
	{StatusClosed, cmdReopen, StatusInspected},
}

// Transitions lists every transition that there is.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

// next gives the state that command leads to, or a refusal.
func (r *Return) next(command string) (Status, error) {
	for i := range transitions {
		if t := &transitions[i]; t.From == r.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", r.refuse(command, "status", "not possible in this state")
}

func (r *Return) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "return " + r.s.ID.String(),
		State: string(r.s.Status), Code: code, Reason: reason}
}

func fault(subject, code, path, message string) error {
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: code, Path: path, Message: message}}}
}
