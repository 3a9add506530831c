package dqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	dqlitedriver "github.com/canonical/go-dqlite/driver"
)

// connector opens connections to the leader.
type connector struct {
	inner  driver.Connector
	driver driver.Driver
	wait   time.Duration // for a leader, and for another writer
}

func (c *connector) Driver() driver.Driver { return c.driver }

// Connect looks for the leader for a bounded time. go-dqlite looks until the context
// ends. Whatever the failure is, nothing happened.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	looking, cancel := context.WithTimeout(ctx, c.wait)
	defer cancel()
	inner, err := c.inner.Connect(looking)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, errors.Join(ctx.Err(), err)
	case errors.Is(err, dqlitedriver.ErrNoAvailableLeader):
		return nil, err
	default:
		return nil, fmt.Errorf("%w: %w", dqlitedriver.ErrNoAvailableLeader, err)
	}
	q, ok := inner.(queryer)
	if !ok {
		return nil, errors.Join(fmt.Errorf("dqlite: a connection of type %T: %w", inner, errors.ErrUnsupported), inner.Close())
	}
	opened := &conn{inner: q, wait: c.wait}
	if _, err := opened.exec(looking, keepPages, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", dqlitedriver.ErrNoAvailableLeader, err), opened.Close())
	}
	return opened, nil
}

// keepPages: a transaction that is larger than the cache must not write pages to the log
// before its COMMIT. dqlite's log cannot give them back when SQLite changes them again
// (SQLITE_IOERR_SHORT_READ).
const keepPages = "PRAGMA cache_spill = OFF"

// queryer is what a connection of go-dqlite does.
type queryer interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
}

// conn is a connection to a leader. go-dqlite tells a broken one as driver.ErrBadConn,
// as the plain end of the stream, or not at all, and its prepared statements cannot bear
// the loss of the connection amid a result. So statements are not prepared, results are
// read at once, every request is bounded in time and ended with its context, and what is
// not the server's own answer breaks the connection for good.
type conn struct {
	inner  queryer
	wait   time.Duration
	closed sync.Once
	lost   atomic.Bool
}

var (
	_ queryer                   = (*conn)(nil)
	_ driver.ConnPrepareContext = (*conn)(nil)
	_ driver.Validator          = (*conn)(nil)
)

// drop closes the connection, also while a request is under way.
func (c *conn) drop() error {
	var err error
	c.closed.Do(func() {
		c.lost.Store(true)
		err = c.inner.Close()
	})
	return err
}

func (c *conn) Close() error { return c.drop() }

// IsValid reports whether the connection may be used again.
func (c *conn) IsValid() bool { return !c.lost.Load() }

// call makes one request.
func (c *conn) call(ctx context.Context, request func(ctx context.Context) error) error {
	if c.lost.Load() {
		return driver.ErrBadConn
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.drop() })
	err := request(ctx)
	stop()
	var answer dqlitedriver.Error
	if err == nil || errors.As(err, &answer) {
		return err
	}
	_ = c.drop()
	if errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return fmt.Errorf("%w: %w", driver.ErrBadConn, err)
}

func sound(args []driver.NamedValue) error {
	if len(args) > dqlitedriver.MaxTupleParams {
		return fmt.Errorf("dqlite: a statement of %d parameters, of %d: %w", len(args), dqlitedriver.MaxTupleParams, errors.ErrUnsupported)
	}
	return nil
}

func (c *conn) exec(ctx context.Context, query string, args []driver.NamedValue) (result driver.Result, err error) {
	err = c.call(ctx, func(ctx context.Context) (err error) {
		result, err = c.inner.ExecContext(ctx, query, args)
		return err
	})
	return result, err
}

const (
	begin     = "BEGIN IMMEDIATE"
	firstWait = 500 * time.Microsecond
	lastWait  = 16 * time.Millisecond
)

// ExecContext runs a statement. One that begins to write waits for the writers of other
// connections: the server does not, since it would stand still meanwhile.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := sound(args); err != nil {
		return nil, err
	}
	result, err := c.exec(ctx, query, args)
	if query != begin {
		return result, err
	}
	since, wait := time.Now(), firstWait
	for isBusy(err) && time.Since(since) < c.wait {
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		case <-time.After(rand.N(wait) + wait/4):
		}
		wait = min(2*wait, lastWait)
		result, err = c.exec(ctx, query, args)
	}
	return result, err
}

func isBusy(err error) bool {
	var e dqlitedriver.Error
	return errors.As(err, &e) && e.Code&0xff == codeBusy
}

// QueryContext runs a statement and reads the whole of its result.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := sound(args); err != nil {
		return nil, err
	}
	var out *rows
	err := c.call(ctx, func(ctx context.Context) error {
		result, err := c.inner.QueryContext(ctx, query, args)
		if err != nil {
			return err
		}
		out, err = readAll(result)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// rows is a result that has been read.
type rows struct {
	columns []string
	values  []driver.Value
}

func readAll(from driver.Rows) (*rows, error) {
	r := &rows{columns: from.Columns()}
	row := make([]driver.Value, len(r.columns))
	for {
		err := from.Next(row)
		if err == io.EOF { //nolint:errorlint // one that is wrapped is of the connection
			return r, from.Close()
		}
		if err != nil {
			return nil, errors.Join(err, from.Close())
		}
		r.values = append(r.values, row...)
	}
}

func (r *rows) Columns() []string { return r.columns }

func (r *rows) Close() error { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if len(r.values) == 0 {
		return io.EOF
	}
	n := copy(dest, r.values)
	r.values = r.values[n:]
	return nil
}

// PrepareContext prepares nothing: the text travels with each call.
func (c *conn) PrepareContext(_ context.Context, query string) (driver.Stmt, error) {
	return &stmt{c, query}, nil
}

func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

func (c *conn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	text := begin
	if options.ReadOnly {
		text = "BEGIN"
	}
	_, err := c.ExecContext(ctx, text, nil)
	return &transaction{c}, err
}

type transaction struct{ c *conn }

func (t *transaction) Commit() error {
	_, err := t.c.ExecContext(context.Background(), "COMMIT", nil)
	return err
}

func (t *transaction) Rollback() error {
	_, err := t.c.ExecContext(context.Background(), "ROLLBACK", nil)
	return err
}

type stmt struct {
	c     *conn
	query string
}

func (s *stmt) Close() error { return nil }

func (s *stmt) NumInput() int { return -1 }

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.c.ExecContext(ctx, s.query, args)
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.c.QueryContext(ctx, s.query, args)
}

func (s *stmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), named(args))
}

func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), named(args))
}

func named(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, v := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out
}
