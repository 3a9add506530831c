package memory_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// A host that runs a command on the store itself inside an open Update, and not
// on work.Join of its bundle, waits for a series that its own outer Update holds.
func TestAnUpdateThatWaitsForItsOwnCallerEndsInAConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := memory.Open()
		next := func(ctx context.Context, b *store.Bundle) error {
			_, err := b.Numbers().Next(ctx, company, "JE", tandem.Date{})
			return err
		}
		began := time.Now()
		err := db.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			if err := next(ctx, b); err != nil {
				return err
			}
			return db.Update(ctx, next)
		})
		require.ErrorIs(t, err, tandem.ErrConflict)
		require.LessOrEqual(t, time.Since(began), 10*time.Second)
		require.NoError(t, db.Update(t.Context(), next), "nothing is held afterwards")
	})
}
