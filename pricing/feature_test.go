package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

func ratio(t testing.TB, s string) tandem.Ratio {
	t.Helper()
	r, err := tandem.ParseRatio(s)
	require.NoError(t, err)
	return r
}

func instant(t testing.TB, s string) tandem.Instant {
	t.Helper()
	at, err := tandem.ParseInstant(s)
	require.NoError(t, err)
	return at
}

// book compiles what edit makes of an empty book with one default list.
func compiled(t testing.TB, edit func(b *pricing.Book)) *pricing.Snapshot {
	t.Helper()
	return pricingtest.New().Edit(edit).Snapshot(t)
}

func rowOf(t testing.TB, id, list, key, p string) pricing.Row {
	return pricing.Row{ID: id, List: list, Product: pricingtest.Product(key), Price: price(t, p)}
}

// A row for a narrower scope wins: variant, product, deeper category, category,
// brand, everything (pricing of every incumbent's reference, Odoo's order).
func TestScopesFromVariantToEverything(t *testing.T) {
	rows := []pricing.Row{
		{ID: "all", Price: price(t, "9.00 GBP/EA")},
		{ID: "brand", Brand: "acme", Price: price(t, "8.00 GBP/EA")},
		{ID: "gifts", Category: "gifts", Price: price(t, "7.00 GBP/EA")},
		{ID: "candles", Category: "gifts/candles", Price: price(t, "6.00 GBP/EA")},
		{ID: "product", Product: pricingtest.Product("candle"), Price: price(t, "5.00 GBP/EA")},
		{ID: "variant", Product: pricingtest.Product("red candle"), Price: price(t, "4.00 GBP/EA")},
	}
	item := pricing.Item{Product: pricingtest.Product("red candle"), Parent: pricingtest.Product("candle"), Category: "gifts/candles", Brand: "acme"}
	for n := len(rows); n > 0; n-- {
		s := compiled(t, func(b *pricing.Book) {
			b.Items = []pricing.Item{item}
			for _, r := range rows[:n] {
				r.List = "list"
				b.Rows = append(b.Rows, r)
			}
		})
		res := mustPrice(t, s, pricingtest.Order("1", pricingtest.Line("red candle", 1)))
		assert.Equal(t, rows[n-1].ID, res.Lines[0].Ref.Rule)
	}
}

// The web's list is for orders by the web that are worth a segment: conditions with
// grade, segment, region and channel are looked up, others run as programs.
func TestListsOfChannelsAndSegments(t *testing.T) {
	when := condition.All(condition.Is(condition.OrderChannel, "web"), condition.In(condition.CustomerSegment, "hobby", "school"))
	coupon := condition.Is(condition.OrderCoupon, "SPRING")
	own := condition.AtLeast("attribute.staff", int64(100))
	s := compiled(t, func(b *pricing.Book) {
		b.Attributes = []condition.Attribute{{Name: "attribute.staff", Kind: condition.KindNumber, Scope: condition.ScopeOrder}}
		b.Lists = append(b.Lists, pricing.List{ID: "web", Source: pricing.SourceChannel, When: &when},
			pricing.List{ID: "spring", Source: pricing.SourceChannel, When: &coupon, Priority: 1},
			pricing.List{ID: "large", Source: pricing.SourceChannel, When: &own, Priority: 2})
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "10.00 GBP/EA"), rowOf(t, "b", "web", "a", "9.00 GBP/EA"),
			rowOf(t, "c", "spring", "a", "8.00 GBP/EA"), rowOf(t, "d", "large", "a", "7.00 GBP/EA")}
	})
	for _, c := range []struct {
		name   string
		change func(r *pricing.Request)
		want   string
	}{
		{"nobody", func(*pricing.Request) {}, "a"},
		{"the web alone", func(r *pricing.Request) { r.Channel = "web" }, "a"},
		{"a school by the web", func(r *pricing.Request) { r.Channel, r.Segments = "web", []string{"x", "school"} }, "b"},
		{"a coupon", func(r *pricing.Request) { r.Coupons = []string{"SPRING"} }, "c"},
		{"99 heads", func(r *pricing.Request) {
			r.Attributes = []pricing.Attribute{{Name: "attribute.staff", Value: condition.Of(int64(99))}}
		}, "a"},
		{"100 heads", func(r *pricing.Request) {
			r.Attributes = []pricing.Attribute{{Name: "attribute.staff", Value: condition.Of(int64(100))}}
		}, "d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := pricingtest.Order("1", pricingtest.Line("a", 1))
			c.change(&req)
			res := mustPrice(t, s, req)
			assert.Equal(t, c.want, res.Lines[0].Ref.Rule)
			if c.want != "a" {
				assert.NotZero(t, res.Lines[0].Breakdown.Channel.Minor())
			}
		})
	}
	indexed, all := s.Indexed()
	assert.Equal(t, [2]int{1, 3}, [2]int{indexed, all})
}

// A flash sale from 9 to 10: the first instant is in, the last is not, and whoever
// does not say when asks in vain.
func TestRowsBetweenInstants(t *testing.T) {
	s := compiled(t, func(b *pricing.Book) {
		flash := rowOf(t, "flash", "list", "a", "5.00 GBP/EA")
		flash.At = &pricing.Window{From: instant(t, "2011-06-01T09:00:00Z"), Until: instant(t, "2011-06-01T10:00:00Z")}
		flash.Valid.From = day(0)
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "10.00 GBP/EA"), flash}
	})
	for at, want := range map[string]string{"2011-06-01T08:59:59.999999Z": "a", "2011-06-01T09:00:00Z": "flash",
		"2011-06-01T09:59:59.999999Z": "flash", "2011-06-01T10:00:00Z": "a"} {
		req := pricingtest.Order("1", pricingtest.Line("a", 1))
		req.At = instant(t, at)
		assert.Equal(t, want, mustPrice(t, s, req).Lines[0].Ref.Rule, at)
	}
	req := pricingtest.Order("1", pricingtest.Line("a", 1))
	var res pricing.Result
	assert.Equal(t, []string{"lines[0]:at"}, codes(t, s.Price(&req, &res)))
}

// 2.50 a piece in a list that derives in three steps: EUR at 1.2 = 3.00, less 10 % =
// 2.70, charmed down to 2.49 (ending .49), wholesalers 20 % off that: 1.992 → 1.99.
func TestListsThatDeriveFromOneAnother(t *testing.T) {
	charm := &formula.Charm{Direction: formula.Down, Bands: []formula.Band{{Increment: tandem.MoneyFromMinor(100, tandem.EUR), Endings: []tandem.Money{tandem.MoneyFromMinor(49, tandem.EUR)}}}}
	s := compiled(t, func(b *pricing.Book) {
		b.Grades = []tandem.GradeCode{"wholesale"}
		b.Exchange = []pricing.Exchange{{From: tandem.GBP, To: tandem.EUR, Rate: ratio(t, "6/5")}}
		b.Lists = append(b.Lists,
			pricing.List{ID: "euro", Source: pricing.SourceDefault, Base: "list", Currency: tandem.EUR, BaseCurrency: tandem.GBP,
				Formula: &formula.Formula{Of: formula.OfList, Operator: formula.Discount, Rate: tandem.Percent(10), Charm: charm, Ending: formula.KeepEnding}},
			pricing.List{ID: "wholesale", Source: pricing.SourceGrade, Grades: b.Grades, Base: "euro", Discount: tandem.Percent(20)})
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "2.50 GBP/EA")}
	})
	req := pricingtest.Order("1", pricingtest.Line("a", 100))
	req.Currency, req.Explain = tandem.EUR, true
	res := mustPrice(t, s, req)
	assert.Equal(t, price(t, "2.49 EUR/EA"), res.Lines[0].Price)
	assert.Equal(t, "euro", res.Lines[0].Ref.Rule)
	steps := res.Lines[0].Waterfall.Steps
	require.Len(t, steps, 1)
	require.NotEmpty(t, steps[0].Formula)
	assert.Equal(t, price(t, "2.49 EUR/EA"), steps[0].Formula[len(steps[0].Formula)-1].Price)
	req.Grade = "wholesale"
	assert.Equal(t, price(t, "1.99 EUR/EA"), mustPrice(t, s, req).Lines[0].Price)
	req.Currency = tandem.GBP
	assert.Equal(t, price(t, "2.50 GBP/EA"), mustPrice(t, s, req).Lines[0].Price, "wholesale derives from the list in euro, which is none here")
}

// A grade list of a channel list of the default list: 10.00, schools −10 %, gold −5 %
// of that. Outside the schools gold derives all the same.
func TestAGradeOfAChannel(t *testing.T) {
	when := condition.Is(condition.CustomerSegment, "schools")
	s := compiled(t, func(b *pricing.Book) {
		b.Grades = []tandem.GradeCode{"gold"}
		b.Lists = append(b.Lists, pricing.List{ID: "schools", Source: pricing.SourceChannel, When: &when, Base: "list", Discount: tandem.Percent(10)},
			pricing.List{ID: "gold", Source: pricing.SourceGrade, Grades: b.Grades, Base: "schools", Discount: tandem.Percent(5)})
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "10.00 GBP/EA")}
	})
	req := graded("gold", pricingtest.Order("1", pricingtest.Line("a", 1)))
	assert.Equal(t, price(t, "8.55 GBP/EA"), mustPrice(t, s, req).Lines[0].Price)
	assert.Empty(t, lintCodes(s, pricing.FindUnreachable))
}

// A price in the currency that is asked comes before any that is converted; among
// these the book's order of rates counts, and the rate of the day.
func TestPricesInAnotherCurrency(t *testing.T) {
	edit := func(b *pricing.Book) {
		b.Exchange = []pricing.Exchange{{From: tandem.GBP, To: tandem.EUR, Rate: ratio(t, "6/5"), Valid: tandem.Validity{Until: day(1)}},
			{From: tandem.GBP, To: tandem.EUR, Rate: ratio(t, "5/4"), Valid: tandem.Validity{From: day(1)}}}
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "2.55 GBP/EA"), rowOf(t, "b", "list", "b", "2.00 GBP/EA"), rowOf(t, "c", "list", "b", "9.99 EUR/EA")}
	}
	req := pricingtest.Order("1", pricingtest.Line("a", 10), pricingtest.Line("b", 1))
	req.Currency, req.Explain = tandem.EUR, true
	var res pricing.Result
	assert.Equal(t, []string{"lines[0]:price_currency"}, codes(t, compiled(t, edit).Price(&req, &res)))
	s := compiled(t, func(b *pricing.Book) { edit(b); b.Conversion = pricing.ConvertLast })
	res = mustPrice(t, s, req)
	assert.Equal(t, price(t, "3.06 EUR/EA"), res.Lines[0].Price, "2.55 × 1.2")
	assert.Equal(t, &pricing.Exchange{From: tandem.GBP, To: tandem.EUR, Rate: ratio(t, "6/5"), Valid: tandem.Validity{Until: day(1)}}, res.Lines[0].Waterfall.Exchange)
	assert.Equal(t, price(t, "9.99 EUR/EA"), res.Lines[1].Price)
	req.Date = day(1)
	assert.Equal(t, "31.88 EUR", mustPrice(t, s, req).Lines[0].Amount.String(), "2.55 × 1.25 = 3.1875 is not rounded before the amount")
}

// Markup and margin differ: 25 % on a cost of 8.00 is 10.00, a margin of 25 % is
// 8 ÷ 0.75 = 10.67. Without a cost there is no price, and never one of nought (Tryton).
func TestPricesFromCost(t *testing.T) {
	for operator, want := range map[formula.Operator]string{formula.Markup: "10.00 GBP/EA", formula.Margin: "10.67 GBP/EA"} {
		s := compiled(t, func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "plus", Source: pricing.SourceDefault,
				Formula: &formula.Formula{Of: formula.OfCost, Operator: operator, Rate: tandem.Percent(25)}})
		})
		assert.True(t, s.NeedsCost())
		line := pricingtest.Line("a", 3)
		line.Cost = gbp(t, "24.00")
		res := mustPrice(t, s, pricingtest.Order("1", line))
		assert.Equal(t, price(t, want), res.Lines[0].Price)
		assert.Equal(t, "plus", res.Lines[0].Ref.Rule)
		req := pricingtest.Order("1", pricingtest.Line("a", 3))
		assert.Equal(t, []string{"lines[0]:cost_missing"}, codes(t, s.Price(&req, &res)))
	}
}

// Stripe's example of graduated tiers: the first five at 7.00, the next five at 6.50,
// above at 6.00 each: 12 pieces are 35 + 32.50 + 12 = 79.50.
func TestTiers(t *testing.T) {
	tier := func(upTo, p string) formula.Tier {
		one := formula.Tier{Price: price(t, p)}
		if upTo != "" {
			one.UpTo = quantity(t, upTo)
		}
		return one
	}
	s := compiled(t, func(b *pricing.Book) {
		b.Grades = []tandem.GradeCode{"gold"}
		b.Lists = append(b.Lists, pricing.List{ID: "gold", Source: pricing.SourceGrade, Grades: b.Grades, Base: "list", Discount: tandem.Percent(10)})
		b.Rows = []pricing.Row{{ID: "tiers", List: "list", Product: pricingtest.Product("a"), Tiers: &formula.Tiers{Model: formula.Graduated,
			Currency: tandem.GBP, Unit: tandem.Each, Tiers: []formula.Tier{tier("5 EA", "7.00 GBP/EA"), tier("10 EA", "6.50 GBP/EA"), tier("", "6.00 GBP/EA")}}}}
	})
	req := pricingtest.Order("1", pricingtest.Line("a", 12))
	req.Explain = true
	res := mustPrice(t, s, req)
	assert.Equal(t, gbp(t, "79.50"), res.Lines[0].Amount)
	assert.Equal(t, price(t, "6.625 GBP/EA"), res.Lines[0].Price, "what they come to")
	assert.Equal(t, gbp(t, "79.50"), res.Lines[0].Waterfall.Amount)
	req.Grade = "gold"
	assert.Equal(t, gbp(t, "71.56"), mustPrice(t, s, req).Lines[0].Amount, "6.625 × 0.9 = 5.9625, × 12 = 71.55; rounded to three digits as the base has: 5.963")
}

// Breaks counted over lines: 6 + 6 pieces of one family reach the break from 12, and
// not those of another; a group is what the order says; the line counts alone.
func TestBreaksCountedTogether(t *testing.T) {
	for count, want := range map[pricing.BreakCount][]string{
		"":                   {"10.00", "10.00", "10.00", "10.00"},
		pricing.CountLine:    {"10.00", "10.00", "10.00", "10.00"},
		pricing.CountProduct: {"9.00", "9.00", "10.00", "10.00"},
		pricing.CountFamily:  {"9.00", "9.00", "9.00", "10.00"},
		pricing.CountGroup:   {"9.00", "10.00", "10.00", "9.00"},
	} {
		s := compiled(t, func(b *pricing.Book) {
			b.Lists[0].Breaks = count
			for _, key := range []string{"red", "blue", "other"} {
				row := rowOf(t, key+"/12", "list", key, "9.00 GBP/EA")
				row.From = quantity(t, "12 EA")
				b.Rows = append(b.Rows, rowOf(t, key, "list", key, "10.00 GBP/EA"), row)
			}
			b.Items = []pricing.Item{{Product: pricingtest.Product("red"), Family: "candles"}, {Product: pricingtest.Product("blue"), Family: "candles"}}
		})
		req := pricingtest.Order("1", pricingtest.Line("red", 6), pricingtest.Line("red", 6), pricingtest.Line("blue", 1), pricingtest.Line("other", 6))
		req.Lines[0].Group, req.Lines[3].Group = "box", "box"
		res := mustPrice(t, s, req)
		for i := range res.Lines {
			assert.Equal(t, price(t, want[i]+" GBP/EA"), res.Lines[i].Price, "%s, line %d", count, i+1)
		}
	}
}

// 30 pieces are 2.5 dozen: a price per dozen counts, exactly, and a break from 2 dozen
// wins against one from 12 pieces, 24 being more.
func TestPricesInAnotherUnit(t *testing.T) {
	s := compiled(t, func(b *pricing.Book) {
		dozens := rowOf(t, "dozens", "list", "a", "9.00 GBP/DZN")
		dozens.From = quantity(t, "2 DZN")
		pieces := rowOf(t, "pieces", "list", "a", "0.90 GBP/EA")
		pieces.From = quantity(t, "12 EA")
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "1.00 GBP/EA"), dozens, pieces}
	})
	for n, want := range map[int64][2]string{11: {"a", "11.00"}, 23: {"pieces", "20.70"}, 24: {"dozens", "18.00"}, 31: {"dozens", "23.25"}} {
		line := pricingtest.Line("a", n)
		line.Conversions = []tandem.UnitConversion{{From: unit(t, "DZN"), To: tandem.Each, Factor: tandem.IntRatio(12)}}
		res := mustPrice(t, s, pricingtest.Order("1", line))
		assert.Equal(t, want, [2]string{res.Lines[0].Ref.Rule, res.Lines[0].Amount.Decimal().StringFixed(2)}, n)
	}
}

func unit(t testing.TB, code string) tandem.Unit {
	t.Helper()
	u, err := tandem.ParseUnit(code)
	require.NoError(t, err)
	return u
}

// A contract for 100 pieces of which 30 are left: of 50 that are ordered 30 cost 1.45
// and 20 the list's 1.69. A cap on value gives what is whole within it: 10.00 ÷ 1.45
// is 6 pieces. Lines take of it in the order of their numbers.
func TestCapsSplitLines(t *testing.T) {
	build := func(c pricing.Cap) *pricing.Snapshot {
		return pricingtest.New().Price("a", "1.69").Contract("9", "a", "1.45").Edit(func(b *pricing.Book) {
			b.Lists[1].Cap = &c
		}).Snapshot(t)
	}
	s := build(pricing.Cap{Quantity: quantity(t, "100 EA"), Counts: pricing.CapShipped})
	req := pricingtest.Order("9", pricingtest.Line("a", 50), pricingtest.Line("a", 10))
	req.Remaining = []pricing.Remaining{{List: "contract-9", Quantity: quantity(t, "30 EA")}}
	res := mustPrice(t, s, req)
	require.Len(t, res.Lines[0].Parts, 2)
	assert.Equal(t, gbp(t, "77.30"), res.Lines[0].Amount, "30 × 1.45 + 20 × 1.69")
	assert.Equal(t, quantity(t, "20 EA"), res.Lines[0].Parts[1].Quantity)
	assert.Equal(t, "list/a", res.Lines[0].Parts[1].Ref.Rule)
	assert.Equal(t, gbp(t, "-7.20"), res.Lines[0].Breakdown.Contract)
	assert.Equal(t, gbp(t, "16.90"), res.Lines[1].Amount, "nothing is left")
	assert.Equal(t, []pricing.Consumed{{List: "contract-9", Line: 1, Counts: pricing.CapShipped, Quantity: quantity(t, "30 EA"), Value: gbp(t, "43.50")}}, res.Consumed)

	turned := req
	turned.Lines = []pricing.Line{req.Lines[1], req.Lines[0]}
	other := mustPrice(t, s, turned)
	assert.Equal(t, res.Lines[0].Amount, other.Lines[1].Amount)

	req.Remaining = nil
	assert.Empty(t, mustPrice(t, s, req).Lines[0].Parts, "the whole cap is left")

	s = build(pricing.Cap{Value: gbp(t, "10.00"), Counts: pricing.CapOrdered})
	res = mustPrice(t, s, pricingtest.Order("9", pricingtest.Line("a", 8)))
	assert.Equal(t, gbp(t, "12.08"), res.Lines[0].Amount, "6 × 1.45 + 2 × 1.69")
}

// What is not stated of a rest is the cap's own; what cannot be meant is refused.
func TestRemainingThatIsNotStated(t *testing.T) {
	s := pricingtest.New().Price("a", "1.69").Contract("9", "a", "1.45").Edit(func(b *pricing.Book) {
		b.Lists[1].Cap = &pricing.Cap{Quantity: quantity(t, "30 EA"), Counts: pricing.CapOrdered}
	}).Snapshot(t)
	req := pricingtest.Order("9", pricingtest.Line("a", 40))
	req.Remaining = []pricing.Remaining{{List: "contract-9"}}
	assert.Len(t, mustPrice(t, s, req).Lines[0].Parts, 2, "30 are left, not any number")
	req.Remaining = []pricing.Remaining{{List: "contract"}, {List: "contract-9", Quantity: quantity(t, "-1 EA")}}
	assert.Equal(t, []string{"remaining[0].list:list_unknown", "remaining[1]:remaining"}, codes(t, s.Price(&req, &pricing.Result{})))
}

// Each part of a line that was split explains itself; the line sums them up, and what is
// used up says so.
func TestAWaterfallOfParts(t *testing.T) {
	s := pricingtest.New().Price("a", "6.00").Grade("gold", "0.10").Contract("9", "a", "4.90").Edit(func(b *pricing.Book) {
		b.Lists[2].Cap = &pricing.Cap{Quantity: quantity(t, "30 EA"), Counts: pricing.CapOrdered}
	}).Snapshot(t)
	req := graded("gold", pricingtest.Order("9", pricingtest.Line("a", 40)))
	req.Explain = true
	line := mustPrice(t, s, req).Lines[0]
	assert.Equal(t, gbp(t, "201.00"), line.Amount, "30 × 4.90 + 10 × 5.40")
	require.Len(t, line.Parts, 2)
	for i, want := range []struct {
		kind pricing.StepKind
		rule string
		sum  string
	}{{pricing.StepContract, "contract-9/a", "147.00"}, {pricing.StepGrade, "gold", "54.00"}} {
		w := line.Parts[i].Waterfall
		require.NoError(t, w.Validate())
		last := w.Steps[len(w.Steps)-1]
		assert.Equal(t, want.kind, last.Kind)
		assert.Equal(t, want.rule, last.Rule)
		assert.Equal(t, gbp(t, want.sum), last.Amount)
	}
	assert.Equal(t, pricing.LossCap, line.Parts[1].Waterfall.Losers[0].Reason)
	require.NoError(t, line.Waterfall.Validate())
	assert.Equal(t, []string{"list/a", "contract-9/a", "gold"}, []string{line.Waterfall.Steps[0].Rule, line.Waterfall.Steps[1].Rule, line.Waterfall.Steps[2].Rule})
}

// Floors compare each part of a split line with its own price: 10 at 1.00 and 90 at 2.00
// are 190.00 before the grade, of which 75 % are 142.50; list is 200.00.
func TestFloorsOfASplitLine(t *testing.T) {
	s := pricingtest.New().Price("a", "2.00").Contract("9", "a", "1.00").Edit(func(b *pricing.Book) {
		b.Lists[1].Cap = &pricing.Cap{Quantity: quantity(t, "10 EA"), Counts: pricing.CapOrdered}
		for _, basis := range []pricing.FloorBasis{pricing.FloorBeforeGrade, pricing.FloorList, pricing.FloorEngine} {
			b.Floors = append(b.Floors, pricing.Floor{ID: string(basis), Basis: basis, Rate: tandem.Percent(75)})
		}
	}).Snapshot(t)
	req := pricingtest.Order("9", pricingtest.Line("a", 100))
	req.OrderDiscounts = []pricing.OrderDiscount{{ID: "half", Rate: tandem.Percent(50)}}
	limits := map[string]tandem.Money{}
	for _, a := range mustPrice(t, s, req).Approvals {
		limits[a.Floor] = a.Limit
	}
	assert.Equal(t, map[string]tandem.Money{"before_grade": gbp(t, "142.50"), "list": gbp(t, "150.00"), "engine": gbp(t, "142.50")}, limits)
}

func TestLineNumbersStandOnce(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	req := pricingtest.Order("1", pricingtest.Line("84879", 1), pricingtest.Line("21212", 1))
	req.Lines[1].Line = 1
	assert.Equal(t, []string{"lines[1].line:duplicate"}, codes(t, s.Price(&req, &pricing.Result{})))
}

// Rows from which the list that wins derives give prices.
func TestLintKnowsWhatDefaultListsDeriveFrom(t *testing.T) {
	s := pricingtest.New().Price("a", "6.50").Break("a", 12, "6.00").Edit(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "retail", Source: pricing.SourceDefault, Base: "list", Priority: 1})
	}).Snapshot(t)
	assert.Empty(t, lintCodes(s, pricing.FindUnreachable))
}

func TestNobodyIsQuotedNothing(t *testing.T) {
	var p pricing.Pricer
	_, err := p.Line(nil, pricingtest.Product("a"), quantity(t, "1 EA"))
	assert.ErrorIs(t, err, tandem.ErrNotFound)
	assert.Equal(t, 1, pricing.PriceBatch([]pricing.BatchLine{{}}, make([]pricing.Quote, 1), 2))
}

// Promotions fall on the prices of the book: 20 % off gifts, not on what was agreed
// for good, nor on a contract that says so; the waterfall names them.
func TestPromotionsOfTheBook(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Price("b", "10.00").Contract("9", "b", "8.00").Edit(func(b *pricing.Book) {
		b.Items = []pricing.Item{{Product: pricingtest.Product("a"), Category: "gifts/candles"}, {Product: pricingtest.Product("b"), Category: "gifts"}}
		b.Lists[1].BlocksPromotions = true
		b.Promotions = []promotion.Promotion{{ID: "summer", Lane: promotion.LaneProduct, Scope: promotion.Scope{Categories: []string{"gifts"}},
			Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(20), Target: promotion.EachLine}}}}
	}).Snapshot(t)
	agreed := pricingtest.Line("a", 1)
	agreed.Agreed = &pricing.Override{Price: price(t, "9.00 GBP/EA"), Reason: "said so"}
	req := pricingtest.Order("9", pricingtest.Line("a", 3), pricingtest.Line("b", 1), agreed)
	req.Explain = true
	res := mustPrice(t, s, req)
	assert.Equal(t, []string{"24.00", "8.00", "9.00"}, []string{res.Lines[0].Amount.Decimal().StringFixed(2), res.Lines[1].Amount.Decimal().StringFixed(2), res.Lines[2].Amount.Decimal().StringFixed(2)})
	last := res.Lines[0].Waterfall.Steps[len(res.Lines[0].Waterfall.Steps)-1]
	assert.Equal(t, pricing.StepPromotion, last.Kind)
	assert.Equal(t, gbp(t, "-6.00"), last.Delta)
	require.NoError(t, res.Lines[0].Waterfall.Validate())
	require.Len(t, res.Promotions, 1)
	assert.Equal(t, gbp(t, "6.00"), res.Promotions[0].Saving)
}

// A hard floor at cost raises what promotions took too far, but not what was agreed.
func TestHardFloors(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Edit(func(b *pricing.Book) {
		b.Floors = []pricing.Floor{{ID: "cost", Basis: pricing.FloorCost, Rate: tandem.Percent(100), Hard: true},
			{ID: "order", Basis: pricing.FloorList, Rate: tandem.Percent(75), Of: pricing.FloorOfOrder, Hard: true},
			{ID: "pocket", Basis: pricing.FloorCost, Rate: tandem.Percent(100), Level: pricing.FloorPocket}}
	}).Snapshot(t)
	line, agreed := pricingtest.Line("a", 10), pricingtest.Line("a", 10)
	line.Cost, line.RebateRate, agreed.Cost = gbp(t, "80.00"), tandem.Percent(5), gbp(t, "80.00")
	agreed.Agreed = &pricing.Override{Price: price(t, "6.00 GBP/EA"), Reason: "last of its kind"}
	req := pricingtest.Order("1", line, agreed)
	req.Explain, req.OrderDiscounts = true, []pricing.OrderDiscount{{ID: "half", Rate: tandem.Percent(50)}}
	res := mustPrice(t, s, req)
	assert.Equal(t, gbp(t, "90.00"), res.Lines[0].Amount, "50.00, raised to cost, then by 10.00 to 75 % of both lists' 200.00")
	assert.Equal(t, gbp(t, "40.00"), res.Lines[0].Breakdown.Floor)
	assert.Equal(t, gbp(t, "60.00"), res.Lines[1].Amount)
	require.NoError(t, res.Lines[0].Waterfall.Validate())
	assert.Equal(t, gbp(t, "85.50"), res.Lines[0].Waterfall.Pocket)
	assert.Equal(t, gbp(t, "5.50"), res.Lines[0].Waterfall.Margin)
	var got []string
	for _, a := range res.Approvals {
		got = append(got, fmt.Sprint(a.Line, a.Floor, a.Hard))
	}
	assert.Equal(t, []string{"2costtrue", "2pocketfalse"}, got)
}

// GOBL's two rules: two lines of 61.305 show 61.31 each; they come to 122.62, or
// rounded once to 122.61 with 0.01 of rounding.
func TestTotals(t *testing.T) {
	for policy, want := range map[pricing.TotalPolicy]string{pricing.TotalCurrency: "122.62", pricing.TotalPrecise: "122.61"} {
		s := compiled(t, func(b *pricing.Book) {
			b.Totals = policy
			b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "61.305 GBP/EA")}
		})
		res := mustPrice(t, s, pricingtest.Order("1", pricingtest.Line("a", 1), pricingtest.Line("a", 1)))
		assert.Equal(t, gbp(t, want), res.Total)
		assert.Equal(t, gbp(t, "61.31"), res.Lines[0].Amount)
		sum := tandem.MoneyFromMinor(0, tandem.GBP)
		for _, base := range res.AppendTaxBases(nil) {
			var err error
			sum, err = sum.Add(base.Amount)
			require.NoError(t, err)
		}
		assert.Equal(t, res.Total, sum, "what is taxed is the total")
	}
}

// 119.00 with 19 % sold where 21 % is due: 119.00 or 121.00.
func TestAcrossABorder(t *testing.T) {
	s := compiled(t, func(b *pricing.Book) {
		b.Lists[0].Inclusive = true
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "119.00 GBP/EA")}
	})
	for border, want := range map[taxmode.Border]string{"": "119.00", taxmode.KeepGross: "119.00", taxmode.KeepNet: "121.00"} {
		req := pricingtest.Order("1", pricingtest.Line("a", 1))
		req.Inclusive, req.Border = true, border
		req.Lines[0].HomeRate, req.Lines[0].TaxRate = tandem.Percent(19), tandem.Percent(21)
		assert.Equal(t, gbp(t, want), mustPrice(t, s, req).Lines[0].Amount, border)
	}
}
