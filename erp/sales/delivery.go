package sales

import (
	"slices"

	"github.com/tandem-go/tandem"
)

type deliveryKind struct{}

// DeliveryID names a delivery.
type DeliveryID = tandem.ID[deliveryKind]

// KindDelivery is the stable name of deliveries.
const KindDelivery tandem.DocumentKind = "sales_delivery"

// DeliveryStatus tells how far a delivery is invoiced. It is derived from the
// lines; State keeps it for queries.
type DeliveryStatus string

// The states.
const (
	DeliveryStatusDispatched     DeliveryStatus = "dispatched"
	DeliveryStatusPartlyInvoiced DeliveryStatus = "partly_invoiced"
	DeliveryStatusInvoiced       DeliveryStatus = "invoiced"
)

// DeliveryStatuses lists the states.
func DeliveryStatuses() []DeliveryStatus {
	return []DeliveryStatus{DeliveryStatusDispatched, DeliveryStatusPartlyInvoiced, DeliveryStatusInvoiced}
}

// Valid reports whether s is one of [DeliveryStatuses].
func (s DeliveryStatus) Valid() bool {
	return s == DeliveryStatusDispatched || s == DeliveryStatusPartlyInvoiced || s == DeliveryStatusInvoiced
}

// UnmarshalText reads a state and refuses anything else.
func (s *DeliveryStatus) UnmarshalText(text []byte) error {
	if !DeliveryStatus(text).Valid() {
		return fault("delivery status", "status", "status", "unknown status of a delivery")
	}
	*s = DeliveryStatus(text)
	return nil
}

// DeliveryTransition says that a command may lead from a state to another.
type DeliveryTransition struct {
	From    DeliveryStatus
	Command string
	To      DeliveryStatus
}

var deliveryTransitions = [...]DeliveryTransition{
	{DeliveryStatusDispatched, cmdInvoice, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusDispatched, cmdInvoice, DeliveryStatusInvoiced},
	{DeliveryStatusDispatched, cmdWithdraw, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusDispatched, cmdWithdraw, DeliveryStatusInvoiced},
	{DeliveryStatusDispatched, cmdExpect, DeliveryStatusDispatched},
	{DeliveryStatusDispatched, cmdReleaseExpected, DeliveryStatusDispatched},
	{DeliveryStatusDispatched, cmdReturn, DeliveryStatusDispatched},
	{DeliveryStatusPartlyInvoiced, cmdInvoice, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusPartlyInvoiced, cmdInvoice, DeliveryStatusInvoiced},
	{DeliveryStatusPartlyInvoiced, cmdWithdraw, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusPartlyInvoiced, cmdWithdraw, DeliveryStatusInvoiced},
	{DeliveryStatusPartlyInvoiced, cmdUninvoice, DeliveryStatusDispatched},
	{DeliveryStatusPartlyInvoiced, cmdUninvoice, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusPartlyInvoiced, cmdReleaseExpected, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusPartlyInvoiced, cmdReturn, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusInvoiced, cmdUninvoice, DeliveryStatusDispatched},
	{DeliveryStatusInvoiced, cmdUninvoice, DeliveryStatusPartlyInvoiced},
	{DeliveryStatusInvoiced, cmdReleaseExpected, DeliveryStatusInvoiced},
	{DeliveryStatusInvoiced, cmdReturn, DeliveryStatusInvoiced},
}

// DeliveryTransitions lists every transition that there is.
func DeliveryTransitions() []DeliveryTransition {
	all := deliveryTransitions
	return all[:]
}

// DeliveryLine is what was shipped of one order line. Net is its part of the
// order line's net, Cost the value at which it left the stock. Invoices and
// returns take their parts of these by [tandem.Allocate], so that all parts of a
// line sum to the whole.
type DeliveryLine struct {
	Line         int              `json:"line"` // from 1
	OrderLine    int              `json:"order_line"`
	Product      tandem.ProductID `json:"product"`
	Lot          tandem.LotID     `json:"lot,omitzero"`
	Quantity     tandem.Quantity  `json:"quantity"` // in the base unit, as all below
	Net          tandem.Money     `json:"net"`
	Cost         tandem.Money     `json:"cost"` // "" for none: a service
	Invoiced     tandem.Quantity  `json:"invoiced"`
	NetInvoiced  tandem.Money     `json:"net_invoiced"`
	Returned     tandem.Quantity  `json:"returned"`
	NetReturned  tandem.Money     `json:"net_returned"`
	CostReturned tandem.Money     `json:"cost_returned"`
}

func newDeliveryLine(n int, l *Line, in *ShipLine, net tandem.Money) DeliveryLine {
	none, nought := tandem.QuantityFromMicro(0, l.Quantity.Unit()), tandem.MoneyFromMinor(0, net.Currency())
	return DeliveryLine{Line: n, OrderLine: l.Line, Product: l.Product, Lot: in.Lot, Quantity: in.Quantity, Net: net, Cost: in.Cost,
		Invoiced: none, NetInvoiced: nought, Returned: none, NetReturned: nought,
		CostReturned: tandem.MoneyFromMinor(0, in.Cost.Currency())}
}

func (l *DeliveryLine) uninvoiced() int64 { return l.Quantity.Micro() - l.Invoiced.Micro() }
func (l *DeliveryLine) unreturned() int64 { return l.Quantity.Micro() - l.Returned.Micro() }

// invoice books micro as invoiced and gives its amount.
func (l *DeliveryLine) invoice(micro int64) (tandem.Money, error) {
	net, err := share(addMoney(l.Net, -l.NetInvoiced.Minor()), micro, l.uninvoiced()-micro)
	if err == nil {
		l.Invoiced = addQuantity(l.Invoiced, micro)
		l.NetInvoiced = addMoney(l.NetInvoiced, net.Minor())
	}
	return net, err
}

// giveBack books micro as returned and gives its amount and its issue value.
func (l *DeliveryLine) giveBack(micro int64) (net, cost tandem.Money, err error) {
	rest := l.unreturned() - micro
	if net, err = share(addMoney(l.Net, -l.NetReturned.Minor()), micro, rest); err != nil {
		return net, cost, err
	}
	if l.Cost.Currency() != 0 {
		if cost, err = share(addMoney(l.Cost, -l.CostReturned.Minor()), micro, rest); err != nil {
			return net, cost, err
		}
		l.CostReturned = addMoney(l.CostReturned, cost.Minor())
	}
	l.Returned = addQuantity(l.Returned, micro)
	l.NetReturned = addMoney(l.NetReturned, net.Minor())
	return net, cost, nil
}

func (l *DeliveryLine) fits(n int, currency tandem.Currency) bool {
	within := func(q tandem.Quantity, parts ...tandem.Money) bool {
		if q.Sign() < 0 || q.Unit() != l.Quantity.Unit() || q.Micro() > l.Quantity.Micro() {
			return false
		}
		for i := 0; i < len(parts); i += 2 {
			part, whole := parts[i], parts[i+1]
			if part.Sign() < 0 || part.Currency() != whole.Currency() || part.Minor() > whole.Minor() || q == l.Quantity && part != whole {
				return false
			}
		}
		return true
	}
	return l.Line == n && l.OrderLine > 0 && !l.Product.IsZero() && l.Quantity.Sign() > 0 && l.Net.Currency() == currency &&
		l.Net.Sign() >= 0 && l.Cost.Sign() >= 0 && within(l.Invoiced, l.NetInvoiced, l.Net) &&
		within(l.Returned, l.NetReturned, l.Net, l.CostReturned, l.Cost)
}

// DeliveryState is what is kept of a [Delivery].
type DeliveryState struct {
	ID         DeliveryID         `json:"id"`
	Company    tandem.CompanyID   `json:"company"`
	Revision   int64              `json:"revision"` // kept by the store, compared on Save
	Sequence   int64              `json:"sequence"` // number of events ever recorded
	Status     DeliveryStatus     `json:"status"`   // derived from the lines
	Number     string             `json:"number"`
	Order      tandem.DocumentRef `json:"order"`
	Customer   tandem.PartyID     `json:"customer"`
	Date       tandem.Date        `json:"date"` // of dispatch: the basic tax point
	Currency   tandem.Currency    `json:"currency"`
	Dispatched tandem.Instant     `json:"dispatched"`
	Lines      []DeliveryLine     `json:"lines"`
	Withdrawn  []Withdrawal       `json:"withdrawn,omitempty"` // what came back before it was invoiced
	Expected   []Expectation      `json:"expected,omitempty"`  // what is still expected to come back
}

// Delivery is what left the house for an order at one time. [Order.Ship] makes it.
type Delivery struct {
	s DeliveryState
	recorder
}

// RestoreDelivery gives the delivery of a state that was kept.
func RestoreDelivery(s DeliveryState) (*Delivery, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	s.Lines, s.Withdrawn, s.Expected = slices.Clone(s.Lines), slices.Clone(s.Withdrawn), slices.Clone(s.Expected)
	return &Delivery{s: s}, nil
}

func (s *DeliveryState) check() error {
	ok := !s.ID.IsZero() && !s.Company.IsZero() && s.Number != "" && !s.Order.IsZero() && !s.Customer.IsZero() &&
		!s.Date.IsZero() && s.Currency.Valid() && !s.Dispatched.IsZero() && s.Revision >= 0 && s.Sequence >= 0
	if !ok {
		return fault("delivery", "required", "", "id, company, number, order, customer, date, currency, dispatched must be given")
	}
	for i := range s.Lines {
		if !s.Lines[i].fits(i+1, s.Currency) {
			return fault("delivery", "line", tandem.Path("lines", i), "does not fit its progress")
		}
	}
	if !s.expectedFits() {
		return fault("delivery", "expected", "expected", "does not fit the lines")
	}
	if !s.withdrawnFits() {
		return fault("delivery", "withdrawn", "withdrawn", "does not fit what is invoiced")
	}
	if len(s.Lines) == 0 || s.Status != s.derive() {
		return fault("delivery", "status", "status", "does not fit the progress of the lines")
	}
	return nil
}

func (s *DeliveryState) derive() DeliveryStatus {
	some, open := false, false
	for i := range s.Lines {
		some = some || s.Lines[i].Invoiced.Sign() > 0
		open = open || s.Lines[i].uninvoiced() > 0
	}
	switch {
	case !some:
		return DeliveryStatusDispatched
	case open:
		return DeliveryStatusPartlyInvoiced
	}
	return DeliveryStatusInvoiced
}

// State gives a deep copy of everything that is kept.
func (d *Delivery) State() DeliveryState {
	s := d.s
	s.Lines, s.Withdrawn, s.Expected = slices.Clone(s.Lines), slices.Clone(s.Withdrawn), slices.Clone(s.Expected)
	return s
}

// Drain hands out the recorded events and forgets them.
func (d *Delivery) Drain() tandem.Recorded {
	return tandem.Recorded{Kind: KindDelivery, ID: d.s.ID.Bytes(), Company: d.s.Company, Last: d.s.Sequence, Events: d.drain()}
}

// dispatch records the event of a new delivery of o.
func (d *Delivery) dispatch(o *Order, at tandem.Instant) {
	lines := make([]DispatchedLine, len(d.s.Lines))
	for i := range d.s.Lines {
		l, ordered := &d.s.Lines[i], o.find(d.s.Lines[i].OrderLine)
		lines[i] = DispatchedLine{Line: l.Line, OrderLine: l.OrderLine, Product: l.Product, Quantity: l.Quantity, Net: l.Net,
			FirstPromise: ordered.FirstPromise, Complete: ordered.open() == 0}
	}
	d.s.Sequence++
	d.record(&DeliveryDispatched{Delivery: d.s.ID, Company: d.s.Company, Number: d.s.Number, Order: o.s.ID, Customer: d.s.Customer,
		Date: d.s.Date, First: o.s.Deliveries == 1, OrderComplete: o.s.Status != OrderStatusPartlyShipped, Lines: lines, At: at})
}

// Reads without a copy.

// ID gives the delivery's id.
func (d *Delivery) ID() DeliveryID { return d.s.ID }

// Ref gives the reference to the delivery.
func (d *Delivery) Ref() tandem.DocumentRef { return tandem.RefTo(KindDelivery, d.s.ID, d.s.Number) }

// LineRef gives the reference to a line of the delivery.
func (d *Delivery) LineRef(line int) tandem.LineRef {
	return tandem.LineRef{Document: d.Ref(), Line: line}
}

// Company gives the selling company.
func (d *Delivery) Company() tandem.CompanyID { return d.s.Company }

// Revision gives the revision that the store keeps.
func (d *Delivery) Revision() int64 { return d.s.Revision }

// Status gives the derived status.
func (d *Delivery) Status() DeliveryStatus { return d.s.Status }

// Number gives the delivery's number.
func (d *Delivery) Number() string { return d.s.Number }

// Order gives the order that it was shipped for.
func (d *Delivery) Order() tandem.DocumentRef { return d.s.Order }

// Customer gives the customer.
func (d *Delivery) Customer() tandem.PartyID { return d.s.Customer }

// Date gives the date of dispatch, the basic tax point.
func (d *Delivery) Date() tandem.Date { return d.s.Date }

// NumLines gives the number of lines.
func (d *Delivery) NumLines() int { return len(d.s.Lines) }

// LineAt gives a copy of the i-th line, 0 ≤ i < NumLines; its number is i + 1.
func (d *Delivery) LineAt(i int) DeliveryLine { return d.s.Lines[i] }

// Net gives the revenue of the delivery, without tax.
func (d *Delivery) Net() tandem.Money {
	var sum int64
	for i := range d.s.Lines {
		sum += d.s.Lines[i].Net.Minor()
	}
	return tandem.MoneyFromMinor(sum, d.s.Currency)
}

func (d *Delivery) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "delivery " + d.s.ID.String(),
		State: string(d.s.Status), Code: code, Reason: reason}
}

func (d *Delivery) allow(command string) error {
	for i := range deliveryTransitions {
		if t := &deliveryTransitions[i]; t.From == d.s.Status && t.Command == command {
			return nil
		}
	}
	return d.refuse(command, "status", "not possible in this state")
}

func (d *Delivery) room(command string, lines []LineQuantity, limit func(*DeliveryLine) int64, code, reason string) error {
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
func (d *Delivery) RecordReturned(lines []LineQuantity) ([]ReturnedLine, error) {
	err := d.room(cmdReturn, lines, (*DeliveryLine).unreturned, "over_return", "more than was delivered and has not come back")
	if err != nil {
		return nil, err
	}
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
