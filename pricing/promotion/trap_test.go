package promotion_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// The traps that other systems fell into, with the right answer.

func TestTrapSharesOfAnAmountAcrossAreWholeCents(t *testing.T) {
	// Medusa left 166.666… and 33.333….
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 1, "1000.00"), line(2, "b", 1, "200.00")), promo("p", amount("200", promotion.Across)))
	assert.Equal(t, []string{"-166.67", "-33.33"}, deltas(r))
}

func TestTrapAnAmountOnEachIsPerUnitOrPerLineByName(t *testing.T) {
	// Medusa took a fixed "each" off once per line.
	lines := basket(line(1, "a", 4, "40.00"))
	assert.Equal(t, []string{"-8.00"}, deltas(apply(t, one(promotion.Compound), lines, promo("p", amount("2", promotion.EachUnit)))))
	assert.Equal(t, []string{"-2.00"}, deltas(apply(t, one(promotion.Compound), lines, promo("p", amount("2", promotion.EachLine)))))
}

func TestTrapBuyGetSortsByUnitPriceNotBySubtotal(t *testing.T) {
	// Medusa sorted by subtotal in one version: 5 × 3.00 is more than 1 × 10.00.
	get := buyGet(5, 1, promotion.Global)
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 5, "15.00"), line(2, "b", 1, "10.00")), promo("p", get))
	assert.Equal(t, []string{"-3.00", "0.00"}, deltas(r))
}

func TestTrapBuyGetRepeatsAndFreeUnitsAreNotBought(t *testing.T) {
	// Vendure: it does not repeat, and the free units count as bought.
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 4, "40.00")), promo("p", buyGet(1, 1, promotion.PerSet)))
	assert.Equal(t, []string{"-20.00"}, deltas(r))
	r = apply(t, one(promotion.Compound), basket(line(1, "a", 2, "20.00")), promo("p", buyGet(2, 1, promotion.PerSet)))
	assert.Equal(t, []string{"0.00"}, deltas(r), "two bought: the third is not there")
}

func TestTrapOrderDiscountsKeepEveryCent(t *testing.T) {
	// Vendure floors fractions when it prorates; Saleor gives the remainder to the
	// last line and clamps it at nought.
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 1, "33.33"), line(2, "b", 1, "33.33"), line(3, "c", 1, "33.33"), line(4, "d", 1, "0.01")),
		promo("p", amount("100", promotion.Across)))
	assert.Equal(t, []string{"-33.33", "-33.33", "-33.33", "-0.01"}, deltas(r))
	r = apply(t, one(promotion.Compound), basket(line(1, "a", 1, "0.50"), line(2, "b", 1, "0.50"), line(3, "c", 1, "0.50"), line(4, "d", 1, "0.00")),
		promo("p", amount("1", promotion.Across)))
	assert.Equal(t, []string{"-0.34", "-0.33", "-0.33", "0.00"}, deltas(r))
}

func TestTrapOnePercentageIsRoundedOnce(t *testing.T) {
	// Saleor: 1.04 instead of 1.02 on 10.24.
	lines := []promotion.Line{line(1, "a", 1, "2.56"), line(2, "b", 1, "2.56"), line(3, "c", 1, "2.56"), line(4, "d", 1, "2.56")}
	assert.Equal(t, "1.02 GBP", apply(t, one(promotion.Compound), basket(lines...), promo("p", percent(10, promotion.Across))).Saving.String())
	assert.Equal(t, "1.04 GBP", apply(t, one(promotion.Compound), basket(lines...), promo("p", percent(10, promotion.EachLine))).Saving.String(), "who wants it rounded on each line says so")
}

func TestTrapTheOrderOfCouponsSaysNothing(t *testing.T) {
	// Odoo: 23.85 or 0.00, by the order in which the codes are entered.
	all, half := promo("all", amount("30", promotion.Across)), promo("half", percent(50, promotion.EachLine))
	all.Coupons, half.Coupons = []string{"ALL"}, []string{"HALF"}
	b := basket(line(1, "a", 1, "47.70"))
	b.Coupons = []string{"ALL", "HALF"}
	first := apply(t, one(promotion.Compound), b, all, half)
	b.Coupons = []string{"HALF", "ALL"}
	second := apply(t, one(promotion.Compound), b, half, all)
	assert.Equal(t, first.Lines[0].After, second.Lines[0].After)
	assert.Equal(t, first.Coupons, second.Coupons)
}

func TestTrapAConditionThatCannotBeJudgedIsReported(t *testing.T) {
	// ERPNext swallows the error, and the discount is gone.
	p := promo("p", percent(10, promotion.EachLine))
	when := condition.MoreThan(condition.OrderAmount, tandem.MoneyFromMinor(1, tandem.EUR))
	p.When = &when
	b := basket(line(1, "a", 1, "10.00"))
	b.Trace = true
	r := apply(t, one(promotion.Compound), b, p)
	assert.Equal(t, []promotion.Unanswered{{Promotion: "p", Field: "order.amount", Reason: "different currencies"}}, r.Unanswered)
	assert.Equal(t, promotion.LossCondition, losses(r)["p"])
}

func TestTrapEqualPromotionsDoNotStopTheSale(t *testing.T) {
	// ERPNext refuses the document where two rules have one priority.
	p, q := promo("p", percent(10, promotion.EachLine)), promo("q", percent(10, promotion.EachLine))
	p.Group, q.Group = "g", "g"
	assert.Equal(t, []string{"p"}, applied(apply(t, one(promotion.Compound), basket(line(1, "a", 1, "10.00")), q, p)), "the smaller id")
	q.Priority = 1
	assert.Equal(t, []string{"q"}, applied(apply(t, one(promotion.Compound), basket(line(1, "a", 1, "10.00")), q, p)), "the higher priority")
}

func TestTrapMoreUnitsNeverCostLess(t *testing.T) {
	// ERPNext: a greatest quantity makes the price jump up again. A threshold has none.
	p := promo("p", percent(10, promotion.EachLine))
	ten, err := tandem.QuantityOf(10, tandem.Each)
	require.NoError(t, err)
	p.Threshold = &promotion.Threshold{Quantity: ten}
	assert.Equal(t, []string{"0.00"}, deltas(apply(t, one(promotion.BestOf), basket(line(1, "a", 9, "9.00")), p)))
	assert.Equal(t, []string{"-100.00"}, deltas(apply(t, one(promotion.BestOf), basket(line(1, "a", 1000, "1000.00")), p)))
}

func TestTrapNoPromotionMakesALineDearer(t *testing.T) {
	// Tryton judges it afterwards; here no benefit can.
	b := basket(line(1, "a", 3, "3.00"))
	for name, benefit := range map[string]promotion.Benefit{
		"fixed price":   {FixedPrice: &promotion.FixedPrice{Price: mustPrice(t, "2 GBP/EA")}},
		"mix and match": {MixAndMatch: &promotion.MixAndMatch{Quantity: 3, Price: gbp("5")}},
		"bundle":        {Bundle: &promotion.Bundle{Price: gbp("5"), Components: []promotion.Component{{Quantity: 3}}}},
	} {
		for _, policy := range promotion.Policies() {
			assert.Equal(t, []string{"0.00"}, deltas(apply(t, one(policy), b, promo("p", benefit))), name)
		}
	}
}

func TestTrapDecimalsAreNotBinary(t *testing.T) {
	// 2.675 as a binary float is 2.67; half of 5.35 must be 2.68.
	assert.Equal(t, []string{"-2.68"}, deltas(apply(t, one(promotion.Compound), basket(line(1, "a", 1, "5.35")), promo("p", percent(50, promotion.EachLine)))))
	c := one(promotion.Compound)
	c.Rounding = tandem.HalfEven
	assert.Equal(t, []string{"-2.68"}, deltas(apply(t, c, basket(line(1, "a", 1, "5.35")), promo("p", percent(50, promotion.EachLine)))), "267.5 → 268 by half even, too")
	assert.Equal(t, []string{"-0.02"}, deltas(apply(t, c, basket(line(1, "a", 1, "0.05")), promo("p", percent(50, promotion.EachLine)))), "one rounding rule throughout, the one that is named")
}

func TestConditionsNarrowTheScopeAndTheOrder(t *testing.T) {
	b := basket(line(1, "a", 2, "20.00"), line(2, "b", 12, "60.00"))
	b.Lines[0].Brand, b.Lines[1].Brand = "acme", "other"
	b.Grade, b.Channel = "gold", "web"
	b.Lines[1].Facts = []promotion.Fact{{Name: "attribute.shelf", Value: condition.Of("low")}}
	c := one(promotion.BestOf)
	c.Attributes = []condition.Attribute{{Name: "attribute.shelf", Kind: condition.KindText, Scope: condition.ScopeLine}}
	dozen, err := tandem.QuantityOf(12, tandem.Each)
	require.NoError(t, err)
	for name, x := range map[string]struct {
		when condition.Node
		want []string
	}{
		"all by the index":       {condition.All(condition.Is(condition.CustomerGrade, "gold"), condition.Is(condition.LineBrand, "acme")), []string{"-2.00", "0.00"}},
		"least quantity":         {condition.AtLeast(condition.LineQuantity, dozen), []string{"0.00", "-6.00"}},
		"not a brand":            {condition.Not(condition.Is(condition.LineBrand, "acme")), []string{"0.00", "-6.00"}},
		"a product":              {condition.Is(condition.LineProduct, product("b").String()), []string{"0.00", "-6.00"}},
		"not a product":          {condition.IsNot(condition.LineProduct, product("b").String()), []string{"-2.00", "0.00"}},
		"a host's attribute":     {condition.Is("attribute.shelf", "low"), []string{"0.00", "-6.00"}},
		"a count of lines":       {condition.Count(condition.Is(condition.LineBrand, "acme")).AtLeast(condition.Of(2)), []string{"0.00", "0.00"}},
		"the order's amount":     {condition.AtLeast(condition.OrderAmount, gbp("80")), []string{"-2.00", "-6.00"}},
		"another channel":        {condition.Not(condition.Is(condition.OrderChannel, "web")), []string{"0.00", "0.00"}},
		"what contradicts":       {condition.All(condition.Is(condition.CustomerGrade, "gold"), condition.Is(condition.CustomerGrade, "silver")), []string{"0.00", "0.00"}},
		"a day that is over":     {condition.LessThan(condition.OrderDate, today), []string{"0.00", "0.00"}},
		"an audience beside it":  {condition.In(condition.CustomerGrade, "silver", "bronze"), []string{"0.00", "0.00"}},
		"one of an audience too": {condition.In(condition.CustomerGrade, "gold", "bronze"), []string{"-2.00", "-6.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := promo("p", percent(10, promotion.EachLine))
			p.When, p.Audience.Grades = &x.when, []tandem.GradeCode{"gold", "silver"}
			assert.Equal(t, x.want, deltas(apply(t, c, b, p)))
		})
	}
	p := promo("p", percent(10, promotion.EachLine))
	when := condition.Is("attribute.shelf", "low")
	p.When = &when
	set, err := promotion.Compile([]promotion.Promotion{p}, c)
	require.NoError(t, err)
	var r promotion.Result
	require.NoError(t, set.Apply(&b, &r))
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = set.Apply(&b, &r) }), "conditions allocate nothing")
	b.Lines[0].Facts = []promotion.Fact{{Name: "attribute.colour", Value: condition.Of("red")}}
	require.ErrorContains(t, set.Apply(&b, &r), "lines[0].facts[0]")
	_, err = promotion.Compile([]promotion.Promotion{p}, one(promotion.BestOf))
	require.ErrorContains(t, err, "promotions[0].when")
}
