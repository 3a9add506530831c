package party

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// The events carry ids, and what changed, but no personal data: consumers that
// are allowed to read the party do.

// PartyRegistered says that a party is known from now on, in its first role.
type PartyRegistered struct {
	Party tandem.PartyID `json:"party"`
	Kind  Kind           `json:"kind"`
	Role  RoleKind       `json:"role"`
	From  tandem.Date    `json:"from"`
	At    tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (PartyRegistered) EventName() string { return "party.party.registered" }

// AppendJSON appends what encoding/json gives.
func (e PartyRegistered) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "party", e.Party)
	o.String("kind", string(e.Kind))
	o.String("role", string(e.Role))
	jsonw.Text(&o, "from", e.From)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// PartyChanged says that a part of a party's data is another one: name, language,
// location, reach, tax_registration, preference or parent.
type PartyChanged struct {
	Party tandem.PartyID `json:"party"`
	Part  string         `json:"part"`
	At    tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (PartyChanged) EventName() string { return "party.party.changed" }

// AppendJSON appends what encoding/json gives.
func (e PartyChanged) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "party", e.Party)
	o.String("part", e.Part)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// PartyStatusChanged says that a party was blocked, unblocked, archived or reopened.
type PartyStatusChanged struct {
	Party tandem.PartyID `json:"party"`
	From  Status         `json:"from"`
	To    Status         `json:"to"`
	At    tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (PartyStatusChanged) EventName() string { return "party.party.status_changed" }

// AppendJSON appends what encoding/json gives.
func (e PartyStatusChanged) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "party", e.Party)
	o.String("from", string(e.From))
	o.String("to", string(e.To))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// RoleStarted says that a party has a role from a day on.
type RoleStarted struct {
	Party tandem.PartyID `json:"party"`
	Role  RoleKind       `json:"role"`
	From  tandem.Date    `json:"from"`
	At    tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (RoleStarted) EventName() string { return "party.role.started" }

// AppendJSON appends what encoding/json gives.
func (e RoleStarted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "party", e.Party)
	o.String("role", string(e.Role))
	jsonw.Text(&o, "from", e.From)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// RoleEnded says that a party no longer has a role from the day Until on.
type RoleEnded struct {
	Party tandem.PartyID `json:"party"`
	Role  RoleKind       `json:"role"`
	Until tandem.Date    `json:"until"`
	At    tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (RoleEnded) EventName() string { return "party.role.ended" }

// AppendJSON appends what encoding/json gives.
func (e RoleEnded) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "party", e.Party)
	o.String("role", string(e.Role))
	jsonw.Text(&o, "until", e.Until)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
