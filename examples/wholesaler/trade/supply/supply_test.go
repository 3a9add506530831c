package supply_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

func day(t require.TestingT, s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestTradingDays(t *testing.T) {
	closures := 0
	for d := day(t, "2010-12-01"); d.Before(day(t, "2012-02-01")); d = d.AddDays(1) {
		if !supply.Trading(d) && d.Weekday() != 6 {
			closures++
		}
	}
	assert.Equal(t, 16, closures)
	assert.True(t, supply.Trading(day(t, "2010-12-23")))
	assert.False(t, supply.Trading(day(t, "2010-12-24")))
	assert.False(t, supply.Trading(day(t, "2010-12-25")), "a Saturday")
	assert.True(t, supply.Trading(day(t, "2011-12-26")), "none assumed after the file's end")
	assert.Equal(t, day(t, "2011-01-04"), supply.AddTrading(day(t, "2010-12-23"), 1))
	assert.Equal(t, day(t, "2011-06-05"), supply.AddTrading(day(t, "2011-06-03"), 1), "Sunday follows Friday")
	assert.Equal(t, day(t, "2011-06-04"), supply.AddTrading(day(t, "2011-06-04"), 0))
}

func TestChoicesAreFair(t *testing.T) {
	var leads [16]int
	var late [9]int
	for i := range 30000 {
		name := fmt.Sprintf("PO-%06d", i)
		leads[supply.LeadTime("", name)]++
		late[supply.Lateness("x", name)]++
	}
	for _, l := range []int{5, 10, 15} {
		assert.InDelta(t, 10000, leads[l], 400)
	}
	assert.InDelta(t, 21000, late[0], 500)
	assert.InDelta(t, 6000, late[3], 400)
	assert.InDelta(t, 3000, late[8], 300)
	assert.Equal(t, supply.Choose("a", "bc", 1000), supply.Choose("ab", "c", 1000), "the seed stands before the name")
}

// Lines of 6, 12, 12 and 500: median 12, so the 500 count as 120; 150 units in 91 days, d = 150/78. With L = 10,
// 2dL = 38.46 and three medians are 36, so s = 39; 36 d = 69.23, S = 107.69.
func TestLevelsByHand(t *testing.T) {
	var d supply.Demand
	for i, q := range []int64{6, 12, 12, 500} {
		d.Sold(day(t, "2011-06-01").AddDays(i), q)
	}
	levels := d.Levels(day(t, "2011-06-10"), 10)
	assert.Equal(t, supply.Levels{Reorder: 39, UpTo: 108, Lot: 12, Big: 120}, levels)
	assert.Zero(t, levels.Missing(40))
	assert.Equal(t, int64(72), levels.Missing(39), "69 rounded up to dozens")
	assert.Equal(t, int64(120), levels.Missing(-1))
	levels = d.Levels(day(t, "2011-09-03"), 10) // 2011-06-03 is 92 days back: 500 alone is left
	assert.Equal(t, int64(500), levels.Lot)
	levels = d.Levels(day(t, "2012-01-01"), 10) // nothing in the window: median of all history, no demand
	assert.Equal(t, supply.Levels{Reorder: 36, UpTo: 48, Lot: 12, Big: 120}, levels)
}

func TestLevelsOfANewProduct(t *testing.T) {
	var d supply.Demand
	d.Expect(4)
	levels := d.Levels(day(t, "2011-06-10"), 5)
	assert.Equal(t, supply.Levels{Reorder: 12, UpTo: 16, Lot: 4, Big: 40}, levels)
}

func TestWindowEqualsTheSlowCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d supply.Demand
		type line struct {
			day    tandem.Date
			pieces int64
		}
		var lines []line
		now := day(t, "2011-06-01")
		for range rapid.IntRange(1, 60).Draw(t, "lines") {
			now = now.AddDays(rapid.IntRange(0, 12).Draw(t, "gap"))
			l := line{now, rapid.Int64Range(1, 50).Draw(t, "pieces")}
			lines = append(lines, l)
			d.Sold(l.day, l.pieces)
			asOf := now.AddDays(1)
			var fresh supply.Demand
			for _, l := range lines {
				if asOf.DaysSince(l.day) <= 91 {
					fresh.Sold(l.day, l.pieces)
				}
			}
			got := d.Levels(asOf, 10)
			want := fresh.Levels(asOf, 10)
			assert.Equal(t, want, got)
			q := got.Missing(rapid.Int64Range(-200, 200).Draw(t, "position"))
			assert.Zero(t, q%got.Lot)
		}
	})
}

func TestPurchases(t *testing.T) {
	p := supply.NewPurchases("")
	ordered := day(t, "2011-06-01")
	one := p.Order(supply.Purchase{Product: "85123A", Quantity: 12, Reason: supply.Replenish}, ordered)
	assert.Equal(t, "PO-000001", one.ID)
	assert.Equal(t, supply.AddTrading(ordered, supply.LeadTime("", "85123A")), one.Expected)
	assert.False(t, one.Arrives.Before(one.Expected))
	assert.Empty(t, p.Arrived(ordered))
	assert.Equal(t, []supply.Purchase{one}, p.Arrived(one.Arrives))
	assert.Empty(t, p.Arrived(one.Arrives), "once only")
	assert.Equal(t, 1, p.Count())
}

func TestOpeningOfNewProducts(t *testing.T) {
	price := func(s string) tandem.Price {
		p, err := tandem.ParsePrice(s + " GBP/EA")
		require.NoError(t, err)
		return p
	}
	var b supply.Bands
	b.Add(price("0.99"), 100)
	b.Add(price("1.00"), 10)
	b.Add(price("2.99"), 15)
	assert.Equal(t, int64(200), b.Opening(price("0.05")))
	assert.Equal(t, int64(25), b.Opening(price("2.00")))
	assert.Zero(t, b.Opening(price("3.00")), "nothing known of the band")
	assert.Equal(t, 3, supply.Band(price("8")))
	b.Add(price("3.00"), 1)
	b.Add(price("3.00"), 0)
	b.Add(price("3.00"), 0)
	assert.Equal(t, int64(1), b.Opening(price("3.00")), "two thirds")
}
