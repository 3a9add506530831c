package pricing_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func lintCodes(s *pricing.Snapshot, of ...pricing.FindingCode) []pricing.FindingCode {
	found := []pricing.FindingCode{}
	for _, f := range s.Lint() {
		if slices.Contains(of, f.Code) {
			found = append(found, f.Code)
		}
	}
	return found
}

// Explicit gold rows without the list's break: at 32 pieces gold pays 2.80
// against 2.55. The rate of the derived list would have given 2.42.
func TestLintReportsABetterGradeThatPaysMore(t *testing.T) {
	s := pricingtest.New().Price("85123A", "2.95").Break("85123A", 32, "2.55").Grade("gold", "0").
		GradePrice("gold", "85123A", 0, "2.80").
		Edit(func(b *pricing.Book) { b.Lists[1].Base = "" }).Snapshot(t)
	findings := s.Lint()
	require.NotEmpty(t, findings)
	assert.Equal(t, pricing.Finding{Code: pricing.FindGradeDearer, Rule: "gold/85123A", Other: "list/85123A/32",
		Product: pricingtest.Product("85123A"), Currency: tandem.GBP, Quantity: quantity(t, "32 EA"), Grade: "gold",
		Price: price(t, "2.80 GBP/EA"), Against: price(t, "2.55 GBP/EA")}, findings[0])

	derives := pricingtest.New().Price("85123A", "2.95").Break("85123A", 32, "2.55").Grade("gold", "0.05").
		GradePrice("gold", "85123A", 0, "2.80").Snapshot(t)
	assert.Empty(t, lintCodes(derives, pricing.FindGradeDearer), "the list's break reaches gold by its rate")
}

func TestLintReportsADearerGradeByDate(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Grade("gold", "0.05").Grade("silver", "0.03").Edit(func(b *pricing.Book) {
		b.Rows = append(b.Rows, pricing.Row{ID: "week", List: "silver", Product: pricingtest.Product("a"), Price: price(t, "9.00 GBP/EA"),
			Valid: tandem.Validity{From: day(10), Until: day(17)}})
	}).Snapshot(t)
	findings := s.Lint()
	require.Len(t, findings, 1)
	f := findings[0]
	assert.Equal(t, pricing.FindGradeDearer, f.Code)
	assert.Equal(t, day(10), f.Date)
	assert.Equal(t, [2]string{"gold", "week"}, [2]string{f.Rule, f.Other})
	assert.Equal(t, [2]tandem.GradeCode{"gold", "silver"}, [2]tandem.GradeCode{f.Grade, f.Than})
	assert.Equal(t, [2]tandem.Price{price(t, "9.50 GBP/EA"), price(t, "9.00 GBP/EA")}, [2]tandem.Price{f.Price, f.Against})
}

func TestLintFindings(t *testing.T) {
	row := func(id, list, p string) pricing.Row {
		return pricing.Row{ID: id, List: list, Product: pricingtest.Product("a"), Price: price(t, p+" GBP/EA")}
	}
	for name, c := range map[string]struct {
		builder *pricingtest.Builder
		code    pricing.FindingCode
		want    [][2]string // rule and other
	}{
		"two rows of one list for the same": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, row("z", "list", "2.00"))
		}), pricing.FindTie, [][2]string{{"list/a", "z"}}},
		"two default lists for the same": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "other", Source: pricing.SourceDefault})
			b.Rows = append(b.Rows, row("z", "other", "2.00"))
		}), pricing.FindTie, [][2]string{{"list/a", "z"}}},
		"not under first hit": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Policy = pricing.FirstHit
			b.Lists = append(b.Lists, pricing.List{ID: "other", Source: pricing.SourceDefault})
			b.Rows = append(b.Rows, row("z", "other", "2.00"))
		}), pricing.FindTie, nil},
		"not in other currencies": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, row("z", "list", "2.00"))
			b.Rows[1].Price = price(t, "2.00 EUR/EA")
		}), pricing.FindTie, nil},
		"not at other times": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, row("z", "list", "2.00"))
			b.Rows[0].Valid.Until, b.Rows[1].Valid.From = day(0), day(0)
		}), pricing.FindTie, nil},
		"two derived lists of one grade": {pricingtest.New().Price("a", "1.00").Grade("gold", "0.05").Edit(func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "gold2", Source: pricing.SourceGrade, Grades: b.Grades, Base: "list", Discount: tandem.Percent(6)})
		}), pricing.FindTie, [][2]string{{"gold", "gold2"}}},
		"two contracts of one customer": {pricingtest.New().Price("a", "1.00").Contract("1", "a", "0.90").Edit(func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "second", Source: pricing.SourceContract, Customers: b.Lists[1].Customers})
			b.Rows = append(b.Rows, row("z", "second", "0.80"))
		}), pricing.FindTie, [][2]string{{"contract-1/a", "z"}}},

		"a row that a later one replaces": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, row("z", "list", "2.00"))
		}), pricing.FindUnreachable, [][2]string{{"z", ""}}},
		"a row outside its list's dates": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Lists[0].Valid.Until = day(0)
			b.Rows = append(b.Rows, row("z", "list", "2.00"))
			b.Rows[1].Valid.From = day(0)
		}), pricing.FindUnreachable, [][2]string{{"z", ""}}},
		"a contract that is dearer under lowest": {pricingtest.New().Price("a", "1.00").Contract("1", "a", "1.10").Edit(func(b *pricing.Book) {
			b.Policy = pricing.Lowest
		}), pricing.FindUnreachable, [][2]string{{"contract-1/a", ""}}},
		"a rate that has nothing to derive from": {pricingtest.New().Price("a", "1.00").Grade("gold", "0.05").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, pricing.Row{ID: "z", List: "gold", Product: pricingtest.Product("b"), Discount: tandem.Percent(7)})
		}), pricing.FindUnreachable, [][2]string{{"z", ""}}},
		"every row of the small book is reached": {pricingtest.Small(), pricing.FindUnreachable, nil},

		"a currency that a product lacks": {pricingtest.New().Price("a", "1.00").Price("b", "1.00").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, row("z", "list", "2.00"))
			b.Rows[2].Price = price(t, "2.00 EUR/EA")
		}), pricing.FindCurrencyHole, [][2]string{{"list/b", ""}}},
		"no hole where a row for everything has the currency": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			b.Rows = append(b.Rows, pricing.Row{ID: "z", List: "list", Price: price(t, "2.00 EUR/EA")})
		}), pricing.FindCurrencyHole, nil},

		"a break that is dearer": {pricingtest.New().Price("a", "1.00").Break("a", 10, "1.01"), pricing.FindPriceInversion,
			[][2]string{{"list/a/10", "list/a"}}},
		"a dearer break of a grade": {pricingtest.New().Price("a", "1.00").Grade("gold", "0.05").GradePrice("gold", "a", 10, "0.96"),
			pricing.FindPriceInversion, [][2]string{{"gold/a/10", "gold"}}},
		"a grade below a floor": {pricingtest.New().Price("a", "1.00").Grade("gold", "0.30").Floor("deep", pricing.FloorList, "0.75"), pricing.FindBelowFloor,
			[][2]string{{"gold", "deep"}}}, // 0.70 < 0.75
		"a grade at the floor": {pricingtest.New().Price("a", "1.00").Grade("gold", "0.25").Floor("deep", pricing.FloorList, "0.75"), pricing.FindBelowFloor, nil},
		"a price made nought":  {pricingtest.New().Price("a", "0.01").Grade("gold", "0.60"), pricing.FindNought, [][2]string{{"gold", ""}}},
		"a row for a segment is reached": {pricingtest.New().Price("a", "1.00").Edit(func(b *pricing.Book) {
			when := condition.Is(condition.CustomerSegment, "schools")
			b.Lists = append(b.Lists, pricing.List{ID: "schools", Source: pricing.SourceChannel, When: &when})
			b.Rows = append(b.Rows, row("z", "schools", "0.90"))
		}), pricing.FindUnreachable, nil},

		"16 cheaper than 15": {pricingtest.New().Price("a", "1.00").Break("a", 16, "0.90"), pricing.FindTotalInversion,
			[][2]string{{"list/a/16", "list/a"}}}, // 14.40 < 15.00
		"16 not cheaper than 15": {pricingtest.New().Price("a", "1.00").Break("a", 16, "0.94"), pricing.FindTotalInversion, nil}, // 15.04
	} {
		t.Run(name, func(t *testing.T) {
			var got [][2]string
			for _, f := range c.builder.Snapshot(t).Lint() {
				if f.Code == c.code {
					got = append(got, [2]string{f.Rule, f.Other})
				}
				assert.Equal(t, f.Code == pricing.FindTotalInversion || f.Code == pricing.FindGradeIdle, f.Notice())
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestLintJudgesCategories(t *testing.T) {
	s := pricingtest.New().Grade("gold", "0.05").Edit(func(b *pricing.Book) {
		b.Rows = append(b.Rows,
			pricing.Row{ID: "gifts", List: "list", Category: "gifts", Price: price(t, "2.00 GBP/EA")},
			pricing.Row{ID: "gold-candles", List: "gold", Category: "gifts/candles/red", Price: price(t, "2.10 GBP/EA")})
	}).Snapshot(t)
	findings := s.Lint()
	require.Len(t, findings, 1)
	assert.Equal(t, pricing.FindGradeDearer, findings[0].Code)
	assert.Equal(t, "gifts/candles/red", findings[0].Category)
}

func TestLintIsStable(t *testing.T) {
	s := pricingtest.Small().Break("84879", 5, "9.00").GradePrice("gold", "84879", 0, "8.00").Snapshot(t)
	first := s.Lint()
	require.NotEmpty(t, first)
	for range 5 {
		assert.Equal(t, first, s.Lint())
	}
}
