package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func between(from, until int) *pricing.Window {
	hour := func(n int) tandem.Instant { return tandem.InstantOf(time.Date(2011, 6, 1, n, 0, 0, 0, time.UTC)) }
	return &pricing.Window{From: hour(from), Until: hour(until)}
}

// told gives the code and rules of all findings.
func told(s *pricing.Snapshot) (all [][3]string) {
	for _, f := range s.Lint() {
		all = append(all, [3]string{string(f.Code), f.Rule, f.Other})
	}
	return all
}

// Happy hours: which of the rows gives the price depends on the instant, which no ask of
// the judge says.
func TestLintOfRowsBetweenInstants(t *testing.T) {
	p := pricingtest.Product("p")
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}}
	b.Rows = []pricing.Row{{ID: "base", List: "d", Product: p, Price: price(t, "100 GBP/EA")},
		{ID: "happy1", List: "d", Product: p, From: quantity(t, "2 EA"), Price: price(t, "90 GBP/EA"), At: between(1, 2)},
		{ID: "happy2", List: "d", Product: p, From: quantity(t, "2 EA"), Price: price(t, "80 GBP/EA"), At: between(3, 4)}}
	assert.Empty(t, told(snapshotOf(t, b)))

	b.Rows[1].At = between(1, 4)
	assert.Equal(t, [][3]string{{"tie", "happy1", "happy2"}}, told(snapshotOf(t, b)))
	b.Rows[2].At = between(2, 3)
	assert.Equal(t, [][3]string{{"tie", "happy1", "happy2"}}, told(snapshotOf(t, b)))
	b.Rows = append(b.Rows, b.Rows[2])
	b.Rows[2].At, b.Rows[3].At, b.Rows[3].ID = between(2, 3), between(3, 4), "happy3"
	assert.Equal(t, [][3]string{{"tie", "happy1", "happy2"}, {"tie", "happy1", "happy3"}}, told(snapshotOf(t, b)))
}

// A list of cost, a row of it, and a rate in a list that derives from it.
func TestLintOfPricesFromCost(t *testing.T) {
	p := pricingtest.Product("p")
	plus := func(percent int64) *formula.Formula {
		return &formula.Formula{Of: formula.OfCost, Operator: formula.Markup, Rate: tandem.Percent(percent)}
	}
	b := pricing.NewBook("b", 1)
	b.Grades = []tandem.GradeCode{"gold"}
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "cost", Source: pricing.SourceGrade, Grades: b.Grades, Formula: plus(20)},
		{ID: "less", Source: pricing.SourceGrade, Grades: b.Grades, Base: "cost", Priority: 1, Discount: tandem.Percent(1)}}
	b.Rows = []pricing.Row{{ID: "base", List: "d", Product: p, Price: price(t, "100 GBP/EA")},
		{ID: "markup", List: "cost", Product: p, Formula: plus(30)}, {ID: "rate", List: "cost", Product: p, Discount: tandem.Percent(3), Valid: tandem.Validity{From: day(1)}},
		{ID: "less", List: "less", Product: p, Discount: tandem.Percent(2)}}
	assert.Empty(t, told(snapshotOf(t, b)))
}

// A sale of a category whose products the book does not name: lines say where they stand.
func TestLintOfRatesForCategories(t *testing.T) {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "sale", Source: pricing.SourceDefault, Base: "d", Discount: tandem.Percent(1)}}
	b.Rows = []pricing.Row{{ID: "base", List: "d", Product: pricingtest.Product("p"), Price: price(t, "100 GBP/EA")},
		{ID: "rate", List: "sale", Category: "c", Discount: tandem.Percent(10)}}
	assert.Empty(t, told(snapshotOf(t, b)))

	b.Items = []pricing.Item{{Product: pricingtest.Product("p"), Category: "other"}}
	assert.Equal(t, [][3]string{{"unreachable", "rate", ""}}, told(snapshotOf(t, b)))
}
