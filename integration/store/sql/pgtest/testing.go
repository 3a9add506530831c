package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// shared is the server of a test binary: started by the first test that wants a
// database, stopped by [Main].
type shared struct {
	once   sync.Once
	server *Server
	err    error
	number atomic.Int64
}

var common shared

// Main runs the tests of a package and stops the server that they have used.
func Main(m *testing.M) {
	code := m.Run()
	if common.server != nil {
		if err := common.server.Stop(); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// Database gives the connection string of a new, empty database on the server that
// the tests of a package share (see [Main]). It is removed when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	common.once.Do(func() {
		// what the tests are about is in tests of their own: on disk at once are only those
		common.server, common.err = Start(context.Background(), "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	})
	Need(t, common.err)
	name := fmt.Sprintf("t%d", common.number.Add(1))
	url, err := common.server.Create(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := common.server.Drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return url
}

// Own starts a server for one test alone, durable as in earnest unless the settings
// say otherwise, and stops it with the test.
func Own(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := Start(t.Context(), settings...)
	Need(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.TrimSpace(s.lastLog()))
		}
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Need skips the test where PostgreSQL is not installed, or fails it where [Require]
// is set, and fails it for any other error.
func Need(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrNotInstalled) && os.Getenv(Require) == "":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}
