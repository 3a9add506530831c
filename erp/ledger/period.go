package ledger

import (
	"github.com/tandem-go/tandem"
)

// PeriodKind is the document kind of accounting periods.
const PeriodKind tandem.DocumentKind = "accounting_period"

type periodKind struct{}

// PeriodID names an accounting period.
type PeriodID = tandem.ID[periodKind]

// PeriodStatus says whether a period takes entries.
type PeriodStatus string

// The statuses of a period.
const (
	PeriodOpen   PeriodStatus = "open"
	PeriodClosed PeriodStatus = "closed"
)

// PeriodStatuses lists the statuses.
func PeriodStatuses() []PeriodStatus { return []PeriodStatus{PeriodOpen, PeriodClosed} }

// Valid reports whether s is one of [PeriodStatuses].
func (s PeriodStatus) Valid() bool { return s == PeriodOpen || s == PeriodClosed }

// UnmarshalText reads a status and refuses anything else.
func (s *PeriodStatus) UnmarshalText(text []byte) error {
	parsed := PeriodStatus(text)
	if !parsed.Valid() {
		return &tandem.InvalidError{Subject: "period status", Faults: []tandem.Fault{{
			Code: "period_status", Path: "status", Message: "unknown status"}}}
	}
	*s = parsed
	return nil
}

// PeriodTransition is one row of the table of a period's states.
type PeriodTransition struct {
	Command string
	From    PeriodStatus
	To      PeriodStatus
}

// PeriodTransitions lists what may happen to a period.
func PeriodTransitions() []PeriodTransition {
	return []PeriodTransition{
		{"close", PeriodOpen, PeriodClosed},
		{"reopen", PeriodClosed, PeriodOpen},
	}
}

// PeriodState is a period as it is kept.
type PeriodState struct {
	ID       PeriodID         `json:"id"`
	Company  tandem.CompanyID `json:"company"`
	Revision int64            `json:"revision"`
	Sequence int64            `json:"sequence"`
	Name     string           `json:"name"`  // `2011-06`
	Dates    tandem.Validity  `json:"dates"` // half-open: [first day, first day of the next period)
	Status   PeriodStatus     `json:"status"`
	Changed  tandem.Instant   `json:"changed"`          // the last change of the status
	Actor    string           `json:"actor,omitempty"`  // who made it
	Reason   string           `json:"reason,omitempty"` // why it was opened again
	Number   string           `json:"number,omitempty"` // the journal number of the last change, which no entry has
}

// Period is a range of dates in which a company's entries fall. A closed period
// takes no entries; a late one goes into the next open period ([FirstOpenDate])
// or, with a reason that is kept, the period is opened again.
type Period struct {
	s      PeriodState
	events []tandem.Event
}

// NewPeriod opens a period. Both dates must be given.
func NewPeriod(id PeriodID, company tandem.CompanyID, name string, dates tandem.Validity, at tandem.Instant) (*Period, error) {
	p := &Period{s: PeriodState{ID: id, Company: company, Name: name, Dates: dates, Status: PeriodOpen, Changed: at}}
	if err := p.s.validate(); err != nil {
		return nil, err
	}
	p.record(PeriodOpened{Period: id, Company: company, Name: name, From: dates.From, Until: dates.Until, At: at})
	return p, nil
}

func (s *PeriodState) validate() error {
	var c tandem.Check
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(s.Name != "" && len(s.Name) <= tandem.MaxName, "name", "name", "must be given and short")
	c.Require(!s.Dates.From.IsZero() && !s.Dates.Until.IsZero(), "required", "dates", "both dates must be given")
	c.Nested("dates", s.Dates.Validate())
	c.Require(s.Status.Valid(), "period_status", "status", "must be a known status")
	c.Require(!s.Changed.IsZero(), "required", "changed", "must be given")
	c.Require(len(s.Number) <= tandem.MaxName, "number", "number", "too long")
	return c.Err("period")
}

// RestorePeriod gives the period of a state that was kept. It records no event.
func RestorePeriod(s PeriodState) (*Period, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	return &Period{s: s}, nil
}

// State gives a copy of the state.
func (p *Period) State() PeriodState { return p.s }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (p *Period) Copy(revision int64) *Period {
	c := &Period{s: p.s}
	c.s.Revision = revision
	return c
}

// ID gives the period's id.
func (p *Period) ID() PeriodID { return p.s.ID }

// Company gives the company whose period it is.
func (p *Period) Company() tandem.CompanyID { return p.s.Company }

// Revision gives the revision that the store keeps.
func (p *Period) Revision() int64 { return p.s.Revision }

// Name gives the period's name.
func (p *Period) Name() string { return p.s.Name }

// Dates gives the period's half-open range.
func (p *Period) Dates() tandem.Validity { return p.s.Dates }

// Status gives the status.
func (p *Period) Status() PeriodStatus { return p.s.Status }

// Drain hands out the recorded events and clears them.
func (p *Period) Drain() tandem.Recorded {
	r := tandem.Recorded{Kind: PeriodKind, ID: p.s.ID.Bytes(), Company: p.s.Company, Last: p.s.Sequence, Events: p.events}
	p.events = nil
	return r
}

func (p *Period) record(e tandem.Event) {
	p.s.Sequence++
	p.events = append(p.events, e)
}

func (p *Period) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "accounting_period " + p.s.ID.String(), State: string(p.s.Status), Code: code, Reason: reason}
}

// Admit refuses an entry of another company, one whose date lies outside the
// period (`period_wrong`), and any entry once the period is closed
// (`period_closed`). No period at all is refused as well (`period_none`).
func (p *Period) Admit(company tandem.CompanyID, date tandem.Date) error {
	switch {
	case p == nil:
		return &tandem.RefusedError{Command: "post", Subject: "journal entry", Code: "period_none", Reason: "there is no period for " + date.String()}
	case p.s.Company != company:
		return p.refuse("post", "period_company", "the period belongs to another company")
	case !p.s.Dates.Contains(date):
		return p.refuse("post", "period_wrong", "the date lies outside the period")
	case p.s.Status != PeriodOpen:
		return p.refuse("post", "period_closed", "the period is closed")
	}
	return nil
}

func (p *Period) move(command string) error {
	for _, t := range PeriodTransitions() {
		if t.Command == command && t.From == p.s.Status {
			p.s.Status = t.To
			return nil
		}
	}
	return p.refuse(command, "period_state", "not possible in this state")
}

// Close ends the posting into the period.
func (p *Period) Close(actor string, at tandem.Instant) error { return p.CloseNumbered("", actor, at) }

// CloseNumbered closes the period under a journal number that was drawn for it and that
// the event keeps: who misses the entry of that number finds the closing. Entries of
// the period have lower numbers.
func (p *Period) CloseNumbered(number, actor string, at tandem.Instant) error {
	if actor == "" || at.IsZero() {
		return p.refuse("close", "actor_missing", "actor and time must be given")
	}
	if len(number) > tandem.MaxName {
		return p.refuse("close", "number", "the journal number is too long")
	}
	if err := p.move("close"); err != nil {
		return err
	}
	p.s.Actor, p.s.Reason, p.s.Changed, p.s.Number = actor, "", at, number
	p.record(PeriodWasClosed{Period: p.s.ID, Company: p.s.Company, Name: p.s.Name, Actor: actor, At: at, Number: number})
	return nil
}

// Reopen lets a closed period take entries again, for a reason that is kept.
func (p *Period) Reopen(actor, reason string, at tandem.Instant) error {
	return p.ReopenNumbered("", actor, reason, at)
}

// ReopenNumbered opens a closed period again under a journal number that was drawn for
// it; see [Period.CloseNumbered].
func (p *Period) ReopenNumbered(number, actor, reason string, at tandem.Instant) error {
	if actor == "" || reason == "" || len(reason) > tandem.MaxText || at.IsZero() {
		return p.refuse("reopen", "reason_missing", "actor, reason and time must be given")
	}
	if len(number) > tandem.MaxName {
		return p.refuse("reopen", "number", "the journal number is too long")
	}
	if err := p.move("reopen"); err != nil {
		return err
	}
	p.s.Actor, p.s.Reason, p.s.Changed, p.s.Number = actor, reason, at, number
	p.record(PeriodReopened{Period: p.s.ID, Company: p.s.Company, Name: p.s.Name, Actor: actor, Reason: reason, At: at, Number: number})
	return nil
}

// FirstOpenDate routes a late entry: the date itself if its period is open, or
// else the first day of the next open period behind it. It gives false if there
// is none.
func FirstOpenDate(date tandem.Date, periods []*Period) (tandem.Date, bool) {
	var best tandem.Date
	for _, p := range periods {
		switch {
		case p.s.Status != PeriodOpen:
		case p.s.Dates.Contains(date):
			return date, true
		case p.s.Dates.From.After(date) && (best.IsZero() || p.s.Dates.From.Before(best)):
			best = p.s.Dates.From
		}
	}
	return best, !best.IsZero()
}
