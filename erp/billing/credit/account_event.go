package credit

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// LimitExceeded says that an order went beyond the credit limit and was warned of or held.
type LimitExceeded struct {
	Company  tandem.CompanyID `json:"company"`
	Party    tandem.PartyID   `json:"party"`
	Order    tandem.ID[any]   `json:"order,omitzero"`
	Outcome  string           `json:"outcome"` // warned or held
	Limit    tandem.Money     `json:"limit"`
	Exposure tandem.Money     `json:"exposure"` // without the order
	Amount   tandem.Money     `json:"amount"`   // of the order, gross
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.credit.limit_exceeded`.
func (LimitExceeded) EventName() string { return "billing.credit.limit_exceeded" }

// AppendJSON appends the event as JSON.
func (e LimitExceeded) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "party", e.Party)
	jsonw.TextOmit(&o, "order", e.Order)
	o.String("outcome", e.Outcome)
	jsonw.Text(&o, "limit", e.Limit)
	jsonw.Text(&o, "exposure", e.Exposure)
	jsonw.Text(&o, "amount", e.Amount)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Released says that a held order was allowed.
type Released struct {
	Company tandem.CompanyID `json:"company"`
	Party   tandem.PartyID   `json:"party"`
	Order   tandem.ID[any]   `json:"order,omitzero"`
	Amount  tandem.Money     `json:"amount"`
	Actor   string           `json:"actor"`
	Reason  string           `json:"reason"`
	At      tandem.Instant   `json:"at"`
}

// EventName is `billing.credit.released`.
func (Released) EventName() string { return "billing.credit.released" }

// AppendJSON appends the event as JSON.
func (e Released) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "party", e.Party)
	jsonw.TextOmit(&o, "order", e.Order)
	jsonw.Text(&o, "amount", e.Amount)
	o.String("actor", e.Actor)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// LimitSet says that a customer has another limit or policy.
type LimitSet struct {
	Company tandem.CompanyID `json:"company"`
	Party   tandem.PartyID   `json:"party"`
	Limit   tandem.Money     `json:"limit"`
	NoLimit bool             `json:"no_limit,omitempty"`
	Policy  Policy           `json:"policy"`
	Actor   string           `json:"actor"`
	Reason  string           `json:"reason"`
	At      tandem.Instant   `json:"at"`
}

// EventName is `billing.credit.limit_set`.
func (LimitSet) EventName() string { return "billing.credit.limit_set" }

// AppendJSON appends the event as JSON.
func (e LimitSet) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "party", e.Party)
	jsonw.Text(&o, "limit", e.Limit)
	o.BoolOmit("no_limit", e.NoLimit)
	o.String("policy", string(e.Policy))
	o.String("actor", e.Actor)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
