package sales

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

func returnEvent(dst []byte, id ReturnID, company tandem.CompanyID, number string, customer tandem.PartyID) jsonw.Writer {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", id)
	jsonw.Text(&o, "company", company)
	o.String("number", number)
	jsonw.Text(&o, "customer", customer)
	return o
}

// ReturnEventLine is a line of [ReturnAuthorised] and [ReturnReceived]. Net is
// the original revenue of the quantity, nought where it is only authorised.
type ReturnEventLine struct {
	Line     int              `json:"line"`
	Order    tandem.LineRef   `json:"order"`
	Delivery tandem.LineRef   `json:"delivery"`
	Product  tandem.ProductID `json:"product"`
	Quantity tandem.Quantity  `json:"quantity"`
	Net      tandem.Money     `json:"net"`
}

func (l *ReturnEventLine) append(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	o.Append("order", l.Order.AppendJSON)
	o.Append("delivery", l.Delivery.AppendJSON)
	jsonw.Text(&o, "product", l.Product)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.Text(&o, "net", l.Net)
	return o.Close()
}

// InspectedLine is a line of [ReturnInspected].
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

// ReturnAuthorised says that a customer may send goods back.
type ReturnAuthorised struct {
	Return   ReturnID          `json:"return"`
	Company  tandem.CompanyID  `json:"company"`
	Number   string            `json:"number"`
	Customer tandem.PartyID    `json:"customer"`
	Date     tandem.Date       `json:"date"`
	Reason   string            `json:"reason,omitempty"`
	Lines    []ReturnEventLine `json:"lines"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnAuthorised) EventName() string { return "sales.return.authorised" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnAuthorised) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	jsonw.Text(&o, "date", e.Date)
	o.StringOmit("reason", e.Reason)
	jsonw.List(&o, "lines", e.Lines, (*ReturnEventLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReturnReceived says what came back on that day.
type ReturnReceived struct {
	Return   ReturnID          `json:"return"`
	Company  tandem.CompanyID  `json:"company"`
	Number   string            `json:"number"`
	Customer tandem.PartyID    `json:"customer"`
	Date     tandem.Date       `json:"date"`
	Lines    []ReturnEventLine `json:"lines"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnReceived) EventName() string { return "sales.return.received" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnReceived) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	jsonw.Text(&o, "date", e.Date)
	jsonw.List(&o, "lines", e.Lines, (*ReturnEventLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReturnInspected says what becomes of the goods, and what the customer gets.
type ReturnInspected struct {
	Return   ReturnID         `json:"return"`
	Company  tandem.CompanyID `json:"company"`
	Number   string           `json:"number"`
	Customer tandem.PartyID   `json:"customer"`
	Lines    []InspectedLine  `json:"lines"`
	At       tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnInspected) EventName() string { return "sales.return.inspected" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnInspected) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	jsonw.List(&o, "lines", e.Lines, (*InspectedLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReturnCredited says that the customer got the money back; Net is the original revenue of the credited lines.
type ReturnCredited struct {
	Return     ReturnID           `json:"return"`
	Company    tandem.CompanyID   `json:"company"`
	Number     string             `json:"number"`
	Customer   tandem.PartyID     `json:"customer"`
	CreditNote tandem.DocumentRef `json:"credit_note"`
	Net        tandem.Money       `json:"net"`
	At         tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnCredited) EventName() string { return "sales.return.credited" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnCredited) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	o.Append("credit_note", e.CreditNote.AppendJSON)
	jsonw.Text(&o, "net", e.Net)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReturnReplaced says which order replaces the goods.
type ReturnReplaced struct {
	Return      ReturnID           `json:"return"`
	Company     tandem.CompanyID   `json:"company"`
	Number      string             `json:"number"`
	Customer    tandem.PartyID     `json:"customer"`
	Replacement tandem.DocumentRef `json:"replacement"`
	At          tandem.Instant     `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnReplaced) EventName() string { return "sales.return.replaced" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnReplaced) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	o.Append("replacement", e.Replacement.AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReturnClosed says that a return is over.
type ReturnClosed struct {
	Return   ReturnID         `json:"return"`
	Company  tandem.CompanyID `json:"company"`
	Number   string           `json:"number"`
	Customer tandem.PartyID   `json:"customer"`
	At       tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnClosed) EventName() string { return "sales.return.closed" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnClosed) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReturnCancelled says that nothing came back.
type ReturnCancelled struct {
	Return   ReturnID         `json:"return"`
	Company  tandem.CompanyID `json:"company"`
	Number   string           `json:"number"`
	Customer tandem.PartyID   `json:"customer"`
	Reason   string           `json:"reason"`
	At       tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*ReturnCancelled) EventName() string { return "sales.return.cancelled" }

// AppendJSON appends what encoding/json gives.
func (e *ReturnCancelled) AppendJSON(dst []byte) []byte {
	o := returnEvent(dst, e.Return, e.Company, e.Number, e.Customer)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
