package sqlstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// SecurePostgres puts row-level security by tenant on all tables of a schema (default
// `tandem`): a second fence behind the tenant that is in every statement anyway, and
// the only one for whoever reads the tables by hand. It may be run again, and is to be
// after a migration. Open the database after it.
//
// Every transaction of a [Tenant] sets its tenant for itself; without the setting a
// statement fails, it does not find nothing. The owner of the tables is bound, too.
// Migrations, and whoever works for all tenants, use a role with BYPASSRLS; the
// application must not be one, nor a superuser.
func SecurePostgres(ctx context.Context, conn PostgresConn, schema string) (err error) {
	if err := (Config{Schema: schema}).Validate(); err != nil {
		return err
	}
	d := postgresDialect(Config{Schema: schema}.withDefaults().Schema, encodePgx)
	text, err := migrations.ReadFile("migrations/postgres/optional/row_security.sql")
	if err != nil {
		return err
	}
	t, err := conn.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return err
	}
	if _, err := t.Conn().PgConn().Exec(ctx, d.inSchema(string(text))).ReadAll(); err != nil {
		return errors.Join(err, ignoreClosed(t.Rollback(context.WithoutCancel(ctx))))
	}
	return t.Commit(ctx)
}
