package storetest_test

import (
	"context"
	"sync"
	"testing"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
)

// oneWriter is an engine whose Updates hold the writer's lock from their beginning,
// as those of SQLite may: one inside another waits until the other has ended.
type oneWriter struct {
	*memory.DB
	writing sync.Mutex
}

func (w *oneWriter) Begin(ctx context.Context, tenant string, readOnly bool) (store.Tx, error) {
	if readOnly {
		return w.DB.Begin(ctx, tenant, true)
	}
	w.writing.Lock()
	tx, err := w.DB.Begin(ctx, tenant, false)
	return writingTx{tx, w}, err
}

type writingTx struct {
	store.Tx
	w *oneWriter
}

func (t writingTx) Commit(ctx context.Context, batch *store.Batch) error {
	defer t.w.writing.Unlock()
	return t.Tx.Commit(ctx, batch)
}

func (t writingTx) Rollback() {
	defer t.w.writing.Unlock()
	t.Tx.Rollback()
}

func TestAnEngineWithOneWriterKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Harness[*store.Bundle] { return over(&oneWriter{DB: memory.New()}) })
}
