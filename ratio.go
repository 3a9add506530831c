package tandem

import (
	"errors"
	"math"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem/internal/int128"
)

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

// IntRatio gives n/1. The one int64 without a mirror image gives none.
func IntRatio(n int64) Ratio {
	ratio, _ := NewRatio(n, 1)
	return ratio
}

// RatioFromDecimal gives a decimal, such as an exchange rate, as an exact
// fraction: [ErrInexact] beyond 18 digits behind the point, [ErrOverflow] if it
// does not fit.
func RatioFromDecimal(d decimal.Decimal) (Ratio, error) {
	err := ErrInexact
	for _, scale := range [...]int{0, 3, 6, 9, 12, 15, MaxDecimalScale} {
		var num int64
		if num, err = scaledFromDecimal(d, scale, ""); err == nil {
			return NewRatio(num, pow10[scale])
		}
		if !errors.Is(err, ErrInexact) {
			break
		}
	}
	return Ratio{}, err
}

// ParseRatio reads the text form, `1/12` or `12`.
func ParseRatio(s string) (r Ratio, err error) {
	if err = ErrSyntax; s != "" {
		err = r.UnmarshalText([]byte(s))
	}
	return r, unreadable("ratio", s, "whole numbers, 12 or 1/12", err)
}

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
// 18) where the exact product does not fit; [ErrOverflow] where the rounded one
// does not fit either.
func (r Ratio) MulRounded(o Ratio, digits int, mode Rounding) (Ratio, error) {
	exact, err := r.Mul(o)
	if err == nil || r.den == 0 || o.den == 0 {
		return exact, err
	}
	num, err := roundFraction(int128.Mul64(r.num, o.num), int128.Mul64(r.den, o.den), digits, mode)
	if err != nil {
		return Ratio{}, err
	}
	return NewRatio(num, pow10[digits])
}

// roundFraction gives n/d (0 < d < 2¹²⁶) as a whole number of 10^-digits, by long
// division: digit by digit exactly, and rounded at the end by what is left.
func roundFraction(n, d int128.Int, digits int, r Rounding) (int64, error) {
	mode, err := r.mode()
	if err != nil {
		return 0, err
	}
	if digits < 0 || digits > MaxDecimalScale {
		return 0, ErrOutOfRange
	}
	negative := n.Sign() < 0
	if negative {
		n = n.Neg()
	}
	whole, rest, ok := int128.QuoRem(n, d)
	quotient, fits := whole.Int64()
	if !ok || !fits {
		return 0, ErrOverflow
	}
	for range digits {
		var digit int64
		digit, rest = nextDigit(rest, d)
		if quotient > (math.MaxInt64-digit)/10 {
			return 0, ErrOverflow
		}
		quotient = quotient*10 + digit
	}
	twice, _ := rest.Add(rest)
	if !rest.IsZero() && int128.RoundsAway(mode, negative, twice.Cmp(d), quotient&1 == 1) {
		if quotient++; quotient < 0 {
			return 0, ErrOverflow
		}
	}
	if negative {
		quotient = -quotient
	}
	return quotient, nil
}

// nextDigit gives 10·rest ÷ d and what is left, by ((2·2 + 1)·2)·rest, so that no
// step passes 2d < 2¹²⁷.
func nextDigit(rest, d int128.Int) (digit int64, left int128.Int) {
	left = rest
	add := func(o int128.Int) {
		left, _ = left.Add(o)
		if !left.Less(d) {
			left, _ = left.Sub(d)
			digit++
		}
	}
	double := func() { digit *= 2; add(left) }
	double()
	double()
	add(rest)
	double()
	return digit, left
}

// Decimal gives the fraction rounded to that many digits behind the point, 0 to 18.
func (r Ratio) Decimal(digits int, mode Rounding) (decimal.Decimal, error) {
	if r.den == 0 {
		return decimal.Decimal{}, ErrDivideZero
	}
	scaled, err := roundFraction(int128.FromInt64(r.num), int128.FromInt64(r.den), digits, mode)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return decimal.New(scaled, -int32(digits)), nil
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
		if den, err = parseWhole(rest); err != nil {
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
			num, err = parseWhole(text[:i])
			return num, text[i+1:], err
		}
	}
	num, err = parseWhole(text)
	return num, nil, err
}
