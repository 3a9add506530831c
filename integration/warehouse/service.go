package warehouse

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// Repos is what the process needs of a store's bundle. Sales orders are among it
// since an order knows how much is held for each of its lines.
type Repos interface {
	work.Repos
	catalog.Repos
	inventory.Repos
	count.Repos
	costing.Repos
	sales.Repos
	ledger.Repos
}

// Places are the locations between which the process moves goods. All must be
// given and differ. Supplier, Adjustment and Scrap are virtual.
type Places struct {
	Warehouse  tandem.LocationID // where goods are unless a command says otherwise
	Supplier   tandem.LocationID // where receipts come from
	Adjustment tandem.LocationID // the other side of lost and found, of counts, of opening stock
	Scrap      tandem.LocationID // where goods go that are thrown away
}

// Config is what the process needs to know of its company. Ports that are left
// out read the store.
type Config struct {
	Work   work.Config
	Books  posting.Config // company, currency, accounts
	Zone   *time.Location // of the company's days; default UTC
	Places Places
	Method costing.Method // of products that have no pool yet; default and only choice average

	Products  catalog.ProductSource    // default: the store's products
	Locations inventory.LocationSource // default: the store's locations
	Periods   ledger.PeriodSource      // default: the store's periods
}

func (c *Config) check(store bool) error {
	var check tandem.Check
	check.Require(store, "store_missing", "store", "must be given")
	check.Nested("work", c.Work.Validate())
	_, err := posting.New(c.Books)
	check.Nested("books", err)
	places := [...]struct {
		path string
		id   tandem.LocationID
	}{{"warehouse", c.Places.Warehouse}, {"supplier", c.Places.Supplier}, {"adjustment", c.Places.Adjustment}, {"scrap", c.Places.Scrap}}
	for i, p := range places {
		if !check.Require(!p.id.IsZero(), "required", "places."+p.path, "must be given") {
			continue
		}
		for _, o := range places[:i] {
			check.Require(o.id != p.id, "same_place", "places."+p.path, "must differ from "+o.path)
		}
	}
	check.Require(c.Method == "" || c.Method == costing.Average, "cost_method", "method", "new pools are average; open a standard pool with its price")
	return check.Err("warehouse config")
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
	if config.Zone == nil {
		config.Zone = time.UTC
	}
	last := new(atomic.Pointer[knownPeriod])
	ahead := reads{c: &config, lastPeriod: last}.ahead
	return &Service[R]{runner.For(config.Books.Company).Ahead(ahead), books, &config, last}, nil
}

// On gives the service on another store: `svc.On(work.Join(bundle))` runs its
// commands in the host's own unit of work. There, a command that has to search
// what the same unit of work has written already (reservations that are released
// twice, say) is an error of the store: give it an Update of its own.
func (s *Service[R]) On(store work.Store[R]) *Service[R] {
	return &Service[R]{s.runner.On(store), s.books, s.c, s.lastPeriod}
}

func (s *Service[R]) company() tandem.CompanyID { return s.c.Books.Company }

func (s *Service[R]) orWarehouse(id tandem.LocationID) tandem.LocationID {
	if id.IsZero() {
		return s.c.Places.Warehouse
	}
	return id
}

// do runs a command with a task of its own.
func do[R Repos, T work.Result](ctx context.Context, s *Service[R], cmd command, fn func(ctx context.Context, t *task[R]) (T, error)) (T, error) {
	if err := s.sound(cmd); err != nil {
		var none T
		return none, err
	}
	return work.Do(ctx, s.runner, cmd, func(ctx context.Context, r R, scope *work.Scope) (T, error) {
		return fn(ctx, &task[R]{s: s, r: r, scope: scope})
	})
}
