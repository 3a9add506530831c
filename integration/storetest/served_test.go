package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// Every kind that is read by a key has a ref, and every query is one: what they name is
// read in one round trip, and served, in either kind of closure.
func TestEveryRefIsServed(t *testing.T) {
	trips := CountTrips(memory.New())
	db, err := store.Open(trips, "acme", store.Options{})
	require.NoError(t, err)
	e := &env[*store.Bundle]{ctx: t.Context(), store: db, tenant: "acme", kinds: kinds[*store.Bundle]()}
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { return e.writeAll(ctx, b, 1) }))
	served := func(ctx context.Context, b *store.Bundle) error {
		for _, k := range e.kinds {
			for _, s := range append(k.states(company(), 1), k.states(company(), 5)...) {
				if k.get == nil {
					continue
				}
				ref, ok := refOf(s)
				if !ok {
					require.Equal(t, "cross-reference", k.name, "it is read by two keys")
					continue
				}
				b.Forget()
				trips.Take()
				require.NoError(t, work.Prefetch(ctx, b, ref))
				_, err := k.get(ctx, b, s)
				require.True(t, err == nil || errors.Is(err, tandem.ErrNotFound), "%s: %v", k.name, err)
				require.Equal(t, []string{"prefetch"}, trips.Take(), k.name)
			}
			if k.queries == nil {
				continue
			}
			for _, query := range k.queries(k.states(company(), 1)) {
				b.Forget()
				trips.Take()
				require.NoError(t, work.Prefetch(ctx, b, queryRef(query)))
				for _, err := range k.find(ctx, b, query) {
					require.NoError(t, err)
				}
				require.Equal(t, []string{"prefetch"}, trips.Take(), "%s: %+v", k.name, query)
			}
		}
		return nil
	}
	require.NoError(t, db.View(t.Context(), served))
	require.NoError(t, db.Update(t.Context(), served))
}
