package promotion_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Every benefit by itself, by hand.
func TestBenefits(t *testing.T) {
	limited := func(b promotion.Benefit, limit string) promotion.Benefit {
		if b.Percent != nil {
			b.Percent.Cap = gbp(limit)
		} else {
			b.BuyGet.Cap = gbp(limit)
		}
		return b
	}
	units := func(b promotion.Benefit, n int64) promotion.Benefit {
		if b.Percent != nil {
			b.Percent.Units = n
		} else {
			b.Amount.Units = n
		}
		return b
	}
	with := func(b promotion.Benefit, change func(*promotion.BuyGet)) promotion.Benefit {
		change(b.BuyGet)
		return b
	}
	for name, c := range map[string]struct {
		lines   []promotion.Line
		benefit promotion.Benefit
		want    []string
	}{
		"10 % of each line is rounded on each line": {
			[]promotion.Line{line(1, "a", 1, "3.35"), line(2, "b", 1, "3.35")}, percent(10, promotion.EachLine), []string{"-0.34", "-0.34"}},
		"10 % across is rounded once": {
			[]promotion.Line{line(1, "a", 1, "3.35"), line(2, "b", 1, "3.35")}, percent(10, promotion.Across), []string{"-0.34", "-0.33"}},
		"10 % of each unit is rounded on each unit": {
			[]promotion.Line{line(1, "a", 3, "10.05")}, percent(10, promotion.EachUnit), []string{"-1.02"}}, // 3 × 0.335 → 3 × 0.34
		"5.00 a unit": {
			[]promotion.Line{line(1, "a", 3, "30.00"), line(2, "b", 1, "3.00")}, amount("5", promotion.EachUnit), []string{"-15.00", "-3.00"}},
		"5.00 a line": {
			[]promotion.Line{line(1, "a", 3, "30.00"), line(2, "b", 1, "3.00")}, amount("5", promotion.EachLine), []string{"-5.00", "-3.00"}},
		"5.00 across": {
			[]promotion.Line{line(1, "a", 3, "30.00"), line(2, "b", 1, "3.00")}, amount("5", promotion.Across), []string{"-4.55", "-0.45"}},
		"more across than there is": {
			[]promotion.Line{line(1, "a", 3, "30.00"), line(2, "b", 1, "3.00")}, amount("50", promotion.Across), []string{"-30.00", "-3.00"}},
		"a capped rate": {
			[]promotion.Line{line(1, "a", 1, "100.00"), line(2, "b", 1, "50.00")}, limited(percent(20, promotion.EachLine), "15"), []string{"-10.00", "-5.00"}},
		"half off the two cheapest units": {
			[]promotion.Line{line(1, "a", 1, "9.00"), line(2, "b", 5, "10.00"), line(3, "c", 1, "1.00")},
			units(percent(50, promotion.CheapestUnits), 2), []string{"0.00", "-1.00", "-0.50"}},
		"3.00 off the two dearest units": {
			[]promotion.Line{line(1, "a", 1, "9.00"), line(2, "b", 5, "10.00"), line(3, "c", 1, "1.00")},
			units(amount("3", promotion.DearestUnits), 2), []string{"-3.00", "-2.00", "0.00"}},
		"buy 2 get 1 repeats": {
			[]promotion.Line{line(1, "a", 7, "70.00")}, buyGet(2, 1, promotion.PerSet), []string{"-20.00"}},
		"buy 2 get 1 once": {
			[]promotion.Line{line(1, "a", 7, "70.00")},
			with(buyGet(2, 1, promotion.PerSet), func(b *promotion.BuyGet) { b.MaxRepeats = 1 }), []string{"-10.00"}},
		"per set: of 9 8 7 | 6 5 4 the 7 and the 4": {
			[]promotion.Line{line(1, "a", 1, "9.00"), line(2, "b", 1, "8.00"), line(3, "c", 1, "7.00"), line(4, "d", 1, "6.00"), line(5, "e", 1, "5.00"), line(6, "f", 1, "4.00")},
			buyGet(2, 1, promotion.PerSet), []string{"0.00", "0.00", "-7.00", "0.00", "0.00", "-4.00"}},
		"global: of the same the 5 and the 4": {
			[]promotion.Line{line(1, "a", 1, "9.00"), line(2, "b", 1, "8.00"), line(3, "c", 1, "7.00"), line(4, "d", 1, "6.00"), line(5, "e", 1, "5.00"), line(6, "f", 1, "4.00")},
			buyGet(2, 1, promotion.Global), []string{"0.00", "0.00", "0.00", "0.00", "-5.00", "-4.00"}},
		"an incomplete set gives nothing": {
			[]promotion.Line{line(1, "a", 3, "30.00")}, buyGet(2, 2, promotion.PerSet), []string{"0.00"}},
		"an incomplete set gives in part where it says so": {
			[]promotion.Line{line(1, "a", 3, "30.00")},
			with(buyGet(2, 2, promotion.PerSet), func(b *promotion.BuyGet) { b.Partial = true }), []string{"-10.00"}},
		"an incomplete global set gives in part where it says so": {
			[]promotion.Line{line(1, "a", 7, "70.00")},
			with(buyGet(2, 2, promotion.Global), func(b *promotion.BuyGet) { b.Partial = true }), []string{"-30.00"}},
		"separate pools: two of a, one of b free": {
			[]promotion.Line{line(1, "a", 5, "50.00"), line(2, "b", 3, "9.00")},
			with(buyGet(2, 1, promotion.Global), func(b *promotion.BuyGet) {
				b.GetScope = &promotion.Scope{Products: []tandem.ProductID{product("b")}}
			}), []string{"0.00", "-6.00"}},
		"the dearest of all is free": {
			[]promotion.Line{line(1, "a", 1, "9.00"), line(2, "b", 2, "4.00")},
			with(buyGet(2, 1, promotion.Global), func(b *promotion.BuyGet) { b.Selector = promotion.Dearest }), []string{"-9.00", "0.00"}},
		"a million units": {
			[]promotion.Line{line(1, "a", 1_000_000, "1000000.00")}, buyGet(2, 1, promotion.PerSet), []string{"-333333.00"}},
		"any 3 for 10.00, dearest first": {
			[]promotion.Line{line(1, "a", 2, "10.00"), line(2, "b", 5, "20.00")}, // 5+5+4 = 14; 4+4+4 = 12
			promotion.Benefit{MixAndMatch: &promotion.MixAndMatch{Quantity: 3, Price: gbp("10")}}, []string{"-2.31", "-3.69"}},
		"a set that would not save is not made": {
			[]promotion.Line{line(1, "a", 2, "10.00"), line(2, "b", 4, "8.00")}, // 5+5+2 = 12; 2+2+2 = 6
			promotion.Benefit{MixAndMatch: &promotion.MixAndMatch{Quantity: 3, Price: gbp("10")}}, []string{"-1.67", "-0.33"}},
		"a bundle of one a and two b for 20.00": {
			[]promotion.Line{line(1, "a", 2, "40.00"), line(2, "b", 3, "15.00")}, // 20 + 10 = 30: 10 off by 20 : 10
			promotion.Benefit{Bundle: &promotion.Bundle{Price: gbp("20"), Components: []promotion.Component{
				{Scope: promotion.Scope{Products: []tandem.ProductID{product("a")}}, Quantity: 1},
				{Scope: promotion.Scope{Products: []tandem.ProductID{product("b")}}, Quantity: 2}}}}, []string{"-6.67", "-3.33"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, policy := range promotion.Policies() {
				r := apply(t, one(policy), basket(c.lines...), promo("p", c.benefit))
				assert.Equal(t, c.want, deltas(r), policy)
			}
		})
	}
}

func TestFixedPriceIsOfItsUnitAndNeverDearer(t *testing.T) {
	fixed := promo("p", promotion.Benefit{FixedPrice: &promotion.FixedPrice{Price: mustPrice(t, "2.50 GBP/EA")}})
	metre := line(3, "c", 1, "9.00")
	metre.Quantity, _ = tandem.ParseQuantity("1.5 MTR")
	r := apply(t, one(promotion.BestOf), basket(line(1, "a", 4, "12.00"), line(2, "b", 4, "8.00"), metre), fixed)
	assert.Equal(t, []string{"-2.00", "0.00", "0.00"}, deltas(r))
	half := line(1, "a", 1, "9.00")
	half.Quantity, _ = tandem.ParseQuantity("1.5 EA")
	assert.Equal(t, []string{"-5.25"}, deltas(apply(t, one(promotion.BestOf), basket(half), fixed)))
}

func TestThresholds(t *testing.T) {
	net := line(1, "a", 1, "266.67")
	net.Net, net.Gross = gbp("266.67"), gbp("320.00")
	threshold := func(spend string, counted promotion.Counted) promotion.Promotion {
		p := promo("p", amount("20", promotion.Across))
		p.Threshold = &promotion.Threshold{Spend: gbp(spend), Counted: counted, Order: true}
		return p
	}
	assert.Equal(t, []string{"p"}, applied(apply(t, one(promotion.BestOf), basket(net), threshold("320", promotion.CountGross))), "reached exactly")
	assert.Empty(t, applied(apply(t, one(promotion.BestOf), basket(net), threshold("320", promotion.CountNet))))
	assert.Empty(t, applied(apply(t, one(promotion.BestOf), basket(net), threshold("320", promotion.CountPriced))))

	blocked := line(2, "b", 10, "100.00")
	blocked.Blocked = true
	p := threshold("300", promotion.CountPriced)
	assert.Empty(t, applied(apply(t, one(promotion.BestOf), basket(net, blocked), p)))
	p.Threshold.Blocked = true
	assert.Equal(t, []string{"-20.00", "0.00"}, deltas(apply(t, one(promotion.BestOf), basket(net, blocked), p)), "it counts, and nothing falls on it")

	ten, err := tandem.QuantityOf(10, tandem.Each)
	require.NoError(t, err)
	p = of(promo("p", percent(5, promotion.EachLine)), "a")
	p.Threshold = &promotion.Threshold{Quantity: ten}
	assert.Empty(t, applied(apply(t, one(promotion.BestOf), basket(line(1, "a", 9, "9.00"), line(2, "b", 1, "1.00")), p)))
	p.Threshold.Order = true
	assert.Equal(t, []string{"-0.45", "0.00"}, deltas(apply(t, one(promotion.BestOf), basket(line(1, "a", 9, "9.00"), line(2, "b", 1, "1.00")), p)))

	c := one(promotion.BestOf)
	c.Lanes = append(c.Lanes, promotion.Lane{Name: "later", Policy: promotion.Compound})
	first, second := promo("first", amount("1", promotion.EachLine)), threshold("100", promotion.CountPriced)
	second.Lane = "later"
	assert.Equal(t, []string{"-21.00"}, deltas(apply(t, c, basket(line(1, "a", 1, "100.00")), first, second)), "before all promotions")
	second.Threshold.Reduced = true
	assert.Equal(t, []string{"-1.00"}, deltas(apply(t, c, basket(line(1, "a", 1, "100.00")), first, second)))

	set, err := promotion.Compile([]promotion.Promotion{threshold("320", promotion.CountNet)}, one(promotion.BestOf))
	require.NoError(t, err)
	var r promotion.Result
	b := basket(line(1, "a", 1, "400.00"))
	require.NoError(t, set.Apply(&b, &r), "the basket is net")
	assert.Equal(t, []string{"-20.00"}, deltas(&r))
	b.Inclusive = true
	require.ErrorContains(t, set.Apply(&b, &r), "lines[0].net")
	b.Lines[0].Blocked = true
	require.NoError(t, set.Apply(&b, &r), "nobody asks")
}

func TestWhoAndWhenAndWhat(t *testing.T) {
	b := basket(line(1, "a", 1, "100.00"))
	b.Lines[0].Category, b.Lines[0].Brand = "gifts/candles/tea", "acme"
	b.Grade, b.Channel, b.Region, b.Segments = "gold", "web", "north", []string{"students", "early"}
	b.At, b.Coupons, b.Trace = tandem.InstantOfUnixMicro(1_000_000), []string{"SUMMER", "AUTUMN"}, true
	for name, c := range map[string]struct {
		change func(*promotion.Promotion)
		want   promotion.Loss // none: it is applied
	}{
		"plain":             {func(*promotion.Promotion) {}, ""},
		"first day":         {func(p *promotion.Promotion) { p.Valid.From = today }, ""},
		"last day":          {func(p *promotion.Promotion) { p.Valid.Until = today.AddDays(1) }, ""},
		"the day after":     {func(p *promotion.Promotion) { p.Valid.Until = today }, promotion.LossDate},
		"the day before":    {func(p *promotion.Promotion) { p.Valid.From = today.AddDays(1) }, promotion.LossDate},
		"from the instant":  {func(p *promotion.Promotion) { p.From = b.At }, ""},
		"until the instant": {func(p *promotion.Promotion) { p.Until = b.At }, promotion.LossDate},
		"grade":             {func(p *promotion.Promotion) { p.Audience.Grades = []tandem.GradeCode{"silver", "gold"} }, ""},
		"other grade":       {func(p *promotion.Promotion) { p.Audience.Grades = []tandem.GradeCode{"silver"} }, promotion.LossAudience},
		"segment":           {func(p *promotion.Promotion) { p.Audience.Segments = []string{"early"} }, ""},
		"other segment":     {func(p *promotion.Promotion) { p.Audience.Segments = []string{"late"} }, promotion.LossAudience},
		"channel, but not region": {func(p *promotion.Promotion) {
			p.Audience.Channels, p.Audience.Regions = []string{"web"}, []string{"south"}
		}, promotion.LossAudience},
		"coupon":          {func(p *promotion.Promotion) { p.Coupons = []string{"SPRING", "SUMMER"} }, ""},
		"no coupon":       {func(p *promotion.Promotion) { p.Coupons = []string{"WINTER"} }, promotion.LossCoupon},
		"product":         {func(p *promotion.Promotion) { p.Scope.Products = []tandem.ProductID{product("a")} }, ""},
		"other product":   {func(p *promotion.Promotion) { p.Scope.Products = []tandem.ProductID{product("b")} }, promotion.LossScope},
		"category above":  {func(p *promotion.Promotion) { p.Scope.Categories = []string{"gifts"} }, ""},
		"category beside": {func(p *promotion.Promotion) { p.Scope.Categories = []string{"gifts/cand"} }, promotion.LossScope},
		"category less a part of it": {func(p *promotion.Promotion) {
			p.Scope.Categories, p.Scope.ExceptCategories = []string{"gifts"}, []string{"gifts/candles"}
		}, promotion.LossScope},
		"brand":                   {func(p *promotion.Promotion) { p.Scope.Brands = []string{"acme"} }, ""},
		"everything less a brand": {func(p *promotion.Promotion) { p.Scope.ExceptBrands = []string{"acme"} }, promotion.LossScope},
		"other currency": {func(p *promotion.Promotion) {
			p.Benefit = promotion.Benefit{Amount: &promotion.AmountOff{Amount: tandem.MoneyFromMinor(1, tandem.EUR), Target: promotion.EachLine}}
		}, promotion.LossCurrency},
	} {
		t.Run(name, func(t *testing.T) {
			p := promo("p", percent(10, promotion.EachLine))
			c.change(&p)
			r := apply(t, one(promotion.BestOf), b, p)
			if c.want == "" {
				assert.Equal(t, []string{"p"}, applied(r))
			} else if assert.Len(t, r.Losers, 1) {
				assert.Equal(t, c.want, r.Losers[0].Reason)
			}
		})
	}
	p := promo("p", percent(10, promotion.EachLine))
	p.Coupons = []string{"SUMMER", "AUTUMN"}
	assert.Equal(t, []promotion.CouponUse{{Promotion: "p", Coupon: "AUTUMN"}}, apply(t, one(promotion.BestOf), b, p).Coupons)
	blocked := basket(line(1, "a", 1, "100.00"))
	blocked.Lines[0].Blocked, blocked.Trace = true, true
	assert.Equal(t, promotion.LossBlocked, losses(apply(t, one(promotion.BestOf), blocked, promo("p", percent(10, promotion.EachLine))))["p"])
}

func TestFreeGoods(t *testing.T) {
	gift, err := tandem.QuantityOf(2, tandem.Each)
	require.NoError(t, err)
	p := promo("p", promotion.Benefit{FreeGoods: &promotion.FreeGoods{Product: product("mug"), Quantity: gift, Per: 5}})
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 12, "12.00")), p)
	want, _ := tandem.QuantityOf(4, tandem.Each)
	assert.Equal(t, []promotion.Gift{{Promotion: "p", Product: product("mug"), Quantity: want}}, r.Gifts)
	assert.Equal(t, "0.00 GBP", r.Saving.String())
	p.Benefit.FreeGoods.MaxRepeats = 1
	assert.Equal(t, gift, apply(t, one(promotion.Compound), basket(line(1, "a", 12, "12.00")), p).Gifts[0].Quantity)

	off := promo("off", amount("3", promotion.Across))
	p.Group, off.Group = "g", "g"
	assert.Equal(t, []string{"off"}, applied(apply(t, one(promotion.Compound), basket(line(1, "a", 12, "12.00")), p, off)), "a gift without a stated worth counts nothing")
	p.Benefit.FreeGoods.Worth = gbp("4")
	assert.Equal(t, []string{"p"}, applied(apply(t, one(promotion.Compound), basket(line(1, "a", 12, "12.00")), p, off)), "Saleor: the best by value, gifts included")
}

func TestFractionsInOffersOnUnits(t *testing.T) {
	half := line(1, "a", 1, "25.00")
	half.Quantity, _ = tandem.ParseQuantity("2.5 EA")
	c := one(promotion.Compound)
	assert.Equal(t, []string{"0.00"}, deltas(apply(t, c, basket(half), promo("p", buyGet(1, 1, promotion.PerSet)))))
	c.Fraction = promotion.FractionFloor
	assert.Equal(t, []string{"-10.00"}, deltas(apply(t, c, basket(half), promo("p", buyGet(1, 1, promotion.PerSet)))))
	assert.Equal(t, []string{"-2.50"}, deltas(apply(t, c, basket(half), promo("p", percent(10, promotion.EachUnit)))))
}

// One unit of b can be a buy unit or a get unit: the cheapest two of b and c are
// not both of b, which has to leave one to be bought.
func TestGetUnitsLeaveTheBuyUnitsThatAreNeeded(t *testing.T) {
	p := of(promo("p", buyGet(1, 2, promotion.Global)), "b")
	p.Benefit.BuyGet.GetScope = &promotion.Scope{Products: []tandem.ProductID{product("b"), product("c")}}
	r := apply(t, one(promotion.Compound), basket(line(1, "b", 2, "2.00"), line(2, "c", 2, "10.00")), p)
	assert.Equal(t, []string{"-1.00", "-5.00"}, deltas(r))
}

// Units that an offer has taken keep their share of what falls on the whole line
// later: 40.00 − 5.00 (half of one) − 3.50 (10 %) leave 27.00 for the other three.
func TestUnitsAreWorthWhatIsLeftOfTheLine(t *testing.T) {
	p, q, s := promo("p", percent(50, promotion.CheapestUnits)), promo("q", percent(10, promotion.EachLine)), promo("s", percent(100, promotion.DearestUnits))
	p.Benefit.Percent.Units, s.Benefit.Percent.Units = 1, 1
	p.Priority, q.Priority = 3, 2
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 4, "40.00")), p, q, s)
	assert.Equal(t, []string{"-17.50"}, deltas(r))
	assert.Equal(t, "9.00 GBP", r.Lines[0].Parts[2].Basis.String())
}

func TestSequentialTestsEachAtItsTurn(t *testing.T) {
	p, q := promo("p", amount("5", promotion.Across)), promo("q", percent(10, promotion.EachLine))
	p.Priority = 1
	q.Threshold = &promotion.Threshold{Spend: gbp("100"), Counted: promotion.CountPriced, Order: true, Reduced: true}
	assert.Equal(t, []string{"-5.00"}, deltas(apply(t, one(promotion.Sequential), basket(line(1, "a", 1, "104.00")), p, q)), "Vendure: 99.00 is too little")
	assert.Equal(t, []string{"-14.90"}, deltas(apply(t, one(promotion.Compound), basket(line(1, "a", 1, "104.00")), p, q)), "elsewhere what the lane began with counts")
}
