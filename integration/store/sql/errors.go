package sqlstore

import (
	"errors"

	"github.com/tandem-go/tandem"
)

// ErrClosed is the error of every use of a [DB] that was closed. Nothing happened.
var ErrClosed = errors.New("sqlstore: the database is closed")

// UnknownError says that the answer to a COMMIT was lost: whether the Update took
// effect is not known. Send the same command key again. It matches [tandem.ErrUnknown].
type UnknownError struct{ Err error }

func (e *UnknownError) Error() string {
	return "sqlstore: the answer to the commit was lost: " + e.Err.Error()
}

// Unwrap gives the error of the connection.
func (e *UnknownError) Unwrap() error { return e.Err }

// Is reports whether target is [tandem.ErrUnknown].
func (e *UnknownError) Is(target error) bool { return target == tandem.ErrUnknown }

// RaceError says that the engine gave another transaction the way: a serialization
// failure, a deadlock, a busy database. Nothing happened. It matches [tandem.ErrConflict].
type RaceError struct{ Err error }

func (e *RaceError) Error() string { return "sqlstore: lost a race: " + e.Err.Error() }

// Unwrap gives the engine's error.
func (e *RaceError) Unwrap() error { return e.Err }

// Is reports whether target is [tandem.ErrConflict].
func (e *RaceError) Is(target error) bool { return target == tandem.ErrConflict }
