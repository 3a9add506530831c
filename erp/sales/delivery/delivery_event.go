package delivery

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Dispatched says that goods left for an order. First says that it is the
// order's first delivery; with OrderComplete, that the order was complete at once.
type Dispatched struct {
	Delivery      ID                  `json:"delivery"`
	Company       tandem.CompanyID    `json:"company"`
	Number        string              `json:"number"`
	Order         sales.OrderID       `json:"order"`
	Customer      tandem.PartyID      `json:"customer"`
	Date          tandem.Date         `json:"date"`
	First         bool                `json:"first"`
	OrderComplete bool                `json:"order_complete"`
	Lines         []sales.ShippedLine `json:"lines"`
	At            tandem.Instant      `json:"at"`
}

// EventName is the stable name of the event.
func (*Dispatched) EventName() string { return "sales.delivery.dispatched" }

// AppendJSON appends what encoding/json gives.
func (e *Dispatched) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "delivery", e.Delivery)
	jsonw.Text(&o, "company", e.Company)
	o.String("number", e.Number)
	jsonw.Text(&o, "order", e.Order)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "date", e.Date)
	o.Bool("first", e.First)
	o.Bool("order_complete", e.OrderComplete)
	jsonw.List(&o, "lines", e.Lines, (*sales.ShippedLine).AppendJSON)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
