package dqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/dqlite"

	"github.com/tandem-go/tandem/integration/ordertocash"
)

// A host's own row and an order commit together, or not at all.
func TestAHostsRowAndAnOrderCommitTogether(t *testing.T) {
	nodes := startNodes(t)
	db, err := dqlite.Open(t.Context(), nodes[1], "trade", sqlstore.Config{CursorSecret: []byte(secret)})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	tenant := db.Tenant("acme")
	fill(t.Context(), t, tenant)
	d, err := dqlite.Driver(nodes[2])
	require.NoError(t, err)
	pool, err := dqlite.Pool(d, "trade", 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	_, err = pool.ExecContext(t.Context(), "CREATE TABLE gift (order_id TEXT PRIMARY KEY, note TEXT NOT NULL)")
	require.NoError(t, err)

	acknowledged := map[string]ordertocash.Placed{}
	for n, commit := range []bool{true, false} {
		tx, err := pool.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		bound, err := tenant.BindSQL(tx)
		require.NoError(t, err)
		placed, err := open(t, bound).Place(t.Context(), order(0, n))
		require.NoError(t, err)
		_, err = tx.ExecContext(t.Context(), "INSERT INTO gift VALUES (?, ?)", placed.Order.String(), "a card")
		require.NoError(t, err)
		if commit {
			require.NoError(t, tx.Commit())
			acknowledged[order(0, n).Key] = placed
		} else {
			require.NoError(t, tx.Rollback())
		}
	}
	audit(t.Context(), t, tenant, acknowledged)
	var gifts int
	require.NoError(t, pool.QueryRowContext(t.Context(), "SELECT count(*) FROM gift").Scan(&gifts))
	require.Equal(t, 1, gifts)
}
