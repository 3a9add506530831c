package sqlstore

import (
	"cmp"
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
// may open the same file. Close it when done. The path is of a file and no URI; what is
// to live in memory alone is a store of package memory.
func OpenSQLite(ctx context.Context, path string, cfg Config) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if path == "" || path == ":memory:" || strings.HasPrefix(path, "file:") {
		return nil, errPath // each connection would have a database of its own
	}
	pool, err := sql.Open("sqlite", sqliteSource(path, cfg.withDefaults().BusyTime))
	if err != nil {
		return nil, err
	}
	db, err := OpenSQLitePool(ctx, pool, cfg)
	return db, unopened(err, path)
}

var errPath error = &tandem.InvalidError{Subject: "SQLite database", Faults: []tandem.Fault{
	{Code: "path", Path: "path", Message: "must be the path of a file, without a scheme; for a store in memory see memory.Open()"}}}

// errPool: there is none.
var errPool error = &tandem.InvalidError{Subject: "database", Faults: []tandem.Fault{
	{Code: "pool", Path: "pool", Message: "must be given"}}}

// OpenSQLitePool migrates a database and opens its tables as [NewSQLite] does, and takes
// the pool over: it is closed with the DB, and where opening fails.
func OpenSQLitePool(ctx context.Context, pool *sql.DB, cfg Config) (*DB, error) {
	if pool == nil {
		return nil, errPool
	}
	if err := cfg.Validate(); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	cfg = cfg.withDefaults()
	var db *DB
	err := outwait(ctx, cfg.BusyTime, func() (err error) {
		if err := MigrateSQLite(ctx, pool); err != nil {
			return cfg.Fault(err, false)
		}
		db, err = newSQLite(ctx, pool, cfg, true)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	closing := db.closing
	db.closing = func() error { return errors.Join(closing(), pool.Close()) }
	return db, nil
}

// outwait opens again what lost a race, for a time. Who makes a file turns it to WAL,
// and two who do it at once would each wait for the other: SQLite then tells one of them
// at once that the database is busy, whatever its busy_timeout. The last try may itself
// wait for as long.
func outwait(ctx context.Context, busy time.Duration, open func() error) error {
	for until := time.Now().Add(busy); ; {
		err := open()
		var race *RaceError
		if !errors.As(err, &race) || !time.Now().Before(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// unopened says of a file that cannot be opened which it is, and what it needs.
func unopened(err error, path string) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("sqlstore: %q cannot be opened: its folder must be there, and neither may be read-only: %w", path, err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("sqlstore: %q cannot be opened: it is not a file of SQLite: %w", path, err)
	}
	return err
}

func sqliteSource(path string, busy time.Duration) string {
	q := url.Values{"_pragma": {"busy_timeout(" + strconv.FormatInt(busy.Milliseconds(), 10) + ")", "journal_mode(WAL)",
		"synchronous(FULL)", "foreign_keys(ON)"}, "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// NewSQLite opens the tables through a pool of the host's, on SQLite or on an engine
// that speaks its dialect through [database/sql], such as dqlite, whose errors
// Config.Fault knows. The tables must be there (see [MigrateSQLite]); the pool's
// connections should wait for a busy database and, on SQLite, be in WAL mode.
//
// Between its transactions the DB keeps up to 8 connections with their statements, and
// never more than half of the pool's [sql.DB.SetMaxOpenConns]; Close gives them back. Of
// a pool of one connection it keeps none: there a transaction of the host's must end
// before the library begins one, except within it ([Tenant.BindSQL]).
func NewSQLite(ctx context.Context, pool *sql.DB, cfg Config) (*DB, error) {
	if pool == nil {
		return nil, errPool
	}
	return newSQLite(ctx, pool, cfg, false)
}

// newSQLite opens the tables through a pool of the host's, or of the DB's own.
func newSQLite(ctx context.Context, pool *sql.DB, cfg Config, own bool) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Stock != (Stock{}) {
		return nil, fmt.Errorf("sqlstore: SQLite has one writer, and no policy of stock: %w", tandem.ErrUnsupported)
	}
	cfg = cfg.withDefaults()
	e := &lite{pool: pool, own: own, busy: cfg.BusyTime, writer: make(chan struct{}, 1), means: cfg.Fault}
	db, err := newDB(sqliteDialect(), e, cfg)
	if err != nil {
		return nil, err
	}
	db.closing = e.close
	if err := db.checkVersion(ctx); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return db, nil
}

const idleReaders = 8 // connections that are kept, with their statements, at most

// lite is the engine of SQLite: one writer, which waits in line within the process
// and not at the file, and readers beside it.
type lite struct {
	ending
	pool   *sql.DB
	own    bool // the pool is nobody else's
	busy   time.Duration
	writer chan struct{} // holds who writes
	means  func(err error, committing bool) error

	mu   sync.Mutex
	idle []*sqlWire
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
	if err := cmp.Or(ctx.Err(), l.usable()); err != nil {
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
	if w.broken { // as a server that is gone breaks all of them
		for _, other := range l.idle {
			other.broken = true
			other.close()
		}
		l.idle = l.idle[:0]
	}
	if l.ended.Load() || len(l.idle) >= l.spare() || w.broken {
		w.close()
		return
	}
	l.idle = append(l.idle, w)
}

// spare is how many connections are kept: of a host's pool it leaves the host half.
func (l *lite) spare() int {
	if most := l.pool.Stats().MaxOpenConnections; most > 0 && !l.own {
		return min(most/2, idleReaders)
	}
	return idleReaders
}

func (l *lite) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended.Store(true)
	for _, w := range l.idle {
		w.close()
	}
	l.idle = nil
	return nil
}

func (l *lite) fault(err error, committing bool) error {
	var race *RaceError
	if err == nil || errors.As(err, &race) || errors.Is(err, sql.ErrTxDone) { // no COMMIT was sent: the host has ended the transaction itself
		return err
	}
	return l.means(err, committing)
}

// sqliteFault: SQLite tells with its code what happened. Of a COMMIT that fails, it
// guarantees that nothing happened where the database was busy (the transaction is still
// open), read-only, or full (the last frame was not written whole), and where a
// constraint refused it. After any other failure the log may hold the whole
// transaction: one whose sync failed takes effect if the next to open the file recovers
// it from there. The driver gives the context's error even where the COMMIT was done.
func sqliteFault(err error, committing bool) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return orUnknown(err, committing)
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
		return err
	}
	return orUnknown(err, committing)
}

func orUnknown(err error, committing bool) error {
	if committing {
		return &UnknownError{err}
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
