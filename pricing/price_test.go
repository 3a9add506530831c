package pricing_test

import (
	"encoding/json"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func gbp(t testing.TB, s string) tandem.Money {
	t.Helper()
	m, err := tandem.ParseMoney(s + " GBP")
	require.NoError(t, err)
	return m
}

func price(t testing.TB, s string) tandem.Price {
	t.Helper()
	p, err := tandem.ParsePrice(s)
	require.NoError(t, err)
	return p
}

func rate(t testing.TB, s string) tandem.Rate {
	t.Helper()
	r, err := tandem.ParseRate(s)
	require.NoError(t, err)
	return r
}

func date(t testing.TB, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func quantity(t testing.TB, s string) tandem.Quantity {
	t.Helper()
	q, err := tandem.ParseQuantity(s)
	require.NoError(t, err)
	return q
}

func mustPrice(t testing.TB, s *pricing.Snapshot, req pricing.Request) pricing.Result {
	t.Helper()
	var res pricing.Result
	require.NoError(t, s.Price(&req, &res))
	checkResult(t, req, &res)
	return res
}

// checkResult asserts what must hold of every result.
func checkResult(t testing.TB, req pricing.Request, res *pricing.Result) {
	t.Helper()
	total := tandem.MoneyFromMinor(0, req.Currency)
	for i := range res.Lines {
		line := &res.Lines[i]
		sum, err := line.Breakdown.Total()
		require.NoError(t, err)
		require.Equal(t, line.Amount, sum, "the breakdown sums to the amount")
		total, err = total.Add(line.Amount)
		require.NoError(t, err)
		require.Equal(t, tandem.TaxBase{Line: line.Line, Code: req.Lines[i].TaxCode, Amount: line.Amount, Inclusive: req.Inclusive}, line.Base)
		require.Equal(t, req.Explain, line.Waterfall != nil)
		if line.Waterfall != nil {
			require.NoError(t, line.Waterfall.Validate())
			require.Equal(t, line.Amount, line.Waterfall.Amount)
			require.Equal(t, line.Price, line.Waterfall.Price)
			b, err := line.Waterfall.Breakdown()
			require.NoError(t, err)
			require.Equal(t, line.Breakdown, b)
		}
	}
	for _, r := range res.Rounding {
		var err error
		total, err = total.Add(r.Amount)
		require.NoError(t, err)
	}
	require.Equal(t, total, res.Total)
}

func with(req pricing.Request, change func(*pricing.Request)) pricing.Request {
	change(&req)
	return req
}

func graded(grade tandem.GradeCode, req pricing.Request) pricing.Request {
	req.Grade = grade
	return req
}

// Prices by hand, from the list of a UK gift wholesaler (85123A: 2.95, from 32
// pieces 2.55; the grades of the wholesaler's rules, gold −5 %, silver −3 %,
// bronze −1 %).
func TestPriceOfOneLine(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	for _, c := range []struct {
		name     string
		customer string
		grade    tandem.GradeCode
		product  string
		pieces   int64
		price    string
		amount   string
		rule     string
	}{
		{"list price", "1", "", "85123A", 6, "2.95", "17.70", "list/85123A"},
		{"one below the break", "1", "", "85123A", 31, "2.95", "91.45", "list/85123A"},
		{"the break is inclusive", "1", "", "85123A", 32, "2.55", "81.60", "list/85123A/32"},
		{"gold takes 5 % off the list: 2.8025", "1", "gold", "85123A", 31, "2.80", "86.80", "gold"},
		{"gold at the break pays 2.55 × 0.95 = 2.4225, never 2.80", "1", "gold", "85123A", 32, "2.42", "77.44", "gold"},
		{"silver at the break: 2.4735", "1", "silver", "85123A", 32, "2.47", "79.04", "silver"},
		{"bronze at the break: 2.5245", "1", "bronze", "85123A", 32, "2.52", "80.64", "bronze"},
		{"half a penny rounds away from zero: 1.69 × 0.95 = 1.6055", "1", "gold", "84879", 1, "1.61", "1.61", "gold"},
		{"contract", "12347", "", "84879", 10, "1.45", "14.50", "contract-12347/84879"},
		{"a contract is final, the grade adds nothing", "12347", "gold", "84879", 10, "1.45", "14.50", "contract-12347/84879"},
		{"the contract's customer on another product", "12347", "gold", "21212", 10, "0.52", "5.20", "gold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := mustPrice(t, s, graded(c.grade, with(pricingtest.Order(c.customer, pricingtest.Line(c.product, c.pieces)),
				func(r *pricing.Request) { r.Explain = true })))
			line := res.Lines[0]
			assert.Equal(t, price(t, c.price+" GBP/EA"), line.Price)
			assert.Equal(t, gbp(t, c.amount), line.Amount)
			assert.Equal(t, tandem.PriceRef{Book: "test", Version: 1, Rule: c.rule}, line.Ref)
		})
	}
}

func breakdown(t testing.TB, list, brk, contract, grade, agreed, order string) pricing.Breakdown {
	none := gbp(t, "0.00")
	return pricing.Breakdown{Channel: none, Customer: none, Offer: none, Promotion: none, Floor: none, List: gbp(t, list), Break: gbp(t, brk), Contract: gbp(t, contract), Grade: gbp(t, grade),
		Agreed: gbp(t, agreed), OrderDiscount: gbp(t, order)}
}

// The waterfall of the wholesaler's rules (list − break + contract − grade −
// agreed = paid): every step is separate money on each line, and in the sum.
func TestBreakdownSeparatesEveryStep(t *testing.T) {
	s := pricingtest.Small().Contract("12347", "85123A", "2.75").Edit(func(b *pricing.Book) {
		b.Contract = pricing.GradeFollows
	}).Snapshot(t)
	req := graded("silver", pricingtest.Order("12347",
		pricingtest.Line("85123A", 40), pricingtest.Line("22423", 16), pricingtest.Line("21212", 10)))
	req.Lines[2].Agreed = &pricing.Override{Price: price(t, "0.50 GBP/EA"), Reason: "price match", Actor: "rep-7"}
	req.OrderDiscounts = []pricing.OrderDiscount{{ID: "spring", Amount: gbp(t, "10.00")}}
	req.Explain = true
	res := mustPrice(t, s, req)

	// 40 × 2.95 = 118.00; break to 2.55 −16.00; contract 2.75 is dearer +8.00;
	// 2.75 × 0.97 = 2.6675 → 2.67, −3.20.
	// 16 × 12.75 = 204.00; break to 10.95 −28.80; 10.95 × 0.97 = 10.6215 → 10.62, −5.28.
	// 10 × 0.55 = 5.50; 0.5335 → 0.53 −0.20; agreed 0.50 −0.30; final: no order discount.
	// The discount of 10.00 falls on 106.80 and 169.92: 3.8595, 6.1405 → 3.86, 6.14.
	assert.Equal(t, breakdown(t, "118.00", "-16.00", "8.00", "-3.20", "0.00", "-3.86"), res.Lines[0].Breakdown)
	assert.Equal(t, breakdown(t, "204.00", "-28.80", "0.00", "-5.28", "0.00", "-6.14"), res.Lines[1].Breakdown)
	assert.Equal(t, breakdown(t, "5.50", "0.00", "0.00", "-0.20", "-0.30", "0.00"), res.Lines[2].Breakdown)
	assert.True(t, res.Lines[2].Final)

	var sum pricing.Breakdown
	for _, line := range res.Lines {
		var err error
		sum, err = sum.Add(line.Breakdown)
		require.NoError(t, err)
	}
	assert.Equal(t, breakdown(t, "327.50", "-44.80", "8.00", "-8.68", "-0.30", "-10.00"), sum)
	assert.Equal(t, gbp(t, "271.72"), res.Total)
	assert.Equal(t, []pricing.Applied{{ID: "spring", Basis: gbp(t, "276.72"), Asked: gbp(t, "10.00"), Applied: gbp(t, "10.00")}}, res.Discounts)

	steps := res.Lines[0].Waterfall.Steps
	require.Len(t, steps, 5)
	assert.Equal(t, pricing.Step{Kind: pricing.StepGrade, Rule: "silver", List: "silver", Basis: gbp(t, "110.00"), Rate: rate(t, "0.03"),
		Price: price(t, "2.67 GBP/EA"), Delta: gbp(t, "-3.20"), Rounding: gbp(t, "0.10"), Amount: gbp(t, "106.80")}, steps[3],
		"3 %% of 110.00 are 3.30; rounding 2.6675 to 2.67 gives 0.10 back")
	assert.Equal(t, pricing.StepOrderDiscount, steps[4].Kind)
	agreed := res.Lines[2].Waterfall.Steps[2]
	assert.Equal(t, "price match", agreed.Reason)
	assert.Equal(t, "rep-7", agreed.Actor)
}

func TestAgreedPrice(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	line := func(p string, open bool) pricing.Line {
		l := pricingtest.Line("85123A", 10)
		l.Agreed = &pricing.Override{Price: price(t, p), Reason: "agreed", Open: open}
		return l
	}
	t.Run("up", func(t *testing.T) {
		res := mustPrice(t, s, pricingtest.Order("1", line("3.10 GBP/EA", false)))
		assert.Equal(t, breakdown(t, "29.50", "0", "0", "0", "1.50", "0"), res.Lines[0].Breakdown)
		assert.Equal(t, pricing.RuleAgreed, res.Lines[0].Ref.Rule)
		assert.Empty(t, res.Approvals)
	})
	t.Run("free of charge is a price", func(t *testing.T) {
		res := mustPrice(t, s, pricingtest.Order("1", line("0.00 GBP/EA", false)))
		assert.Equal(t, gbp(t, "0"), res.Total)
		assert.Equal(t, gbp(t, "-29.50"), res.Lines[0].Breakdown.Agreed)
	})
	t.Run("open takes order discounts, final does not", func(t *testing.T) {
		req := pricingtest.Order("1", line("2.00 GBP/EA", true), line("2.00 GBP/EA", false))
		req.OrderDiscounts = []pricing.OrderDiscount{{ID: "ten", Rate: rate(t, "0.1")}}
		res := mustPrice(t, s, req)
		assert.Equal(t, gbp(t, "18.00"), res.Lines[0].Amount)
		assert.Equal(t, gbp(t, "20.00"), res.Lines[1].Amount)
		assert.False(t, res.Lines[0].Final)
		assert.True(t, res.Lines[1].Final)
	})
	t.Run("prices what no list prices", func(t *testing.T) {
		l := pricingtest.Line("carriage", 1)
		l.Agreed = &pricing.Override{Price: price(t, "18.00 GBP/EA"), Reason: "carriage at cost"}
		req := pricingtest.Order("1", l)
		req.Explain = true
		res := mustPrice(t, s, req)
		assert.Equal(t, breakdown(t, "0", "0", "0", "0", "18.00", "0"), res.Lines[0].Breakdown)
		assert.Len(t, res.Lines[0].Waterfall.Steps, 1)
	})
}

// Floors as the wholesaler's rules have them: approval below 75 % of the engine's
// price before the grade, and below cost. 85123A for a gold customer, 10 pieces:
// list 29.50, so the limit is 22.125, and 22.13 is the least amount that passes.
func TestFloorsAskForApproval(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	for _, c := range []struct {
		name, agreed, cost string
		want               []string
	}{
		{"well above", "2.50", "16.00", nil},
		{"one hundredth of a penny per piece above 75 %", "2.2130", "16.00", nil},
		{"just below 75 %", "2.2120", "16.00", []string{"deep"}},
		{"at cost is not below cost", "2.40", "24.00", nil},
		{"below cost", "2.39", "24.00", []string{"cost"}},
		{"below both", "1.00", "16.00", []string{"deep", "cost"}},
		{"no cost known: not judged by it", "2.39", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := pricingtest.Line("85123A", 10)
			l.Agreed = &pricing.Override{Price: price(t, c.agreed+" GBP/EA"), Reason: "agreed"}
			if c.cost != "" {
				l.Cost = gbp(t, c.cost)
			}
			res := mustPrice(t, s, graded("gold", pricingtest.Order("1", l)))
			var got []string
			for _, a := range res.ApprovalsOf(1) {
				got = append(got, a.Floor)
				assert.Equal(t, "manager", a.Role)
			}
			assert.Equal(t, c.want, got)
		})
	}
	t.Run("an order discount counts", func(t *testing.T) {
		req := pricingtest.Order("1", pricingtest.Line("85123A", 10), pricingtest.Line("21212", 10))
		req.OrderDiscounts = []pricing.OrderDiscount{{ID: "clearance", Rate: rate(t, "0.3")}}
		res := mustPrice(t, s, req)
		assert.NotEqual(t, res.Approvals[0].Token, res.Approvals[1].Token)
		for i := range res.Approvals {
			assert.Len(t, res.Approvals[i].Token, 32)
			res.Approvals[i].Token = ""
		}
		assert.Equal(t, []pricing.Approval{
			{Line: 1, Floor: "deep", Basis: pricing.FloorBeforeGrade, Level: pricing.FloorInvoice, Rate: rate(t, "0.75"), Role: "manager", Limit: gbp(t, "22.13"), Amount: gbp(t, "20.65")},
			{Line: 2, Floor: "deep", Basis: pricing.FloorBeforeGrade, Level: pricing.FloorInvoice, Rate: rate(t, "0.75"), Role: "manager", Limit: gbp(t, "4.13"), Amount: gbp(t, "3.85")},
		}, res.Approvals)
	})
	t.Run("every basis", func(t *testing.T) {
		all := pricingtest.New().Price("a", "10.00").Break("a", 10, "8.00").Grade("gold", "0.25").
			Floor("list", pricing.FloorList, "1").Floor("before", pricing.FloorBeforeGrade, "1").
			Floor("engine", pricing.FloorEngine, "1").Floor("cost", pricing.FloorCost, "1").Snapshot(t)
		l := pricingtest.Line("a", 10)
		l.Cost = gbp(t, "60.01")
		res := mustPrice(t, all, graded("gold", pricingtest.Order("1", l))) // 10 × 6.00
		limits := map[string]tandem.Money{}
		for _, a := range res.Approvals {
			limits[a.Floor] = a.Limit
		}
		assert.Equal(t, map[string]tandem.Money{"list": gbp(t, "100.00"), "before": gbp(t, "80.00"), "cost": gbp(t, "60.01")}, limits)
	})
}

func TestOrderDiscounts(t *testing.T) {
	// Three equal lines share 1.00: 33.3333 each, the remainder to the lowest index.
	s := pricingtest.New().Price("a", "10.00").Price("b", "0.01").Snapshot(t)
	order := func(d ...pricing.OrderDiscount) pricing.Request {
		req := pricingtest.Order("1", pricingtest.Line("a", 1), pricingtest.Line("a", 1), pricingtest.Line("a", 1))
		req.OrderDiscounts, req.Explain = d, true
		return req
	}
	amounts := func(res pricing.Result) (all []string) {
		for _, l := range res.Lines {
			all = append(all, l.Amount.Decimal().StringFixed(2))
		}
		return all
	}
	t.Run("no cent is lost", func(t *testing.T) {
		res := mustPrice(t, s, order(pricing.OrderDiscount{ID: "d", Amount: gbp(t, "1.00")}))
		assert.Equal(t, []string{"9.66", "9.67", "9.67"}, amounts(res))
		last := res.Lines[0].Waterfall.Steps
		assert.Equal(t, gbp(t, "-0.01"), last[len(last)-1].Rounding)
	})
	t.Run("rates compound", func(t *testing.T) {
		res := mustPrice(t, s, order(pricing.OrderDiscount{ID: "x", Rate: rate(t, "0.2")}, pricing.OrderDiscount{ID: "y", Rate: rate(t, "0.1")}))
		assert.Equal(t, gbp(t, "21.60"), res.Total) // 30 × 0.8 × 0.9
		assert.Equal(t, gbp(t, "2.40"), res.Discounts[1].Applied)
	})
	t.Run("never below nought", func(t *testing.T) {
		res := mustPrice(t, s, order(pricing.OrderDiscount{ID: "d", Amount: gbp(t, "31.00")}, pricing.OrderDiscount{ID: "e", Rate: rate(t, "0.5")}))
		assert.Equal(t, gbp(t, "0.00"), res.Total)
		assert.Equal(t, gbp(t, "31.00"), res.Discounts[0].Asked)
		assert.Equal(t, gbp(t, "30.00"), res.Discounts[0].Applied)
	})
	t.Run("faults", func(t *testing.T) {
		usd := tandem.MoneyFromMinor(100, tandem.USD)
		for name, d := range map[string]pricing.OrderDiscount{
			"no id":               {Rate: rate(t, "0.1")},
			"neither":             {ID: "d"},
			"both":                {ID: "d", Rate: rate(t, "0.1"), Amount: gbp(t, "1.00")},
			"negative rate":       {ID: "d", Rate: rate(t, "-0.1")},
			"rate above one":      {ID: "d", Rate: tandem.Percent(110)},
			"negative amount":     {ID: "d", Amount: gbp(t, "-1.00")},
			"other currency":      {ID: "d", Amount: usd},
			"an amount of nought": {ID: "d", Amount: gbp(t, "0.00")},
		} {
			var res pricing.Result
			req := order(d)
			assert.ErrorIs(t, s.Price(&req, &res), tandem.ErrInvalid, name)
			assert.Empty(t, res.Lines, name)
		}
	})
}

func codes(t testing.TB, err error) (all []string) {
	t.Helper()
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, f := range invalid.Faults {
		all = append(all, f.Path+":"+f.Code)
	}
	return all
}

func TestRequestsWithFaults(t *testing.T) {
	s := pricingtest.Small().Edit(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "gross", Source: pricing.SourceDefault, Inclusive: true})
		b.Rows = append(b.Rows,
			pricing.Row{ID: "g", List: "gross", Product: pricingtest.Product("gross"), Price: price(t, "1.20 GBP/EA")},
			pricing.Row{ID: "eur", List: "list", Product: pricingtest.Product("euro"), Price: price(t, "1.20 EUR/EA")},
			pricing.Row{ID: "box", List: "list", Product: pricingtest.Product("box"), Price: price(t, "1.20 GBP/XBX")},
			pricing.Row{ID: "old", List: "list", Product: pricingtest.Product("old"), Price: price(t, "1.20 GBP/EA"), Valid: tandem.Validity{Until: pricingtest.Day()}},
			pricing.Row{ID: "bulk", List: "list", Product: pricingtest.Product("bulk"), Price: price(t, "1.20 GBP/EA"), From: quantity(t, "10 EA")})
	}).Snapshot(t)
	t.Run("what comes closest to a price", func(t *testing.T) {
		req := pricingtest.Order("1", pricingtest.Line("nothing", 1), pricingtest.Line("gross", 1), pricingtest.Line("euro", 1),
			pricingtest.Line("box", 1), pricingtest.Line("old", 1), pricingtest.Line("bulk", 9), pricingtest.Line("bulk", 10))
		var res pricing.Result
		err := s.Price(&req, &res)
		assert.Equal(t, []string{"lines[0]:price_missing", "lines[1]:price_tax_mode", "lines[2]:price_currency",
			"lines[3]:price_unit", "lines[4]:price_date", "lines[5]:price_quantity"}, codes(t, err))
		assert.ErrorContains(t, err, "lines[3]: product "+pricingtest.Product("box").String()+" has no price per EA, only per XBX;")
	})
	override := func(p, reason string) func(*pricing.Line) {
		return func(l *pricing.Line) { l.Agreed = &pricing.Override{Price: price(t, p), Reason: reason} }
	}
	for code, change := range map[string]func(*pricing.Line){
		"line":            func(l *pricing.Line) { l.Line = 0 },
		"quantity":        func(l *pricing.Line) { l.Quantity = tandem.Quantity{} },
		"category":        func(l *pricing.Line) { l.Category = "a//b" },
		"cost_currency":   func(l *pricing.Line) { l.Cost = tandem.MoneyFromMinor(1, tandem.EUR) },
		"agreed_price":    override("-1.00 GBP/EA", "x"),
		"agreed_currency": override("1.00 EUR/EA", "x"),
		"agreed_unit":     override("1.00 GBP/DZN", "x"),
		"agreed_reason":   override("1.00 GBP/EA", ""),
		"amount": func(l *pricing.Line) {
			l.Quantity = tandem.QuantityFromMicro(math.MaxInt64, tandem.Each)
			override("9000000 GBP/EA", "x")(l)
		},
	} {
		t.Run(code, func(t *testing.T) {
			req := pricingtest.Order("1", pricingtest.Line("85123A", 1))
			change(&req.Lines[0])
			var res pricing.Result
			assert.Equal(t, []string{"lines[0]:" + code}, codes(t, s.Price(&req, &res)))
		})
	}
	negative := pricingtest.Order("1", pricingtest.Line("85123A", -1))
	assert.Equal(t, []string{"lines[0]:quantity"}, codes(t, s.Price(&negative, &pricing.Result{})))

	owned := pricingtest.Small().Edit(func(b *pricing.Book) { b.Company = tandem.DeriveID[tandem.CompanyID]("t", "a") }).Snapshot(t)
	whole := pricing.Request{Grade: "platinum", Lines: make([]pricing.Line, tandem.MaxLines+1), OrderDiscounts: make([]pricing.OrderDiscount, pricing.MaxOrderDiscounts+1)}
	assert.Equal(t, []string{"date:date", "currency:currency", "company:company", "lines:too_many", "order_discounts:too_many", "grade:grade_unknown"},
		codes(t, owned.Price(&whole, &pricing.Result{})))
}

func TestEmptyOrder(t *testing.T) {
	res := mustPrice(t, pricingtest.Small().Snapshot(t), pricingtest.Order("1"))
	assert.Equal(t, gbp(t, "0.00"), res.Total)
}

func TestResultIsReusable(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	var res pricing.Result
	first := pricingtest.Order("1", pricingtest.Line("85123A", 1), pricingtest.Line("22423", 20))
	first.Explain, first.OrderDiscounts = true, []pricing.OrderDiscount{{ID: "d", Rate: rate(t, "0.5")}}
	second := graded("gold", pricingtest.Order("12347", pricingtest.Line("84879", 3)))
	require.NoError(t, s.Price(&first, &res))
	require.NoError(t, s.Price(&second, &res))
	fresh := mustPrice(t, s, second)
	got, err := json.Marshal(&res)
	require.NoError(t, err)
	want, err := json.Marshal(&fresh)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))

	third := pricingtest.Order("1", pricingtest.Line("nothing", 1))
	require.Error(t, s.Price(&third, &res))
	assert.Empty(t, res.Lines)
	assert.Empty(t, res.Approvals)

	plain := graded("gold", pricingtest.Order("12347", pricingtest.Line("85123A", 40), pricingtest.Line("84879", 3), pricingtest.Line("21212", 3)))
	plain.OrderDiscounts = []pricing.OrderDiscount{{ID: "d", Rate: rate(t, "0.05")}}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if err := s.Price(&plain, &res); err != nil {
			t.Fatal(err)
		}
	}), "no allocation on the hot path")
}

// A snapshot shares nothing with the book it came from, and is read by many.
func TestSnapshotIsImmutable(t *testing.T) {
	book, err := pricingtest.Small().Book()
	require.NoError(t, err)
	s, err := pricing.Compile(book)
	require.NoError(t, err)
	for i := range book.Rows {
		book.Rows[i].Price = price(t, "999.00 GBP/EA")
	}
	book.Lists[1].Grades[0], book.Grades[0] = "bronze", "other"
	book.Lists[len(book.Lists)-1].Customers[0] = pricingtest.Customer("other")
	s.Book().Rows[0].ID = "changed"
	s.Grades()[0] = "changed"
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var res pricing.Result
			for range 200 {
				req := graded("gold", pricingtest.Order("12347", pricingtest.Line("85123A", 32), pricingtest.Line("84879", 1)))
				req.Explain = true
				if err := s.Price(&req, &res); err != nil || res.Total != tandem.MoneyFromMinor(7744+145, tandem.GBP) {
					t.Errorf("%v %v", res.Total, err)
					return
				}
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(1), s.Version())
	assert.Equal(t, []tandem.GradeCode{"gold", "silver", "bronze"}, s.Grades())
}

func TestTaxBasesAreHandedOn(t *testing.T) {
	res := mustPrice(t, pricingtest.Small().Snapshot(t), pricingtest.Order("1", pricingtest.Line("85123A", 1), pricingtest.Line("21212", 2)))
	assert.Equal(t, []tandem.TaxBase{{Line: 1, Code: "GB-S", Amount: gbp(t, "2.95")}, {Line: 2, Code: "GB-S", Amount: gbp(t, "1.10")}},
		res.AppendTaxBases(nil))
}
