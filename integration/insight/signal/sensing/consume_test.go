package sensing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/signal/sensing"
)

func order(n int, opportunity int, q int64, need tandem.Date) sensing.Order {
	o := sensing.Order{Ref: ref("sales_order", n), Party: party(1), Product: product(1), Quantity: pieces(q), Need: need}
	if opportunity > 0 {
		o.Opportunity = ref("opportunity", opportunity)
	}
	return o
}

// 100 at 50 %, of which 30 have been ordered by reference: 70 open, 35 expected. An
// order of 500 takes the 70 and no more. By reference alone, one without takes nothing.
func TestOrdersConsume(t *testing.T) {
	at := day(2026, time.March, 12)
	lines := []sensing.Opportunity{open(1, 100, 50, at)}
	config := march(2)
	config.Matching = sensing.ByReference
	s, err := sensing.Sense(lines, []sensing.Order{order(1, 1, 30, at), order(2, 0, 20, at), order(3, 9, 5, at)}, config)
	require.NoError(t, err)
	require.Equal(t, []float64{35, 0}, s.Demands[0].Points())
	require.InDelta(t, 70*70*0.25, s.Demands[0].Variance[0], 1e-9)
	require.Equal(t, []insight.Reason{sensing.UnknownOpportunity, sensing.WithoutOpportunity}, []insight.Reason{s.Remarks[0].Note, s.Remarks[1].Note})
	s, err = sensing.Sense(lines, []sensing.Order{order(1, 1, 30, at), order(2, 1, 500, at)}, config)
	require.NoError(t, err)
	require.Zero(t, s.Demands[0].Points()[0])
	require.Equal(t, pieces(430), s.Remarks[0].Quantity)
	require.Empty(t, s.Signals())
}

// An order of 70 for 1 April takes the nearest first: of 6 April (5 days; 60, of which 1
// was ordered by reference), then of 24 March (8 days; 25); that of 11 March (21 days) is
// not needed. One of 90 takes 59, 25, and the 6 of it.
func TestGuessesTakeTheNearestFirst(t *testing.T) {
	lines := []sensing.Opportunity{
		open(1, 40, 50, day(2026, time.March, 10)), open(2, 25, 50, day(2026, time.March, 11)),
		open(3, 60, 50, day(2026, time.March, 23)), open(4, 90, 50, day(2026, time.May, 23)),
	}
	lines[0].Need = day(2026, time.March, 11)
	lines[1].Need = day(2026, time.March, 24)
	config := march(4)
	config.Matching, config.Forward = sensing.ByPartyAndProduct, 10
	s, err := sensing.Sense(lines, []sensing.Order{order(1, 0, 70, day(2026, time.April, 1)), order(2, 3, 1, day(2026, time.April, 1))}, config)
	require.NoError(t, err)
	var got []string
	for _, c := range s.Consumptions {
		got = append(got, fmt.Sprint(c.Quantity, c.Matched))
	}
	require.Equal(t, []string{"1 EA false", "59 EA true", "11 EA true"}, got)
	s, err = sensing.Sense(lines, []sensing.Order{order(1, 0, 90, day(2026, time.April, 1)), order(2, 3, 1, day(2026, time.April, 1))}, config)
	require.NoError(t, err)
	require.Equal(t, []tandem.Quantity{pieces(34), pieces(0), pieces(0), pieces(90)}, openOf(t, s, 1, 2, 3, 4))
	stranger := order(1, 0, 70, day(2026, time.April, 1))
	stranger.Party = party(2)
	s, err = sensing.Sense(lines, []sensing.Order{stranger}, config)
	require.NoError(t, err)
	require.Empty(t, s.Consumptions)
}

// A deal of 100 at 50 % is to close on 20 March; with a lead time of 14 days it is needed
// on 3 April. The customer orders on the 19th, a day early, for 2 April, and nobody writes
// down of which opportunity. What was ordered is no longer expected: of 40, 60 stay open
// and 30 are expected; of all 100, none; of 130, the 30 beyond the deal are told as more
// than was expected. The window is 30 days to either side, both ends in it.
func TestTheDefaultConsumesAnOrderOfTheDayBefore(t *testing.T) {
	deal := open(1, 100, 50, day(2026, time.March, 20))
	early, need := day(2026, time.April, 2), day(2026, time.April, 3)
	asOfMarch1 := func(c *sensing.Config) { c.At = day(2026, time.March, 1) }
	for _, c := range []struct {
		name           string
		change         func(*sensing.Config)
		need           tandem.Date
		ordered, taken int64
	}{
		{"part of it", nil, early, 40, 40}, {"all of it", nil, early, 100, 100}, {"more", nil, early, 130, 100},
		{"on the day", nil, need, 40, 40},
		{"30 days early", asOfMarch1, need.AddDays(-30), 40, 40}, {"31 days early", asOfMarch1, need.AddDays(-31), 40, 0},
		{"for a day that has passed", nil, day(2026, time.March, 18), 40, 0}, {"for today", nil, day(2026, time.March, 19), 40, 40},
		{"30 days late", nil, need.AddDays(30), 40, 40}, {"31 days late", nil, need.AddDays(31), 40, 0},
		{"within 2 days", func(c *sensing.Config) { c.Forward = 2 }, need.AddDays(-2), 40, 40},
		{"not within 2 days", func(c *sensing.Config) { c.Forward = 2 }, need.AddDays(-3), 40, 0},
		{"not early", func(c *sensing.Config) { c.NoForward, c.Forward = true, 9 }, early, 40, 0},
		{"not early, but on the day", func(c *sensing.Config) { c.NoForward = true }, need, 40, 40},
		{"not late", func(c *sensing.Config) { c.NoBackward, c.Backward = true, 9 }, need.AddDays(1), 40, 0},
		{"not late, but on the day", func(c *sensing.Config) { c.NoBackward = true }, need, 40, 40},
		{"by reference alone", func(c *sensing.Config) { c.Matching = sensing.ByReference }, early, 40, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := sensing.Config{At: day(2026, time.March, 19), Bucket: forecast.Month, LeadDays: 14}
			if c.change != nil {
				c.change(&config)
			}
			s, err := sensing.Sense([]sensing.Opportunity{deal}, []sensing.Order{order(1, 0, c.ordered, c.need)}, config)
			require.NoError(t, err)
			d := s.Demands[0]
			require.Equal(t, []tandem.Quantity{pieces(c.taken), pieces(100 - c.taken)}, []tandem.Quantity{d.Consumed, d.Open})
			require.InDelta(t, float64(100-c.taken)/2, d.Points()[1], 1e-9) // April
			if c.taken < c.ordered {
				note := sensing.WithoutOpportunity
				if c.taken > 0 {
					note = sensing.MoreThanExpected
				}
				require.Equal(t, []sensing.Remark{{Document: ref("sales_order", 1), Product: product(1), Quantity: pieces(c.ordered - c.taken), Note: note}}, s.Remarks)
			} else {
				require.Empty(t, s.Remarks)
			}
			if c.taken > 0 {
				require.True(t, s.Consumptions[0].Matched)
			}
		})
	}
}

// An order that names its opportunity takes it before any guess, however far the days are
// apart; of what it leaves, one that names none takes its part, and nothing more is there.
func TestReferencesComeBeforeGuesses(t *testing.T) {
	deal := open(1, 100, 50, day(2026, time.March, 20))
	named, guessed := order(2, 1, 70, day(2026, time.December, 1)), order(1, 0, 50, day(2026, time.April, 2))
	s, err := sensing.Sense([]sensing.Opportunity{deal}, []sensing.Order{guessed, named}, march(3))
	require.NoError(t, err)
	require.Equal(t, []tandem.Quantity{pieces(70), pieces(30)}, []tandem.Quantity{s.Consumptions[0].Quantity, s.Consumptions[1].Quantity})
	require.Equal(t, []bool{false, true}, []bool{s.Consumptions[0].Matched, s.Consumptions[1].Matched})
	require.Equal(t, []float64{0, 0, 0}, s.Demands[0].Points())
	require.Equal(t, pieces(20), s.Remarks[0].Quantity)
}

// Opportunity 1 is open for product 1 alone.
func TestOrderOfAnotherProduct(t *testing.T) {
	at := day(2026, time.March, 12)
	other := order(1, 1, 30, at)
	other.Product = product(2)
	s, err := sensing.Sense([]sensing.Opportunity{open(1, 100, 50, at)}, []sensing.Order{other}, march(2))
	require.NoError(t, err)
	require.Empty(t, s.Consumptions)
	require.Equal(t, pieces(100), s.Demands[0].Open)
	require.Len(t, s.Remarks, 1)
	require.Equal(t, sensing.OtherProduct, s.Remarks[0].Note)
}
