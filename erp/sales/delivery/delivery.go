package delivery

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

type deliveryKind struct{}

// ID names a delivery.
type ID = tandem.ID[deliveryKind]

// Kind is the stable name of deliveries.
const Kind tandem.DocumentKind = "sales_delivery"

// Status tells how far a delivery is invoiced. It is derived from the
// lines; State keeps it for queries.
type Status string

// The states.
const (
	StatusDispatched     Status = "dispatched"
	StatusPartlyInvoiced Status = "partly_invoiced"
	StatusInvoiced       Status = "invoiced"
)

// Statuses lists the states.
func Statuses() []Status {
	return []Status{StatusDispatched, StatusPartlyInvoiced, StatusInvoiced}
}

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool {
	return s == StatusDispatched || s == StatusPartlyInvoiced || s == StatusInvoiced
}

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error {
	if !Status(text).Valid() {
		return fault("delivery status", "status", "status", "unknown status of a delivery")
	}
	*s = Status(text)
	return nil
}

// Line is what was shipped of one order line. Net is its part of the
// order line's net, Cost the value at which it left the stock. Invoices and
// returns take their parts of these by [tandem.Allocate], so that all parts of a
// line sum to the whole.
type Line struct {
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

func newLine(in *ShipLine, shipped *sales.ShippedLine) Line {
	none, nought := tandem.QuantityFromMicro(0, in.Quantity.Unit()), tandem.MoneyFromMinor(0, shipped.Net.Currency())
	return Line{Line: shipped.Line, OrderLine: in.Line, Product: shipped.Product, Lot: in.Lot, Quantity: in.Quantity, Net: shipped.Net,
		Cost: in.Cost, Invoiced: none, NetInvoiced: nought, Returned: none, NetReturned: nought,
		CostReturned: tandem.MoneyFromMinor(0, in.Cost.Currency())}
}

func (l *Line) uninvoiced() int64 { return l.Quantity.Micro() - l.Invoiced.Micro() }
func (l *Line) unreturned() int64 { return l.Quantity.Micro() - l.Returned.Micro() }

// invoice books micro as invoiced and gives its amount.
func (l *Line) invoice(micro int64) (tandem.Money, error) {
	net, err := tandem.Part(document.AddMoney(l.Net, -l.NetInvoiced.Minor()), micro, l.uninvoiced()-micro)
	if err == nil {
		l.Invoiced = document.AddQuantity(l.Invoiced, micro)
		l.NetInvoiced = document.AddMoney(l.NetInvoiced, net.Minor())
	}
	return net, err
}

// giveBack books micro as returned and gives its amount and its issue value.
func (l *Line) giveBack(micro int64) (net, cost tandem.Money, err error) {
	rest := l.unreturned() - micro
	if net, err = tandem.Part(document.AddMoney(l.Net, -l.NetReturned.Minor()), micro, rest); err != nil {
		return net, cost, err
	}
	if l.Cost.Currency() != 0 {
		if cost, err = tandem.Part(document.AddMoney(l.Cost, -l.CostReturned.Minor()), micro, rest); err != nil {
			return net, cost, err
		}
		l.CostReturned = document.AddMoney(l.CostReturned, cost.Minor())
	}
	l.Returned = document.AddQuantity(l.Returned, micro)
	l.NetReturned = document.AddMoney(l.NetReturned, net.Minor())
	return net, cost, nil
}

func (l *Line) fits(n int, currency tandem.Currency) bool {
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

// State is what is kept of a [Delivery].
type State struct {
	ID         ID                 `json:"id"`
	Company    tandem.CompanyID   `json:"company"`
	Revision   int64              `json:"revision"` // kept by the store, compared on Save
	Sequence   int64              `json:"sequence"` // number of events ever recorded
	Status     Status             `json:"status"`   // derived from the lines
	Number     string             `json:"number"`
	Order      tandem.DocumentRef `json:"order"`
	Customer   tandem.PartyID     `json:"customer"`
	Date       tandem.Date        `json:"date"` // of dispatch: the basic tax point
	Currency   tandem.Currency    `json:"currency"`
	Dispatched tandem.Instant     `json:"dispatched"`
	Lines      []Line             `json:"lines"`
	Withdrawn  []Withdrawal       `json:"withdrawn,omitempty"` // what came back before it was invoiced
	Expected   []Expectation      `json:"expected,omitempty"`  // what is still expected to come back
}

// Delivery is what left the house for an order at one time. [Dispatch] makes it.
type Delivery struct {
	s      State
	shared bool // with copies: own takes copies of the lists before they change
	events document.Recorder
}

// Restore gives the delivery of a state that was kept.
func Restore(s State) (*Delivery, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	s.Lines, s.Withdrawn, s.Expected = slices.Clone(s.Lines), slices.Clone(s.Withdrawn), slices.Clone(s.Expected)
	return &Delivery{s: s}, nil
}

func (s *State) check() error {
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

func (s *State) derive() Status {
	some, open := false, false
	for i := range s.Lines {
		some = some || s.Lines[i].Invoiced.Sign() > 0
		open = open || s.Lines[i].uninvoiced() > 0
	}
	switch {
	case !some:
		return StatusDispatched
	case open:
		return StatusPartlyInvoiced
	}
	return StatusInvoiced
}

// State gives a deep copy of everything that is kept.
func (d *Delivery) State() State {
	s := d.s
	s.Lines, s.Withdrawn, s.Expected = slices.Clone(s.Lines), slices.Clone(s.Withdrawn), slices.Clone(s.Expected)
	return s
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events. Lines are copied when either side changes them.
// Copies of one delivery may be made at the same time once there is a first.
func (d *Delivery) Copy(revision int64) *Delivery {
	if !d.shared {
		d.shared = true
	}
	c := &Delivery{s: d.s, shared: true}
	c.s.Revision = revision
	return c
}

// own makes the lists the delivery's alone, before they are changed in place.
func (d *Delivery) own() {
	if d.shared {
		d.s.Lines, d.s.Withdrawn, d.s.Expected = slices.Clone(d.s.Lines), slices.Clone(d.s.Withdrawn), slices.Clone(d.s.Expected)
		d.shared = false
	}
}

// Drain hands out the recorded events and forgets them.
func (d *Delivery) Drain() tandem.Recorded {
	return tandem.Recorded{Kind: Kind, ID: d.s.ID.Bytes(), Company: d.s.Company, Last: d.s.Sequence, Events: d.events.Drain()}
}

// Reads without a copy.

// ID gives the delivery's id.
func (d *Delivery) ID() ID { return d.s.ID }

// Ref gives the reference to the delivery.
func (d *Delivery) Ref() tandem.DocumentRef { return tandem.RefTo(Kind, d.s.ID, d.s.Number) }

// LineRef gives the reference to a line of the delivery.
func (d *Delivery) LineRef(line int) tandem.LineRef {
	return tandem.LineRef{Document: d.Ref(), Line: line}
}

// Company gives the selling company.
func (d *Delivery) Company() tandem.CompanyID { return d.s.Company }

// Revision gives the revision that the store keeps.
func (d *Delivery) Revision() int64 { return d.s.Revision }

// Status gives the derived status.
func (d *Delivery) Status() Status { return d.s.Status }

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
func (d *Delivery) LineAt(i int) Line { return d.s.Lines[i] }

// Net gives the revenue of the delivery, without tax.
func (d *Delivery) Net() tandem.Money {
	var sum int64
	for i := range d.s.Lines {
		sum += d.s.Lines[i].Net.Minor()
	}
	return tandem.MoneyFromMinor(sum, d.s.Currency)
}
