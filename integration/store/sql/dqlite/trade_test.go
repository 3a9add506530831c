package dqlite_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

var (
	company   = tandem.DeriveID[tandem.CompanyID]("company", "acme")
	warehouse = tandem.DeriveID[tandem.LocationID]("location", "warehouse")
	outside   = tandem.DeriveID[tandem.LocationID]("location", "customers")
)

const products = 12 // few, so that every order meets others at its levels

func product(i int) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("product", strconv.Itoa(i%products))
}

type everybody struct{}

func (everybody) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	return ordertocash.Customer{Party: id, Country: "GB", Business: true, Terms: "net30"}, nil
}

type fixedClock struct{ at tandem.Instant }

func (c fixedClock) Now() tandem.Instant { return c.at }

func date(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

// open gives the process on a tenant. It does not repeat by itself, so that every
// conflict is seen.
func open(t *testing.T, db work.Store[*store.Bundle]) *ordertocash.Service[*store.Bundle] {
	t.Helper()
	now, err := tandem.ParseInstant("2011-06-01T09:00:00Z")
	require.NoError(t, err)
	book := pricing.NewBook("trade", 1)
	book.Lists = []pricing.List{{ID: "base", Source: pricing.SourceDefault}}
	for i := range products {
		price, err := tandem.PriceFromMicro(int64(1_000_000+10_000*i), tandem.GBP, 1, tandem.Each)
		require.NoError(t, err)
		book.Rows = append(book.Rows, pricing.Row{ID: "r" + strconv.Itoa(i), List: "base", Product: product(i), Price: price})
	}
	snapshot, err := pricing.Compile(book)
	require.NoError(t, err)
	service, err := ordertocash.New(db, ordertocash.Config{
		Work: work.Config{Authorizer: work.AllowAll{}, Clock: fixedClock{now}, Retry: work.RetryPolicy{Tries: 1}},
		Books: posting.Config{Company: company, Currency: tandem.GBP, Chart: posting.Chart{Receivables: "1100", Unbilled: "1150",
			CustomerAdvances: "2150", AdvanceTax: "1350", Revenue: "4000", Returns: "4100", Allowances: "4200", RefundLiability: "2300",
			ReturnAsset: "1300", OutputTax: "2200", InputTax: "1250", Stock: "1200", GoodsReceived: "2100", PriceVariance: "5100",
			CostOfSales: "5000", WriteOff: "5200", CountDifference: "5300", Promotion: "6100", EarlyDiscount: "4300", Bank: "1000",
			Expenses: "6000", OpeningBalance: "3000"}},
		Places:    ordertocash.Places{Warehouse: warehouse, Customer: outside},
		Prices:    ordertocash.FixedPrices(snapshot),
		Customers: everybody{},
		Credit:    ordertocash.CreditTerms{NoLimit: true},
		Tax: ordertocash.TaxPolicy{Table: tax.Table{Seller: "GB",
			Rules: []tax.Rule{{ID: "domestic", Zone: tax.ZoneDomestic, Treatment: tandem.TaxStandard, Code: "GB-S"}}}},
	})
	require.NoError(t, err)
	return service
}

// fill saves the master data and a million pieces of each product.
func fill(ctx context.Context, t *testing.T, db work.Store[*store.Bundle]) {
	t.Helper()
	now, err := tandem.ParseInstant("2011-06-01T08:00:00Z")
	require.NoError(t, err)
	year := tandem.Validity{From: date(t, "2011-01-01"), Until: date(t, "2012-01-01")}
	period, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", "2011"), company, "2011", year, now)
	require.NoError(t, err)
	require.NoError(t, db.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		require.NoError(t, b.TaxCodes().Save(ctx, tax.Code{ID: "GB-S", Company: company, Country: "GB", Category: tandem.TaxStandard,
			Rates: []tax.DatedRate{{Rate: tandem.Percent(20)}}}))
		require.NoError(t, b.PaymentTerms().Save(ctx, billing.Terms{Company: company, Code: "net30",
			Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}))
		require.NoError(t, b.Periods().Save(ctx, period))
		for i := range products {
			require.NoError(t, b.Products().Save(ctx, catalog.Product{ID: product(i), Code: strconv.Itoa(i), Name: "product",
				Kind: catalog.Goods, Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard}))
			require.NoError(t, b.StockLevels().Apply(ctx, inventory.LevelChange{OnHand: 1_000_000_000_000,
				Key: inventory.LevelKey{Company: company, Location: warehouse, Product: product(i)}}))
		}
		return nil
	}))
}

// order gives the n-th order of a client: three lines.
func order(client, n int) ordertocash.PlaceOrder {
	key := "client " + strconv.Itoa(client) + " order " + strconv.Itoa(n)
	o := ordertocash.PlaceOrder{Header: work.Header{Key: key, Actor: work.Actor{ID: "clerk"}},
		Customer: tandem.DeriveID[tandem.PartyID]("customer", strconv.Itoa(client))}
	for i := range 3 {
		q := tandem.QuantityFromMicro(int64(1+(n+i)%7)*1_000_000, tandem.Each)
		o.Lines = append(o.Lines, ordertocash.OrderLine{Product: product(n*5 + client + 4*i), Quantity: q})
	}
	return o
}

// audit compares what is stored with what was acknowledged: each order once and whole,
// and nothing else.
func audit(ctx context.Context, t *testing.T, db work.Store[*store.Bundle], acknowledged map[string]ordertocash.Placed) {
	t.Helper()
	require.NoError(t, db.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		orders := map[sales.OrderID]sales.OrderState{}
		for o, err := range b.SalesOrders().Find(ctx, sales.OrderQuery{Company: company}) {
			require.NoError(t, err)
			orders[o.ID()] = o.State()
		}
		require.Len(t, orders, len(acknowledged), "orders are those that were acknowledged")
		numbers := map[string]bool{}
		for key, placed := range acknowledged {
			o, there := orders[placed.Order]
			require.True(t, there, "the order of %s", key)
			require.Equal(t, placed.Number, o.Number)
			require.Len(t, o.Lines, 3)
			numbers[o.Number] = true
			record, found, err := b.Commands().Lookup(ctx, key)
			require.NoError(t, err)
			require.True(t, found && record.Name != "", "the command %s", key)
		}
		for n := range len(orders) {
			number := billing.SeriesPolicy{}.Number("SO", int64(n)+1)
			require.True(t, numbers[number], "%s is a gap, of %d orders", number, len(orders))
		}
		auditStock(ctx, t, b, orders)
		auditEvents(ctx, t, b, acknowledged)
		return nil
	}))
}

// auditStock: every line is held by one reservation, and the levels are their sums.
func auditStock(ctx context.Context, t *testing.T, b *store.Bundle, orders map[sales.OrderID]sales.OrderState) {
	t.Helper()
	type line struct {
		order sales.OrderID
		line  int
	}
	held, reserved := map[line]tandem.Quantity{}, map[inventory.LevelKey]int64{}
	for r, err := range b.Reservations().Find(ctx, inventory.ReservationQuery{Company: company}) {
		require.NoError(t, err)
		ref := r.Line()
		of := line{tandem.IDFromBytes[sales.OrderID](ref.Document.ID.Bytes()), ref.Line}
		require.NotContains(t, held, of, "two reservations for one line")
		held[of] = r.Open()
		reserved[r.Key()] += r.Open().Micro()
	}
	lines := 0
	for id, o := range orders {
		for i := range o.Lines {
			l := &o.Lines[i]
			require.Equal(t, l.Quantity, held[line{id, l.Line}], "order %s line %d", o.Number, l.Line)
			require.Equal(t, l.Quantity, l.Reserved)
			lines++
		}
	}
	require.Len(t, held, lines, "reservations are those of the orders")
	for l, err := range b.StockLevels().Find(ctx, inventory.LevelQuery{Company: company}) {
		require.NoError(t, err)
		require.Equal(t, reserved[l.Key], l.Reserved, "reserved is the sum of the reservations")
		require.EqualValues(t, 1_000_000_000_000, l.OnHand)
		delete(reserved, l.Key)
	}
	require.Empty(t, reserved, "a reservation without a level")
}

// auditEvents: every event once, none missing within its aggregate or the outbox, and
// one confirmation for each order.
func auditEvents(ctx context.Context, t *testing.T, b *store.Bundle, acknowledged map[string]ordertocash.Placed) {
	t.Helper()
	var position int64
	last, confirmed := map[[16]byte]int64{}, map[string]int{}
	for {
		page, err := b.Outbox().Read(ctx, position, 1000)
		require.NoError(t, err)
		for i := range page {
			e := &page[i]
			require.Equal(t, position+1, e.Position)
			require.Equal(t, last[e.ID]+1, e.Sequence, "the events of %s", e.Identity())
			position, last[e.ID] = e.Position, e.Sequence
			if e.Name == "sales.order.confirmed" {
				require.Equal(t, [16]byte(acknowledged[e.Cause].Order.Bytes()), e.ID)
				confirmed[e.Cause]++
			}
		}
		if len(page) < 1000 {
			break
		}
	}
	require.Len(t, confirmed, len(acknowledged))
	for key, n := range confirmed {
		require.Equal(t, 1, n, "confirmations of %s", key)
	}
}

// retrying repeats after a conflict, as the processes do by themselves.
func retrying(db work.Store[*store.Bundle]) work.Store[*store.Bundle] {
	return work.Retry(db, work.RetryPolicy{})
}
