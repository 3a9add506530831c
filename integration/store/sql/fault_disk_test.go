package sqlstore_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// plainly checks that an error says what is the matter, and asks nobody to try again.
func plainly(t *testing.T, err error, says string) {
	t.Helper()
	require.ErrorContains(t, err, says)
	require.ErrorContains(t, err, "nothing was written")
	require.NotErrorIs(t, err, tandem.ErrConflict)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
}

// untilFull places orders until there is no room, more than once, and checks that of
// those that failed there is nothing; then makes room and goes on.
func (s *shop) untilFull(t *testing.T, says string, makeRoom func()) {
	t.Helper()
	done, failed := 0, 0
	for n := 0; failed < 5; n++ {
		require.Less(t, n, 20_000, "the disk does not become full")
		_, err := s.place(t.Context(), orderKey(n), n, "85123A", "22423")
		if err == nil {
			done++
			continue
		}
		plainly(t, err, says)
		failed++
	}
	orders, _ := s.assertWhole(t)
	require.Len(t, orders, done)
	makeRoom()
	for n := range done + failed {
		_, err := s.place(t.Context(), orderKey(n), n, "85123A", "22423")
		require.NoError(t, err, "it works on, and the same keys may be used")
	}
	orders, _ = s.assertWhole(t)
	require.Len(t, orders, done+failed)
	t.Logf("%d orders until the disk was full, %d refused without a trace, %d after there was room", done, failed, len(orders))
}

// SQLite's own limit on the size of a file needs no small disk.
func TestFaultSQLiteFileFull(t *testing.T) {
	made, raw := openShopFile(t)
	s := openShop(t, made, raw)
	var pages int
	var path string
	require.NoError(t, raw.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list").Scan(&path))
	pool := openRaw(t, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=max_page_count("+strconv.Itoa(pages+64)+")")
	small, err := sqlstore.NewSQLite(t.Context(), pool, sqlstore.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, small.Close()) })
	roomy, bounded := s.Sales, s.Sales.On(small.Tenant("acme"))
	s.Sales = bounded
	s.untilFull(t, "disk is full", func() { s.Sales = roomy })
}

// whileReadOnly checks that nothing is written and everything can be read, by several
// kinds of writes.
func (s *shop) whileReadOnly(t *testing.T, refused int) {
	t.Helper()
	for n := range refused {
		_, err := s.place(t.Context(), orderKey(n), n, "85123A")
		plainly(t, err, "read-only")
		_, err = s.hold(t.Context(), t, s.runner, holding(fmt.Sprintf("hold %d", n), "85123A"), nil)
		plainly(t, err, "read-only")
	}
	orders, holds := s.assertWhole(t)
	require.Empty(t, orders)
	require.Empty(t, holds)
}

// afterwards checks that the same commands are done when it can be written again.
func (s *shop) afterwards(t *testing.T, refused int) {
	t.Helper()
	for n := range refused {
		_, err := s.place(t.Context(), orderKey(n), n, "85123A")
		require.NoError(t, err)
		_, err = s.hold(t.Context(), t, s.runner, holding(fmt.Sprintf("hold %d", n), "85123A"), nil)
		require.NoError(t, err)
	}
	orders, holds := s.assertWhole(t)
	require.Len(t, orders, refused)
	require.Len(t, holds, refused)
	t.Logf("%d commands refused without a trace while it was read-only, %d done afterwards", 2*refused, len(orders)+len(holds))
}

const refusedEach = 5

// The administrator has all new transactions read-only, as hosts of databases do when
// a disk is nearly full.
func TestFaultPostgresReadOnlyByItsAdministrator(t *testing.T) {
	for name, stock := range map[string]sqlstore.Stock{"plain": {}, "group": {Group: 64}} {
		t.Run(name, func(t *testing.T) {
			db, pool := openPostgres(t, sqlstore.Config{Stock: stock})
			s := openShop(t, db, rawPostgres(t, pool.Config().ConnString()))
			s.raw.SetMaxOpenConns(1) // what is set for its session is set for all that it does
			set := func(value string) {
				_, err := s.raw.ExecContext(t.Context(), "ALTER DATABASE "+pool.Config().ConnConfig.Database+" SET default_transaction_read_only = "+value)
				require.NoError(t, err)
				pool.Reset() // a session has the setting of its beginning
			}
			set("on")
			s.whileReadOnly(t, refusedEach)
			_, err := s.raw.ExecContext(t.Context(), "SET default_transaction_read_only = off")
			require.NoError(t, err)
			set("off")
			s.afterwards(t, refusedEach)
		})
	}
}

func TestFaultSQLiteReadOnly(t *testing.T) {
	for name, option := range map[string]string{"opened to be read": "mode=ro", "queries alone": "_pragma=query_only(1)"} {
		t.Run(name, func(t *testing.T) {
			made, raw := openShopFile(t)
			s := openShop(t, made, raw)
			var path string
			require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list").Scan(&path))
			db, err := sqlstore.NewSQLite(t.Context(), openRaw(t, "sqlite", "file:"+path+"?"+option), sqlstore.Config{})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			sales, runner := s.Sales, s.runner
			s.Sales, s.runner = sales.On(db.Tenant("acme")), runner.On(db.Tenant("acme"))
			s.whileReadOnly(t, refusedEach)
			s.Sales, s.runner = sales, runner
			s.afterwards(t, refusedEach)
		})
	}
}
