package int128

import "strconv"

// MaxPow10 is the greatest power of ten that fits.
const MaxPow10 = 38

// maxDigits is how many digits [Max] has.
const maxDigits = 39

const (
	e19      = 10_000_000_000_000_000_000 // the greatest power of ten in a word
	e19Count = 19
)

// pow10 has the powers of ten that fit int64.
var pow10 = [19]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Pow10 gives 10ⁿ; ok is false unless 0 <= n <= [MaxPow10].
func Pow10(n int) (p Int, ok bool) {
	switch {
	case n < 0 || n > MaxPow10:
		return Int{}, false
	case n < len(pow10):
		return FromInt64(pow10[n]), true
	case n <= 36:
		return Mul64(pow10[18], pow10[n-18]), true
	}
	return MulInt64(Mul64(pow10[18], pow10[18]), pow10[n-36])
}

// String writes n in decimal.
func (n Int) String() string { return string(Append(nil, n)) }

// Append appends n in decimal.
func Append(dst []byte, n Int) []byte { return AppendDecimal(dst, n, 0, 0) }

// AppendDecimal appends n × 10^−scale with a point and at least minDigits, at
// most scale digits behind it: trailing zeros beyond minDigits are left out, and
// so is the point when no digit follows.
func AppendDecimal(dst []byte, n Int, scale, minDigits int) []byte {
	hi, lo, negative := n.abs()
	if negative {
		dst = append(dst, '-')
	}
	var buf [maxDigits]byte
	digits := appendMagnitude(buf[:0], hi, lo)
	if scale <= 0 {
		return append(dst, digits...)
	}
	whole := len(digits) - scale // negative: zeros between the point and the first digit
	if whole <= 0 {
		dst = append(dst, '0')
	} else {
		dst = append(dst, digits[:whole]...)
		digits = digits[whole:]
	}
	places := scale
	minDigits = max(minDigits, 0)
	for len(digits) > 0 && places > minDigits && digits[len(digits)-1] == '0' {
		digits, places = digits[:len(digits)-1], places-1
	}
	if len(digits) == 0 {
		places = min(places, minDigits)
	}
	if places == 0 {
		return dst
	}
	dst = append(dst, '.')
	for i := len(digits); i < places; i++ {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// appendMagnitude writes two words in one or two blocks, three with the top digit.
func appendMagnitude(dst []byte, hi, lo uint64) []byte {
	if hi == 0 {
		return strconv.AppendUint(dst, lo, 10)
	}
	hi, lo, low := div128by64(hi, lo, e19)
	if hi == 0 {
		dst = strconv.AppendUint(dst, lo, 10)
	} else {
		_, top, middle := div128by64(hi, lo, e19)
		dst = strconv.AppendUint(dst, top, 10)
		dst = appendBlock(dst, middle)
	}
	return appendBlock(dst, low)
}

// appendBlock writes v < 10^19 with its leading zeros.
func appendBlock(dst []byte, v uint64) []byte {
	var block [e19Count]byte
	for i := e19Count - 1; i >= 0; i-- {
		block[i] = '0' + byte(v%10)
		v /= 10
	}
	return append(dst, block[:]...)
}

// Parse reads a whole number: an optional minus and digits without a leading
// zero, nothing else. It accepts exactly what [Int.String] writes, and "-0".
func Parse[T string | []byte](text T) (n Int, ok bool) {
	for i := range len(text) {
		if text[i] == '.' {
			return Int{}, false
		}
	}
	return ParseDecimal(text, 0)
}

// ParseDecimal reads a decimal as a whole number of 10^−scale: an optional minus,
// digits without a leading zero, optionally a point and more digits. There is no
// exponent and no plus; digits beyond the scale must be zeros, since nothing is
// rounded here. ok is false for anything else, and on overflow.
func ParseDecimal[T string | []byte](text T, scale int) (n Int, ok bool) {
	start := 0
	if len(text) > 0 && text[0] == '-' {
		start = 1
	}
	negative, point, places := start == 1, -1, 0
	for i := start; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '.' && point < 0 && i > start:
			point = i
			continue
		case c < '0' || c > '9' || i == start+1 && point < 0 && text[start] == '0':
			return Int{}, false
		case point >= 0 && places >= scale:
			if c != '0' {
				return Int{}, false
			}
			continue
		case point >= 0:
			places++
		}
		if n, ok = shift(n, int64(c-'0'), negative); !ok {
			return Int{}, false
		}
	}
	if len(text) == start || point == len(text)-1 {
		return Int{}, false
	}
	for ; places < scale; places++ {
		if n.IsZero() {
			break // so that a large scale costs nothing
		}
		if n, ok = shift(n, 0, negative); !ok {
			return Int{}, false
		}
	}
	return n, true
}

// shift appends a digit to a number that is built on its own side of zero, so
// that [Min] can be read.
func shift(n Int, digit int64, negative bool) (Int, bool) {
	if negative {
		digit = -digit
	}
	n, ok := MulInt64(n, 10)
	if !ok {
		return Int{}, false
	}
	return n.Add(FromInt64(digit))
}
