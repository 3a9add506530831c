package sqlstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/erptest"
)

// deadlocks counts those that PostgreSQL has found in the database; it reports them a
// little later.
func (s *shop) deadlocks(t *testing.T) (n int) {
	t.Helper()
	if s.prefix != "tandem." {
		return 0 // SQLite has one writer
	}
	time.Sleep(1100 * time.Millisecond) // a backend reports at most once a second
	require.NoError(t, s.raw.QueryRowContext(t.Context(), "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").Scan(&n))
	return n
}

// Half of the clients want A and B, half B and A: nobody hears of a deadlock.
func TestFaultOrdersInOppositeOrder(t *testing.T) {
	policies(t, func(t *testing.T, s *shop) {
		const at, each = 16, 3
		products := [2][]string{{"85123A", "22423", "84879"}, {"84879", "22423", "85123A"}}
		orders := together(at, func(i int) error {
			for n := range each {
				key := fmt.Sprintf("order %d/%d", i, n)
				if _, err := s.place(t.Context(), key, i, products[i%2]...); err != nil {
					return err
				}
			}
			return nil
		})
		holds := together(at, func(i int) error {
			for n := range each {
				key := fmt.Sprintf("hold %d/%d", i, n)
				if _, err := s.hold(t.Context(), t, s.runner, holding(key, products[i%2]...), nil); err != nil {
					return err
				}
			}
			return nil
		})
		for i := range at {
			require.NoError(t, orders[i])
			require.NoError(t, holds[i])
		}
		placed, reserved := s.assertWhole(t)
		require.Len(t, placed, at*each)
		require.Len(t, reserved, at*each)
		for _, product := range products[0] {
			level := levelOf(t, s.db.Tenant("acme"), erptest.Level(product))
			require.Equal(t, int64(2*at*each*1_000_000), level.Reserved, product)
			require.Equal(t, int64(shopPieces*1_000_000), level.OnHand, product)
		}
		deadlocks := s.deadlocks(t)
		t.Logf("%d orders and %d holds of three products in opposite orders by %d clients: all succeeded, %d deadlocks on the server", len(placed), len(reserved), at, deadlocks)
		require.Zero(t, deadlocks, "rows are written in one order")
	})
}
