package ordertocash

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// Repos is what the process needs of a store's bundle.
type Repos interface {
	work.Repos
	catalog.Repos
	inventory.Repos
	count.Repos
	costing.Repos
	sales.Repos
	delivery.Repos
	quotation.Repos
	returns.Repos
	tax.Repos
	billing.Repos
	credit.Repos
	payment.Repos
	ledger.Repos
	redemption.Repos
	CustomerRepos
}

// Places are the locations between which the process moves goods.
type Places struct {
	Warehouse tandem.LocationID // where orders are shipped from unless they say otherwise
	Customer  tandem.LocationID // virtual: where delivered goods are
	Scrap     tandem.LocationID // virtual: where goods that came back broken go
	Returns   tandem.LocationID // where returned goods wait for their inspection; default where they were shipped from
}

// CreditTerms are given to customers that have no credit account yet.
type CreditTerms struct {
	Limit   tandem.Money  // nought unless NoLimit
	NoLimit bool          // the exposure is kept, and not limited
	Policy  credit.Policy // default warn
}

// Config is what the process needs to know of its company. Ports that are left
// out read the store.
type Config struct {
	Work    work.Config
	Books   posting.Config // company, currency, accounts, revenue policy
	Zone    *time.Location // of the company's days; default UTC
	Places  Places
	Prices  PriceSource // required
	Tax     TaxPolicy
	Credit  CreditTerms
	Series  billing.SeriesPolicy     // invoice and credit note numbers
	Method  costing.Method           // of products that have no pool yet; default average
	Scarce  inventory.AllocationRule // how scarce stock is given to lines; default partial with backorder
	Expects SupplySource             // what will come in, for promises; default nothing
	Returns ReturnRateSource         // what is expected to come back of deliveries; default nothing

	Products  catalog.ProductSource // default: the store's products
	Customers CustomerSource        // default: the store's parties and grades
	Terms     billing.TermsSource   // default: the store's terms
	Periods   ledger.PeriodSource   // default: the store's periods

	DefaultTerms tandem.TermsCode // of the store's customers

	PricedOn sales.PricedOn // the date that prices, kept with each order; default that of the command
	UsedUp   UsedUpPolicy   // of promotions and coupons whose limit is used up; default the order is priced without
	Breaks   BreakPolicy    // of what is open, or kept, of a line below a break; default its price stays

	// KeepWaterfalls keeps with each order line how its price came about.
	KeepWaterfalls bool
}

func (c *Config) check(store bool) error {
	var check tandem.Check
	check.Require(store, "store_missing", "store", "must be given")
	check.Nested("work", c.Work.Validate())
	_, err := posting.New(c.Books)
	check.Nested("books", err)
	check.Require(!c.Places.Warehouse.IsZero(), "required", "places.warehouse", "must be given")
	check.Require(!c.Places.Customer.IsZero(), "required", "places.customer", "must be given")
	check.Require(c.Prices != nil, "required", "prices", "must be given")
	check.Require(c.Customers != nil || c.DefaultTerms != "", "required", "default_terms", "must be given where customers are read from the store")
	check.Nested("series", c.Series.Validate())
	check.Nested("series", checkSeries(c.Series))
	check.Nested("tax", c.Tax.validate())
	check.Require(c.Method == "" || c.Method == costing.Average, "cost_method", "method", "new pools are average; open a standard pool with its price")
	check.Require(c.Scarce == "" || c.Scarce.Valid(), "allocation_rule", "scarce", "must be a known rule")
	check.Require(c.Credit.Policy == "" || c.Credit.Policy.Valid(), "credit_policy", "credit.policy", "must be a known policy")
	check.Require(c.PricedOn == "" || c.PricedOn.Valid(), "priced_on", "priced_on", "must be a known date that prices")
	check.Require(c.UsedUp == "" || c.UsedUp.Valid(), "used_up_policy", "used_up", "must be a known policy")
	check.Require(c.Breaks == "" || c.Breaks.Valid(), "break_policy", "breaks", "must be a known policy")
	check.Require(c.Credit.Limit.Currency() == 0 || c.Credit.Limit.Currency() == c.Books.Currency, "currency", "credit.limit", "must be in the company's currency")
	check.Require(c.Returns == nil || c.Books.Revenue != posting.AtInvoice, "expected_at_invoice", "returns",
		"expected returns are taken out of revenue at delivery, which this policy does not book")
	return check.Err("order-to-cash config")
}

func (c *Config) defaults() {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Scarce == "" {
		c.Scarce = inventory.PartialBackorder
	}
	if c.Credit.Policy == "" {
		c.Credit.Policy = credit.Warn
	}
	if c.Credit.Limit.Currency() == 0 {
		c.Credit.Limit = tandem.MoneyFromMinor(0, c.Books.Currency)
	}
}

// Service runs the process of one company. It is safe for concurrent use.
type Service[R Repos] struct {
	runner *work.Runner[R]
	books  *posting.Books
	c      *Config

	lastPeriod *atomic.Pointer[knownPeriod]
}

// New checks the config, with all its faults, and gives the service. It reads
// nothing; the store is wrapped in work.Retry.
func New[R Repos](store work.Store[R], config Config) (*Service[R], error) {
	if err := config.check(store != nil); err != nil {
		return nil, err
	}
	books, err := posting.New(config.Books)
	if err != nil {
		return nil, err
	}
	runner, err := work.NewRunner(store, config.Work)
	if err != nil {
		return nil, err
	}
	config.defaults()
	last := new(atomic.Pointer[knownPeriod])
	ahead := reads{c: &config, lastPeriod: last}.ahead
	return &Service[R]{runner.For(config.Books.Company).Ahead(ahead), books, &config, last}, nil
}

// On gives the service on another store: `svc.On(work.Join(bundle))` runs its
// commands in the host's own unit of work.
func (s *Service[R]) On(store work.Store[R]) *Service[R] {
	return &Service[R]{s.runner.On(store), s.books, s.c, s.lastPeriod}
}

func (s *Service[R]) company() tandem.CompanyID { return s.c.Books.Company }

// day gives the company's civil date of a command: the one that it names, which
// cannot be later than the day of its time, or that day.
func (s *Service[R]) day(named tandem.Date, at tandem.Instant) (tandem.Date, error) {
	today := tandem.DateIn(at, s.c.Zone)
	if named.IsZero() {
		return today, nil
	}
	if named.After(today) {
		var c tandem.Check
		c.Add("future", "date", "is "+named.String()+", and cannot lie in the future: today is "+today.String())
		return tandem.Date{}, c.Err(subjectDate)
	}
	return named, nil
}

// journal appends an entry, if it has any lines.
func (s *Service[R]) journal(ctx context.Context, r R, e ledger.Entry) error {
	if e.IsZero() {
		return nil
	}
	return r.JournalEntries().Append(ctx, e)
}
