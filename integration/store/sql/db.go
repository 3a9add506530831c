package sqlstore

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// Config of a database. The zero value is the documented default.
type Config struct {
	// Schema holds the tables on PostgreSQL; default `tandem`. SQLite has none: there
	// the names of all tables begin with `tandem_`.
	Schema string
	// CursorSecret seals cursors (see store.Options). Give the same to every process
	// that shares cursors; default: random.
	CursorSecret []byte
	// Stock is how stock levels are written; default: one row each, changed by one
	// conditional statement. Every process that uses a database has the same policy.
	Stock Stock
	// BusyTime is how long a writer of SQLite waits for the one before it, until it
	// gives up with a conflict, and how long opening tries again while others make the
	// same file; default 5 seconds.
	BusyTime time.Duration
	// Fault gives the errors of an engine behind [NewSQLite] their meaning; default: that
	// of SQLite's own codes. committing says that the error answers a COMMIT. It gives a
	// [RaceError] where nothing happened and the Update may run again, an [UnknownError]
	// where the COMMIT may have taken effect, and any other error as it is. PostgreSQL
	// does not ask it.
	Fault func(err error, committing bool) error
}

// Stock is a policy for products that many want at once, on PostgreSQL: the same
// results, another way to write. The zero value is the plain one.
type Stock struct {
	// Buckets spreads each level over so many rows, 2 to 64, so that as many can
	// reserve at once. A refusal has tried all of them together.
	Buckets int
	// Group gathers the Updates that are ready at the same time into one commit, at
	// most so many, 2 to 4,096. One that is refused fails alone. Updates that draw
	// numbers, and those in a transaction of the host's, commit by themselves.
	Group int
}

func (c Config) withDefaults() Config {
	if c.Schema == "" {
		c.Schema = "tandem"
	}
	if c.BusyTime == 0 {
		c.BusyTime = 5 * time.Second
	}
	if c.Fault == nil {
		c.Fault = sqliteFault
	}
	if len(c.CursorSecret) == 0 {
		c.CursorSecret = make([]byte, 32)
		_, _ = rand.Read(c.CursorSecret) // never fails (Go 1.24)
	}
	return c
}

// Validate reports everything that is out of range.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(c.Schema == "" || isName(c.Schema), "schema", "schema", "must be 1 to 63 of a–z, 0–9 and _, beginning with a letter")
	check.Require(len(c.CursorSecret) == 0 || len(c.CursorSecret) >= 16, "cursor_secret", "cursor_secret", "must be at least 16 bytes")
	check.Require(c.Stock.Buckets == 0 || c.Stock.Buckets >= 2 && c.Stock.Buckets <= 64, "buckets", "stock.buckets", "must be 2 to 64, or 0 for one row")
	check.Require(c.Stock.Group == 0 || c.Stock.Group >= 2 && c.Stock.Group <= 4096, "group", "stock.group", "must be 2 to 4,096, or 0 for a commit of each")
	check.Require(c.Stock.Buckets == 0 || c.Stock.Group == 0, "stock", "stock", "a level is spread over buckets or its changes are gathered, not both")
	check.Require(c.BusyTime >= 0, "busy_time", "busy_time", "must not be negative")
	return check.Err("sqlstore config")
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 63
}

// DB is a database of any number of tenants: a [store.Driver]. It is safe for
// concurrent use.
type DB struct {
	d         *dialect
	engine    engine
	cfg       Config
	shelves   []*shelf // by ordinal of the kind
	texts     *statements
	plain     *DB  // of PostgreSQL: the same for any driver of database/sql
	secured   bool // by row-level security
	loose     bool // serial numbers of several nodes are not in the order of the inserts
	closing   func() error
	gatherer  *gatherer  // of PostgreSQL: reads of several Updates in one round trip
	committer *committer // of the policy that gathers Updates; nil: each commits by itself
}

var _ store.Driver = (*DB)(nil)

func newDB(d *dialect, e engine, cfg Config) (*DB, error) {
	kinds, err := store.Kinds()
	if err != nil {
		return nil, err
	}
	db := &DB{d: d, engine: e, cfg: cfg, texts: newStatements(d)}
	for _, k := range kinds {
		db.shelves = append(db.shelves, newShelf(d, decodesSafely(k)))
	}
	return db, nil
}

// decodesSafely gives a kind whose Decode fails where it would panic: it runs where other
// Updates read, too.
func decodesSafely(k *store.Kind) *store.Kind {
	if k.Decode == nil {
		return k
	}
	safe := *k
	safe.Decode = func(data []byte) (value any, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("sqlstore: decoding a %s panicked: %v", k.Name, cause)
			}
		}()
		return k.Decode(data)
	}
	return &safe
}

// Close ends what gathers reads and Updates (see [Stock]), and closes what [OpenSQLite]
// or [OpenSQLitePool] opened. A pool that the host gave stays open. What is asked of the
// DB, its tenants and their bound stores afterwards is [ErrClosed].
func (db *DB) Close() error {
	if db.committer != nil {
		db.committer.close()
	}
	if db.gatherer != nil {
		db.gatherer.close()
	}
	if db.closing == nil {
		return nil
	}
	return db.closing()
}

// Begin opens a transaction. Nothing is sent before its first statement.
func (db *DB) Begin(_ context.Context, tenant string, readOnly bool) (store.Tx, error) {
	if err := db.engine.usable(); err != nil {
		return nil, err
	}
	return db.transaction(&tx{db: db, tenant: tenant, view: readOnly}), nil
}

// transaction gives a transaction with what its engine can do.
func (db *DB) transaction(t *tx) store.Tx {
	if db.d.pipes {
		return piped{t}
	}
	return t
}

// encode gives the JSON of a record's state, and appends its columns. It fails where the
// kind panics: with [Stock].Group it runs where others wait, too.
func (db *DB) encode(dst []store.Value, p *store.Put) (state string, columns []store.Value, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("sqlstore: encoding a %s panicked: %v", p.Kind.Name, cause)
		}
	}()
	data, err := p.Kind.Encode(p.Value)
	if err != nil {
		return "", nil, err
	}
	if db.d.guarded && hasNUL(data) {
		return "", nil, &tandem.InvalidError{Subject: p.Kind.Name, Faults: []tandem.Fault{{Code: "text_nul", Message: "PostgreSQL keeps no text with the character U+0000"}}}
	}
	return string(data), p.Kind.Values(dst, p.Value), nil
}

// hasNUL tells of the one character that PostgreSQL keeps in no text, and in JSON only
// until somebody looks into it.
func hasNUL(state []byte) bool {
	nul := []byte(`\u0000`)
	for at := 0; ; {
		n := bytes.Index(state[at:], nul)
		if n < 0 {
			return false
		}
		at += n
		escapes := 0
		for i := at; i >= 0 && state[i] == '\\'; i-- {
			escapes++
		}
		if escapes%2 == 1 {
			return true
		}
		at += len(nul)
	}
}

// nullable gives the argument of bytes that may be none.
func (db *DB) nullable(data []byte) any {
	if len(data) == 0 {
		return nil
	}
	return string(data)
}

// Tenant gives the handle of a tenant: a work.Store of [*store.Bundle]. Keep it. An
// empty tenant is an error of every call.
func (db *DB) Tenant(name string) *Tenant {
	s, err := store.Open(db, name, store.Options{CursorSecret: db.cfg.CursorSecret})
	return &Tenant{db: db, name: name, store: s, err: err}
}

// Tenant is the handle of one tenant. It is safe for concurrent use.
type Tenant struct {
	db    *DB
	name  string
	store *store.Store
	err   error
}

// Store gives the handle as the store package has it.
func (t *Tenant) Store() (*store.Store, error) { return t.store, t.err }

// View runs fn on one snapshot.
func (t *Tenant) View(ctx context.Context, fn func(ctx context.Context, b *store.Bundle) error) error {
	if t.err != nil {
		return t.err
	}
	return t.store.View(ctx, fn)
}

// Update runs fn and commits what it has written: all of it, or nothing.
func (t *Tenant) Update(ctx context.Context, fn func(ctx context.Context, b *store.Bundle) error) error {
	if t.err != nil {
		return t.err
	}
	return t.store.Update(ctx, fn)
}
