package quotation

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

func quotationEvent(dst []byte, id ID, company tandem.CompanyID, number string, customer tandem.PartyID, net tandem.Money) jsonw.Writer {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "quotation", id)
	jsonw.Text(&o, "company", company)
	o.String("number", number)
	jsonw.Text(&o, "customer", customer)
	jsonw.Text(&o, "net", net)
	return o
}

// Sent says that an offer binds until its last day.
type Sent struct {
	Quotation  ID               `json:"quotation"`
	Company    tandem.CompanyID `json:"company"`
	Number     string           `json:"number"`
	Customer   tandem.PartyID   `json:"customer"`
	Net        tandem.Money     `json:"net"`
	ValidUntil tandem.Date      `json:"valid_until"`
	At         tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*Sent) EventName() string { return "sales.quotation.sent" }

// AppendJSON appends what encoding/json gives.
func (e *Sent) AppendJSON(dst []byte) []byte {
	o := quotationEvent(dst, e.Quotation, e.Company, e.Number, e.Customer, e.Net)
	jsonw.Text(&o, "valid_until", e.ValidUntil)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Accepted says which order an offer became.
type Accepted struct {
	Quotation ID                 `json:"quotation"`
	Company   tandem.CompanyID   `json:"company"`
	Number    string             `json:"number"`
	Customer  tandem.PartyID     `json:"customer"`
	Net       tandem.Money       `json:"net"`
	Order     tandem.DocumentRef `json:"order"`
	At        tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*Accepted) EventName() string { return "sales.quotation.accepted" }

// AppendJSON appends what encoding/json gives.
func (e *Accepted) AppendJSON(dst []byte) []byte {
	o := quotationEvent(dst, e.Quotation, e.Company, e.Number, e.Customer, e.Net)
	o.Append("order", e.Order.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Declined says that an offer was not wanted.
type Declined struct {
	Quotation ID               `json:"quotation"`
	Company   tandem.CompanyID `json:"company"`
	Number    string           `json:"number"`
	Customer  tandem.PartyID   `json:"customer"`
	Net       tandem.Money     `json:"net"`
	Reason    string           `json:"reason"`
	At        tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*Declined) EventName() string { return "sales.quotation.declined" }

// AppendJSON appends what encoding/json gives.
func (e *Declined) AppendJSON(dst []byte) []byte {
	o := quotationEvent(dst, e.Quotation, e.Company, e.Number, e.Customer, e.Net)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Expired says that nobody accepted an offer in time.
type Expired struct {
	Quotation ID               `json:"quotation"`
	Company   tandem.CompanyID `json:"company"`
	Number    string           `json:"number"`
	Customer  tandem.PartyID   `json:"customer"`
	Net       tandem.Money     `json:"net"`
	At        tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*Expired) EventName() string { return "sales.quotation.expired" }

// AppendJSON appends what encoding/json gives.
func (e *Expired) AppendJSON(dst []byte) []byte {
	o := quotationEvent(dst, e.Quotation, e.Company, e.Number, e.Customer, e.Net)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
