package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// tieredBook has one product at tiers: the first up to 10 pieces.
func tieredBook(t *testing.T, model formula.TierModel, first, then string) pricing.Book {
	b := pricing.NewBook("b", 1)
	b.Grades = []tandem.GradeCode{"gold"}
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault}, {ID: "gold", Source: pricing.SourceGrade, Grades: b.Grades}}
	b.Rows = []pricing.Row{{ID: "tiers", List: "d", Product: pricingtest.Product("p"), Tiers: &formula.Tiers{Model: model, Currency: tandem.GBP,
		Unit: tandem.Each, Tiers: []formula.Tier{{UpTo: quantity(t, "10 EA"), Price: price(t, first+" GBP/EA")}, {Price: price(t, then+" GBP/EA")}}}}}
	return b
}

// found gives the findings of one code: rule, other, quantity, price and against.
func found(s *pricing.Snapshot, code pricing.FindingCode) (all [][5]string) {
	for _, f := range s.Lint() {
		if f.Code == code {
			all = append(all, [5]string{f.Rule, f.Other, f.Quantity.String(), f.Price.String(), f.Against.String()})
		}
	}
	return all
}

func TestLintOfTiers(t *testing.T) {
	gold := func(b pricing.Book, p string) pricing.Book {
		b.Rows = append(b.Rows, pricing.Row{ID: "gold", List: "gold", Product: b.Rows[0].Product, Price: price(t, p+" GBP/EA")})
		return b
	}
	assert.Equal(t, [][5]string{{"tiers", "tiers", "11 EA", "1.50 GBP/EA", "1.00 GBP/EA"}},
		found(snapshotOf(t, tieredBook(t, formula.Volume, "1.00", "1.50")), pricing.FindPriceInversion))
	assert.Equal(t, [][5]string{{"tiers", "tiers", "11 EA", "6.00 GBP/EA", "10.00 GBP/EA"}}, // 66.00 against 100.00
		found(snapshotOf(t, tieredBook(t, formula.Volume, "10.00", "6.00")), pricing.FindTotalInversion))
	assert.Equal(t, [][5]string{{"gold", "tiers", "11 EA", "8.00 GBP/EA", "6.00 GBP/EA"}}, // 88.00 against 66.00
		found(snapshotOf(t, gold(tieredBook(t, formula.Volume, "10.00", "6.00"), "8.00")), pricing.FindGradeDearer))
	assert.Equal(t, [][5]string{{"gold", "tiers", "1000 EA", "8.00 GBP/EA", "6.04 GBP/EA"}}, // 8,000.00 against 100.00 + 990 × 6.00
		found(snapshotOf(t, gold(tieredBook(t, formula.Graduated, "10.00", "6.00"), "8.00")), pricing.FindGradeDearer))
	assert.Empty(t, found(snapshotOf(t, gold(tieredBook(t, formula.Graduated, "10.00", "6.00"), "6.00")), pricing.FindGradeDearer))
	assert.Empty(t, found(snapshotOf(t, gold(tieredBook(t, formula.Volume, "10.00", "8.00"), "8.00")), pricing.FindGradeDearer))
}

// Packages of ten at 50.00: a begun one is no inversion, and 10 pieces cost gold 60.00.
func TestLintOfPackages(t *testing.T) {
	b := tieredBook(t, formula.Volume, "1", "1")
	b.Rows[0].Tiers = &formula.Tiers{Model: formula.Package, Currency: tandem.GBP, Unit: tandem.Each,
		Block: &formula.Block{Size: quantity(t, "10 EA"), Price: tandem.MoneyFromMinor(5000, tandem.GBP)}}
	b.Rows = append(b.Rows, pricing.Row{ID: "gold", List: "gold", Product: b.Rows[0].Product, Price: price(t, "6.00 GBP/EA")})
	b.Floors = []pricing.Floor{{ID: "list", Basis: pricing.FloorList, Rate: tandem.Percent(10)}}
	s := snapshotOf(t, b)
	assert.Equal(t, [][5]string{{"gold", "tiers", "10 EA", "6.00 GBP/EA", "5.00 GBP/EA"}}, found(s, pricing.FindGradeDearer))
	assert.Empty(t, found(s, pricing.FindPriceInversion))
	assert.Empty(t, found(s, pricing.FindBelowFloor))
}

func TestLintOfContracts(t *testing.T) {
	contract := func(p string) *pricingtest.Builder {
		return pricingtest.New().Price("a", "1.00").Break("a", 16, "0.80").Contract("1", "a", p)
	}
	from16 := func(b *pricing.Book) {
		b.Rows[len(b.Rows)-1].From = quantity(t, "16 EA")
	}
	more := func(b *pricing.Book) {
		r := b.Rows[len(b.Rows)-1]
		r.ID, r.Price, r.From = "more", price(t, "0.95 GBP/EA"), quantity(t, "16 EA")
		b.Rows = append(b.Rows, r)
	}
	assert.Equal(t, [][5]string{{"more", "contract-1/a", "16 EA", "0.95 GBP/EA", "0.90 GBP/EA"}},
		found(contract("0.90").Edit(more).Snapshot(t), pricing.FindPriceInversion))
	assert.Equal(t, [][5]string{{"contract-1/a", "list/a", "16 EA", "1.10 GBP/EA", "1.00 GBP/EA"}},
		found(contract("1.10").Edit(from16).Snapshot(t), pricing.FindPriceInversion))
	assert.Empty(t, found(contract("0.90").Snapshot(t), pricing.FindPriceInversion))

	assert.Equal(t, [][5]string{{"contract-1/a", "low", "0 EA", "0.70 GBP/EA", "1.00 GBP/EA"},
		{"contract-1/a", "low", "16 EA", "0.70 GBP/EA", "1.00 GBP/EA"}}, // 0.70 < 0.75 of the list price
		found(contract("0.70").Floor("low", pricing.FloorList, "0.75").Snapshot(t), pricing.FindBelowFloor))
	assert.Equal(t, [][5]string{{"contract-1/a", "low", "0 EA", "0.70 GBP/EA", "1.00 GBP/EA"}}, // 0.70 ≥ 0.75 × 0.80
		found(contract("0.70").Floor("low", pricing.FloorBeforeGrade, "0.75").Snapshot(t), pricing.FindBelowFloor))

	derives := pricingtest.New().Price("a", "1.00").Floor("low", pricing.FloorList, "0.75").Edit(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "k", Source: pricing.SourceContract, Base: "list", Discount: tandem.Percent(30),
			Customers: []tandem.PartyID{pricingtest.Customer("1")}})
	})
	assert.Equal(t, [][5]string{{"k", "low", "", "", ""}}, found(derives.Snapshot(t), pricing.FindBelowFloor))
}

// The break itself is below 0.75 of the list price, that of the smallest quantity.
func TestLintComparesFloorsWithTheListPrice(t *testing.T) {
	book := func(basis pricing.FloorBasis) *pricing.Snapshot {
		return pricingtest.New().Price("a", "1.00").Break("a", 16, "0.70").Floor("low", basis, "0.75").Snapshot(t)
	}
	assert.Equal(t, [][5]string{{"list/a/16", "low", "16 EA", "0.70 GBP/EA", "1.00 GBP/EA"}}, found(book(pricing.FloorList), pricing.FindBelowFloor))
	assert.Empty(t, found(book(pricing.FloorBeforeGrade), pricing.FindBelowFloor))
}
