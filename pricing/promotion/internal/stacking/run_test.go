package stacking_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
	"github.com/tandem-go/tandem/pricing/promotion/internal/stacking"
)

// rates gives offers of a rate on every line, in one lane, none beside another.
func rates(percents ...int64) *stacking.Rules {
	rules := &stacking.Rules{Lanes: []stacking.Policy{stacking.Compound}, Width: bitset.Words(len(percents)), Exact: stacking.MaxExact,
		Mode: int128.HalfAway, Rounding: tandem.HalfAwayFromZero}
	rules.Apart, rules.Shy = make([]uint64, len(percents)*rules.Width), make([]uint64, len(percents)*rules.Width)
	for i, p := range percents {
		rules.Offers = append(rules.Offers, stacking.Offer{Effect: stacking.OnLines, LineWise: true, Rate: tandem.Percent(p).Nano(),
			Cap: stacking.Never, Repeats: stacking.Never, GetPool: -1})
		for j := range i {
			bitset.Set(rules.Apart[i*rules.Width:], j)
			bitset.Set(rules.Apart[j*rules.Width:], i)
		}
	}
	return rules
}

func run(rules *stacking.Rules, amounts ...int64) *stacking.Run {
	var r stacking.Run
	r.Size(rules, len(amounts), len(rules.Offers))
	r.Currency = tandem.GBP
	for i, amount := range amounts {
		r.Lines[i] = stacking.Line{Amount: amount, Quantity: stacking.Micro, Units: 1, Unit: tandem.Each}
		bitset.Set(r.Open, i)
		for offer := range rules.Offers {
			bitset.Set(r.Pool(offer), i)
		}
	}
	r.Lines[len(amounts)] = stacking.Line{}
	for offer := range rules.Offers {
		r.Candidates = append(r.Candidates, int32(offer))
	}
	r.Do()
	return &r
}

// Of 10 %, 25 % and 15 % that forbid each other the second stays.
func Example() {
	r := run(rates(10, 25, 15), 2000, 1000)
	fmt.Println(r.Amount(0), r.Amount(1), r.Saved, r.Totals, r.Searched)
	// Output: 1500 750 750 [0 750 0] true
}

func TestExactAndGreedyAgreeWhereOneIsChosen(t *testing.T) {
	percents := []int64{3, 9, 1, 12, 5, 7, 11, 2, 12, 4, 8, 6}
	exact := run(rates(percents...), 10_000)
	rules := rates(percents...)
	rules.Exact = 0
	greedy := run(rules, 10_000)
	assert.True(t, exact.Searched && !exact.Greedy && greedy.Greedy)
	assert.Equal(t, exact.Totals, greedy.Totals)
	assert.Equal(t, int64(1200), exact.Totals[3], "the first of equals")
	assert.True(t, exact.Applied(3) && !exact.Stands(8) && exact.Apart(3, 8))
	assert.Equal(t, stacking.LostChosen, exact.Why[8])
}

func TestScaleRoundsAsConfiguredAndIsBounded(t *testing.T) {
	for mode, want := range map[int128.Mode][3]int64{
		int128.HalfAway: {3, 2, 4}, int128.HalfEven: {2, 2, 4}, int128.Up: {3, 3, 4}, int128.Down: {2, 2, 3}, int128.Ceiling: {3, 3, 4}, int128.Floor: {2, 2, 3},
	} {
		rules := rates(1)
		rules.Mode = mode
		r := run(rules, 1)
		assert.Equal(t, want, [3]int64{r.Scale(5, 1, 2), r.Scale(9, 1, 4), r.Scale(7, 1, 2)}, mode)
		assert.Equal(t, int64(stacking.Never), r.Scale(stacking.Never, stacking.Never, 2))
		assert.Equal(t, int64(stacking.Never), r.Scale(stacking.Never, stacking.Never, stacking.Never))
		assert.Zero(t, r.Scale(1, 1, 0))
	}
}
