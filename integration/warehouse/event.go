package warehouse

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// GoodsReceived says that a supplier has brought goods. It is the record of the
// receipt, beside its moves and its entry.
type GoodsReceived struct {
	Receipt   ReceiptID         `json:"receipt"`
	Company   tandem.CompanyID  `json:"company"`
	Number    string            `json:"number"`
	Supplier  tandem.PartyID    `json:"supplier"`
	Reference string            `json:"reference,omitempty"`
	Location  tandem.LocationID `json:"location"`
	Date      tandem.Date       `json:"date"`
	Lines     []ReceivedLine    `json:"lines,omitempty"`
	At        tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (*GoodsReceived) EventName() string { return "warehouse.goods.received" }

// AppendJSON appends what encoding/json gives.
func (e *GoodsReceived) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "receipt", e.Receipt)
	jsonw.Text(&o, "company", e.Company)
	o.String("number", e.Number)
	jsonw.Text(&o, "supplier", e.Supplier)
	o.StringOmit("reference", e.Reference)
	jsonw.Text(&o, "location", e.Location)
	jsonw.Text(&o, "date", e.Date)
	appendReceivedLines(&o, e.Lines)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// StockOpened says that stock of the time before the books was taken over.
type StockOpened struct {
	Opening  OpeningID         `json:"opening"`
	Company  tandem.CompanyID  `json:"company"`
	Number   string            `json:"number"`
	Location tandem.LocationID `json:"location"`
	Date     tandem.Date       `json:"date"`
	Lines    []OpenedLine      `json:"lines,omitempty"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (*StockOpened) EventName() string { return "warehouse.stock.opened" }

// AppendJSON appends what encoding/json gives.
func (e *StockOpened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "opening", e.Opening)
	jsonw.Text(&o, "company", e.Company)
	o.String("number", e.Number)
	jsonw.Text(&o, "location", e.Location)
	jsonw.Text(&o, "date", e.Date)
	if len(e.Lines) > 0 {
		o.BeginArray("lines")
		for i := range e.Lines {
			l := &e.Lines[i]
			o.Item().BeginObject()
			o.Int("line", int64(l.Line))
			jsonw.Text(&o, "product", l.Product)
			jsonw.TextOmit(&o, "lot", l.Lot)
			jsonw.Text(&o, "quantity", l.Quantity)
			jsonw.Text(&o, "value", l.Value)
			o.EndObject()
		}
		o.EndArray()
	}
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// StockAdjusted says that goods were lost or found: what was asked, and what was
// applied. Releases are events of the reservations.
type StockAdjusted struct {
	Adjustment AdjustmentID      `json:"adjustment"`
	Company    tandem.CompanyID  `json:"company"`
	Number     string            `json:"number"`
	Location   tandem.LocationID `json:"location"`
	Date       tandem.Date       `json:"date"`
	Lines      []AdjustedLine    `json:"lines,omitempty"`
	At         tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (*StockAdjusted) EventName() string { return "warehouse.stock.adjusted" }

// AppendJSON appends what encoding/json gives.
func (e *StockAdjusted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "adjustment", e.Adjustment)
	jsonw.Text(&o, "company", e.Company)
	o.String("number", e.Number)
	jsonw.Text(&o, "location", e.Location)
	jsonw.Text(&o, "date", e.Date)
	if len(e.Lines) > 0 {
		o.BeginArray("lines")
		for i := range e.Lines {
			l := &e.Lines[i]
			o.Item().BeginObject()
			o.Int("line", int64(l.Line))
			jsonw.Text(&o, "product", l.Product)
			jsonw.TextOmit(&o, "lot", l.Lot)
			jsonw.Text(&o, "asked", l.Asked)
			jsonw.Text(&o, "applied", l.Applied)
			jsonw.Text(&o, "value", l.Value)
			o.String("reason", string(l.Reason))
			o.EndObject()
		}
		o.EndArray()
	}
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// StockTransferred says that goods changed their place.
type StockTransferred struct {
	Transfer TransferID        `json:"transfer"`
	Company  tandem.CompanyID  `json:"company"`
	Number   string            `json:"number"`
	From     tandem.LocationID `json:"from"`
	To       tandem.LocationID `json:"to"`
	Date     tandem.Date       `json:"date"`
	Lines    []TransferLine    `json:"lines,omitempty"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (*StockTransferred) EventName() string { return "warehouse.stock.transferred" }

// AppendJSON appends what encoding/json gives.
func (e *StockTransferred) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "transfer", e.Transfer)
	jsonw.Text(&o, "company", e.Company)
	o.String("number", e.Number)
	jsonw.Text(&o, "from", e.From)
	jsonw.Text(&o, "to", e.To)
	jsonw.Text(&o, "date", e.Date)
	if len(e.Lines) > 0 {
		o.BeginArray("lines")
		for i := range e.Lines {
			l := &e.Lines[i]
			o.Item().BeginObject()
			jsonw.Text(&o, "product", l.Product)
			jsonw.TextOmit(&o, "lot", l.Lot)
			jsonw.Text(&o, "quantity", l.Quantity)
			o.EndObject()
		}
		o.EndArray()
	}
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
