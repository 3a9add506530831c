package sqlstore

import (
	"context"
	"sync/atomic"
)

// engine is what a database is besides its dialect: where connections come from,
// and what its errors mean.
type engine interface {
	// usable gives ErrClosed behind the end.
	usable() error
	// acquire gives a connection for one transaction, for reading alone or for writing.
	acquire(ctx context.Context, writes bool) (wire, error)
	// fault gives an error the library's meaning. sent says that a COMMIT was on its way.
	fault(err error, sent bool) error
	// taken reports whether the error is of a unique constraint, and which index of the kind it is of.
	taken(err error, s *shelf) (index string, ok bool)
	// missed reports whether a conditional write met no row.
	missed(err error) bool
	// absent reports whether a table is not there.
	absent(err error) bool
}

// ending is the end of an engine.
type ending struct{ ended atomic.Bool }

func (e *ending) usable() error {
	if e.ended.Load() {
		return ErrClosed
	}
	return nil
}
