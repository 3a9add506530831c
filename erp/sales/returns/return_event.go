package returns

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Head is what every event of a return begins with.
type Head struct {
	Return   ID               `json:"return"`
	Company  tandem.CompanyID `json:"company"`
	Number   string           `json:"number"`
	Customer tandem.PartyID   `json:"customer"`
}

func (h *Head) begin(dst []byte) jsonw.Writer {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", h.Return)
	jsonw.Text(&o, "company", h.Company)
	o.String("number", h.Number)
	jsonw.Text(&o, "customer", h.Customer)
	return o
}

// EventLine is a line of [Authorised] and [Received]. Net is
// the original revenue of the quantity, nought where it is only authorised.
type EventLine struct {
	Line     int              `json:"line"`
	Order    tandem.LineRef   `json:"order"`
	Delivery tandem.LineRef   `json:"delivery"`
	Product  tandem.ProductID `json:"product"`
	Quantity tandem.Quantity  `json:"quantity"`
	Net      tandem.Money     `json:"net"`
}

func (l *EventLine) append(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	o.Append("order", l.Order.AppendJSON)
	o.Append("delivery", l.Delivery.AppendJSON)
	jsonw.Text(&o, "product", l.Product)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.Text(&o, "net", l.Net)
	return o.Close()
}

// InspectedLine is a line of [Inspected].
type InspectedLine struct {
	Line      int              `json:"line"`
	Product   tandem.ProductID `json:"product"`
	Restocked tandem.Quantity  `json:"restocked"`
	Scrapped  tandem.Quantity  `json:"scrapped"`
	Remedy    Remedy           `json:"remedy"`
}

func (l *InspectedLine) append(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	jsonw.Text(&o, "product", l.Product)
	jsonw.Text(&o, "restocked", l.Restocked)
	jsonw.Text(&o, "scrapped", l.Scrapped)
	o.String("remedy", string(l.Remedy))
	return o.Close()
}

// Authorised says that a customer may send goods back.
type Authorised struct {
	Head
	Date   tandem.Date    `json:"date"`
	Reason string         `json:"reason,omitempty"`
	Lines  []EventLine    `json:"lines"`
	At     tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Authorised) EventName() string { return "sales.return.authorised" }

// AppendJSON appends what encoding/json gives.
func (e *Authorised) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.Text(&o, "date", e.Date)
	o.StringOmit("reason", e.Reason)
	jsonw.List(&o, "lines", e.Lines, (*EventLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Received says what came back on that day.
type Received struct {
	Head
	Date  tandem.Date    `json:"date"`
	Lines []EventLine    `json:"lines"`
	At    tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Received) EventName() string { return "sales.return.received" }

// AppendJSON appends what encoding/json gives.
func (e *Received) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.Text(&o, "date", e.Date)
	jsonw.List(&o, "lines", e.Lines, (*EventLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Inspected says what becomes of the goods, and what the customer gets.
type Inspected struct {
	Head
	Lines []InspectedLine `json:"lines"`
	At    tandem.Instant  `json:"at"`
}

// EventName is the stable name of the event.
func (*Inspected) EventName() string { return "sales.return.inspected" }

// AppendJSON appends what encoding/json gives.
func (e *Inspected) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.List(&o, "lines", e.Lines, (*InspectedLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Credited says that the customer got the money back; Net is the original revenue of the credited lines.
type Credited struct {
	Head
	Date       tandem.Date        `json:"date,omitzero"` // of the credit; events written before it was kept have none: the day of At
	CreditNote tandem.DocumentRef `json:"credit_note"`
	Net        tandem.Money       `json:"net"`
	At         tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*Credited) EventName() string { return "sales.return.credited" }

// AppendJSON appends what encoding/json gives.
func (e *Credited) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.TextOmit(&o, "date", e.Date)
	o.Append("credit_note", e.CreditNote.AppendJSON)
	jsonw.Text(&o, "net", e.Net)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Replaced says which order replaces the goods.
type Replaced struct {
	Head
	Date        tandem.Date        `json:"date,omitzero"` // as of Credited
	Replacement tandem.DocumentRef `json:"replacement"`
	At          tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*Replaced) EventName() string { return "sales.return.replaced" }

// AppendJSON appends what encoding/json gives.
func (e *Replaced) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.TextOmit(&o, "date", e.Date)
	o.Append("replacement", e.Replacement.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Reopened says that the order of the replacement was cancelled.
type Reopened struct {
	Head
	Replacement tandem.DocumentRef `json:"replacement"` // that was cancelled
	At          tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*Reopened) EventName() string { return "sales.return.reopened" }

// AppendJSON appends what encoding/json gives.
func (e *Reopened) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	o.Append("replacement", e.Replacement.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Closed says that a return is over.
type Closed struct {
	Head
	At tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Closed) EventName() string { return "sales.return.closed" }

// AppendJSON appends what encoding/json gives.
func (e *Closed) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Cancelled says that nothing came back.
type Cancelled struct {
	Head
	Reason string         `json:"reason"`
	At     tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*Cancelled) EventName() string { return "sales.return.cancelled" }

// AppendJSON appends what encoding/json gives.
func (e *Cancelled) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
