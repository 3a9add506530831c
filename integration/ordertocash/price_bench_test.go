package ordertocash_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// live gives 50 promotions that hold on the day, and 150 that do not: rates, amounts and
// prices on products, categories and brands, offers on units and a bundle that compete,
// order discounts with thresholds and coupons, a gift.
func live() []promotion.Promotion {
	var out []promotion.Promotion
	add := func(lane string, b promotion.Benefit, edit func(p *promotion.Promotion)) {
		p := promotion.Promotion{ID: lane + strconv.Itoa(len(out)), Lane: lane, Priority: len(out) % 3, Benefit: b}
		edit(&p)
		out = append(out, p)
	}
	percent := func(n int64, target promotion.Target) promotion.Benefit {
		return promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(n), Target: target}}
	}
	amount := func(minor int64, target promotion.Target) promotion.Benefit {
		return promotion.Benefit{Amount: &promotion.AmountOff{Amount: money(minor), Target: target}}
	}
	category := func(path string) func(p *promotion.Promotion) {
		return func(p *promotion.Promotion) { p.Scope.Categories = []string{path} }
	}
	for i := range 12 {
		add(promotion.LaneProduct, percent(int64(5+i), promotion.EachLine), func(p *promotion.Promotion) {
			p.Scope.Products = []tandem.ProductID{product("p" + strconv.Itoa(i*2))}
		})
		add(promotion.LaneProduct, amount(int64(10+i), promotion.EachUnit), func(p *promotion.Promotion) { p.Scope.Brands = []string{"b" + strconv.Itoa(i%5)} })
		add(promotion.LaneProduct, percent(int64(4+i), promotion.EachLine), category("c"+strconv.Itoa(i%4)))
	}
	units := promotion.Benefit{BuyGet: &promotion.BuyGet{Buy: 2, Get: 1, Rate: tandem.Percent(100), Grouping: promotion.PerSet, Selector: promotion.Cheapest}}
	add("units", units, category("c0"))
	add("units", units, category("c3"))
	add("units", promotion.Benefit{MixAndMatch: &promotion.MixAndMatch{Quantity: 3, Price: money(2000)}}, func(p *promotion.Promotion) { p.Scope.Brands = []string{"b3"} })
	add("units", promotion.Benefit{Bundle: &promotion.Bundle{Price: money(900), Components: []promotion.Component{
		{Scope: promotion.Scope{Categories: []string{"c1"}}, Quantity: 1}, {Scope: promotion.Scope{Categories: []string{"c2"}}, Quantity: 1}}}}, func(*promotion.Promotion) {})
	for i := range 6 {
		add(promotion.LaneOrder, percent(int64(1+i), promotion.Across), func(p *promotion.Promotion) {
			p.Threshold = &promotion.Threshold{Spend: money(int64(5000 * (i + 1))), Counted: promotion.CountPriced, Order: true}
			p.Group = []string{"", "", "tier", "tier", "tier", ""}[i] // the best of three, beside the others
		})
	}
	add(promotion.LaneOrder, amount(500, promotion.Across), func(p *promotion.Promotion) { p.Coupons = []string{"HELLO"} })
	add(promotion.LaneOrder, percent(3, promotion.EachLine), func(p *promotion.Promotion) { p.Audience.Grades = []tandem.GradeCode{"gold"} })
	add(promotion.LaneOrder, percent(2, promotion.EachLine), func(p *promotion.Promotion) { p.Audience.Channels = []string{"web"} })
	add(promotion.LaneOrder, promotion.Benefit{FreeGoods: &promotion.FreeGoods{Product: product("gift"), Quantity: pieces(1)}}, func(p *promotion.Promotion) {
		p.Threshold = &promotion.Threshold{Spend: money(10000), Counted: promotion.CountPriced, Order: true}
	})
	for i := range 150 {
		add(promotion.LaneProduct, percent(30, promotion.EachLine), func(p *promotion.Promotion) {
			switch i % 3 {
			case 0:
				p.Valid.Until = pricingtest.Day().AddDays(-i)
			case 1:
				p.Audience.Grades = []tandem.GradeCode{"silver"}
			case 2:
				p.Coupons = []string{"CODE" + strconv.Itoa(i)}
			}
		})
	}
	return out
}

// ordersOf gives a book of 10,000 products with breaks, grades and 50 live promotions,
// and orders of 20 lines with an order discount.
func ordersOf(tb testing.TB) (*pricing.Snapshot, []pricing.Request) {
	tb.Helper()
	const products = 10_000
	b := pricingtest.New().Grade("gold", "0.05").Grade("silver", "0.03")
	for i := range products {
		key := "p" + strconv.Itoa(i)
		b.Price(key, strconv.Itoa(2+i%20)+".95").Break(key, int64(8+i%30), strconv.Itoa(2+i%20)+".45")
	}
	snapshot := b.Edit(func(book *pricing.Book) {
		book.Promotions = live()
		config := promotion.NewConfig()
		config.Lanes = append([]promotion.Lane{{Name: "units", Policy: promotion.BestOf}}, config.Lanes...)
		book.Stacking = &config
		for i := range products {
			book.Items = append(book.Items, pricing.Item{Product: product("p" + strconv.Itoa(i)), Category: "c" + strconv.Itoa(i%4), Brand: "b" + strconv.Itoa(i%5)})
		}
	}).Snapshot(tb)
	orders := make([]pricing.Request, 256)
	for i := range orders {
		o := pricingtest.Order("c" + strconv.Itoa(i))
		o.Grade, o.Channel, o.Coupons = "gold", "web", []string{"HELLO"}
		o.OrderDiscounts = []pricing.OrderDiscount{{ID: "d", Rate: tandem.Percent(2)}}
		for j := range 20 {
			line := pricingtest.Line("p"+strconv.Itoa((i*7919+j*104729)%products), int64(1+(i+j)%12))
			line.Line = j + 1
			o.Lines = append(o.Lines, line)
		}
		orders[i] = o
	}
	return snapshot, orders
}

// cashier prices orders one after the other, on room that is used again.
type cashier struct {
	res   pricing.Result
	bases []tandem.TaxBase
}

func (c *cashier) price(s *pricing.Snapshot, order *pricing.Request, codes []tax.Code) (tax.Result, error) {
	if err := s.Price(order, &c.res); err != nil {
		return tax.Result{}, err
	}
	c.bases = c.res.AppendTaxBases(c.bases[:0])
	return tax.Compute(c.bases, codes, order.Date, tax.PerRate)
}

func ratesOf() []tax.Code {
	return []tax.Code{{ID: "GB-S", Company: company, Country: "GB", Category: tandem.TaxStandard, Rates: []tax.DatedRate{{Rate: tandem.Percent(20)}}}}
}

// The amounts of the lines sum to the total, and the tax is of all of it: what the
// benchmark measures is the whole work.
func TestTheOrdersOfTheBenchmarkAreWhole(t *testing.T) {
	s, orders := ordersOf(t)
	var c cashier
	applied := 0
	for i := range orders {
		due, err := c.price(s, &orders[i], ratesOf())
		require.NoError(t, err)
		require.Equal(t, c.res.Total, due.Net)
		applied += len(c.res.Promotions)
	}
	require.Greater(t, applied/len(orders), 5, "promotions are at work")
}

// BenchmarkPriceOrder prices orders of 20 lines on all processors: 50 live promotions, an
// order discount, tax from the bases that pricing returns. No store.
func BenchmarkPriceOrder(b *testing.B) {
	s, orders := ordersOf(b)
	s.Prepare(pricingtest.Day())
	codes := ratesOf()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var c cashier
		for i := 0; pb.Next(); i++ {
			if _, err := c.price(s, &orders[i%len(orders)], codes); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N*20)/b.Elapsed().Seconds(), "lines/s")
}
