package inventory

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Supply is a quantity that will come in: an open purchase or production order.
// What is late counts from its date, which is then before today; a caller that
// does not trust it gives a later date.
type Supply struct {
	Date     tandem.Date
	Quantity tandem.Quantity // in the base unit, not negative
	Source   tandem.LineRef
}

// Commitment is a quantity that is spoken for and has not left yet: held, or
// promised. [Reservation.Commitment] and [Backorder.Commitment] give it.
type Commitment struct {
	Date     tandem.Date     // from which it cannot be promised again; none: from the first day on
	Quantity tandem.Quantity // in the base unit, not negative
	Line     tandem.LineRef  // whose promise it is
}

// Projection is the stock of one product over time, compiled for the question
// what can be promised: cumulative available-to-promise with look-ahead, as APICS
// defines it. At day t it is the minimum over all u ≥ t of
//
//	on hand + supplies up to u − commitments up to u
//
// so that a new promise for t never takes what any promise made before stands on,
// be it due earlier or later. On hand is all of it, reserved stock included: the
// reservations are among the commitments, and since stock that is held can serve
// nobody else until the day for which it was promised, they count from the first
// day, not from that one. A Projection is immutable.
type Projection struct {
	unit  tandem.Unit
	start int64      // the minimum over all time: what can be had before the first of days
	days  []promised // ascending by date
}

type promised struct {
	date    tandem.Date
	balance int64 // on hand + supplies − commitments up to and with this day
	least   int64 // the minimum of balance from this day on
}

// NewProjection compiles on hand, supplies and commitments, of which those of the
// asking document are left out, so that a document never competes with itself;
// the zero reference leaves out nothing. All quantities are in one unit, the base
// unit of the product.
func NewProjection(onHand tandem.Quantity, supplies []Supply, commitments []Commitment, asking tandem.DocumentRef) (*Projection, error) {
	if onHand.Unit() == 0 {
		return nil, tandem.ErrNoUnit
	}
	p := &Projection{unit: onHand.Unit(), days: make([]promised, 0, len(supplies)+len(commitments))}
	for i := range supplies {
		if err := p.add(supplies[i].Date, supplies[i].Quantity, 1); err != nil {
			return nil, err
		}
	}
	for i := range commitments {
		c := &commitments[i]
		if !asking.IsZero() && c.Line.Document.Same(asking) {
			continue
		}
		if err := p.add(c.Date, c.Quantity, -1); err != nil {
			return nil, err
		}
	}
	return p, p.compile(onHand.Micro())
}

func (p *Projection) add(day tandem.Date, q tandem.Quantity, sign int64) error {
	switch {
	case q.Unit() != p.unit:
		return tandem.ErrUnit
	case q.Sign() < 0:
		return tandem.ErrOutOfRange
	}
	p.days = append(p.days, promised{date: day, balance: sign * q.Micro()})
	return nil
}

// compile sorts, gathers the days, and turns changes into balances and their
// minima from behind.
func (p *Projection) compile(onHand int64) error {
	slices.SortFunc(p.days, func(a, b promised) int { return a.date.Compare(b.date) })
	days, balance := p.days[:0], onHand
	for _, d := range p.days {
		var ok bool
		if balance, ok = add(balance, d.balance); !ok {
			return tandem.ErrOverflow
		}
		if n := len(days); n > 0 && days[n-1].date == d.date {
			days[n-1].balance = balance
			continue
		}
		days = append(days, promised{date: d.date, balance: balance})
	}
	p.days = days
	least := balance
	for i := len(days) - 1; i >= 0; i-- {
		least = min(least, days[i].balance)
		days[i].least = least
	}
	p.start = min(least, onHand)
	return nil
}

// At gives what can be promised for day t. It never falls as t grows. Below
// nought it says by how much the promises already made exceed what will be there.
func (p *Projection) At(t tandem.Date) tandem.Quantity {
	after, _ := slices.BinarySearchFunc(p.days, t, func(d promised, t tandem.Date) int {
		if d.date.After(t) {
			return 1
		}
		return -1
	})
	if after == 0 {
		return tandem.QuantityFromMicro(p.start, p.unit)
	}
	return tandem.QuantityFromMicro(p.days[after-1].least, p.unit)
}

// EarliestFor answers "when can I have n?": the first day not before from for
// which n can be promised; false if that is never so with the supplies known.
func (p *Projection) EarliestFor(n tandem.Quantity, from tandem.Date) (tandem.Date, bool, error) {
	if n.Unit() != p.unit {
		return tandem.Date{}, false, tandem.ErrUnit
	}
	if p.At(from).Micro() >= n.Micro() {
		return from, true, nil
	}
	for _, d := range p.days {
		if d.date.After(from) && d.least >= n.Micro() {
			return d.date, true, nil
		}
	}
	return tandem.Date{}, false, nil
}

// Offer is a part of a wanted quantity and the first day for which it can be promised.
type Offer struct {
	Date     tandem.Date
	Quantity tandem.Quantity
}

// Offers splits n over the days on which its parts can be had, each as early as
// can be, starting with from; short is what no known supply covers.
func (p *Projection) Offers(n tandem.Quantity, from tandem.Date) (offers []Offer, short tandem.Quantity, err error) {
	if n.Unit() != p.unit {
		return nil, tandem.Quantity{}, tandem.ErrUnit
	}
	given := int64(0)
	offer := func(day tandem.Date, upTo int64) {
		if part := min(upTo, n.Micro()) - given; part > 0 {
			offers = append(offers, Offer{Date: day, Quantity: tandem.QuantityFromMicro(part, p.unit)})
			given += part
		}
	}
	offer(from, p.At(from).Micro())
	for _, d := range p.days {
		if d.date.After(from) {
			offer(d.date, d.least)
		}
	}
	return offers, tandem.QuantityFromMicro(n.Micro()-given, p.unit), nil
}

// AvailableToPromise gives what can be promised for day t without taking from any
// promise made before; see [Projection], and use one where more than one question
// is asked.
func AvailableToPromise(onHand tandem.Quantity, supplies []Supply, commitments []Commitment,
	t tandem.Date, asking tandem.DocumentRef) (tandem.Quantity, error) {
	p, err := NewProjection(onHand, supplies, commitments, asking)
	if err != nil {
		return tandem.Quantity{}, err
	}
	return p.At(t), nil
}

// EarliestFor gives the first day not before from for which n can be promised;
// see [Projection.EarliestFor].
func EarliestFor(n, onHand tandem.Quantity, supplies []Supply, commitments []Commitment,
	from tandem.Date, asking tandem.DocumentRef) (tandem.Date, bool, error) {
	p, err := NewProjection(onHand, supplies, commitments, asking)
	if err != nil {
		return tandem.Date{}, false, err
	}
	return p.EarliestFor(n, from)
}
