package forest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/internal/forest"
)

func of(pairs ...string) forest.Forest[string] {
	return forest.Build(len(pairs)/2, func(i int) (string, string) { return pairs[2*i], pairs[2*i+1] })
}

func TestForestOfTwoTrees(t *testing.T) {
	f := of("b", "a", "a", "", "c", "b", "d", "a", "x", "")
	require.Nil(t, f.Cycle())
	require.Empty(t, f.Orphans())
	require.Equal(t, []string{"a", "b", "c"}, f.Path("c"))
	require.Equal(t, 3, f.Depth("c"))
	require.Equal(t, []string{"a", "b", "d", "c"}, f.Below("a"))
	require.Equal(t, []string{"x"}, f.Below("x"))
	require.True(t, f.Within("c", "a"))
	require.True(t, f.Within("c", "c"))
	require.False(t, f.Within("a", "c"))
	require.False(t, f.Within("c", "x"))
	require.Nil(t, f.Path("nobody"))
	require.Nil(t, f.Below("nobody"))
	require.False(t, f.Within("nobody", "a"))
}

func TestForestNamesTheCycleAndStillEnds(t *testing.T) {
	f := of("r", "", "a", "c", "b", "a", "c", "b", "tail", "a")
	require.Equal(t, []string{"a", "c", "b"}, f.Cycle())
	require.False(t, f.Within("a", "r"))
	require.NotEmpty(t, f.Path("tail"))
	require.NotEmpty(t, f.Below("a"))
	require.Equal(t, []string{"self"}, of("self", "self").Cycle())
	require.Equal(t, []string{"o"}, of("o", "nobody").Orphans())
	require.Equal(t, []string{"k"}, of("k", "", "k", "k").Path("k"), "the first parent of a node given twice holds")
}
