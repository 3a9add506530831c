// Quickstart is a shop that keeps its payment terms in a table of its own, and everything else in Tandem.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

type terms map[tandem.TermsCode]billing.Terms // the shop's own table, with Tandem's two methods; filled once, it needs no lock

func (t terms) Save(_ context.Context, row billing.Terms) error { t[row.Code] = row; return nil }
func (t terms) PaymentTerms(_ context.Context, _ tandem.CompanyID, code tandem.TermsCode) (billing.Terms, error) {
	if row, found := t[code]; found {
		return row, nil
	}
	return billing.Terms{}, tandem.ErrNotFound
}

type shop struct { // all of Tandem's repositories, with the shop's table in the place of one
	*store.Bundle
	terms terms
}

func (s shop) PaymentTerms() billing.TermsRepository { return s.terms }

func main() {
	ctx, now, company := context.Background(), work.SystemClock{}.Now(), tandem.DeriveID[tandem.CompanyID]("company", "shop")
	mug, ada := tandem.DeriveID[tandem.ProductID]("product", "mug"), tandem.DeriveID[tandem.PartyID]("customer", "ada")
	own := terms{"net30": {Company: company, Code: "net30", Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}}
	db := work.Narrow(memory.Open(), func(b *store.Bundle) shop { return shop{b, own} })
	must(0, db.Update(ctx, func(ctx context.Context, s shop) error { // the master data
		for _, place := range inventory.PlainLocations(company) {
			must(0, s.Locations().Save(ctx, place))
		}
		must(0, s.Periods().Save(ctx, must(ledger.NewCalendarYear(company, now.Time().Year(), now))))
		must(0, s.TaxCodes().Save(ctx, tax.PlainCode(company, "GB-S", "GB", tandem.Percent(20))))
		return s.Products().Save(ctx, catalog.Product{ID: mug, Code: "mug", Name: "Mug", Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard})
	}))
	books, rules := posting.Config{Company: company, Currency: tandem.GBP, Chart: posting.PlainChart()}, work.Config{Authorizer: work.AllowAll{}}
	prices := must(pricing.Compile(pricing.PlainBook("shop", pricing.Row{Product: mug, Price: must(tandem.ParsePrice("6.50 GBP/EA"))})))
	stock := must(warehouse.New(db, warehouse.Config{Work: rules, Books: books, Places: warehouse.PlainPlaces(company)}))
	sell := must(ordertocash.New(db, ordertocash.Config{Work: rules, Books: books, Places: ordertocash.PlainPlaces(company),
		Prices: ordertocash.FixedPrices(prices), Customers: ordertocash.FixedCustomers(ordertocash.Customer{Country: "GB", Terms: "net30"}),
		Credit: ordertocash.CreditTerms{NoLimit: true}, Tax: ordertocash.TaxPolicy{Table: tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S"})}}))
	by := func(key string) work.Header { return work.Header{Key: key, Actor: work.Actor{ID: "clerk"}} }
	must(stock.Open(ctx, warehouse.Open{Header: by("1"), Lines: []warehouse.ReceiptLine{
		{Product: mug, Quantity: must(tandem.ParseQuantity("100 EA")), Value: must(tandem.ParseMoney("240.00 GBP"))}}}))
	quote := must(sell.Quote(ctx, ordertocash.QuoteOrder{Header: by("2"), Customer: ada, ValidUntil: must(tandem.ParseDate("2099-12-31")),
		Lines: []ordertocash.OrderLine{{Product: mug, Quantity: must(tandem.ParseQuantity("12 EA"))}}}))
	order := must(sell.AcceptQuote(ctx, ordertocash.AcceptQuote{Header: by("3"), Quotation: quote.Quotation}))
	shipped := must(sell.Ship(ctx, ordertocash.ShipOrder{Header: by("4"), Order: order.Order}))
	draft := must(sell.Invoice(ctx, ordertocash.InvoiceOrder{Header: by("5"), Order: order.Order}))
	invoice := must(sell.Post(ctx, ordertocash.PostInvoice{Header: by("6"), Invoice: draft.Invoice}))
	paid := must(sell.Receive(ctx, ordertocash.ReceivePayment{Header: by("7"), Customer: ada, Amount: invoice.Gross, Oldest: true, Method: payment.Card}))
	fmt.Println(quote.Number, quote.Net, "→", order.Number, order.Lines[0].Reserved, "reserved →", shipped.Number, shipped.Cost, "of cost")
	fmt.Println(invoice.Number, invoice.Net, "+", invoice.Tax, "VAT →", paid.Number, paid.Applied)
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
