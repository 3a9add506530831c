package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// engines runs a test on each engine; raw is a way around the library.
func engines(t *testing.T, test func(t *testing.T, db *sqlstore.DB, raw *sql.DB)) {
	t.Run("PostgreSQL", func(t *testing.T) {
		db, pool := openPostgres(t, sqlstore.Config{})
		raw, err := sql.Open("pgx", pool.Config().ConnString())
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, raw.Close()) })
		test(t, db, raw)
	})
	t.Run("SQLite", func(t *testing.T) {
		db, raw := openLiteRaw(t)
		test(t, db, raw)
	})
}

// rename gives products new codes in one Update, in the given order.
func rename(ctx context.Context, b *store.Bundle, moves ...[2]string) error {
	for _, m := range moves {
		p, err := b.Products().Get(ctx, product(m[0]).ID)
		if err != nil {
			return err
		}
		p.Code = m[1]
		if err := b.Products().Save(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func TestUniqueColumnsAreHandedOnInACircle(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlstore.DB, _ *sql.DB) {
		s := db.Tenant("acme")
		for _, code := range []string{"a", "b", "c", "d"} {
			saveProduct(t, s, code)
		}
		codes := func() string {
			text := ""
			require.NoError(t, s.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
				for _, code := range []string{"a", "b", "c", "d"} {
					p, err := b.Products().Get(ctx, product(code).ID)
					if err != nil {
						return err
					}
					text += p.Code
				}
				return nil
			}))
			return text
		}
		number := func(ctx context.Context, b *store.Bundle) error {
			_, err := b.Numbers().Next(ctx, tandem.DeriveID[tandem.CompanyID]("test", "company"), "S", tandem.Date{})
			return err
		}
		require.NoError(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			return errors.Join(number(ctx, b), rename(ctx, b, [2]string{"a", "b"}, [2]string{"b", "c"}, [2]string{"c", "a"}))
		}))
		require.Equal(t, "bcad", codes())
		require.ErrorIs(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			return errors.Join(number(ctx, b), rename(ctx, b, [2]string{"a", "d"}, [2]string{"b", "x"}))
		}), tandem.ErrDuplicate)
		require.Equal(t, "bcad", codes(), "d keeps its code: nothing of the Update is left")
		require.NoError(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			n, err := b.Numbers().Next(ctx, tandem.DeriveID[tandem.CompanyID]("test", "company"), "S", tandem.Date{})
			require.Equal(t, int64(2), n.Value)
			return err
		}))
	})
}
