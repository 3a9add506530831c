// Package dqlite keeps everything in a dqlite cluster: the tables and the SQLite dialect
// of package sqlstore, replicated by Raft to every node, inside the host's own processes.
//
//	node, err := app.New("/var/lib/trade", app.WithAddress("10.0.0.1:9000"))
//	db, err := dqlite.Open(ctx, node, "trade", sqlstore.Config{})
//	orders, err := ordertocash.New(db.Tenant("acme"), cfg)
//
// A COMMIT that has been answered is on a majority of the nodes and outlives the loss of
// any minority. While a leader is elected, an Update waits, and then gives up with a
// conflict ([tandem.ErrConflict]); one whose COMMIT lost its leader or its connection is
// unknown ([tandem.ErrUnknown]): send the same command key again. See [Fault].
//
// There is one writer at a time in the whole cluster, and every statement is a round
// trip to the leader, reads too. Every connection is to the leader, so that nothing is
// read of a follower that lags behind.
//
// The package needs cgo and the C libraries dqlite and raft (Debian: libdqlite-dev and
// libraft-dev), CGO_LDFLAGS_ALLOW=-Wl,-z,now for a flag of go-dqlite's, and the build
// tag libsqlite3, so that the program has the one SQLite that libdqlite is linked to,
// 3.37 or newer.
package dqlite
