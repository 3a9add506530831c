package sqlstore_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// secured gives a database with row-level security, opened by a role that owns the
// tables, and by the superuser.
func secured(t *testing.T) (db *sqlstore.DB, owner, super *pgxpool.Pool) {
	t.Helper()
	return securedIn(t, "")
}

func securedIn(t *testing.T, schema string) (db *sqlstore.DB, owner, super *pgxpool.Pool) {
	t.Helper()
	url := pgtest.Database(t)
	super, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(super.Close)
	role := "owner_" + super.Config().ConnConfig.Database
	for _, text := range []string{"CREATE ROLE " + role + " LOGIN", "GRANT ALL ON DATABASE " + super.Config().ConnConfig.Database + " TO " + role} {
		_, err = super.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	cfg := super.Config()
	cfg.ConnConfig.User, cfg.MaxConns = role, 40
	owner, err = pgxpool.NewWithConfig(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(owner.Close)
	require.NoError(t, sqlstore.MigratePostgres(t.Context(), owner, schema))
	require.NoError(t, sqlstore.SecurePostgres(t.Context(), owner, schema))
	require.NoError(t, sqlstore.SecurePostgres(t.Context(), owner, schema), "it may be run again")
	db, err = sqlstore.OpenPostgres(t.Context(), owner, sqlstore.Config{Schema: schema, CursorSecret: []byte(secret)})
	require.NoError(t, err)
	return db, owner, super
}

func TestSecuredPostgresKeepsTheContract(t *testing.T) {
	db, _, _ := secured(t)
	storetest.Run(t, sharing(db))
}

// The setting is called the same in every schema.
func TestASecondSchemaIsSecuredAsTheFirst(t *testing.T) {
	db, owner, _ := securedIn(t, "shop")
	saveProduct(t, db.Tenant("alpha"), "pen")
	require.True(t, hasProduct(t, db.Tenant("alpha"), "pen"))
	require.False(t, hasProduct(t, db.Tenant("beta"), "pen"))
	_, err := owner.Exec(t.Context(), "SELECT * FROM shop.product")
	require.ErrorContains(t, err, "tandem.tenant is not set")
}

func product(code string) catalog.Product {
	return catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("test", code), Code: code, Name: "Product " + code,
		Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: "S"}
}

func saveProduct(t *testing.T, s work.Store[*store.Bundle], code string) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		return b.Products().Save(ctx, product(code))
	}))
}

// hasProduct reports whether a product is there.
func hasProduct(t *testing.T, s work.Store[*store.Bundle], code string) (found bool) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		_, err := b.Products().Get(ctx, product(code).ID)
		found = err == nil
		if errors.Is(err, tandem.ErrNotFound) {
			err = nil
		}
		return err
	}))
	return found
}

// Whatever is tried by hand, with the application's own role, which even owns the tables.
func TestRowSecurityCannotBeGotAround(t *testing.T) {
	db, owner, super := secured(t)
	saveProduct(t, db.Tenant("alpha"), "pen")
	saveProduct(t, db.Tenant("beta"), "pen")
	try := func(setting, text string) (n int64, err error) {
		tx, err := owner.Begin(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback(t.Context())) }()
		if setting != "-" {
			_, err = tx.Exec(t.Context(), "SELECT set_config('tandem.tenant', $1, true)", setting)
			require.NoError(t, err)
		}
		tag, err := tx.Exec(t.Context(), text)
		return tag.RowsAffected(), err
	}
	for _, table := range []string{"product", "event", "stock_level", "journal_entry_line", "command", "number_series", "outbox"} {
		for what, setting := range map[string]string{"no setting": "-", "an empty setting": ""} {
			_, err := try(setting, "SELECT * FROM tandem."+table)
			require.ErrorContains(t, err, "tandem.tenant is not set", "%s, %s", table, what)
		}
	}
	for text, want := range map[string]int64{
		"SELECT * FROM tandem.product":                                                       1,
		"SELECT * FROM tandem.product WHERE tenant = 'beta'":                                 0,
		"SELECT * FROM tandem.product WHERE tenant = 'beta' OR true":                         1,
		"UPDATE tandem.product SET name = 'x'":                                               1,
		"DELETE FROM tandem.product WHERE tenant = 'beta'":                                   0,
		"SELECT p.* FROM tandem.product p JOIN tandem.product q ON p.code = q.code":          1,
		"WITH x AS (SELECT * FROM tandem.product) SELECT * FROM x UNION ALL SELECT * FROM x": 2,
	} {
		n, err := try("alpha", text)
		require.NoError(t, err, text)
		require.Equal(t, want, n, text)
	}
	for _, text := range []string{
		"UPDATE tandem.product SET tenant = 'beta'",
		"INSERT INTO tandem.product SELECT 'beta', gen_random_uuid(), revision, 'code', name, category, kind, state FROM tandem.product",
	} {
		_, err := try("alpha", text)
		require.ErrorContains(t, err, "row-level security", text)
	}
	for _, table := range []string{"product", "event", "stock_level", "command", "number_series"} {
		_, err := try("alpha", "TRUNCATE tandem."+table)
		require.ErrorContains(t, err, "TRUNCATE knows no tenants")
	}
	tx, err := owner.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SET LOCAL row_security = off")
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SELECT * FROM tandem.product")
	require.ErrorContains(t, err, "row-level security", "it cannot be switched off, it only fails")
	require.NoError(t, tx.Rollback(t.Context()))
	var all int
	require.NoError(t, super.QueryRow(t.Context(), "SELECT count(*) FROM tandem.product").Scan(&all))
	require.Equal(t, 2, all, "a role that is free of it sees all")
}

// A pooled connection keeps nothing of the tenant that had it before.
func TestTheTenantsSettingEndsWithTheTransaction(t *testing.T) {
	db, owner, _ := secured(t)
	saveProduct(t, db.Tenant("alpha"), "pen")
	require.True(t, hasProduct(t, db.Tenant("alpha"), "pen"))
	require.False(t, hasProduct(t, db.Tenant("beta"), "pen"))
	for range 10 {
		var setting string
		require.NoError(t, owner.QueryRow(t.Context(), "SELECT coalesce(current_setting('tandem.tenant', true), '')").Scan(&setting))
		require.Empty(t, setting)
	}
}
