package sales

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// OrderedLine is a line of [OrderConfirmed]. Reserved is what was held for it
// when the order was confirmed: a line with Reserved = Quantity was filled at once.
type OrderedLine struct {
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Quantity tandem.Quantity  `json:"quantity"` // in the base unit
	Reserved tandem.Quantity  `json:"reserved"`
	Net      tandem.Money     `json:"net"`
	Promise  tandem.Date      `json:"first_promise,omitzero"`
}

func (l *OrderedLine) append(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	jsonw.Text(&o, "product", l.Product)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.Text(&o, "reserved", l.Reserved)
	jsonw.Text(&o, "net", l.Net)
	jsonw.TextOmit(&o, "first_promise", l.Promise)
	return o.Close()
}

// OrderHead is what every event of an order begins with.
type OrderHead struct {
	Order    OrderID          `json:"order"`
	Company  tandem.CompanyID `json:"company"`
	Number   string           `json:"number"`
	Customer tandem.PartyID   `json:"customer"`
}

func (h *OrderHead) begin(dst []byte) jsonw.Writer {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", h.Order)
	jsonw.Text(&o, "company", h.Company)
	o.String("number", h.Number)
	jsonw.Text(&o, "customer", h.Customer)
	return o
}

// OrderConfirmed says that an order became binding.
type OrderConfirmed struct {
	OrderHead
	Date  tandem.Date      `json:"date"`
	Grade tandem.GradeCode `json:"grade,omitempty"`
	Net   tandem.Money     `json:"net"`
	Lines []OrderedLine    `json:"lines"`
	At    tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderConfirmed) EventName() string { return "sales.order.confirmed" }

// AppendJSON appends what encoding/json gives.
func (e *OrderConfirmed) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.Text(&o, "date", e.Date)
	o.StringOmit("grade", string(e.Grade))
	jsonw.Text(&o, "net", e.Net)
	jsonw.List(&o, "lines", e.Lines, (*OrderedLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// CancelledLine is what of a line was cancelled.
type CancelledLine struct {
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Quantity tandem.Quantity  `json:"quantity"`
	Net      tandem.Money     `json:"net"`
}

func (l *CancelledLine) append(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	jsonw.Text(&o, "product", l.Product)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.Text(&o, "net", l.Net)
	return o.Close()
}

// OrderLinesCancelled says that a part of an order was cancelled before dispatch.
type OrderLinesCancelled struct {
	OrderHead
	Reason string          `json:"reason"`
	Lines  []CancelledLine `json:"lines"`
	At     tandem.Instant  `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderLinesCancelled) EventName() string { return "sales.order.lines_cancelled" }

// AppendJSON appends what encoding/json gives.
func (e *OrderLinesCancelled) AppendJSON(dst []byte) []byte {
	return cancelEvent(e.begin(dst), e.Reason, false, e.Lines, e.At)
}

func cancelEvent(o jsonw.Writer, reason string, draft bool, lines []CancelledLine, at tandem.Instant) []byte {
	o.String("reason", reason)
	o.BoolOmit("draft", draft)
	jsonw.List(&o, "lines", lines, (*CancelledLine).append)
	jsonw.Text(&o, "at", at)
	return o.Close()
}

// OrderCancelled says that an order is cancelled as a whole; Lines are those that
// this last cancellation took.
type OrderCancelled struct {
	OrderHead
	Reason string          `json:"reason"`
	Draft  bool            `json:"draft,omitempty"` // it was never binding: there was no OrderConfirmed
	Lines  []CancelledLine `json:"lines"`
	At     tandem.Instant  `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderCancelled) EventName() string { return "sales.order.cancelled" }

// AppendJSON appends what encoding/json gives.
func (e *OrderCancelled) AppendJSON(dst []byte) []byte {
	return cancelEvent(e.begin(dst), e.Reason, e.Draft, e.Lines, e.At)
}

// OrderShortClosed says that the rest of an order will not be delivered.
type OrderShortClosed struct {
	OrderHead
	Reason string          `json:"reason"`
	Lines  []CancelledLine `json:"lines"`
	At     tandem.Instant  `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderShortClosed) EventName() string { return "sales.order.short_closed" }

// AppendJSON appends what encoding/json gives.
func (e *OrderShortClosed) AppendJSON(dst []byte) []byte {
	return cancelEvent(e.begin(dst), e.Reason, false, e.Lines, e.At)
}

// OrderClosed says that an order that was shipped and invoiced is closed.
type OrderClosed struct {
	OrderHead
	At tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderClosed) EventName() string { return "sales.order.closed" }

// AppendJSON appends what encoding/json gives.
func (e *OrderClosed) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// OrderHeld says that an order must not be shipped for now.
type OrderHeld struct {
	OrderHead
	Reason string         `json:"reason"`
	At     tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderHeld) EventName() string { return "sales.order.held" }

// AppendJSON appends what encoding/json gives.
func (e *OrderHeld) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// OrderHoldReleased says that an order may be shipped again.
type OrderHoldReleased struct {
	OrderHead
	Reason string         `json:"reason"`
	At     tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderHoldReleased) EventName() string { return "sales.order.hold_released" }

// AppendJSON appends what encoding/json gives.
func (e *OrderHoldReleased) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ChangedLine is a line of [OrderAmended]: what it was and what it is. An added
// line has no before, a removed line no after.
type ChangedLine struct {
	Line   int              `json:"line"`
	Change LineChange       `json:"change"`
	Before tandem.Quantity  `json:"before"` // in the base unit, as After
	After  tandem.Quantity  `json:"after"`
	Was    tandem.Money     `json:"net_before"`
	Net    tandem.Money     `json:"net_after"`
	Old    tandem.Date      `json:"promise_before,omitzero"`
	New    tandem.Date      `json:"promise_after,omitzero"`
	First  tandem.Date      `json:"first_promise,omitzero"` // stays, whatever is promised now
	Of     tandem.ProductID `json:"product"`
}

func (l *ChangedLine) append(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	o.String("change", string(l.Change))
	jsonw.Text(&o, "before", l.Before)
	jsonw.Text(&o, "after", l.After)
	jsonw.Text(&o, "net_before", l.Was)
	jsonw.Text(&o, "net_after", l.Net)
	jsonw.TextOmit(&o, "promise_before", l.Old)
	jsonw.TextOmit(&o, "promise_after", l.New)
	jsonw.TextOmit(&o, "first_promise", l.First)
	jsonw.Text(&o, "product", l.Of)
	return o.Close()
}

// OrderAmended says what an amendment changed.
type OrderAmended struct {
	OrderHead
	Date    tandem.Date    `json:"date,omitzero"`   // of the amendment; none: the day of At
	Version int            `json:"version"`         // of the order, from this amendment on
	Draft   bool           `json:"draft,omitempty"` // it was not binding yet: OrderConfirmed will tell of all lines
	Reason  string         `json:"reason"`
	Net     tandem.Money   `json:"net"` // of the order, from this amendment on
	Lines   []ChangedLine  `json:"lines"`
	At      tandem.Instant `json:"at"`
}

// EventName is the stable name of the event.
func (*OrderAmended) EventName() string { return "sales.order.amended" }

// AppendJSON appends what encoding/json gives.
func (e *OrderAmended) AppendJSON(dst []byte) []byte {
	o := e.begin(dst)
	jsonw.TextOmit(&o, "date", e.Date)
	o.Int("version", int64(e.Version))
	o.BoolOmit("draft", e.Draft)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "net", e.Net)
	jsonw.List(&o, "lines", e.Lines, (*ChangedLine).append)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// AppendJSON appends what encoding/json gives.
func (l *ShippedLine) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(l.Line))
	o.Int("order_line", int64(l.OrderLine))
	jsonw.Text(&o, "product", l.Product)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.Text(&o, "net", l.Net)
	jsonw.TextOmit(&o, "first_promise", l.FirstPromise)
	o.Bool("complete", l.Complete)
	return o.Close()
}
