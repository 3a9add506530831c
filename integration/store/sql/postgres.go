package sqlstore

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// OpenPostgres opens the tables in a PostgreSQL database through a pool of the
// host's, which stays the host's. The schema must be there and of this version: see
// [MigratePostgres]. CockroachDB and YugabyteDB speak the protocol.
func OpenPostgres(ctx context.Context, pool *pgxpool.Pool, cfg Config) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	db, err := newDB(postgresDialect(cfg.Schema, encodePgx), &postgres{pool: pool}, cfg)
	if err != nil {
		return nil, err
	}
	return db, db.checkVersion(ctx)
}

// postgres is the engine behind a pool.
type postgres struct{ pool *pgxpool.Pool }

func (p *postgres) acquire(ctx context.Context, _ bool) (wire, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &pgxWire{on: conn, pool: conn}, nil
}

func (p *postgres) fault(err error, sent bool) error { return postgresError(err, sent) }

func (p *postgres) missed(err error) bool { return postgresMissed(err) }

// taken: unique indexes are named by their kind and index, the others are primary keys.
func (p *postgres) taken(err error, s *shelf) (string, bool) {
	constraint, ok := postgresTaken(err)
	if !ok || s == nil {
		return "key", ok
	}
	name := strings.TrimSuffix(strings.TrimPrefix(constraint, s.kind.Name+"_"), "_idx")
	if s.kind.IndexNamed(name) < 0 {
		name = "key"
	}
	return name, true
}

func (p *postgres) absent(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "42P01" || pg.Code == "3F000")
}
