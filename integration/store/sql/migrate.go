package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tandem-go/tandem"
)

//go:embed migrations
var migrations embed.FS

// Migrations gives the migrations of a dialect, `postgres` or `sqlite`, as files of
// plain SQL, for a host's own tool: run each once, in the order of their names, in a
// transaction, as [MigratePostgres] and [MigrateSQLite] do. Each notes its version,
// which is compared when the database is opened. On PostgreSQL the schema is called tandem.
func Migrations(dialect string) (fs.FS, error) { return fs.Sub(migrations, "migrations/"+dialect) }

// migration is one step of the schema.
type migration struct {
	version int64
	name    string
	sql     string
}

func migrationsOf(d *dialect) ([]migration, error) {
	files, err := fs.Glob(migrations, "migrations/"+d.name+"/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []migration
	for _, file := range files {
		text, err := migrations.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".sql")
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil || version != int64(len(out))+1 {
			return nil, fmt.Errorf("sqlstore: migration %s is out of order", file)
		}
		out = append(out, migration{version, name, d.inSchema(string(text))})
	}
	return out, nil
}

// inSchema moves the statements of a file into the schema of the config. The setting
// that names the tenant is called the same in every schema.
func (d *dialect) inSchema(text string) string {
	if d.prefix == "tandem." || d.prefix == "tandem_" {
		return text
	}
	return strings.NewReplacer(tenantSetting, tenantSetting, "tandem.", d.prefix, makesSchema("tandem"), makesSchema(d.schema())).Replace(text)
}

func (d *dialect) schema() string { return strings.TrimSuffix(d.prefix, ".") }

// makesSchema is the statement of a migration that makes its schema. It needs a right on
// the database also where the schema is there.
func makesSchema(name string) string { return "CREATE SCHEMA IF NOT EXISTS " + name + ";" }

// versionTable makes the table of the versions that a database has had.
func (d *dialect) versionTable() string {
	if d.guarded {
		return "CREATE TABLE IF NOT EXISTS " + d.table("schema_version") +
			" (version bigint PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())"
	}
	return "CREATE TABLE IF NOT EXISTS " + d.table("schema_version") +
		" (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT"
}

// VersionError says that the tables of a database are not of this version of the
// library. It matches [tandem.ErrUnsupported].
type VersionError struct {
	Found int64 // 0: there are none
	Want  int64
}

func (e *VersionError) Error() string {
	switch {
	case e.Found == 0:
		return "sqlstore: the database has no tables of the library: migrate it first"
	case e.Found < e.Want:
		return fmt.Sprintf("sqlstore: the database has version %d of the tables, this library needs %d: migrate it first", e.Found, e.Want)
	}
	return fmt.Sprintf("sqlstore: the database has version %d of the tables, this library knows only %d: it is too old for it", e.Found, e.Want)
}

// Is reports whether target is [tandem.ErrUnsupported].
func (e *VersionError) Is(target error) bool { return target == tandem.ErrUnsupported }

// checkVersion compares the version of the tables with that of the code.
func (db *DB) checkVersion(ctx context.Context) error {
	list, err := migrationsOf(db.d)
	if err != nil {
		return err
	}
	t := &tx{db: db, view: true}
	defer t.Rollback()
	found := int64(0)
	err = t.do(ctx, false, statement{text: db.texts.version, row: func(r row) (err error) {
		found, err = readInt(r, 0)
		return err
	}})
	if err != nil && !db.engine.absent(err) {
		return err
	}
	if want := int64(len(list)); found != want {
		return &VersionError{found, want}
	}
	return nil
}

// sqlRunner runs the statements of a migration.
type sqlRunner func(ctx context.Context, text string, args ...any) error

// migrate runs those of the migrations that are behind a version.
func migrate(ctx context.Context, d *dialect, version int64, run sqlRunner) error {
	list, err := migrationsOf(d)
	if err != nil {
		return err
	}
	if version > int64(len(list)) {
		return &VersionError{version, int64(len(list))}
	}
	for _, m := range list[version:] {
		if err := run(ctx, strings.Replace(m.sql, makesSchema(d.schema()), "", 1)); err != nil {
			return fmt.Errorf("sqlstore: migration %s: %w", m.name, err)
		}
	}
	return nil
}

// PostgresConn is what [MigratePostgres] needs: a pgx connection or pool.
type PostgresConn interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

// MigratePostgres brings the tables of a schema (default `tandem`) to this version of
// the library, in one transaction: all of it or nothing. Several may do it at once.
// The role must own the schema, or may create it; the application needs no such right,
// and finds with it that nothing is to be done.
func MigratePostgres(ctx context.Context, conn PostgresConn, schema string) (err error) {
	if err := (Config{Schema: schema}).Validate(); err != nil {
		return err
	}
	if p, ok := conn.(*pgxpool.Pool); conn == nil || ok && p == nil {
		return errPool
	}
	d := postgresDialect(Config{Schema: schema}.withDefaults().Schema, encodePgx)
	t, err := conn.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreClosed(t.Rollback(context.WithoutCancel(ctx))))
		}
	}()
	run := func(ctx context.Context, text string, args ...any) error {
		if len(args) == 0 {
			_, err := t.Conn().PgConn().Exec(ctx, text).ReadAll() // several statements
			return err
		}
		_, err := t.Exec(ctx, text, args...)
		return err
	}
	name := d.schema()
	if err := run(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", "tandem migration of "+name); err != nil {
		return err
	}
	var there, versions bool // they may be there already
	if err := t.QueryRow(ctx, "SELECT to_regnamespace($1) IS NOT NULL", name).Scan(&there); err != nil {
		return err
	}
	if !there {
		if err := run(ctx, "CREATE SCHEMA "+name); err != nil {
			return err
		}
	}
	if err := t.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", d.table("schema_version")).Scan(&versions); err != nil {
		return err
	}
	var version int64
	if versions {
		if err := t.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM "+d.table("schema_version")).Scan(&version); err != nil {
			return err
		}
	}
	if err := migrate(ctx, d, version, run); err != nil {
		return err
	}
	return t.Commit(ctx)
}

func ignoreClosed(err error) error {
	if errors.Is(err, pgx.ErrTxClosed) {
		return nil
	}
	return err
}

// MigrateSQLite brings the tables of a SQLite database, or of an engine that speaks
// its dialect, to this version of the library, in one transaction.
func MigrateSQLite(ctx context.Context, pool *sql.DB) (err error) {
	if pool == nil {
		return errPool
	}
	d := sqliteDialect()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	run := func(ctx context.Context, text string, args ...any) error {
		_, err := conn.ExecContext(ctx, text, args...)
		return err
	}
	if err := run(ctx, d.begin); err != nil {
		return sqliteFault(err, false)
	}
	defer func() {
		if err != nil {
			_ = run(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if err := run(ctx, d.versionTable()); err != nil {
		return err
	}
	var version int64
	if err := conn.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM "+d.table("schema_version")).Scan(&version); err != nil {
		return err
	}
	if err := migrate(ctx, d, version, run); err != nil {
		return err
	}
	return run(ctx, "COMMIT")
}
