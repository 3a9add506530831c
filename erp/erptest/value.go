package erptest

import (
	"testing"
	"time"

	"github.com/tandem-go/tandem"
)

// must gives v, or fails the test.
func must[T any](tb testing.TB, v T, err error) T {
	tb.Helper()
	if err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	return v
}

// Money reads `12.50 GBP`.
func Money(tb testing.TB, text string) tandem.Money {
	tb.Helper()
	v, err := tandem.ParseMoney(text)
	return must(tb, v, err)
}

// GBP reads `12.50`, in pounds.
func GBP(tb testing.TB, text string) tandem.Money {
	tb.Helper()
	return Money(tb, text+" GBP")
}

// Price reads `2.95 GBP/EA`.
func Price(tb testing.TB, text string) tandem.Price {
	tb.Helper()
	v, err := tandem.ParsePrice(text)
	return must(tb, v, err)
}

// Quantity reads `2.5 KGM`.
func Quantity(tb testing.TB, text string) tandem.Quantity {
	tb.Helper()
	v, err := tandem.ParseQuantity(text)
	return must(tb, v, err)
}

// Pieces gives n pieces.
func Pieces(tb testing.TB, n int64) tandem.Quantity {
	tb.Helper()
	v, err := tandem.QuantityOf(n, tandem.Each)
	return must(tb, v, err)
}

// Dozens gives n dozens: the other unit in which the company's goods are traded.
func Dozens(tb testing.TB, n int64) tandem.Quantity {
	tb.Helper()
	v, err := tandem.QuantityOf(n, tandem.Dozen)
	return must(tb, v, err)
}

// Rate reads `0.05` and `5%`, which are the same.
func Rate(tb testing.TB, text string) tandem.Rate {
	tb.Helper()
	v, err := tandem.ParseRate(text)
	return must(tb, v, err)
}

// Date reads `2011-06-01`.
func Date(tb testing.TB, text string) tandem.Date {
	tb.Helper()
	v, err := tandem.ParseDate(text)
	return must(tb, v, err)
}

// Instant reads `2011-06-01T09:00:00Z`.
func Instant(tb testing.TB, text string) tandem.Instant {
	tb.Helper()
	v, err := tandem.ParseInstant(text)
	return must(tb, v, err)
}

// Start is the day on which the company's clock stands at first: 2011-06-01.
func Start() tandem.Date {
	day, _ := tandem.NewDate(2011, time.June, 1) // is in the calendar
	return day
}

// Day gives the n-th day after [Start].
func Day(n int) tandem.Date { return Start().AddDays(n) }

// At gives nine in the morning, UTC, of the n-th day after [Start].
func At(n int) tandem.Instant { return Day(n).At(9, 0, time.UTC) }

// CompanyID is the company's id, the one that crmtest uses too.
func CompanyID() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "test") }

// ProductID gives the id of a product by its key, the one that pricingtest uses too.
func ProductID(key string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("product", key) }

// CustomerID gives the id of a customer by its key, the one that crmtest and
// pricingtest use too.
func CustomerID(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", key) }

// SupplierID gives the id of a supplier by its key.
func SupplierID(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("supplier", key) }

// LocationID gives the id of a location by its code.
func LocationID(code string) tandem.LocationID {
	return tandem.DeriveID[tandem.LocationID]("location", code)
}
