package erptest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/crmtest"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func TestANewCompanyHasBooksThatBalance(t *testing.T) {
	c := erptest.New(t)
	c.AssertBooks(t)
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		trial, err := ledger.TrialBalance(b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: erptest.CompanyID()}), ledger.BalanceQuery{Currency: tandem.GBP})
		require.NoError(t, err)
		assert.Equal(t, "1784.60 GBP", trial.Closing(c.Books.Chart.Stock).String(), "777.77 + 420.00 + 223.20 + 363.63")
		accounts := []ledger.Account{}
		for a, err := range b.Accounts().Find(ctx, ledger.AccountQuery{Company: erptest.CompanyID()}) {
			require.NoError(t, err)
			accounts = append(accounts, a)
		}
		chart, err := ledger.NewChart(erptest.CompanyID(), accounts...)
		require.NoError(t, err)
		require.NoError(t, c.Books.Chart.CheckAgainst(chart))
		open := 0
		for p, err := range b.Periods().Find(ctx, ledger.PeriodQuery{Company: erptest.CompanyID(), Status: ledger.PeriodOpen}) {
			require.NoError(t, err)
			assert.Equal(t, open, (p.Dates().From.Year()-2010)*12+int(p.Dates().From.Month())-1)
			open++
		}
		assert.Equal(t, 36, open)
		levels, err := b.StockLevels().Get(ctx, erptest.Level("22423"))
		assert.Equal(t, int64(60_000_000), levels[0].OnHand)
		return err
	})
}

func TestMasterDataIsValid(t *testing.T) {
	for _, g := range erptest.Goods(t) {
		assert.NoError(t, g.Product.Validate())
	}
	for _, c := range erptest.TaxCodes() {
		assert.NoError(t, c.Validate(), c.ID)
	}
	for _, p := range erptest.PaymentTerms() {
		assert.NoError(t, p.Validate(), p.Code)
	}
	_, err := inventory.NewLocationTree(erptest.Locations())
	assert.NoError(t, err)
	assert.NoError(t, erptest.TaxTable().Validate())
}

// The three kits go together: the same key is the same id.
func TestKitsShareTheirIDs(t *testing.T) {
	assert.Equal(t, crmtest.Company(), erptest.CompanyID())
	assert.Equal(t, crmtest.ID("12346"), erptest.CustomerID("12346"))
	assert.Equal(t, pricingtest.Customer("12346"), erptest.CustomerID("12346"))
	assert.Equal(t, pricingtest.Product("85123A"), erptest.ProductID("85123A"))
	assert.Equal(t, pricingtest.Day(), erptest.Start())
	assert.True(t, crmtest.Order("SO-1").Same(erptest.OrderRef("SO-1")))

	c := erptest.New(t,
		erptest.WithCustomers(crmtest.New("12400").In("FR").VAT("FR12123456789").Build(t).Party),
		erptest.WithPrices(pricingtest.Small().Contract("12400", "22423", "9.95").Snapshot(t)))
	placed := c.Place(t, "12400", erptest.Line("22423", 10))
	assert.Equal(t, "99.50 GBP", placed.Gross.String(), "the contract's price, intra-Community: no tax")
	c.AssertBooks(t)
}

// Goods, prices and grades are those of pricingtest.Small.
func TestPricesAreThoseOfPricingtest(t *testing.T) {
	c, other := erptest.New(t), pricingtest.Small().Snapshot(t)
	for _, product := range []string{"85123A", "22423", "84879", "21212"} {
		for _, grade := range []tandem.GradeCode{"", "bronze", "silver", "gold"} {
			for _, n := range []int64{1, 15, 16, 31, 32, 500} {
				request := pricingtest.Order("12346", pricingtest.Line(product, n))
				request.Grade = grade
				var got, want pricing.Result
				require.NoError(t, c.Prices.Price(&request, &got))
				require.NoError(t, other.Price(&request, &want))
				assert.Equal(t, want.Lines[0].Price, got.Lines[0].Price, "%s × %d for %q", product, n, grade)
			}
		}
	}
}

func TestTaxFollowsTheCustomer(t *testing.T) {
	c := erptest.New(t)
	for customer, want := range map[string]struct{ net, gross string }{
		"12346": {"29.50 GBP", "35.40 GBP"}, // 20 %
		"12347": {"29.50 GBP", "29.50 GBP"}, // Germany with a VAT number: intra-Community
		"12348": {"29.50 GBP", "29.50 GBP"}, // Norway: export
	} {
		placed := c.Place(t, customer, erptest.Line("85123A", 10))
		assert.Equal(t, want.net, placed.Net.String(), customer)
		assert.Equal(t, want.gross, placed.Gross.String(), customer)
	}
	c.Clock.Set(erptest.Instant(t, "2011-01-03T12:00:00Z"))
	assert.Equal(t, "34.66 GBP", c.Place(t, "12346", erptest.Line("85123A", 10)).Gross.String(), "17.5 % until 2011-01-03: 29.50 + 5.1625")
	c.AssertBooks(t)
}

func TestOptions(t *testing.T) {
	db := memory.New()
	tenant := func(name string) *store.Store {
		s, err := store.Open(db, name, store.Options{})
		require.NoError(t, err)
		return s
	}
	clock := erptest.NewClock(erptest.At(100))
	c := erptest.New(t,
		erptest.WithStore(tenant("a")), erptest.WithClock(clock),
		erptest.WithGoods(erptest.Good{Product: erptest.Product("85123A"), Stock: erptest.Dozens(t, 2), Value: erptest.GBP(t, "36.00")},
			erptest.Good{Product: erptest.Product("22423")}),
		erptest.WithGrade("12346", "silver"), erptest.WithGrade("12348", "gold"),
		erptest.WithSales(func(c *ordertocash.Config) {
			c.Credit = ordertocash.CreditTerms{Limit: erptest.GBP(t, "50.00"), Policy: "block"}
		}),
		erptest.WithWarehouse(func(c *warehouse.Config) { c.Places.Warehouse = erptest.LocationID("WH") }))
	other := erptest.New(t, erptest.WithStore(tenant("b")))
	placed := c.Place(t, "12346", erptest.Line("85123A", 10))
	assert.Equal(t, "28.60 GBP", placed.Net.String(), "silver: 2.86")
	assert.Equal(t, "0 EA", placed.Lines[0].Backorder.String())
	waits := c.Place(t, "12348", erptest.Line("22423", 1))
	assert.Equal(t, "12.11 GBP", waits.Net.String(), "gold: 12.1125")
	assert.Equal(t, "1 EA", waits.Lines[0].Backorder.String())
	_, err := c.Sales.Place(t.Context(), ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID("12346"),
		Lines: []ordertocash.OrderLine{erptest.Line("85123A", 14)}})
	assert.ErrorContains(t, err, "limit 50.00 GBP, exposure 34.32 GBP, order 48.05 GBP")
	c.AssertBooks(t)
	other.AssertBooks(t)
	other.View(t, func(ctx context.Context, b erptest.Bundle) error {
		for range b.SalesOrders().Find(ctx, sales.OrderQuery{Company: erptest.CompanyID()}) {
			t.Error("the tenants share an order")
		}
		return nil
	})
	assert.Equal(t, "2011-09-09", clock.Today().String())
	clock.Advance(25 * time.Hour)
	assert.Equal(t, "2011-09-10T10:00:00Z", clock.Now().String())
}

// What waits is served by what comes in.
func TestBuyServesWhatWaits(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", erptest.Line("22423", 70))
	assert.Equal(t, "10 EA", placed.Lines[0].Backorder.String())
	c.AssertBooks(t)
	bought := c.Buy(t, "22423", 24, "180.00")
	require.Len(t, bought.Reserved, 1)
	c.AssertBooks(t)
	shipped := c.Ship(t, placed.Order)
	assert.Equal(t, "500.00 GBP", shipped.Cost.String(), "70 of 84 pieces, 420.00 + 180.00 in all")
	invoiced := c.Bill(t, placed.Order)
	c.Pay(t, "12346", erptest.GBP(t, "1000.00"), invoiced.Invoice)
	c.AssertBooks(t)
}

func TestEverythingIsTheSameEachTime(t *testing.T) {
	run := func() (erptest.Sale, []work.Event) {
		c := erptest.New(t)
		sale := c.Sell(t, "12347", erptest.Line("85123A", 40), erptest.Line("21212", 7))
		var events []work.Event
		c.View(t, func(ctx context.Context, b erptest.Bundle) (err error) {
			events, err = b.Outbox().Read(ctx, 0, tandem.MaxPage)
			return err
		})
		return sale, events
	}
	sale, events := run()
	again, more := run()
	assert.Equal(t, sale, again)
	assert.Equal(t, events, more)
	assert.NotEmpty(t, events)
}

// The test that the README shows.
func TestGoldPaysFivePercentLess(t *testing.T) {
	company := erptest.New(t, erptest.WithGrade("12346", "gold"))
	sale := company.Sell(t, "12346", erptest.Line("22423", 10))
	assert.Equal(t, erptest.GBP(t, "121.10"), sale.Placed.Net, "10 × 12.11, not 12.75")
	company.AssertBooks(t)
}
