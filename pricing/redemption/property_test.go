package redemption_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// An op is one command of a sequence; equal ops are repetitions.
type op struct {
	what      string
	key, step string
	claim     redemption.Claim
	part      redemption.Usage
	at        tandem.Instant
}

func (o op) run(l *redemption.Limit) error {
	var err error
	switch o.what {
	case "reserve":
		_, err = l.Reserve(o.key, o.claim, o.at)
	case "commit":
		err = l.Commit(o.key, o.at)
	case "commit part":
		err = l.CommitPart(o.key, o.step, o.part, o.at)
	case "release":
		err = l.Release(o.key, o.at)
	case "release part":
		err = l.ReleasePart(o.key, o.step, o.part, o.at)
	case "return":
		err = l.Return(o.key, o.step, o.part, o.at)
	case "cancel":
		err = l.Cancel(o.key, o.at)
	case "expire":
		_, err = l.Expire(o.at)
	case "forget":
		_, err = l.Forget(o.at)
	}
	return err
}

func drawUsage(t *rapid.T, most int64) redemption.Usage {
	return redemption.Usage{Uses: rapid.Int64Range(1, 3).Draw(t, "uses"), Quantity: each(rapid.Int64Range(0, most).Draw(t, "quantity")),
		Value: gbp(rapid.Int64Range(0, 7*most).Draw(t, "value"))}
}

func drawOp(t *rapid.T) op {
	day := rapid.IntRange(1, 28).Draw(t, "day")
	o := op{
		what: rapid.SampledFrom([]string{"reserve", "reserve", "reserve", "commit", "commit part", "release", "release part", "return", "return",
			"cancel", "expire", "forget"}).Draw(t, "what"),
		key:  fmt.Sprint("k", rapid.IntRange(0, 6).Draw(t, "key")),
		step: fmt.Sprint("s", rapid.IntRange(0, 9).Draw(t, "step")),
		at:   at(fmt.Sprintf("2026-06-%02d", day)),
	}
	o.claim = redemption.Claim{Customer: customer(rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "customer")), Order: order(o.key), Usage: drawUsage(t, 60)}
	if rapid.Bool().Draw(t, "ends") {
		o.claim.Until = at(fmt.Sprintf("2026-06-%02d", rapid.IntRange(1, 28).Draw(t, "until")))
	}
	o.part = drawUsage(t, 20)
	o.part.Uses = rapid.Int64Range(0, 1).Draw(t, "part uses")
	return o
}

func drawTerms(t *rapid.T) redemption.Terms {
	terms := redemption.Terms{Policy: rapid.SampledFrom(redemption.Policies()).Draw(t, "policy"), OncePerOrder: rapid.Bool().Draw(t, "once"), Uses: 1000}
	terms.LateReturn = rapid.SampledFrom(redemption.LateReturns()).Draw(t, "late return")
	if rapid.Bool().Draw(t, "few uses") {
		terms.Uses = rapid.Int64Range(1, 8).Draw(t, "cap of uses")
	}
	if rapid.Bool().Draw(t, "per customer") {
		terms.UsesPerCustomer = rapid.Int64Range(1, 5).Draw(t, "cap per customer")
	}
	if rapid.Bool().Draw(t, "quantity cap") {
		terms.Quantity = each(rapid.Int64Range(0, 120).Draw(t, "cap of quantity"))
	}
	if rapid.Bool().Draw(t, "value cap") {
		terms.Value = gbp(rapid.Int64Range(0, 700).Draw(t, "cap of value"))
	}
	return terms
}

// within checks 0 ≤ reserved + committed ≤ limit, in every dimension.
func within(t require.TestingT, l *redemption.Limit) {
	terms, r, c := l.Terms(), l.Reserved(), l.Committed()
	for _, n := range []int64{r.Uses, c.Uses, r.Quantity.Micro(), c.Quantity.Micro(), r.Value.Minor(), c.Value.Minor()} {
		require.GreaterOrEqual(t, n, int64(0))
	}
	require.LessOrEqual(t, r.Uses+c.Uses, terms.Uses)
	require.LessOrEqual(t, r.Quantity.Micro()+c.Quantity.Micro(), terms.Quantity.Micro())
	require.LessOrEqual(t, r.Value.Minor()+c.Value.Minor(), terms.Value.Minor())
	for _, u := range l.State().Customers {
		require.LessOrEqual(t, u.Uses, terms.UsesPerCustomer)
	}
	_, err := redemption.Restore(l.State()) // the totals are the sums of the keys
	require.NoError(t, err)
}

// No sequence of commands exceeds the limit; what is refused changes nothing; what was
// done is not done again by a repetition, at once or later.
func TestNoSequenceExceedsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := open(redemption.ForPromotion, drawTerms(t))
		var done []op
		for range rapid.IntRange(1, 40).Draw(t, "ops") {
			o, before := drawOp(t), l.State()
			if err := o.run(l); err != nil {
				require.Equal(t, before, l.State(), "%s: %v", o.what, err)
				require.False(t, errors.Is(err, tandem.ErrOverflow))
				continue
			}
			within(t, l)
			after := l.State()
			require.NoError(t, o.run(l), o.what)
			require.Equal(t, after, l.State(), "a repetition of %s", o.what)
			switch o.what {
			case "forget":
				done = nil // what is repeated behind it may be forgotten
			case "expire": // what is reserved later may be overdue by its time
			default:
				done = append(done, o)
			}
		}
		after := l.State()
		for _, o := range done {
			require.NoError(t, o.run(l), "%s, late", o.what)
		}
		require.Equal(t, after, l.State(), "a replay of the whole sequence")
	})
}

// A claim that is released, or committed and returned, leaves the limit as it was.
func TestGivingBackLeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := open(redemption.ForPromotion, drawTerms(t))
		now := at("2026-06-02")
		for i := range rapid.IntRange(0, 4).Draw(t, "others") {
			_, _ = l.Reserve(fmt.Sprint("other", i), redemption.Claim{Customer: customer("bob"), Order: order(fmt.Sprint(i)), Usage: drawUsage(t, 30)}, now)
		}
		before := l.State()
		grant, err := l.Reserve("k", redemption.Claim{Customer: customer("ann"), Order: order("k"), Usage: drawUsage(t, 60)}, now)
		if err != nil {
			return
		}
		switch rapid.IntRange(0, 3).Draw(t, "way") {
		case 0:
			require.NoError(t, l.Release("k", now))
		case 1:
			require.NoError(t, l.Commit("k", now))
			require.NoError(t, l.Return("k", "all", grant.Granted, now))
		case 2:
			require.NoError(t, l.Commit("k", now))
			require.NoError(t, l.Cancel("k", now))
		case 3:
			require.NoError(t, l.CommitPart("k", "one", redemption.Usage{Uses: 1}, now))
			require.NoError(t, l.Cancel("k", now))
		}
		after := l.State()
		require.Equal(t, before.Reserved, after.Reserved)
		require.Equal(t, before.Committed, after.Committed)
		require.Equal(t, len(before.Customers), len(after.Customers))
		r, _ := l.Redemption("k")
		require.True(t, r.Open().IsNothing() && r.Used().IsNothing())
	})
}

// What Split says is within can be reserved, and with what is beyond it is the claim.
func TestSplitIsWhatCanBeReserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := drawTerms(t)
		l := open(redemption.ForContract, terms)
		now := at("2026-06-02")
		_, _ = l.Reserve("other", redemption.Claim{Customer: customer("bob"), Order: order("o"), Usage: drawUsage(t, 30)}, now)
		claim := redemption.Claim{Customer: customer("ann"), Order: order("k"), Usage: drawUsage(t, 200)}
		in, beyond, err := l.Split(claim, now)
		require.NoError(t, err)
		require.Equal(t, claim.Usage.Uses, in.Uses+beyond.Uses)
		require.Equal(t, claim.Usage.Quantity, must(in.Quantity.Add(beyond.Quantity)))
		require.Equal(t, claim.Usage.Value, must(in.Value.Add(beyond.Value)))
		require.True(t, in.Quantity.IsWhole())
		if in.IsNothing() {
			_, err := l.Reserve("k", claim, now)
			require.ErrorIs(t, err, tandem.ErrInsufficient)
			return
		}
		claim.Usage = in
		grant, err := l.Reserve("k", claim, now)
		require.NoError(t, err)
		require.Equal(t, in, grant.Granted)
		within(t, l)
	})
}
