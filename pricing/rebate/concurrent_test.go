package rebate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

// forgetful loses replies, before the commit or after it: the caller cannot tell which.
type forgetful struct {
	work.Store[*store.Bundle]
	chance *rand.Rand
}

func (f forgetful) Update(ctx context.Context, fn func(ctx context.Context, r *store.Bundle) error) error {
	if f.chance.IntN(8) == 0 {
		return fmt.Errorf("the request was lost: %w", tandem.ErrUnknown)
	}
	err := f.Store.Update(ctx, fn)
	if err == nil && f.chance.IntN(8) == 0 {
		return fmt.Errorf("the reply was lost: %w", tandem.ErrUnknown)
	}
	return err
}

// change loads an agreement, does something to it and saves it, until its outcome is
// known.
func change(ctx context.Context, s work.Store[*store.Bundle], a *Agreement, do func(a *Agreement) error) error {
	for {
		err := s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			a, err := r.RebateAgreements().Get(ctx, a.Company(), a.ID())
			if err != nil {
				return err
			}
			if err := do(a); err != nil {
				return err
			}
			return r.RebateAgreements().Save(ctx, a)
		})
		if !errors.Is(err, tandem.ErrUnknown) && !errors.Is(err, tandem.ErrConflict) {
			return err
		}
	}
}

// Six clients record sales and their returns on one agreement at once, each with lost
// requests and replies, while the estimate changes and the old days are forgotten
// between the quarters: every movement counts once, and the liability is that of what
// was sold and not returned.
func TestManyClientsOfOneAgreement(t *testing.T) {
	const clients, each, quarters = 6, 10, 4
	for _, terms := range []Terms{late(perUnit(BackToFirstUnit)), late(perUnit(Marginal)), late(kept(perUnit(BackToFirstUnit)))} {
		db, err := store.Open(memory.New(), "acme", store.Options{})
		require.NoError(t, err)
		a := agree(t, terms)
		require.NoError(t, db.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error { return r.RebateAgreements().Save(ctx, a) }))
		failed := make(chan error, clients*quarters)
		for q := range quarters {
			day := 90 * q
			var wg sync.WaitGroup
			for c := range clients {
				wg.Go(func() {
					chance := rand.New(rand.NewPCG(uint64(q), uint64(c)))
					s := work.Retry[*store.Bundle](forgetful{db, chance}, work.RetryPolicy{})
					for i := range each {
						key := fmt.Sprint(q, "/", c, "/", i)
						movements := []Movement{sale(key, day+i, volume(5, 50_00))}
						if i%2 == 0 {
							movements = append(movements, back(key+" back", key, day+i, volume(2, 20_00)))
						}
						if i == 5 && q > 0 { // of what was forgotten
							r := back(key+" late", fmt.Sprint(q-1, "/", c, "/", i), day+i, volume(1, 10_00))
							r.Counts = true
							movements = append(movements, r)
						}
						for _, m := range movements {
							if err := change(t.Context(), s, a, func(a *Agreement) error { _, err := a.Record(m); return err }); err != nil {
								failed <- err
								return
							}
						}
						if c == 0 && i%4 == 0 {
							e := Likely(volume(int64(60*i+100*q), 0))
							if err := change(t.Context(), s, a, func(a *Agreement) error { _, err := a.Estimate(e, on(day+i), at(day+i)); return err }); err != nil {
								failed <- err
								return
							}
						}
					}
				})
			}
			wg.Wait()
			require.NoError(t, change(t.Context(), db, a, func(a *Agreement) error { _, err := a.Forget(on(day + 80)); return err }))
		}
		close(failed)
		for err := range failed {
			require.NoError(t, err)
		}

		// Each client and quarter sells 10 × 5 units and takes 5 × 2 back, and one more of
		// each quarter but the last: 6 × (4 × 40 − 3) = 942 units.
		require.NoError(t, change(t.Context(), db, a, func(a *Agreement) error {
			require.Equal(t, volume(942, 9_420_00), a.Net())
			_, err := a.TrueUp(last, at(366))
			return err
		}))
		require.NoError(t, db.View(t.Context(), func(ctx context.Context, r *store.Bundle) error {
			end, err := r.RebateAgreements().Get(ctx, a.Company(), a.ID())
			if err != nil {
				return err
			}
			owed, err := end.Liability()
			require.NoError(t, err)
			want := gbp(753_60) // 942 × 0.80
			if terms.Scale == Marginal {
				want = gbp(643_60) // 100 × 0.50 + 742 × 0.80
			}
			require.Equal(t, want, owed)
			s := end.State()
			require.Empty(t, s.Movements, "all of it was forgotten")
			require.EqualValues(t, clients*(quarters*15+quarters-1), s.Forgotten.Movements)
			return nil
		}))
	}
}
