// Package shop is the company of the adopters' programs: a shop in Great Britain that
// sells mugs. What its programs keep themselves, and what the library keeps, differs;
// master data, stock and prices are the same.
package shop

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// Repos is what the shop needs of a bundle: the library's, or one that embeds it.
type Repos interface {
	ordertocash.Repos
	warehouse.Repos
}

// Company is the id of the shop.
func Company() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "shop") }

// Mug is what is sold.
func Mug() tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("product", "mug") }

// Party is the id of a customer of the host's: derived from the host's own key, it is
// the same in every program and on every machine.
func Party(number string) tandem.PartyID {
	return tandem.DeriveID[tandem.PartyID]("customer", number)
}

// Mugs is a line of an order.
func Mugs(n int64) []ordertocash.OrderLine {
	return []ordertocash.OrderLine{{Product: Mug(), Quantity: tandem.QuantityFromMicro(n*1_000_000, tandem.Each)}}
}

// By is the header of a command: the same key is the same intention.
func By(key string) work.Header { return work.Header{Key: key, Actor: work.Actor{ID: "webshop"}} }

// Open gives the process that sells, and sees to it that master data and 1,000 mugs
// are there. Change has what differs between the programs: where customers come
// from, their credit.
func Open[R Repos](ctx context.Context, db work.Store[R], clock work.Clock, change func(*ordertocash.Config)) (*ordertocash.Service[R], error) {
	if err := work.Retry(db, work.RetryPolicy{}).Update(ctx, func(ctx context.Context, r R) error { return masterData(ctx, r, clock.Now()) }); err != nil {
		return nil, err
	}
	price, err := tandem.ParsePrice("6.50 GBP/EA")
	if err != nil {
		return nil, err
	}
	prices, err := pricing.Compile(pricing.PlainBook("shop", pricing.Row{Product: Mug(), Price: price}))
	if err != nil {
		return nil, err
	}
	books := posting.Config{Company: Company(), Currency: tandem.GBP, Chart: posting.PlainChart()}
	rules := work.Config{Authorizer: work.AllowAll{}, Clock: clock}
	stock, err := warehouse.New(db, warehouse.Config{Work: rules, Books: books, Places: warehouse.PlainPlaces(Company())})
	if err != nil {
		return nil, err
	}
	if _, err := stock.Open(ctx, warehouse.Open{Header: By("opening"), Lines: []warehouse.ReceiptLine{
		{Product: Mug(), Quantity: tandem.QuantityFromMicro(1_000_000_000, tandem.Each), Value: tandem.MoneyFromMinor(2400_00, tandem.GBP)}}}); err != nil {
		return nil, err
	}
	config := ordertocash.Config{Work: rules, Books: books, Places: ordertocash.PlainPlaces(Company()), Prices: ordertocash.FixedPrices(prices),
		DefaultTerms: "net30", Credit: ordertocash.CreditTerms{NoLimit: true},
		Tax: ordertocash.TaxPolicy{Table: tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S"})}}
	change(&config)
	return ordertocash.New(db, config)
}

// masterData is what must be there before the first order.
func masterData[R Repos](ctx context.Context, r R, now tandem.Instant) error {
	if _, err := r.Products().Get(ctx, Mug()); !errors.Is(err, tandem.ErrNotFound) {
		return err // it is there, or something is wrong
	}
	for _, place := range inventory.PlainLocations(Company()) {
		if err := r.Locations().Save(ctx, place); err != nil {
			return err
		}
	}
	year, err := ledger.NewCalendarYear(Company(), now.Time().Year(), now)
	if err != nil {
		return err
	}
	return errors.Join(
		r.Periods().Save(ctx, year),
		r.TaxCodes().Save(ctx, tax.PlainCode(Company(), "GB-S", "GB", tandem.Percent(20))),
		r.PaymentTerms().Save(ctx, billing.Terms{Company: Company(), Code: "net30",
			Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}),
		r.Products().Save(ctx, catalog.Product{ID: Mug(), Code: "mug", Name: "Mug", Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard}),
	)
}
