package ordertocash_test

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

var (
	held  = tandem.DeriveID[tandem.LocationID]("location", "returns")
	scrap = tandem.DeriveID[tandem.LocationID]("location", "scrap")
)

// shop is a small company whose every figure can be followed by hand: mugs at 10.00 (cost 6.00), cards at 3.33 (cost 1.00), candles at
// 0.99 (cost 0.50), globes at 100.00 (cost 60.00), and carriage, a service, at 4.00. 20 % VAT from 2011-01-04, 17.5 % before.
type shop struct {
	t       tester
	ctx     context.Context
	store   *store.Store
	service *ordertocash.Service[*store.Bundle]
	config  ordertocash.Config
	clock   *shopClock
	grades  map[tandem.PartyID]tandem.GradeCode
	keys    int
}

// tester is a test, or a run of a property.
type tester interface {
	require.TestingT
	Helper()
}

type shopClock struct{ at tandem.Instant }

func (c *shopClock) Now() tandem.Instant { return c.at }

func (w *shop) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	return ordertocash.Customer{Party: id, Country: "GB", Business: true, Terms: "net30", Grade: w.grades[id]}, nil
}

func newShop(t tester, edit ...func(*ordertocash.Config)) *shop {
	return newShopOn(t, storetest.OpenOrdered(func(what string) { t.Errorf("%s", what) }), edit...)
}
func newShopOn(t tester, s *store.Store, edit ...func(*ordertocash.Config)) *shop {
	w := &shop{t: t, ctx: context.Background(), store: s, clock: &shopClock{}, grades: map[tandem.PartyID]tandem.GradeCode{}}
	w.day("2011-06-01")
	book := pricingtest.New().Price("mug", "10.00").Price("card", "3.33").Price("candle", "0.99").Price("carriage", "4.00").Price("globe", "100.00").
		Break("mug", 10, "9.00").Grade("gold", "0.05")
	prices, err := book.Compile()
	require.NoError(t, err)
	w.config = ordertocash.Config{
		Work:      work.Config{Authorizer: told{t}, Clock: w.clock, IDs: work.SequentialUUIDs(7)},
		Books:     posting.Config{Company: company, Currency: tandem.GBP, Chart: chart(), ByProduct: true},
		Places:    ordertocash.Places{Warehouse: warehouse, Customer: outside, Returns: held, Scrap: scrap},
		Prices:    ordertocash.FixedPrices(prices),
		Customers: w,
		Credit:    ordertocash.CreditTerms{NoLimit: true},
		Tax:       ordertocash.TaxPolicy{Table: ukTable()},
	}
	for _, e := range edit {
		e(&w.config)
	}
	w.fill()
	w.service, err = ordertocash.New(w.store, w.config)
	require.NoError(t, err)
	w.check()
	return w
}

func (w *shop) day(date string) {
	at, err := tandem.ParseInstant(date + "T09:00:00Z")
	require.NoError(w.t, err)
	w.clock.at = at
}

func product(key string) tandem.ProductID { return pricingtest.Product(key) }
func customer(key string) tandem.PartyID  { return pricingtest.Customer(key) }
func (w *shop) date(s string) tandem.Date {
	w.t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(w.t, err)
	return d
}
func money(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }
func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }
func (w *shop) header() work.Header {
	w.keys++
	return work.Header{Key: "k" + strconv.Itoa(w.keys), Actor: work.Actor{ID: "clerk"}}
}

// fill saves the master data, and the opening stock with its moves and entry.
func (w *shop) fill() {
	t, now := w.t, w.clock.at
	books, err := posting.New(w.config.Books)
	require.NoError(t, err)
	year := tandem.Validity{From: w.date("2010-01-01"), Until: w.date("2013-01-01")}
	period, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", "all"), company, "2010 to 2012", year, now)
	require.NoError(t, err)
	early := func(code tandem.TermsCode, policy billing.DiscountPolicy) billing.Terms {
		return billing.Terms{Company: company, Code: code, Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}},
			Discount: billing.EarlyDiscount{Rate: tandem.Percent(2), Days: 10, Policy: policy}}
	}
	var goods []posting.Goods
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		for _, c := range []tax.Code{
			{ID: "GB-S", Company: company, Country: "GB", Category: tandem.TaxStandard, Rates: []tax.DatedRate{
				{Validity: tandem.Validity{Until: w.date("2011-01-04")}, Rate: tandem.BasisPoints(1750)},
				{Validity: tandem.Validity{From: w.date("2011-01-04")}, Rate: tandem.Percent(20)}}},
			{ID: "GB-G", Company: company, Country: "GB", Category: tandem.TaxExport, Rates: []tax.DatedRate{{}}, Reason: "export"},
		} {
			require.NoError(t, b.TaxCodes().Save(ctx, c))
		}
		for _, terms := range []billing.Terms{
			{Company: company, Code: "net30", Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}},
			early("base2", billing.DiscountedBase), early("adjust2", billing.AdjustOnPayment), early("none2", billing.DiscountNetOnly),
		} {
			require.NoError(t, b.PaymentTerms().Save(ctx, terms))
		}
		require.NoError(t, b.Periods().Save(ctx, period))
		for _, p := range []struct {
			key      string
			n, value int64
		}{{"mug", 100, 60000}, {"card", 100, 10000}, {"candle", 1000, 50000}, {"globe", 100, 600000}, {"carriage", 0, 0}} {
			kind := catalog.Goods
			if p.n == 0 {
				kind = catalog.Service
			}
			require.NoError(t, b.Products().Save(ctx, catalog.Product{ID: product(p.key), Code: p.key, Name: p.key, Kind: kind,
				Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard}))
			if p.n == 0 {
				continue
			}
			pool, err := costing.NewCostPool(company, product(p.key), tandem.Each, tandem.GBP, now)
			require.NoError(t, err)
			_, err = pool.Receive(pieces(p.n), money(p.value))
			require.NoError(t, err)
			require.NoError(t, b.CostPools().Save(ctx, pool))
			require.NoError(t, b.StockLevels().Apply(ctx, inventory.LevelChange{OnHand: pieces(p.n).Micro(), Key: levelOf(p.key, warehouse)}))
			id := tandem.DeriveID[inventory.MoveID]("opening", p.key)
			require.NoError(t, b.StockMoves().Append(ctx, inventory.Move{ID: id, Company: company, Product: product(p.key),
				From: tandem.DeriveID[tandem.LocationID]("location", "opening"), To: warehouse, Quantity: pieces(p.n), Effective: w.date("2010-01-01").At(0, 0, time.UTC), Recorded: now,
				Reason: inventory.ReasonOpening, Source: tandem.LineRef{Document: tandem.RefTo("opening", id, ""), Line: 1}}))
			goods = append(goods, posting.Goods{Product: product(p.key), Value: money(p.value)})
		}
		entry, err := books.OpenStock(posting.Header{ID: tandem.DeriveID[ledger.EntryID]("entry", "opening"), Number: "OPEN", Date: w.date("2010-01-01"),
			Recorded: now, Period: period}, goods)
		require.NoError(t, err)
		return b.JournalEntries().Append(ctx, entry)
	}))
}

func levelOf(key string, at tandem.LocationID) inventory.LevelKey {
	return inventory.LevelKey{Company: company, Location: at, Product: product(key)}
}

type want struct { // a line of a test order
	key string
	n   int64
}

func lines(wants ...want) []ordertocash.OrderLine {
	out := make([]ordertocash.OrderLine, len(wants))
	for i, l := range wants {
		out[i] = ordertocash.OrderLine{Product: product(l.key), Quantity: pieces(l.n)}
	}
	return out
}

func (w *shop) place(who string, wants ...want) ordertocash.Placed {
	w.t.Helper()
	return w.placeOn(who, "", wants...)
}

func (w *shop) placeOn(who string, terms tandem.TermsCode, wants ...want) ordertocash.Placed {
	w.t.Helper()
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer(who), Terms: terms, Lines: lines(wants...)})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) ship(order sales.OrderID, quantities ...ordertocash.ShipLine) ordertocash.Shipped {
	w.t.Helper()
	out, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: order, Lines: quantities})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) invoice(order sales.OrderID) ordertocash.Invoiced {
	w.t.Helper()
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: order})
	require.NoError(w.t, err)
	w.check()
	out, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) pay(who string, amount int64, invoices ...billing.InvoiceID) ordertocash.Received {
	w.t.Helper()
	out, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer(who), Amount: money(amount),
		Method: payment.BankTransfer, Invoices: invoices})
	require.NoError(w.t, err)
	w.check()
	return out
}

// sold is an order that went all the way to its invoice.
type sold struct {
	order    sales.OrderID
	delivery delivery.ID
	invoice  billing.InvoiceID
	gross    tandem.Money
}

func (w *shop) sell(who string, wants ...want) sold {
	w.t.Helper()
	placed := w.place(who, wants...)
	shipped := w.ship(placed.Order)
	invoiced := w.invoice(placed.Order)
	return sold{placed.Order, shipped.Delivery, invoiced.Invoice, invoiced.Gross}
}

// view runs a closure on a snapshot.
func (w *shop) view(fn func(b *store.Bundle)) {
	w.t.Helper()
	require.NoError(w.t, w.store.View(w.ctx, func(_ context.Context, b *store.Bundle) error {
		fn(b)
		return nil
	}))
}

// balance gives an account's balance in pence, debits positive.
func (w *shop) balance(account ledger.AccountCode) (sum int64) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		for e, err := range b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}) {
			require.NoError(w.t, err)
			for _, l := range e.Lines {
				if l.Account == account {
					sum += l.Amount.Minor()
				}
			}
		}
	})
	return sum
}

func (w *shop) credit(who string) (out credit.State) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		account, err := b.CreditAccounts().Get(w.ctx, company, customer(who))
		require.NoError(w.t, err)
		out = account.State()
	})
	return out
}

func (w *shop) level(key string, at tandem.LocationID) (onHand, reserved int64) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		levels, err := b.StockLevels().Get(w.ctx, levelOf(key, at))
		require.NoError(w.t, err)
		onHand, reserved = levels[0].OnHand/1_000_000, levels[0].Reserved/1_000_000
	})
	return onHand, reserved
}

func (w *shop) orderState(id sales.OrderID) (out sales.OrderState) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		o, err := b.SalesOrders().Get(w.ctx, company, id)
		require.NoError(w.t, err)
		out = o.State()
	})
	return out
}

func (w *shop) invoiceState(id billing.InvoiceID) (out billing.InvoiceState) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		i, err := b.CustomerInvoices().Get(w.ctx, company, id)
		require.NoError(w.t, err)
		out = i.State()
	})
	return out
}

// dump gives everything that is kept as JSON, to be compared byte by byte.
func (w *shop) dump() string {
	w.t.Helper()
	var all []any
	add := func(v any, err error) {
		require.NoError(w.t, err)
		all = append(all, v)
	}
	w.view(func(b *store.Bundle) {
		for o, err := range b.SalesOrders().Find(w.ctx, sales.OrderQuery{Company: company}) {
			add(o.State(), err)
		}
		for q, err := range b.SalesQuotations().Find(w.ctx, quotation.Query{Company: company}) {
			add(q.State(), err)
		}
		for d, err := range b.Deliveries().Find(w.ctx, delivery.Query{Company: company}) {
			add(d.State(), err)
		}
		for r, err := range b.SalesReturns().Find(w.ctx, returns.Query{Company: company}) {
			add(r.State(), err)
		}
		for i, err := range b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}) {
			add(i.State(), err)
		}
		for p, err := range b.Payments().Find(w.ctx, payment.Query{Company: company}) {
			add(p.State(), err)
		}
		for a, err := range b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}) {
			add(a, err)
		}
		for a, err := range b.CreditAccounts().Find(w.ctx, credit.Query{Company: company}) {
			add(a.State(), err)
		}
		for e, err := range b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}) {
			add(e, err)
		}
		for e, err := range b.TaxEntries().Find(w.ctx, tax.EntryQuery{Company: company}) {
			add(e, err)
		}
		for m, err := range b.StockMoves().Find(w.ctx, inventory.MoveQuery{Company: company}) {
			add(m, err)
		}
		for l, err := range b.StockLevels().Find(w.ctx, inventory.LevelQuery{Company: company}) {
			add(l, err)
		}
		for r, err := range b.Reservations().Find(w.ctx, inventory.ReservationQuery{Company: company}) {
			add(r.State(), err)
		}
		for o, err := range b.Backorders().Find(w.ctx, inventory.BackorderQuery{Company: company}) {
			add(o, err)
		}
		for p, err := range b.CostPools().Find(w.ctx, costing.CostPoolQuery{Company: company}) {
			add(p.State(), err)
		}
		events, err := b.Outbox().Read(w.ctx, 0, tandem.MaxPage)
		add(events, err)
	})
	data, err := json.Marshal(all)
	require.NoError(w.t, err)
	return string(data)
}

// refused runs a command that must be refused with a code, and leave nothing behind.
func (w *shop) refused(code string, command func() error) {
	w.t.Helper()
	before := w.dump()
	err := command()
	var no *tandem.RefusedError
	require.ErrorAs(w.t, err, &no)
	require.Equal(w.t, code, no.Code)
	require.ErrorIs(w.t, err, tandem.ErrNotAllowed)
	require.Equal(w.t, before, w.dump(), "a refusal leaves nothing behind")
}

// fails runs a command that must fail in another way, and leave nothing behind.
func (w *shop) fails(target error, command func() error) {
	w.t.Helper()
	before := w.dump()
	require.ErrorIs(w.t, command(), target)
	require.Equal(w.t, before, w.dump(), "a refusal leaves nothing behind")
}

// discount10 takes 10 % off an order.
func discount10() []pricing.OrderDiscount {
	return []pricing.OrderDiscount{{ID: "ten", Rate: tandem.Percent(10)}}
}
