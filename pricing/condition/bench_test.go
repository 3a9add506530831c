package condition_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/pricing/condition"
)

// A residue of five tests over an order of 20 lines: reported are the allocations, none.
func BenchmarkMatch(b *testing.B) {
	s := testSchema(b)
	p, err := condition.Compile(s, condition.All(
		condition.Not(condition.Is("order.channel", "phone")),
		condition.Any(condition.Is("customer.segment", "hotel"), condition.IsNot("customer.region", "north")),
		condition.Sum("line.amount", condition.Is("line.category", "gifts/candles")).AtLeast(condition.Of(gbp(30_00))),
	))
	require.NoError(b, err)
	m := model{order: known{ones: map[string]condition.Value{"order.channel": condition.Of("web"), "customer.region": condition.Of("south")},
		sets: map[string][]string{"customer.segment": {"office"}}}}
	for range 20 {
		m.lines = append(m.lines, known{ones: map[string]condition.Value{
			"line.category": condition.Of("gifts/candles/red"), "line.amount": condition.Of(gbp(2_00))}})
	}
	f := m.facts(b, s)
	b.ReportAllocs()
	for b.Loop() {
		if !p.Match(f) {
			b.Fatal("must hold")
		}
	}
}
