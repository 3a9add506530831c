package erptest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
)

// Every builder gives what its room accepts, reads back, and keeps in the store.
func TestBuildersAreAccepted(t *testing.T) {
	order := erptest.Order(t, "SO-1")
	delivery := erptest.Delivery(t, "DN-1", order)
	reservation, change := erptest.Reservation(t, "SO-2", "85123A", 5)
	c := erptest.New(t)
	c.Update(t, func(ctx context.Context, b erptest.Bundle) error {
		require.NoError(t, b.SalesOrders().Save(ctx, order))
		require.NoError(t, b.Deliveries().Save(ctx, delivery))
		require.NoError(t, b.SalesQuotations().Save(ctx, erptest.Quotation(t, "QU-1")))
		require.NoError(t, b.SalesReturns().Save(ctx, erptest.Return(t, "RA-1", delivery)))
		require.NoError(t, b.CustomerInvoices().Save(ctx, erptest.Invoice(t, "INV-1")))
		require.NoError(t, b.Payments().Save(ctx, erptest.Payment(t, "PY-1", "42.48")))
		require.NoError(t, b.CreditAccounts().Save(ctx, erptest.CreditAccount(t, "12346", "1000.00")))
		require.NoError(t, b.Reservations().Save(ctx, reservation))
		require.NoError(t, b.StockLevels().Apply(ctx, change))
		require.NoError(t, b.Backorders().Save(ctx, erptest.Backorder(t, "SO-3", "85123A", 2)))
		require.NoError(t, b.StockMoves().Append(ctx, erptest.Move(t, "1", "85123A", "WH", "SHOP", 3)))
		require.NoError(t, b.JournalEntries().Append(ctx, erptest.Entry(t, "1", "6000", "1000", "12.00")))
		require.NoError(t, b.TaxEntries().Append(ctx, erptest.TaxEntry(t, "1", "100.00")))
		return nil
	})
	assert.Equal(t, sales.OrderStatusShipped, order.Status())
	assert.Equal(t, "35.40 GBP", delivery.Net().String())
	assert.Equal(t, int64(5_000_000), change.Reserved)
	assert.Equal(t, "100.00 GBP", erptest.TaxEntry(t, "1", "100.00").Base.String())
	assert.Equal(t, "20.00 GBP", erptest.TaxEntry(t, "1", "100.00").Tax.String())
	for _, err := range []error{
		erptest.Product("x").Validate(), erptest.ServiceProduct("x").Validate(), erptest.Move(t, "1", "85123A", "WH", "SHOP", 3).Validate(),
		erptest.Backorder(t, "SO-3", "85123A", 2).Validate(), erptest.Entry(t, "1", "6000", "1000", "12.00").Validate(),
	} {
		assert.NoError(t, err)
	}
}

// Nothing is left to be drained, so that a test sees its own events alone.
func TestBuiltAggregatesAreDrained(t *testing.T) {
	order := erptest.Order(t, "SO-1", erptest.Item(t, 1, "22423", 2, "12.75"), erptest.Item(t, 3, "84879", 4, "1.69"))
	delivery := erptest.Delivery(t, "DN-1", order)
	for _, a := range []interface{ Drain() tandem.Recorded }{order, delivery, erptest.Quotation(t, "QU-1"), erptest.Return(t, "RA-1", delivery),
		erptest.Invoice(t, "INV-1"), erptest.Payment(t, "PY-1", "1.00"), erptest.CreditAccount(t, "12346", "0.00"),
		erptest.CostPool(t, "22423", 2, "14.00"), erptest.CostPool(t, "22423", 0, "0.00")} {
		assert.Empty(t, a.Drain().Events, "%T", a)
	}
}

// By hand: 12 × 2.95 = 35.40, VAT 7.08, gross 42.48, paid in full on day 10.
func TestAnInvoiceIsPaid(t *testing.T) {
	invoice, paid := erptest.Invoice(t, "INV-1"), erptest.Payment(t, "PY-1", "50.00")
	assert.Equal(t, "42.48 GBP", invoice.Gross().String())
	assert.Equal(t, "2011-07-03", invoice.State().Instalments[0].Due.String())
	fact, err := payment.Apply(paid, invoice, erptest.Application(t, "1", "42.48"))
	require.NoError(t, err)
	assert.Equal(t, billing.InvoiceSettled, invoice.Status())
	assert.Equal(t, "7.52 GBP", paid.State().Unapplied.String())
	assert.Equal(t, erptest.CustomerID("12346"), fact.Customer)
}

func TestCostPoolHoldsItsValue(t *testing.T) {
	pool := erptest.CostPool(t, "22423", 60, "420.00")
	value, err := pool.Issue(erptest.Pieces(t, 7))
	require.NoError(t, err)
	assert.Equal(t, "49.00 GBP", value.Value.String())
	assert.Equal(t, costing.Average, pool.Method())
}

func TestValues(t *testing.T) {
	assert.Equal(t, "12.50 GBP", erptest.GBP(t, "12.50").String())
	assert.Equal(t, "12.50 EUR", erptest.Money(t, "12.50 EUR").String())
	assert.Equal(t, "2.95 GBP/EA", erptest.Price(t, "2.95 GBP/EA").String())
	assert.Equal(t, "2.5 KGM", erptest.Quantity(t, "2.5 KGM").String())
	assert.Equal(t, "3 EA", erptest.Pieces(t, 3).String())
	assert.Equal(t, "3 DZN", erptest.Dozens(t, 3).String())
	assert.Equal(t, tandem.Percent(5), erptest.Rate(t, "0.05"))
	assert.Equal(t, tandem.Percent(5), erptest.Rate(t, "5%"))
	assert.Equal(t, "2011-06-03", erptest.Day(2).String())
	assert.Equal(t, erptest.Date(t, "2011-06-03"), erptest.Day(2))
	assert.Equal(t, erptest.Instant(t, "2011-06-03T09:00:00Z"), erptest.At(2))
	assert.True(t, erptest.Period(t, "2011-06").Dates().Contains(erptest.Day(29)))
	assert.False(t, erptest.Period(t, "2011-06").Dates().Contains(erptest.Day(30)))
	assert.Equal(t, ledger.PeriodOpen, erptest.Period(t, "2011-06").Status())
	assert.Equal(t, inventory.LevelKey{Company: erptest.CompanyID(), Location: erptest.LocationID("WH"), Product: erptest.ProductID("x")}, erptest.Level("x"))
}

// failing is a testing.TB that remembers how it was failed.
type failing struct {
	testing.TB
	fatal, failed string
	said          string
}

func (f *failing) Helper() {}
func (f *failing) Fatalf(format string, args ...any) {
	f.fatal, f.said = format, fmt.Sprintf(format, args...)
	panic(f)
}
func (f *failing) Errorf(format string, args ...any) { f.failed += format }

func TestFaultsEndTheTest(t *testing.T) {
	for name, act := range map[string]func(testing.TB){
		"money":    func(tb testing.TB) { erptest.GBP(tb, "1.005") },
		"price":    func(tb testing.TB) { erptest.Price(tb, "2.95") },
		"quantity": func(tb testing.TB) { erptest.Quantity(tb, "3 XXXX") },
		"rate":     func(tb testing.TB) { erptest.Rate(tb, "5") },
		"date":     func(tb testing.TB) { erptest.Date(tb, "2011-02-29") },
		"instant":  func(tb testing.TB) { erptest.Instant(tb, "noon") },
		"country":  func(tb testing.TB) { erptest.Customer(tb, "1", "Germany", "") },
		"tax":      func(tb testing.TB) { erptest.Customer(tb, "1", "DE", "de 1") },
		"order":    func(tb testing.TB) { erptest.Order(tb, "") },
		"shipped": func(tb testing.TB) {
			o := erptest.Order(t, "1")
			erptest.Delivery(t, "1", o)
			erptest.Delivery(tb, "2", o)
		},
		"quotation": func(tb testing.TB) { erptest.Quotation(tb, "") },
		"payment":   func(tb testing.TB) { erptest.Payment(tb, "1", "0.00") },
		"entry":     func(tb testing.TB) { erptest.Entry(tb, "1", "1000", "!", "1.00") },
		"credit":    func(tb testing.TB) { erptest.CreditAccount(tb, "1", "-1.00") },
		"hold":      func(tb testing.TB) { erptest.Reservation(tb, "1", "x", 0) },
	} {
		f := &failing{TB: t}
		assert.Panics(t, func() { act(f) }, name)
		assert.NotEmpty(t, f.fatal, name)
	}
}
