package formula

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// fraction is num/den millionths of the currency unit, exactly; den > 0. It is
// reduced only where it would not fit 128 bits otherwise.
type fraction struct{ num, den int128.Int }

func whole(micro int64) fraction { return fraction{int128.FromInt64(micro), int128.FromInt64(1)} }

// times gives f × n/d, for n >= 0 and d > 0.
func (f fraction) times(n, d int64) (fraction, error) {
	num, ok := int128.MulInt64(f.num, n)
	den, ok2 := int128.MulInt64(f.den, d)
	if ok && ok2 {
		return fraction{num, den}, nil
	}
	f = f.reduced()
	both, d := cancel(int128.FromInt64(n), d)
	n, _ = both.Int64()
	f.num, d = cancel(f.num, d)
	f.den, n = cancel(f.den, n)
	if num, ok = int128.MulInt64(f.num, n); !ok {
		return fraction{}, tandem.ErrOverflow
	}
	if den, ok = int128.MulInt64(f.den, d); !ok {
		return fraction{}, tandem.ErrOverflow
	}
	return fraction{num, den}, nil
}

// plus gives f + a × b millionths.
func (f fraction) plus(a, b int64) (fraction, error) {
	if a == 0 {
		return f, nil
	}
	for _, f := range [2]fraction{f, f.reduced()} {
		v, ok := int128.MulInt64(f.den, a)
		v, ok2 := int128.MulInt64(v, b)
		sum, ok3 := f.num.Add(v)
		if ok && ok2 && ok3 {
			return fraction{sum, f.den}, nil
		}
	}
	return fraction{}, tandem.ErrOverflow
}

// cancel divides both by their greatest common divisor.
func cancel(a int128.Int, b int64) (int128.Int, int64) {
	_, rest, ok := int128.QuoRem64(a, b)
	if !ok {
		return a, b
	}
	x, y := b, rest
	for y != 0 {
		x, y = y, x%y
	}
	if x < 0 {
		x = -x
	}
	a, _, _ = int128.QuoRem64(a, x)
	return a, b / x
}

func (f fraction) reduced() fraction {
	x, y := f.den, f.num
	for !y.IsZero() {
		_, rest, _ := int128.QuoRem(x, y)
		x, y = y, rest
	}
	if x.Sign() < 0 {
		x = x.Neg()
	}
	f.num, _, _ = int128.QuoRem(f.num, x)
	f.den, _, _ = int128.QuoRem(f.den, x)
	return f
}

// floorRem gives the greatest whole number that is at most f, and what is left of
// the numerator, from 0 to below den.
func (f fraction) floorRem() (floor, rest int128.Int) {
	floor, rest, _ = int128.QuoRem(f.num, f.den)
	if rest.Sign() < 0 {
		floor, _ = floor.Sub(int128.FromInt64(1))
		rest, _ = rest.Add(f.den)
	}
	return floor, rest
}

// cmp compares exactly, by continued fractions: a cross product would not fit.
func (f fraction) cmp(o fraction) int {
	for sign := 1; ; sign = -sign {
		a, left := f.floorRem()
		b, right := o.floorRem()
		switch c := a.Cmp(b); {
		case c != 0:
			return sign * c
		case left.IsZero() || right.IsZero():
			return sign * left.Cmp(right)
		}
		f, o = fraction{f.den, left}, fraction{o.den, right} // the greater remainder has the smaller inverse
	}
}

// point is what rounding needs to know of a price: its whole millionths and how
// what is left compares with a half.
type point struct {
	floor int64
	half  int // the part below a millionth against a half: -1, 0, +1
	exact bool
}

func (f fraction) point() (point, error) {
	floor, rest := f.floorRem()
	v, ok := floor.Int64()
	if !ok || v >= math.MaxInt64-1 || v <= math.MinInt64+1 {
		return point{}, tandem.ErrOverflow
	}
	other, _ := f.den.Sub(rest)
	return point{v, rest.Cmp(other), rest.IsZero()}, nil
}

func (p point) ceiling() int64 {
	if p.exact {
		return p.floor
	}
	return p.floor + 1
}

// rounded gives a price that is not negative as a multiple of step.
func (p point) rounded(step int64, mode int128.Mode) (int64, error) {
	rest := p.floor % step
	n := p.floor / step
	// what is left against half a step: (rest + part) against (step − rest − part)
	half := compare(rest, step-rest) // a step is 1 or even
	switch {
	case step == 1:
		half = p.half
	case half == 0 && !p.exact:
		half = 1
	}
	if (rest != 0 || !p.exact) && int128.RoundsAway(mode, false, half, n&1 == 1) {
		n++
	}
	if n > math.MaxInt64/step {
		return 0, tandem.ErrOverflow
	}
	return n * step, nil
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
