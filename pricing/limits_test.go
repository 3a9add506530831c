package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// faultsOf compiles a book and gives the codes and paths of its faults.
func faultsOf(t *testing.T, b pricing.Book) (all []string) {
	t.Helper()
	_, err := pricing.Compile(b)
	if err == nil {
		return nil
	}
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, f := range invalid.Faults {
		all = append(all, f.Path+":"+f.Code)
	}
	return all
}

// schools is a list for customers of some segments.
func schools(id int, segments ...string) pricing.List {
	when := condition.In(condition.CustomerSegment, segments...)
	return pricing.List{ID: fmt.Sprint(id), Source: pricing.SourceChannel, When: &when}
}

// Books that are far beyond a limit: each is refused by one fault, at once.
func TestLimitsOfBooks(t *testing.T) {
	many := func(b *pricing.Book, n int) {
		for i := range n {
			b.Lists = append(b.Lists, schools(i, fmt.Sprint(i)))
		}
	}
	values := func(b *pricing.Book, lists int) {
		each := pricing.MaxClassValues / 512
		for i := range lists {
			var segments []string
			for n := range each {
				segments = append(segments, fmt.Sprintf("%d-%d", i, n))
			}
			b.Lists = append(b.Lists, schools(i, segments...))
		}
	}
	floors := func(b *pricing.Book, n int) {
		for i := range n {
			b.Floors = append(b.Floors, pricing.Floor{ID: fmt.Sprint(i), Basis: pricing.FloorCost, Rate: tandem.Percent(1)})
		}
	}
	for name, c := range map[string]struct {
		edit func(*pricing.Book)
		want []string
	}{
		"as many floors as may be": {func(b *pricing.Book) { floors(b, pricing.MaxFloors) }, nil},
		"100,000 floors":           {func(b *pricing.Book) { floors(b, 100_000) }, []string{"floors:too_many"}},
		"two floors of one id": {func(b *pricing.Book) {
			floors(b, 3)
			b.Floors[2].ID = "0"
		}, []string{"floors[2].id:duplicate"}},
		"as many audiences as may be":   {func(b *pricing.Book) { many(b, pricing.MaxClasses) }, nil},
		"20,000 audiences":              {func(b *pricing.Book) { many(b, 20_000) }, []string{"lists:too_many"}},
		"as many values as may be":      {func(b *pricing.Book) { values(b, 512) }, nil},
		"more values of audiences":      {func(b *pricing.Book) { values(b, 513) }, []string{"lists:too_many"}},
		"one audience of 20,000 lists":  {func(b *pricing.Book) { lists(b, 20_000) }, nil},
		"more grades than there are":    {func(b *pricing.Book) { manyGrades(b) }, []string{"lists[0].grades:too_many"}},
		"one customer in 100,000 lists": {func(b *pricing.Book) { contracts(b, 100_000) }, nil},
		"100,000 grades":                {func(b *pricing.Book) { b.Grades = make([]tandem.GradeCode, 100_000) }, []string{"grades:too_many"}},
		"a million exchange rates":      {func(b *pricing.Book) { b.Exchange = make([]pricing.Exchange, 1_000_000) }, []string{"exchange:too_many"}},
		"lists that derive 17 deep":     {func(b *pricing.Book) { derives(b, pricing.MaxDerivation+1) }, []string{"lists[0].base:too_deep"}},
		"lists that derive 16 deep":     {func(b *pricing.Book) { derives(b, pricing.MaxDerivation) }, nil},
		"5,000 currencies and units":    {func(b *pricing.Book) { frames(t, b) }, []string{"rows[4096]:row"}},
		"a customer that a list names twice": {func(b *pricing.Book) {
			contracts(b, 1)
			b.Lists[0].Customers = append(b.Lists[0].Customers, b.Lists[0].Customers...)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := pricing.NewBook("b", 1)
			c.edit(&b)
			assert.Equal(t, c.want, faultsOf(t, b))
		})
	}
}

func lists(b *pricing.Book, n int) {
	for i := range n {
		b.Lists = append(b.Lists, schools(i, "schools"))
	}
}

func manyGrades(b *pricing.Book) {
	l := pricing.List{ID: "gold", Source: pricing.SourceGrade}
	for i := range 50_000 {
		l.Grades = append(l.Grades, tandem.GradeCode(fmt.Sprint(i)))
	}
	b.Grades = l.Grades[:pricing.MaxGrades]
	b.Lists = append(b.Lists, l)
}

// derives adds lists that each derive from the next, and the last from one that does not.
func derives(b *pricing.Book, n int) {
	for i := range n {
		b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprint(i), Source: pricing.SourceDefault, Base: fmt.Sprint(i + 1)})
	}
	b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprint(n), Source: pricing.SourceDefault})
}

// frames adds rows of 5,000 units.
func frames(t *testing.T, b *pricing.Book) {
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	for i := range 5000 {
		unit := fmt.Sprintf("%c%c%c", 'A'+i/676, 'A'+i/26%26, 'A'+i%26)
		b.Rows = append(b.Rows, pricing.Row{ID: unit, List: "d", Price: price(t, "1 GBP/"+unit)})
	}
}

func contracts(b *pricing.Book, n int) {
	for i := range n {
		b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprint(i), Source: pricing.SourceContract, Customers: []tandem.PartyID{pricingtest.Customer("1")}})
	}
}

// A brand with the separator of the keys of scopes gave another product's price.
func TestNamesHaveNoControlCharacters(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d\x00", Source: pricing.SourceDefault}}
	b.Items = []pricing.Item{{Product: pricingtest.Product("x"), Category: "a\n", Brand: "1\x000\x00", Family: "\u0085"}}
	b.Rows = []pricing.Row{{ID: "cat", List: "d\x00", Category: "secret\x7f", Price: price(t, "1 GBP/EA")},
		{ID: "brand", List: "d\x00", Brand: "\t", Price: price(t, "1 GBP/EA")}}
	assert.Equal(t, []string{"lists[0].id:control", "items[0].category:control", "items[0].brand:control", "items[0].family:control",
		"rows[0].category:control", "rows[1].brand:control"}, faultsOf(t, b))
}
