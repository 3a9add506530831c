package sales

import "github.com/tandem-go/tandem"

// ReturnStatus is a state in the life of a return.
type ReturnStatus string

// The states; closed and cancelled are final.
const (
	ReturnStatusAuthorised ReturnStatus = "authorised" // the customer may send it back
	ReturnStatusReceived   ReturnStatus = "received"   // goods are back, not judged yet
	ReturnStatusInspected  ReturnStatus = "inspected"  // what becomes of them is decided
	ReturnStatusCredited   ReturnStatus = "credited"   // the credit note is there
	ReturnStatusReplaced   ReturnStatus = "replaced"   // the replacement is ordered
	ReturnStatusClosed     ReturnStatus = "closed"
	ReturnStatusCancelled  ReturnStatus = "cancelled" // nothing came
)

// ReturnStatuses lists the states.
func ReturnStatuses() []ReturnStatus {
	return []ReturnStatus{ReturnStatusAuthorised, ReturnStatusReceived, ReturnStatusInspected, ReturnStatusCredited,
		ReturnStatusReplaced, ReturnStatusClosed, ReturnStatusCancelled}
}

// Valid reports whether s is one of [ReturnStatuses].
func (s ReturnStatus) Valid() bool {
	switch s {
	case ReturnStatusAuthorised, ReturnStatusReceived, ReturnStatusInspected, ReturnStatusCredited, ReturnStatusReplaced,
		ReturnStatusClosed, ReturnStatusCancelled:
		return true
	}
	return false
}

// UnmarshalText reads a state and refuses anything else.
func (s *ReturnStatus) UnmarshalText(text []byte) error {
	if !ReturnStatus(text).Valid() {
		return fault("return status", "status", "status", "unknown status of a return")
	}
	*s = ReturnStatus(text)
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
)

// ReturnTransition says where a command leads from a state.
type ReturnTransition struct {
	From    ReturnStatus
	Command string
	To      ReturnStatus
}

var returnTransitions = [...]ReturnTransition{
	{ReturnStatusAuthorised, cmdReceive, ReturnStatusReceived},
	{ReturnStatusAuthorised, cmdCancel, ReturnStatusCancelled},
	{ReturnStatusReceived, cmdReceive, ReturnStatusReceived},
	{ReturnStatusReceived, cmdInspect, ReturnStatusInspected},
	{ReturnStatusInspected, cmdCredit, ReturnStatusCredited},
	{ReturnStatusInspected, cmdReplace, ReturnStatusReplaced},
	{ReturnStatusInspected, cmdClose, ReturnStatusClosed},
	{ReturnStatusCredited, cmdReplace, ReturnStatusReplaced},
	{ReturnStatusCredited, cmdClose, ReturnStatusClosed},
	{ReturnStatusReplaced, cmdCredit, ReturnStatusCredited},
	{ReturnStatusReplaced, cmdClose, ReturnStatusClosed},
}

// ReturnTransitions lists every transition that there is.
func ReturnTransitions() []ReturnTransition {
	all := returnTransitions
	return all[:]
}

// next gives the state that command leads to, or a refusal.
func (r *Return) next(command string) (ReturnStatus, error) {
	for i := range returnTransitions {
		if t := &returnTransitions[i]; t.From == r.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", r.refuse(command, "status", "not possible in this state")
}

func (r *Return) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "return " + r.s.ID.String(),
		State: string(r.s.Status), Code: code, Reason: reason}
}
