package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func ratesBook(t testing.TB) *pricing.Snapshot {
	b := pricing.NewBook("b", 1)
	b.Grades = []tandem.GradeCode{"gold"}
	cost := &formula.Formula{Of: formula.OfCost, Operator: formula.Markup, Rate: tandem.Percent(20)}
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "g", Source: pricing.SourceGrade, Grades: b.Grades, Base: "d"},
		{ID: "c", Source: pricing.SourceGrade, Grades: b.Grades, Formula: cost}}
	off := &formula.Formula{Of: formula.OfList, Operator: formula.Discount, Rate: tandem.Percent(10)}
	b.Rows = []pricing.Row{{ID: "all", List: "d", Price: price(t, "100 GBP/EA")}, {ID: "rate", List: "g", Discount: tandem.Percent(10)},
		{ID: "formula", List: "g", Brand: "x", Formula: off}, {ID: "cost", List: "c", Formula: cost}}
	s, err := pricing.Compile(b)
	require.NoError(t, err)
	return s
}

// Terms under which rows that stay are at fault are refused, as the book would be.
func TestAChangeOfTermsIsJudgedWithTheRowsThatStay(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(b *pricing.Book)
		rows []string // at fault
	}{
		"the base goes":                     {func(b *pricing.Book) { b.Lists[1].Base = "" }, []string{"rate", "formula"}},
		"the formula goes":                  {func(b *pricing.Book) { b.Lists[2].Formula = nil }, []string{"cost"}},
		"a formula of cost after the base":  {func(b *pricing.Book) { b.Lists[1].Base, b.Lists[1].Formula = "", b.Lists[2].Formula }, []string{"formula"}},
		"a base in the place of a formula":  {func(b *pricing.Book) { b.Lists[2].Base, b.Lists[2].Formula = "d", nil }, nil},
		"another discount of a derived one": {func(b *pricing.Book) { b.Lists[1].Discount = tandem.Percent(3) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := ratesBook(t)
			terms := s.Book()
			test.edit(&terms)
			_, want := pricing.Compile(terms)
			_, err := s.Change(pricing.Change{Version: 2, Terms: &terms})
			if test.rows == nil {
				require.NoError(t, want)
				require.NoError(t, err)
				return
			}
			assert.Equal(t, codes(t, want), codes(t, err))
			for _, id := range test.rows {
				assert.ErrorContains(t, err, "(row "+id+")")
			}
			_, err = s.Change(pricing.Change{Version: 2, Terms: &terms, Remove: test.rows})
			assert.NoError(t, err, "without the rows")
		})
	}
}

// A change is told all its faults at once and in its own words, whether its book is
// compiled anew or not.
func TestFaultsOfAChangeAreNamedByItsParts(t *testing.T) {
	s := ratesBook(t)
	all := must(s.Row("all"))
	bad := pricing.Row{ID: "bad", List: "nope", Price: price(t, "1 GBP/EA")}
	few, anew := s.Book(), s.Book()
	few.Floors, anew.Floors = []pricing.Floor{{}}, []pricing.Floor{{}}
	few.Version = 0 // is not read
	anew.Items = append(anew.Items, pricing.Item{Product: pricingtest.Product("new")})
	floors := []string{"terms.floors[0].id:id", "terms.floors[0].basis:basis", "terms.floors[0].rate:rate"}
	for name, terms := range map[string]*pricing.Book{"no terms": nil, "terms": &few, "compiled anew": &anew} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Change(pricing.Change{Version: 1, Terms: terms, Put: []pricing.Row{all, bad, bad}, Remove: []string{"all", "x", "x"}})
			want := []string{"version:version", "remove[1]:row_unknown", "remove[2]:row_unknown", "remove[2]:duplicate",
				"put[0].id:duplicate", "put[2].id:duplicate", "put[1].list:list_unknown", "put[2].list:list_unknown"}
			if terms != nil {
				want = append(want, floors...)
			}
			assert.ElementsMatch(t, want, codes(t, err))
		})
	}
	// A fault that only the making of tiers finds.
	tiers := &formula.Tiers{Model: formula.Graduated, Currency: tandem.GBP, Unit: tandem.Each, Tiers: []formula.Tier{
		{UpTo: tandem.QuantityFromMicro(1<<62, tandem.Each), Price: price(t, "9000000000000 GBP/EA")},
		{UpTo: tandem.QuantityFromMicro(1<<62+1<<61, tandem.Each), Price: price(t, "9000000000000 GBP/EA")}, {Price: price(t, "9000000000000 GBP/EA")}}}
	for name, terms := range map[string]*pricing.Book{"no terms": nil, "compiled anew": {}} {
		t.Run("tiers, "+name, func(t *testing.T) {
			if terms != nil {
				*terms = s.Book()
				terms.Items = append(terms.Items, pricing.Item{Product: pricingtest.Product("new")})
			}
			_, err := s.Change(pricing.Change{Version: 2, Terms: terms, Put: []pricing.Row{{ID: "ok", List: "d", Brand: "y", Price: price(t, "1 GBP/EA")}, {ID: "tiers", List: "d", Tiers: tiers}}})
			if err != nil {
				assert.Equal(t, []string{"put[1]:row"}, codes(t, err))
			} else {
				t.Skip("the tiers do not overflow")
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// All rows of one customer may be put anew, or taken out, in one change.
func TestAChangeOfAllRowsOfOneCustomer(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "k", Source: pricing.SourceContract, Customers: []tandem.PartyID{pricingtest.Customer("1")}}}
	for i := range 20_000 {
		b.Rows = append(b.Rows, pricing.Row{ID: fmt.Sprintf("row-%09d", i), List: "k", Product: pricingtest.Product(fmt.Sprint(i)), Price: price(t, "5 GBP/EA")})
	}
	s := must(pricing.Compile(b))
	for i := range b.Rows {
		b.Rows[i].Price, b.Rows[i].From = price(t, "4 GBP/EA"), tandem.QuantityFromMicro(int64(i%500)*1_000_000, tandem.Each)
	}
	next, err := s.Change(pricing.Change{Version: 2, Put: b.Rows[:15_000]})
	require.NoError(t, err)
	assert.Equal(t, len(b.Rows), next.Len())
	for i, want := range map[int]string{0: "4.00 GBP/EA", 14_999: "4.00 GBP/EA", 15_000: "5.00 GBP/EA"} {
		assert.Equal(t, price(t, want), must(next.Row(b.Rows[i].ID)).Price)
	}
	var ids []string
	for _, r := range b.Rows[1:] {
		ids = append(ids, r.ID)
	}
	next, err = next.Change(pricing.Change{Version: 3, Remove: ids})
	require.NoError(t, err)
	assert.Equal(t, 1, next.Len())
	assert.Equal(t, b.Rows[0].ID, next.Book().Rows[0].ID)
}
