package warehouse_test

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

func name[K any](_ tandem.ID[K], key string) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("warehouse test", key)
}

func company() tandem.CompanyID           { return name(tandem.CompanyID{}, "acme") }
func product(key string) tandem.ProductID { return name(tandem.ProductID{}, key) }
func place(key string) tandem.LocationID  { return name(tandem.LocationID{}, key) }
func supplier() tandem.PartyID            { return name(tandem.PartyID{}, "potter") }
func orderID(key string) sales.OrderID    { return name(sales.OrderID{}, key) }

func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }
func gbp(minor int64) tandem.Money   { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func day(s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// clock is a clock that stands still until it is set; every command takes a second.
type clock struct{ now tandem.Instant }

func (c *clock) Now() tandem.Instant {
	c.now = c.now.Add(time.Second)
	return c.now
}

func chart() posting.Chart {
	return posting.Chart{
		Receivables: "1100", Unbilled: "1110", CustomerAdvances: "2110", Revenue: "4000", Returns: "4100", Allowances: "4200",
		RefundLiability: "2150", ReturnAsset: "1450", OutputTax: "2200", InputTax: "1300", Stock: "1400", GoodsReceived: "2120",
		PriceVariance: "5300", CostOfSales: "5000", WriteOff: "5100", CountDifference: "5200", Promotion: "6100",
		EarlyDiscount: "4300", Bank: "1000", Expenses: "6000", OpeningBalance: "3000",
	}
}

type bundle = *store.Bundle

// house is a company with two shelves, three products and the periods of 2011.
type house struct {
	t     require.TestingT
	clock *clock
	store work.Store[bundle]
	svc   *warehouse.Service[bundle]
	keys  int
}

func config(c work.Clock, a work.Authorizer) warehouse.Config {
	return warehouse.Config{
		Work:  work.Config{Authorizer: a, Clock: c, IDs: work.SequentialUUIDs(1)},
		Books: posting.Config{Company: company(), Currency: tandem.GBP, Chart: chart()},
		Places: warehouse.Places{Warehouse: place("shelf"), Supplier: place("supplier"),
			Adjustment: place("adjustment"), Scrap: place("scrap")},
	}
}

func build(t require.TestingT) *house { return buildWith(t, work.AllowAll{}) }

func buildWith(t require.TestingT, a work.Authorizer) *house {
	h := &house{t: t, clock: &clock{day("2011-06-15").At(10, 0, time.UTC)}, store: storetest.OpenOrdered(func(what string) { t.Errorf("%s", what) })}
	h.update(func(ctx context.Context, b bundle) error {
		for key, kind := range map[string]inventory.LocationKind{"shelf": inventory.Stock, "shop": inventory.Stock,
			"supplier": inventory.Supplier, "adjustment": inventory.Adjustment, "scrap": inventory.Scrap, "site": inventory.View} {
			if err := b.Locations().Save(ctx, inventory.Location{ID: place(key), Company: company(), Code: key, Name: key, Kind: kind}); err != nil {
				return err
			}
		}
		dozen := tandem.UnitConversion{From: tandem.Dozen, To: tandem.Each, Factor: tandem.IntRatio(12)}
		for _, key := range []string{"mug", "bowl", "lamp", "advice"} {
			p := catalog.Product{ID: product(key), Code: key, Name: key, Kind: catalog.Goods, Unit: tandem.Each, Whole: true,
				Conversions: []tandem.UnitConversion{dozen}, TaxCategory: tandem.TaxStandard}
			if key == "advice" {
				p.Kind = catalog.Service
			}
			if err := b.Products().Save(ctx, p); err != nil {
				return err
			}
		}
		return savePeriods(ctx, b)
	})
	var err error
	h.svc, err = warehouse.New(h.store, config(h.clock, a))
	require.NoError(t, err)
	return h
}

// savePeriods opens the months of 2011 and closes April.
func savePeriods(ctx context.Context, b bundle) error {
	at := day("2011-01-01").At(0, 0, time.UTC)
	for from := day("2011-01-01"); from.Year() == 2011; from = from.AddMonths(1) {
		month := fmt.Sprintf("2011-%02d", from.Month())
		p, err := ledger.NewPeriod(name(ledger.PeriodID{}, month), company(), month, tandem.Validity{From: from, Until: from.AddMonths(1)}, at)
		if err != nil {
			return err
		}
		if month == "2011-04" {
			if err := p.Close("controller", at); err != nil {
				return err
			}
		}
		if err := b.Periods().Save(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) update(fn func(ctx context.Context, b bundle) error) {
	require.NoError(h.t, h.store.Update(context.Background(), fn))
}

func (h *house) view(fn func(ctx context.Context, b bundle) error) {
	require.NoError(h.t, h.store.View(context.Background(), fn))
}

// header gives a new key.
func (h *house) header() work.Header {
	h.keys++
	return work.Header{Key: fmt.Sprint("key-", h.keys), Actor: work.Actor{ID: "keeper"}}
}

func (h *house) receive(key string, n, minor int64) warehouse.Received {
	out, err := h.svc.Receive(context.Background(), warehouse.Receive{Header: h.header(), Supplier: supplier(),
		Lines: []warehouse.ReceiptLine{{Product: product(key), Quantity: pieces(n), Value: gbp(minor)}}})
	require.NoError(h.t, err)
	return out
}

func (h *house) adjust(lines ...warehouse.AdjustLine) (warehouse.Adjusted, error) {
	return h.svc.Adjust(context.Background(), warehouse.Adjust{Header: h.header(), Lines: lines})
}

// order places an order of one line that waits for its whole quantity.
func (h *house) order(key, what string, n int64, promise string) {
	h.update(func(ctx context.Context, b bundle) error {
		price, err := tandem.ParsePrice("1 GBP/EA")
		if err != nil {
			return err
		}
		at := h.clock.Now()
		o, err := sales.NewOrder(sales.OrderInput{ID: orderID(key), Company: company(), Number: key, Customer: name(tandem.PartyID{}, key),
			Date: day("2011-06-15"), Currency: tandem.GBP, Warehouse: place("shelf"), Lines: []sales.Item{{Line: 1, Product: product(what),
				Ordered: pieces(n), Factor: tandem.IntRatio(1), Quantity: pieces(n), Price: price, Net: gbp(n * 100), Promise: day(promise)}}}, at)
		if err != nil {
			return err
		}
		if err := o.Confirm(at); err != nil {
			return err
		}
		o.Drain()
		if err := b.SalesOrders().Save(ctx, o); err != nil {
			return err
		}
		return b.Backorders().Save(ctx, inventory.Backorder{Company: company(), Line: o.LineRef(1), Product: product(what),
			Location: place("shelf"), Quantity: pieces(n), Promise: day(promise), Asked: at})
	})
}

func (h *house) reserve(what string) []warehouse.ReservedLine {
	out, err := h.svc.ReserveBackorders(context.Background(), warehouse.ReserveBackorders{Header: h.header(), Product: product(what)})
	require.NoError(h.t, err)
	return out.Lines
}

// held gives what of the first line of an order is reserved, and what waits, in pieces.
func (h *house) held(key string) (reserved, waiting int64) {
	h.view(func(ctx context.Context, b bundle) error {
		o, err := b.SalesOrders().Get(ctx, company(), orderID(key))
		if err != nil {
			return err
		}
		l, _ := o.Line(1)
		w, err := b.Backorders().Get(ctx, company(), o.LineRef(1))
		reserved, waiting = l.Reserved.Micro()/1_000_000, w.Quantity.Micro()/1_000_000
		return err
	})
	return reserved, waiting
}

// level gives what is at hand and reserved, in pieces.
func (h *house) level(where, what string) (onHand, reserved int64) {
	h.view(func(ctx context.Context, b bundle) error {
		levels, err := b.StockLevels().Get(ctx, inventory.LevelKey{Company: company(), Location: place(where), Product: product(what)})
		onHand, reserved = levels[0].OnHand/1_000_000, levels[0].Reserved/1_000_000
		return err
	})
	return onHand, reserved
}

// balances gives the closing balances that are not nought.
func (h *house) balances() map[string]string {
	out := map[string]string{}
	h.view(func(ctx context.Context, b bundle) error {
		trial, err := ledger.TrialBalance(b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: company()}), ledger.BalanceQuery{Currency: tandem.GBP})
		if err != nil {
			return err
		}
		require.True(h.t, trial.Balanced())
		for _, r := range trial.Rows {
			if !r.Closing.IsZero() {
				out[string(r.Account)] = r.Closing.String()
			}
		}
		return nil
	})
	return out
}

// events gives the names of all events, in order.
func (h *house) events() []string {
	var out []string
	h.view(func(ctx context.Context, b bundle) error {
		events, err := b.Outbox().Read(ctx, 0, tandem.MaxPage)
		for _, e := range events {
			out = append(out, e.Name)
		}
		return err
	})
	return out
}

func all[T any](t require.TestingT, seq iter.Seq2[T, error]) []T {
	var out []T
	for v, err := range seq {
		require.NoError(t, err)
		out = append(out, v)
	}
	return out
}

// audit checks everything that must hold after every command.
func (h *house) audit() {
	h.view(func(ctx context.Context, b bundle) error {
		h.auditLevels(ctx, b)
		h.auditOrders(ctx, b)
		h.auditValue(ctx, b)
		return nil
	})
}

// auditLevels: on hand = Σ moves; 0 ≤ reserved ≤ on hand; Σ reservations = reserved.
func (h *house) auditLevels(ctx context.Context, b bundle) {
	moved, err := inventory.OnHandAt(nil, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company()}), tandem.Instant{}, tandem.Instant{})
	require.NoError(h.t, err)
	sums, sum := map[inventory.LevelKey]int64{}, int64(0)
	for _, l := range moved {
		sum += l.OnHand
		if l.Key.Location == place("shelf") || l.Key.Location == place("shop") {
			sums[l.Key] = l.OnHand
		}
	}
	require.Zero(h.t, sum, "all places together hold nothing")
	held := map[inventory.LevelKey]int64{}
	for _, r := range all(h.t, b.Reservations().Find(ctx, inventory.ReservationQuery{Company: company(), Status: inventory.ReservationStatusOpen})) {
		held[r.Key()] += r.Open().Micro()
	}
	for _, l := range all(h.t, b.StockLevels().Find(ctx, inventory.LevelQuery{Company: company()})) {
		require.Equal(h.t, sums[l.Key], l.OnHand, "on hand = moves")
		require.Equal(h.t, held[l.Key], l.Reserved, "reserved = reservations")
		require.GreaterOrEqual(h.t, l.Reserved, int64(0))
		require.LessOrEqual(h.t, l.Reserved, l.OnHand)
		delete(sums, l.Key)
		delete(held, l.Key)
	}
	require.Empty(h.t, sums)
	require.Empty(h.t, held)
}

// auditOrders: each order line holds what its reservations hold, and waits for the rest.
func (h *house) auditOrders(ctx context.Context, b bundle) {
	for _, o := range all(h.t, b.SalesOrders().Find(ctx, sales.OrderQuery{Company: company()})) {
		var held int64
		for _, r := range all(h.t, b.Reservations().Find(ctx, inventory.ReservationQuery{Company: company(), Document: o.Ref()})) {
			held += r.Open().Micro()
		}
		l := o.LineAt(0)
		require.Equal(h.t, held, l.Reserved.Micro())
		w, err := b.Backorders().Get(ctx, company(), o.LineRef(1))
		require.NoError(h.t, err)
		require.Equal(h.t, l.Unreserved(), w.Quantity)
	}
}

// auditValue: the pools are the stock account, product by product, and their
// quantities are what is at hand.
func (h *house) auditValue(ctx context.Context, b bundle) {
	booked := map[tandem.ProductID]int64{}
	for _, e := range all(h.t, b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: company()})) {
		require.NoError(h.t, e.Validate())
		for _, l := range e.Lines {
			if l.Account == chart().Stock {
				booked[l.Product] += l.Amount.Minor()
			}
		}
	}
	for _, key := range []string{"mug", "bowl", "lamp"} {
		var there int64
		for _, l := range all(h.t, b.StockLevels().Find(ctx, inventory.LevelQuery{Company: company(), Product: product(key)})) {
			there += l.OnHand
		}
		pool, err := b.CostPools().Get(ctx, company(), product(key))
		if err != nil {
			require.ErrorIs(h.t, err, tandem.ErrNotFound)
			require.Zero(h.t, there+booked[product(key)])
			continue
		}
		require.Equal(h.t, booked[product(key)], pool.Value().Minor(), key)
		require.Equal(h.t, there, pool.Quantity().Micro(), key)
	}
}
