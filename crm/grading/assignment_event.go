package grading

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// GradeChanged says that a customer's grade with a company is another one from a
// day on. Where it was pinned by hand it holds until a day, and what is earned
// holds again from then on.
type GradeChanged struct {
	Company   tandem.CompanyID `json:"company"`
	Party     tandem.PartyID   `json:"party"`
	From      tandem.GradeCode `json:"from"` // before; empty = none
	To        tandem.GradeCode `json:"to"`   // empty = none
	Effective tandem.Date      `json:"effective"`
	Until     tandem.Date      `json:"until,omitzero"` // of a pin: the day on which it no longer holds
	Reason    Reason           `json:"reason"`
	Note      string           `json:"note,omitempty"` // of a pin: why
	Policy    string           `json:"policy,omitempty"`
	Sum       int              `json:"sum,omitempty"`       // of the scores
	Threshold int              `json:"threshold,omitempty"` // of the grade before
	At        tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (GradeChanged) EventName() string { return "grading.grade.changed" }

// AppendJSON appends what encoding/json gives.
func (e GradeChanged) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "party", e.Party)
	o.String("from", string(e.From))
	o.String("to", string(e.To))
	jsonw.Text(&o, "effective", e.Effective)
	jsonw.TextOmit(&o, "until", e.Until)
	o.String("reason", string(e.Reason))
	o.StringOmit("note", e.Note)
	o.StringOmit("policy", e.Policy)
	o.IntOmit("sum", int64(e.Sum))
	o.IntOmit("threshold", int64(e.Threshold))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
