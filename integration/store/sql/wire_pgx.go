package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// batcher is what a pgx connection, pool or transaction can do.
type batcher interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error)
}

// pgxWire sends all statements of a round trip as one pipeline.
type pgxWire struct {
	on   batcher
	pool *pgxpool.Conn // given back at the end; nil for a host's own
}

func (w *pgxWire) release() {
	if w.pool != nil {
		w.pool.Release() // a connection inside a transaction is closed by the pool
	}
}

// control sends the text as it is: in a transaction that has failed nothing can be prepared.
func (w *pgxWire) control(ctx context.Context, text string) error {
	_, err := w.on.Exec(ctx, text, pgx.QueryExecModeSimpleProtocol)
	return err
}

func (w *pgxWire) roundTrip(ctx context.Context, list []statement) (err error) {
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(list))}
	for i := range list {
		batch.Queue(list[i].text, list[i].args...)
	}
	results := w.on.SendBatch(ctx, batch)
	defer func() {
		if closing := results.Close(); err == nil {
			err = closing
		}
	}()
	for i := range list {
		if err := w.result(results, &list[i]); err != nil {
			return &failure{i, err}
		}
	}
	return nil
}

func (w *pgxWire) result(results pgx.BatchResults, s *statement) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if s.row == nil {
			continue
		}
		if err := s.row(pgxRow{rows.RawValues(), rows.FieldDescriptions()}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// pgxRow reads what PostgreSQL sent, without a detour over Go's types.
type pgxRow struct {
	raw    [][]byte
	fields []pgconn.FieldDescription
}

// bytes: a pool of the mode exec asks for texts, and has bytes in hexadecimal.
func (r pgxRow) bytes(column int) ([]byte, error) {
	raw, field := r.raw[column], &r.fields[column]
	if raw == nil || field.DataTypeOID != pgtype.ByteaOID || field.Format == pgtype.BinaryFormatCode {
		return raw, nil
	}
	digits, ok := bytes.CutPrefix(raw, []byte(`\x`))
	if !ok {
		return nil, errBinary
	}
	return hex.AppendDecode(nil, digits)
}

// PostgreSQL counts dates and instants from 2000-01-01.
var (
	epochDay    = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	epochMicros = epochDay.UnixMicro()
	errBinary   = fmt.Errorf("sqlstore: a column of an unexpected form: %w", tandem.ErrInvalid)
)

func epochDayNumber() int64 {
	d, err := tandem.NewDate(2000, time.January, 1)
	if err != nil { // it is a date
		return 0
	}
	return int64(d.DayNumber())
}

func (r pgxRow) value(column int, t store.ColumnType) (store.Value, error) {
	raw := r.raw[column]
	if r.fields[column].Format != pgtype.BinaryFormatCode {
		return decodeText(t, string(raw))
	}
	v := store.Value{Type: t}
	switch {
	case t == store.TypeText:
		v.Text = string(raw)
	case t == store.TypeID && len(raw) == 16:
		v.ID = [16]byte(raw)
	case t == store.TypeInt && len(raw) == 8:
		v.Int = int64(binary.BigEndian.Uint64(raw))
	case t == store.TypeInt && len(raw) == 4:
		v.Int = int64(int32(binary.BigEndian.Uint32(raw)))
	case t == store.TypeInt && len(raw) == 2:
		v.Int = int64(int16(binary.BigEndian.Uint16(raw)))
	case t == store.TypeBool && len(raw) == 1:
		v.Int = int64(raw[0])
	case t == store.TypeDate && len(raw) == 4:
		if days := int32(binary.BigEndian.Uint32(raw)); days != math.MinInt32 {
			v.Int = int64(days) + epochDayNumber()
		}
	case t == store.TypeInstant && len(raw) == 8:
		if v.Int = int64(binary.BigEndian.Uint64(raw)); v.Int != math.MinInt64 {
			v.Int += epochMicros
		}
	default:
		return v, errBinary
	}
	return v, nil
}

// encodePgx gives the arguments of pgx.
func encodePgx(v store.Value) any {
	switch v.Type {
	case store.TypeID:
		return pgtype.UUID{Bytes: v.ID, Valid: true}
	case store.TypeText:
		return v.Text
	case store.TypeDate:
		if v.Int == 0 {
			return pgtype.Date{InfinityModifier: pgtype.NegativeInfinity, Valid: true}
		}
		return pgtype.Date{Time: epochDay.AddDate(0, 0, int(v.Int-epochDayNumber())), Valid: true}
	case store.TypeInstant:
		if v.Int == math.MinInt64 {
			return pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}
		}
		return pgtype.Timestamptz{Time: time.UnixMicro(v.Int), Valid: true}
	case store.TypeBool:
		return v.Int != 0
	}
	return v.Int
}

// encodePostgresText gives arguments that any driver of [database/sql] sends to PostgreSQL.
func encodePostgresText(v store.Value) any {
	switch s := encodeText(v).(type) {
	case string:
		if s == "" && v.Type != store.TypeText {
			return "-infinity"
		}
		return s
	case int64:
		if v.Type == store.TypeBool {
			return s != 0
		}
	}
	return v.Int
}

// postgresDialect is the dialect of PostgreSQL and of engines that speak its protocol.
func postgresDialect(schema string, encode func(store.Value) any) *dialect {
	return &dialect{
		name: "postgres", prefix: schema + ".", guarded: true, buckets: true, eager: true, placeholder: dollar,
		begin: "BEGIN ISOLATION LEVEL READ COMMITTED", view: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		column: map[store.ColumnType]string{store.TypeID: "uuid", store.TypeInt: "bigint", store.TypeText: `text COLLATE "C"`,
			store.TypeDate: "date", store.TypeInstant: "timestamptz", store.TypeBool: "boolean"},
		encode: encode, lock: " FOR UPDATE", now: " FOR UPDATE NOWAIT", skip: " FOR UPDATE SKIP LOCKED",
	}
}

// postgresError gives the library's meaning to an error of PostgreSQL. sent says
// whether a COMMIT was on its way: then a lost connection leaves the outcome open.
func postgresError(err error, sent bool) error {
	if err == nil {
		return nil
	}
	code := sqlState(err)
	if code == "" {
		switch {
		case errors.Is(err, errNoRow), errors.Is(err, tandem.ErrInvalid),
			errors.Is(err, pgx.ErrTxCommitRollback), // a statement had failed: the server rolled back
			errors.Is(err, pgx.ErrTxClosed):         // no COMMIT was sent: the host has ended the transaction itself
			return err
		case sent && !pgconn.SafeToRetry(err):
			return &UnknownError{err}
		}
		return err
	}
	if sent && (code == "40003" || strings.HasPrefix(code, "08") || ended(err)) {
		return &UnknownError{err}
	}
	switch code {
	case "40001", "40P01", "55P03", "40003":
		return &RaceError{err}
	case "22003":
		return fmt.Errorf("%w: %w", tandem.ErrOverflow, err)
	case "53100":
		return fmt.Errorf("sqlstore: the database's disk is full, nothing was written: %w", err)
	case "25006":
		return fmt.Errorf("sqlstore: the database is read-only, nothing was written: %w", err)
	}
	return err
}

// sqlState gives the code of an error of PostgreSQL, whichever driver it is of.
func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// ended reports whether the server ended the connection with the error. Severity alone
// is in the server's language. Only pgx is asked: with another driver COMMIT is the host's.
func ended(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	severity := cmp.Or(e.SeverityUnlocalized, e.Severity)
	return severity == "FATAL" || severity == "PANIC"
}

// constraint gives the name of the constraint that an error is of, or a text that it is in.
func constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return errorText(err)
}

// missedCode is what tandem.expect_one and tandem.change_level fail with.
const missedCode = "TD001"
