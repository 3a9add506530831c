package condition_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/pricing/condition"
)

func TestACloneIsNotWrittenOnWithItsCondition(t *testing.T) {
	of := func() condition.Node {
		return condition.All(condition.In(condition.CustomerSegment, "a", "b"), condition.Count(condition.Is(condition.LineBrand, "x")).AtLeast(condition.Of(1)))
	}
	n := of()
	clone := n.Clone()
	n.Nodes[0].Values[0] = condition.Of("c")
	n.Nodes[1].Where.Field = condition.LineCategory
	n.Nodes[1].Op = condition.OpSum
	assert.Equal(t, of(), clone)
}
