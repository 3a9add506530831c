package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

// What an error of PostgreSQL means depends on whether a COMMIT was on its way.
func TestMeaningOfPostgresErrors(t *testing.T) {
	code := func(code string) error { return &pgconn.PgError{Severity: "ERROR", Code: code, Message: "said"} }
	fatal := func(code string) error { return &pgconn.PgError{Severity: "FATAL", Code: code, Message: "said"} }
	const conflict, unknown, plain = "conflict", "unknown", "plain"
	for name, c := range map[string]struct {
		err             error
		reading, commit string // the meaning before a COMMIT was sent, and after
	}{
		"40001 serialization failure":           {code("40001"), conflict, conflict},
		"40P01 deadlock":                        {code("40P01"), conflict, conflict},
		"55P03 lock not available":              {code("55P03"), conflict, conflict},
		"40003 statement completion unknown":    {code("40003"), conflict, unknown},
		"57P01 administrator shutdown":          {fatal("57P01"), plain, unknown},
		"57P02 crash shutdown":                  {fatal("57P02"), plain, unknown},
		"57014 query cancelled":                 {code("57014"), plain, plain},
		"PANIC, the log cannot be written":      {&pgconn.PgError{Severity: "PANIC", Code: "53100"}, plain, unknown},
		"08006 connection failure":              {fatal("08006"), plain, unknown},
		"08006 told by a pooler between":        {code("08006"), plain, unknown},
		"57P01 in the server's own language":    {&pgconn.PgError{Severity: "SCHWERWIEGEND", SeverityUnlocalized: "FATAL", Code: "57P01"}, plain, unknown},
		"53100 disk full":                       {code("53100"), plain, plain},
		"25006 read-only":                       {code("25006"), plain, plain},
		"23505 unique":                          {code("23505"), plain, plain},
		"a connection that ended":               {io.EOF, plain, unknown},
		"a connection that ended in an answer":  {io.ErrUnexpectedEOF, plain, unknown},
		"a connection that was reset":           {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, plain, unknown},
		"a context that ended while waiting":    {context.DeadlineExceeded, plain, unknown},
		"a conditional write that met no row":   {errNoRow, plain, plain},
		"an argument that is invalid":           {fmt.Errorf("encode: %w", tandem.ErrInvalid), plain, plain},
		"a COMMIT that the server rolled back":  {pgx.ErrTxCommitRollback, plain, plain},
		"a transaction that the host has ended": {pgx.ErrTxClosed, plain, plain},
		"nothing was sent, the pool can tell":   {unsent{}, plain, plain},
		"40001 under words of the driver's":     {fmt.Errorf("exec: %w", code("40001")), conflict, conflict},
		"a lost connection under other words":   {fmt.Errorf("receive: %w", io.EOF), plain, unknown},
		"40003 of a batch, under other words":   {fmt.Errorf("batch: %w", code("40003")), conflict, unknown},
		"shutdown that closes a pipeline, both": {errors.Join(fatal("57P01"), io.EOF), plain, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			for sent, want := range map[bool]string{false: c.reading, true: c.commit} {
				err := postgresError(c.err, sent)
				require.Equal(t, want == conflict, errors.Is(err, tandem.ErrConflict), "conflict, sent %t: %v", sent, err)
				require.Equal(t, want == unknown, errors.Is(err, tandem.ErrUnknown), "unknown, sent %t: %v", sent, err)
				require.ErrorIs(t, err, c.err, "the cause is kept")
			}
		})
	}
	require.NoError(t, postgresError(nil, true))
	require.ErrorIs(t, postgresError(code("22003"), true), tandem.ErrOverflow)
	require.ErrorContains(t, postgresError(code("53100"), true), "disk is full, nothing was written")
	require.ErrorContains(t, postgresError(code("25006"), true), "read-only, nothing was written")
}

// foreign is an error of another driver for PostgreSQL.
type foreign struct{ code, message string }

func (e foreign) Error() string    { return "pq: " + e.message }
func (e foreign) SQLState() string { return e.code }

func TestMeaningOfAnotherDriversErrors(t *testing.T) {
	db, err := newDB(postgresDialect("tandem", encodePostgresText), &postgres{}, Config{})
	require.NoError(t, err)
	said := func(code, message string) error { return fmt.Errorf("exec: %w", foreign{code, message}) }
	require.ErrorIs(t, postgresError(said("40P01", "deadlock detected"), false), tandem.ErrConflict)
	require.ErrorIs(t, postgresError(said("22003", "bigint out of range"), false), tandem.ErrOverflow)
	require.True(t, db.engine.missed(said(missedCode, "no row")))
	require.False(t, db.engine.missed(said("23505", "no row")))
	require.True(t, db.engine.absent(said("42P01", "there is no such relation")))
	for _, s := range db.shelves {
		if s.kind.Name != "product" {
			continue
		}
		for _, c := range []struct {
			err   error
			index string
			taken bool
		}{
			{said("23505", `duplicate key value violates unique constraint "product_code_idx"`), "code", true},
			{said("23505", "doppelter Schlüsselwert verletzt Unique-Constraint »product_code_idx«"), "code", true},
			{said("23505", `duplicate key value violates unique constraint "product_pkey"`), "key", true},
			{&pgconn.PgError{Code: "23505", ConstraintName: "product_code_idx"}, "code", true},
			{&pgconn.PgError{Code: "23505", ConstraintName: "product_pkey", Message: "product_code_idx"}, "key", true},
			{said("23514", "product_code_idx"), "key", false},
		} {
			index, taken := db.engine.taken(c.err, s)
			require.Equal(t, c.index, index, c.err)
			require.Equal(t, c.taken, taken, c.err)
		}
	}
}

// unsent is an error that is certain not to have reached the server.
type unsent struct{}

func (unsent) Error() string     { return "conn busy" }
func (unsent) SafeToRetry() bool { return true }
