package storetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// ordered is a driver that tells of a command that reads an accounting period before
// it has drawn a journal number, or draws series out of the order of their names.
type ordered struct {
	*memory.DB
	fault func(what string)
}

func (d ordered) Begin(ctx context.Context, tenant string, readOnly bool) (store.Tx, error) {
	tx, err := d.DB.Begin(ctx, tenant, readOnly)
	return &orderedTx{Tx: tx, readOnly: readOnly, fault: d.fault}, err
}

type orderedTx struct {
	store.Tx
	readOnly bool
	held     []string // series, which a store may hold until the end
	fault    func(what string)
}

func (t *orderedTx) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	if !slices.Contains(t.held, series) {
		if len(t.held) > 0 && series < slices.Max(t.held) {
			t.fault(fmt.Sprintf("the series %s is drawn behind %s", series, t.held))
		}
		t.held = append(t.held, series)
	}
	return t.Tx.Next(ctx, company, series, date)
}

// Prefetch lets a command read ahead, under the same rules.
func (t *orderedTx) Prefetch(ctx context.Context, reads []store.Read) error {
	return store.OneByOne(ctx, t, reads)
}

func (t *orderedTx) Get(ctx context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	t.check(kind)
	return t.Tx.Get(ctx, kind, keys, out)
}

func (t *orderedTx) Scan(ctx context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	t.check(scan.Kind)
	return t.Tx.Scan(ctx, scan, out)
}

func (t *orderedTx) check(kind *store.Kind) {
	if kind.Name == "period" && !t.readOnly && !slices.Contains(t.held, posting.JournalSeries) {
		t.fault("the period was read before a journal number was drawn")
	}
}

// OpenOrdered gives an empty memory store of the default tenant for the tests of a
// process: it tells fault of every command that reads an accounting period before
// it has drawn a journal number, or draws series out of the order of their names,
// so that all tests of the process are tests of these rules
// ([posting.JournalSeries], [work.Numbers]). It serves what is prefetched, as a
// database does.
func OpenOrdered(fault func(what string)) *store.Store {
	s, err := store.Open(ordered{memory.New(), fault}, "default", store.Options{})
	if err != nil {
		fault(err.Error())
	}
	return s
}
