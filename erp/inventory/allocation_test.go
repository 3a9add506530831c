package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func demand(at string, n int64, promised int, asked int64) inventory.Demand {
	return inventory.Demand{Line: line("order", 1), Key: key(at), Quantity: pieces(n), Promise: day(promised), Asked: instant(asked)}
}

func whole(d inventory.Demand) inventory.Demand { d.Complete = true; return d }

func granted(grants []inventory.Grant) []int64 {
	out := make([]int64, len(grants))
	for i, g := range grants {
		out[i] = g.Granted.Micro() / 1_000_000
	}
	return out
}

func TestAllocationByHand(t *testing.T) {
	levels := []inventory.Level{level("shop", 4, 0), level("main", 10, 2)}
	for name, c := range map[string]struct {
		rule    inventory.AllocationRule
		demands []inventory.Demand
		want    []int64
	}{
		"all, and there is enough":         {inventory.AllOrNothing, []inventory.Demand{demand("main", 5, 1, 1), demand("shop", 4, 1, 1), demand("main", 3, 1, 1)}, []int64{5, 4, 3}},
		"nothing, since one line is short": {inventory.AllOrNothing, []inventory.Demand{demand("main", 5, 1, 1), demand("shop", 5, 1, 1)}, []int64{0, 0}},
		"nothing, since two lines compete": {inventory.AllOrNothing, []inventory.Demand{demand("main", 5, 1, 1), demand("main", 5, 1, 1)}, []int64{0, 0}},
		"partial, the rest is backordered": {inventory.PartialBackorder, []inventory.Demand{demand("main", 5, 9, 1), demand("main", 5, 1, 1), demand("main", 5, 1, 1)}, []int64{5, 3, 0}},
		"earliest promise first":           {inventory.EarliestFirst, []inventory.Demand{demand("main", 5, 9, 1), demand("main", 5, 1, 1), demand("main", 5, 2, 1)}, []int64{0, 5, 3}},
		"equal days: who asked first":      {inventory.EarliestFirst, []inventory.Demand{demand("main", 5, 1, 7), demand("main", 5, 1, 3)}, []int64{3, 5}},
		"equal in all: as given":           {inventory.EarliestFirst, []inventory.Demand{demand("main", 5, 1, 3), demand("main", 5, 1, 3)}, []int64{5, 3}},
		"complete is not overtaken":        {inventory.EarliestFirst, []inventory.Demand{demand("main", 2, 5, 1), whole(demand("main", 9, 1, 1)), demand("shop", 1, 9, 1)}, []int64{0, 0, 1}},
		"complete and there is enough":     {inventory.EarliestFirst, []inventory.Demand{demand("main", 2, 5, 1), whole(demand("main", 8, 1, 1))}, []int64{0, 8}},
		"a place without stock":            {inventory.PartialBackorder, []inventory.Demand{demand("bin", 2, 5, 1)}, []int64{0}},
		"nought is always served":          {inventory.AllOrNothing, []inventory.Demand{demand("bin", 0, 5, 1), demand("main", 8, 5, 1)}, []int64{0, 8}},
		"no demands":                       {inventory.EarliestFirst, nil, []int64{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := inventory.Allocate(nil, c.rule, c.demands, levels)
			require.NoError(t, err)
			require.Equal(t, c.want, granted(got))
		})
	}
}

func TestAllocationRefuses(t *testing.T) {
	kept := []inventory.Grant{{Granted: pieces(1)}}
	for _, try := range []func() ([]inventory.Grant, error){
		func() ([]inventory.Grant, error) { return inventory.Allocate(kept, "fair", nil, nil) },
		func() ([]inventory.Grant, error) {
			return inventory.Allocate(kept, inventory.EarliestFirst, []inventory.Demand{demand("main", -1, 1, 1)}, nil)
		},
		func() ([]inventory.Grant, error) {
			return inventory.Allocate(kept, inventory.EarliestFirst, []inventory.Demand{{}}, nil)
		},
		func() ([]inventory.Grant, error) {
			return inventory.Allocate(kept, inventory.EarliestFirst, []inventory.Demand{demand("main", 1, 1, 1)}, []inventory.Level{level("main", 1, 0), level("main", 1, 0)})
		},
	} {
		got, err := try()
		require.ErrorIs(t, err, tandem.ErrInvalid)
		require.Equal(t, kept, got)
	}
}

func TestAllocationNeverGivesMoreThanThereIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom(inventory.AllocationRules()).Draw(t, "rule")
		levels := []inventory.Level{level("main", rapid.Int64Range(-5, 50).Draw(t, "main"), 0), level("shop", rapid.Int64Range(0, 50).Draw(t, "shop"), 0)}
		var demands []inventory.Demand
		for range rapid.IntRange(0, 10).Draw(t, "n") {
			d := demand(rapid.SampledFrom([]string{"main", "shop", "bin"}).Draw(t, "at"), rapid.Int64Range(0, 30).Draw(t, "q"),
				rapid.IntRange(1, 5).Draw(t, "day"), rapid.Int64Range(1, 5).Draw(t, "asked"))
			d.Complete = rapid.Bool().Draw(t, "complete")
			demands = append(demands, d)
		}
		grants, err := inventory.Allocate(nil, rule, demands, levels)
		require.NoError(t, err)
		require.Len(t, grants, len(demands))
		given, short := map[inventory.LevelKey]int64{}, 0
		for i, g := range grants {
			require.GreaterOrEqual(t, g.Granted.Sign(), 0)
			require.Equal(t, demands[i].Quantity.Micro(), g.Granted.Micro()+g.Backorder.Micro())
			require.True(t, !demands[i].Complete || g.Granted.IsZero() || g.Backorder.IsZero())
			given[g.Key] += g.Granted.Micro()
			if !g.Backorder.IsZero() {
				short++
			}
		}
		for _, l := range levels {
			require.LessOrEqual(t, given[l.Key], max(l.OnHand, 0))
		}
		if rule == inventory.AllOrNothing && short > 0 {
			require.Zero(t, given[key("main")]+given[key("shop")])
		}
	})
}

func TestReleaseTheLatestPromisesFirst(t *testing.T) {
	early, late, latest := reserve(t, "a", 5, 1), reserve(t, "b", 5, 9), reserve(t, "c", 2, 20)
	over := reserve(t, "d", 9, 30)
	_, err := over.Consume(pieces(9), instant(2))
	require.NoError(t, err)
	held := []*inventory.Reservation{early, late, over, latest}
	cuts, left, err := inventory.ReleaseLatest(held, pieces(4))
	require.NoError(t, err)
	require.Equal(t, []inventory.Cut{{latest, pieces(2)}, {late, pieces(2)}}, cuts)
	require.True(t, left.IsZero())
	cuts, left, err = inventory.ReleaseLatest(held, pieces(20))
	require.NoError(t, err)
	require.Len(t, cuts, 3)
	require.Equal(t, "8 EA", left.String())
	require.Same(t, early, held[0], "the list is left as it was")
	require.Equal(t, "5 EA", early.Open().String(), "nothing is released yet")
	_, _, err = inventory.ReleaseLatest(held, tandem.QuantityFromMicro(1, tandem.Dozen))
	require.ErrorIs(t, err, tandem.ErrUnit)
	cuts, _, err = inventory.ReleaseLatest(held, pieces(0))
	require.NoError(t, err)
	require.Empty(t, cuts)
}

// Who was promised a day comes before who was promised none, though asked for first.
func TestEarliestFirstServesPromisesFirst(t *testing.T) {
	key := inventory.LevelKey{Company: tandem.DeriveID[tandem.CompanyID]("c", "1"), Location: tandem.DeriveID[tandem.LocationID]("l", "1"),
		Product: tandem.DeriveID[tandem.ProductID]("p", "1")}
	day, err := tandem.ParseDate("2011-06-10")
	require.NoError(t, err)
	pieces := func(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }
	grants, err := inventory.Allocate(nil, inventory.EarliestFirst, []inventory.Demand{
		{Key: key, Quantity: pieces(20), Asked: tandem.InstantOfUnixMicro(1)},
		{Key: key, Quantity: pieces(50), Promise: day, Asked: tandem.InstantOfUnixMicro(2)},
	}, []inventory.Level{{Key: key, OnHand: 60_000_000}})
	require.NoError(t, err)
	require.Equal(t, []tandem.Quantity{pieces(10), pieces(50)}, []tandem.Quantity{grants[0].Granted, grants[1].Granted})
}
