package books

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// Config says how the books are kept.
type Config struct {
	Store  work.Store[*store.Bundle] // where: empty, or with the books of the same story, which then goes on
	Story  string                    // what is told: books of another story are refused
	Zone   *time.Location            // of the company's days
	Engine bool                      // book the engine's prices instead of those that were paid
	// Repeats is how long the store keeps what a command was answered. Nought: for ever, without which a story cannot
	// go on once its process has ended.
	Repeats time.Duration
}

// OtherStoryError says that the store has the books of another story.
type OtherStoryError struct{ Story string }

func (e *OtherStoryError) Error() string {
	return "the store has the books of another story than " + e.Story
}

// Books are the wholesaler's books. They are used by one goroutine.
type Books struct {
	cfg     Config
	clock   clock
	ids     ids
	store   work.Store[*store.Bundle]
	sales   *ordertocash.Service[*store.Bundle] // keeps no waterfalls: there is no price to explain
	quoted  *ordertocash.Service[*store.Bundle] // keeps with each line how its price came about
	stock   *warehouse.Service[*store.Bundle]
	own     *work.Runner[*store.Bundle]
	posting *posting.Books

	prices    prices
	buyer     ordertocash.Customer // of the document at hand: its country is the document's
	supply    supplies
	products  map[string]*product
	byID      map[tandem.ProductID]*product
	accounts  map[string]tandem.PartyID
	grades    map[tandem.PartyID]tandem.GradeCode
	orders    map[string]*order
	byOrder   map[tandem.ID[any]]*order
	placed    int
	ready     map[*order]bool
	unbilled  []*shipment
	early     []story.Invoiced // posted before the next round, since something came back
	byInvoice map[string]billing.InvoiceID
	cash      map[tandem.PartyID]bool
	number    int   // of own commands
	bought    int64 // value of all receipts, in pence
	months    months
	told      pricing.Breakdown // of all lines that were explained
	dearer    int               // prices at which a better grade would pay more
	courier   courier
	reviews   *customer360.Service[*store.Bundle]
}

type product struct {
	id      tandem.ProductID
	price   tandem.Price // cost of a piece
	service bool
	queue   bool // lines wait for it
}

// order is what the books remember of an order to find its documents.
type order struct {
	id      sales.OrderID
	seq     int
	invoice string // the file's number
	buyer   ordertocash.Customer
	account string
	cash    bool
	goods   bool // has goods
	prepaid bool
	quoted  bool
	keys    []story.LineKey // of its lines in the file; line 1 is the first
	items   []*product      // of its lines
	toOrder map[int]bool
	shipped []*shipment
	advance []advance // what was paid before anything was owed
}

// line gives the number of the line that a line of the file became, or 0.
func (o *order) line(key story.LineKey) int { return slices.Index(o.keys, key) + 1 }

type clock struct{ now tandem.Instant }

// Now gives the instant of the command at hand.
func (c *clock) Now() tandem.Instant { return c.now }

const actor = "wholesaler"

// New opens the books.
func New(ctx context.Context, cfg Config) (*Books, error) {
	if cfg.Store == nil || cfg.Zone == nil {
		return nil, fmt.Errorf("books: a store and a zone must be given: %w", tandem.ErrInvalid)
	}
	b := &Books{
		cfg: cfg, products: map[string]*product{}, byID: map[tandem.ProductID]*product{},
		accounts: map[string]tandem.PartyID{}, grades: map[tandem.PartyID]tandem.GradeCode{}, orders: map[string]*order{},
		byOrder: map[tandem.ID[any]]*order{}, ready: map[*order]bool{}, byInvoice: map[string]billing.InvoiceID{}, cash: map[tandem.PartyID]bool{},
	}
	b.months.moved.sums = map[tandem.ProductID]int64{}
	b.supply = supplies{b: b, open: map[tandem.ProductID][]arrival{}, lead: map[tandem.ProductID]tandem.Date{}}
	b.store = steps{work.Retry(cfg.Store, work.RetryPolicy{}), &b.ids}
	working := work.Config{Authorizer: work.AllowAll{}, Clock: &b.clock, IDs: &b.ids, Retry: once()}
	accounts := posting.Config{Company: company(), Currency: tandem.GBP, Chart: chart(), Revenue: posting.AtDelivery}
	selling := ordertocash.Config{
		Work: working, Books: accounts, Zone: cfg.Zone, Prices: &b.prices, Customers: customers{b}, Expects: &b.supply,
		Places: ordertocash.Places{Warehouse: mainStore, Customer: place("customers"), Scrap: place("scrap")},
		Tax:    taxes(), Credit: ordertocash.CreditTerms{Limit: tandem.MoneyFromMinor(creditLimit, tandem.GBP)},
	}
	var errs [7]error
	b.sales, errs[0] = ordertocash.New(b.store, selling)
	selling.KeepWaterfalls = true
	b.quoted, errs[1] = ordertocash.New(b.store, selling)
	b.stock, errs[2] = warehouse.New(b.store, warehouse.Config{Work: working, Books: accounts, Zone: cfg.Zone, Places: warehouse.Places{
		Warehouse: mainStore, Supplier: place("suppliers"), Adjustment: place("lost and found"), Scrap: place("scrap"),
	}})
	b.own, errs[3] = work.NewRunner(b.store, working)
	b.posting, errs[4] = posting.New(accounts)
	errs[5] = b.crm(working)
	b.prices.empty, errs[6] = pricing.Compile(newBook(0))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return b, b.setUp(ctx)
}

// at moves the clock.
func (b *Books) at(at tandem.Instant) { b.clock.now = at }

func (b *Books) today() tandem.Date { return tandem.DateIn(b.clock.now, b.cfg.Zone) }

// header gives the header of a command: its key names what is done, once.
func header(format string, args ...any) work.Header {
	return work.Header{Key: fmt.Sprintf(format, args...), Actor: work.Actor{ID: actor}}
}

// next gives the header of a command that happens any number of times.
func (b *Books) next(what string) work.Header {
	b.number++
	return header("%s/%d", what, b.number)
}

func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func whole(q tandem.Quantity) int64 { return q.Micro() / 1_000_000 }

// Customer announces an account.
func (b *Books) Customer(ctx context.Context, c story.Customer) error {
	b.at(c.Since.At(0, 0, b.cfg.Zone))
	id := tandem.DeriveID[tandem.PartyID]("customers", c.Account)
	b.accounts[c.Account] = id
	if c.Cash {
		b.cash[id] = true
	}
	return b.register(ctx, id, c)
}

// Product announces a product. A price book or a credit may have named it before.
func (b *Books) Product(ctx context.Context, p story.Product) error {
	known := b.products[p.Code]
	if known == nil {
		_, err := b.product(ctx, p.Code, p.Description, retail.Goods, p.Cost)
		return err
	}
	known.price = p.Cost
	if p.Description == "" {
		return nil
	}
	return b.keep(ctx, "name/"+known.id.String(), p.Description, func(ctx context.Context, r *store.Bundle) error {
		record, err := r.Products().Get(ctx, known.id)
		if err != nil {
			return err
		}
		record.Name = p.Description
		return r.Products().Save(ctx, record)
	})
}

// product gives a product, or registers it.
func (b *Books) product(ctx context.Context, code, name string, kind retail.Kind, cost tandem.Price) (*product, error) {
	if p := b.products[code]; p != nil {
		return p, nil
	}
	p := &product{id: tandem.DeriveID[tandem.ProductID]("products", code), price: cost, service: kind != retail.Goods}
	b.products[code] = p
	b.byID[p.id] = p
	if name == "" {
		name = code
	}
	record := catalog.Product{ID: p.id, Code: code, Name: name, Kind: catalog.Goods, Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard}
	if kind != retail.Goods {
		record.Kind = catalog.Service
	}
	return p, b.keep(ctx, "product/"+p.id.String(), code, func(ctx context.Context, r *store.Bundle) error { return r.Products().Save(ctx, record) })
}
