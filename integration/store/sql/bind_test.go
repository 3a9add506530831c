package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// hosts makes a work.Store of a host's transactions: each Update is a transaction of
// the host's, with a bound store inside.
type hosts struct {
	tenant *sqlstore.Tenant
	begin  func(ctx context.Context, readOnly bool) (bound *sqlstore.Bound, commit, rollback func() error, err error)
}

func (h hosts) View(ctx context.Context, fn func(ctx context.Context, b *store.Bundle) error) error {
	return h.run(ctx, true, fn)
}

func (h hosts) Update(ctx context.Context, fn func(ctx context.Context, b *store.Bundle) error) error {
	return h.run(ctx, false, fn)
}

func (h hosts) run(ctx context.Context, readOnly bool, fn func(ctx context.Context, b *store.Bundle) error) (err error) {
	bound, commit, rollback, err := h.begin(ctx, readOnly)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			_ = rollback()
		}
	}()
	if readOnly {
		err = bound.View(ctx, fn)
	} else {
		err = bound.Update(ctx, fn)
	}
	if err != nil {
		return err
	}
	done = true
	return commit()
}

func TestBoundStoresKeepTheContract(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{})
	standard, err := sql.Open("pgx", pool.Config().ConnString())
	require.NoError(t, err)
	standard.SetMaxOpenConns(40)
	t.Cleanup(func() { require.NoError(t, standard.Close()) })
	for name, begin := range map[string]func(tenant *sqlstore.Tenant) hosts{
		"pgx": func(tenant *sqlstore.Tenant) hosts {
			return hosts{tenant, func(ctx context.Context, readOnly bool) (*sqlstore.Bound, func() error, func() error, error) {
				tx, err := pool.BeginTx(ctx, pgxOptions(readOnly))
				if err != nil {
					return nil, nil, nil, err
				}
				bound, err := tenant.Bind(tx)
				return bound, func() error { return tx.Commit(ctx) }, func() error { return tx.Rollback(context.WithoutCancel(ctx)) }, err
			}}
		},
		"database/sql": func(tenant *sqlstore.Tenant) hosts {
			return hosts{tenant, func(ctx context.Context, readOnly bool) (*sqlstore.Bound, func() error, func() error, error) {
				tx, err := standard.BeginTx(ctx, sqlOptions(readOnly))
				if err != nil {
					return nil, nil, nil, err
				}
				bound, err := tenant.BindSQL(tx)
				return bound, tx.Commit, tx.Rollback, err
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) storetest.Harness[*store.Bundle] {
				return storetest.Harness[*store.Bundle]{Open: func(tenant string) (work.Store[*store.Bundle], error) {
					if tenant == "" {
						return db.Tenant(tenant).Store()
					}
					return begin(db.Tenant(t.Name() + tenant)), nil
				}}
			})
		})
	}
}

func TestAHostsRowCommitsWithOurs(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{})
	_, err := pool.Exec(t.Context(), "CREATE TABLE shipment (id int PRIMARY KEY)")
	require.NoError(t, err)
	rows := func() (n int) {
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM shipment").Scan(&n))
		return n
	}
	place := func(id int, code string, end error) error {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		defer func() { _ = tx.Rollback(context.Background()) }()
		if _, err := tx.Exec(t.Context(), "INSERT INTO shipment VALUES ($1)", id); err != nil {
			return err
		}
		bound, err := db.Tenant("acme").Bind(tx)
		require.NoError(t, err)
		if err := bound.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			return errors.Join(b.Products().Save(ctx, product(code)), end)
		}); err != nil {
			return err
		}
		return tx.Commit(t.Context())
	}
	require.NoError(t, place(1, "pen", nil))
	require.Equal(t, 1, rows())
	require.True(t, hasProduct(t, db.Tenant("acme"), "pen"))
	refusal := errors.New("no")
	require.ErrorIs(t, place(2, "ink", refusal), refusal)
	require.Equal(t, 1, rows())
	require.False(t, hasProduct(t, db.Tenant("acme"), "ink"))
	require.Error(t, place(1, "ink", nil), "the host's own row is refused")
	require.False(t, hasProduct(t, db.Tenant("acme"), "ink"))
	require.ErrorIs(t, place(3, "pen", nil), tandem.ErrDuplicate)
	require.Equal(t, 1, rows())
}

// What fails of ours leaves nothing, and the host's transaction can go on.
func TestAFailedUpdateLeavesTheHostsTransactionWhole(t *testing.T) {
	lite, err := sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "trade.db"), sqlstore.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, lite.Close()) })
	saveProduct(t, lite.Tenant("acme"), "pen")
	pg, pool := openPostgres(t, sqlstore.Config{})
	saveProduct(t, pg.Tenant("acme"), "pen")
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.Background()) }()
	bound, err := pg.Tenant("acme").Bind(tx)
	require.NoError(t, err)
	save := func(codes ...string) error {
		return bound.Update(t.Context(), func(ctx context.Context, b *store.Bundle) (err error) {
			for _, code := range codes {
				err = errors.Join(err, b.Products().Save(ctx, product(code)))
			}
			return err
		})
	}
	require.NoError(t, save("ink"))
	require.ErrorIs(t, save("nib", "pen"), tandem.ErrDuplicate)
	require.NoError(t, save("cap"))
	require.NoError(t, tx.Commit(t.Context()))
	for code, want := range map[string]bool{"ink": true, "nib": false, "cap": true} {
		require.Equal(t, want, hasProduct(t, pg.Tenant("acme"), code), code)
	}
}

func TestBindRestoresTheHostsSetting(t *testing.T) {
	db, owner, _ := secured(t)
	saveProduct(t, db.Tenant("beta"), "pen")
	tx, err := owner.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.Background()) }()
	_, err = tx.Exec(t.Context(), "SELECT set_config('tandem.tenant', 'the host''s own', true)")
	require.NoError(t, err)
	setting := func() (s string) {
		require.NoError(t, tx.QueryRow(t.Context(), "SELECT current_setting('tandem.tenant')").Scan(&s))
		return s
	}
	bound, err := db.Tenant("alpha").Bind(tx)
	require.NoError(t, err)
	saveProduct(t, bound, "pen")
	require.Equal(t, "the host's own", setting())
	require.True(t, hasProduct(t, bound, "pen"))
	require.Equal(t, "the host's own", setting())
	refusal := errors.New("no")
	require.ErrorIs(t, bound.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		_, err := b.Products().Get(ctx, product("pen").ID)
		return errors.Join(err, refusal)
	}), refusal)
	require.Equal(t, "the host's own", setting())
	require.ErrorIs(t, bound.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		return b.Products().Save(ctx, product("pen"))
	}), tandem.ErrDuplicate)
	require.Equal(t, "the host's own", setting())
	for name, run := range map[string]func(context.Context, func(context.Context, *store.Bundle) error) error{"View": bound.View, "Update": bound.Update} {
		ctx, cancel := context.WithCancel(t.Context())
		require.ErrorIs(t, run(ctx, func(ctx context.Context, b *store.Bundle) error {
			cancel() // before the setting was read
			_, err := b.Products().Get(ctx, product("pen").ID)
			return err
		}), context.Canceled, name)
		require.Equal(t, "the host's own", setting(), name)
	}
}

func pgxOptions(readOnly bool) pgx.TxOptions {
	if readOnly {
		return pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	}
	return pgx.TxOptions{}
}

func sqlOptions(readOnly bool) *sql.TxOptions {
	if readOnly {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return nil
}

// With the policy of groups, too, an Update in a host's transaction is the host's: nobody
// sees it before the host commits, and the host may take it back.
func TestAHostsTransactionStaysOutOfTheGroup(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{Stock: sqlstore.Stock{Group: 8}})
	tenant := db.Tenant("acme")
	save := func(tx pgx.Tx, code string) {
		bound, err := tenant.Bind(tx)
		require.NoError(t, err)
		require.NoError(t, bound.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { return b.Products().Save(ctx, product(code)) }))
	}
	for _, commits := range []bool{false, true} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		save(tx, "pen")
		require.False(t, hasProduct(t, tenant, "pen"))
		saveProduct(t, tenant, fmt.Sprint("ink ", commits)) // the group goes on beside it
		if commits {
			require.NoError(t, tx.Commit(t.Context()))
		} else {
			require.NoError(t, tx.Rollback(t.Context()))
		}
		require.Equal(t, commits, hasProduct(t, tenant, "pen"))
	}
}

// A View writes nothing, not even through the host's own hands.
func TestAViewIsReadOnly(t *testing.T) {
	db, _ := openPostgres(t, sqlstore.Config{})
	err := sqlstore.WithPgx(db.Tenant("acme"), ownBundle[pgx.Tx]).View(t.Context(), func(ctx context.Context, r own[pgx.Tx]) error {
		_, err := r.tx.Exec(ctx, "CREATE TABLE note (id int)")
		return err
	})
	require.ErrorContains(t, err, "read-only")
}
