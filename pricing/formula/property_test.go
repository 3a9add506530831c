package formula_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

func eurMicro(micro int64) tandem.Price {
	p, _ := tandem.PriceFromMicro(micro, tandem.EUR, 1, tandem.Each)
	return p
}

func eur(cents int64) tandem.Money { return tandem.MoneyFromMinor(cents, tandem.EUR) }

// anyCharm gives charms of up to three bands below 30.00, so that all endings can be listed.
func anyCharm() *rapid.Generator[*formula.Charm] {
	return rapid.Custom(func(t *rapid.T) *formula.Charm {
		h := &formula.Charm{Direction: rapid.SampledFrom(formula.Directions()).Draw(t, "direction")}
		from := int64(0)
		for i := range rapid.IntRange(1, 3).Draw(t, "bands") {
			b := formula.Band{Increment: eur(rapid.SampledFrom([]int64{5, 10, 100, 250, 1000}).Draw(t, "increment"))}
			if i > 0 {
				from += rapid.Int64Range(1, 1000).Draw(t, "width")
				b.From = eur(from)
			}
			endings := rapid.SliceOfNDistinct(rapid.Int64Range(0, b.Increment.Minor()-1), 0, 3, rapid.ID).Draw(t, "endings")
			slices.Sort(endings)
			for _, e := range endings {
				b.Endings = append(b.Endings, eur(e))
			}
			h.Bands = append(h.Bands, b)
		}
		if h.Validate() != nil {
			t.Skip("an empty band")
		}
		return h
	})
}

// listed gives all endings of a charm up to limit cents, by the definition.
func listed(h *formula.Charm, limit int64) (out []int64) {
	for cents := int64(1); cents <= limit; cents++ {
		band := 0
		for i := range h.Bands {
			if cents >= h.Bands[i].From.Minor() {
				band = i
			}
		}
		b := &h.Bands[band]
		rest := cents % b.Increment.Minor()
		if len(b.Endings) == 0 && rest == 0 || slices.Contains(b.Endings, eur(rest)) {
			out = append(out, cents)
		}
	}
	return out
}

// slowCharm looks at every ending.
func slowCharm(h *formula.Charm, price *big.Rat) *big.Rat {
	if price.Sign() == 0 {
		return price
	}
	var below, above *big.Rat
	for _, cents := range listed(h, 8000) {
		e := big.NewRat(cents*10_000, 1)
		if e.Cmp(price) <= 0 {
			below = e
		}
		if e.Cmp(price) >= 0 && above == nil {
			above = e
		}
	}
	switch {
	case below == nil || h.Direction == formula.Up:
		return above
	case h.Direction == formula.Down:
		return below
	}
	twice := new(big.Rat).Add(price, price)
	if twice.Cmp(new(big.Rat).Add(below, above)) >= 0 {
		return above
	}
	return below
}

func TestCharmIsThatOfAllEndings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyCharm().Draw(t, "charm")
		micro := rapid.OneOf(rapid.Int64Range(0, 40_000_000), rapid.Map(rapid.Int64Range(0, 4000), func(c int64) int64 { return c * 10_000 })).Draw(t, "price")
		got, err := h.Apply(eurMicro(micro), tandem.Price{})
		require.NoError(t, err)
		require.Equal(t, slowCharm(h, big.NewRat(micro, 1)).Num().Int64(), got.Micro())

		again, err := h.Apply(got, tandem.Price{})
		require.NoError(t, err)
		require.Equal(t, got, again, "a charm does not change what it has made")

		dearer, err := h.Apply(eurMicro(micro+rapid.Int64Range(0, 20_000_000).Draw(t, "more")), tandem.Price{})
		require.NoError(t, err)
		require.GreaterOrEqual(t, dearer.Micro(), got.Micro(), "a dearer price stays dearer")

		require.GreaterOrEqual(t, got.Sign(), 0)
		require.Equal(t, micro == 0, got.IsZero(), "above nought stays above nought")
		h.NotBelowCost = true
		cost := eurMicro(rapid.Int64Range(0, 50_000_000).Draw(t, "cost"))
		held, err := h.Apply(eurMicro(micro), cost)
		require.NoError(t, err)
		require.GreaterOrEqual(t, held.Micro(), cost.Micro(), "not below cost")
		require.GreaterOrEqual(t, held.Micro(), got.Micro())
	})
}

// order is a formula with its input, of two digits behind the point.
type order struct {
	f    formula.Formula
	in   formula.Input
	base tandem.Price
}

func anyOrder() *rapid.Generator[order] {
	return rapid.Custom(func(t *rapid.T) order {
		o := order{f: formula.Formula{Of: formula.OfList, Digits: 2}, base: eurMicro(rapid.Int64Range(0, 20_000_000).Draw(t, "base"))}
		o.f.Of = rapid.SampledFrom(formula.Bases()).Draw(t, "of")
		o.f.Operator = rapid.SampledFrom(formula.Operators()).Draw(t, "operator")
		o.f.Rate = tandem.BasisPoints(rapid.Int64Range(0, 5000).Draw(t, "rate"))
		o.in.Cost = eurMicro(rapid.Int64Range(0, 20_000_000).Draw(t, "cost"))
		o.in.Rounding = rapid.SampledFrom(tandem.Roundings()).Draw(t, "rounding")
		if rapid.Bool().Draw(t, "convert") {
			o.base, _ = tandem.PriceFromMicro(o.base.Micro(), tandem.USD, 1, tandem.Each)
			o.in.ToCurrency = tandem.EUR
			o.in.Rate, _ = tandem.NewRatio(rapid.Int64Range(1, 200_000).Draw(t, "num"), rapid.Int64Range(100_000, 200_000).Draw(t, "den"))
			if rapid.Bool().Draw(t, "cost too") || o.f.Of == formula.OfCost {
				o.in.Cost, _ = tandem.PriceFromMicro(o.in.Cost.Micro(), tandem.USD, 1, tandem.Each)
			}
		}
		if rapid.Bool().Draw(t, "charmed") {
			o.f.Charm = anyCharm().Draw(t, "charm")
			o.f.Charm.NotBelowCost = rapid.Bool().Draw(t, "not below cost")
			o.f.Ending = rapid.SampledFrom(formula.EndingPolicies()).Draw(t, "ending")
		}
		if rapid.Bool().Draw(t, "has fee") {
			o.f.Fee = eur(rapid.Int64Range(-500, 500).Draw(t, "fee"))
		}
		o.f.MinMargin, o.f.MaxMargin = anyClamp(-500).Draw(t, "least"), anyClamp(0).Draw(t, "greatest")
		if o.f.Validate() != nil {
			t.Skip("clamps cross")
		}
		return o
	})
}

func anyClamp(from int64) *rapid.Generator[formula.Clamp] {
	return rapid.Custom(func(t *rapid.T) formula.Clamp {
		v := rapid.Int64Range(from, from+800).Draw(t, "bound")
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return formula.Clamp{Kind: formula.AmountOverBase, Amount: eur(v)}
		case 1:
			return formula.Clamp{Kind: formula.RateOverCost, Rate: tandem.BasisPoints(v * 10)}
		}
		return formula.Clamp{}
	})
}

func rat(micro int64) *big.Rat       { return big.NewRat(micro, 1) }
func add(a, b *big.Rat) *big.Rat     { return new(big.Rat).Add(a, b) }
func mul(a, b *big.Rat) *big.Rat     { return new(big.Rat).Mul(a, b) }
func cents(m tandem.Money) *big.Rat  { return rat(m.Minor() * 10_000) }
func onePlus(r tandem.Rate) *big.Rat { return add(rat(1), big.NewRat(r.Nano(), 1_000_000_000)) }

func (o order) operated(price *big.Rat) *big.Rat {
	switch o.f.Operator {
	case formula.Discount:
		return mul(price, onePlus(o.f.Rate.Neg()))
	case formula.Markup:
		return mul(price, onePlus(o.f.Rate))
	}
	return mul(price, new(big.Rat).Inv(onePlus(o.f.Rate.Neg())))
}

// upTo gives the least ending that is at least v.
func upTo(h *formula.Charm, v *big.Rat) *big.Rat {
	for _, c := range listed(h, 8000) {
		if e := rat(c * 10_000); e.Cmp(v) >= 0 {
			return e
		}
	}
	panic("beyond the list")
}

// slow does by fractions of any size, and by looking at every ending, what a
// formula says. It gives the exact price before the final rounding, and the bounds.
func (o order) slow() (price, lower, upper *big.Rat) {
	base, cost := o.base, rat(o.in.Cost.Micro())
	if o.f.Of == formula.OfCost {
		base = o.in.Cost
	}
	price = rat(base.Micro())
	if o.in.ToCurrency != 0 && base.Currency() != o.in.ToCurrency {
		price = mul(price, big.NewRat(o.in.Rate.Num(), o.in.Rate.Den()))
	}
	if o.in.Cost.Currency() != tandem.EUR {
		cost = mul(cost, big.NewRat(o.in.Rate.Num(), o.in.Rate.Den()))
	}
	start := price
	price = o.operated(price)
	wasFree := price.Sign() == 0
	h := o.f.Charm
	lower = rat(0)
	if h != nil {
		price = slowCharm(h, price)
		if h.NotBelowCost {
			if lower = cost; price.Cmp(cost) < 0 {
				price = upTo(h, cost)
			}
		}
	}
	price = add(price, cents(o.f.Fee))
	bound := func(k formula.Clamp) *big.Rat {
		switch k.Kind {
		case formula.AmountOverBase:
			return add(start, cents(k.Amount))
		case formula.RateOverCost:
			return mul(cost, onePlus(k.Rate))
		}
		return nil
	}
	byNought := lower.Sign() == 0 && (h == nil || !h.NotBelowCost)
	if least := bound(o.f.MinMargin); least != nil && least.Cmp(lower) > 0 {
		lower, byNought = least, false
	}
	if upper = bound(o.f.MaxMargin); upper != nil && upper.Cmp(lower) < 0 {
		upper = lower
	}
	again := func(next *big.Rat) *big.Rat {
		if next = add(next, cents(o.f.Fee)); next.Cmp(lower) >= 0 && (upper == nil || next.Cmp(upper) <= 0) {
			return next
		}
		return price
	}
	keeps := h != nil && o.f.Ending == formula.KeepEnding
	switch {
	case price.Cmp(lower) < 0:
		if price = lower; keeps && !(byNought && wasFree) {
			price = again(upTo(h, add(lower, cents(o.f.Fee.Neg()))))
		}
	case upper != nil && price.Cmp(upper) > 0:
		if price = upper; keeps {
			limit := add(upper, cents(o.f.Fee.Neg()))
			for _, c := range slices.Backward(listed(h, 8000)) {
				if rat(c*10_000).Cmp(limit) <= 0 {
					price = again(rat(c * 10_000))
					break
				}
			}
		}
	}
	return price, lower, upper
}

// rounded gives the price in cents, by the definition of the modes for what is not negative.
func rounded(price *big.Rat, r tandem.Rounding) int64 {
	c := mul(price, big.NewRat(1, 10_000))
	floor := new(big.Int).Quo(c.Num(), c.Denom()).Int64()
	rest := add(c, rat(-floor))
	half := rest.Cmp(big.NewRat(1, 2))
	up := map[tandem.Rounding]bool{
		tandem.HalfAwayFromZero: half >= 0, tandem.HalfEven: half > 0 || half == 0 && floor%2 == 1,
		tandem.RoundUp: true, tandem.RoundCeiling: true}[r]
	if rest.Sign() > 0 && up {
		floor++
	}
	return floor
}

func TestFormulaIsThatOfExactFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := anyOrder().Draw(t, "order")
		price, lower, upper := o.slow()
		want := rounded(price, o.in.Rounding)
		if rat(want*10_000).Cmp(lower) < 0 {
			want = rounded(price, tandem.RoundCeiling)
		} else if upper != nil && rat(want*10_000).Cmp(upper) > 0 {
			if down := rounded(price, tandem.RoundFloor); rat(down*10_000).Cmp(lower) >= 0 {
				want = down
			}
		}
		got, err := o.f.Apply(o.base, o.in)
		require.NoError(t, err)
		require.Equal(t, want*10_000, got.Micro(), fmt.Sprintf("%+v %+v", o, o.f.Charm))
		require.Equal(t, tandem.EUR, got.Currency())

		var trace formula.Trace
		again, err := o.f.Explain(o.base, o.in, &trace)
		require.NoError(t, err)
		require.Equal(t, got, again)
		require.Equal(t, got, trace.Steps[len(trace.Steps)-1].Price)
		for i, s := range trace.Steps[1:] {
			if s.Kind != formula.StepCurrency {
				sum, err := trace.Steps[i].Price.Add(s.Delta)
				require.NoError(t, err)
				require.Equal(t, s.Price, sum)
			}
		}
	})
}

// anyTiers gives up to five tiers with prices and flat amounts.
func anyTiers(m formula.TierModel) *rapid.Generator[formula.Tiers] {
	return rapid.Custom(func(t *rapid.T) formula.Tiers {
		x := formula.Tiers{Model: m, Currency: tandem.EUR, Unit: tandem.Each, FlatAtZero: rapid.Bool().Draw(t, "flat at zero")}
		n, upTo := rapid.IntRange(1, 5).Draw(t, "tiers"), int64(0)
		for i := range n {
			basis := rapid.SampledFrom([]int64{1, 100, 1_000_000}).Draw(t, "basis")
			p, _ := tandem.PriceFromMicro(rapid.Int64Range(0, 100_000_000).Draw(t, "price"), tandem.EUR, basis, tandem.Each)
			one := formula.Tier{Price: p}
			if upTo += rapid.Int64Range(1, 20_000_000).Draw(t, "width"); i < n-1 {
				one.UpTo = tandem.QuantityFromMicro(upTo, tandem.Each)
			}
			if rapid.Bool().Draw(t, "has flat") {
				one.Flat = eur(rapid.Int64Range(0, 10_000).Draw(t, "flat"))
			}
			x.Tiers = append(x.Tiers, one)
		}
		return x
	})
}

// slowTiers walks over the slices with fractions of any size; in cents.
func slowTiers(x formula.Tiers, micro int64) *big.Rat {
	sum, above := rat(0), int64(0)
	if micro == 0 && !x.FlatAtZero {
		return sum
	}
	perCent := func(p tandem.Price, micro int64) *big.Rat {
		return mul(big.NewRat(p.Micro(), 10_000*p.Basis()), big.NewRat(micro, 1_000_000))
	}
	for i, one := range x.Tiers {
		last := i == len(x.Tiers)-1
		within := last || micro <= one.UpTo.Micro()
		switch {
		case x.Model == formula.Volume && within:
			return add(perCent(one.Price, micro), rat(one.Flat.Minor()))
		case x.Model == formula.Graduated && within:
			return add(sum, add(perCent(one.Price, micro-above), rat(one.Flat.Minor())))
		case x.Model == formula.Graduated:
			sum = add(sum, add(perCent(one.Price, one.UpTo.Micro()-above), rat(one.Flat.Minor())))
			above = one.UpTo.Micro()
		}
	}
	return sum
}

func TestTiersAreTheSlowSumOverSlices(t *testing.T) {
	for _, m := range []formula.TierModel{formula.Graduated, formula.Volume} {
		t.Run(string(m), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x := anyTiers(m).Draw(t, "tiers")
				c, err := formula.Compile(x)
				require.NoError(t, err)
				micro := rapid.OneOf(rapid.Int64Range(0, 120_000_000), rapid.Just(int64(0)),
					rapid.Map(rapid.SampledFrom(x.Tiers), func(one formula.Tier) int64 { return one.UpTo.Micro() })).Draw(t, "quantity")
				r := rapid.SampledFrom(tandem.Roundings()).Draw(t, "rounding")
				got, err := c.Amount(tandem.QuantityFromMicro(micro, tandem.Each), r)
				require.NoError(t, err)
				require.Equal(t, rounded(mul(slowTiers(x, micro), rat(10_000)), r), got.Minor())
			})
		})
	}
}

func TestGraduatedTotalDoesNotFall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTiers(formula.Graduated).Draw(t, "tiers")
		for i := range x.Tiers {
			x.Tiers[i].Flat = tandem.Money{}
		}
		c, err := formula.Compile(x)
		require.NoError(t, err)
		a := rapid.Int64Range(0, 120_000_000).Draw(t, "a")
		b := a + rapid.Int64Range(0, 1000).Draw(t, "more") // a thousandth of a unit, at up to 100.00: 10 cents
		low, err := c.Amount(tandem.QuantityFromMicro(a, tandem.Each), tandem.RoundFloor)
		require.NoError(t, err)
		high, err := c.Amount(tandem.QuantityFromMicro(b, tandem.Each), tandem.RoundFloor)
		require.NoError(t, err)
		require.GreaterOrEqual(t, high.Minor(), low.Minor(), "it does not fall")
		require.LessOrEqual(t, high.Minor(), low.Minor()+11, "and does not jump")
	})
}

func TestPackagesAreThoseOfTheLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, free := rapid.Int64Range(1, 5_000_000).Draw(t, "size"), rapid.Int64Range(0, 5_000_000).Draw(t, "free")
		used, p := rapid.Int64Range(0, size*50).Draw(t, "used"), rapid.Int64Range(0, 10_000).Draw(t, "price")
		c, err := formula.Compile(formula.Tiers{Model: formula.Package, Currency: tandem.EUR, Unit: tandem.Each, Block: &formula.Block{
			Size: tandem.QuantityFromMicro(size, tandem.Each), Free: tandem.QuantityFromMicro(free, tandem.Each), Price: eur(p)}})
		require.NoError(t, err)
		want := int64(0)
		for left := used - free; left > 0; left -= size {
			want += p
		}
		got, err := c.Amount(tandem.QuantityFromMicro(used, tandem.Each), tandem.HalfEven)
		require.NoError(t, err)
		require.Equal(t, want, got.Minor())
	})
}
