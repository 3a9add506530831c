package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// frame is what a row's price is in: rows of different frames are never compared
// by their quantities-from. A row that states a rate has no currency.
type frame struct {
	currency  tandem.Currency
	unit      tandem.Unit
	inclusive bool
	count     BreakCount
}

// frames gives the frames of a book small numbers.
type frames struct {
	all      []frame
	index    map[frame]uint16
	in       map[market][]uint16
	counting bool // some lists count lines together
}

// market is a currency, with or without tax: what a request asks for prices in.
type market struct {
	currency  tandem.Currency
	inclusive bool
}

func newFrames() frames {
	return frames{index: map[frame]uint16{}, in: map[market][]uint16{}}
}

func (f *frames) add(one frame) (uint16, bool) {
	if n, known := f.index[one]; known {
		return n, true
	}
	if len(f.all) == MaxFrames {
		return 0, false
	}
	n := uint16(len(f.all))
	f.all = append(f.all, one)
	f.index[one] = n
	f.counting = f.counting || one.count != CountLine
	in := market{one.currency, one.inclusive}
	f.in[in] = append(f.in[in], n)
	return n, true
}

func (f *frames) clone() frames {
	next := newFrames()
	for _, one := range f.all {
		next.add(one)
	}
	return next
}

// frameOf gives the frame of a row of a list.
func frameOf(r *Row, l *List) frame {
	f := frame{currency: r.Price.Currency(), unit: r.Price.Unit(), inclusive: l.Inclusive, count: l.Breaks}
	switch {
	case r.Tiers != nil:
		f.currency, f.unit = r.Tiers.Currency, r.Tiers.Unit
	case r.Price.IsNone():
		f.unit = r.From.Unit()
	}
	if f.count == "" {
		f.count = CountLine
	}
	return f
}

// spans gives the different validities of a book numbers.
type spans struct {
	all   []rows.Span
	index map[rows.Span]uint32
	last  rows.Span
	at    uint32
}

func newSpans() spans {
	s := spans{index: map[rows.Span]uint32{rows.Always(): 0}, last: rows.Always()}
	s.all = append(s.all, s.last)
	return s
}

// spansOf gives numbers to spans that have theirs, for more.
func spansOf(all []rows.Span) spans {
	s := spans{all: all, index: make(map[rows.Span]uint32, len(all)), last: rows.Always()}
	for n, span := range all {
		s.index[span] = uint32(n)
	}
	return s
}

func (s *spans) add(v tandem.Validity) uint32 {
	span := spanOf(v)
	if span == s.last {
		return s.at
	}
	n, known := s.index[span]
	if !known {
		n = uint32(len(s.all))
		s.all = append(s.all, span)
		s.index[span] = n
	}
	s.last, s.at = span, n
	return n
}

// spanOf gives the day numbers of a validity.
func spanOf(v tandem.Validity) rows.Span {
	span := rows.Span{Start: int32(v.From.DayNumber()), Until: rows.Forever}
	if !v.Until.IsZero() {
		span.Until = int32(v.Until.DayNumber())
	}
	return span
}

// validityOf gives the dates of a span.
func validityOf(s rows.Span) (v tandem.Validity) {
	if s.Start > 0 {
		v.From, _ = tandem.DateOfDayNumber(int(s.Start)) // was a date
	}
	if s.Until != rows.Forever {
		v.Until, _ = tandem.DateOfDayNumber(int(s.Until))
	}
	return v
}
