package inventory_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func TestLevelKeepsItsBound(t *testing.T) {
	loose := func(c inventory.LevelChange) inventory.LevelChange { c.AllowNegative = true; return c }
	for name, c := range map[string]struct {
		level             inventory.Level
		change            inventory.LevelChange
		want              inventory.Level
		wanted, available int64 // of the refusal, in pieces
	}{
		"receipt":                                 {level("main", 0, 0), change("main", 10, 0), level("main", 10, 0), 0, 0},
		"reserve all":                             {level("main", 10, 0), change("main", 0, 10), level("main", 10, 10), 0, 0},
		"reserve one too many":                    {level("main", 10, 4), change("main", 0, 7), inventory.Level{}, 7, 6},
		"issue what is free":                      {level("main", 10, 4), change("main", -6, 0), level("main", 4, 4), 0, 0},
		"issue what is reserved":                  {level("main", 10, 4), change("main", -7, 0), inventory.Level{}, 7, 6},
		"ship a reservation":                      {level("main", 10, 10), change("main", -3, -3), level("main", 7, 7), 0, 0},
		"receive and reserve at once":             {level("main", 0, 0), change("main", 5, 5), level("main", 5, 5), 0, 0},
		"release more than is reserved":           {level("main", 10, 2), change("main", 0, -3), inventory.Level{}, 3, 2},
		"release more than reserved, loose":       {level("main", 10, 2), loose(change("main", 0, -3)), inventory.Level{}, 3, 2},
		"issue from nothing":                      {level("main", 0, 0), change("main", -1, 0), inventory.Level{}, 1, 0},
		"issue from nothing where allowed":        {level("main", 0, 0), loose(change("main", -1, 0)), level("main", -1, 0), 0, 0},
		"reserve more than there is, loose":       {level("main", 1, 0), loose(change("main", 0, 5)), level("main", 1, 5), 0, 0},
		"fill up after the policy became strict":  {level("main", -10, 0), change("main", 4, 0), level("main", -6, 0), 0, 0},
		"deeper after the policy became strict":   {level("main", -10, 0), change("main", -1, 0), inventory.Level{}, 1, -10},
		"ship a reservation below nought, strict": {level("main", -10, 3), change("main", -3, -3), level("main", -13, 0), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.level.Apply(c.change)
			if c.want == (inventory.Level{}) {
				var short *inventory.InsufficientError
				require.ErrorAs(t, err, &short)
				require.ErrorIs(t, err, tandem.ErrInsufficient)
				require.NotErrorIs(t, err, tandem.ErrConflict)
				require.Equal(t, key("main"), short.Key)
				require.Equal(t, [2]int64{c.wanted * 1_000_000, c.available * 1_000_000}, [2]int64{short.Wanted, short.Available})
				require.Equal(t, c.level, got)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestLevelRefusesWhatDoesNotFit(t *testing.T) {
	full := inventory.Level{Key: key("main"), OnHand: math.MaxInt64, Reserved: math.MaxInt64}
	for _, c := range []inventory.LevelChange{
		{Key: key("main"), OnHand: 1}, {Key: key("main"), Reserved: 1}, {Key: key("main"), OnHand: math.MinInt64},
		{Key: key("main"), Reserved: math.MinInt64},
		{Key: key("main"), OnHand: -math.MaxInt64, Reserved: -math.MaxInt64 - 1},
	} {
		got, err := full.Apply(c)
		require.ErrorIs(t, err, tandem.ErrOverflow)
		require.Equal(t, full, got)
	}
	deep := inventory.Level{Key: key("main"), OnHand: -math.MaxInt64, Reserved: math.MaxInt64}
	require.Equal(t, int64(math.MinInt64), deep.Available())
	_, err := deep.Apply(inventory.LevelChange{Key: key("main"), OnHand: -math.MaxInt64, Reserved: 5, AllowNegative: true})
	require.ErrorIs(t, err, tandem.ErrOverflow)
}

func TestInsufficientSaysHowMuch(t *testing.T) {
	e := &inventory.InsufficientError{Key: key("main"), Wanted: 1_500_000, Available: -250_000}
	require.Contains(t, e.Error(), "1.5 wanted, -0.25 is available")
	e = &inventory.InsufficientError{Key: inventory.LevelKey{Lot: name("a", new(tandem.LotID))}, Wanted: 12_000_000, Reserved: true, Raced: true}
	require.Contains(t, e.Error(), "12 wanted, 0 is reserved")
	require.Contains(t, e.Error(), "lot")
	require.ErrorIs(t, e, tandem.ErrConflict)
	require.ErrorIs(t, e, tandem.ErrInsufficient)
}

func TestChangesMerge(t *testing.T) {
	loose := change("main", 1, 1)
	loose.AllowNegative = true
	got, err := inventory.MergeChanges([]inventory.LevelChange{
		change("shop", 5, 0), change("main", -2, 1), loose, change("bin", 3, 3), change("bin", -3, -3),
	})
	require.NoError(t, err)
	want := []inventory.LevelChange{change("shop", 5, 0), change("main", -1, 2)}
	slices.SortFunc(want, func(a, b inventory.LevelChange) int { return a.Key.Compare(b.Key) })
	require.Equal(t, want, got, "one strict part makes the whole strict; what sums to nought is dropped")
	_, err = inventory.MergeChanges([]inventory.LevelChange{{Key: key("main"), OnHand: math.MaxInt64}, change("main", 1, 0)})
	require.ErrorIs(t, err, tandem.ErrOverflow)
	got, err = inventory.MergeChanges(nil)
	require.NoError(t, err)
	require.Empty(t, got)
	require.True(t, change("main", 1, -2).Reverse() == change("main", -1, 2))
	require.True(t, inventory.LevelChange{AllowNegative: true}.IsZero())
}

func TestKeysOrderByEachOfTheirParts(t *testing.T) {
	base := key("main")
	require.Zero(t, base.Compare(base))
	for _, other := range []inventory.LevelKey{
		{Company: name("zeta", new(tandem.CompanyID)), Location: base.Location, Product: base.Product},
		{Company: base.Company, Location: place("shop"), Product: base.Product},
		{Company: base.Company, Location: base.Location, Product: product("jug")},
		{Company: base.Company, Location: base.Location, Product: base.Product, Lot: name("a", new(tandem.LotID))},
	} {
		require.NotZero(t, base.Compare(other))
		require.Equal(t, -base.Compare(other), other.Compare(base))
	}
}

// Merging does not depend on the order, and within the bound it decides as one
// change does: a sequence of strict changes keeps 0 ≤ reserved ≤ on hand.
func TestLevelsStayWithinTheirBound(t *testing.T) {
	small := rapid.Int64Range(-20, 20)
	rapid.Check(t, func(t *rapid.T) {
		l := level("main", 0, 0)
		var accepted []inventory.LevelChange
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			c := change("main", small.Draw(t, "on hand"), small.Draw(t, "reserved"))
			next, err := l.Apply(c)
			if err != nil {
				require.ErrorIs(t, err, tandem.ErrInsufficient)
				over := l.OnHand+c.OnHand < l.Reserved+c.Reserved || l.Reserved+c.Reserved < 0
				require.True(t, over, "refused within the bound")
				continue
			}
			l, accepted = next, append(accepted, c)
			require.GreaterOrEqual(t, l.Reserved, int64(0))
			require.LessOrEqual(t, l.Reserved, l.OnHand)
		}
		shuffled := rapid.Permutation(accepted).Draw(t, "order")
		merged, err := inventory.MergeChanges(slices.Clone(shuffled))
		require.NoError(t, err)
		if l.OnHand == 0 && l.Reserved == 0 {
			require.Empty(t, merged)
			return
		}
		require.Equal(t, []inventory.LevelChange{{Key: key("main"), OnHand: l.OnHand, Reserved: l.Reserved}}, merged)
	})
}

func TestLevelJSON(t *testing.T) {
	l := level("main", 12, 3)
	text, err := json.Marshal(l)
	require.NoError(t, err)
	require.Contains(t, string(text), `"on_hand_micro":12000000,"reserved_micro":3000000`)
	var back inventory.Level
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, l, back)
}

func TestLevelQuery(t *testing.T) {
	l := level("main", 1, 0)
	require.True(t, inventory.LevelQuery{}.Matches(l))
	require.True(t, inventory.LevelQuery{Company: company(), Location: place("main"), Product: product("mug"), NonZero: true}.Matches(l))
	for _, q := range []inventory.LevelQuery{{Company: name("z", new(tandem.CompanyID))}, {Location: place("shop")},
		{Product: product("jug")}, {Lot: name("a", new(tandem.LotID))}} {
		require.False(t, q.Matches(l))
	}
	require.False(t, inventory.LevelQuery{NonZero: true}.Matches(level("main", 0, 0)))
}
