package promotion_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

func draw[T any](t *rapid.T, name string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, name)
}

func drawMinor(t *rapid.T, name string, from, to int) tandem.Money {
	return tandem.MoneyFromMinor(int64(rapid.IntRange(from, to).Draw(t, name)), tandem.GBP)
}

func drawCap(t *rapid.T) (m tandem.Money) {
	if rapid.IntRange(0, 3).Draw(t, "capped") == 0 {
		m = drawMinor(t, "cap", 1, 1500)
	}
	return m
}

func drawScope(t *rapid.T) (s promotion.Scope) {
	for _, name := range draw(t, "scope", []string{}, []string{"a"}, []string{"b"}, []string{"a", "b"}, []string{"b", "c"}) {
		s.Products = append(s.Products, product(name))
	}
	return s
}

func drawBenefit(t *rapid.T) (b promotion.Benefit) {
	small := func(name string) int64 { return int64(rapid.IntRange(1, 3).Draw(t, name)) }
	repeats := func() int64 { return draw[int64](t, "repeats", 0, 0, 1, 2) }
	rate := func() tandem.Rate { return tandem.Percent(draw[int64](t, "rate", 5, 10, 33, 50, 100)) }
	target := func() (promotion.Target, int64) {
		target := draw(t, "target", promotion.Targets()...)
		if target == promotion.CheapestUnits || target == promotion.DearestUnits {
			return target, small("units")
		}
		return target, 0
	}
	switch draw(t, "kind", promotion.Kinds()...) {
	case promotion.KindPercent:
		b.Percent = &promotion.PercentOff{Rate: rate(), Cap: drawCap(t)}
		b.Percent.Target, b.Percent.Units = target()
	case promotion.KindAmount:
		b.Amount = &promotion.AmountOff{Amount: drawMinor(t, "amount", 1, 900), Cap: drawCap(t)}
		b.Amount.Target, b.Amount.Units = target()
	case promotion.KindFixedPrice:
		price, err := tandem.PriceFromMicro(int64(rapid.IntRange(0, 8_000_000).Draw(t, "price")), tandem.GBP, 1, tandem.Each)
		require.NoError(t, err)
		b.FixedPrice = &promotion.FixedPrice{Price: price, Cap: drawCap(t)}
	case promotion.KindBuyGet:
		b.BuyGet = &promotion.BuyGet{Buy: small("buy"), Get: small("get"), Rate: rate(), MaxRepeats: repeats(), Cap: drawCap(t),
			Grouping: draw(t, "grouping", promotion.Groupings()...), Selector: draw(t, "selector", promotion.Selectors()...), Partial: rapid.Bool().Draw(t, "partial")}
		if b.BuyGet.Grouping == promotion.Global && rapid.Bool().Draw(t, "separate") {
			scope := drawScope(t)
			b.BuyGet.GetScope = &scope
		}
	case promotion.KindBundle:
		b.Bundle = &promotion.Bundle{Price: drawMinor(t, "price", 0, 2000), MaxRepeats: repeats()}
		for range small("components") {
			b.Bundle.Components = append(b.Bundle.Components, promotion.Component{Scope: drawScope(t), Quantity: small("quantity")})
		}
	case promotion.KindMixAndMatch:
		b.MixAndMatch = &promotion.MixAndMatch{Quantity: small("quantity"), Price: drawMinor(t, "price", 0, 2000), MaxRepeats: repeats()}
	case promotion.KindShipping:
		b.Shipping = &promotion.ShippingOff{Cap: drawCap(t)}
		if rapid.Bool().Draw(t, "by rate") {
			b.Shipping.Rate = rate()
		} else {
			b.Shipping.Amount = drawMinor(t, "amount", 1, 900)
		}
	case promotion.KindFreeGoods:
		two, _ := tandem.QuantityOf(2, tandem.Each)
		b.FreeGoods = &promotion.FreeGoods{Product: product("gift"), Quantity: two, Per: int64(rapid.IntRange(0, 3).Draw(t, "per")), MaxRepeats: repeats()}
		if rapid.Bool().Draw(t, "worth") {
			b.FreeGoods.Worth = drawMinor(t, "worth", 1, 500)
		}
	}
	return b
}

func drawPromotion(t *rapid.T, id string, c promotion.Config) promotion.Promotion {
	lane := draw(t, "lane", c.Lanes...)
	p := promotion.Promotion{ID: id, Lane: lane.Name, Priority: rapid.IntRange(0, 2).Draw(t, "priority"), Scope: drawScope(t), Benefit: drawBenefit(t),
		Group: draw(t, "group", "", "", "", "g", "h"), Class: draw(t, "class", "", "", "", "x", "y")}
	if rapid.IntRange(0, 5).Draw(t, "tagged") == 0 {
		p.Tags, p.CombinesWith = []string{draw(t, "tag", "u", "v")}, []string{draw(t, "with", "u", "v")}
	}
	if lane.Policy == promotion.Sequential {
		p.Stop = draw(t, "stop", append(promotion.Stops(), "", "", "")...)
	}
	if rapid.IntRange(0, 4).Draw(t, "threshold") == 0 {
		p.Threshold = &promotion.Threshold{Spend: drawMinor(t, "spend", 1, 4000), Counted: promotion.CountPriced,
			Order: rapid.Bool().Draw(t, "order"), Reduced: rapid.Bool().Draw(t, "reduced"), Blocked: rapid.Bool().Draw(t, "blocked")}
	}
	return p
}

func drawConfig(t *rapid.T) promotion.Config {
	c := one(draw(t, "policy", promotion.Policies()...))
	if rapid.Bool().Draw(t, "two lanes") {
		c.Lanes = append(c.Lanes, promotion.Lane{Name: "later", Policy: draw(t, "policy", promotion.Policies()...)})
	}
	if rapid.Bool().Draw(t, "matrix") {
		c.Forbidden = []promotion.ClassPair{draw(t, "pair", promotion.ClassPair{A: "x", B: "y"}, promotion.ClassPair{A: "x", B: "x"})}
	}
	c.Fraction = draw(t, "fraction", promotion.Fractions()...)
	return c
}

func drawBasket(t *rapid.T) promotion.Basket {
	var lines []promotion.Line
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		l := line(i+1, draw(t, "product", "a", "a", "b", "c"), 1, "0.00")
		l.Quantity, l.Amount = tandem.QuantityFromMicro(draw[int64](t, "quantity", 1, 1, 2, 3, 4, 7)*1_000_000, tandem.Each), drawMinor(t, "amount", 0, 3000)
		if rapid.IntRange(0, 5).Draw(t, "half") == 0 {
			l.Quantity = tandem.QuantityFromMicro(l.Quantity.Micro()+500_000, tandem.Each)
		}
		l.Blocked = rapid.IntRange(0, 8).Draw(t, "blocked") == 0
		lines = append(lines, l)
	}
	b := basket(lines...)
	if rapid.Bool().Draw(t, "shipped") {
		b.Shipping = drawMinor(t, "shipping", 0, 900)
	}
	return b
}

func drawSet(t *rapid.T, c promotion.Config, most int) (out []promotion.Promotion) {
	for i := range rapid.IntRange(1, most).Draw(t, "promotions") {
		out = append(out, drawPromotion(t, fmt.Sprintf("p%d", i), c))
	}
	return out
}

func TestTheSetIsTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := drawConfig(t), drawBasket(t)
		b.Trace = rapid.Bool().Draw(t, "trace")
		c.Exact = draw(t, "exact", 0, 0, 0, 1, 2, 3, -1)
		promotions := drawSet(t, c, 6)
		if rapid.IntRange(0, 9).Draw(t, "more lines") == 0 { // beyond a word of lines
			for range 70 {
				filler := line(len(b.Lines)+1, "z", 1, "1.00")
				filler.Blocked = true
				b.Lines = slices.Insert(b.Lines, 0, filler)
			}
			for i := range b.Lines {
				b.Lines[i].Line = i + 1
			}
		}
		all := promotions
		if rapid.IntRange(0, 3).Draw(t, "more promotions") == 0 { // beyond a word of promotions and scopes
			for i := range 90 {
				p := promo(fmt.Sprintf("over%02d", i), buyGet(1, 1, promotion.Global))
				p.Benefit.BuyGet.GetScope, p.Priority = &promotion.Scope{}, 1
				p.Valid.Until = today
				if p.Group = "g"; i%2 == 0 {
					p.ID = "p" + p.ID
				}
				all = append(all[:len(all):len(all)], p)
			}
		}
		got, want := apply(t, c, b, all...), refApply(c, b, promotions)
		for i, l := range got.Lines {
			require.Equal(t, want.lines[i].amount, l.After.Minor(), "line %d", l.Line)
		}
		require.Equal(t, want.lines[len(got.Lines)].amount, got.Shipping.After.Minor())
		totals, gifts := map[string]int64{}, map[string]int64{}
		for _, a := range got.Applied {
			totals[a.Promotion] = a.Saving.Minor()
		}
		for _, g := range got.Gifts {
			gifts[g.Promotion] = g.Quantity.Micro() / 2_000_000
		}
		for _, p := range promotions {
			require.Equal(t, want.totals[p.ID], totals[p.ID], p.ID)
			require.Equal(t, want.gifts[p.ID], gifts[p.ID], p.ID)
		}
	})
}

// checkSums: the parts are the change, nothing is below nought, totals are the sum of the parts.
func checkSums(t *rapid.T, b promotion.Basket, r *promotion.Result) {
	totals := map[string]int64{}
	sum := int64(0)
	for i, l := range append(slices.Clone(r.Lines), r.Shipping) {
		delta := int64(0)
		for _, p := range l.Parts {
			require.LessOrEqual(t, p.Delta.Minor(), int64(0))
			delta += p.Delta.Minor()
			totals[p.Promotion] -= p.Delta.Minor()
		}
		require.Equal(t, delta, l.Delta.Minor())
		require.Equal(t, l.Before.Minor()+delta, l.After.Minor())
		require.GreaterOrEqual(t, l.After.Minor(), int64(0))
		if i < len(b.Lines) {
			require.Equal(t, b.Lines[i].Amount, l.Before)
			require.True(t, !b.Lines[i].Blocked || delta == 0)
		}
		sum -= delta
	}
	require.Equal(t, sum, r.Saving.Minor())
	for _, a := range r.Applied {
		require.Equal(t, totals[a.Promotion], a.Saving.Minor(), a.Promotion)
	}
}

func TestApplyingIsIdempotentAndPermutable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := drawConfig(t), drawBasket(t)
		c.Exact = draw(t, "exact", 0, 0, -1)
		promotions := drawSet(t, c, 8)
		set, err := promotion.Compile(promotions, c)
		require.NoError(t, err)
		var first, again promotion.Result
		require.NoError(t, set.Apply(&b, &first))
		checkSums(t, b, &first)

		other := drawBasket(t)
		require.NoError(t, set.Apply(&other, &again))
		checkSums(t, other, &again)
		shuffled := b
		shuffled.Lines = rapid.Permutation(b.Lines).Draw(t, "order")
		set, err = promotion.Compile(rapid.Permutation(promotions).Draw(t, "promotions"), c)
		require.NoError(t, err)
		require.NoError(t, set.Apply(&shuffled, &again))
		checkSums(t, shuffled, &again)
		require.Equal(t, first.Saving, again.Saving)
		require.True(t, slices.Equal(first.Applied, again.Applied))
		require.True(t, slices.Equal(first.Gifts, again.Gifts))
		require.Equal(t, first.Shipping.After, again.Shipping.After)
		for _, l := range again.Lines {
			before := first.Lines[l.Line-1]
			require.Equal(t, before.After, l.After)
			require.True(t, slices.Equal(before.Parts, l.Parts))
		}
	})
}

// A promotion that is added to a lane of BestOf never makes the order dearer.
func TestMoreToChooseFromIsNeverDearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := one(promotion.BestOf), drawBasket(t)
		promotions := drawSet(t, c, 7)
		for i := range promotions {
			if g := promotions[i].Benefit.FreeGoods; g != nil {
				g.Worth = tandem.Money{} // a gift may be chosen instead of a saving
			}
		}
		less, more := apply(t, c, b, promotions[1:]...), apply(t, c, b, promotions...)
		require.GreaterOrEqual(t, more.Saving.Minor(), less.Saving.Minor())
	})
}
