package sqlstore

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// OpenPostgres opens the tables in a PostgreSQL database through a pool of the
// host's, which stays the host's: close the DB before it. The schema must be there and
// of this version: see [MigratePostgres]. CockroachDB and YugabyteDB speak the protocol.
//
// The pool's default_query_exec_mode may be any but simple_protocol, which leaves the
// types of arguments open. Behind a pooler that keeps no prepared statements, such as
// PgBouncer before 1.21, it is exec or cache_describe; describe_exec also works, where
// the pooler does not change the connection between two round trips.
func OpenPostgres(ctx context.Context, pool *pgxpool.Pool, cfg Config) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	switch {
	case pool == nil:
		return nil, errPool
	case pool.Config().ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol:
		return nil, errSimple
	}
	cfg = cfg.withDefaults()
	engine := &postgres{pool: pool}
	db, err := newDB(postgresDialect(cfg.Schema, encodePgx), engine, cfg)
	if err != nil {
		return nil, err
	}
	db.d.pipes = true
	if db.plain, err = newDB(postgresDialect(cfg.Schema, encodePostgresText), engine, cfg); err != nil {
		return nil, err
	}
	for _, check := range []func(context.Context) error{db.checkVersion, db.look, db.checkSpread} {
		if err := check(ctx); err != nil {
			return nil, err
		}
	}
	db.closing = engine.close
	db.gatherer = newGatherer(db)
	if cfg.Stock.Group > 0 {
		db.committer = newCommitter(db, cfg.Stock.Group)
	}
	return db, nil
}

var errSimple error = &tandem.InvalidError{Subject: "database", Faults: []tandem.Fault{{Code: "query_exec_mode",
	Path: "pool.default_query_exec_mode", Message: "must not be simple_protocol: exec, cache_describe and describe_exec prepare no named statements either"}}}

// look learns what kind of PostgreSQL it is, and whether rows are secured by tenant.
func (db *DB) look(ctx context.Context) error {
	t := &tx{db: db, view: true}
	defer t.Rollback()
	if err := t.do(ctx, false,
		statement{text: "SELECT version()", row: func(r row) error {
			version, err := readText(r, 0)
			db.loose = strings.Contains(version, "CockroachDB") || strings.Contains(version, "-YB-")
			return err
		}},
		statement{text: "SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass($1)", args: []any{db.d.table("sales_order")}, row: func(r row) error {
			v, err := r.value(0, store.TypeBool)
			db.secured = v.Int != 0
			return err
		}}); err != nil {
		return err
	}
	db.plain.loose, db.plain.secured = db.loose, db.secured
	return nil
}

// postgres is the engine behind a pool.
type postgres struct {
	ending
	pool *pgxpool.Pool
}

func (p *postgres) close() error {
	p.ended.Store(true)
	return nil
}

func (p *postgres) connection(ctx context.Context) (*pgxpool.Conn, error) {
	if err := p.usable(); err != nil {
		return nil, err
	}
	return p.pool.Acquire(ctx)
}

func (p *postgres) acquire(ctx context.Context, _ bool) (wire, error) {
	conn, err := p.connection(ctx)
	if err != nil {
		return nil, err
	}
	return &pgxWire{on: conn, pool: conn}, nil
}

func (p *postgres) fault(err error, sent bool) error { return postgresError(err, sent) }

func (p *postgres) missed(err error) bool { return sqlState(err) == missedCode }

// taken: unique indexes are named by their kind and index, the others are primary keys.
func (p *postgres) taken(err error, s *shelf) (string, bool) {
	if sqlState(err) != "23505" {
		return "key", false
	}
	if s != nil {
		violated := constraint(err)
		for i := range s.kind.Indexes {
			if name := s.kind.Indexes[i].Name; strings.Contains(violated, s.kind.Name+"_"+name+"_idx") {
				return name, true
			}
		}
	}
	return "key", true
}

func (p *postgres) absent(err error) bool {
	code := sqlState(err)
	return code == "42P01" || code == "3F000"
}
