package dqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"testing"

	dqlitedriver "github.com/canonical/go-dqlite/driver"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store/sql/dqlite"
)

func TestFaultTellsConflictsFromUnknownOutcomes(t *testing.T) {
	answer := func(code int) error { return dqlitedriver.Error{Code: code, Message: "as SQLite says it"} }
	other := errors.New("another")
	for _, c := range []struct {
		name               string
		err                error
		before, committing error // nil: as it is
	}{
		{"busy", answer(dqlitedriver.ErrBusy), tandem.ErrConflict, tandem.ErrConflict},
		{"busy for recovery", answer(dqlitedriver.ErrBusyRecovery), tandem.ErrConflict, tandem.ErrConflict},
		{"a stale snapshot", answer(dqlitedriver.ErrBusySnapshot), tandem.ErrConflict, tandem.ErrConflict},
		{"a locked table", answer(6), tandem.ErrConflict, tandem.ErrConflict},
		{"no leader", fmt.Errorf("failed to create dqlite connection: %w", dqlitedriver.ErrNoAvailableLeader), tandem.ErrConflict, tandem.ErrConflict},
		{"not the leader any more, or a broken connection", driver.ErrBadConn, tandem.ErrConflict, tandem.ErrUnknown},
		{"the stream has ended", fmt.Errorf("%w: %w", driver.ErrBadConn, io.EOF), tandem.ErrConflict, tandem.ErrUnknown},
		{"the connection was given up", sql.ErrConnDone, tandem.ErrConflict, tandem.ErrUnknown},
		{"the context has ended", errors.Join(context.Canceled, driver.ErrBadConn), nil, tandem.ErrUnknown},
		{"a leader without space", answer(10 | 3<<8), nil, tandem.ErrUnknown},
		{"a leader that shuts down", answer(4), nil, tandem.ErrUnknown},
		{"a unique index", answer(19 | 8<<8), nil, nil},
		{"a number that became a float", answer(19 | 12<<8), tandem.ErrOverflow, tandem.ErrOverflow},
		{"anything else", other, nil, tandem.ErrUnknown},
	} {
		for want, committing := range map[*error]bool{&c.before: false, &c.committing: true} {
			got := dqlite.Fault(c.err, committing)
			require.ErrorIs(t, got, c.err, c.name)
			for _, kind := range []error{tandem.ErrConflict, tandem.ErrUnknown, tandem.ErrOverflow} {
				require.Equal(t, *want == kind, errors.Is(got, kind), "%s, committing %v, %v", c.name, committing, kind)
			}
		}
	}
	require.NoError(t, dqlite.Fault(nil, true))
}
