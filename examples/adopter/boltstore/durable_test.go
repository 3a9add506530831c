package boltstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/examples/adopter/boltstore"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

const writesTo = "BOLTSTORE_TEST_WRITES_TO" // the file that a second process of the tests writes to

func TestMain(m *testing.M) {
	if path := os.Getenv(writesTo); path != "" {
		fmt.Fprintln(os.Stderr, writeOn(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func company() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "bolt") }

// product is the n-th product, with an event, a number and a command of its own.
func product(n int64) catalog.Product {
	code := fmt.Sprintf("P%06d", n)
	return catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("product", code), Code: code, Name: code, Kind: catalog.Goods, Unit: tandem.Each,
		TaxCategory: tandem.TaxStandard}
}

// writeOn commits one Update after another, and prints the number of each once its
// commit has returned, until it is killed.
func writeOn(path string) error {
	db, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		return err
	}
	s, err := store.Open(db, "acme", store.Options{})
	if err != nil {
		return err
	}
	for {
		var n work.Number
		err := s.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
			if n, err = b.Numbers().Next(ctx, company(), "P", tandem.Date{}); err != nil {
				return err
			}
			p := product(n.Value)
			return errors.Join(b.Products().Save(ctx, p), b.Outbox().Append(ctx, work.Event{Name: "made", Kind: "product", ID: p.ID.Bytes(), Sequence: 1}),
				b.Commands().Record(ctx, work.CommandRecord{Key: p.Code, Name: "make"}))
		})
		if err != nil {
			return err
		}
		fmt.Println(n.Value)
	}
}

// The process is killed while it commits, again and again: what was acknowledged is
// there, and what is there is there whole.
func TestAKilledProcessLosesNothingThatWasAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trade.bolt")
	acknowledged, there := int64(0), int64(0)
	for round := range 3 {
		writer := exec.CommandContext(t.Context(), os.Args[0])
		writer.Env = append(os.Environ(), writesTo+"="+path)
		writer.Stderr = os.Stderr
		out, err := writer.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, writer.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			_, err := fmt.Sscan(lines.Text(), &acknowledged)
			require.NoError(t, err)
			if n == 20+7*round {
				require.NoError(t, writer.Process.Kill())
			}
		}
		require.Error(t, writer.Wait(), "it was killed")
		there = whole(t, path)
		require.GreaterOrEqual(t, there, acknowledged)
		require.LessOrEqual(t, there, acknowledged+1, "one commit at most was under way")
	}
	require.Greater(t, acknowledged, int64(60), "the later rounds went on behind the earlier ones")
	t.Logf("3 kills: %d commits acknowledged, %d there", acknowledged, there)
}

// whole counts what is there, and requires that nothing is there by half.
func whole(t *testing.T, path string) (n int64) {
	db, err := boltstore.Open(path, boltstore.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	s, err := over(db)("acme")
	require.NoError(t, err)
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		n = 0
		for p, err := range b.Products().Find(ctx, catalog.ProductQuery{}) {
			if err != nil {
				return err
			}
			n++
			require.Equal(t, product(n).Code, p.Code, "numbers have no gap")
			_, found, err := b.Commands().Lookup(ctx, p.Code)
			require.NoError(t, err)
			require.True(t, found, "the command of %s", p.Code)
		}
		for at := int64(0); ; {
			events, err := b.Outbox().Read(ctx, at, 100)
			if err != nil || len(events) == 0 {
				require.Equal(t, n, at, "events")
				return err
			}
			at = events[len(events)-1].Position
		}
	}))
	rolledBack := errors.New("only looked at")
	require.ErrorIs(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		next, err := b.Numbers().Next(ctx, company(), "P", tandem.Date{})
		require.NoError(t, err)
		require.Equal(t, n+1, next.Value)
		return rolledBack
	}), rolledBack)
	return n
}

// A file that was written with other declarations of indexes is searched by those of
// today after it was opened.
func TestIndexesAreBuiltAnewWhereTheLibraryDeclaresOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trade.bolt")
	save := func(n int64) error {
		db, err := boltstore.Open(path, boltstore.Options{NoSync: true})
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		s, err := over(db)("acme")
		require.NoError(t, err)
		found := 0
		require.NoError(t, s.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			for p, err := range b.Products().Find(ctx, catalog.ProductQuery{Code: product(1).Code}) {
				require.Equal(t, product(1).Code, p.Code)
				found++
				require.NoError(t, err)
			}
			return nil
		}))
		require.Equal(t, min(1, int(n-1)), found)
		return s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { return b.Products().Save(ctx, product(n)) })
	}
	require.NoError(t, save(1))
	raw, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, raw.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.Bucket([]byte("tenants")).Bucket([]byte("acme")).DeleteBucket([]byte("index product.code")),
			tx.Bucket([]byte("about")).Put([]byte("indexes"), []byte("of another version")))
	}))
	require.NoError(t, raw.Close())
	require.NoError(t, save(2))
	taken := product(1)
	taken.ID = product(9).ID
	db, err := boltstore.Open(path, boltstore.Options{NoSync: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	s, err := over(db)("acme")
	require.NoError(t, err)
	require.ErrorIs(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { return b.Products().Save(ctx, taken) }), tandem.ErrDuplicate)
}

// A second process is told that the file is taken, and does not wait for ever.
func TestAFileIsOfOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trade.bolt")
	db, err := boltstore.Open(path, boltstore.Options{})
	require.NoError(t, err)
	_, err = boltstore.Open(path, boltstore.Options{Wait: 1})
	require.ErrorContains(t, err, "opening "+path)
	require.NoError(t, db.Close())
}

// A file that cannot be written to says so at opening, and is not harmed.
func TestWhatIsNoFileOfBoltIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(path, []byte("not a database, and long enough to be looked at as one"), 0o600))
	_, err := boltstore.Open(path, boltstore.Options{})
	require.ErrorContains(t, err, "opening "+path)
}
