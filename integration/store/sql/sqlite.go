package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tandem-go/tandem"
)

// OpenSQLite opens a database file, which it makes and migrates where it is missing:
// in WAL mode, with one writer at a time, and readers beside it. Several processes
// may open the same file. Close it when done.
func OpenSQLite(ctx context.Context, path string, cfg Config) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	pool, err := sql.Open("sqlite", sqliteSource(path, cfg.BusyTime))
	if err != nil {
		return nil, err
	}
	if err := MigrateSQLite(ctx, pool); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	db, err := NewSQLite(ctx, pool, cfg)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	closing := db.closing
	db.closing = func() error { return errors.Join(closing(), pool.Close()) }
	return db, nil
}

func sqliteSource(path string, busy time.Duration) string {
	q := url.Values{"_pragma": {"busy_timeout(" + strconv.FormatInt(busy.Milliseconds(), 10) + ")", "journal_mode(WAL)",
		"synchronous(FULL)", "foreign_keys(ON)"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// NewSQLite opens the tables through a pool of the host's, on SQLite or on an engine
// that speaks its dialect through [database/sql], such as dqlite. The tables must be
// there (see [MigrateSQLite]); the pool's connections should wait for a busy database
// and, on SQLite, be in WAL mode. Close gives the pool's connections back.
func NewSQLite(ctx context.Context, pool *sql.DB, cfg Config) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Stock != (Stock{}) {
		return nil, fmt.Errorf("sqlstore: SQLite has one writer, and no policy of stock: %w", tandem.ErrUnsupported)
	}
	cfg = cfg.withDefaults()
	e := newLite(pool, cfg.BusyTime)
	db, err := newDB(sqliteDialect(), e, cfg)
	if err != nil {
		return nil, err
	}
	db.closing = e.close
	return db, db.checkVersion(ctx)
}

const idleReaders = 8 // connections that are kept, with their statements

// lite is the engine of SQLite: one writer, which waits in line within the process
// and not at the file, and readers beside it.
type lite struct {
	pool   *sql.DB
	busy   time.Duration
	writer chan struct{} // holds who writes

	mu     sync.Mutex
	idle   []*sqlWire
	closed bool
}

func newLite(pool *sql.DB, busy time.Duration) *lite {
	return &lite{pool: pool, busy: busy, writer: make(chan struct{}, 1)}
}

var errBusy = errors.New("another writer was not done in time")

func (l *lite) acquire(ctx context.Context, writes bool) (wire, error) {
	if !writes {
		return l.open(ctx, l.keep)
	}
	select {
	case l.writer <- struct{}{}:
	default:
		wait := time.NewTimer(l.busy)
		defer wait.Stop()
		select {
		case l.writer <- struct{}{}:
		case <-wait.C:
			return nil, &RaceError{errBusy}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	w, err := l.open(ctx, func(w *sqlWire) {
		l.keep(w)
		<-l.writer
	})
	if err != nil {
		<-l.writer
	}
	return w, err
}

// open takes an idle connection or a new one.
func (l *lite) open(ctx context.Context, free func(*sqlWire)) (wire, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	if n := len(l.idle); n > 0 {
		w := l.idle[n-1]
		l.idle = l.idle[:n-1]
		l.mu.Unlock()
		w.free = free
		return w, nil
	}
	l.mu.Unlock()
	conn, err := l.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &sqlWire{conn: conn, prepared: map[string]*sql.Stmt{}, free: free}, nil
}

func (l *lite) keep(w *sqlWire) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.idle) >= idleReaders || w.broken {
		w.close()
		return
	}
	l.idle = append(l.idle, w)
}

func (l *lite) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, w := range l.idle {
		w.close()
	}
	l.idle = nil
	return nil
}

// fault: SQLite tells with its code what happened.
func (l *lite) fault(err error, _ bool) error {
	var e *sqlite.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &RaceError{err}
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("sqlstore: the disk is full, nothing was written: %w", err)
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("sqlstore: the database is read-only, nothing was written: %w", err)
	case sqlite3.SQLITE_CONSTRAINT:
		if e.Code() == sqlite3.SQLITE_CONSTRAINT_DATATYPE { // an integer that became a float
			return fmt.Errorf("%w: %w", tandem.ErrOverflow, err)
		}
	}
	return err
}

func (l *lite) missed(err error) bool { return errors.Is(err, errNoRow) }

// taken: the message lists the columns of the index.
func (l *lite) taken(err error, s *shelf) (string, bool) {
	_, list, ok := strings.Cut(errorText(err), "UNIQUE constraint failed: ")
	if !ok || s == nil {
		return "key", ok
	}
	list, _, _ = strings.Cut(list, " (")
	columns := strings.Split(list, ", ")
	for i := range columns {
		_, columns[i], _ = strings.Cut(columns[i], ".")
	}
	for i := range s.kind.Indexes {
		if index := &s.kind.Indexes[i]; index.Unique && slices.Equal(columns, append([]string{"tenant"}, index.Columns...)) {
			return index.Name, true
		}
	}
	return "key", true
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (l *lite) absent(err error) bool { return strings.Contains(errorText(err), "no such table") }
