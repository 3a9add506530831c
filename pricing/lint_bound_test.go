package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func snapshotOf(t *testing.T, b pricing.Book) *pricing.Snapshot {
	t.Helper()
	s, err := pricing.Compile(b)
	require.NoError(t, err)
	return s
}

// 2,000 lists that derive alike would be 1,999,000 pairs: each is told with a neighbour.
func TestLintTellsTiesOfDerivedListsOnce(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	contracts(&b, 2000)
	for i := 1; i < len(b.Lists); i++ {
		b.Lists[i].Base = "d"
	}
	b.Lists[1].Valid.Until, b.Lists[2].Valid.From = day(0), day(0)
	assert.Len(t, lintCodes(snapshotOf(t, b), pricing.FindTie), 1999)
}

// Two lists of which one ends before the other begins do not tie, but both do with a
// third that holds all the time.
func TestLintTiesOfDerivedListsByDate(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	contracts(&b, 2)
	b.Lists[1].Base, b.Lists[2].Base = "d", "d"
	b.Lists[1].Valid.Until, b.Lists[2].Valid.From = day(0), day(0)
	assert.Empty(t, lintCodes(snapshotOf(t, b), pricing.FindTie))
	l := b.Lists[1]
	l.ID, l.Valid = "always", tandem.Validity{}
	b.Lists = append(b.Lists, l)
	assert.Len(t, lintCodes(snapshotOf(t, b), pricing.FindTie), 2)
}

func TestLintTellsSoManyFindings(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	for i := range pricing.MaxFindings/2 + 2 {
		p := pricingtest.Product(fmt.Sprint(i))
		for n := range 2 { // one is tied and one is never reached
			b.Rows = append(b.Rows, pricing.Row{ID: fmt.Sprint(i, "/", n), List: "d", Product: p, Price: price(t, "1 GBP/EA")})
		}
	}
	findings := snapshotOf(t, b).Lint()
	require.Len(t, findings, pricing.MaxFindings+1)
	assert.Equal(t, pricing.FindIncomplete, findings[pricing.MaxFindings].Code)
}

// Contracts that have no rows, and customers that share a list, cost nothing by themselves.
func TestLintOfManyContracts(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "shared", Source: pricing.SourceCustomer}}
	for i := range 5000 {
		customer := []tandem.PartyID{pricingtest.Customer(fmt.Sprint(i))}
		p := pricingtest.Product(fmt.Sprint(i))
		b.Lists[1].Customers = append(b.Lists[1].Customers, customer...)
		b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprint(i), Source: pricing.SourceCustomer, Customers: customer})
		b.Rows = append(b.Rows, pricing.Row{ID: fmt.Sprint("d", i), List: "d", Product: p, Price: price(t, "5 GBP/EA")},
			pricing.Row{ID: fmt.Sprint("s", i), List: "shared", Product: p, Price: price(t, "4 GBP/EA")})
		if i%1000 == 0 {
			b.Rows = append(b.Rows, pricing.Row{ID: fmt.Sprint("own", i), List: fmt.Sprint(i), Product: p, Price: price(t, "3 GBP/EA")})
		}
	}
	codes := lintCodes(snapshotOf(t, b), pricing.FindingCodes()...)
	assert.Len(t, codes, 5, "each customer's own row with that of the shared list")
	assert.Equal(t, pricing.FindTie, codes[0])
}

// A row for everything has many quantities: the grids of wide scopes are made once.
func TestLintOfManyBreaks(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	for i := range 4000 {
		b.Rows = append(b.Rows,
			pricing.Row{ID: fmt.Sprint("all", i), List: "d", From: quantity(t, fmt.Sprint(i+1, " EA")), Price: price(t, "5 GBP/EA")},
			pricing.Row{ID: fmt.Sprint("p", i), List: "d", Product: pricingtest.Product(fmt.Sprint(i)), Price: price(t, "5 GBP/EA")})
	}
	assert.Equal(t, []pricing.FindingCode{pricing.FindIncomplete}, lintCodes(snapshotOf(t, b), pricing.FindingCodes()...))
}

// A list that is for many grades, and has many rows for one product.
func TestLintOfManyGrades(t *testing.T) {
	b := pricing.NewBook("b", 1)
	for i := range 500 {
		b.Grades = append(b.Grades, tandem.GradeCode(fmt.Sprint(i)))
	}
	b.Lists = []pricing.List{{ID: "g", Source: pricing.SourceGrade, Grades: b.Grades}}
	for i := range 1000 {
		b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprint("g", i), Source: pricing.SourceGrade, Grades: b.Grades[i/2 : i/2+1]})
		b.Rows = append(b.Rows, pricing.Row{ID: fmt.Sprint(i), List: "g", Product: pricingtest.Product(fmt.Sprint(i)), Price: price(t, "5 GBP/EA")})
	}
	assert.Empty(t, lintCodes(snapshotOf(t, b), pricing.FindTie))
}
