package nats_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
)

// relayStores are the stores that the benchmark publishes from.
func relayStores() []relayStore {
	return []relayStore{
		{"memory", func(*testing.B) *store.Store { return memory.Open() }},
		{"sqlite", func(b *testing.B) *store.Store {
			db, err := sqlstore.OpenSQLite(b.Context(), filepath.Join(b.TempDir(), "trade.db"), sqlstore.Config{})
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, db.Close()) })
			return tenantOf(b, db)
		}},
		{"postgres", func(b *testing.B) *store.Store {
			server := pgtest.Own(b)
			url, err := server.Create(b.Context(), "bench")
			require.NoError(b, err)
			pool, err := pgxpool.New(b.Context(), url)
			require.NoError(b, err)
			b.Cleanup(pool.Close)
			require.NoError(b, sqlstore.MigratePostgres(b.Context(), pool, ""))
			db, err := sqlstore.OpenPostgres(b.Context(), pool, sqlstore.Config{})
			require.NoError(b, err)
			return tenantOf(b, db)
		}},
	}
}

func tenantOf(b *testing.B, db *sqlstore.DB) *store.Store {
	b.Helper()
	s, err := db.Tenant("bench").Store()
	require.NoError(b, err)
	return s
}

type relayStore struct {
	name string
	open func(b *testing.B) *store.Store // empty
}

// BenchmarkRelay publishes b.N events of 1,000 aggregates, or as many as there are
// events, to a JetStream cluster with three replicas, and then reads the stream.
func BenchmarkRelay(b *testing.B) {
	for _, s := range relayStores() {
		b.Run(s.name+"/jetstream-r3", func(b *testing.B) {
			c := newCluster(b, inProcess)
			stream := c.stream(b, jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"tandem.>"}, Duplicates: time.Minute})
			db := s.open(b)
			relay, err := outbox.New(db, newPublisher(b, c), outbox.Config{Name: "bus", Owner: "bench"})
			require.NoError(b, err)
			aggregates := min(b.N, 1000)
			for n := 0; n < b.N; n += 100 {
				require.NoError(b, db.Update(b.Context(), func(ctx context.Context, r *store.Bundle) error {
					for i := n; i < min(n+100, b.N); i++ {
						if err := r.Outbox().Append(ctx, event(i%aggregates, int64(i/aggregates)+1)); err != nil {
							return err
						}
					}
					return nil
				}))
			}
			b.ResetTimer()
			for done, last := 0, time.Now(); done < b.N; {
				n, err := relay.RunOnce(b.Context())
				if n > 0 {
					done, last = done+n, time.Now()
					continue
				}
				require.Less(b, time.Since(last), 2*time.Minute, "nothing is published: %v", err)
				time.Sleep(time.Millisecond) // what timed out is published again after a pause
			}
			b.StopTimer()
			got := judge(b, read(b, stream), b.N, 1)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(got.lost), "lost")
			b.ReportMetric(float64(got.disordered), "disordered")
			if got.lost != 0 || got.disordered != 0 {
				b.Errorf("%+v", got)
			}
		})
	}
}
