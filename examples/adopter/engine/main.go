// Engine sells mugs on an engine of the adopter's own: the processes, repositories and
// rules are the library's, the file is bbolt's. It trades, closes the file, opens it
// again and reads what the books say.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/examples/adopter/boltstore"
	"github.com/tandem-go/tandem/examples/adopter/shop"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

var program = shop.Program{Name: "engine", File: "trade.bolt", Run: run}

func main() { os.Exit(program.Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// run trades and tells; on a file that has traded already, the same commands give the
// same results, and nothing happens twice.
func run(ctx context.Context, path string, clock work.Clock, out io.Writer) error {
	for _, step := range []func(context.Context, *store.Store, work.Clock, io.Writer) error{trade, tell} {
		db, err := boltstore.Open(path, boltstore.Options{})
		if err != nil {
			return err
		}
		tenant, err := store.Open(db, "shop", store.Options{})
		if err == nil {
			err = step(ctx, tenant, clock, out)
		}
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
	}
	return nil
}

// masterData is what must be there before the first order.
func masterData(ctx context.Context, db *store.Store, clock work.Clock) error {
	return db.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		if _, err := b.Products().Get(ctx, shop.Mug()); !errors.Is(err, tandem.ErrNotFound) {
			return err // it is there, or something is wrong
		}
		for _, place := range inventory.PlainLocations(shop.Company()) {
			if err := b.Locations().Save(ctx, place); err != nil {
				return err
			}
		}
		now := clock.Now()
		year, err := ledger.NewCalendarYear(shop.Company(), now.Time().Year(), now)
		if err != nil {
			return err
		}
		return errors.Join(
			b.Periods().Save(ctx, year),
			b.TaxCodes().Save(ctx, tax.PlainCode(shop.Company(), "GB-S", "GB", tandem.Percent(20))),
			b.PaymentTerms().Save(ctx, billing.Terms{Company: shop.Company(), Code: "net30",
				Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}),
			b.Products().Save(ctx, catalog.Product{ID: shop.Mug(), Code: "mug", Name: "Mug", Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard}),
		)
	})
}

// services builds the two processes on the store.
func services(db *store.Store, clock work.Clock) (*warehouse.Service[*store.Bundle], *ordertocash.Service[*store.Bundle], error) {
	price, err := tandem.ParsePrice("6.50 GBP/EA")
	if err != nil {
		return nil, nil, err
	}
	prices, err := pricing.Compile(pricing.PlainBook("shop", pricing.Row{Product: shop.Mug(), Price: price}))
	if err != nil {
		return nil, nil, err
	}
	books := posting.Config{Company: shop.Company(), Currency: tandem.GBP, Chart: posting.PlainChart()}
	rules := work.Config{Authorizer: work.AllowAll{}, Clock: clock}
	stock, err := warehouse.New(db, warehouse.Config{Work: rules, Books: books, Places: warehouse.PlainPlaces(shop.Company())})
	if err != nil {
		return nil, nil, err
	}
	sell, err := ordertocash.New(db, ordertocash.Config{Work: rules, Books: books, Places: ordertocash.PlainPlaces(shop.Company()),
		Prices: ordertocash.FixedPrices(prices), Customers: ordertocash.FixedCustomers(ordertocash.Customer{Country: "GB", Terms: "net30"}),
		Credit: ordertocash.CreditTerms{NoLimit: true}, Tax: ordertocash.TaxPolicy{Table: tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S"})}})
	return stock, sell, err
}

// trade takes an order from the quotation to the payment.
func trade(ctx context.Context, db *store.Store, clock work.Clock, out io.Writer) error {
	if err := masterData(ctx, db, clock); err != nil {
		return err
	}
	stock, sell, err := services(db, clock)
	if err != nil {
		return err
	}
	by := func(key string) work.Header { return work.Header{Key: key, Actor: work.Actor{ID: "clerk"}} }
	hundred, dozen := tandem.QuantityFromMicro(100_000_000, tandem.Each), tandem.QuantityFromMicro(12_000_000, tandem.Each)
	if _, err := stock.Open(ctx, warehouse.Open{Header: by("1"), Lines: []warehouse.ReceiptLine{
		{Product: shop.Mug(), Quantity: hundred, Value: tandem.MoneyFromMinor(240_00, tandem.GBP)}}}); err != nil {
		return err
	}
	lasting, err := tandem.ParseDate("2099-12-31")
	if err != nil {
		return err
	}
	quote, err := sell.Quote(ctx, ordertocash.QuoteOrder{Header: by("2"), Customer: shop.Party("ada"), ValidUntil: lasting,
		Lines: []ordertocash.OrderLine{{Product: shop.Mug(), Quantity: dozen}}})
	if err != nil {
		return err
	}
	order, err := sell.AcceptQuote(ctx, ordertocash.AcceptQuote{Header: by("3"), Quotation: quote.Quotation})
	if err != nil {
		return err
	}
	if _, err := sell.Ship(ctx, ordertocash.ShipOrder{Header: by("4"), Order: order.Order}); err != nil {
		return err
	}
	draft, err := sell.Invoice(ctx, ordertocash.InvoiceOrder{Header: by("5"), Order: order.Order})
	if err != nil {
		return err
	}
	invoice, err := sell.Post(ctx, ordertocash.PostInvoice{Header: by("6"), Invoice: draft.Invoice})
	if err != nil {
		return err
	}
	paid, err := sell.Receive(ctx, ordertocash.ReceivePayment{Header: by("7"), Customer: shop.Party("ada"), Amount: invoice.Gross, Oldest: true, Method: payment.Card})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "traded:", order.Number, "→", invoice.Number, invoice.Gross, "→", paid.Number, paid.Applied)
	return err
}

// tell reads everything in one snapshot.
func tell(ctx context.Context, db *store.Store, _ work.Clock, out io.Writer) error {
	return db.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		for order, err := range b.SalesOrders().Find(ctx, sales.OrderQuery{Company: shop.Company()}) {
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(out, "read again:", order.State().Number, order.Status()); err != nil {
				return err
			}
		}
		for level, err := range b.StockLevels().Find(ctx, inventory.LevelQuery{Company: shop.Company(), Product: shop.Mug(), NonZero: true}) {
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(out, "on hand:", tandem.QuantityFromMicro(level.OnHand, tandem.Each)); err != nil {
				return err
			}
		}
		for entry, err := range b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: shop.Company()}) {
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(out, "journal:", entry.Number, entry.Source.Number, len(entry.Lines), "lines"); err != nil {
				return err
			}
		}
		events, err := b.Outbox().Read(ctx, 0, tandem.MaxPage)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, "events:", len(events))
		return err
	})
}
