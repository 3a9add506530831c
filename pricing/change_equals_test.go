package pricing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// The contract price of a variant comes before that of its product, whatever the
// quantities: also where both rows come with a change.
func TestAVariantIsOneInAChangeToo(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "k", Source: pricing.SourceContract, Customers: []tandem.PartyID{pricingtest.Customer("1")}}}
	b.Items = []pricing.Item{{Product: pricingtest.Product("v"), Parent: pricingtest.Product("p")}}
	b.Rows = []pricing.Row{{ID: "all", List: "d", Price: price(t, "99 GBP/EA")}}
	s, err := pricing.Compile(b)
	require.NoError(t, err)
	s, err = s.Change(pricing.Change{Version: 2, Put: []pricing.Row{
		{ID: "variant", List: "k", Product: pricingtest.Product("v"), Price: price(t, "5 GBP/EA")},
		{ID: "parent", List: "k", Product: pricingtest.Product("p"), From: quantity(t, "10 EA"), Price: price(t, "8 GBP/EA")}}})
	require.NoError(t, err)
	res := mustPrice(t, s, pricing.Request{Customer: pricingtest.Customer("1"), Date: day(0), Currency: tandem.GBP,
		Lines: []pricing.Line{{Line: 1, Product: pricingtest.Product("v"), Quantity: quantity(t, "20 EA")}}})
	assert.Equal(t, "variant", res.Lines[0].Ref.Rule)
}

// changing draws books and what is changed of them.
type changing struct {
	tb testing.TB
	*rapid.T
}

func (c changing) int(n int, what string) int { return rapid.IntRange(0, n-1).Draw(c.T, what) }

func (c changing) book() pricing.Book {
	b := pricing.NewBook("b", 1)
	b.Policy = rapid.SampledFrom(pricing.Policies()).Draw(c.T, "policy")
	b.Grades = []tandem.GradeCode{"gold"}
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "e", Source: pricing.SourceDefault, Priority: c.int(2, "priority")},
		{ID: "k", Source: pricing.SourceContract, Customers: []tandem.PartyID{pricingtest.Customer("1")}},
		{ID: "g", Source: pricing.SourceGrade, Grades: b.Grades, Base: "d", Discount: tandem.Percent(5)}}
	for i := range 6 {
		it := pricing.Item{Product: pricingtest.Product(fmt.Sprint(i)), Category: rapid.SampledFrom([]string{"", "a", "a/b", "c"}).Draw(c.T, "category"),
			Brand: rapid.SampledFrom([]string{"", "x", "y"}).Draw(c.T, "brand")}
		if i >= 4 {
			it.Parent = pricingtest.Product(fmt.Sprint(i - 4))
		}
		b.Items = append(b.Items, it)
	}
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 11), 0, 5, rapid.ID).Draw(c.T, "rows") {
		b.Rows = append(b.Rows, c.row(b.Lists, n))
	}
	return b
}

func (c changing) row(lists []pricing.List, n int) pricing.Row {
	r := pricing.Row{ID: fmt.Sprint("r", n), List: lists[c.int(len(lists), "list")].ID}
	unit := rapid.SampledFrom([]string{"EA", "EA", "KGM"}).Draw(c.T, "unit")
	r.Price = price(c.tb, fmt.Sprintf("%d %s/%s", 1+c.int(50, "price"), rapid.SampledFrom([]string{"GBP", "GBP", "EUR"}).Draw(c.T, "currency"), unit))
	if r.List == "g" && rapid.Bool().Draw(c.T, "rate") {
		r.Price, r.Discount = tandem.Price{}, tandem.Percent(int64(c.int(40, "rate of the row")))
	}
	if rapid.Bool().Draw(c.T, "from") {
		r.From = quantity(c.tb, fmt.Sprint(c.int(20, "quantity-from"), " ", unit))
	}
	switch c.int(6, "scope") {
	case 0, 1, 2:
		r.Product = pricingtest.Product(rapid.SampledFrom([]string{"0", "1", "2", "3", "4", "4", "5", "5", "6"}).Draw(c.T, "product"))
	case 3:
		r.Category = rapid.SampledFrom([]string{"a", "a/b", "c"}).Draw(c.T, "category of rows")
	case 4:
		r.Brand = rapid.SampledFrom([]string{"x", "y"}).Draw(c.T, "brand of rows")
	}
	if c.int(3, "dated") == 0 {
		r.Valid.From = day(c.int(3, "day") - 1)
	}
	return r
}

func (c changing) change(s *pricing.Snapshot) pricing.Change {
	ch := pricing.Change{Version: s.Version() + 1}
	book := s.Book()
	put := map[string]bool{}
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 11), 0, 3, rapid.ID).Draw(c.T, "put") {
		row := c.row(book.Lists, n)
		put[row.ID] = true
		ch.Put = append(ch.Put, row)
	}
	if len(book.Rows) > 0 && rapid.Bool().Draw(c.T, "remove") {
		if id := book.Rows[c.int(len(book.Rows), "removed")].ID; !put[id] {
			ch.Remove = []string{id}
		}
	}
	if c.int(3, "terms") == 0 {
		book.Lists[1].Priority = c.int(3, "new priority")
		book.Lists[2].Valid.From = day(c.int(2, "valid"))
		book.Lists[3].Base, book.Lists[3].Discount = "d", tandem.Percent(int64(c.int(30, "discount")))
		if c.int(4, "underived") == 0 {
			book.Lists[3].Base, book.Lists[3].Discount = "", tandem.Rate{}
		}
		if c.int(4, "items") == 0 {
			book.Items = append(book.Items, pricing.Item{Product: pricingtest.Product(fmt.Sprint("new", len(book.Items)))})
		}
		book.Policy = rapid.SampledFrom(pricing.Policies()).Draw(c.T, "new policy")
		ch.Terms = &book
	}
	return ch
}

// Whatever was changed, one after the other, the snapshot prices as its book does when
// it is compiled, and what Compile refuses is refused: with variants, brands, units and currencies that are new in a change.
func TestChangesPriceAsTheBookCompiledAnew(tb *testing.T) {
	rapid.Check(tb, func(t *rapid.T) {
		c := changing{T: t, tb: tb}
		s, err := pricing.Compile(c.book())
		require.NoError(t, err)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			ch := c.change(s)
			next, err := s.Change(ch)
			_, refused := pricing.Compile(changed(s, ch))
			require.Equal(t, refused == nil, err == nil, "%v, but Compile: %v", err, refused)
			if err == nil {
				s = next
			}
		}
		fresh, err := pricing.Compile(s.Book())
		require.NoError(t, err)
		assert.ElementsMatch(t, s.Book().Rows, fresh.Book().Rows)
		for n := range 7 * 3 * 4 * 3 {
			req := pricing.Request{Date: day(n/21%4 - 1), Currency: tandem.GBP, Lines: []pricing.Line{{Line: 1, Product: pricingtest.Product(fmt.Sprint(n % 7)),
				Quantity: quantity(tb, []string{"1 EA", "15 EA", "3 KGM"}[n/7%3])}}}
			switch n / 84 {
			case 1:
				req.Customer = pricingtest.Customer("1")
			case 2:
				req.Customer, req.Grade = pricingtest.Customer("1"), "gold"
			}
			require.Equal(t, outcome(fresh, req), outcome(s, req), req)
		}
	})
}

// changed gives the book that a change makes.
func changed(s *pricing.Snapshot, ch pricing.Change) pricing.Book {
	b := s.Book()
	kept := slices.DeleteFunc(b.Rows, func(r pricing.Row) bool {
		return slices.Contains(ch.Remove, r.ID) || slices.ContainsFunc(ch.Put, func(p pricing.Row) bool { return p.ID == r.ID })
	})
	if ch.Terms != nil {
		b = *ch.Terms
	}
	b.Version, b.Rows = ch.Version, append(kept, ch.Put...)
	return b
}

// outcome is what a request comes to, in words.
func outcome(s *pricing.Snapshot, req pricing.Request) string {
	var res pricing.Result
	if err := s.Price(&req, &res); err != nil {
		return err.Error()
	}
	return fmt.Sprint(res.Lines[0].Price, " ", res.Lines[0].Ref.Rule)
}
