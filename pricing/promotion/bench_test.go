package promotion_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// shop gives a basket of so many lines and promotions of mixed kinds, 50 of which
// hold for it: rates, amounts and prices on products, categories and brands in the
// lane of products, with two bundles and a buy-get that compete there; order
// discounts with thresholds, coupons, a group and offers on units; the shipping.
func shop(lines int) (promotion.Config, promotion.Basket, []promotion.Promotion) {
	b := basket()
	for i := range lines {
		l := line(i+1, fmt.Sprint("p", i), int64(1+i%5), fmt.Sprintf("%d.%02d", 5+i*3%40, i*7%100))
		l.Category, l.Brand = fmt.Sprintf("c%d/s%d", i%4, i%8), fmt.Sprint("b", i%5)
		b.Lines = append(b.Lines, l)
	}
	b.Grade, b.Segments, b.Channel, b.Coupons, b.Shipping = "gold", []string{"early", "students"}, "web", []string{"HELLO", "TEN"}, gbp("5.90")
	var out []promotion.Promotion
	add := func(lane string, benefit promotion.Benefit, change func(p *promotion.Promotion)) {
		p := promotion.Promotion{ID: fmt.Sprintf("%s-%03d", lane, len(out)), Lane: lane, Benefit: benefit, Priority: len(out) % 3}
		change(&p)
		out = append(out, p)
	}
	category := func(path string) func(*promotion.Promotion) {
		return func(p *promotion.Promotion) { p.Scope.Categories = []string{path} }
	}
	for i := range 10 {
		add(promotion.LaneProduct, percent(int64(5+i), promotion.EachLine), func(p *promotion.Promotion) { *p = of(*p, fmt.Sprint("p", i*2)) })
		add(promotion.LaneProduct, amount(fmt.Sprintf("0.%02d", 10+i), promotion.EachUnit), func(p *promotion.Promotion) { p.Scope.Brands = []string{fmt.Sprint("b", i%5)} })
	}
	for i := range 10 {
		add(promotion.LaneProduct, percent(int64(4+i), promotion.EachLine), category(fmt.Sprintf("c%d/s%d", i%4, i%8)))
	}
	price, _ := tandem.ParsePrice("4.50 GBP/EA")
	for i := range 5 {
		add(promotion.LaneProduct, promotion.Benefit{FixedPrice: &promotion.FixedPrice{Price: price}}, func(p *promotion.Promotion) { *p = of(*p, fmt.Sprint("p", i*4)) })
	}
	bundle := promotion.Benefit{Bundle: &promotion.Bundle{Price: gbp("9"), Components: []promotion.Component{
		{Scope: promotion.Scope{Categories: []string{"c1"}}, Quantity: 1}, {Scope: promotion.Scope{Categories: []string{"c2"}}, Quantity: 1}}}}
	add("units", bundle, func(p *promotion.Promotion) { p.Scope.Brands = []string{"b1", "b2"} })
	add("units", buyGet(2, 1, promotion.PerSet), category("c0"))
	add("units", buyGet(3, 1, promotion.Global), category("c3"))
	add("units", promotion.Benefit{MixAndMatch: &promotion.MixAndMatch{Quantity: 3, Price: gbp("20")}}, func(p *promotion.Promotion) { p.Scope.Brands = []string{"b3"} })
	for i := range 4 {
		add(promotion.LaneOrder, percent(int64(2+i), promotion.Across), func(p *promotion.Promotion) {
			p.Threshold = &promotion.Threshold{Spend: gbp(fmt.Sprint(50 * (i + 1))), Counted: promotion.CountPriced, Order: true}
			p.Group = []string{"", "", "tier", "tier"}[i]
		})
	}
	add(promotion.LaneOrder, amount("5", promotion.Across), func(p *promotion.Promotion) { p.Coupons = []string{"HELLO"} })
	add(promotion.LaneOrder, percent(10, promotion.EachLine), func(p *promotion.Promotion) { p.Coupons, p.Scope.Categories = []string{"TEN"}, []string{"c1"} })
	add(promotion.LaneOrder, percent(3, promotion.EachLine), func(p *promotion.Promotion) { p.Audience.Grades = []tandem.GradeCode{"gold"} })
	two, _ := tandem.QuantityOf(1, tandem.Each)
	add(promotion.LaneOrder, promotion.Benefit{FreeGoods: &promotion.FreeGoods{Product: product("gift"), Quantity: two}}, func(p *promotion.Promotion) {
		p.Threshold = &promotion.Threshold{Spend: gbp("100"), Counted: promotion.CountPriced, Order: true}
	})
	add(promotion.LaneShipping, promotion.Benefit{Shipping: &promotion.ShippingOff{Amount: gbp("2")}}, func(*promotion.Promotion) {})
	add(promotion.LaneShipping, promotion.Benefit{Shipping: &promotion.ShippingOff{Rate: tandem.Percent(50)}}, func(p *promotion.Promotion) { p.Audience.Segments = []string{"early"} })
	add(promotion.LaneShipping, promotion.Benefit{Shipping: &promotion.ShippingOff{Rate: tandem.Percent(100), Cap: gbp("4")}}, func(p *promotion.Promotion) { p.Audience.Channels = []string{"web"} })
	for i := range 200 { // and those that do not hold
		add(promotion.LaneProduct, percent(30, promotion.EachLine), func(p *promotion.Promotion) {
			switch i % 4 {
			case 0:
				p.Valid.Until = today.AddDays(-i)
			case 1:
				p.Audience.Grades = []tandem.GradeCode{"silver"}
			case 2:
				p.Coupons = []string{fmt.Sprint("CODE", i)}
			case 3:
				p.Scope.Categories = []string{fmt.Sprint("other", i)}
			}
		})
	}
	c := promotion.NewConfig()
	c.Lanes = slices.Insert(c.Lanes, 1, promotion.Lane{Name: "units", Policy: promotion.Compound})
	return c, b, out
}

// BenchmarkApply applies 250 promotions, 50 of them live, to 20 lines.
func BenchmarkApply(b *testing.B) {
	c, order, promotions := shop(20)
	set, err := promotion.Compile(promotions, c)
	require.NoError(b, err)
	var r promotion.Result
	b.ReportAllocs()
	for b.Loop() {
		if err := set.Apply(&order, &r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(order.Lines))*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

func TestApplyAllocatesNothing(t *testing.T) {
	c, order, promotions := shop(20)
	set, err := promotion.Compile(promotions, c)
	require.NoError(t, err)
	var r promotion.Result
	require.NoError(t, set.Apply(&order, &r))
	require.Equal(t, promotion.SearchExact, r.Search)
	require.Greater(t, len(r.Applied), 20)
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = set.Apply(&order, &r) }))
	slices.Reverse(order.Lines)
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = set.Apply(&order, &r) }), "lines out of order")
}
