package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// breaking opens connections to a file, of which one statement fails, once.
type breaking struct {
	path   string
	mu     sync.Mutex
	opened int
	at     string // the beginning of the statement; "" for none
	after  bool   // it is run first
	err    error  // what it gives instead of its result
	then   func() // is called besides
}

func (b *breaking) Driver() driver.Driver { return &sqlite.Driver{} }

func (b *breaking) Connect(context.Context) (driver.Conn, error) {
	inner, err := (&sqlite.Driver{}).Open(b.path)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened++
	return &breakingConn{Conn: inner, b: b}, err
}

// hit runs a statement, or breaks it.
func (b *breaking) hit(text string, run func() error) error {
	b.mu.Lock()
	hit := b.at != "" && strings.HasPrefix(text, b.at)
	if hit {
		b.at = ""
	}
	b.mu.Unlock()
	if !hit {
		return run()
	}
	if b.after {
		if err := run(); err != nil {
			return err
		}
	}
	if b.then != nil {
		b.then()
	}
	return b.err
}

type breakingConn struct {
	driver.Conn
	b        *breaking
	prepared []*breakingStmt
}

// Close closes the statements, too, as a server does whose client is gone.
func (c *breakingConn) Close() error {
	for _, s := range c.prepared {
		_ = s.Close()
	}
	return c.Conn.Close()
}

func (c *breakingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (result driver.Result, err error) {
	err = c.b.hit(text, func() (err error) {
		result, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args)
		return err
	})
	return result, err
}

func (c *breakingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	own := &breakingStmt{Stmt: s, b: c.b, text: text}
	c.prepared = append(c.prepared, own)
	return own, err
}

type breakingStmt struct {
	driver.Stmt
	b      *breaking
	text   string
	closed bool
}

func (s *breakingStmt) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	return s.Stmt.Close()
}

func (s *breakingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (result driver.Result, err error) {
	err = s.b.hit(s.text, func() (err error) {
		result, err = s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
		return err
	})
	return result, err
}

func (s *breakingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// Only what answers a COMMIT can be unknown; Config.Fault tells an engine's own errors
// apart, and a connection that breaks is not used again.
func TestOnlyAFailureOfCommitIsUnknown(t *testing.T) {
	engineDown := errors.New("the engine's own error")
	own := func(err error, committing bool) error {
		switch {
		case committing:
			return &sqlstore.UnknownError{Err: err}
		case errors.Is(err, engineDown), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
			return &sqlstore.RaceError{Err: err}
		}
		return err
	}
	for _, c := range []struct {
		name   string
		fault  func(err error, committing bool) error
		at     string
		after  bool
		err    error
		cancel bool // the caller gives up at that moment
		want   error
		kept   bool // the product is there afterwards
		fresh  bool // the next Update has a new connection
	}{
		{"the answer to COMMIT is lost", nil, "COMMIT", true, io.EOF, false, tandem.ErrUnknown, true, true},
		{"COMMIT fails before it is done", nil, "COMMIT", false, io.EOF, false, tandem.ErrUnknown, false, false},
		{"the context ends while COMMIT is done", nil, "COMMIT", true, context.Canceled, true, tandem.ErrUnknown, true, true},
		{"the context ends before COMMIT is sent", nil, "INSERT", true, nil, true, context.Canceled, false, false},
		{"a write fails", nil, "INSERT", false, io.EOF, false, io.EOF, false, false},
		{"a connection breaks at a write of an engine that is known", own, "INSERT", false, driver.ErrBadConn, false, tandem.ErrConflict, false, true},
		{"a connection breaks at COMMIT", own, "COMMIT", true, driver.ErrBadConn, false, tandem.ErrUnknown, true, true},
		{"an engine's own error at a write", own, "INSERT", false, engineDown, false, tandem.ErrConflict, false, false},
		{"an engine's own error at COMMIT", own, "COMMIT", false, engineDown, false, tandem.ErrUnknown, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &breaking{path: filepath.Join(t.TempDir(), "trade.db") + "?_pragma=journal_mode(WAL)"}
			db, err := sqlstore.OpenSQLitePool(t.Context(), sql.OpenDB(b), sqlstore.Config{Fault: c.fault})
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			tenant := db.Tenant("acme")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			b.after, b.err = c.after, c.err
			if c.cancel {
				b.then = cancel
			}
			save := func(ctx context.Context, code string) error {
				return tenant.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
					return r.Products().Save(ctx, catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("product", code), Code: code,
						Name: code, Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard})
				})
			}
			require.NoError(t, save(ctx, "before"))
			b.at = c.at
			opened := b.opened
			err = save(ctx, "broken")
			require.ErrorIs(t, err, c.want)
			require.Equal(t, errors.Is(c.want, tandem.ErrUnknown), errors.Is(err, tandem.ErrUnknown), "%v", err)

			require.NoError(t, save(t.Context(), "after"))
			require.Equal(t, c.fresh, b.opened > opened, "a new connection")
			require.NoError(t, tenant.View(t.Context(), func(ctx context.Context, r *store.Bundle) error {
				_, err := r.Products().Get(ctx, tandem.DeriveID[tandem.ProductID]("product", "broken"))
				require.Equal(t, c.kept, err == nil, "%v", err)
				return nil
			}))
		})
	}
}
