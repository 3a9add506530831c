package int128

import (
	"math/big"
	"testing"
)

// The arguments come from slices, so that nothing is computed at compile time.
func operands() (small, large []int64) {
	return []int64{1234567, 98765, 1999900, 3, 250000, 1000001, 42, 777},
		[]int64{912345678901234567, 812345678901234561, 712345678901234563, 612345678901234565,
			512345678901234567, 412345678901234569, 312345678901234561, 212345678901234563}
}

func BenchmarkMulAdd(b *testing.B) {
	x, y := operands()
	var sum Int
	for i := 0; b.Loop(); i++ {
		sum, _ = sum.Add(Mul64(x[i&7], y[(i+3)&7]))
	}
	_ = sum
}

func BenchmarkQuoRound64(b *testing.B) {
	x, y := operands()
	b.Run("narrow", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, _ = QuoRound64(Mul64(x[i&7], x[(i+3)&7]), 1e6, HalfAway)
		}
	})
	b.Run("wide", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, _ = QuoRound64(Mul64(x[i&7], y[(i+3)&7]), 1e12, HalfAway)
		}
	})
	b.Run("big", func(b *testing.B) {
		d := big.NewInt(1e12)
		for i := 0; b.Loop(); i++ {
			p := new(big.Int).Mul(big.NewInt(x[i&7]), big.NewInt(y[(i+3)&7]))
			p.QuoRem(p, d, new(big.Int))
		}
	})
}

func BenchmarkQuoRoundInt(b *testing.B) {
	x, y := operands()
	d := Mul64(1e12, 1e12)
	for i := 0; b.Loop(); i++ {
		n, _ := MulInt64(Mul64(y[i&7], y[(i+3)&7]), x[i&7]&15)
		_, _ = QuoRoundInt(n, d, HalfAway)
	}
}

func BenchmarkText(b *testing.B) {
	_, y := operands()
	buf := make([]byte, 0, 64)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			buf = AppendDecimal(buf[:0], Mul64(y[i&7], y[(i+3)&7]), 12, 2)
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ParseDecimal(buf, 12)
		}
	})
}
