package insight

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

func TestOutlookOfTheYear(t *testing.T) {
	o, few, err := New(fileOf(t, year(t, 40)...), "").outlook()
	require.NoError(t, err)
	assert.Empty(t, few)
	assert.Equal(t, 7, o.Series, "one was sold in too few weeks")
	assert.Equal(t, int64(7*heldWeeks), o.Within80.Whole, "each held out week of each product once")
	assert.Equal(t, int64(7*heldWeeks), o.Within95.Whole)
	assert.GreaterOrEqual(t, o.Within95.Part, o.Within80.Part)
	assert.Positive(t, o.RMSSE)
	assert.Positive(t, o.Naive)
	methods := 0
	for _, m := range o.Methods {
		methods += m.Count
	}
	assert.Equal(t, 7, methods)
	assert.Len(t, o.Products, sellers)
	assert.Len(t, o.Shop.Points, heldWeeks)
	sum := func(list []float64) (s float64) {
		for _, v := range list {
			s += v
		}
		return s
	}
	assert.Greater(t, sum(o.Products[0].Actual), sum(o.Products[5].Actual), "the best seller first")
}

// The same figures twice, on one core as on two.
func TestAnalyseIsTheSameEveryTime(t *testing.T) {
	rows := year(t, 20)
	analyse := func(cores int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		var parts []string
		in := New(fileOf(t, rows...), "").Analyse(Graded{Of: map[string]string{"12340": "gold"}, Names: []string{"gold", "standard"}},
			func(part string) { parts = append(parts, part) })
		assert.Equal(t, []string{"customers", "baskets", "returns", "trends", "forecasts", "stock"}, parts)
		object, err := json.Marshal(in)
		require.NoError(t, err)
		return string(object)
	}
	one := analyse(1)
	assert.Equal(t, one, analyse(2))
	assert.Equal(t, one, analyse(2))
	assert.Equal(t, 1, strings.Count(one, "Nothing is foretold"), "of so few customers")
	for _, s := range []string{"held out begin on 2011-10-10", "Half of the products",
		"The replay of stock opens all policies alike", "nothing of the first 24 trading days, ", "a lead time of up to 15 days and 36 days of cover"} {
		assert.Contains(t, one, s)
	}
}

// A file that is not like a year of the wholesaler's is told of as far as it goes.
func TestTooLittleIsLeftOut(t *testing.T) {
	d := day(t, "2010-12-01")
	var short, cash []string
	for n := range 60 {
		short = append(short, row(fmt.Sprint(1000+n), "10002", 3, d.AddDays(n), 2, 12340))
		cash = append(cash, row(fmt.Sprint(1000+n), "10002", 3, d.AddDays(6*n), 2, 0))
	}
	for name, c := range map[string]struct {
		rows []string
		told []string
	}{
		"one row":      {[]string{row("1", "10002", 1, d, 2, 12340)}, nil},
		"refunds":      {[]string{row("C1", "10002", -1, d, 2, 12340), row("C2", "10002", -1, d.AddDays(300), 2, 12340)}, nil},
		"services":     {[]string{row("1", "POST", 1, d, 2, 12340)}, nil},
		"losses":       {[]string{row("1", "10002", -4, d, 0, 0)}, nil},
		"cancelled":    {[]string{row("1", "10002", 4, d, 2, 12340), row("C1", "10002", -4, d, 2, 12340)}, nil},
		"a Saturday":   {[]string{row("1", "10002", 1, day(t, "2010-12-04"), 2, 12340)}, nil},
		"free":         {[]string{row("1", "10002", 1, d, 0, 12340)}, nil},
		"two months":   {short, nil},
		"no customers": {cash, []string{"trends", "forecasts", "stock"}},
		"phase 2 only": {[]string{row("1", "10002", 1, day(t, "2011-07-04"), 2, 12340), row("2", "10002", 1, day(t, "2011-07-05"), 2, 12340)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := New(fileOf(t, c.rows...), "").Analyse(Graded{}, nil)
			notes := strings.Join(in.Notes, "\n")
			for _, part := range []string{"customers", "baskets", "trends", "forecasts", "stock"} {
				told := strings.Contains(strings.Join(c.told, " "), part)
				assert.Equal(t, !told, strings.Contains(notes, "Nothing is foretold of "+part+": "), "%s: %s", part, notes)
			}
			_, err := json.Marshal(in)
			require.NoError(t, err)
			if c.told == nil {
				empty := *in
				empty.Notes = nil
				assert.Equal(t, report.Insight{}, empty)
			}
		})
	}
}

// The planner knows nothing before its first plan, plans anew every twelve trading days, and knows nothing of what
// comes after.
func TestPlanner(t *testing.T) {
	rows := year(t, 20)
	trade := New(fileOf(t, rows...), "")
	p := NewPlanner(trade, 0.95)
	assert.Equal(t, "insight, for a fill rate of 0.95", p.String())
	_, ok, err := p.Levels("10003", day(t, "2011-05-31"))
	require.NoError(t, err)
	assert.False(t, ok, "phase 1 has no plan")
	_, ok, _ = p.Levels("99999", day(t, "2011-06-01"))
	assert.False(t, ok, "an unknown product")
	planned, ok, err := p.Levels("10003", day(t, "2011-06-01"))
	require.NoError(t, err)
	require.True(t, ok)
	assert.Positive(t, planned.Reorder)
	assert.Greater(t, planned.UpTo, planned.Reorder)
	later, ok, err := p.Levels("10003", supply.AddTrading(day(t, "2011-06-01"), planEvery-1))
	require.NoError(t, err)
	assert.Equal(t, []any{planned, true}, []any{later, ok}, "to the next plan")

	var changed []string
	for _, r := range rows {
		at := strings.Index(r, ",2011-")
		if at >= 0 && r[at+1:at+11] >= "2011-07-01" {
			r = strings.Replace(r, ",10003,", ",10004,", 1)
		}
		changed = append(changed, r)
	}
	other := NewPlanner(New(fileOf(t, changed...), ""), 0.95)
	differ := false
	for _, item := range trade.items {
		for _, d := range []string{"2011-06-01", "2011-07-01", "2011-11-01"} {
			l1, ok1, _ := p.Levels(item.code, day(t, d))
			l2, ok2, _ := other.Levels(item.code, day(t, d))
			if d == "2011-11-01" {
				differ = differ || l1 != l2
				continue
			}
			assert.Equal(t, []any{l1, ok1}, []any{l2, ok2}, "%s on %s", item.code, d)
		}
	}
	assert.True(t, differ, "afterwards the change is known")
}

// The demo's main figures, with room for what other settings of the methods would change.
func TestAnalyseOfTheDemo(t *testing.T) {
	if raced || testing.Short() {
		t.Skip("the demo takes half a minute, and minutes under the race detector")
	}
	file, err := retail.Read(data.Name, data.Demo(), nil)
	require.NoError(t, err)
	in := New(file, "").Analyse(Graded{}, nil)
	assert.InDelta(t, 1716, in.Outlook.Series, 20)
	assert.InDelta(t, 0.953, share(in.Outlook.Within95), 0.02)
	assert.InDelta(t, 0.88, share(in.Outlook.Within80), 0.04)
	assert.InDelta(t, 0.87, in.Outlook.RMSSE, 0.05)
	assert.Less(t, in.Outlook.RMSSE, in.Outlook.Naive)
	require.Len(t, in.Lifetime.Grades, 1, "without grades all customers are in one")
	assert.Equal(t, 442, in.Lifetime.Grades[0].Customers)
	assert.InDelta(t, 737, in.Lifetime.Grades[0].Value, 75)
	assert.InDelta(t, 0.685, in.Churn.AUC, 0.03)
	assert.InDelta(t, 0.444, in.Churn.Share, 0.01)
	assert.Equal(t, 1698, in.Baskets.Orders)
	assert.InDelta(t, 6, len(in.Returns), 3)
	assert.InDelta(t, 1709, in.Trends.Products, 20)
	assert.InDelta(t, 0.897, in.Stock.Rule.Fill, 0.01)
	assert.NotContains(t, strings.Join(in.Notes, "\n"), "Nothing is foretold")
}

func share(s report.Share) float64 { return float64(s.Part) / float64(s.Whole) }
