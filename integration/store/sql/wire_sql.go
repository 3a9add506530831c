package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tandem-go/tandem/integration/store"
)

// sqlWire runs statements one after the other on a connection of [database/sql], or
// on a host's transaction. Statements on a connection are prepared once.
type sqlWire struct {
	conn     *sql.Conn
	tx       *sql.Tx // a host's own
	prepared map[string]*sql.Stmt
	lost     bool // the pool has closed it
	broken   bool // or a transaction may still be open on it
	free     func(*sqlWire)
}

func (w *sqlWire) release() {
	if w.free != nil {
		w.free(w)
	}
}

func (w *sqlWire) roundTrip(ctx context.Context, list []statement) error {
	for i := range list {
		if err := ctx.Err(); err != nil {
			return err // it is not sent
		}
		if err := w.run(ctx, &list[i]); err != nil {
			// A prepared statement that breaks its connection tells that it is done.
			w.lost = w.lost || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
			w.broken = w.broken || w.lost || list[i].text == "ROLLBACK"
			if ended := ctx.Err(); w.lost && ended != nil {
				err = errors.Join(ended, err)
			}
			return &failure{i, err}
		}
	}
	return nil
}

func (w *sqlWire) control(ctx context.Context, text string) (err error) {
	for part := range strings.SplitSeq(text, "; ") {
		if _, err = w.exec(ctx, &statement{text: part}); err != nil {
			w.broken = true
			return err
		}
	}
	return nil
}

func (w *sqlWire) run(ctx context.Context, s *statement) error {
	if s.text == "COMMIT" && w.tx == nil {
		return w.commit(ctx)
	}
	if s.row != nil {
		return w.query(ctx, s)
	}
	result, err := w.exec(ctx, s)
	if err != nil || !s.one {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n != 1 {
		err = errNoRow
	}
	return err
}

const commitTime = time.Minute // for a COMMIT that goes on without its caller

// commit ends the transaction. It is not broken off with the caller's context: a driver
// that is interrupted tells of the context also where the engine has committed already.
func (w *sqlWire) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	_, err := w.conn.ExecContext(ctx, "COMMIT")
	if err != nil && ctx.Err() != nil {
		return &UnknownError{err}
	}
	return err
}

func (w *sqlWire) exec(ctx context.Context, s *statement) (sql.Result, error) {
	if w.tx != nil {
		return w.tx.ExecContext(ctx, s.text, s.args...)
	}
	if len(s.args) == 0 { // BEGIN, COMMIT and the like
		return w.conn.ExecContext(ctx, s.text)
	}
	p, err := w.prepare(ctx, s.text)
	if err != nil {
		return nil, err
	}
	return p.ExecContext(ctx, s.args...)
}

func (w *sqlWire) query(ctx context.Context, s *statement) (err error) {
	var rows *sql.Rows
	if w.tx != nil {
		rows, err = w.tx.QueryContext(ctx, s.text, s.args...)
	} else {
		var p *sql.Stmt
		if p, err = w.prepare(ctx, s.text); err == nil {
			rows, err = p.QueryContext(ctx, s.args...)
		}
	}
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	r := &sqlRow{values: make([]any, len(columns)), into: make([]any, len(columns))}
	for i := range r.values {
		r.into[i] = &r.values[i]
	}
	for rows.Next() {
		if err := rows.Scan(r.into...); err != nil {
			return err
		}
		if err := s.row(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (w *sqlWire) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if p := w.prepared[text]; p != nil {
		return p, nil
	}
	p, err := w.conn.PrepareContext(ctx, text)
	if err == nil {
		w.prepared[text] = p
	}
	return p, err
}

// close gives a connection up.
func (w *sqlWire) close() {
	for _, p := range w.prepared {
		if !w.lost { // else it went with the connection, and must not be touched
			_ = p.Close()
		}
	}
	if w.broken { // the pool must not hand it out again
		_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = w.conn.Close()
}

// sqlRow reads what [database/sql] hands out.
type sqlRow struct{ values, into []any }

func (r *sqlRow) value(column int, t store.ColumnType) (store.Value, error) {
	return decode(t, r.values[column])
}

func (r *sqlRow) bytes(column int) ([]byte, error) {
	switch v := r.values[column].(type) {
	case nil:
		return nil, nil
	case []byte:
		return v, nil
	case string:
		return []byte(v), nil
	case int64:
		return strconv.AppendInt(nil, v, 10), nil
	}
	return nil, damaged(store.TypeText, r.values[column])
}
