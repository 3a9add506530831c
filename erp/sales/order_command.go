package sales

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// room checks that each line exists and that the quantities that are asked of
// it, together, are positive and within limit. Nothing is changed before all of
// a command has passed.
func (o *Order) room(command string, n int, ask func(i int) (int, tandem.Quantity), limit func(*Line) int64, code, reason string) error {
	if n == 0 {
		return fault("sales order", "required", "lines", "must name a line")
	}
	for i := range n {
		line, q := ask(i)
		l := o.find(line)
		if l == nil {
			return o.refuse(command, "unknown_line", "the order has no such line")
		}
		if q.Sign() <= 0 || q.Unit() != l.Quantity.Unit() {
			return fault("sales order", "quantity", tandem.Path("lines", i)+".quantity", "must be positive, in the base unit of the line")
		}
		left := limit(l)
		for j := range i { // the same line may be named again, by another lot
			if other, before := ask(j); other == line {
				left -= before.Micro()
			}
		}
		if q.Micro() > left {
			return o.refuse(command, code, reason)
		}
	}
	return nil
}

func (o *Order) roomFor(command string, lines []LineQuantity, limit func(*Line) int64, code, reason string) error {
	return o.room(command, len(lines), func(i int) (int, tandem.Quantity) { return lines[i].Line, lines[i].Quantity }, limit, code, reason)
}

// settle derives the status; a hold ends with the last open quantity.
func (o *Order) settle() {
	o.s.Status = o.s.derive()
	switch o.s.Status {
	case OrderStatusConfirmed, OrderStatusPartlyShipped:
	default:
		o.s.Hold = ""
	}
}

// Confirm makes the draft binding; from here the first promise of every line is fixed. The
// event tells what was reserved by then: the lines that were filled at once.
func (o *Order) Confirm(at tandem.Instant) error {
	if err := o.allow(cmdConfirm); err != nil {
		return err
	}
	if at.IsZero() {
		return fault("sales order", "required", "at", "must be given")
	}
	lines := make([]OrderedLine, len(o.s.Lines))
	for i := range o.s.Lines {
		l := &o.s.Lines[i]
		lines[i] = OrderedLine{Line: l.Line, Product: l.Product, Quantity: l.Quantity, Reserved: l.Reserved, Net: l.Net, Promise: l.FirstPromise}
	}
	o.s.Confirmed = at
	o.settle()
	o.emit(&OrderConfirmed{OrderHead: o.head(), Date: o.s.Date,
		Grade: o.s.Grade, Net: o.Net(), Lines: lines, At: at})
	return nil
}

// RecordReserved adds to what is held for the lines. It records no event, since
// the reservation itself does.
func (o *Order) RecordReserved(lines []LineQuantity) error {
	if err := o.allow(cmdReserve); err != nil {
		return err
	}
	err := o.roomFor(cmdReserve, lines, func(l *Line) int64 { return l.open() - l.Reserved.Micro() },
		"over_reservation", "more than is open and not reserved")
	if err != nil {
		return err
	}
	o.own()
	for i := range lines {
		l := o.find(lines[i].Line)
		l.Reserved = document.AddQuantity(l.Reserved, lines[i].Quantity.Micro())
	}
	return nil
}

// RecordReleased takes from what is held for the lines, since reservations were
// given back or have expired.
func (o *Order) RecordReleased(lines []LineQuantity) error {
	if err := o.allow(cmdRelease); err != nil {
		return err
	}
	err := o.roomFor(cmdRelease, lines, func(l *Line) int64 { return l.Reserved.Micro() }, "not_reserved", "more than is reserved")
	if err != nil {
		return err
	}
	o.own()
	for i := range lines {
		l := o.find(lines[i].Line)
		l.Reserved = document.AddQuantity(l.Reserved, -lines[i].Quantity.Micro())
	}
	return nil
}

// Hold forbids to ship until [Order.ReleaseHold]: the credit check's middle way
// between a warning and a block.
func (o *Order) Hold(reason string, at tandem.Instant) error {
	if err := o.allow(cmdHold); err != nil {
		return err
	}
	if o.s.Hold != "" {
		return o.refuse(cmdHold, "held", "is on hold already")
	}
	if err := needReason(reason); err != nil {
		return err
	}
	o.s.Hold = reason
	o.emit(&OrderHeld{OrderHead: o.head(), Reason: reason, At: at})
	return nil
}

// ReleaseHold allows to ship again, and says why.
func (o *Order) ReleaseHold(reason string, at tandem.Instant) error {
	if err := o.allow(cmdReleaseHold); err != nil {
		return err
	}
	if o.s.Hold == "" {
		return o.refuse(cmdReleaseHold, "not_held", "is not on hold")
	}
	if err := needReason(reason); err != nil {
		return err
	}
	o.s.Hold = ""
	o.emit(&OrderHoldReleased{OrderHead: o.head(), Reason: reason, At: at})
	return nil
}

func needReason(reason string) error {
	if reason == "" || len(reason) > tandem.MaxText {
		return fault("reason", "reason", "reason", "must be given, and not too long")
	}
	return nil
}

// ShippedLine is what a shipment took of an order line. Complete says that nothing
// of the order line is open any more: with the date and the first promise that is
// the fact by which being on time is measured.
type ShippedLine struct {
	Line         int              `json:"line"` // of the delivery, from 1
	OrderLine    int              `json:"order_line"`
	Product      tandem.ProductID `json:"product"`
	Quantity     tandem.Quantity  `json:"quantity"`
	Net          tandem.Money     `json:"net"` // its part of the order line's
	FirstPromise tandem.Date      `json:"first_promise,omitzero"`
	Complete     bool             `json:"complete"`
}

// RecordShipped books what leaves the house, and gives what it took of each line:
// its part of the line's net. What is shipped counts as reserved first. The same
// line may be named more than once, by different lots. Refused: a held order
// (`held`), more than is open (`over_shipment`). It records no event, since the
// delivery does.
func (o *Order) RecordShipped(lines []LineQuantity) ([]ShippedLine, error) {
	if err := o.allow(cmdShip); err != nil {
		return nil, err
	}
	if o.s.Hold != "" {
		return nil, o.refuse(cmdShip, "held", "is on hold")
	}
	if err := o.roomFor(cmdShip, lines, (*Line).open, "over_shipment", "more than is open"); err != nil {
		return nil, err
	}
	o.own()
	out := make([]ShippedLine, len(lines))
	for i := range lines {
		l := o.find(lines[i].Line)
		net, err := l.ship(lines[i].Quantity.Micro())
		if err != nil { // cannot be: the weights and the currency were checked
			return nil, err
		}
		out[i] = ShippedLine{Line: i + 1, OrderLine: l.Line, Product: l.Product, Quantity: lines[i].Quantity, Net: net, FirstPromise: l.FirstPromise}
	}
	for i := range out { // a line that was named twice is complete with both
		out[i].Complete = o.find(out[i].OrderLine).open() == 0
	}
	o.s.Deliveries++
	o.settle()
	return out, nil
}

// BilledLine is what an invoice takes of an order line: its quantity in the base
// unit and its amount, as the delivery gives them.
type BilledLine struct {
	Line         int // of the order
	DeliveryLine int
	Product      tandem.ProductID
	Quantity     tandem.Quantity
	Net          tandem.Money
}

// RecordInvoiced books what an invoice took. Refused: more than is shipped and
// not invoiced (`over_invoice`), or amounts that would not end at the amount
// that was shipped (`net`). It records no event, since the invoice does.
func (o *Order) RecordInvoiced(lines []BilledLine) error {
	if err := o.allow(cmdInvoice); err != nil {
		return err
	}
	err := o.room(cmdInvoice, len(lines), func(i int) (int, tandem.Quantity) { return lines[i].Line, lines[i].Quantity },
		func(l *Line) int64 { return l.Shipped.Micro() - l.Invoiced.Micro() }, "over_invoice", "more than is shipped and not invoiced")
	if err != nil {
		return err
	}
	for i := range lines {
		if !o.netFits(lines, i) {
			return o.refuse(cmdInvoice, "net", "the amounts do not fit those that were shipped")
		}
	}
	o.own()
	for i := range lines {
		l := o.find(lines[i].Line)
		l.Invoiced = document.AddQuantity(l.Invoiced, lines[i].Quantity.Micro())
		l.NetInvoiced = document.AddMoney(l.NetInvoiced, lines[i].Net.Minor())
	}
	o.settle()
	return nil
}

// netFits reports whether the line would stay sound by lines up to and with the i-th.
func (o *Order) netFits(lines []BilledLine, i int) bool {
	l := o.find(lines[i].Line)
	quantity, net := l.Shipped.Micro()-l.Invoiced.Micro(), l.NetShipped.Minor()-l.NetInvoiced.Minor()
	for j := range lines[:i+1] {
		if b := &lines[j]; b.Line == l.Line {
			if b.Net.Currency() != o.s.Currency || b.Net.Sign() < 0 || b.Net.Minor() > net {
				return false
			}
			quantity -= b.Quantity.Micro()
			net -= b.Net.Minor()
		}
	}
	return quantity > 0 || net == 0
}

// RecordReturned books goods that came back. Refused: more than was shipped and
// has not come back yet (`over_return`). The status stays, since what was shipped
// was shipped; the credit is the invoice's matter.
func (o *Order) RecordReturned(lines []LineQuantity) error {
	if err := o.allow(cmdReturn); err != nil {
		return err
	}
	err := o.roomFor(cmdReturn, lines, func(l *Line) int64 { return l.Shipped.Micro() - l.Returned.Micro() },
		"over_return", "more than was shipped and has not come back")
	if err != nil {
		return err
	}
	o.own()
	for i := range lines {
		l := o.find(lines[i].Line)
		l.Returned = document.AddQuantity(l.Returned, lines[i].Quantity.Micro())
	}
	return nil
}
