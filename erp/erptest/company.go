package erptest

import (
	"context"
	"strconv"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// Bundle is the bundle of the company's store.
type Bundle = *store.Bundle

// Company is a small company that trades: its store, its clock and its
// processes, with master data and stock in place. It is made by [New], and for
// one goroutine; its store and services are safe for any number.
type Company struct {
	Store     work.Store[Bundle]
	Clock     *Clock
	Books     posting.Config
	Prices    *pricing.Snapshot
	Sales     *ordertocash.Service[Bundle]
	Warehouse *warehouse.Service[Bundle]

	keys int
}

// Good is a product and what is there of it on the first day.
type Good struct {
	Product catalog.Product
	Stock   tandem.Quantity // in any unit of the product; none: nothing is there
	Value   tandem.Money    // of the stock, in pounds
}

// setup is what the options change.
type setup struct {
	store     work.Store[Bundle]
	clock     *Clock
	goods     []Good
	customers []*party.Party
	grades    []grade
	prices    *pricing.Snapshot
	sales     ordertocash.Config
	warehouse warehouse.Config
}

type grade struct {
	customer string
	code     tandem.GradeCode
}

// Option changes what [New] makes. Options apply in their order.
type Option func(*setup)

// WithStore keeps the company in a store of another driver, or in that of a
// tenant. It must be empty. Default: a new memory store.
func WithStore(s work.Store[Bundle]) Option { return func(c *setup) { c.store = s } }

// WithClock gives the company a clock. Default: one that stands at [At](0).
func WithClock(clock *Clock) Option { return func(c *setup) { c.clock = clock } }

// WithGoods replaces the company's products: [Goods] has the default ones.
func WithGoods(goods ...Good) Option { return func(c *setup) { c.goods = goods } }

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
// (Great Britain), 12347 (Germany, with a VAT number) and 12348 (Norway), and the
// grades gold, silver and bronze in its price book. Anybody may do anything, and
// credit has no limit; options change that.
//
// A fault ends the test.
func New(tb testing.TB, options ...Option) *Company {
	tb.Helper()
	s := defaults(tb)
	for _, option := range options {
		option(s)
	}
	if s.store == nil {
		s.store = memory.Open()
	}
	if s.prices == nil {
		s.prices = defaultPrices(tb)
	}
	c := &Company{Store: s.store, Clock: s.clock, Prices: s.prices}
	s.sales.Prices = ordertocash.FixedPrices(s.prices)
	s.sales.Work.Clock, s.warehouse.Work.Clock = s.clock, s.clock
	if s.sales.Customers == nil {
		s.sales.Customers = storedCustomers{s.store}
	}
	var err error
	if c.Sales, err = ordertocash.New(s.store, s.sales); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	if c.Warehouse, err = warehouse.New(s.store, s.warehouse); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	c.Books = s.sales.Books
	c.Update(tb, func(ctx context.Context, b Bundle) error { return s.save(ctx, b) })
	c.open(tb, s.goods)
	return c
}

func defaults(tb testing.TB) *setup {
	ids := work.SequentialUUIDs(1)
	config := work.Config{Authorizer: work.AllowAll{}, IDs: ids}
	books := posting.Config{Company: CompanyID(), Currency: tandem.GBP, Chart: posting.PlainChart()}
	return &setup{
		clock: NewClock(At(0)), goods: Goods(tb), customers: defaultCustomers(tb),
		sales: ordertocash.Config{Work: config, Books: books, Credit: ordertocash.CreditTerms{NoLimit: true},
			Places: ordertocash.Places{Warehouse: LocationID("WH"), Customer: LocationID("CUST"), Scrap: LocationID("SCRAP")},
			Tax:    ordertocash.TaxPolicy{Table: TaxTable()}, KeepWaterfalls: true},
		warehouse: warehouse.Config{Work: config, Books: books,
			Places: warehouse.Places{Warehouse: LocationID("WH"), Supplier: LocationID("SUPP"), Adjustment: LocationID("ADJ"), Scrap: LocationID("SCRAP")}},
	}
}

// open books the stock of the first day.
func (c *Company) open(tb testing.TB, goods []Good) {
	tb.Helper()
	var lines []warehouse.ReceiptLine
	for _, g := range goods {
		if !g.Stock.IsZero() {
			lines = append(lines, warehouse.ReceiptLine{Product: g.Product.ID, Quantity: g.Stock, Value: g.Value})
		}
	}
	if len(lines) == 0 {
		return
	}
	if _, err := c.Warehouse.Open(tb.Context(), warehouse.Open{Header: c.Header(), Lines: lines}); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
}

// Header gives the header of a command, with a key of its own: `test-1`, `test-2`…
func (c *Company) Header() work.Header {
	c.keys++
	return work.Header{Key: "test-" + strconv.Itoa(c.keys), Actor: work.Actor{ID: "clerk"}}
}

// View runs fn on the store; an error ends the test.
func (c *Company) View(tb testing.TB, fn func(ctx context.Context, b Bundle) error) {
	tb.Helper()
	if err := c.Store.View(tb.Context(), fn); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
}

// Update runs fn on the store, again after a conflict; an error ends the test.
func (c *Company) Update(tb testing.TB, fn func(ctx context.Context, b Bundle) error) {
	tb.Helper()
	if err := work.Retry(c.Store, work.RetryPolicy{}).Update(tb.Context(), fn); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
}
