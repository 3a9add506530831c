package tandem

import (
	"math"

	"github.com/shopspring/decimal"
)

const rateOne = 1_000_000_000

// Rate is a dimensionless number, exact to 1e-9: a tax rate of 20 % is 0.2, a
// discount of 5 % is 0.05. The zero Rate is nought. Its text form is `0.2`.
type Rate struct{ nano int64 }

// RateFromNano gives that many thousand-millionths.
func RateFromNano(nano int64) Rate { return Rate{nano} }

// Percent gives n percent; n must be within ±9,000,000,000.
func Percent(n int64) Rate { return Rate{n * (rateOne / 100)} }

// BasisPoints gives n hundredths of a percent: 1,750 is 17.5 %.
func BasisPoints(n int64) Rate { return Rate{n * (rateOne / 10_000)} }

// NewRate gives the rate, or [ErrInexact] beyond nine digits behind the point.
func NewRate(d decimal.Decimal) (Rate, error) { return NewRateRounded(d, "") }

// NewRateRounded gives the rate rounded to nine digits behind the point.
func NewRateRounded(d decimal.Decimal, r Rounding) (Rate, error) {
	nano, err := scaledFromDecimal(d, 9, r)
	return Rate{nano}, err
}

// ParseRate reads `0.2`.
func ParseRate(s string) (Rate, error) {
	nano, err := parseScaled([]byte(s), 9)
	return Rate{nano}, err
}

// Nano gives the number of thousand-millionths.
func (r Rate) Nano() int64 { return r.nano }

// Decimal gives the rate as a decimal.
func (r Rate) Decimal() decimal.Decimal { return decimal.New(r.nano, -9) }

// IsZero reports whether the rate is nought.
func (r Rate) IsZero() bool { return r.nano == 0 }

// Sign gives -1, 0 or +1.
func (r Rate) Sign() int { return signInt64(r.nano) }

// Neg gives −r.
func (r Rate) Neg() Rate { return Rate{-r.nano} }

// Cmp gives -1, 0 or +1.
func (r Rate) Cmp(o Rate) int { return compareInt64(r.nano, o.nano) }

// Add gives r + o or [ErrOverflow].
func (r Rate) Add(o Rate) (Rate, error) {
	sum, ok := addInt64(r.nano, o.nano)
	if !ok {
		return Rate{}, ErrOverflow
	}
	return Rate{sum}, nil
}

// Sub gives r − o or [ErrOverflow].
func (r Rate) Sub(o Rate) (Rate, error) {
	diff, ok := subInt64(r.nano, o.nano)
	if !ok {
		return Rate{}, ErrOverflow
	}
	return Rate{diff}, nil
}

// Mul gives r × o rounded to 1e-9: discounts that compound.
func (r Rate) Mul(o Rate, mode Rounding) (Rate, error) {
	nano, err := mulDiv(r.nano, o.nano, rateOne, mode)
	return Rate{nano}, err
}

// Complement gives 1 − r: what is left after a discount.
func (r Rate) Complement() (Rate, error) { return Rate{rateOne}.Sub(r) }

// Ratio gives the rate as an exact fraction.
func (r Rate) Ratio() Ratio {
	ratio, _ := NewRatio(r.nano, rateOne)
	return ratio
}

// String gives the text form.
func (r Rate) String() string { return string(appendScaled(nil, r.nano, 9, 0)) }

// PercentString gives the rate for people, `17.5%`.
func (r Rate) PercentString() string { return string(append(appendScaled(nil, r.nano, 7, 0), '%')) }

// AppendText appends the text form.
func (r Rate) AppendText(dst []byte) ([]byte, error) { return appendScaled(dst, r.nano, 9, 0), nil }

// MarshalText gives the text form.
func (r Rate) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// UnmarshalText reads the text form.
func (r *Rate) UnmarshalText(text []byte) error {
	nano, err := parseScaled(text, 9)
	if err != nil {
		return err
	}
	*r = Rate{nano}
	return nil
}

// Ratio is an exact fraction of two int64 in lowest terms with a positive
// denominator: unit conversions (1/12) and exchange rates. The zero Ratio is
// "none" and is refused by arithmetic. Its text form is `1/12`, or `12` where
// the denominator is one.
type Ratio struct{ num, den int64 }

// NewRatio gives num/den in lowest terms. A den of nought is [ErrDivideZero].
func NewRatio(num, den int64) (Ratio, error) {
	if den == 0 {
		return Ratio{}, ErrDivideZero
	}
	if num == math.MinInt64 || den == math.MinInt64 {
		return Ratio{}, ErrOverflow
	}
	if den < 0 {
		num, den = -num, -den
	}
	g := gcd(num, den)
	return Ratio{num / g, den / g}, nil
}

// IntRatio gives n/1.
func IntRatio(n int64) Ratio { return Ratio{n, 1} }

func gcd(a, b int64) int64 {
	if a < 0 {
		a = -a
	}
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Num gives the numerator.
func (r Ratio) Num() int64 { return r.num }

// Den gives the denominator, positive; nought for the zero Ratio.
func (r Ratio) Den() int64 { return r.den }

// IsZero reports whether r is "none".
func (r Ratio) IsZero() bool { return r.den == 0 }

// Sign gives -1, 0 or +1.
func (r Ratio) Sign() int { return signInt64(r.num) }

// Inverse gives 1/r.
func (r Ratio) Inverse() (Ratio, error) { return NewRatio(r.den, r.num) }

// Mul gives r × o exactly, or [ErrOverflow] if the product does not fit; see [Ratio.MulRounded].
func (r Ratio) Mul(o Ratio) (Ratio, error) {
	if r.den == 0 || o.den == 0 {
		return Ratio{}, ErrDivideZero
	}
	g1, g2 := gcd(r.num, o.den), gcd(o.num, r.den)
	num, err := mulExact(r.num/g1, o.num/g2)
	if err != nil {
		return Ratio{}, err
	}
	den, err := mulExact(r.den/g2, o.den/g1)
	if err != nil {
		return Ratio{}, err
	}
	return Ratio{num, den}, nil
}

// MulRounded gives r × o, rounded to that many digits behind the point (0 to
// 18) where the exact product does not fit.
func (r Ratio) MulRounded(o Ratio, digits int, mode Rounding) (Ratio, error) {
	exact, err := r.Mul(o)
	if err == nil || r.den == 0 || o.den == 0 {
		return exact, err
	}
	if digits < 0 || digits > MaxDecimalScale {
		return Ratio{}, ErrOutOfRange
	}
	if !mode.Valid() {
		return Ratio{}, ErrRounding
	}
	product := decimal.NewFromInt(r.num).Mul(decimal.NewFromInt(o.num))
	divisor := decimal.NewFromInt(r.den).Mul(decimal.NewFromInt(o.den))
	quotient, rest := product.QuoRem(divisor, int32(digits))
	if !rest.IsZero() { // one sticky digit behind is enough for every mode: keep the rest's sign and its size against a half
		quotient = quotient.Add(stickyDigit(rest, divisor, digits))
	}
	num, err := scaledFromDecimal(quotient, digits, mode)
	if err != nil {
		return Ratio{}, err
	}
	return NewRatio(num, pow10[digits])
}

// stickyDigit gives a fraction of 10^-digits that rounds as rest ÷ divisor does.
func stickyDigit(rest, divisor decimal.Decimal, digits int) decimal.Decimal {
	half := rest.Abs().Mul(decimal.New(2, int32(digits))).Cmp(divisor)
	return decimal.New(int64(rest.Sign()*(5+half)), -int32(digits)-1)
}

// Cmp gives -1, 0 or +1; the zero Ratio compares as nought.
func (r Ratio) Cmp(o Ratio) int {
	a, b := r, o
	if a.den == 0 {
		a.den = 1
	}
	if b.den == 0 {
		b.den = 1
	}
	return mul64Cmp(a.num, b.den, b.num, a.den)
}

// String gives the text form, "" for none.
func (r Ratio) String() string {
	out, _ := r.AppendText(nil)
	return string(out)
}

// AppendText appends the text form; nothing for none.
func (r Ratio) AppendText(dst []byte) ([]byte, error) {
	if r.den == 0 {
		return dst, nil
	}
	dst = appendScaled(dst, r.num, 0, 0)
	if r.den != 1 {
		dst = appendScaled(append(dst, '/'), r.den, 0, 0)
	}
	return dst, nil
}

// MarshalText gives the text form.
func (r Ratio) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// UnmarshalText reads the text form, reduced or not; an empty text is none.
func (r *Ratio) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Ratio{}
		return nil
	}
	den := int64(1)
	num, rest, err := cutNumber(text)
	if err != nil {
		return err
	}
	if rest != nil {
		if den, err = parseScaled(rest, 0); err != nil {
			return err
		}
	}
	parsed, err := NewRatio(num, den)
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

func cutNumber(text []byte) (num int64, rest []byte, err error) {
	for i, c := range text {
		if c == '/' {
			num, err = parseScaled(text[:i], 0)
			return num, text[i+1:], err
		}
	}
	num, err = parseScaled(text, 0)
	return num, nil, err
}
