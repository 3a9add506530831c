package erptest

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// Bundle is the bundle of the company's store, unless a host brings its own.
type Bundle = *store.Bundle

// CompanyRepos is what a company needs of the bundle of a host ([On]): the
// repositories of its processes, which are all that it writes master data to.
type CompanyRepos interface {
	ordertocash.Repos
	warehouse.Repos
}

// CompanyOf is a small company that trades: its store, its clock and its
// processes, with master data and stock in place. It is made by [New] or [On], and
// for one goroutine; its store and services are safe for any number.
type CompanyOf[R CompanyRepos] struct {
	Store     work.Store[R]
	Clock     *Clock
	Books     posting.Config
	Prices    *pricing.Snapshot
	Sales     *ordertocash.Service[R]
	Warehouse *warehouse.Service[R]

	keys int
}

// Company is a company on the library's own bundle.
type Company = CompanyOf[Bundle]

// Good is a product and what is there of it on the first day.
type Good struct {
	Product catalog.Product
	Stock   tandem.Quantity // in any unit of the product; none: nothing is there
	Value   tandem.Money    // of the stock, in the company's currency
}

// setup is what the options change.
type setup struct {
	store     work.Store[Bundle]
	clock     *Clock
	home      tandem.Country
	codes     []tax.Code
	goods     []Good
	stated    bool // the goods, by WithGoods
	customers []*party.Party
	grades    []grade
	prices    *pricing.Snapshot
	sales     ordertocash.Config
	warehouse warehouse.Config
}

func (s *setup) currency() tandem.Currency { return s.sales.Books.Currency }

type grade struct {
	customer string
	code     tandem.GradeCode
}

// Option changes what [New] makes. Options apply in their order.
type Option func(*setup)

// WithStore keeps the company in a store of another driver, or in that of a
// tenant. It must be empty. Default: a new memory store. A store with a bundle of
// the host's own is given to [On].
func WithStore(s work.Store[Bundle]) Option { return func(c *setup) { c.store = s } }

// WithClock gives the company a clock. Default: one that stands at [At](0).
func WithClock(clock *Clock) Option { return func(c *setup) { c.clock = clock } }

// WithGoods replaces the company's products: [GoodsIn] has the default ones.
func WithGoods(goods ...Good) Option { return func(c *setup) { c.goods, c.stated = goods, true } }

// WithCountry has the company at home in another country than Great Britain, keep
// its books in that currency, and tax its sales at these rates: 19 % and 7 % in
// Germany, say. Its tax codes are those of [TaxCodesOf], decided by the rules of the
// European Union and of countries outside it ([tax.EuropeanTable]); other rules come
// by [WithTaxes]. Goods and prices are the same numbers in the currency.
func WithCountry(country tandem.Country, currency tandem.Currency, standard, reduced tandem.Rate) Option {
	return func(c *setup) {
		c.home, c.codes = country, TaxCodesOf(country, standard, reduced)
		c.sales.Books.Currency, c.warehouse.Books.Currency = currency, currency
		c.sales.Tax.Table = taxTableOf(country)
	}
}

// WithTaxes replaces the company's tax rules and codes.
func WithTaxes(table tax.Table, codes ...tax.Code) Option {
	return func(c *setup) { c.sales.Tax.Table, c.codes = table, codes }
}

// WithCustomers adds customers to those that every company has: parties made by
// [crm/crmtest], for example.
//
// [crm/crmtest]: https://pkg.go.dev/github.com/tandem-go/tandem/crm/crmtest
func WithCustomers(customers ...*party.Party) Option {
	return func(c *setup) { c.customers = append(c.customers, customers...) }
}

// WithGrade pins the grade of a customer, by its key, for a year from the first day.
func WithGrade(customer string, code tandem.GradeCode) Option {
	return func(c *setup) { c.grades = append(c.grades, grade{customer, code}) }
}

// WithPrices replaces the price book: one of [pricing/pricingtest], for example.
//
// [pricing/pricingtest]: https://pkg.go.dev/github.com/tandem-go/tandem/pricing/pricingtest
func WithPrices(prices *pricing.Snapshot) Option { return func(c *setup) { c.prices = prices } }

// WithSales changes the config of order-to-cash: credit, series, ports, policies.
func WithSales(change func(*ordertocash.Config)) Option { return func(c *setup) { change(&c.sales) } }

// WithWarehouse changes the config of the warehouse.
func WithWarehouse(change func(*warehouse.Config)) Option {
	return func(c *setup) { change(&c.warehouse) }
}

// New gives a company that can trade at once. It is British, keeps its books in
// pounds in the accounts of [posting.PlainChart], has the months of 2010 to 2012
// open, the locations WH and SHOP and their counter-locations, the tax codes
// GB-S, GB-R, GB-Z, GB-E, GB-K, GB-G, GB-AE and GB-O, the payment terms of
// [PaymentTerms], the products of [Goods] with their stock, the customers 12346
// (at home), 12347 (elsewhere in the European Union, with a VAT number: Germany, or
// France where Germany is home) and 12348 (Norway, or Switzerland), and the
// grades gold, silver and bronze in its price book. Anybody may do anything, and
// credit has no limit; options change that.
//
// A fault ends the test.
func New(tb testing.TB, options ...Option) *Company {
	tb.Helper()
	s := settle(tb, options)
	if s.store == nil {
		s.store = memory.Open()
	}
	return build(tb, s.store, s)
}

// On gives the company of [New] on a store of the host's, whose bundle may have
// tables of the host's own:
//
//	c := erptest.On(t, work.Narrow(memory.Open(), func(b *store.Bundle) Repos { return Repos{b, catalogue} }))
//
// The store must be empty. A table that refuses Save with [tandem.ErrUnsupported]
// is filled by the host: what the company has by default (the products of [Goods],
// say) or is given by options must be in it.
func On[R CompanyRepos](tb testing.TB, store work.Store[R], options ...Option) *CompanyOf[R] {
	tb.Helper()
	s := settle(tb, options)
	if s.store != nil {
		tb.Fatalf("erptest: On is given its store; WithStore is an option of New")
	}
	return build(tb, store, s)
}

// Reopen gives the company whose master data and stock are in the store already: of
// an earlier [On] with the same options, in this process or in one before.
func Reopen[R CompanyRepos](tb testing.TB, store work.Store[R], options ...Option) *CompanyOf[R] {
	tb.Helper()
	s := settle(tb, options)
	if s.store != nil {
		tb.Fatalf("erptest: Reopen is given its store; WithStore is an option of New")
	}
	return processes(tb, store, s)
}

// settle applies the options and fills in what follows from them.
func settle(tb testing.TB, options []Option) *setup {
	tb.Helper()
	s := defaults()
	for _, option := range options {
		option(s)
	}
	if !s.stated {
		s.goods = GoodsIn(tb, s.currency())
	}
	if s.prices == nil {
		s.prices = defaultPrices(tb, s.currency())
	}
	s.customers = append(defaultCustomers(tb, s.home), s.customers...)
	s.checkGrades(tb)
	s.sales.Prices = ordertocash.FixedPrices(s.prices)
	s.sales.Work.Clock, s.warehouse.Work.Clock = s.clock, s.clock
	return s
}

// checkGrades ends the test where a grade is pinned that the price book does not
// know, or to nobody: all would be sold at the list price.
func (s *setup) checkGrades(tb testing.TB) {
	tb.Helper()
	for _, g := range s.grades {
		if !slices.ContainsFunc(s.customers, func(p *party.Party) bool { return p.ID() == CustomerID(g.customer) }) {
			tb.Fatalf("erptest: WithGrade: there is no customer %q", g.customer)
		}
		if !slices.Contains(s.prices.Grades(), g.code) {
			tb.Fatalf("erptest: WithGrade: the price book has no grade %q", g.code)
		}
	}
}

func build[R CompanyRepos](tb testing.TB, store work.Store[R], s *setup) *CompanyOf[R] {
	tb.Helper()
	c := processes(tb, store, s)
	c.Update(tb, func(ctx context.Context, b R) error { return save(ctx, b, s) })
	c.open(tb, s.goods)
	return c
}

func processes[R CompanyRepos](tb testing.TB, store work.Store[R], s *setup) *CompanyOf[R] {
	tb.Helper()
	c := &CompanyOf[R]{Store: store, Clock: s.clock, Prices: s.prices, Books: s.sales.Books}
	if s.sales.Customers == nil {
		s.sales.Customers = storedCustomers[R]{store}
	}
	var err error
	if c.Sales, err = ordertocash.New(store, s.sales); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	if c.Warehouse, err = warehouse.New(store, s.warehouse); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	return c
}

func defaults() *setup {
	ids := work.SequentialUUIDs(1)
	config := work.Config{Authorizer: work.AllowAll{}, IDs: ids}
	books := posting.Config{Company: CompanyID(), Currency: tandem.GBP, Chart: posting.PlainChart()}
	return &setup{
		clock: NewClock(At(0)), home: "GB", codes: TaxCodes(),
		sales: ordertocash.Config{Work: config, Books: books, Credit: ordertocash.CreditTerms{NoLimit: true},
			Places: ordertocash.Places{Warehouse: LocationID("WH"), Customer: LocationID("CUST"), Scrap: LocationID("SCRAP")},
			Tax:    ordertocash.TaxPolicy{Table: TaxTable()}, KeepWaterfalls: true},
		warehouse: warehouse.Config{Work: config, Books: books,
			Places: warehouse.Places{Warehouse: LocationID("WH"), Supplier: LocationID("SUPP"), Adjustment: LocationID("ADJ"), Scrap: LocationID("SCRAP")}},
	}
}

// open books the stock of the first day.
func (c *CompanyOf[R]) open(tb testing.TB, goods []Good) {
	tb.Helper()
	var lines []warehouse.ReceiptLine
	for _, g := range goods {
		if !g.Stock.IsZero() {
			lines = append(lines, warehouse.ReceiptLine{Product: g.Product.ID, Quantity: g.Stock, Value: g.Value})
		}
	}
	for part := range slices.Chunk(lines, tandem.MaxLines) {
		if _, err := c.Warehouse.Open(tb.Context(), warehouse.Open{Header: c.Header(), Lines: part}); err != nil {
			tb.Fatalf("erptest: %v", err)
		}
	}
}

// Money reads `12.50`, in the company's currency.
func (c *CompanyOf[R]) Money(tb testing.TB, text string) tandem.Money {
	tb.Helper()
	return Money(tb, text+" "+c.Books.Currency.String())
}

// Header gives the header of a command, with a key of its own: `test-1`, `test-2`…
func (c *CompanyOf[R]) Header() work.Header {
	c.keys++
	return work.Header{Key: "test-" + strconv.Itoa(c.keys), Actor: work.Actor{ID: "clerk"}}
}

// View runs fn on the store; an error ends the test.
func (c *CompanyOf[R]) View(tb testing.TB, fn func(ctx context.Context, b R) error) {
	tb.Helper()
	if err := c.Store.View(tb.Context(), fn); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
}

// Update runs fn on the store, again after a conflict; an error ends the test.
func (c *CompanyOf[R]) Update(tb testing.TB, fn func(ctx context.Context, b R) error) {
	tb.Helper()
	if err := work.Retry(c.Store, work.RetryPolicy{}).Update(tb.Context(), fn); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
}
