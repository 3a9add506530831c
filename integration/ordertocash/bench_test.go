package ordertocash_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// town is a company with many products and customers, all with stock and prices.
type town struct {
	store     *store.Store
	service   *ordertocash.Service[*store.Bundle]
	products  []tandem.ProductID
	customers []tandem.PartyID
}

type everybody struct{}

func (everybody) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	return ordertocash.Customer{Party: id, Country: "GB", Business: true, Terms: "net30"}, nil
}

var (
	company   = tandem.DeriveID[tandem.CompanyID]("company", "acme")
	warehouse = tandem.DeriveID[tandem.LocationID]("location", "warehouse")
	outside   = tandem.DeriveID[tandem.LocationID]("location", "customers")
)

func chart() posting.Chart {
	return posting.Chart{Receivables: "1100", Unbilled: "1150", CustomerAdvances: "2150", AdvanceTax: "1350", Revenue: "4000", Returns: "4100",
		Allowances: "4200", RefundLiability: "2300", ReturnAsset: "1300", OutputTax: "2200", InputTax: "1250", Stock: "1200",
		GoodsReceived: "2100", PriceVariance: "5100", CostOfSales: "5000", WriteOff: "5200", CountDifference: "5300",
		Promotion: "6100", EarlyDiscount: "4300", Bank: "1000", Expenses: "6000", OpeningBalance: "3000"}
}

func newTown(t testing.TB, products, customers int, clock work.Clock) *town {
	t.Helper()
	db := memory.Open()
	w := &town{store: db}
	book := pricing.NewBook("trade", 1)
	book.Lists = []pricing.List{{ID: "base", Source: pricing.SourceDefault}}
	for i := range products {
		id := tandem.DeriveID[tandem.ProductID]("product", strconv.Itoa(i))
		price, err := tandem.PriceFromMicro(int64(1_000_000+10_000*(i%500)), tandem.GBP, 1, tandem.Each)
		require.NoError(t, err)
		w.products = append(w.products, id)
		book.Rows = append(book.Rows, pricing.Row{ID: "r" + strconv.Itoa(i), List: "base", Product: id, Price: price})
	}
	for i := range customers {
		w.customers = append(w.customers, tandem.DeriveID[tandem.PartyID]("customer", strconv.Itoa(i)))
	}
	snapshot, err := pricing.Compile(book)
	require.NoError(t, err)
	w.fill(t, clock)
	w.service, err = ordertocash.New(db, ordertocash.Config{
		Work:      work.Config{Authorizer: work.AllowAll{}, Clock: clock},
		Books:     posting.Config{Company: company, Currency: tandem.GBP, Chart: chart()},
		Places:    ordertocash.Places{Warehouse: warehouse, Customer: outside},
		Prices:    ordertocash.FixedPrices(snapshot),
		Customers: everybody{},
		Credit:    ordertocash.CreditTerms{NoLimit: true},
		Tax:       ordertocash.TaxPolicy{Table: ukTable()},
	})
	require.NoError(t, err)
	return w
}

func ukTable() tax.Table {
	return tax.Table{Seller: "GB", Rules: []tax.Rule{{ID: "domestic", Zone: tax.ZoneDomestic, Treatment: tandem.TaxStandard, Code: "GB-S"},
		{ID: "export", Zone: tax.ZoneOutside, Goods: true, Treatment: tandem.TaxExport, Code: "GB-G"}}}
}

func date(t testing.TB, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

// fill saves the master data and the opening stock, a million pieces of each product.
func (w *town) fill(t testing.TB, clock work.Clock) {
	ctx := context.Background()
	now := clock.Now()
	year := tandem.Validity{From: date(t, "2011-01-01"), Until: date(t, "2012-01-01")}
	require.NoError(t, w.store.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		for _, c := range []tax.Code{
			{ID: "GB-S", Company: company, Country: "GB", Category: tandem.TaxStandard, Rates: []tax.DatedRate{
				{Validity: tandem.Validity{Until: date(t, "2011-01-04")}, Rate: tandem.BasisPoints(1750)},
				{Validity: tandem.Validity{From: date(t, "2011-01-04")}, Rate: tandem.Percent(20)}}},
			{ID: "GB-G", Company: company, Country: "GB", Category: tandem.TaxExport, Rates: []tax.DatedRate{{}}, Reason: "export"},
		} {
			require.NoError(t, b.TaxCodes().Save(ctx, c))
		}
		require.NoError(t, b.PaymentTerms().Save(ctx, billing.Terms{Company: company, Code: "net30",
			Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}))
		period, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", "2011"), company, "2011", year, now)
		require.NoError(t, err)
		require.NoError(t, b.Periods().Save(ctx, period))
		for i, id := range w.products {
			require.NoError(t, b.Products().Save(ctx, catalog.Product{ID: id, Code: strconv.Itoa(i), Name: "product", Kind: catalog.Goods,
				Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard}))
			pool, err := costing.NewCostPool(company, id, tandem.Each, tandem.GBP, now)
			require.NoError(t, err)
			q, err := tandem.QuantityOf(1_000_000, tandem.Each)
			require.NoError(t, err)
			_, err = pool.Receive(q, tandem.MoneyFromMinor(55_000_000, tandem.GBP))
			require.NoError(t, err)
			require.NoError(t, b.CostPools().Save(ctx, pool))
			require.NoError(t, b.StockLevels().Apply(ctx, inventory.LevelChange{OnHand: q.Micro(),
				Key: inventory.LevelKey{Company: company, Location: warehouse, Product: id}}))
		}
		return nil
	}))
}

type fixedClock struct{ at tandem.Instant }

func (c fixedClock) Now() tandem.Instant { return c.at }

func clockAt(t testing.TB, s string) fixedClock {
	t.Helper()
	at, err := tandem.ParseInstant(s)
	require.NoError(t, err)
	return fixedClock{at}
}

// cycle runs one order of three lines from its placing to its payment.
func (w *town) cycle(ctx context.Context, n int) error {
	key := "c" + strconv.Itoa(n)
	header := func(step string) work.Header { return work.Header{Key: key + step, Actor: work.Actor{ID: "clerk"}} }
	customer := w.customers[n*7919%len(w.customers)]
	lines := make([]ordertocash.OrderLine, 3)
	for i := range lines {
		q, err := tandem.QuantityOf(int64(1+(n+i)%12), tandem.Each)
		if err != nil {
			return err
		}
		lines[i] = ordertocash.OrderLine{Product: w.products[(n*31+i*4001)%len(w.products)], Quantity: q}
	}
	placed, err := w.service.Place(ctx, ordertocash.PlaceOrder{Header: header("place"), Customer: customer, Lines: lines})
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	shipped, err := w.service.Ship(ctx, ordertocash.ShipOrder{Header: header("ship"), Order: placed.Order})
	if err != nil {
		return fmt.Errorf("ship: %w", err)
	}
	draft := ordertocash.InvoiceOrder{Header: header("invoice"), Order: placed.Order}
	draft.Deliveries = append(draft.Deliveries, shipped.Delivery)
	invoiced, err := w.service.Invoice(ctx, draft)
	if err != nil {
		return fmt.Errorf("invoice: %w", err)
	}
	posted, err := w.service.Post(ctx, ordertocash.PostInvoice{Header: header("post"), Invoice: invoiced.Invoice})
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	_, err = w.service.Receive(ctx, ordertocash.ReceivePayment{Header: header("pay"), Customer: customer, Amount: posted.Gross,
		Method: payment.BankTransfer, Invoices: []billing.InvoiceID{posted.Invoice}})
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return nil
}

func BenchmarkOrderToCash(b *testing.B) {
	w := newTown(b, 10_000, 10_000, clockAt(b, "2011-06-01T09:00:00Z"))
	ctx := context.Background()
	var n atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := w.cycle(ctx, int(n.Add(1))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cycles/s")
}
