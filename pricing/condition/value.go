package condition

import (
	"bytes"
	"strconv"

	"github.com/tandem-go/tandem"
)

// Value is one constant of a condition or one fact, with its kind. Values compare with
// ==. The zero Value, and a Value of no amount, no date or an empty text, is "none":
// not known. Its text form names the kind: `text:web`, `number:3`, `quantity:12 EA`,
// `money:100.00 GBP`, `rate:0.2`, `date:2026-11-27`, `instant:2026-11-27T08:00:00Z`,
// `flag:true`.
type Value struct {
	kind Kind
	text string
	n    int64  // the number in the kind's smallest unit; days or microseconds
	tag  uint32 // the currency or the unit, 1 where the kind has neither; 0: none
}

// Literal is what a [Value] is made of.
type Literal interface {
	string | tandem.GradeCode | tandem.ProductID | tandem.Currency | int | int64 | bool |
		tandem.Quantity | tandem.Money | tandem.Rate | tandem.Date | tandem.Instant
}

// Of gives the value of a literal.
func Of[T Literal](literal T) Value {
	switch v := any(literal).(type) {
	case string:
		return textValue(v)
	case tandem.GradeCode:
		return textValue(string(v))
	case tandem.ProductID:
		return textValue(v.String())
	case tandem.Currency:
		return textValue(v.String())
	case int:
		return Value{kind: KindNumber, n: int64(v), tag: 1}
	case int64:
		return Value{kind: KindNumber, n: v, tag: 1}
	case bool:
		return flagValue(v)
	case tandem.Quantity:
		return Value{kind: KindQuantity, n: v.Micro(), tag: uint32(v.Unit())}
	case tandem.Money:
		return Value{kind: KindMoney, n: v.Minor(), tag: uint32(v.Currency())}
	case tandem.Rate:
		return rateValue(v)
	case tandem.Date:
		return dated(KindDate, int64(v.DayNumber()), v.IsZero())
	case tandem.Instant:
		return dated(KindInstant, v.UnixMicro(), v.IsZero())
	}
	return Value{}
}

func textValue(s string) Value {
	v := Value{kind: KindText, text: s}
	if s != "" {
		v.tag = 1
	}
	return v
}

func flagValue(b bool) Value {
	v := Value{kind: KindFlag, tag: 1}
	if b {
		v.n = 1
	}
	return v
}

func rateValue(r tandem.Rate) Value {
	if !r.Valid() {
		return Value{kind: KindRate}
	}
	return Value{kind: KindRate, n: r.Nano(), tag: 1}
}

func dated(k Kind, n int64, none bool) Value {
	if none {
		return Value{kind: k}
	}
	return Value{kind: k, n: n, tag: 1}
}

// Kind gives the kind, "" for the zero Value.
func (v Value) Kind() Kind { return v.kind }

// IsNone reports whether v is not known.
func (v Value) IsNone() bool { return v.tag == 0 }

// Text gives the text of a text.
func (v Value) Text() string { return v.text }

// Number gives a whole number; nought if v is of another kind.
func (v Value) Number() int64 {
	if v.kind != KindNumber {
		return 0
	}
	return v.n
}

// Quantity gives a quantity; none if v is of another kind.
func (v Value) Quantity() tandem.Quantity {
	if v.kind != KindQuantity {
		return tandem.Quantity{}
	}
	return tandem.QuantityFromMicro(v.n, tandem.Unit(v.tag))
}

// Money gives an amount; none if v is of another kind.
func (v Value) Money() tandem.Money {
	if v.kind != KindMoney {
		return tandem.Money{}
	}
	return tandem.MoneyFromMinor(v.n, tandem.Currency(v.tag))
}

// Rate gives a rate; nought if v is of another kind.
func (v Value) Rate() tandem.Rate {
	if v.kind != KindRate {
		return tandem.Rate{}
	}
	return tandem.RateFromNano(v.n)
}

// Date gives a date; none if v is of another kind.
func (v Value) Date() tandem.Date {
	if v.kind != KindDate || v.tag == 0 {
		return tandem.Date{}
	}
	d, _ := tandem.DateOfDayNumber(int(v.n))
	return d
}

// Instant gives an instant; none if v is of another kind.
func (v Value) Instant() tandem.Instant {
	if v.kind != KindInstant || v.tag == 0 {
		return tandem.Instant{}
	}
	return tandem.InstantOfUnixMicro(v.n)
}

// Flag gives a flag; false if v is of another kind.
func (v Value) Flag() bool { return v.kind == KindFlag && v.n == 1 }

// String gives the text form, "" for the zero Value.
func (v Value) String() string {
	out, _ := v.AppendText(nil)
	return string(out)
}

// AppendText appends the text form; nothing for the zero Value.
func (v Value) AppendText(dst []byte) ([]byte, error) {
	if v.kind == "" {
		return dst, nil
	}
	dst = append(append(dst, v.kind...), ':')
	switch v.kind {
	case KindText:
		dst = append(dst, v.text...)
	case KindNumber:
		dst = strconv.AppendInt(dst, v.n, 10)
	case KindQuantity:
		return v.Quantity().AppendText(dst)
	case KindMoney:
		return v.Money().AppendText(dst)
	case KindRate:
		if v.tag != 0 {
			return tandem.RateFromNano(v.n).AppendText(dst)
		}
	case KindDate:
		return v.Date().AppendText(dst)
	case KindInstant:
		return v.Instant().AppendText(dst)
	case KindFlag:
		dst = strconv.AppendBool(dst, v.n == 1)
	}
	return dst, nil
}

// MarshalText gives the text form.
func (v Value) MarshalText() ([]byte, error) { return v.AppendText(nil) }

// UnmarshalText reads the text form and nothing else; none is refused.
func (v *Value) UnmarshalText(text []byte) error {
	name, rest, found := bytes.Cut(text, []byte{':'})
	var kind Kind
	if !found {
		return invalid("value", "value", "must name its kind: text:web, number:3, money:100.00 GBP")
	}
	if err := kind.UnmarshalText(name); err != nil {
		return err
	}
	parsed, err := parseValue(kind, rest)
	if err != nil {
		return err
	}
	if parsed.IsNone() {
		return invalid("value", "required", "must not be empty")
	}
	*v = parsed
	return nil
}

func parseValue(kind Kind, text []byte) (Value, error) {
	switch kind {
	case KindNumber:
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != string(text) {
			return Value{}, tandem.ErrSyntax
		}
		return Of(n), nil
	case KindQuantity:
		return parsed[tandem.Quantity](text)
	case KindMoney:
		return parsed[tandem.Money](text)
	case KindRate:
		return parsed[tandem.Rate](text)
	case KindDate:
		return parsed[tandem.Date](text)
	case KindInstant:
		return parsed[tandem.Instant](text)
	case KindFlag:
		if s := string(text); s != "true" && s != "false" {
			return Value{}, invalid("value", "value", "must be true or false")
		}
		return Of(string(text) == "true"), nil
	}
	return Of(string(text)), nil
}

func parsed[T Literal, P interface {
	*T
	UnmarshalText(text []byte) error
}](text []byte) (Value, error) {
	var v T
	err := P(&v).UnmarshalText(text)
	return Of(v), err
}
