package tandem

import (
	"bytes"
	"math"

	"github.com/shopspring/decimal"
)

const rateOne = 1_000_000_000

// Rate is a dimensionless number, exact to 1e-9, up to about 9.2 thousand
// million: a tax rate of 20 % is 0.2, a discount of 5 % is 0.05. The zero Rate is
// nought. Its text form is `0.2`; `20%` is read, too. A Rate that was made out of range is kept as
// such: it is not [Rate.Valid], has no text form, and arithmetic with it is
// [ErrOverflow].
type Rate struct{ nano int64 } // math.MinInt64 marks one out of range

// RateFromNano gives that many thousand-millionths. The one int64 without a
// mirror image gives a Rate that is not valid.
func RateFromNano(nano int64) Rate { return Rate{nano} }

// Percent gives n percent; beyond ±922,337,203,685 the Rate is not valid.
func Percent(n int64) Rate { return rateOf(n, rateOne/100) }

// BasisPoints gives n hundredths of a percent: 1,750 is 17.5 %. Beyond
// ±92,233,720,368,547 the Rate is not valid.
func BasisPoints(n int64) Rate { return rateOf(n, rateOne/10_000) }

func rateOf(n, unit int64) Rate {
	nano, err := mulExact(n, unit)
	if err != nil {
		return Rate{math.MinInt64}
	}
	return Rate{nano}
}

// Valid reports whether the rate is in range.
func (r Rate) Valid() bool { return r.nano != math.MinInt64 }

// NewRate gives the rate, or [ErrInexact] beyond nine digits behind the point.
func NewRate(d decimal.Decimal) (Rate, error) { return NewRateRounded(d, "") }

// NewRateRounded gives the rate rounded to nine digits behind the point.
func NewRateRounded(d decimal.Decimal, r Rounding) (Rate, error) {
	nano, err := scaledFromDecimal(d, 9, r)
	return Rate{nano}, err
}

// errBareRate: a rate as people write a percentage, without its sign.
var errBareRate error = arithmeticError("tandem: beyond 1 a rate is written as a percentage")

// ParseRate reads `0.2` and `20%`, which are the same. Without the sign a number is
// the rate itself and lies between −1 and 1: whoever writes `20` means 20 %, and
// would get 2,000 %. The text form in JSON has no such bound ([Rate.UnmarshalText]).
func ParseRate(s string) (r Rate, err error) {
	if err = ErrSyntax; s != "" {
		err = r.UnmarshalText([]byte(s))
	}
	if err == nil && (r.nano > rateOne || r.nano < -rateOne) && s[len(s)-1] != '%' {
		r, err = Rate{}, errBareRate
	}
	return r, unreadable("rate", s, "0.2 or 20%", err)
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
	if !ok || !r.Valid() || !o.Valid() {
		return Rate{}, ErrOverflow
	}
	return Rate{sum}, nil
}

// Sub gives r − o or [ErrOverflow].
func (r Rate) Sub(o Rate) (Rate, error) {
	diff, ok := subInt64(r.nano, o.nano)
	if !ok || !r.Valid() || !o.Valid() {
		return Rate{}, ErrOverflow
	}
	return Rate{diff}, nil
}

// Mul gives r × o rounded to 1e-9: discounts that compound.
func (r Rate) Mul(o Rate, mode Rounding) (Rate, error) {
	if !r.Valid() {
		return Rate{}, ErrOverflow
	}
	nano, err := mulDiv(r.nano, o.nano, rateOne, mode)
	return Rate{nano}, err
}

// Complement gives 1 − r: what is left after a discount.
func (r Rate) Complement() (Rate, error) { return Rate{rateOne}.Sub(r) }

// Ratio gives the rate as an exact fraction; none if the rate is not valid.
func (r Rate) Ratio() Ratio {
	ratio, _ := NewRatio(r.nano, rateOne)
	return ratio
}

// String gives the text form, "" if the rate is not valid.
func (r Rate) String() string {
	out, _ := r.AppendText(nil)
	return string(out)
}

// PercentString gives the rate for people, `17.5%`; "" if the rate is not valid.
func (r Rate) PercentString() string {
	if !r.Valid() {
		return ""
	}
	return string(append(appendScaled(nil, r.nano, 7, 0), '%'))
}

// AppendText appends the text form; [ErrOverflow] if the rate is not valid.
func (r Rate) AppendText(dst []byte) ([]byte, error) {
	if !r.Valid() {
		return dst, ErrOverflow
	}
	return appendScaled(dst, r.nano, 9, 0), nil
}

// MarshalText gives the text form.
func (r Rate) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// UnmarshalText reads the text form, `0.2`, whatever its size, and a percentage, `20%`.
func (r *Rate) UnmarshalText(text []byte) error {
	scale := 9
	if number, percent := bytes.CutSuffix(text, []byte{'%'}); percent {
		text, scale = number, 7
	}
	nano, err := parseScaled(text, scale)
	if err != nil {
		return err
	}
	*r = Rate{nano}
	return nil
}
