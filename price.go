package tandem

import (
	"bytes"
	"math"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem/internal/int128"
)

// Price is an amount, exact to 1/1,000,000 of the currency unit, per 1, 10, 100
// … 1,000,000 of a unit: 1.234567 per thousand stays exact. == compares
// representations, [Price.Cmp] values. The zero Price has no currency: it is "no
// price", not a price of nought. Its text form is `2.55 GBP/EA` or
// `1.234567 GBP/1000 EA`.
type Price struct {
	micro    int64
	unit     Unit
	currency Currency
	exponent uint8 // per 10^exponent units
}

// NewPrice gives an amount per basis (a power of ten up to 1,000,000) of a
// unit, or [ErrInexact] beyond six digits behind the point.
func NewPrice(amount decimal.Decimal, c Currency, basis int64, u Unit) (Price, error) {
	return NewPriceRounded(amount, c, basis, u, "")
}

// NewPriceRounded is [NewPrice], rounded to six digits behind the point.
func NewPriceRounded(amount decimal.Decimal, c Currency, basis int64, u Unit, r Rounding) (Price, error) {
	micro, err := scaledFromDecimal(amount, 6, r)
	if err != nil {
		return Price{}, err
	}
	return PriceFromMicro(micro, c, basis, u)
}

// PriceFromMicro gives a price of that many millionths of the currency unit per
// basis of a unit.
func PriceFromMicro(micro int64, c Currency, basis int64, u Unit) (Price, error) {
	exponent, err := basisExponent(basis)
	switch {
	case err != nil:
		return Price{}, err
	case !c.Valid():
		return Price{}, ErrNoCurrency
	case !u.Valid():
		return Price{}, ErrNoUnit
	case micro == math.MinInt64:
		return Price{}, ErrOverflow
	}
	return Price{micro, u, c, exponent}, nil
}

// ParsePrice reads the text form.
func ParsePrice(s string) (p Price, err error) {
	if err = ErrSyntax; s != "" {
		err = p.UnmarshalText([]byte(s))
	}
	return p, unreadable("price", s, "an amount, its currency and its unit, 6.50 GBP/EA or 1.25 GBP/1000 EA", err)
}

func basisExponent(basis int64) (uint8, error) {
	for e := uint8(0); e <= 6; e++ {
		if pow10[e] == basis {
			return e, nil
		}
	}
	return 0, ErrBasisAmount
}

// Micro gives the millionths of the currency unit per basis.
func (p Price) Micro() int64 { return p.micro }

// Currency gives the currency, zero for the zero Price.
func (p Price) Currency() Currency { return p.currency }

// Unit gives the unit that is priced.
func (p Price) Unit() Unit { return p.unit }

// Basis gives the number of units that the amount is for.
func (p Price) Basis() int64 { return pow10[p.exponent] }

// Decimal gives the amount per basis.
func (p Price) Decimal() decimal.Decimal { return decimal.New(p.micro, -6) }

// IsZero reports whether the amount is nought. See [Price.IsNone]. A field of
// JSON must not be `omitzero`, which asks this method: a price of nought would
// come back as no price.
func (p Price) IsZero() bool { return p.micro == 0 }

// IsNone reports whether p is "no price".
func (p Price) IsNone() bool { return p.currency == 0 }

// Sign gives -1, 0 or +1.
func (p Price) Sign() int { return signInt64(p.micro) }

// Neg gives −p.
func (p Price) Neg() Price { p.micro = -p.micro; return p }

func (p Price) same(o Price) error {
	switch {
	case p.currency == 0 || o.currency == 0:
		return ErrNoCurrency
	case p.currency != o.currency:
		return ErrCurrency
	case p.unit != o.unit:
		return ErrUnit
	}
	return nil
}

// Cmp compares values (2.55 per 1 equals 255 per 100): -1, 0 or +1, or an error
// if currencies or units differ.
func (p Price) Cmp(o Price) (int, error) {
	if err := p.same(o); err != nil {
		return 0, err
	}
	return int128.Mul64(p.micro, pow10[o.exponent]).Cmp(int128.Mul64(o.micro, pow10[p.exponent])), nil
}

// Add gives p + o per the larger basis of the two.
func (p Price) Add(o Price) (Price, error) {
	if err := p.same(o); err != nil {
		return Price{}, err
	}
	exponent := max(p.exponent, o.exponent)
	a, err := mulExact(p.micro, pow10[exponent-p.exponent])
	if err != nil {
		return Price{}, err
	}
	b, err := mulExact(o.micro, pow10[exponent-o.exponent])
	if err != nil {
		return Price{}, err
	}
	sum, ok := addInt64(a, b)
	if !ok {
		return Price{}, ErrOverflow
	}
	return Price{sum, p.unit, p.currency, exponent}, nil
}

// Sub gives p − o per the larger basis of the two.
func (p Price) Sub(o Price) (Price, error) { return p.Add(o.Neg()) }

// MulRate gives p × rate, rounded to a millionth per the same basis.
func (p Price) MulRate(rate Rate, r Rounding) (Price, error) {
	if p.currency == 0 {
		return Price{}, ErrNoCurrency
	}
	micro, err := mulDiv(p.micro, rate.nano, rateOne, r)
	if err != nil {
		return Price{}, err
	}
	p.micro = micro
	return p, nil
}

// RoundDigits rounds the amount per basis to that many digits behind the point, 0 to 6.
func (p Price) RoundDigits(digits int, r Rounding) (Price, error) {
	switch {
	case p.currency == 0:
		return Price{}, ErrNoCurrency
	case digits < 0 || digits > 6:
		return Price{}, ErrOutOfRange
	}
	step := pow10[6-digits]
	n, err := mulDiv(p.micro, 1, step, r)
	if err != nil {
		return Price{}, err
	}
	if p.micro, err = mulExact(n, step); err != nil {
		return Price{}, err
	}
	return p, nil
}

// Convert gives the price of another unit of which one of p's has factor:
// from dozen to each the factor is 12, and the price is divided by it.
func (p Price) Convert(to Unit, factor Ratio, r Rounding) (Price, error) {
	switch {
	case p.currency == 0:
		return Price{}, ErrNoCurrency
	case !to.Valid():
		return Price{}, ErrNoUnit
	case factor.num == 0 || factor.den == 0:
		return Price{}, ErrDivideZero
	case factor.num < 0:
		return Price{}, ErrOutOfRange
	}
	micro, err := mulDiv(p.micro, factor.den, factor.num, r)
	if err != nil {
		return Price{}, err
	}
	p.micro, p.unit = micro, to
	return p, nil
}

// ConvertCurrency gives the price in another currency at an exchange rate stated
// as units of the other currency per one unit of p's, rounded to a millionth per
// the same basis. A rate of nought or less is [ErrOutOfRange].
func (p Price) ConvertCurrency(to Currency, rate Ratio, r Rounding) (Price, error) {
	switch {
	case p.currency == 0 || !to.Valid():
		return Price{}, ErrNoCurrency
	case rate.den == 0:
		return Price{}, ErrDivideZero
	case rate.num <= 0:
		return Price{}, ErrOutOfRange
	}
	micro, err := mulDiv(p.micro, rate.num, rate.den, r)
	if err != nil {
		return Price{}, err
	}
	p.micro, p.currency = micro, to
	return p, nil
}

// Per gives the price per another basis (1, 10, 100 … 1,000,000), rounded to a
// millionth of the currency unit: 2.55 per 1 is 255 per 100.
func (p Price) Per(basis int64, r Rounding) (Price, error) {
	exponent, err := basisExponent(basis)
	switch {
	case err != nil:
		return Price{}, err
	case p.currency == 0:
		return Price{}, ErrNoCurrency
	}
	micro, err := mulDiv(p.micro, basis, pow10[p.exponent], r)
	if err != nil {
		return Price{}, err
	}
	p.micro, p.exponent = micro, exponent
	return p, nil
}

// Times is the one bridge from prices to money: p × q, rounded to the minor
// unit of the currency. The units must be the same.
func (p Price) Times(q Quantity, r Rounding) (Money, error) {
	switch {
	case p.currency == 0:
		return Money{}, ErrNoCurrency
	case q.unit == 0:
		return Money{}, ErrNoUnit
	case p.unit != q.unit:
		return Money{}, ErrUnit
	}
	minor, err := mulDiv(p.micro, q.micro, pow10[12-p.currency.Digits()+int(p.exponent)], r)
	if err != nil {
		return Money{}, err
	}
	return Money{minor, p.currency}, nil
}

// String gives the text form, "" for the zero Price.
func (p Price) String() string {
	out, _ := p.AppendText(nil)
	return string(out)
}

// AppendText appends the text form; nothing for the zero Price.
func (p Price) AppendText(dst []byte) ([]byte, error) {
	if p.currency == 0 {
		return dst, nil
	}
	dst = appendScaled(dst, p.micro, 6, p.currency.Digits())
	dst = append(dst, ' ')
	dst = append(dst, p.currency.String()...)
	dst = append(dst, '/')
	if p.exponent > 0 {
		dst = appendScaled(dst, pow10[p.exponent], 0, 0)
		dst = append(dst, ' ')
	}
	return p.unit.AppendText(dst)
}

// MarshalText gives the text form.
func (p Price) MarshalText() ([]byte, error) { return p.AppendText(nil) }

// UnmarshalText reads the text form; an empty text is the zero Price.
func (p *Price) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Price{}
		return nil
	}
	amount, unit, ok := bytes.Cut(text, []byte{'/'})
	number, code, ok2 := bytes.Cut(amount, []byte{' '})
	if !ok || !ok2 {
		return ErrSyntax
	}
	basis := int64(1)
	if per, u, found := bytes.Cut(unit, []byte{' '}); found {
		var err error
		if basis, err = parseWhole(per); err != nil {
			return err
		}
		if basis == 1 {
			return ErrSyntax // one spelling only
		}
		unit = u
	}
	var c Currency
	if err := c.UnmarshalText(code); err != nil {
		return err
	}
	u, err := parseUnit(string(unit))
	if err != nil {
		return err
	}
	micro, err := parseScaled(number, 6)
	if err != nil {
		return err
	}
	parsed, err := PriceFromMicro(micro, c, basis, u)
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
