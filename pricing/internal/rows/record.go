package rows

import "math"

// Kind says what a record's value is.
type Kind uint8

// The kinds of record.
const (
	Price     Kind = iota // the value is a price in millionths
	Rate                  // the value is a rate in thousand-millionths: of a derived list
	Extra                 // the value is the number of an extra of the page: a price with more to it
	ExtraRate             // the value is the number of an extra of the page: a rate with more to it
)

// Record is one row as it is kept: 24 bytes.
type Record struct {
	Value    int64
	List     int32
	From     uint32 // the label of its quantity-from, see [Labels]
	Validity uint32 // of the [Calendar]
	Frame    uint16 // what currency, unit and way of counting the row is for
	Kind     Kind
	Exponent uint8 // the price is per 10^Exponent units; the highest bit: timed
}

const timed = 1 << 7

// Basis gives the exponent of ten that the price is per.
func (r Record) Basis() uint8 { return r.Exponent &^ timed }

// Timed reports whether the row holds between instants too, which the caller checks.
func (r Record) Timed() bool { return r.Exponent&timed != 0 }

// SetTimed marks the record as one that holds between instants too.
func (r *Record) SetTimed() { r.Exponent |= timed }

// Forever is the day on which what has no end ends.
const Forever = int32(math.MaxInt32)

// Span is a half-open range of day numbers.
type Span struct{ Start, Until int32 }

// Contains reports whether the day is in the range.
func (s Span) Contains(day int32) bool { return s.Start <= day && day < s.Until }

// And gives the days that are in both ranges.
func (s Span) And(o Span) Span { return Span{max(s.Start, o.Start), min(s.Until, o.Until)} }

// Always is the range of all days.
func Always() Span { return Span{0, Forever} }

// List is what the order of rows takes from their list.
type List struct {
	Span      Span
	Rank      uint64 // its part of the rank of its rows
	Class     uint16 // whom it is for; 0 is everybody
	Everybody bool   // a default list: its rows are apart from those of the others
}
