package store

import (
	"crypto/sha256"
	"math"

	"github.com/tandem-go/tandem"
)

// Constructors and readers of column values. Readers take the value at a
// column's place; kinds keep both sides in step, and a test proves it for every kind.

func idOf[K any](id tandem.ID[K]) Value { return Value{Type: TypeID, ID: id.Bytes()} }

func intOf(n int64) Value { return Value{Type: TypeInt, Int: n} }

func textOf[T ~string](s T) Value { return Value{Type: TypeText, Text: string(s)} }

func dateOf(d tandem.Date) Value { return Value{Type: TypeDate, Int: int64(d.DayNumber())} }

func instantOf(at tandem.Instant) Value {
	if at.IsZero() {
		return Value{Type: TypeInstant, Int: math.MinInt64}
	}
	return Value{Type: TypeInstant, Int: at.UnixMicro()}
}

func boolOf(b bool) Value {
	if b {
		return Value{Type: TypeBool, Int: 1}
	}
	return Value{Type: TypeBool}
}

// row reads values in the order in which they were written.
type row struct {
	values []Value
	err    error
}

func (r *row) next(t ColumnType) Value {
	if r.err != nil {
		return Value{}
	}
	if len(r.values) == 0 || r.values[0].Type != t {
		r.err = errValues
		return Value{}
	}
	v := r.values[0]
	r.values = r.values[1:]
	return v
}

// readID reads into an id, which names the kind.
func readID[K any](r *row, id *tandem.ID[K]) { *id = tandem.IDFromBytes[tandem.ID[K]](r.uuid()) }

func nextText[T ~string](r *row) T { return T(r.next(TypeText).Text) }

func (r *row) uuid() [16]byte { return r.next(TypeID).ID }

func (r *row) int() int64 { return r.next(TypeInt).Int }

func (r *row) bool() bool { return r.next(TypeBool).Int != 0 }

func (r *row) date() tandem.Date {
	d, err := tandem.DateOfDayNumber(int(r.next(TypeDate).Int))
	if err != nil && r.err == nil {
		r.err = err
	}
	return d
}

func (r *row) instant() tandem.Instant {
	v := r.next(TypeInstant)
	if v.Int == math.MinInt64 || r.err != nil {
		return tandem.Instant{}
	}
	return tandem.InstantOfUnixMicro(v.Int)
}

// Money and quantities take two columns: the number and its currency or unit.

func moneyOf(dst []Value, m tandem.Money) []Value {
	return append(dst, intOf(m.Minor()), textOf(m.Currency().String()))
}

func (r *row) money() tandem.Money { return tandem.MoneyFromMinor(r.int(), r.currency()) }

func (r *row) currency() tandem.Currency {
	var c tandem.Currency
	if err := c.UnmarshalText([]byte(nextText[string](r))); err != nil && r.err == nil {
		r.err = err
	}
	return c
}

func quantityOf(dst []Value, q tandem.Quantity) []Value {
	return append(dst, intOf(q.Micro()), textOf(q.Unit().String()))
}

func (r *row) quantity() tandem.Quantity {
	micro := r.int()
	var u tandem.Unit
	if err := u.UnmarshalText([]byte(nextText[string](r))); err != nil && r.err == nil {
		r.err = err
	}
	return tandem.QuantityFromMicro(micro, u)
}

func refOf(dst []Value, d tandem.DocumentRef) []Value {
	return append(dst, textOf(d.Kind), idOf(d.ID), textOf(d.Number))
}

func (r *row) ref() tandem.DocumentRef {
	d := tandem.DocumentRef{Kind: nextText[tandem.DocumentKind](r)}
	readID(r, &d.ID)
	d.Number = nextText[string](r)
	return d
}

func lineRefOf(dst []Value, l tandem.LineRef) []Value {
	return append(refOf(dst, l.Document), intOf(int64(l.Line)))
}

func (r *row) lineRef() tandem.LineRef {
	return tandem.LineRef{Document: r.ref(), Line: int(r.int())}
}

// textKey turns a text into a part of a key, of which equal texts have equal ones.
func textKey(s string) [16]byte {
	sum := sha256.Sum256([]byte(s))
	return [16]byte(sum[:16])
}

// dateBounds gives the bounds of a range of dates.
func dateBounds(v tandem.Validity) (low, high *Value) {
	if !v.From.IsZero() {
		from := dateOf(v.From)
		low = &from
	}
	if !v.Until.IsZero() {
		until := dateOf(v.Until)
		high = &until
	}
	return low, high
}
