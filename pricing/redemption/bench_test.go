package redemption_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/pricing/redemption"
)

// BenchmarkReserve reserves and commits on a limit as a store hands it out, by the
// number of keys that it keeps; state-bytes is what each Save writes.
func BenchmarkReserve(b *testing.B) {
	for _, keys := range []int{10, 1_000, redemption.MaxKeys - 1} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			kept := keeping(keys).Copy(1)
			b.ReportAllocs()
			for b.Loop() {
				l := kept.Copy(1)
				if _, err := l.Reserve("new", uses(1), at("2026-06-02")); err != nil {
					b.Fatal(err)
				}
				if err := l.Commit("new", at("2026-06-02")); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(must(json.Marshal(kept.State())))), "state-bytes")
		})
	}
}

func keeping(keys int) *redemption.Limit {
	s := open(redemption.ForPromotion, redemption.Terms{Uses: 1_000_000}).State()
	for i := range keys {
		used := redemption.Usage{Uses: 1}
		s.Redemptions = append(s.Redemptions, redemption.Redemption{Key: fmt.Sprintf("basket %05d", i), Claim: redemption.Claim{Usage: used},
			Granted: used, Committed: used, Status: redemption.RedemptionCommitted, At: at("2026-06-01"), Changed: at("2026-06-01")})
	}
	s.Committed.Uses = int64(keys)
	return must(redemption.Restore(s))
}

// A repetition copies none of the keys, however many there are: it changes nothing.
func TestARepetitionCopiesNothing(t *testing.T) {
	small, large := keeping(10).Copy(1), keeping(5_000).Copy(1)
	allocations := func(l *redemption.Limit) float64 {
		now := at("2026-06-02")
		return testing.AllocsPerRun(100, func() {
			c := l.Copy(1)
			if _, err := c.Reserve("basket 00003", uses(1), now); err != nil {
				t.Fatal(err)
			}
			if err := c.Commit("basket 00003", now); err != nil {
				t.Fatal(err)
			}
		})
	}
	require.Equal(t, allocations(small), allocations(large))
	require.LessOrEqual(t, allocations(large), 4.0)
}
