package boltstore

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem/integration/store"
)

// DB is an open file of any number of tenants. It is safe for concurrent use, by one
// process.
type DB struct{ bolt *bbolt.DB }

var _ store.Driver = (*DB)(nil)

// Options of [Open]. The zero value is right for a file that matters.
type Options struct {
	// NoSync leaves it to the system when a commit reaches the disk: for tests, and
	// for what can be made again.
	NoSync bool
	// Wait bounds how long another process may have the file; default 5 s.
	Wait time.Duration
}

// mapped is how much of the address space is set aside (on Windows, of the disk): as
// long as the file is smaller, a commit that makes it grow need not wait until those
// who read have come to an end.
const mapped = 1 << 30

// Open opens a file, or makes it.
func Open(path string, options Options) (*DB, error) {
	if options.Wait <= 0 {
		options.Wait = 5 * time.Second
	}
	bolt, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: options.Wait, NoSync: options.NoSync, InitialMmapSize: mapped})
	if err != nil {
		return nil, fmt.Errorf("boltstore: opening %s: %w", path, err)
	}
	if err := bolt.Update(prepare); err != nil {
		_ = bolt.Close()
		return nil, fmt.Errorf("boltstore: preparing %s: %w", path, err)
	}
	return &DB{bolt}, nil
}

// Close waits for open transactions and closes the file.
func (db *DB) Close() error { return db.bolt.Close() }

// tenants is the bucket that has a bucket for each tenant.
const tenants = "tenants"

// Begin opens a transaction: of a View a snapshot, of an Update nothing yet.
func (db *DB) Begin(_ context.Context, tenant string, readOnly bool) (store.Tx, error) {
	t := &tx{db: db, tenant: []byte(tenant), drawn: map[string]*drawn{}}
	if !readOnly {
		return t, nil
	}
	var err error
	t.snapshot, err = db.bolt.Begin(false)
	return t, err
}
