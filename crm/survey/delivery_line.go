package survey

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
)

// DeliveryLine is an order line as its facts tell it. Quantities are in the
// product's base unit.
type DeliveryLine struct {
	Line      tandem.LineRef  `json:"line"`
	Party     tandem.PartyID  `json:"party"`
	OrderedOn tandem.Date     `json:"ordered_on"`
	Promise   tandem.Date     `json:"promise"` // the first one
	Ordered   tandem.Quantity `json:"ordered"`
	Filled    tandem.Quantity `json:"filled"` // at hand when it was placed
	Shipped   tandem.Quantity `json:"shipped"`
	Cancelled tandem.Quantity `json:"cancelled"`
	Returned  tandem.Quantity `json:"returned"`
	Completed tandem.Date     `json:"completed,omitzero"` // day on which all that was wanted had been shipped
}

// Void reports whether the whole line was cancelled and nothing shipped: it is
// left out of every rate.
func (l *DeliveryLine) Void() bool {
	return l.Shipped.Sign() == 0 && l.Cancelled.Micro() >= l.Ordered.Micro()
}

// Decided reports whether it is known on a day if the line is on time: it is
// complete, or its first promise has passed.
func (l *DeliveryLine) Decided(asOf tandem.Date) bool {
	return !l.Void() && (!l.Completed.IsZero() || l.Promise.Before(asOf))
}

// OnTime reports whether the line was complete by its first promise.
func (l *DeliveryLine) OnTime() bool { return !l.Completed.IsZero() && !l.Completed.After(l.Promise) }

// AtOnce reports whether all that was ordered was at hand when it was placed.
func (l *DeliveryLine) AtOnce() bool { return l.Filled.Micro() >= l.Ordered.Micro() }

// lineKey is a LineRef without the number, which may come later.
type lineKey struct {
	kind tandem.DocumentKind
	id   tandem.ID[any]
	line int
}

func keyOf(l tandem.LineRef) lineKey { return lineKey{l.Document.Kind, l.Document.ID, l.Line} }

func (k lineKey) compare(o lineKey) int {
	if order := cmp.Compare(k.kind, o.kind); order != 0 {
		return order
	}
	if order := k.id.Compare(o.id); order != 0 {
		return order
	}
	return cmp.Compare(k.line, o.line)
}

// FoldLines computes the lines that facts tell of, in the order of their
// documents and lines. The order of the facts does not matter, and a fact that
// is given twice counts once. A line of which only later things are known (the
// window of the query began behind its order) is left out. Different units
// within one line are [tandem.ErrUnit].
func FoldLines(facts []DeliveryFact) ([]DeliveryLine, error) {
	kept := effective(facts)
	out := make([]DeliveryLine, 0, len(kept)/2)
	for start := 0; start < len(kept); {
		end := start + 1
		for end < len(kept) && keyOf(kept[end].Line) == keyOf(kept[start].Line) {
			end++
		}
		line, known, err := foldLine(kept[start:end])
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, line)
		}
		start = end
	}
	return out, nil
}

// effective gives the facts that are not undone, each once, by line, day and
// what must come first on a day.
func effective(facts []DeliveryFact) []DeliveryFact {
	var gone map[DeliveryFactID]bool
	for i := range facts {
		if f := &facts[i]; !f.Reverses.IsZero() {
			if gone == nil {
				gone = map[DeliveryFactID]bool{}
			}
			gone[f.Reverses], gone[f.ID] = true, true
		}
	}
	kept := make([]DeliveryFact, 0, len(facts))
	for i := range facts {
		if !gone[facts[i].ID] {
			kept = append(kept, facts[i])
		}
	}
	slices.SortFunc(kept, DeliveryFact.compare)
	return slices.CompactFunc(kept, func(a, b DeliveryFact) bool { return a.ID == b.ID })
}

// compare orders facts by line, by day, by what must come first on a day, and then
// by when they were recorded.
func (f DeliveryFact) compare(o DeliveryFact) int {
	if c := keyOf(f.Line).compare(keyOf(o.Line)); c != 0 {
		return c
	}
	if c := f.Date.Compare(o.Date); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(f.Kind.place(), o.Kind.place()), f.Recorded.Compare(o.Recorded), f.ID.Compare(o.ID))
}

func (k DeliveryKind) place() int {
	for i, kind := range deliveryKinds {
		if kind == k {
			return i
		}
	}
	return -1
}

// foldLine folds the facts of one line, ordered by day.
func foldLine(facts []DeliveryFact) (l DeliveryLine, known bool, err error) {
	first := slices.IndexFunc(facts, func(f DeliveryFact) bool { return f.Kind == LineOrdered })
	if first < 0 {
		return l, false, nil
	}
	f := &facts[first]
	zero := tandem.QuantityFromMicro(0, f.Quantity.Unit())
	l = DeliveryLine{Line: f.Line, Party: f.Party, OrderedOn: f.Date, Promise: f.Promise,
		Ordered: zero, Filled: zero, Shipped: zero, Cancelled: zero, Returned: zero}
	for i := range facts {
		f := &facts[i]
		switch f.Kind {
		case LineOrdered:
			if l.Ordered, err = l.Ordered.Add(f.Quantity); err == nil && f.Filled.Unit() != 0 {
				l.Filled, err = l.Filled.Add(f.Filled)
			}
		case LineShipped:
			l.Shipped, err = l.Shipped.Add(f.Quantity)
		case LineCancelled:
			l.Cancelled, err = l.Cancelled.Add(f.Quantity)
		case LineReturned:
			l.Returned, err = l.Returned.Add(f.Quantity)
		}
		if err != nil {
			return l, false, err
		}
		l.complete(f)
	}
	return l, true, nil
}

// complete keeps the day on which the line became complete. What is shipped and
// cancelled each fit in an int64, and the line is compared without their sum.
func (l *DeliveryLine) complete(f *DeliveryFact) {
	switch wanted := l.Ordered.Micro() - l.Cancelled.Micro(); {
	case l.Shipped.Sign() == 0 || l.Shipped.Micro() < wanted:
		l.Completed = tandem.Date{}
	case l.Completed.IsZero():
		l.Completed = f.Date
	}
}
