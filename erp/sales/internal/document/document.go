// Package document has what all documents of sales are made with: the events
// that they record, and sums within a whole.
package document

import "github.com/tandem-go/tandem"

// Recorder keeps the events of a document until they are drained.
type Recorder struct {
	events  []tandem.Event
	first   [1]tandem.Event // most documents record one event between two drains
	drained bool
}

// Record keeps an event.
func (r *Recorder) Record(e tandem.Event) {
	if r.events == nil && !r.drained { // the array belongs to the first drain alone
		r.events = r.first[:0]
	}
	r.events = append(r.events, e)
}

// Drain hands out the events and forgets them.
func (r *Recorder) Drain() []tandem.Event {
	out := r.events
	r.events, r.drained = nil, true
	return out
}

// AddQuantity gives q and micro millionths of its unit. The sum must lie within a
// whole that was checked before, so that it cannot overflow.
func AddQuantity(q tandem.Quantity, micro int64) tandem.Quantity {
	return tandem.QuantityFromMicro(q.Micro()+micro, q.Unit())
}

// AddMoney gives m and minor units of its currency. The sum must lie within a
// whole that was checked before, so that it cannot overflow.
func AddMoney(m tandem.Money, minor int64) tandem.Money {
	return tandem.MoneyFromMinor(m.Minor()+minor, m.Currency())
}
