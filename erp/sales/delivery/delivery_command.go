package delivery

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

const (
	cmdInvoice         = "invoice"
	cmdUninvoice       = "uninvoice"
	cmdWithdraw        = "withdraw"
	cmdExpect          = "expect"
	cmdReleaseExpected = "release_expected"
	cmdReturn          = "return"
)

// Transition says that a command may lead from a state to another.
type Transition struct {
	From    Status
	Command string
	To      Status
}

var transitions = [...]Transition{
	{StatusDispatched, cmdInvoice, StatusPartlyInvoiced},
	{StatusDispatched, cmdInvoice, StatusInvoiced},
	{StatusDispatched, cmdWithdraw, StatusPartlyInvoiced},
	{StatusDispatched, cmdWithdraw, StatusInvoiced},
	{StatusDispatched, cmdExpect, StatusDispatched},
	{StatusDispatched, cmdReleaseExpected, StatusDispatched},
	{StatusDispatched, cmdReturn, StatusDispatched},

	{StatusPartlyInvoiced, cmdInvoice, StatusPartlyInvoiced},
	{StatusPartlyInvoiced, cmdInvoice, StatusInvoiced},
	{StatusPartlyInvoiced, cmdWithdraw, StatusPartlyInvoiced},
	{StatusPartlyInvoiced, cmdWithdraw, StatusInvoiced},
	{StatusPartlyInvoiced, cmdUninvoice, StatusDispatched},
	{StatusPartlyInvoiced, cmdUninvoice, StatusPartlyInvoiced},
	{StatusPartlyInvoiced, cmdReleaseExpected, StatusPartlyInvoiced},
	{StatusPartlyInvoiced, cmdReturn, StatusPartlyInvoiced},

	{StatusInvoiced, cmdUninvoice, StatusDispatched},
	{StatusInvoiced, cmdUninvoice, StatusPartlyInvoiced},
	{StatusInvoiced, cmdReleaseExpected, StatusInvoiced},
	{StatusInvoiced, cmdReturn, StatusInvoiced},
}

// Transitions lists every transition that there is.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

// ShipLine is what is shipped of an order line: in the base unit, with the value
// at which it leaves the stock (none for a service).
type ShipLine struct {
	Line     int // of the order
	Quantity tandem.Quantity
	Lot      tandem.LotID
	Cost     tandem.Money
}

// Shipment is what [Dispatch] asks for. The same order line may be named more
// than once, by different lots.
type Shipment struct {
	ID     ID // of the delivery
	Number string
	Date   tandem.Date // of dispatch, where the goods leave
	Lines  []ShipLine
}

func (in *Shipment) check(at tandem.Instant) error {
	var c tandem.Check
	c.Require(!in.ID.IsZero(), "required", "id", "must be given")
	c.Require(in.Number != "" && len(in.Number) <= tandem.MaxName, "number", "number", "must be given and short")
	c.Require(!in.Date.IsZero(), "required", "date", "must be given")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	c.Require(len(in.Lines) <= tandem.MaxLines, "too_many", "lines", "too many lines")
	for i := range in.Lines {
		c.Require(in.Lines[i].Cost.Sign() >= 0, "cost", tandem.Path("lines", i)+".cost", "must not be negative")
	}
	return c.Err("shipment")
}

// Dispatch ships of an order what is asked for, in part or in whole, and gives the
// delivery; save both in one unit of work. Refused is what
// [sales.Order.RecordShipped] refuses; then neither is changed.
func Dispatch(o *sales.Order, in Shipment, at tandem.Instant) (*Delivery, error) {
	if err := in.check(at); err != nil {
		return nil, err
	}
	lines := make([]sales.LineQuantity, 0, 8) // enough for most, and on the stack
	for i := range in.Lines {
		lines = append(lines, sales.LineQuantity{Line: in.Lines[i].Line, Quantity: in.Lines[i].Quantity})
	}
	shipped, err := o.RecordShipped(lines)
	if err != nil {
		return nil, err
	}
	d := &Delivery{s: State{ID: in.ID, Company: o.Company(), Status: StatusDispatched, Number: in.Number, Order: o.Ref(),
		Customer: o.Customer(), Date: in.Date, Currency: o.Currency(), Dispatched: at, Sequence: 1, Lines: make([]Line, len(shipped))}}
	for i := range shipped {
		d.s.Lines[i] = newLine(&in.Lines[i], &shipped[i])
	}
	d.events.Record(&Dispatched{Delivery: in.ID, Company: o.Company(), Number: in.Number, Order: o.ID(), Customer: o.Customer(), Date: in.Date,
		First: o.Deliveries() == 1, OrderComplete: o.Status() != sales.OrderStatusPartlyShipped, Lines: shipped, At: at})
	return d, nil
}

func (d *Delivery) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "delivery " + d.s.ID.String(),
		State: string(d.s.Status), Code: code, Reason: reason}
}

func (d *Delivery) allow(command string) error {
	for i := range transitions {
		if t := &transitions[i]; t.From == d.s.Status && t.Command == command {
			return nil
		}
	}
	return d.refuse(command, "status", "not possible in this state")
}

func (d *Delivery) room(command string, lines []sales.LineQuantity, limit func(*Line) int64, code, reason string) error {
	if err := d.allow(command); err != nil {
		return err
	}
	if len(lines) == 0 {
		return fault("delivery", "required", "lines", "must name a line")
	}
	for i, ask := range lines {
		if ask.Line < 1 || ask.Line > len(d.s.Lines) {
			return d.refuse(command, "unknown_line", "the delivery has no such line")
		}
		l := &d.s.Lines[ask.Line-1]
		if ask.Quantity.Sign() <= 0 || ask.Quantity.Unit() != l.Quantity.Unit() {
			return fault("delivery", "quantity", tandem.Path("lines", i)+".quantity", "must be positive, in the base unit of the line")
		}
		left := limit(l)
		for _, before := range lines[:i] {
			if before.Line == ask.Line {
				left -= before.Quantity.Micro()
			}
		}
		if ask.Quantity.Micro() > left {
			return d.refuse(command, code, reason)
		}
	}
	return nil
}

// ReturnedLine is what came back of a delivery line: its part of the line's net,
// and of the value at which it left the stock.
type ReturnedLine struct {
	Line      int // of the delivery
	OrderLine int
	Product   tandem.ProductID
	Quantity  tandem.Quantity
	Net       tandem.Money
	Cost      tandem.Money // none for a service
	// ProvidedNet and ProvidedCost are the parts of both that the delivery had
	// provided for, see [Delivery.Expect]; none for what was not expected.
	ProvidedNet  tandem.Money
	ProvidedCost tandem.Money
}

// RecordReturned books goods that came back, and gives the original amounts of
// what came back; the parts of a line sum to its net and to its issue value.
// Refused: more than has not come back yet (`over_return`).
func (d *Delivery) RecordReturned(lines []sales.LineQuantity) ([]ReturnedLine, error) {
	err := d.room(cmdReturn, lines, (*Line).unreturned, "over_return", "more than was delivered and has not come back")
	if err != nil {
		return nil, err
	}
	d.own()
	out := make([]ReturnedLine, len(lines))
	for i, ask := range lines {
		l := &d.s.Lines[ask.Line-1]
		net, cost, err := l.giveBack(ask.Quantity.Micro())
		if err != nil { // cannot be: the weights and the currency were checked
			return nil, err
		}
		out[i] = ReturnedLine{Line: l.Line, OrderLine: l.OrderLine, Product: l.Product, Quantity: ask.Quantity, Net: net, Cost: cost}
		if out[i].ProvidedNet, out[i].ProvidedCost, err = d.meet(l.Line, ask.Quantity.Micro()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func fault(subject, code, path, message string) error {
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: code, Path: path, Message: message}}}
}
