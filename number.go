package tandem

import (
	"bytes"
	"math"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem/internal/int128"
)

// Powers of ten that fit int64.
var pow10 = [19]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// addInt64 adds; min int64 counts as overflow, so that every result has a mirror image.
func addInt64(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0) && s != math.MinInt64
}

func subInt64(a, b int64) (int64, bool) {
	d := a - b
	return d, (d < a) == (b > 0) && d != math.MinInt64
}

// mulDiv gives a·b ÷ d rounded, with a 128-bit intermediate. d must be positive.
// A b without a mirror image is the mark of a [Rate] out of range.
func mulDiv(a, b, d int64, r Rounding) (int64, error) {
	if b == math.MinInt64 {
		return 0, ErrOverflow
	}
	product := int128.Mul64(a, b)
	if n, ok := product.Int64(); ok && n != math.MinInt64 && r == HalfAwayFromZero {
		return quoHalfAway(n, d), nil // the usual case, in the processor's own words
	}
	mode, err := r.mode()
	if err != nil {
		return 0, err
	}
	return quoInt64(product, d, mode)
}

// quoHalfAway gives n ÷ d rounded half away from zero, for d > 0.
func quoHalfAway(n, d int64) int64 {
	q := n / d
	switch rem := n - q*d; {
	case rem > 0 && rem >= d-rem:
		q++
	case rem < 0 && -rem >= d+rem:
		q--
	}
	return q
}

func quoInt64(n int128.Int, d int64, mode int128.Mode) (int64, error) {
	q, ok := int128.QuoRound64(n, d, mode)
	if !ok || q == math.MinInt64 {
		return 0, ErrOverflow
	}
	return q, nil
}

// parseScaled reads a strict decimal (optional minus, digits, optional point and
// digits; no exponent, no leading zeros, at most [MaxNumberText] characters) as
// a whole number of 10^-scale. Digits beyond the scale must be zero.
func parseScaled(text []byte, scale int) (int64, error) {
	if len(text) == 0 || len(text) > MaxNumberText {
		return 0, ErrSyntax
	}
	i, negative := 0, false
	if text[0] == '-' {
		negative, i = true, 1
	}
	start, point, value := i, -1, uint64(0)
	for ; i < len(text); i++ {
		c := text[i]
		if c == '.' && point < 0 && i > start {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			return 0, ErrSyntax
		}
		if point >= 0 && i-point > scale {
			if c != '0' {
				return 0, ErrInexact
			}
			continue
		}
		if value > (math.MaxInt64-9)/10 && (value > math.MaxInt64/10 || uint64(c-'0') > math.MaxInt64-value*10) {
			return 0, ErrOverflow
		}
		value = value*10 + uint64(c-'0')
	}
	if i == start || point == i-1 || (text[start] == '0' && i > start+1 && point != start+1) {
		return 0, ErrSyntax
	}
	digits := 0
	if point >= 0 {
		digits = min(i-point-1, scale)
	}
	for ; digits < scale; digits++ {
		if value > math.MaxInt64/10 {
			return 0, ErrOverflow
		}
		value *= 10
	}
	if negative {
		return -int64(value), nil
	}
	return int64(value), nil
}

// parseWhole reads a whole number, without a point.
func parseWhole(text []byte) (int64, error) {
	if bytes.IndexByte(text, '.') >= 0 {
		return 0, ErrSyntax
	}
	return parseScaled(text, 0)
}

// appendScaled writes a whole number of 10^-scale with at least minDigits behind the point.
func appendScaled(dst []byte, value int64, scale, minDigits int) []byte {
	var buf [24]byte
	n, u := len(buf), uint64(value)
	if value < 0 {
		dst, u = append(dst, '-'), -u
	}
	written, significant := 0, false
	for u > 0 || written <= scale {
		digit := byte(u % 10)
		u /= 10
		if written == scale && n < len(buf) {
			n--
			buf[n] = '.'
		}
		if significant = significant || digit != 0 || written >= scale || scale-written <= minDigits; significant {
			n--
			buf[n] = '0' + digit
		}
		written++
	}
	return append(dst, buf[n:]...)
}

// maxDecimalBits is the size of the decimals that are converted, 154 digits: what
// a few products of a host's decimals may have, and cheap to divide.
const maxDecimalBits = 512

// scaledFromDecimal turns a decimal into a whole number of 10^-scale. With
// rounding "" anything inexact is an error. The decimal's size is judged before
// it is expanded, so that 1e1000000000 costs nothing.
func scaledFromDecimal(d decimal.Decimal, scale int, r Rounding) (int64, error) {
	mode := int128.Down
	if r != "" {
		var err error
		if mode, err = r.mode(); err != nil {
			return 0, err
		}
	}
	if d.IsZero() {
		return 0, nil
	}
	shift := int64(d.Exponent()) + int64(scale)
	if shift > 20 {
		return 0, ErrOverflow
	}
	coefficient := d.Coefficient()
	switch {
	case coefficient.BitLen() > maxDecimalBits:
		return 0, ErrOutOfRange
	case shift >= 0:
		coefficient.Mul(coefficient, new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), nil))
	default:
		if err := divideRounded(coefficient, -shift, r, mode); err != nil {
			return 0, err
		}
	}
	if !coefficient.IsInt64() || coefficient.Int64() == math.MinInt64 {
		return 0, ErrOverflow
	}
	return coefficient.Int64(), nil
}

// divideRounded divides n by 10^digits in place.
func divideRounded(n *big.Int, digits int64, r Rounding, mode int128.Mode) error {
	digits = min(digits, maxDecimalBits) // beyond, n is less than half a unit whatever its digits
	divisor := new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil)
	remainder := new(big.Int)
	n.QuoRem(n, divisor, remainder)
	if remainder.Sign() == 0 {
		return nil
	}
	if r == "" {
		return ErrInexact
	}
	half := new(big.Int).Abs(remainder)
	half.Lsh(half, 1)
	if int128.RoundsAway(mode, remainder.Sign() < 0, half.Cmp(divisor), n.Bit(0) == 1) {
		n.Add(n, big.NewInt(int64(remainder.Sign())))
	}
	return nil
}

func compareInt64(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func signInt64(a int64) int { return compareInt64(a, 0) }
