package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// twoCurrencies is a book in which product a is priced in pounds and in euros, b in pounds.
func twoCurrencies(t *testing.T) pricing.Book {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	row := func(id, product, p string) pricing.Row {
		return pricing.Row{ID: id, List: "d", Product: pricingtest.Product(product), Price: price(t, p)}
	}
	b.Rows = []pricing.Row{row("a", "a", "100 GBP/EA"), row("a-eur", "a", "120 EUR/EA"), row("b", "b", "100 GBP/EA")}
	b.Exchange = []pricing.Exchange{{From: tandem.GBP, To: tandem.EUR, Rate: tandem.IntRatio(2)}}
	return b
}

func TestLintCurrencyHoles(t *testing.T) {
	hole := [][3]string{{"currency_hole", "b", ""}}
	for name, c := range map[string]struct {
		edit func(*pricing.Book)
		want [][3]string
	}{
		"b has no price in euros": {func(*pricing.Book) {}, hole},
		"the book converts":       {func(b *pricing.Book) { b.Conversion = pricing.ConvertLast }, nil},
		"the book converts, and has no rate": {func(b *pricing.Book) {
			b.Conversion, b.Exchange = pricing.ConvertLast, nil
		}, hole},
		"a default list converts": {func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "eur", Source: pricing.SourceDefault, Base: "d", Currency: tandem.EUR, BaseCurrency: tandem.GBP, Priority: -1})
		}, nil},
		"the category has a price": {func(b *pricing.Book) {
			b.Items = []pricing.Item{{Product: pricingtest.Product("b"), Category: "c"}}
			b.Rows = append(b.Rows, pricing.Row{ID: "c", List: "d", Category: "c", Price: price(t, "1 GBP/EA")},
				pricing.Row{ID: "c-eur", List: "d", Category: "c", Price: price(t, "1 EUR/EA")})
		}, nil},
		"rates of a default list are in no currency": {func(b *pricing.Book) {
			b.Rows[1].Price = price(t, "90 GBP/EA")
			b.Rows[1].Valid.From = day(1)
			b.Lists = append(b.Lists, pricing.List{ID: "sale", Source: pricing.SourceDefault, Base: "d", Discount: tandem.Percent(1), Priority: 1})
			b.Rows = append(b.Rows, pricing.Row{ID: "rate", List: "sale", Product: b.Rows[0].Product, Discount: tandem.Percent(10)})
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := twoCurrencies(t)
			c.edit(&b)
			var holes [][3]string
			for _, f := range snapshotOf(t, b).Lint() {
				if f.Code == pricing.FindCurrencyHole {
					assert.Equal(t, tandem.EUR, f.Currency)
					holes = append(holes, [3]string{string(f.Code), f.Rule, f.Other})
				}
			}
			assert.Equal(t, c.want, holes)
		})
	}
}

func TestLintIdleGrades(t *testing.T) {
	gold := func(id string) pricing.List {
		return pricing.List{ID: id, Source: pricing.SourceGrade, Grades: []tandem.GradeCode{"gold"}, Base: "d", Discount: tandem.Percent(5)}
	}
	inEuros := func(id string) pricing.List {
		l := gold(id)
		l.Currency, l.BaseCurrency = tandem.EUR, tandem.GBP
		return l
	}
	both := inEuros("gold")
	both.Grades = append(both.Grades, "silver")
	pounds := pricing.Finding{Code: pricing.FindGradeIdle, Rule: "gold", Currency: tandem.GBP, Grade: "gold"}
	for name, c := range map[string]struct {
		lists []pricing.List
		edit  func(*pricing.Book)
		want  []pricing.Finding
	}{
		"gold derives in each currency":     {[]pricing.List{gold("gold")}, nil, nil},
		"gold derives into euros only":      {[]pricing.List{inEuros("gold")}, nil, []pricing.Finding{pounds}},
		"once for both grades":              {[]pricing.List{both}, func(b *pricing.Book) { b.Grades = append(b.Grades, "silver") }, []pricing.Finding{pounds}},
		"another list of gold gives pounds": {[]pricing.List{inEuros("gold"), gold("more")}, nil, nil},
		"a row of gold gives pounds": {[]pricing.List{inEuros("gold")}, func(b *pricing.Book) {
			b.Rows = append(b.Rows, pricing.Row{ID: "gold-a", List: "gold", Product: b.Rows[0].Product, Price: price(t, "90 GBP/EA")})
		}, nil},
		"there is no rate": {[]pricing.List{inEuros("gold")}, func(b *pricing.Book) { b.Exchange = nil }, []pricing.Finding{
			{Code: pricing.FindGradeIdle, Rule: "gold", Currency: tandem.EUR, Grade: "gold"}, pounds}},
	} {
		t.Run(name, func(t *testing.T) {
			b := twoCurrencies(t)
			b.Grades = []tandem.GradeCode{"gold"}
			b.Lists = append(b.Lists, c.lists...)
			if c.edit != nil {
				c.edit(&b)
			}
			var idle []pricing.Finding
			for _, f := range snapshotOf(t, b).Lint() {
				if f.Code == pricing.FindGradeIdle {
					assert.True(t, f.Notice())
					idle = append(idle, f)
				}
			}
			assert.ElementsMatch(t, c.want, idle)
		})
	}
}
