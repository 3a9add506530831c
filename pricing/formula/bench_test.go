package formula_test

import (
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

func BenchmarkApply(b *testing.B) {
	charmed := with(off(b, "25%"), func(f *formula.Formula) {
		f.Charm, f.Ending = ends(b, formula.Nearest, "1.00 USD", "0.99 USD"), formula.KeepEnding
		f.MinMargin = formula.Clamp{Kind: formula.AmountOverBase, Amount: money(b, "-3.75 USD")}
	})
	discount := off(b, "5%")
	base, in := price(b, "19.99 EUR/EA"), formula.Input{ToCurrency: tandem.USD, Rate: ratio(b, "10843/10000"), Rounding: tandem.HalfAwayFromZero}
	for name, f := range map[string]*formula.Formula{"discount": &discount, "charm": &charmed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = f.Apply(base, in)
			}
		})
	}
}

func BenchmarkAmount(b *testing.B) {
	x := formula.Tiers{Model: formula.Graduated, Currency: tandem.EUR, Unit: tandem.Each}
	for i := range int64(100) {
		one := formula.Tier{Price: eurMicro(10_000_000 - i*50_000), UpTo: tandem.QuantityFromMicro((i+1)*10_000_000, tandem.Each)}
		if i == 99 {
			one.UpTo = tandem.Quantity{}
		}
		x.Tiers = append(x.Tiers, one)
	}
	c, q := compiled(b, x), quantity(b, "777.5 EA")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Amount(q, tandem.HalfAwayFromZero)
	}
}
