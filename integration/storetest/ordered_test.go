package storetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/storetest"
)

// A command draws its series by name and reads the period behind the journal's
// number; each of the two faults is told, and a view may read what it likes.
func TestOpenOrderedTellsOfBothFaults(t *testing.T) {
	company := tandem.DeriveID[tandem.CompanyID]("company", "ordered")
	date, err := tandem.ParseDate("2011-06-01")
	require.NoError(t, err)
	draw := func(series string) func(context.Context, *store.Bundle) error {
		return func(ctx context.Context, b *store.Bundle) error {
			_, err := b.Numbers().Next(ctx, company, series, date)
			return err
		}
	}
	period := func(ctx context.Context, b *store.Bundle) error {
		for _, err := range b.Periods().Find(ctx, ledger.PeriodQuery{Company: company, Contains: date}) {
			return err
		}
		return nil
	}
	for name, c := range map[string]struct {
		steps []func(context.Context, *store.Bundle) error
		want  []string
	}{
		"by name":        {steps: []func(context.Context, *store.Bundle) error{draw("A"), draw("B"), draw("A")}},
		"out of order":   {steps: []func(context.Context, *store.Bundle) error{draw("B"), draw("A")}, want: []string{"the series A is drawn behind [B]"}},
		"period behind":  {steps: []func(context.Context, *store.Bundle) error{draw(posting.JournalSeries), period}},
		"period at once": {steps: []func(context.Context, *store.Bundle) error{period}, want: []string{"the period was read before a journal number was drawn"}},
	} {
		var told []string
		s := storetest.OpenOrdered(func(what string) { told = append(told, what) })
		require.NoError(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			for _, step := range c.steps {
				if err := step(ctx, b); err != nil {
					return err
				}
			}
			return nil
		}), name)
		require.Equal(t, c.want, told, name)
		require.NoError(t, s.View(t.Context(), period), name)
		require.Equal(t, c.want, told, "a view decides nothing")
	}
}
