package quotation

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Head is what every event of a quotation begins with.
type Head struct {
	Quotation ID               `json:"quotation"`
	Company   tandem.CompanyID `json:"company"`
	Number    string           `json:"number"`
	Customer  tandem.PartyID   `json:"customer"`
	Net       tandem.Money     `json:"net"` // of the quotation, without tax
}

func (h *Head) begin(dst []byte) jsonw.Writer {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "quotation", h.Quotation)
	jsonw.Text(&o, "company", h.Company)
	o.String("number", h.Number)
	jsonw.Text(&o, "customer", h.Customer)
	jsonw.Text(&o, "net", h.Net)
	return o
}

// Sent says that an offer binds until its last day.
type Sent struct {
	Head
	Date       tandem.Date    `json:"date,omitzero"` // on which it was sent; events written before it was kept have none: the day of At
	ValidUntil tandem.Date    `json:"valid_until"`
	At         tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Sent) EventName() string { return "sales.quotation.sent" }

// AppendJSON appends what encoding/json gives.
func (e *Sent) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.TextOmit(&o, "date", e.Date)
	jsonw.Text(&o, "valid_until", e.ValidUntil)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Accepted says which order an offer became.
type Accepted struct {
	Head
	Date  tandem.Date        `json:"date,omitzero"` // as of Sent
	Order tandem.DocumentRef `json:"order"`
	At    tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*Accepted) EventName() string { return "sales.quotation.accepted" }

// AppendJSON appends what encoding/json gives.
func (e *Accepted) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.TextOmit(&o, "date", e.Date)
	o.Append("order", e.Order.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Declined says that an offer was not wanted.
type Declined struct {
	Head
	Reason string         `json:"reason"`
	At     tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Declined) EventName() string { return "sales.quotation.declined" }

// AppendJSON appends what encoding/json gives.
func (e *Declined) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Expired says that nobody accepted an offer in time.
type Expired struct {
	Head
	Date tandem.Date    `json:"date,omitzero"` // as of Sent
	At   tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Expired) EventName() string { return "sales.quotation.expired" }

// AppendJSON appends what encoding/json gives.
func (e *Expired) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.TextOmit(&o, "date", e.Date)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
