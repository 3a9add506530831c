package sqlstore_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
)

// Every mode of pgx but the one that leaves the types of arguments open.
func TestQueryModesOfThePool(t *testing.T) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		t.Run(mode.String(), func(t *testing.T) {
			config, err := pgxpool.ParseConfig(pgtest.Database(t))
			require.NoError(t, err)
			config.ConnConfig.DefaultQueryExecMode = mode
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			require.NoError(t, sqlstore.MigratePostgres(t.Context(), pool, ""))
			db, err := sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{})
			if mode == pgx.QueryExecModeSimpleProtocol {
				require.ErrorIs(t, err, tandem.ErrInvalid)
				require.ErrorContains(t, err, "exec, cache_describe")
				require.Nil(t, db)
				return
			}
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			s := openShop(t, db, rawPostgres(t, pool.Config().ConnString()))
			for range 2 { // the second is the first again
				_, err = s.place(t.Context(), orderKey(1), 1, "85123A", "22423")
				require.NoError(t, err)
			}
			orders, _ := s.assertWhole(t)
			require.Len(t, orders, 1)
		})
	}
}
