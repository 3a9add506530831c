package tandem

import (
	"bytes"
	"math"

	"github.com/shopspring/decimal"
)

const microOne = 1_000_000

// Quantity is a number of a [Unit], exact to 1/1,000,000, up to about 9.2
// million million. The zero Quantity has no unit: it stands for "no quantity"
// and is refused by arithmetic. Its text form is `12 EA`.
type Quantity struct {
	micro int64
	unit  Unit
}

// QuantityFromMicro gives that many millionths of a unit. The one int64 without
// a mirror image, and a unit that is none, give the zero Quantity, which
// arithmetic refuses.
func QuantityFromMicro(micro int64, u Unit) Quantity {
	if micro == math.MinInt64 || !u.Valid() {
		return Quantity{}
	}
	return Quantity{micro, u}
}

// QuantityOf gives n whole units, or [ErrOverflow].
func QuantityOf(n int64, u Unit) (Quantity, error) {
	if !u.Valid() {
		return Quantity{}, ErrNoUnit
	}
	micro, err := mulExact(n, microOne)
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{micro, u}, nil
}

// NewQuantity gives the quantity, or [ErrInexact] beyond six digits behind the point.
func NewQuantity(n decimal.Decimal, u Unit) (Quantity, error) { return NewQuantityRounded(n, u, "") }

// NewQuantityRounded gives the quantity rounded to six digits behind the point.
func NewQuantityRounded(n decimal.Decimal, u Unit, r Rounding) (Quantity, error) {
	if !u.Valid() {
		return Quantity{}, ErrNoUnit
	}
	micro, err := scaledFromDecimal(n, 6, r)
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{micro, u}, nil
}

// ParseQuantity reads the text form, `12.5 KGM`.
func ParseQuantity(s string) (q Quantity, err error) {
	if err = ErrSyntax; s != "" {
		err = q.UnmarshalText([]byte(s))
	}
	return q, unreadable("quantity", s, "a number and its unit, 12 EA", err)
}

// Micro gives the number of millionths of the unit.
func (q Quantity) Micro() int64 { return q.micro }

// Unit gives the unit, zero for the zero Quantity.
func (q Quantity) Unit() Unit { return q.unit }

// Decimal gives the number as a decimal.
func (q Quantity) Decimal() decimal.Decimal { return decimal.New(q.micro, -6) }

// IsZero reports whether the number is nought, with or without a unit. A field
// of JSON must not be `omitzero`, which asks this method: nought of a unit would
// come back as no quantity.
func (q Quantity) IsZero() bool { return q.micro == 0 }

// IsNone reports whether q is the zero Quantity, "no quantity".
func (q Quantity) IsNone() bool { return q.unit == 0 }

// IsWhole reports whether the number has no fraction.
func (q Quantity) IsWhole() bool { return q.micro%microOne == 0 }

// Sign gives -1, 0 or +1.
func (q Quantity) Sign() int { return signInt64(q.micro) }

// Neg gives −q.
func (q Quantity) Neg() Quantity { return Quantity{-q.micro, q.unit} }

// Abs gives |q|.
func (q Quantity) Abs() Quantity {
	if q.micro < 0 {
		return q.Neg()
	}
	return q
}

func (q Quantity) same(o Quantity) error {
	switch {
	case q.unit == 0 || o.unit == 0:
		return ErrNoUnit
	case q.unit != o.unit:
		return ErrUnit
	}
	return nil
}

// Add gives q + o: [ErrNoUnit], [ErrUnit] or [ErrOverflow] otherwise.
func (q Quantity) Add(o Quantity) (Quantity, error) {
	if err := q.same(o); err != nil {
		return Quantity{}, err
	}
	sum, ok := addInt64(q.micro, o.micro)
	if !ok {
		return Quantity{}, ErrOverflow
	}
	return Quantity{sum, q.unit}, nil
}

// Sub gives q − o, with the errors of [Quantity.Add].
func (q Quantity) Sub(o Quantity) (Quantity, error) {
	if err := q.same(o); err != nil {
		return Quantity{}, err
	}
	diff, ok := subInt64(q.micro, o.micro)
	if !ok {
		return Quantity{}, ErrOverflow
	}
	return Quantity{diff, q.unit}, nil
}

// Cmp gives -1, 0 or +1, or an error if the units differ.
func (q Quantity) Cmp(o Quantity) (int, error) {
	if err := q.same(o); err != nil {
		return 0, err
	}
	return compareInt64(q.micro, o.micro), nil
}

// MulInt gives q × n exactly.
func (q Quantity) MulInt(n int64) (Quantity, error) { return q.scale(n, 1, q.unit, RoundDown) }

// MulRatio gives q × ratio in the same unit, rounded to a millionth.
func (q Quantity) MulRatio(ratio Ratio, r Rounding) (Quantity, error) {
	if ratio.den == 0 {
		return Quantity{}, ErrDivideZero
	}
	return q.scale(ratio.num, ratio.den, q.unit, r)
}

// Convert gives q in another unit, at factor units of it per one of q's,
// rounded to a millionth. A factor of nought or less is [ErrOutOfRange]. Keep the original quantity and the factor beside the
// result where it must come back exactly.
func (q Quantity) Convert(to Unit, factor Ratio, r Rounding) (Quantity, error) {
	switch {
	case !to.Valid():
		return Quantity{}, ErrNoUnit
	case factor.den == 0:
		return Quantity{}, ErrDivideZero
	case factor.num <= 0:
		return Quantity{}, ErrOutOfRange
	}
	return q.scale(factor.num, factor.den, to, r)
}

func (q Quantity) scale(factor, divisor int64, u Unit, r Rounding) (Quantity, error) {
	if q.unit == 0 {
		return Quantity{}, ErrNoUnit
	}
	micro, err := mulDiv(q.micro, factor, divisor, r)
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{micro, u}, nil
}

// RoundTo rounds to a multiple of increment, which must be positive and of the
// same unit: whole pieces, full packs.
func (q Quantity) RoundTo(increment Quantity, r Rounding) (Quantity, error) {
	if err := q.same(increment); err != nil {
		return Quantity{}, err
	}
	if increment.micro <= 0 {
		return Quantity{}, ErrOutOfRange
	}
	n, err := mulDiv(q.micro, 1, increment.micro, r)
	if err != nil {
		return Quantity{}, err
	}
	micro, err := mulExact(n, increment.micro)
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{micro, q.unit}, nil
}

// Share gives q ÷ o as an exact fraction; o must not be nought.
func (q Quantity) Share(o Quantity) (Ratio, error) {
	if err := q.same(o); err != nil {
		return Ratio{}, err
	}
	return NewRatio(q.micro, o.micro)
}

// String gives the text form, "" for the zero Quantity.
func (q Quantity) String() string {
	out, _ := q.AppendText(nil)
	return string(out)
}

// AppendText appends the text form; nothing for the zero Quantity.
func (q Quantity) AppendText(dst []byte) ([]byte, error) {
	if q.unit == 0 {
		return dst, nil
	}
	dst = appendScaled(dst, q.micro, 6, 0)
	return q.unit.AppendText(append(dst, ' '))
}

// MarshalText gives the text form.
func (q Quantity) MarshalText() ([]byte, error) { return q.AppendText(nil) }

// UnmarshalText reads the text form; an empty text is the zero Quantity.
func (q *Quantity) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*q = Quantity{}
		return nil
	}
	number, code, ok := bytes.Cut(text, []byte{' '})
	if !ok {
		return ErrSyntax
	}
	u, err := parseUnit(string(code))
	if err != nil {
		return err
	}
	micro, err := parseScaled(number, 6)
	if err != nil {
		return err
	}
	*q = Quantity{micro, u}
	return nil
}
