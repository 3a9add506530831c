package sqlstore

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem/integration/store"
)

// statement is one of a round trip.
type statement struct {
	text string
	args []any
	// row takes each row; nil where the statement gives none that matter.
	row func(r row) error
	// one says that the statement must write one row; where it writes none, or fails
	// as a guard or a unique index makes it, refused tells why.
	one     bool
	refused func(cause error) error
}

// row is a row of a result.
type row interface {
	value(column int, t store.ColumnType) (store.Value, error)
	// bytes gives the text or the bytes of a column, valid until the next row; nil for NULL.
	bytes(column int) ([]byte, error)
}

// wire is a connection that a transaction has for itself.
type wire interface {
	// roundTrip runs the statements in order, in one round trip where the engine can.
	// Behind one that fails none is run. The error is a *failure where it is of one
	// of the statements.
	roundTrip(ctx context.Context, list []statement) error
	// control runs statements that steer the transaction, also where it has failed.
	control(ctx context.Context, text string) error
	// release gives the connection back; broken ones are thrown away.
	release()
}

// failure is the failure of one statement of a round trip.
type failure struct {
	at  int
	err error
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// errNoRow: a conditional write met no row.
var errNoRow = errors.New("sqlstore: no row was written")

func readInt(r row, column int) (int64, error) {
	v, err := r.value(column, store.TypeInt)
	return v.Int, err
}

func readText(r row, column int) (string, error) {
	b, err := r.bytes(column)
	return string(b), err
}
