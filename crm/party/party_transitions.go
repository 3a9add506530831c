package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Status is a state in the life of a party.
type Status string

// The states.
const (
	StatusActive   Status = "active"
	StatusBlocked  Status = "blocked"  // no new business until it is unblocked
	StatusArchived Status = "archived" // kept for its documents; nothing about it changes
)

// Statuses lists the states.
func Statuses() []Status { return []Status{StatusActive, StatusBlocked, StatusArchived} }

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error {
	return read(s, text, Statuses(), "status of a party")
}

// Transition says where a command leads from a state.
type Transition struct {
	From    Status
	Command string
	To      Status
}

var transitions = [...]Transition{
	{StatusActive, "change", StatusActive},
	{StatusBlocked, "change", StatusBlocked},
	{StatusActive, "block", StatusBlocked},
	{StatusBlocked, "unblock", StatusActive},
	{StatusActive, "archive", StatusArchived},
	{StatusBlocked, "archive", StatusArchived},
	{StatusArchived, "reopen", StatusActive},
}

// Transitions lists every transition that there is. "change" stands for all
// commands that change the party's data and not its state.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

// may gives the state that command leads to, or a refusal in the name of method.
func (p *Party) may(command, method string) (Status, error) {
	for i := range transitions {
		if t := &transitions[i]; t.From == p.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", p.refuse(method, "status", "not in this state")
}

func (p *Party) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "party " + p.s.ID.String(),
		State: string(p.s.Status), Code: code, Reason: reason}
}

func (p *Party) move(command, reason string, at tandem.Instant) error {
	to, err := p.may(command, command)
	if err != nil {
		return err
	}
	if at.IsZero() {
		return fault("party", "required", "at", "must be given")
	}
	from := p.s.Status
	p.s.Status, p.s.Blocked = to, ""
	if to == StatusBlocked {
		p.s.Blocked = reason
	}
	p.record(PartyStatusChanged{Party: p.s.ID, From: from, To: to, At: at})
	return nil
}

// Block stops new business with the party, for a reason.
func (p *Party) Block(reason string, at tandem.Instant) error {
	if reason == "" || len(reason) > tandem.MaxText {
		return fault("party", "reason", "reason", "must have 1 to 4096 bytes")
	}
	return p.move("block", reason, at)
}

// Unblock allows new business again.
func (p *Party) Unblock(at tandem.Instant) error { return p.move("unblock", "", at) }

// Archive ends the party's active life. Its roles and data stay as they are.
func (p *Party) Archive(at tandem.Instant) error { return p.move("archive", "", at) }

// Reopen brings an archived party back.
func (p *Party) Reopen(at tandem.Instant) error { return p.move("reopen", "", at) }
