package sqlstore

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// openGroup opens a new database that gathers Updates.
func openGroup(t *testing.T) (*DB, *pgxpool.Pool) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), TestDatabase(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, MigratePostgres(t.Context(), pool, ""))
	db, err := OpenPostgres(t.Context(), pool, Config{Stock: Stock{Group: 8}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, pool
}

var company = tandem.DeriveID[tandem.CompanyID]("test", "company")

func pieceOf(product string) inventory.LevelKey {
	return inventory.LevelKey{Company: company, Location: tandem.DeriveID[tandem.LocationID]("test", "stock"), Product: tandem.DeriveID[tandem.ProductID]("test", product)}
}

// comes is a batch that brings in pieces of a product.
func comes(product string, pieces int64) *store.Batch {
	return &store.Batch{Levels: []inventory.LevelChange{{Key: pieceOf(product), OnHand: pieces}}}
}

func levelsOf(t *testing.T, db *DB) (levels []inventory.Level) {
	t.Helper()
	own := &tx{db: db, tenant: "acme", view: true}
	defer own.Rollback()
	levels, err := own.ScanLevels(t.Context(), &store.LevelScan{Company: company, Limit: 10}, nil)
	require.NoError(t, err)
	return levels
}

// Another process brings in the same new product between the group's look at the level
// and its write.
func TestAGroupKeepsWhatCameToANewLevelMeanwhile(t *testing.T) {
	db, pool := openGroup(t)
	own := &tx{db: db, tenant: "acme"}
	defer own.Rollback()
	group := []*member{{ctx: t.Context(), t: own, batch: comes("pen", 5)}}
	d, err := decide(t.Context(), own, group)
	require.NoError(t, err)
	other := make(chan error, 1)
	go func() { other <- (&tx{db: db, tenant: "acme"}).commitAlone(t.Context(), comes("pen", 10)) }()
	require.Eventually(t, func() bool {
		waiting := 0
		require.NoError(t, pool.QueryRow(t.Context(),
			"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting))
		return waiting > 0 || len(other) > 0
	}, 10*time.Second, time.Millisecond)
	require.NoError(t, d.judge(group[0]))
	list, err := d.writes(own, group)
	require.NoError(t, err)
	require.NoError(t, own.finish(t.Context(), list))
	require.NoError(t, <-other)
	require.Equal(t, []inventory.Level{{Key: pieceOf("pen"), OnHand: 15}}, levelsOf(t, db))
}

// A level that nothing came to is not there, whatever was asked of it.
func TestAGroupLeavesNoRowOfWhatItRefused(t *testing.T) {
	db, _ := openGroup(t)
	group := []*member{
		{ctx: t.Context(), batch: comes("pen", 5), answer: make(chan error, 1)},
		{ctx: t.Context(), batch: comes("ink", -5), answer: make(chan error, 1)},
	}
	for _, m := range group {
		m.t = &tx{db: db, tenant: "acme"}
	}
	db.committer.together(t.Context(), group)
	require.NoError(t, <-group[0].answer)
	var short *inventory.InsufficientError
	require.ErrorAs(t, <-group[1].answer, &short)
	require.Equal(t, []inventory.Level{{Key: pieceOf("pen"), OnHand: 5}}, levelsOf(t, db))
}

// handIn commits batches of a tenant at once, each with a context of its own.
func handIn(ctx context.Context, db *DB, tenant string, batches ...*store.Batch) (answers chan error) {
	answers = make(chan error, len(batches))
	for _, batch := range batches {
		go func() { answers <- db.committer.commit(ctx, &tx{db: db, tenant: tenant}, batch) }()
	}
	return answers
}

// answered gives the next answer, which must not take long.
func answered(t *testing.T, answers chan error) error {
	t.Helper()
	select {
	case err := <-answers:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("it waits")
		return nil
	}
}

// The host holds a row of a tenant for ever, and the Updates of it have no deadline.
func TestAHeldRowHoldsUpNobodyElse(t *testing.T) {
	db, pool := openGroup(t)
	db.committer.alone = 500 * time.Millisecond
	require.NoError(t, answered(t, handIn(t.Context(), db, "acme", comes("pen", 1))))
	host, err := pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = host.Exec(t.Context(), "SELECT FROM tandem.stock_level FOR UPDATE")
	require.NoError(t, err)
	held := handIn(context.Background(), db, "acme", comes("pen", 1), comes("pen", 2), comes("pen", 4))
	free := handIn(context.Background(), db, "acme", comes("ink", 1))
	for range 3 {
		require.NoError(t, answered(t, handIn(t.Context(), db, "beta", comes("pen", 1), comes("ink", 1))))
	}
	for range 3 {
		require.ErrorIs(t, answered(t, held), tandem.ErrConflict, "it gives up, and may be run again")
	}
	require.NoError(t, answered(t, free))
	require.NoError(t, host.Rollback(t.Context()))
	require.NoError(t, answered(t, handIn(t.Context(), db, "acme", comes("pen", 8))))
	require.ElementsMatch(t, []inventory.Level{{Key: pieceOf("pen"), OnHand: 9}, {Key: pieceOf("ink"), OnHand: 1}}, levelsOf(t, db))
}

// The host holds the only connection: no commit waits longer than its context.
func TestACommitIsWithdrawnWhenItsContextEnds(t *testing.T) {
	db, pool := openNarrow(t, Stock{Group: 8})
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	endless := handIn(t.Context(), db, "acme", comes("pen", 1), comes("pen", 1), comes("pen", 1))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	ending := handIn(ctx, db, "acme", comes("pen", 10), comes("pen", 10), comes("pen", 10))
	for range 3 {
		require.ErrorIs(t, answered(t, ending), context.DeadlineExceeded)
	}
	conn.Release()
	for range 3 {
		require.NoError(t, answered(t, endless))
	}
	require.Equal(t, []inventory.Level{{Key: pieceOf("pen"), OnHand: 3}}, levelsOf(t, db))
}

// A state whose Encode panics fails its own Update.
func TestAPanicInAnEncoderIsAnErrorOfItsUpdate(t *testing.T) {
	db, _ := openGroup(t)
	var kind store.Kind
	for _, s := range db.shelves {
		if s.kind.Name == "product" {
			kind = *s.kind
		}
	}
	kind.Encode = func(any) ([]byte, error) { panic("no product") }
	bad := &store.Batch{Puts: []store.Put{{Kind: &kind}}}
	group := []*member{
		{ctx: t.Context(), batch: comes("pen", 5), answer: make(chan error, 1)},
		{ctx: t.Context(), batch: bad, answer: make(chan error, 1)},
	}
	for _, m := range group {
		m.t = &tx{db: db, tenant: "acme"}
	}
	db.committer.together(t.Context(), group)
	require.NoError(t, <-group[0].answer)
	require.ErrorContains(t, <-group[1].answer, "encoding a product panicked: no product")
	require.ErrorContains(t, answered(t, handIn(t.Context(), db, "acme", bad)), "encoding a product panicked: no product")
	require.Equal(t, []inventory.Level{{Key: pieceOf("pen"), OnHand: 5}}, levelsOf(t, db))
}

// Very many give up while the only connection is held: those that stay are committed.
func TestWhoGivesUpLeavesTheOthersTheirTurn(t *testing.T) {
	db, pool := openNarrow(t, Stock{Group: 2})
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	first := handIn(t.Context(), db, "acme", comes("pen", 1))
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		ending := handIn(ctx, db, "acme", comes("pen", 10), comes("pen", 10), comes("pen", 10))
		for range 3 {
			require.ErrorIs(t, answered(t, ending), context.DeadlineExceeded)
		}
		cancel()
	}
	last := handIn(t.Context(), db, "acme", comes("pen", 2))
	conn.Release()
	require.NoError(t, answered(t, first))
	require.NoError(t, answered(t, last))
	require.Equal(t, []inventory.Level{{Key: pieceOf("pen"), OnHand: 3}}, levelsOf(t, db))
}
