package basket_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/recommend"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
)

// A visit of each basket costs more than there is: no minimum helps, and the search ends.
func TestTooFewStepsEnd(t *testing.T) {
	var lines []basket.Line
	for i := range 20 {
		lines = append(lines, goods(fmt.Sprint(i), "", 1, "cup", 1))
	}
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	codes := func(list []insight.Warning) (out []insight.WarningCode) {
		for _, w := range list {
			out = append(out, w.Code)
		}
		return out
	}
	for _, steps := range []int{1, 10, 20} {
		rules, err := basket.Rules(b, basket.Mining{MaxSteps: steps})
		require.NoError(t, err)
		require.Zero(t, rules.Sets)
		require.Empty(t, rules.Rules)
		require.Contains(t, codes(rules.Warnings), basket.NothingFits)
		sets, err := basket.FrequentSets(b, basket.Mining{MaxSteps: steps})
		require.NoError(t, err)
		require.Empty(t, sets.Sets)
		require.Contains(t, codes(sets.Warnings), basket.NothingFits)
	}
	sets, err := basket.FrequentSets(b, basket.Mining{MaxSteps: 100})
	require.NoError(t, err)
	require.Len(t, sets.Sets, 1)
	require.NotContains(t, codes(sets.Warnings), basket.NothingFits)
}

func TestNilIsAFault(t *testing.T) {
	fault := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, tandem.ErrInvalid)
		require.ErrorContains(t, err, "baskets")
	}
	_, err := basket.Rules(nil, basket.Mining{MaxItems: -1})
	fault(err)
	require.ErrorContains(t, err, "max_items")
	_, err = basket.FrequentSets(nil, basket.Mining{})
	fault(err)
	_, err = similarity.Items(nil, similarity.Config{})
	fault(err)
	_, err = similarity.Relations(nil, similarity.Relating{})
	fault(err)
	_, err = recommend.Train(nil, recommend.Training{})
	fault(err)
	_, err = recommend.Evaluate(nil, recommend.Training{}, recommend.Testing{})
	fault(err)
}

func TestCodesHaveTheFormOfCodes(t *testing.T) {
	codes, reasons := map[insight.WarningCode]bool{}, map[insight.Reason]bool{}
	for _, c := range basket.WarningCodes() {
		require.True(t, c.Valid() && !codes[c], c)
		codes[c] = true
	}
	for _, r := range basket.Reasons() {
		require.True(t, r.Valid() && !reasons[r], r)
		reasons[r] = true
	}
}
