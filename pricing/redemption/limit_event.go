package redemption

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Events name a limit by its id and never by its subject: a code is as good as money.

// AppendJSON appends what encoding/json gives.
func (t Terms) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.IntOmit("uses", t.Uses)
	o.IntOmit("uses_per_customer", t.UsesPerCustomer)
	o.BoolOmit("once_per_order", t.OncePerOrder)
	jsonw.Text(&o, "quantity", t.Quantity)
	jsonw.Text(&o, "value", t.Value)
	jsonw.TextOmit(&o, "from", t.From)
	jsonw.TextOmit(&o, "until", t.Until)
	o.String("policy", string(t.Policy))
	o.String("moment", string(t.Moment))
	o.String("late_return", string(t.LateReturn))
	return o.Close()
}

// Opened says that a limit is there.
type Opened struct {
	Company  tandem.CompanyID `json:"company"`
	Limit    ID               `json:"limit"`
	Kind     SubjectKind      `json:"kind"`
	Parent   ID               `json:"parent,omitzero"`
	Customer tandem.PartyID   `json:"customer,omitzero"`
	Terms    Terms            `json:"terms"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `pricing.redemption.opened`.
func (Opened) EventName() string { return "pricing.redemption.opened" }

// AppendJSON appends the event as JSON.
func (e Opened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "limit", e.Limit)
	o.String("kind", string(e.Kind))
	jsonw.TextOmit(&o, "parent", e.Parent)
	jsonw.TextOmit(&o, "customer", e.Customer)
	o.Append("terms", e.Terms.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Reserved says that a claim was granted.
type Reserved struct {
	Company  tandem.CompanyID `json:"company"`
	Limit    ID               `json:"limit"`
	Kind     SubjectKind      `json:"kind"`
	Key      string           `json:"key"`
	Customer tandem.PartyID   `json:"customer,omitzero"`
	Order    tandem.ID[any]   `json:"order,omitzero"`
	Asked    Usage            `json:"asked"`
	Granted  Usage            `json:"granted"`
	Until    tandem.Instant   `json:"until,omitzero"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `pricing.redemption.reserved`.
func (Reserved) EventName() string { return "pricing.redemption.reserved" }

// AppendJSON appends the event as JSON.
func (e Reserved) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "limit", e.Limit)
	o.String("kind", string(e.Kind))
	o.String("key", e.Key)
	jsonw.TextOmit(&o, "customer", e.Customer)
	jsonw.TextOmit(&o, "order", e.Order)
	o.Append("asked", e.Asked.AppendJSON)
	o.Append("granted", e.Granted.AppendJSON)
	jsonw.TextOmit(&o, "until", e.Until)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Movement is what happened to a part of a claim, or, without a step, to all that
// there was of it.
type Movement struct {
	Company tandem.CompanyID `json:"company"`
	Limit   ID               `json:"limit"`
	Kind    SubjectKind      `json:"kind"`
	Key     string           `json:"key"`
	Step    string           `json:"step,omitempty"`
	Usage   Usage            `json:"usage"`
	At      tandem.Instant   `json:"at"`
}

// AppendJSON appends the movement as JSON.
func (e Movement) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "limit", e.Limit)
	o.String("kind", string(e.Kind))
	o.String("key", e.Key)
	o.StringOmit("step", e.Step)
	o.Append("usage", e.Usage.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Committed says that what was reserved is used.
type Committed struct{ Movement }

// EventName is `pricing.redemption.committed`.
func (Committed) EventName() string { return "pricing.redemption.committed" }

// Released says that what was reserved is free again.
type Released struct{ Movement }

// EventName is `pricing.redemption.released`.
func (Released) EventName() string { return "pricing.redemption.released" }

// Expired says that what was reserved is free again, since its time is over.
type Expired struct{ Movement }

// EventName is `pricing.redemption.expired`.
func (Expired) EventName() string { return "pricing.redemption.expired" }

// Returned says that what was used is given back.
type Returned struct{ Movement }

// EventName is `pricing.redemption.returned`.
func (Returned) EventName() string { return "pricing.redemption.returned" }

// TermsChanged says that a limit has other terms.
type TermsChanged struct {
	Company tandem.CompanyID `json:"company"`
	Limit   ID               `json:"limit"`
	Kind    SubjectKind      `json:"kind"`
	Terms   Terms            `json:"terms"`
	At      tandem.Instant   `json:"at"`
}

// EventName is `pricing.redemption.terms_changed`.
func (TermsChanged) EventName() string { return "pricing.redemption.terms_changed" }

// AppendJSON appends the event as JSON.
func (e TermsChanged) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "limit", e.Limit)
	o.String("kind", string(e.Kind))
	o.Append("terms", e.Terms.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Closed says that a limit grants no claims any more.
type Closed struct {
	Company tandem.CompanyID `json:"company"`
	Limit   ID               `json:"limit"`
	Kind    SubjectKind      `json:"kind"`
	Reason  string           `json:"reason"`
	At      tandem.Instant   `json:"at"`
}

// EventName is `pricing.redemption.closed`.
func (Closed) EventName() string { return "pricing.redemption.closed" }

// AppendJSON appends the event as JSON.
func (e Closed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "limit", e.Limit)
	o.String("kind", string(e.Kind))
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Reopened says that a limit grants claims again.
type Reopened struct {
	Company tandem.CompanyID `json:"company"`
	Limit   ID               `json:"limit"`
	Kind    SubjectKind      `json:"kind"`
	Reason  string           `json:"reason"`
	At      tandem.Instant   `json:"at"`
}

// EventName is `pricing.redemption.reopened`.
func (Reopened) EventName() string { return "pricing.redemption.reopened" }

// AppendJSON appends the event as JSON.
func (e Reopened) AppendJSON(dst []byte) []byte { return Closed(e).AppendJSON(dst) }
