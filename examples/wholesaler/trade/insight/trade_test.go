package insight

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
	"github.com/tandem-go/tandem/integration/insight/policy"
)

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// fileOf reads rows as the file has them.
func fileOf(t *testing.T, rows ...string) *retail.File {
	t.Helper()
	f, err := retail.Read("hand.csv", strings.NewReader(header+strings.Join(rows, "\n")+"\n"), nil)
	require.NoError(t, err)
	return f
}

// row writes one; a customer of 0 is none.
func row(invoice, code string, pieces int, day tandem.Date, price float64, customer int) string {
	name := ""
	if customer > 0 {
		name = fmt.Sprint(customer)
	}
	return fmt.Sprintf("%s,%s,THING %s,%d,%s 10:00,%.2f,%s,United Kingdom", invoice, code, code, pieces, day, price, name)
}

func day(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

// A few days by hand: 10 pieces of which 4 were cancelled on the day, 3 on a Saturday, 100 at once, and a piece that came
// back later.
func few(t *testing.T) *Trade {
	return New(fileOf(t,
		row("1", "10002", 10, day(t, "2010-12-01"), 2, 12340),
		row("C2", "10002", -4, day(t, "2010-12-01"), 2, 12340),
		row("1", "POST", 1, day(t, "2010-12-01"), 5, 12340),
		row("3", "10002", 3, day(t, "2010-12-04"), 2, 12341),
		row("4", "10002", 100, day(t, "2010-12-06"), 2, 12340),
		row("C5", "10002", -1, day(t, "2010-12-07"), 2, 12341),
		row("6", "10003", 5, day(t, "2010-12-08"), 4, 0),
		row("7", "10003", -2, day(t, "2010-12-09"), 0, 0), // lost
	), "")
}

func TestDemandIsWhatWasAskedFor(t *testing.T) {
	trade := few(t)
	require.Len(t, trade.items, 2, "carriage is no product")
	assert.Equal(t, day(t, "2010-12-01"), trade.first)
	assert.Equal(t, day(t, "2010-12-09"), trade.last)
	assert.Len(t, trade.days, 8, "nine days without a Saturday")
	first, second := trade.items[0], trade.items[1]
	assert.Equal(t, []line{
		{at: 0, pieces: 6, day: day(t, "2010-12-01")},
		{at: 3, pieces: 3, day: day(t, "2010-12-04")}, // counts on the Sunday that follows
		{at: 4, pieces: 100, day: day(t, "2010-12-06"), big: true},
	}, first.lines, "less what was cancelled on its day, not what came back later")
	assert.Equal(t, []line{{at: 6, pieces: 5, day: day(t, "2010-12-08")}}, second.lines, "a loss is no demand")
	assert.Equal(t, int64(45), first.rule[4].Big, "ten medians of 6 and 3")
	assert.InDelta(t, 0.55*2, first.cost, 1e-12)
	assert.InDelta(t, 0.55*4, second.cost, 1e-12)
	assert.Equal(t, first.lines[:1], first.before(3))
	assert.Equal(t, 3, trade.position(day(t, "2010-12-04")), "a day of rest has the position of the day that follows")
}

func TestWeeksThatAreWhole(t *testing.T) {
	var rows []string
	from := day(t, "2010-12-01") // a Wednesday
	for n := range 200 {
		if d := from.AddDays(n); d.Weekday() == 3 || d.Weekday() == 4 {
			rows = append(rows, row(fmt.Sprint(n), "10002", 2, d, 1, 12340))
		}
	}
	trade := New(fileOf(t, rows...), "") // to Thursday, 16 June 2011
	w, enough, err := trade.weekly(nil, "all", trade.items[0].lines)
	require.NoError(t, err)
	assert.True(t, enough)
	assert.Equal(t, day(t, "2010-12-06"), w.history.Start, "the first week is broken")
	assert.Len(t, w.history.Values, 27-heldWeeks, "27 whole weeks to 12 June: the last is broken")
	assert.Len(t, w.actual, 8)
	assert.Equal(t, []int{3}, w.history.Closed, "from 27 December the shop was closed")
	for i, v := range append(w.history.Values, w.actual...) {
		if i != 3 {
			assert.InDelta(t, 4, v, 0, "week %d", i)
		}
	}
	assert.Equal(t, float64(4*18+w.history.Values[3]), w.sold())
	_, enough, err = trade.weekly(nil, "all", trade.items[0].lines[:1])
	require.NoError(t, err)
	assert.False(t, enough, "one sale is not enough")
}

// An order at the end of a day is there before the demand of the day after its lead time in buckets: with five trading
// days, on the morning of the fifth, four days of demand pass.
func TestLeadTime(t *testing.T) {
	for _, days := range []int{5, 10, 15} {
		lead := leadTime(days)
		require.NoError(t, lead.Validate(), "the probabilities sum to 1")
		for late, p := range map[int]float64{0: 0.7, 3: 0.2, 8: 0.1} {
			buckets := days - 1 + late
			assert.InDelta(t, p, lead[buckets], 1e-12, "%d days, %d late", days, late)
		}
	}
}

func TestMarginOfPurchases(t *testing.T) {
	list := few(t).bought()
	require.Len(t, list, 5, "no carriage, no cash customer")
	for i, want := range []float64{20 - 11, -8 + 4.4, 6 - 3.3, 200 - 110, -2 + 1.1} {
		assert.InDelta(t, want, list[i].Value, 1e-9)
		assert.Equal(t, want < 0, list[i].Credit)
	}
	assert.Equal(t, "12341", list[2].Customer)
}

// year is a made up file: eight products of which one grows, one declines and two go together, and customers of
// whom every other stays away from June on.
func year(t *testing.T, customers int) []string {
	var rows []string
	from := day(t, "2010-12-01")
	for n := range 374 {
		d := from.AddDays(n)
		if d.Weekday() == 6 {
			continue
		}
		for c := range customers {
			if supply.Choose("", fmt.Sprintf("%d/%d", n, c), 20+c%5) != 0 || c%2 == 1 && n > 180+c {
				continue
			}
			invoice := fmt.Sprintf("%d%02d", 1000+n, c)
			add := func(code string, pieces int) {
				if pieces > 0 {
					rows = append(rows, row(invoice, code, pieces, d, 2+float64(code[4]-'0'), 12340+c))
				}
			}
			add("10001", n/20)
			add("10002", 20-n/20)
			add("10003", 1+(n*7+c*3)%5)
			if (n/13+c)%3 > 0 {
				add("10004", 2)
				if (n/13+c)%9 != 4 {
					add("10005", 2)
				}
			}
			add("10006", (n*c)%4)
			add("10007", (n+c)%2*6)
			if c == 7 {
				add("10008", 12)
			}
			rows = append(rows, row(invoice, "POST", 1, d, 5, 12340+c))
		}
		if n%2 == 0 { // cash customers always take these two
			rows = append(rows, row(fmt.Sprintf("%d99", 1000+n), "10006", 1, d, 8, 0), row(fmt.Sprintf("%d99", 1000+n), "10007", 1, d, 9, 0))
		}
	}
	return rows
}

func TestCustomersByGrade(t *testing.T) {
	trade := New(fileOf(t, year(t, 40)...), "")
	grade := map[string]string{}
	for c := range 39 { // one has none
		grade[fmt.Sprint(12340+c)] = []string{"gold", "standard"}[c%2]
	}
	names := []string{"gold", "silver", "standard"}
	value, risk, err := trade.customers(grade, names)
	require.NoError(t, err)
	require.Len(t, value.Grades, 3, "silver has no customers")
	total := 0.0
	for i, want := range []struct {
		grade     string
		customers int
	}{{"gold", 20}, {"standard", 19}, {ungraded, 1}} {
		assert.Equal(t, want.grade, value.Grades[i].Grade)
		assert.Equal(t, want.customers, value.Grades[i].Customers)
		assert.InDelta(t, value.Grades[i].Total, value.Grades[i].Value*float64(want.customers), 1e-6)
		assert.Equal(t, want.customers, risk.Grades[i].Customers)
		total += value.Grades[i].Total
	}
	assert.Positive(t, total)
	assert.Greater(t, value.Grades[0].Purchases, value.Grades[1].Purchases)
	assert.Less(t, risk.Grades[0].Risk, risk.Grades[1].Risk, "who stayed away")
	assert.InDelta(t, 0.45, value.Margin, 1e-12)
	assert.Equal(t, 13, value.Held.Weeks)
	assert.Equal(t, len(value.Held.Bins), len(value.Held.Came))
	last := math.Inf(1)
	for _, c := range risk.AtRisk {
		assert.GreaterOrEqual(t, c.Risk, risk.Share, "only above the share of all")
		assert.LessOrEqual(t, c.Risk*c.Value, last+1e-9, "the greatest loss first")
		last = c.Risk * c.Value
		assert.NotEmpty(t, c.Reason)
		assert.NotContains(t, c.Reason, "_")
	}
	assert.LessOrEqual(t, len(risk.AtRisk), atRisk)
}

func TestTrendsOfTheYear(t *testing.T) {
	trends, few, err := New(fileOf(t, year(t, 40)...), "").trends()
	require.NoError(t, err)
	assert.Empty(t, few)
	require.NotEmpty(t, trends.Growing)
	require.NotEmpty(t, trends.Falling)
	assert.Equal(t, "10001", trends.Growing[0].Code)
	assert.Equal(t, "10002", trends.Falling[0].Code)
	assert.Equal(t, 7, trends.Products, "one was sold in too few weeks")
	stages := 0
	for _, s := range trends.Stages {
		stages += s.Count
	}
	assert.Equal(t, 7, stages, "each product has one stage")
}

// Of 120 orders, 60 have 10001, 45 of them with 10002, which 10 more have: confidence 45 in 60, and 45 in 55.
func TestBasketsByHand(t *testing.T) {
	var rows []string
	d := day(t, "2011-03-01")
	for n := range 120 {
		invoice, customer := fmt.Sprint(1000+n), 12340+n
		rows = append(rows, row(invoice, "POST", 1, d, 5, customer), row(invoice, fmt.Sprint(20000+n), 1, d, 5, customer))
		if n < 60 {
			rows = append(rows, row(invoice, "10001", 1, d, 5, customer))
		}
		if n >= 15 && n < 70 {
			rows = append(rows, row(invoice, "10002", 1, d, 5, customer))
		}
		rows = append(rows, row(fmt.Sprint(5000+n), "10001", 1, d, 5, 0), row(fmt.Sprint(5000+n), "10009", 1, d, 5, 0))
	}
	b, few, err := New(fileOf(t, rows...), "").baskets()
	require.NoError(t, err)
	assert.Empty(t, few)
	assert.Equal(t, 120, b.Orders, "cash customers have none")
	require.Len(t, b.Nodes, 2)
	orders := map[string]int{b.Nodes[0].Code: b.Nodes[0].Orders, b.Nodes[1].Code: b.Nodes[1].Orders}
	assert.Equal(t, map[string]int{"10001": 60, "10002": 55}, orders, "neither carriage nor what cash customers take")
	require.NotEmpty(t, b.Edges)
	for _, e := range b.Edges {
		assert.Equal(t, 45, e.Orders)
		assert.InDelta(t, 45/float64(b.Nodes[e.From].Orders), e.Confidence, 1e-12)
		assert.InDelta(t, 45.0*120/(60*55), e.Lift, 1e-12)
	}
	require.NotEmpty(t, b.LeftOut)
	assert.Equal(t, "no_customer", b.LeftOut[0].Name)
	assert.Equal(t, 240, b.LeftOut[0].Count, "in lines")
	_, few, err = New(fileOf(t, rows[:200]...), "").baskets()
	require.NoError(t, err)
	assert.Contains(t, few, "100 are the least")
}

// Twenty products are shipped alike. Of one, half comes back after six days; of another, seven pieces more are cancelled on their day.
func TestReturnsThatStandOut(t *testing.T) {
	var rows []string
	for n := range 40 {
		d := day(t, "2010-12-01").AddDays(7 * n)
		for p := range 20 {
			invoice, code := fmt.Sprintf("%d%02d", 1000+n, p), fmt.Sprint(10000+p)
			rows = append(rows, row(invoice, code, 10, d, 5, 12340))
			switch {
			case p == 3 && n < 30:
				rows = append(rows, row("C"+invoice, code, -5, d.AddDays(6), 5, 12340))
			case p == 4:
				rows = append(rows, row(invoice, code, 7, d, 5, 12340), row("C"+invoice, code, -7, d, 5, 12340))
			}
		}
	}
	signals, err := New(fileOf(t, rows...), "").returns()
	require.NoError(t, err)
	require.Len(t, signals, 1, "what never left does not come back")
	s := signals[0]
	assert.Equal(t, "10003", s.Code)
	assert.Greater(t, s.Lower, 0.2)
	assert.LessOrEqual(t, s.Lower, s.Rate)
	assert.LessOrEqual(t, s.Rate, s.Upper)
	assert.Less(t, s.Returned, s.Shipped)
	assert.NotEmpty(t, s.Reason)
}

// Nothing is kept where nothing is expected, and what is owed is bought.
func TestLevelsWithoutDemand(t *testing.T) {
	none := levelsOf(policy.Levels{})
	assert.Zero(t, none.Missing(0))
	assert.Equal(t, int64(3), none.Missing(-3))
	some := levelsOf(policy.Levels{Rate: 1, ReorderPoint: 7, OrderQuantity: 12})
	assert.Zero(t, some.Missing(8))
	assert.Equal(t, int64(12), some.Missing(7))
	assert.Equal(t, int64(24), some.Missing(-5), "the least number of lots that brings the position above 7")
}

// Sold by the hundred until the end of March, and to nobody since: nothing is bought of it in December but what is owed.
func TestLevelsOfWhatNobodyBuys(t *testing.T) {
	first := day(t, "2010-12-01")
	var rows []string
	for n := range 120 {
		if d := first.AddDays(n); d.Weekday() != time.Saturday {
			rows = append(rows, row(fmt.Sprint(1000+n), "10002", 100, d, 2, 12340))
		}
	}
	rows = append(rows, row("9999", "10003", 1, day(t, "2011-12-09"), 2, 12340))
	trade := New(fileOf(t, rows...), "")
	p := trade.byCode["10002"]
	for at, want := range map[string]bool{"2011-03-30": true, "2011-12-08": false} {
		levels, err := trade.plan(p, trade.position(day(t, at)), []float64{0.1, 1.6})
		require.NoError(t, err)
		require.Len(t, levels, 2)
		assert.Equal(t, want, levels[1].Missing(0) > 0, at)
		assert.Equal(t, int64(5), min(levels[0].Missing(-5), 5), at)
	}
}
