package dqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	dqlitedriver "github.com/canonical/go-dqlite/driver"

	"github.com/tandem-go/tandem"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// SQLite's result codes, of which the low byte is the kind.
const (
	codeBusy       = 5
	codeLocked     = 6
	codeConstraint = 19
	codeDatatype   = codeConstraint | 12<<8 // a value that is not of a STRICT column's type
)

// Fault gives an error of dqlite its meaning; committing says that it answers a COMMIT.
//
// A conflict, of which nothing happened: the database is busy, there is no leader, or
// the connection broke or its node no longer leads, before COMMIT was sent.
//
// Unknown: COMMIT was sent, and what came back is neither success nor a plain refusal.
// A leader that is deposed with the transaction in its log does not know whether the
// next leader has it too; and go-dqlite tells "not leader", "leadership lost" and a
// broken connection alike.
func Fault(err error, committing bool) error {
	var e dqlitedriver.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		switch {
		case e.Code&0xff == codeBusy, e.Code&0xff == codeLocked:
			return &sqlstore.RaceError{Err: err} // also of a COMMIT: the transaction is still open, and is rolled back
		case e.Code == codeDatatype: // an integer that became a float
			return fmt.Errorf("%w: %w", tandem.ErrOverflow, err)
		case e.Code&0xff == codeConstraint:
			return err
		}
	case errors.Is(err, dqlitedriver.ErrNoAvailableLeader):
		return &sqlstore.RaceError{Err: err}
	}
	switch {
	case committing:
		return &sqlstore.UnknownError{Err: err}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return &sqlstore.RaceError{Err: err}
	}
	return err
}
