package int128

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStringIsThatOfMathBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyInt().Draw(t, "n")
		if got, want := n.String(), toBig(n).String(); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
		if back, ok := Parse(n.String()); !ok || back != n {
			t.Fatalf("%v came back as %v, %v", n, back, ok)
		}
	})
}

func TestStringAtTheBlockBoundaries(t *testing.T) {
	for i := range MaxPow10 + 1 {
		p, ok := Pow10(i)
		if want := "1" + strings.Repeat("0", i); !ok || p.String() != want {
			t.Errorf("Pow10(%d) = %v", i, p)
		}
		less, _ := p.Sub(FromInt64(1))
		if want := strings.Repeat("9", i); i > 0 && less.String() != want {
			t.Errorf("Pow10(%d)-1 = %v", i, less)
		}
	}
	for _, n := range []int{-1, MaxPow10 + 1} {
		if _, ok := Pow10(n); ok {
			t.Errorf("Pow10(%d) is ok", n)
		}
	}
	for n, want := range map[Int]string{
		Min(): "-170141183460469231731687303715884105728",
		Max(): "170141183460469231731687303715884105727",
	} {
		if n.String() != want {
			t.Errorf("%v, want %s", n, want)
		}
	}
}

func TestAppendDecimal(t *testing.T) {
	for _, test := range []struct {
		n                int64
		scale, minDigits int
		want             string
	}{
		{0, 0, 0, "0"}, {0, 6, 0, "0"}, {0, 6, 2, "0.00"}, {5, 6, 2, "0.000005"},
		{1200000, 6, 2, "1.20"}, {1230000, 6, 2, "1.23"}, {1234567, 6, 2, "1.234567"},
		{-1000000, 6, 0, "-1"}, {-100, 6, 0, "-0.0001"}, {-100, 2, 2, "-1.00"},
		{7, 0, 5, "7"}, {7, 2, 9, "0.07"}, {10, -3, 0, "10"}, {100000, 6, 0, "0.1"}, {10, 1, -4, "1"},
	} {
		if got := string(AppendDecimal(nil, FromInt64(test.n), test.scale, test.minDigits)); got != test.want {
			t.Errorf("AppendDecimal(%d, %d, %d) = %s, want %s", test.n, test.scale, test.minDigits, got, test.want)
		}
	}
}

func TestDecimalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, scale := anyInt().Draw(t, "n"), rapid.IntRange(0, 50).Draw(t, "scale")
		text := AppendDecimal(nil, n, scale, rapid.IntRange(0, 60).Draw(t, "minDigits"))
		if back, ok := ParseDecimal(text, scale); !ok || back != n {
			t.Fatalf("%v → %s → %v, %v", n, text, back, ok)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "-", "+1", ".5", "5.", "-.5", "1.2.3", "01", "00", "-01", "1e3", " 1", "1 ", "0x1", "1_000", "--1", "1,5",
		"170141183460469231731687303715884105728", "-170141183460469231731687303715884105729", "0.1234567", "1.-5"} {
		if n, ok := ParseDecimal(text, 6); ok {
			t.Errorf("ParseDecimal(%q) = %v", text, n)
		}
		if n, ok := Parse(text); ok && text != "170141183460469231731687303715884105728" {
			t.Errorf("Parse(%q) = %v", text, n)
		}
	}
	if _, ok := Parse("1.0"); ok {
		t.Error("Parse accepted a point")
	}
	if n, ok := ParseDecimal("0", 1<<60); !ok || !n.IsZero() {
		t.Error("nought at a huge scale")
	}
	if n, ok := ParseDecimal("0.1234560", 6); !ok || n != FromInt64(123456) {
		t.Errorf("zeros beyond the scale: %v, %v", n, ok)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-0", "1.50", "-0.000001", "170141183460469231731687303715884105727", "9e9", "1.2345678"} {
		f.Add([]byte(seed), uint8(6))
	}
	syntax := regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	f.Fuzz(func(t *testing.T, text []byte, scale uint8) {
		n, ok := ParseDecimal(text, int(scale))
		want := new(big.Int)
		fits := false
		if syntax.Match(text) {
			r, _ := new(big.Rat).SetString(string(text))
			power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
			if r.Mul(r, new(big.Rat).SetInt(power)); r.IsInt() {
				_, fits = fromBig(want.Set(r.Num()))
			}
		}
		if ok != fits || ok && toBig(n).Cmp(want) != 0 {
			t.Fatalf("ParseDecimal(%q, %d) = %v, %v; want %v, %v", text, scale, n, ok, want, fits)
		}
	})
}
