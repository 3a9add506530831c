package ledger

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// EntryPosted says that an entry was appended to the journal.
type EntryPosted struct {
	Entry    EntryID          `json:"entry"`
	Company  tandem.CompanyID `json:"company"`
	Number   string           `json:"number"`
	Date     tandem.Date      `json:"date"`
	Kind     string           `json:"kind,omitempty"`    // of the document that it books
	Source   tandem.ID[any]   `json:"source,omitzero"`   // its id
	Debits   tandem.Money     `json:"debits"`            // sum of the debits = sum of the credits
	Reverses EntryID          `json:"reverses,omitzero"` // the entry that it undoes
	At       tandem.Instant   `json:"at"`
}

// EventName is `ledger.entry.posted`.
func (EntryPosted) EventName() string { return "ledger.entry.posted" }

// AppendJSON appends the event as JSON.
func (e EntryPosted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "entry", e.Entry)
	jsonw.Text(&o, "company", e.Company)
	o.String("number", e.Number)
	jsonw.Text(&o, "date", e.Date)
	o.StringOmit("kind", e.Kind)
	jsonw.TextOmit(&o, "source", e.Source)
	jsonw.Text(&o, "debits", e.Debits)
	jsonw.TextOmit(&o, "reverses", e.Reverses)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Record gives the event of an entry that is being appended, in the form in
// which aggregates hand out theirs. An entry has one event in its life.
func Record(e Entry) (tandem.Recorded, error) {
	debits, err := e.Debits()
	if err != nil {
		return tandem.Recorded{}, err
	}
	return tandem.Recorded{Kind: EntryKind, ID: e.ID.Bytes(), Company: e.Company, Last: 1, Events: []tandem.Event{EntryPosted{
		Entry: e.ID, Company: e.Company, Number: e.Number, Date: e.Date, Kind: string(e.Source.Kind), Source: e.Source.ID,
		Debits: debits, Reverses: e.Reverses, At: e.Recorded,
	}}}, nil
}

// PeriodOpened says that a period was set up.
type PeriodOpened struct {
	Period  PeriodID         `json:"period"`
	Company tandem.CompanyID `json:"company"`
	Name    string           `json:"name"`
	From    tandem.Date      `json:"from"`
	Until   tandem.Date      `json:"until"` // the first day behind it
	At      tandem.Instant   `json:"at"`
}

// EventName is `ledger.period.opened`.
func (PeriodOpened) EventName() string { return "ledger.period.opened" }

// AppendJSON appends the event as JSON.
func (e PeriodOpened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "period", e.Period)
	jsonw.Text(&o, "company", e.Company)
	o.String("name", e.Name)
	jsonw.Text(&o, "from", e.From)
	jsonw.Text(&o, "until", e.Until)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// PeriodWasClosed says that a period takes no more entries.
type PeriodWasClosed struct {
	Period  PeriodID         `json:"period"`
	Company tandem.CompanyID `json:"company"`
	Name    string           `json:"name"`
	Actor   string           `json:"actor"`
	At      tandem.Instant   `json:"at"`
	Number  string           `json:"number,omitempty"` // journal number that it took, and that no entry has
}

// EventName is `ledger.period.closed`.
func (PeriodWasClosed) EventName() string { return "ledger.period.closed" }

// AppendJSON appends the event as JSON.
func (e PeriodWasClosed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "period", e.Period)
	jsonw.Text(&o, "company", e.Company)
	o.String("name", e.Name)
	o.String("actor", e.Actor)
	jsonw.Text(&o, "at", e.At)
	o.StringOmit("number", e.Number)
	return o.Close()
}

// PeriodReopened says that a closed period takes entries again, and why.
type PeriodReopened struct {
	Period  PeriodID         `json:"period"`
	Company tandem.CompanyID `json:"company"`
	Name    string           `json:"name"`
	Actor   string           `json:"actor"`
	Reason  string           `json:"reason"`
	At      tandem.Instant   `json:"at"`
	Number  string           `json:"number,omitempty"` // journal number that it took, and that no entry has
}

// EventName is `ledger.period.reopened`.
func (PeriodReopened) EventName() string { return "ledger.period.reopened" }

// AppendJSON appends the event as JSON.
func (e PeriodReopened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "period", e.Period)
	jsonw.Text(&o, "company", e.Company)
	o.String("name", e.Name)
	o.String("actor", e.Actor)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	o.StringOmit("number", e.Number)
	return o.Close()
}
