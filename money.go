package tandem

import (
	"bytes"
	"math"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem/internal/int128"
)

// Money is a whole number of minor units (pence, cents) of one [Currency], from
// −(2⁶³−1) to 2⁶³−1. The zero Money has no currency: it stands for "no amount"
// and is refused by arithmetic; zero pounds is MoneyFromMinor(0, GBP). Its text
// form is `12.34 GBP`.
type Money struct {
	minor    int64
	currency Currency
}

// MoneyFromMinor gives that many minor units. The one int64 without a mirror
// image, and a currency that is not in the table, give the zero Money, which
// arithmetic refuses.
func MoneyFromMinor(minor int64, c Currency) Money {
	if minor == math.MinInt64 || !c.Valid() {
		return Money{}
	}
	return Money{minor, c}
}

// NewMoney gives the amount, or [ErrInexact] if it has more digits than the
// currency's minor unit, [ErrOverflow] if it is out of range.
func NewMoney(amount decimal.Decimal, c Currency) (Money, error) {
	return NewMoneyRounded(amount, c, "")
}

// NewMoneyRounded gives the amount rounded to the minor unit.
func NewMoneyRounded(amount decimal.Decimal, c Currency, r Rounding) (Money, error) {
	if !c.Valid() {
		return Money{}, ErrNoCurrency
	}
	minor, err := scaledFromDecimal(amount, c.Digits(), r)
	if err != nil {
		return Money{}, err
	}
	return Money{minor, c}, nil
}

// ParseMoney reads the text form, `12.34 GBP`: exact, without exponent. What it
// cannot read is a [ParseError].
func ParseMoney(s string) (m Money, err error) {
	if err = ErrSyntax; s != "" {
		err = m.UnmarshalText([]byte(s))
	}
	return m, unreadable("money", s, "an amount and its currency, 12.34 GBP", err)
}

// Minor gives the number of minor units.
func (m Money) Minor() int64 { return m.minor }

// Currency gives the currency, zero for the zero Money.
func (m Money) Currency() Currency { return m.currency }

// Decimal gives the amount as a decimal.
func (m Money) Decimal() decimal.Decimal { return decimal.New(m.minor, -int32(m.currency.Digits())) }

// IsZero reports whether the amount is nought, with or without a currency. A
// field of JSON must not be `omitzero`, which asks this method: nought of a
// currency would come back as no amount.
func (m Money) IsZero() bool { return m.minor == 0 }

// IsNone reports whether m is the zero Money, "no amount".
func (m Money) IsNone() bool { return m.currency == 0 }

// Sign gives -1, 0 or +1.
func (m Money) Sign() int { return signInt64(m.minor) }

// Neg gives −m.
func (m Money) Neg() Money { return Money{-m.minor, m.currency} }

// Abs gives |m|.
func (m Money) Abs() Money {
	if m.minor < 0 {
		return m.Neg()
	}
	return m
}

func (m Money) same(o Money) error {
	switch {
	case m.currency == 0 || o.currency == 0:
		return ErrNoCurrency
	case m.currency != o.currency:
		return ErrCurrency
	}
	return nil
}

// Add gives m + o: [ErrNoCurrency], [ErrCurrency] or [ErrOverflow] otherwise.
func (m Money) Add(o Money) (Money, error) {
	if err := m.same(o); err != nil {
		return Money{}, err
	}
	sum, ok := addInt64(m.minor, o.minor)
	if !ok {
		return Money{}, ErrOverflow
	}
	return Money{sum, m.currency}, nil
}

// Sub gives m − o, with the errors of [Money.Add].
func (m Money) Sub(o Money) (Money, error) {
	if err := m.same(o); err != nil {
		return Money{}, err
	}
	diff, ok := subInt64(m.minor, o.minor)
	if !ok {
		return Money{}, ErrOverflow
	}
	return Money{diff, m.currency}, nil
}

// Cmp gives -1, 0 or +1, or an error if the currencies differ.
func (m Money) Cmp(o Money) (int, error) {
	if err := m.same(o); err != nil {
		return 0, err
	}
	return compareInt64(m.minor, o.minor), nil
}

// MulRate gives m × rate, rounded to the minor unit.
func (m Money) MulRate(rate Rate, r Rounding) (Money, error) {
	return m.scale(rate.nano, rateOne, r)
}

// MulRatio gives m × ratio, rounded to the minor unit of m's currency.
func (m Money) MulRatio(ratio Ratio, r Rounding) (Money, error) {
	if ratio.den == 0 {
		return Money{}, ErrDivideZero
	}
	return m.scale(ratio.num, ratio.den, r)
}

// MulInt gives m × n exactly, or [ErrOverflow].
func (m Money) MulInt(n int64) (Money, error) { return m.scale(n, 1, RoundDown) }

func (m Money) scale(factor, divisor int64, r Rounding) (Money, error) {
	if m.currency == 0 {
		return Money{}, ErrNoCurrency
	}
	minor, err := mulDiv(m.minor, factor, divisor, r)
	if err != nil {
		return Money{}, err
	}
	return Money{minor, m.currency}, nil
}

// Convert gives m in another currency at an exchange rate stated as units of
// the other currency per one unit of m's, rounded to its minor unit. A rate of
// nought or less is [ErrOutOfRange].
func (m Money) Convert(to Currency, rate Ratio, r Rounding) (Money, error) {
	switch {
	case m.currency == 0 || !to.Valid():
		return Money{}, ErrNoCurrency
	case rate.den == 0:
		return Money{}, ErrDivideZero
	case rate.num <= 0:
		return Money{}, ErrOutOfRange
	}
	mode, err := r.mode()
	if err != nil {
		return Money{}, err
	}
	// minor·10^-from × num/den, in 10^-to: at most 10^4 more digits on one side
	n, d := int128.Mul64(m.minor, rate.num), int128.FromInt64(rate.den)
	up, down := pow10[to.Digits()], pow10[m.currency.Digits()]
	if up >= down {
		n, err = mulInt128(n, up/down)
	} else {
		d, err = mulInt128(d, down/up)
	}
	if err != nil {
		return Money{}, err
	}
	quotient, ok := int128.QuoRoundInt(n, d, mode)
	minor, fits := quotient.Int64()
	if !ok || !fits || minor == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return Money{minor, to}, nil
}

func mulInt128(n int128.Int, f int64) (int128.Int, error) {
	p, ok := int128.MulInt64(n, f)
	if !ok {
		return p, ErrOverflow
	}
	return p, nil
}

func mulExact(a, b int64) (int64, error) {
	p, ok := int128.Mul64(a, b).Int64()
	if !ok || p == math.MinInt64 {
		return 0, ErrOverflow
	}
	return p, nil
}

// RoundTo rounds to a multiple of increment, which must be positive and of the
// same currency: cash rounding to 0.05 CHF.
func (m Money) RoundTo(increment Money, r Rounding) (Money, error) {
	if err := m.same(increment); err != nil {
		return Money{}, err
	}
	if increment.minor <= 0 {
		return Money{}, ErrOutOfRange
	}
	n, err := mulDiv(m.minor, 1, increment.minor, r)
	if err != nil {
		return Money{}, err
	}
	minor, err := mulExact(n, increment.minor)
	if err != nil {
		return Money{}, err
	}
	return Money{minor, m.currency}, nil
}

// PricePer gives the price at which quantity q costs m: m ÷ q rounded to a
// millionth of the currency unit, per basis (1, 10, 100 … 1,000,000).
func (m Money) PricePer(q Quantity, basis int64, r Rounding) (Price, error) {
	exponent, err := basisExponent(basis)
	switch {
	case err != nil:
		return Price{}, err
	case m.currency == 0:
		return Price{}, ErrNoCurrency
	case q.unit == 0:
		return Price{}, ErrNoUnit
	case q.micro == 0:
		return Price{}, ErrDivideZero
	}
	mode, err := r.mode()
	if err != nil {
		return Price{}, err
	}
	// minor·10^-digits ÷ (micro·10^-6) · 10^exponent, in 10^-6
	n := int128.Mul64(m.minor, pow10[12-m.currency.Digits()])
	if n, err = mulInt128(n, pow10[exponent]); err != nil {
		return Price{}, err
	}
	micro, err := quoInt64(n, q.micro, mode)
	if err != nil {
		return Price{}, err
	}
	return Price{micro: micro, unit: q.unit, currency: m.currency, exponent: exponent}, nil
}

// String gives the text form, "" for the zero Money.
func (m Money) String() string {
	out, _ := m.AppendText(nil)
	return string(out)
}

// AppendText appends the text form; nothing for the zero Money.
func (m Money) AppendText(dst []byte) ([]byte, error) {
	if m.currency == 0 {
		return dst, nil
	}
	digits := m.currency.Digits()
	dst = appendScaled(dst, m.minor, digits, digits)
	dst = append(dst, ' ')
	return append(dst, m.currency.String()...), nil
}

// MarshalText gives the text form.
func (m Money) MarshalText() ([]byte, error) { return m.AppendText(nil) }

// UnmarshalText reads the text form; an empty text is the zero Money.
func (m *Money) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Money{}
		return nil
	}
	number, code, ok := bytes.Cut(text, []byte{' '})
	if !ok {
		return ErrSyntax
	}
	var c Currency
	if err := c.UnmarshalText(code); err != nil {
		return err
	}
	if c == 0 {
		return ErrNoCurrency
	}
	minor, err := parseScaled(number, c.Digits())
	if err != nil {
		return err
	}
	*m = Money{minor, c}
	return nil
}
