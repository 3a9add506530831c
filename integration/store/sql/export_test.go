package sqlstore

import "testing"

// Queued gives how many batches wait for the commit of their group to begin.
func (db *DB) Queued() int { return int(db.committer.ready.Load()) }

// TestDatabase makes an empty database and gives its URL. The tests outside the package
// set it, who may use the kits.
var TestDatabase func(t testing.TB) string
