package redemption_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/redemption"
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

// A demand is one operation of a client on a budget; its amount follows from its key.
type demand struct {
	what string
	key  int
}

const (
	budget  = 100
	demands = 24 // keys of a history
)

func amountOf(key int) int64 { return int64(5 + 7*key%23) }

func (d demand) run(l *redemption.Limit) error {
	key, amount := fmt.Sprint("k", d.key), redemption.Usage{Value: gbp(amountOf(d.key))}
	switch d.what {
	case "reserve":
		_, err := l.Reserve(key, redemption.Claim{Usage: amount}, at("2026-06-02"))
		return err
	case "commit":
		return l.Commit(key, at("2026-06-02"))
	case "release":
		return l.Release(key, at("2026-06-02"))
	}
	return l.Return(key, "back", amount, at("2026-06-02"))
}

// client sends an operation until its outcome is known, and reports whether it was
// granted.
func (d demand) client(ctx context.Context, s work.Store[*store.Bundle], id redemption.ID) (bool, error) {
	for {
		err := s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			l, err := r.RedemptionLimits().Get(ctx, companyID(), id)
			if err != nil {
				return err
			}
			if err := d.run(l); err != nil {
				return err
			}
			return r.RedemptionLimits().Save(ctx, l)
		})
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, tandem.ErrUnknown), errors.Is(err, tandem.ErrConflict):
			continue
		case errors.Is(err, tandem.ErrInsufficient), errors.Is(err, tandem.ErrNotAllowed), errors.Is(err, tandem.ErrNotFound):
			return false, nil
		}
		return false, err
	}
}

// What has become of a key.
const (
	unclaimed = iota
	reserved
	committed
	released
	returned
)

// ledger says what a budget does whose operations come one after the other.
func ledger() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return [demands]uint8{} },
		Step: func(state, input, output any) (bool, any) {
			keys, d, granted := state.([demands]uint8), input.(demand), output.(bool)
			now := keys[d.key]
			var allowed bool
			switch d.what {
			case "reserve":
				left := int64(budget)
				for k, s := range keys {
					if s == reserved || s == committed {
						left -= amountOf(k)
					}
				}
				if allowed = now != unclaimed || amountOf(d.key) <= left; now == unclaimed {
					now = reserved
				}
			case "commit":
				if allowed = now == reserved || now == committed || now == returned; now == reserved {
					now = committed
				}
			case "release":
				if allowed = now == reserved || now == released; now == reserved {
					now = released
				}
			case "return":
				if allowed = now == committed || now == returned; now == committed {
					now = returned
				}
			}
			if allowed {
				keys[d.key] = now
			}
			return granted == allowed, keys
		},
	}
}

// Many clients draw on one budget, through conflicts and lost replies: it is never
// exceeded, and the history is one that a budget with one client could have had.
func TestOneBudgetUnderManyClients(t *testing.T) {
	const clients, each = 6, 20
	for round := range uint64(8) {
		db, err := store.Open(memory.New(), "acme", store.Options{})
		require.NoError(t, err)
		l := open(redemption.ForCampaign, redemption.Terms{Value: gbp(budget)})
		require.NoError(t, db.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error { return r.RedemptionLimits().Save(ctx, l) }))

		var mu sync.Mutex
		var history []porcupine.Operation
		var clock atomic.Int64
		var wg sync.WaitGroup
		failed := make(chan error, clients)
		for c := range clients {
			wg.Go(func() {
				chance := rand.New(rand.NewPCG(round, uint64(c)))
				s := work.Retry[*store.Bundle](forgetful{db, chance}, work.RetryPolicy{})
				for range each {
					d := demand{[]string{"reserve", "reserve", "commit", "release", "return"}[chance.IntN(5)], chance.IntN(demands)}
					call := clock.Add(1)
					granted, err := d.client(t.Context(), s, l.ID())
					if err != nil {
						failed <- err
						return
					}
					mu.Lock()
					history = append(history, porcupine.Operation{ClientId: c, Input: d, Output: granted, Call: call, Return: clock.Add(1)})
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		close(failed)
		for err := range failed {
			require.NoError(t, err)
		}
		end := settled(t, db, l.ID())
		require.Equal(t, porcupine.Ok, porcupine.CheckOperationsTimeout(ledger(), history, time.Minute), "round %d", round)
		var used, held int64
		for _, r := range end.Redemptions {
			used += r.Used().Value.Minor()
			held += r.Open().Value.Minor()
		}
		require.Equal(t, gbp(used), end.Committed.Value, "the sum of the committed keys")
		require.Equal(t, gbp(held), end.Reserved.Value)
	}
}

// settled gives the state in the end, in which no more is granted than there is.
func settled(t *testing.T, db work.Store[*store.Bundle], id redemption.ID) (end redemption.State) {
	t.Helper()
	require.NoError(t, db.View(t.Context(), func(ctx context.Context, r *store.Bundle) error {
		l, err := r.RedemptionLimits().Get(ctx, companyID(), id)
		if err == nil {
			end = l.State()
		}
		return err
	}))
	require.LessOrEqual(t, end.Reserved.Value.Minor()+end.Committed.Value.Minor(), int64(budget))
	return end
}

// Sixty codes are redeemed at once, each by two customers with the campaign's
// budget: each code is used once, and the budget is used up to the last penny.
func TestCodesOfACampaignUnderManyClients(t *testing.T) {
	const n, worthEach = 60, 3
	db, err := store.Open(memory.New(), "acme", store.Options{})
	require.NoError(t, err)
	campaign := open(redemption.ForCampaign, redemption.Terms{Value: gbp(budget)})
	ids := make([]redemption.ID, n)
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error {
		for i := range ids {
			code := redemption.Code(fmt.Sprintf("CODE%d", i))
			l := must(redemption.OpenCode(companyID(), code, campaign.ID(), tandem.PartyID{}, redemption.Terms{Uses: 1}, at("2026-06-01")))
			if ids[i] = l.ID(); r.RedemptionLimits().Save(ctx, l) != nil {
				return errors.New("not saved")
			}
		}
		return r.RedemptionLimits().Save(ctx, campaign)
	}))
	claim := redemption.Claim{Usage: redemption.Usage{Uses: 1, Value: gbp(worthEach)}}
	var won atomic.Int64
	var wg sync.WaitGroup
	for c := range 2 * 4 {
		wg.Go(func() {
			chance := rand.New(rand.NewPCG(9, uint64(c)))
			s := work.Retry[*store.Bundle](forgetful{db, chance}, work.RetryPolicy{})
			for i := c % 4; i < n; i += 4 {
				key := fmt.Sprint("client ", c, " code ", i)
				for err := tandem.ErrUnknown; errors.Is(err, tandem.ErrUnknown) || errors.Is(err, tandem.ErrConflict); {
					if err = redeem(t.Context(), s, key, claim, campaign.ID(), fmt.Sprintf(" code%d ", i)); err == nil {
						won.Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, int64(budget/worthEach), won.Load())
	require.Equal(t, gbp(budget/worthEach*worthEach), settled(t, db, campaign.ID()).Committed.Value)
	var used []redemption.ID
	require.NoError(t, db.View(t.Context(), func(ctx context.Context, r *store.Bundle) error {
		for l, err := range r.RedemptionLimits().Find(ctx, redemption.Query{Company: companyID(), Parent: campaign.ID()}) {
			if err != nil {
				return err
			}
			if l.Committed().Uses > 0 {
				require.Equal(t, int64(1), l.Committed().Uses)
				used = append(used, l.ID())
			}
		}
		return nil
	}))
	require.Len(t, slices.Compact(used), budget/worthEach)
}

// redeem uses a code and its campaign's budget in one Update.
func redeem(ctx context.Context, s work.Store[*store.Bundle], key string, claim redemption.Claim, campaign redemption.ID, text string) error {
	return s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
		limits := r.RedemptionLimits()
		code, err := redemption.FindCode(ctx, limits, companyID(), text)
		if err != nil {
			return err
		}
		budget, err := limits.Get(ctx, companyID(), campaign)
		if err != nil {
			return err
		}
		if _, err := redemption.ReserveAll(key, claim, at("2026-06-02"), code, budget); err != nil {
			return err
		}
		for _, l := range []*redemption.Limit{code, budget} {
			if err := l.Commit(key, at("2026-06-02")); err != nil {
				return err
			}
			if err := limits.Save(ctx, l); err != nil {
				return err
			}
		}
		return nil
	})
}
