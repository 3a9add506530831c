package pricing_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func day(n int) tandem.Date { return pricingtest.Day().AddDays(n) }

func drawValidity(t *rapid.T) tandem.Validity {
	var v tandem.Validity
	if rapid.Bool().Draw(t, "from") {
		v.From = day(rapid.IntRange(-5, 2).Draw(t, "from day"))
	}
	if rapid.Bool().Draw(t, "until") {
		v.Until = day(rapid.IntRange(3, 6).Draw(t, "until day"))
	}
	return v
}

func drawRate(t *rapid.T) tandem.Rate {
	return tandem.Percent(int64(rapid.IntRange(0, 40).Draw(t, "rate")))
}

// drawBook makes a small book in which many rows compete for few products.
func drawBook(t *rapid.T) pricing.Book {
	b := pricing.NewBook("random", 7)
	b.Policy = rapid.SampledFrom(pricing.Policies()).Draw(t, "policy")
	b.Grades = []tandem.GradeCode{"gold", "silver"}
	priority := func() int { return rapid.SampledFrom([]int{0, 0, 0, 1, -3}).Draw(t, "priority") }
	for i := range rapid.IntRange(1, 3).Draw(t, "default lists") {
		b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprintf("d%d", i), Source: pricing.SourceDefault, Priority: priority(),
			Valid: drawValidity(t)})
	}
	defaults := len(b.Lists)
	for i := range rapid.IntRange(0, 3).Draw(t, "other lists") {
		l := pricing.List{ID: fmt.Sprintf("x%d", i), Source: pricing.SourceGrade, Priority: priority(), Valid: drawValidity(t)}
		if rapid.Bool().Draw(t, "contract") {
			l.Source, l.Customers = pricing.SourceContract, []tandem.PartyID{pricingtest.Customer("1")}
		} else {
			l.Grades = rapid.SampledFrom([][]tandem.GradeCode{{"gold"}, {"silver"}, {"gold", "silver"}}).Draw(t, "grades")
		}
		if rapid.Bool().Draw(t, "derives") {
			l.Base, l.Discount = fmt.Sprintf("d%d", rapid.IntRange(0, defaults-1).Draw(t, "base")), drawRate(t)
		}
		at := rapid.IntRange(0, len(b.Lists)).Draw(t, "place")
		b.Lists = append(b.Lists[:at], append([]pricing.List{l}, b.Lists[at:]...)...)
	}
	for i := range rapid.IntRange(0, 25).Draw(t, "rows") {
		b.Rows = append(b.Rows, drawRow(t, b, fmt.Sprintf("r%02d", i)))
	}
	return b
}

func drawRow(t *rapid.T, b pricing.Book, id string) pricing.Row {
	l := rapid.SampledFrom(b.Lists).Draw(t, "list")
	r := pricing.Row{ID: id, List: l.ID, Valid: drawValidity(t)}
	switch rapid.IntRange(0, 5).Draw(t, "scope") {
	case 0:
	case 1:
		r.Category = rapid.SampledFrom([]string{"gifts", "gifts/candles", "toys"}).Draw(t, "category")
	default:
		r.Product = pricingtest.Product(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "product"))
	}
	if rapid.Bool().Draw(t, "break") {
		r.From, _ = tandem.QuantityOf(int64(rapid.SampledFrom([]int{1, 5, 10}).Draw(t, "from")), tandem.Each)
	}
	if l.Base != "" && rapid.Bool().Draw(t, "states a rate") {
		r.Discount = drawRate(t)
		return r
	}
	c := rapid.SampledFrom([]tandem.Currency{tandem.GBP, tandem.GBP, tandem.GBP, tandem.EUR}).Draw(t, "currency")
	r.Price, _ = tandem.PriceFromMicro(int64(rapid.IntRange(0, 400).Draw(t, "pence"))*10_000, c, 1, tandem.Each)
	return r
}

func drawRequest(t *rapid.T) pricing.Request {
	req := pricingtest.Order(rapid.SampledFrom([]string{"1", "2"}).Draw(t, "customer"))
	req.Grade = rapid.SampledFrom([]tandem.GradeCode{"", "gold", "silver"}).Draw(t, "grade")
	req.Date = day(rapid.IntRange(-6, 7).Draw(t, "day"))
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		l := pricingtest.Line(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "product"), int64(rapid.IntRange(1, 12).Draw(t, "pieces")))
		l.Line, l.Category = i+1, rapid.SampledFrom([]string{"", "gifts", "gifts/candles", "gifts/candles/red", "giftshop"}).Draw(t, "category")
		req.Lines = append(req.Lines, l)
	}
	return req
}

// The compiled engine gives the result of the reference for every line, or no price
// where the reference has none. Random books with all features are compared in
// package pricingtest.
func TestEngineEqualsReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := drawBook(t)
		s, err := pricing.Compile(book)
		require.NoError(t, err)
		for range 4 {
			req := drawRequest(t)
			for _, line := range req.Lines {
				one := req
				one.Lines = []pricing.Line{line}
				want, missing := pricingtest.Reference(&book, &one)
				var res pricing.Result
				err := s.Price(&one, &res)
				if missing != nil {
					require.ErrorIs(t, err, tandem.ErrInvalid)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, want.Lines, res.Lines)
			}
		}
	})
}

// priceable keeps the lines that have a price.
func priceable(s *pricing.Snapshot, req pricing.Request) pricing.Request {
	var kept []pricing.Line
	for _, line := range req.Lines {
		one := req
		one.Lines, one.OrderDiscounts = []pricing.Line{line}, nil
		if s.Price(&one, &pricing.Result{}) == nil {
			kept = append(kept, line)
		}
	}
	req.Lines = kept
	return req
}

// Every waterfall sums to its price, survives JSON, and its losers are not its
// winners; an explained result is the plain one with waterfalls.
func TestWaterfallExplainsEveryCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := drawBook(t)
		if rapid.Bool().Draw(t, "grade follows") {
			book.Contract = pricing.GradeFollows
		}
		s, err := pricing.Compile(book)
		require.NoError(t, err)
		req := priceable(s, drawRequest(t))
		for i := range req.Lines {
			if rapid.IntRange(0, 3).Draw(t, "agreed") == 0 {
				p, _ := tandem.PriceFromMicro(int64(rapid.IntRange(0, 500).Draw(t, "agreed pence"))*10_000, tandem.GBP, 1, tandem.Each)
				req.Lines[i].Agreed = &pricing.Override{Price: p, Reason: "r", Open: rapid.Bool().Draw(t, "open")}
			}
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "discounts") {
			d := pricing.OrderDiscount{ID: fmt.Sprintf("o%d", i), Rate: drawRate(t)}
			if d.Rate.IsZero() {
				d.Amount = tandem.MoneyFromMinor(int64(rapid.IntRange(1, 3000).Draw(t, "amount")), tandem.GBP)
			}
			req.OrderDiscounts = append(req.OrderDiscounts, d)
		}
		var plain, explained pricing.Result
		require.NoError(t, s.Price(&req, &plain))
		req.Explain = true
		require.NoError(t, s.Price(&req, &explained))
		for i := range explained.Lines {
			line := &explained.Lines[i]
			checkWaterfall(t, line)
			require.GreaterOrEqual(t, line.Amount.Sign(), 0)
			line.Waterfall = nil
			require.Equal(t, plain.Lines[i], *line)
		}
		for i, d := range plain.Discounts {
			require.LessOrEqual(t, d.Applied.Minor(), d.Asked.Minor(), i)
		}
	})
}

func checkWaterfall(t *rapid.T, line *pricing.LineResult) {
	w := line.Waterfall
	require.NoError(t, w.Validate())
	require.Equal(t, line.Amount, w.Amount)
	b, err := w.Breakdown()
	require.NoError(t, err)
	require.Equal(t, line.Breakdown, b)
	won := map[string]bool{}
	for _, step := range w.Steps {
		won[step.List+" "+step.Rule] = true
	}
	for _, loser := range w.Losers {
		require.True(t, loser.Reason.Valid(), "%+v", loser)
		require.False(t, won[loser.List+" "+loser.Rule], "%+v stands in the steps", loser)
	}
	data, err := json.Marshal(w)
	require.NoError(t, err)
	var back pricing.Waterfall
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, *w, back)
	require.Equal(t, string(data), string(w.AppendJSON([]byte("x"))[1:]))
}

// The order of the lines changes nothing but the order of the result.
func TestOrderOfLinesChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := pricing.Compile(drawBook(t))
		require.NoError(t, err)
		req := priceable(s, drawRequest(t))
		mirrored := req
		mirrored.Lines = nil
		for i := len(req.Lines) - 1; i >= 0; i-- {
			mirrored.Lines = append(mirrored.Lines, req.Lines[i])
		}
		var a, b pricing.Result
		require.NoError(t, s.Price(&req, &a))
		require.NoError(t, s.Price(&mirrored, &b))
		require.Equal(t, a.Total, b.Total)
		for i := range a.Lines {
			require.Equal(t, a.Lines[i], b.Lines[len(b.Lines)-1-i])
		}
	})
}

// The order of the rows, and of the lists unless they are tried in order, changes nothing.
func TestOrderOfTheBookChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := drawBook(t)
		req := drawRequest(t)
		shuffled := book
		shuffled.Rows = rapid.Permutation(book.Rows).Draw(t, "rows")
		if book.Policy != pricing.FirstHit {
			shuffled.Lists = rapid.Permutation(book.Lists).Draw(t, "lists")
		}
		a, err := pricing.Compile(book)
		require.NoError(t, err)
		b, err := pricing.Compile(shuffled)
		require.NoError(t, err)
		var x, y pricing.Result
		errA, errB := a.Price(&req, &x), b.Price(&req, &y)
		require.Equal(t, errA == nil, errB == nil)
		require.Equal(t, x.Lines, y.Lines)
	})
}

// Where every grade derives from the list and the rates ascend with the grade, no
// better grade ever pays more, whatever the breaks; and Lint says so.
func TestDerivedGradesNeverPayMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := pricingtest.New()
		for i := range rapid.IntRange(1, 6).Draw(t, "breaks") {
			p := decimal.New(int64(rapid.IntRange(0, 500).Draw(t, "price")), -2)
			if i == 0 {
				b.Price("a", p.String())
			} else {
				b.Break("a", int64(i*4), p.String())
			}
		}
		low := rapid.IntRange(0, 3000).Draw(t, "low")
		high := low + rapid.IntRange(0, 3000).Draw(t, "more")
		b.Grade("gold", decimal.New(int64(high), -4).String()).Grade("silver", decimal.New(int64(low), -4).String())
		s, err := b.Compile()
		require.NoError(t, err)
		for pieces := int64(1); pieces < 30; pieces++ {
			var totals []int64
			for _, grade := range []tandem.GradeCode{"gold", "silver", ""} {
				var res pricing.Result
				req := graded(grade, pricingtest.Order("1", pricingtest.Line("a", pieces)))
				require.NoError(t, s.Price(&req, &res))
				totals = append(totals, res.Total.Minor())
			}
			require.IsNonDecreasing(t, totals)
		}
		for _, f := range s.Lint() {
			require.NotEqual(t, pricing.FindGradeDearer, f.Code)
		}
	})
}

// Lint finds a better grade that is dearer exactly where there is one.
func TestLintFindsEveryDearerGrade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := drawBook(t)
		for i := range book.Rows {
			book.Rows[i].Category = "" // judged apart from products: see Lint
		}
		s, err := pricing.Compile(book)
		require.NoError(t, err)
		found := map[string]bool{}
		for _, f := range s.Lint() {
			if f.Code == pricing.FindGradeDearer {
				found[f.Product.String()] = true
			}
		}
		priced := map[tandem.ProductID]bool{}
		for _, r := range book.Rows {
			priced[r.Product] = true
		}
		for _, product := range []string{"a", "b", "c"} {
			id := pricingtest.Product(product)
			if !priced[id] {
				id = tandem.ProductID{}
			}
			require.Equal(t, dearerSomewhere(t, s, product), found[id.String()], product)
		}
	})
}

func dearerSomewhere(t *rapid.T, s *pricing.Snapshot, product string) bool {
	for d := -6; d <= 7; d++ {
		for _, micro := range []int64{1, 1_000_000, 5_000_000, 10_000_000} { // below, at and between all breaks
			for _, currency := range []tandem.Currency{tandem.GBP, tandem.EUR} {
				var least tandem.Price
				for _, grade := range []tandem.GradeCode{"", "silver", "gold"} { // from worst to best
					req := graded(grade, pricingtest.Order("2", pricingtest.Line(product, 1)))
					req.Date, req.Currency = day(d), currency
					req.Lines[0].Quantity = tandem.QuantityFromMicro(micro, tandem.Each)
					var res pricing.Result
					if s.Price(&req, &res) != nil {
						continue
					}
					order, err := res.Lines[0].Price.Cmp(least)
					if err == nil && order > 0 {
						return true
					}
					if err != nil || order < 0 {
						least = res.Lines[0].Price
					}
				}
			}
		}
	}
	return false
}
