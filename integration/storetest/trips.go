package storetest

import (
	"context"
	"fmt"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Trips is a driver that counts what would be a round trip to an engine: each call
// of a transaction that reads, a Prefetch as one, and a Commit as one, in which a
// batch goes out with the end of the transaction. It answers a Prefetch one by one
// where the driver below has none. It is safe for concurrent use.
type Trips struct {
	driver store.Driver

	mu    sync.Mutex
	trips []string
}

var (
	_ store.Driver     = (*Trips)(nil)
	_ store.Prefetcher = (*tripTx)(nil)
)

// CountTrips wraps a driver.
func CountTrips(driver store.Driver) *Trips { return &Trips{driver: driver} }

// Take gives what was counted since the last call, in order: `prefetch`,
// `get sales_order`, `scan backorder`, `levels`, `next SO`, `command`, `commit`.
func (t *Trips) Take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := t.trips
	t.trips = nil
	return taken
}

func (t *Trips) count(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trips = append(t.trips, fmt.Sprintf(format, args...))
}

// Begin opens a transaction, which travels with its first read.
func (t *Trips) Begin(ctx context.Context, tenant string, readOnly bool) (store.Tx, error) {
	tx, err := t.driver.Begin(ctx, tenant, readOnly)
	if err != nil {
		return nil, err
	}
	return &tripTx{tx, t}, nil
}

type tripTx struct {
	store.Tx
	trips *Trips
}

func (t *tripTx) Get(ctx context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	t.trips.count("get %s", kind.Name)
	return t.Tx.Get(ctx, kind, keys, out)
}

func (t *tripTx) Scan(ctx context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	t.trips.count("scan %s", scan.Kind.Name)
	return t.Tx.Scan(ctx, scan, out)
}

func (t *tripTx) Levels(ctx context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	t.trips.count("levels")
	return t.Tx.Levels(ctx, keys, out)
}

func (t *tripTx) ScanLevels(ctx context.Context, scan *store.LevelScan, out []inventory.Level) ([]inventory.Level, error) {
	t.trips.count("scan levels")
	return t.Tx.ScanLevels(ctx, scan, out)
}

func (t *tripTx) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	t.trips.count("next %s", series)
	return t.Tx.Next(ctx, company, series, date)
}

func (t *tripTx) Command(ctx context.Context, key string) (work.CommandRecord, bool, error) {
	t.trips.count("command")
	return t.Tx.Command(ctx, key)
}

func (t *tripTx) Events(ctx context.Context, after int64, limit int) ([]work.Event, error) {
	t.trips.count("events")
	return t.Tx.Events(ctx, after, limit)
}

func (t *tripTx) Prefetch(ctx context.Context, reads []store.Read) error {
	t.trips.count("prefetch")
	if p, ok := t.Tx.(store.Prefetcher); ok {
		return p.Prefetch(ctx, reads)
	}
	return store.OneByOne(ctx, t.Tx, reads)
}

func (t *tripTx) Commit(ctx context.Context, batch *store.Batch) error {
	t.trips.count("commit")
	return t.Tx.Commit(ctx, batch)
}
