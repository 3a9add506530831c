package int128

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func toBig(n Int) *big.Int {
	b := new(big.Int).SetInt64(int64(n.hi))
	return b.Lsh(b, 64).Or(b, new(big.Int).SetUint64(n.lo))
}

// fromBig is the expectation of an operation: the value, and whether it fits.
func fromBig(b *big.Int) (Int, bool) {
	if b.Cmp(toBig(Min())) < 0 || b.Cmp(toBig(Max())) > 0 {
		return Int{}, false
	}
	low := new(big.Int).And(b, new(big.Int).SetUint64(math.MaxUint64))
	return Int{uint64(new(big.Int).Rsh(b, 64).Int64()), low.Uint64()}, true
}

// word prefers the edges, where carries and overflows happen.
func word() *rapid.Generator[uint64] {
	return rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 12), rapid.SampledFrom([]uint64{
		math.MaxUint64, math.MaxUint64 - 1, 1 << 63, 1<<63 - 1, 1<<63 + 1, 1 << 32, 1e18, 5e17, 1e19}))
}

func anyInt64() *rapid.Generator[int64] {
	return rapid.Map(word(), func(u uint64) int64 { return int64(u) })
}

func anyInt() *rapid.Generator[Int] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) Int { return Int{word().Draw(t, "hi"), word().Draw(t, "lo")} }),
		rapid.Map(anyInt64(), FromInt64),
		rapid.Custom(func(t *rapid.T) Int { return Mul64(anyInt64().Draw(t, "a"), anyInt64().Draw(t, "b")) }))
}

func modes() []Mode { return []Mode{HalfAway, HalfEven, Up, Down, Ceiling, Floor} }

// bigRound rounds by the definition, not by the method of the package: it takes
// the floor and decides whether the next number up is the right one.
func bigRound(n, d *big.Int, mode Mode) *big.Int {
	if d.Sign() < 0 {
		n, d = new(big.Int).Neg(n), new(big.Int).Neg(d)
	}
	floor, rem := new(big.Int).DivMod(n, d, new(big.Int))
	if rem.Sign() == 0 {
		return floor
	}
	ceiling := new(big.Int).Add(floor, big.NewInt(1))
	half := new(big.Int).Lsh(rem, 1).Cmp(d)
	up := false
	switch mode {
	case HalfAway:
		up = half > 0 || half == 0 && n.Sign() > 0
	case HalfEven:
		up = half > 0 || half == 0 && floor.Bit(0) == 1
	case Up:
		up = n.Sign() > 0
	case Down:
		up = n.Sign() < 0
	case Ceiling:
		up = true
	}
	if up {
		return ceiling
	}
	return floor
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func same(t fataler, what string, got Int, ok bool, want *big.Int) {
	t.Helper()
	expected, fits := fromBig(want)
	if ok != fits || got != expected {
		t.Fatalf("%s = %v, %v; want %v, fits %v", what, got, ok, want, fits)
	}
}

// checkPair compares every operation on a and b, and on their low words, with math/big.
func checkPair(t fataler, a, b Int) {
	t.Helper()
	x, y := toBig(a), toBig(b)
	got, ok := a.Add(b)
	same(t, "Add", got, ok, new(big.Int).Add(x, y))
	got, ok = a.Sub(b)
	same(t, "Sub", got, ok, new(big.Int).Sub(x, y))
	if got, want := a.Cmp(b), x.Cmp(y); got != want || a.Less(b) != (want < 0) {
		t.Fatalf("Cmp(%v, %v) = %d, want %d", a, b, got, want)
	}
	if a.Sign() != x.Sign() || a.IsZero() != (x.Sign() == 0) {
		t.Fatalf("Sign(%v) = %d", a, a.Sign())
	}
	if a != Min() {
		same(t, "Neg", a.Neg(), true, new(big.Int).Neg(x))
	}
	v, fits := a.Int64()
	if fits != x.IsInt64() || fits && v != x.Int64() {
		t.Fatalf("Int64(%v) = %d, %v", a, v, fits)
	}
	f, g := int64(b.lo), int64(a.lo)
	same(t, "Mul64", Mul64(g, f), true, new(big.Int).Mul(big.NewInt(g), big.NewInt(f)))
	got, ok = MulInt64(a, f)
	same(t, "MulInt64", got, ok, new(big.Int).Mul(x, big.NewInt(f)))
	checkQuotients(t, a, b)
	checkQuotients64(t, a, f)
}

func checkQuotients(t fataler, a, b Int) {
	t.Helper()
	q, r, ok := QuoRem(a, b)
	if b.IsZero() {
		if _, rounded := QuoRoundInt(a, b, Down); ok || rounded {
			t.Fatalf("QuoRem(%v, 0) is ok", a)
		}
		return
	}
	x, y := toBig(a), toBig(b)
	bq, br := new(big.Int).QuoRem(x, y, new(big.Int))
	same(t, "QuoRem", q, ok, bq)
	if ok {
		same(t, "rem", r, true, br)
	}
	for _, mode := range modes() {
		got, ok := QuoRoundInt(a, b, mode)
		same(t, "QuoRoundInt", got, ok, bigRound(x, y, mode))
	}
}

func checkQuotients64(t fataler, a Int, d int64) {
	t.Helper()
	q, r, ok := QuoRem64(a, d)
	if d == 0 {
		_, rounded := QuoRound(a, d, Down)
		_, rounded64 := QuoRound64(a, d, Down)
		if ok || rounded || rounded64 {
			t.Fatalf("division of %v by 0 is ok", a)
		}
		return
	}
	x, y := toBig(a), big.NewInt(d)
	bq, br := new(big.Int).QuoRem(x, y, new(big.Int))
	same(t, "QuoRem64", q, ok, bq)
	if ok && r != br.Int64() {
		t.Fatalf("QuoRem64(%v, %d) rem %d, want %v", a, d, r, br)
	}
	for _, mode := range modes() {
		want := bigRound(x, y, mode)
		got, ok := QuoRound(a, d, mode)
		same(t, "QuoRound", got, ok, want)
		short, ok := QuoRound64(a, d, mode)
		if ok != want.IsInt64() || ok && short != want.Int64() {
			t.Fatalf("QuoRound64(%v, %d, %d) = %d, %v; want %v", a, d, mode, short, ok, want)
		}
	}
}

func TestArithmeticIsThatOfMathBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkPair(t, anyInt().Draw(t, "a"), anyInt().Draw(t, "b")) })
}

func TestEdgesAgainstMathBig(t *testing.T) {
	words := []uint64{0, 1, 2, 3, 1<<63 - 1, 1 << 63, 1<<63 + 1, math.MaxUint64 - 1, math.MaxUint64}
	for _, ahi := range words {
		for _, alo := range words {
			for _, bhi := range words {
				for _, blo := range words {
					checkPair(t, Int{ahi, alo}, Int{bhi, blo})
				}
			}
		}
	}
}

func TestTies(t *testing.T) {
	for _, test := range []struct {
		n, d int64
		want [6]int64 // in the order of modes()
	}{
		{5, 2, [6]int64{3, 2, 3, 2, 3, 2}},
		{-5, 2, [6]int64{-3, -2, -3, -2, -2, -3}},
		{5, -2, [6]int64{-3, -2, -3, -2, -2, -3}},
		{7, 2, [6]int64{4, 4, 4, 3, 4, 3}},
		{1, 3, [6]int64{0, 0, 1, 0, 1, 0}},
		{-1, 3, [6]int64{0, 0, -1, 0, 0, -1}},
		{2, 3, [6]int64{1, 1, 1, 0, 1, 0}},
		{6, 3, [6]int64{2, 2, 2, 2, 2, 2}},
	} {
		for i, mode := range modes() {
			if got, ok := QuoRound64(FromInt64(test.n), test.d, mode); !ok || got != test.want[i] {
				t.Errorf("%d/%d in mode %d = %d, %v; want %d", test.n, test.d, mode, got, ok, test.want[i])
			}
		}
	}
}

func TestUnknownModeIsRefused(t *testing.T) {
	n := FromInt64(5)
	_, a := QuoRound64(n, 2, Floor+1)
	_, b := QuoRound(n, 2, Floor+1)
	_, c := QuoRoundInt(n, n, 255)
	if a || b || c || RoundsAway(200, true, 1, true) {
		t.Error("an unknown rounding mode was accepted")
	}
}

func TestMulDivMod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, d := word().Draw(t, "a"), max(1, word().Draw(t, "d"))
		b := rapid.Uint64Range(0, d).Draw(t, "b")
		q, r := MulDivMod(a, b, d)
		product := new(big.Int).Mul(new(big.Int).SetUint64(a), new(big.Int).SetUint64(b))
		wantQ, wantR := product.DivMod(product, new(big.Int).SetUint64(d), new(big.Int))
		if q != wantQ.Uint64() || r != wantR.Uint64() {
			t.Fatalf("%d×%d÷%d = %d rest %d, want %v rest %v", a, b, d, q, r, wantQ, wantR)
		}
	})
}

func TestNothingAllocates(t *testing.T) {
	n, buf := Mul64(math.MaxInt64, -math.MaxInt64), make([]byte, 0, 64)
	if allocs := testing.AllocsPerRun(100, func() {
		s, _ := n.Sub(FromInt64(7))
		q, _ := QuoRound(s, 1e6, HalfEven)
		q, _, _ = QuoRem(q, s)
		p, _ := MulInt64(q, 12)
		buf = AppendDecimal(buf[:0], p, 12, 2)
		_, _ = ParseDecimal(buf, 12)
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzArithmetic(f *testing.F) {
	f.Add(uint64(0), uint64(1), uint64(math.MaxUint64), uint64(1))
	f.Add(uint64(1<<63), uint64(0), uint64(1<<63), uint64(1))
	f.Fuzz(func(t *testing.T, ahi, alo, bhi, blo uint64) { checkPair(t, Int{ahi, alo}, Int{bhi, blo}) })
}
