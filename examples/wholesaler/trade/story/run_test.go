package story_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
)

func london() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
}

func demo(t *testing.T) *retail.File {
	t.Helper()
	f, err := retail.Read(data.Name, data.Demo(), nil)
	require.NoError(t, err)
	return f
}

func sample(t *testing.T) *retail.File {
	t.Helper()
	f, err := demo(t).Select(func(r *retail.Row) bool { return r.Customer != "" })
	require.NoError(t, err)
	return f
}

func tell(t *testing.T, f *retail.File, cfg story.Config) (*report.Figures, *ledgerless) {
	t.Helper()
	cfg.Zone = london()
	books := newLedgerless()
	figures, err := story.Run(context.Background(), f, books, cfg)
	require.NoError(t, err)
	return figures, books
}

func percent(s report.Share) float64 { return float64(s.Tenths()) / 10 }

// The figures of WHOLESALER's rules on the sample: exact where a rule fixes them, within three points where supply is
// simulated.
func TestSampleStory(t *testing.T) {
	f, books := tell(t, sample(t), story.Config{})
	assert.Equal(t, []int{36378, 35485, 708, 0, 185, 0, 4}, []int{f.Rows, f.Sold, f.Returned, f.WrittenOff, f.Service, f.Refused, f.Free})
	assert.Equal(t, "811414.33 GBP", f.Revenue.String())
	assert.Equal(t, report.Matching{SamePriceWhole: 171, SamePricePart: 352, SamePriceSeveral: 5, AnyPrice: 45, Partly: 5, None: 130, SameDay: 27, Scrapped: 79}, f.Matching)
	assert.Equal(t, 364, f.Grades.Moves)
	require.Len(t, f.Grades.Reviews, 7)
	assert.Equal(t, []int{50, 55, 65, 105}, f.Grades.Reviews[0].Sizes)

	net := map[string]int64{}
	for _, n := range f.NetByTax {
		net[n.Treatment] = n.Net.Minor()
	}
	assert.Equal(t, int64(8278996), net["eu"])
	assert.Equal(t, int64(848394), net["export"])
	assert.InDelta(t, 55691, net["17.5"]/100, 3, "about 55,691")
	assert.InDelta(t, 664449, net["20"]/100, 3, "about 664,449")

	assert.Equal(t, "519119.94 GBP", f.Waterfall.Paid.String())
	assert.Equal(t, "6366.80 GBP", f.Waterfall.Contract.String(), "line by line")
	assert.InDelta(t, 12511, f.Waterfall.Grade.Minor()/100, 10)
	assert.True(t, f.Waterfall.Ties())

	assert.Equal(t, "17450", f.Largest.Customer)
	assert.Equal(t, "23.7 %", f.Largest.OfGross.String())
	assert.Equal(t, "23.1 %", f.Largest.OfNet.String())
	assert.Empty(t, f.Failed())
	assert.Contains(t, f.Checks, "revenue_ties_to_file")

	assert.NotNil(t, f.Example)
	assert.Len(t, f.Flow, 1)
	assert.Len(t, f.Months, 13)
	assert.Positive(t, books.calls["pay rounded"])
	assert.Equal(t, 7, books.calls["publish"])
	assert.Equal(t, 135, books.allowed[story.Unmatched], "130 rows wholly, 5 partly")
	assert.Equal(t, 86, books.scrapped)
	t.Log(f.LinesAtOnce, f.FillRate, f.OnTimeRate, f.OrdersOnTime, f.BigLines, f.Purchases, net, books.calls, books.allowed)
}

// The aims of rule 12 hold within three points on the mean of several seeds: one seed is one draw of late purchases, and
// the orders wholly on time range over seeds from 52 to 58 %.
func TestSampleService(t *testing.T) {
	file := sample(t)
	seeds := []string{"1", "2", "3", "4", "5"}
	var atOnce, fill, onTime, orders float64
	for _, seed := range seeds {
		f, _ := tell(t, file, story.Config{Seed: seed})
		n := float64(len(seeds))
		atOnce, fill = atOnce+percent(f.LinesAtOnce)/n, fill+percent(f.FillRate)/n
		onTime, orders = onTime+percent(f.OnTimeRate)/n, orders+percent(f.OrdersOnTime)/n
	}
	assert.InDelta(t, 91.1, atOnce, 3)
	assert.InDelta(t, 90.0, fill, 3)
	assert.InDelta(t, 96.3, onTime, 3)
	assert.InDelta(t, 57, orders, 3)
}

func TestDemoStory(t *testing.T) {
	f, _ := tell(t, demo(t), story.Config{})
	assert.Equal(t, []int{47808, 46505, 712, 292, 298, 1}, []int{f.Rows, f.Sold, f.Returned, f.WrittenOff, f.Service, f.Refused})
	assert.Equal(t, []int{140, 152}, []int{f.Lost, f.Found})
	assert.Equal(t, "946720.53 GBP", f.Revenue.String())
	assert.Equal(t, int64(31467), f.WriteOffs.Asked)
	assert.Less(t, f.WriteOffs.Applied, f.WriteOffs.Asked, "the simulated shelf holds less than was lost")
	require.Len(t, f.Refusals, 1)
	assert.Equal(t, "no goods, no customer, no amount", f.Refusals[0].Reason)
	assert.Equal(t, 15155, f.Refusals[0].Line)
	var months int64
	for _, m := range f.Months {
		for _, r := range m.Revenue {
			months += r.Net.Minor()
		}
	}
	expenses := f.NetByTax[4]
	assert.Equal(t, "expense", expenses.Treatment)
	assert.Equal(t, f.Revenue.Minor()-expenses.Net.Minor(), months, "the months add up to the revenue")
	assert.Empty(t, f.Failed())
}

func TestSameSeedSameFigures(t *testing.T) {
	file := sample(t)
	one, _ := tell(t, file, story.Config{Seed: "x"})
	two, _ := tell(t, file, story.Config{Seed: "x"})
	other, _ := tell(t, file, story.Config{Seed: "y"})
	a, err := json.Marshal(one)
	require.NoError(t, err)
	b, err := json.Marshal(two)
	require.NoError(t, err)
	assert.Equal(t, string(a), string(b))
	assert.NotEqual(t, one.FillRate, other.FillRate)
	assert.Equal(t, one.Waterfall, other.Waterfall, "prices do not hang on the seed")
}

func TestChosenCustomers(t *testing.T) {
	file := demo(t)
	all, _ := tell(t, file, story.Config{})
	one, books := tell(t, file, story.Config{Customers: map[string]bool{"14680": true}})
	rows := 0
	for i := range file.Rows {
		if file.Rows[i].Customer == "14680" {
			rows++
		}
	}
	assert.Equal(t, rows, one.Rows)
	assert.Len(t, books.customers, 1)
	assert.Equal(t, all.Grades, one.Grades, "grades come from all customers")
	assert.Empty(t, one.Failed())
	months := map[string]string{}
	for _, m := range one.Months {
		require.Len(t, m.Revenue, 1, m.Month)
		months[m.Month.String()[:7]] = m.Revenue[0].Grade + " " + m.Revenue[0].Net.String()
	}
	assert.Equal(t, map[string]string{
		"2010-12": "ungraded 2835.20 GBP", "2011-01": "ungraded 2506.63 GBP", "2011-02": "ungraded 2807.31 GBP", "2011-03": "ungraded 2083.51 GBP",
		"2011-04": "ungraded 72.00 GBP", "2011-05": "ungraded 4071.30 GBP", "2011-06": "gold 976.25 GBP", "2011-07": "gold 6256.30 GBP",
		"2011-08": "gold 2388.20 GBP", "2011-09": "gold 1768.04 GBP", "2011-10": "gold 0.00 GBP", "2011-11": "gold 1167.60 GBP",
		"2011-12": "gold 0.00 GBP", // bought nothing in October, and nothing in December
	}, months)
}

// Months without any trade: nought for whoever is graded by then, or for the ungraded.
func TestMonthsWithoutTrade(t *testing.T) {
	file, err := retail.Read("hand.csv", strings.NewReader(header+
		"1,10002,x,10,2010-12-03 10:00,1.00,12340,United Kingdom\n"+
		"2,10002,x,10,2011-08-03 10:00,1.00,12340,United Kingdom\n"), nil)
	require.NoError(t, err)
	f, _ := tell(t, file, story.Config{})
	require.Len(t, f.Months, 9)
	for _, m := range f.Months {
		require.NotEmpty(t, m.Revenue, m.Month)
	}
	nought := tandem.MoneyFromMinor(0, tandem.GBP)
	assert.Equal(t, []report.GradeRevenue{{Grade: "ungraded", Net: nought}}, f.Months[5].Revenue, "May")
	require.Len(t, f.Months[6].Revenue, 1, "June")
	assert.NotEqual(t, "ungraded", f.Months[6].Revenue[0].Grade)
	assert.Equal(t, nought, f.Months[6].Revenue[0].Net)
}

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// One customer of phase 1: sold on Friday, part of it cancelled the same day, some returned after 91 days at another
// price, more returned than was ever sold.
func TestCancellationByHand(t *testing.T) {
	file, err := retail.Read("hand.csv", strings.NewReader(header+
		"1,10002,x,10,2010-12-03 10:00,1.00,12340,United Kingdom\n"+
		"C2,10002,x,-4,2010-12-03 11:00,1.00,12340,United Kingdom\n"+
		"C3,10002,x,-3,2011-03-04 11:00,0.90,12340,United Kingdom\n"+
		"C4,10002,x,-5,2011-03-06 11:00,1.00,12340,United Kingdom\n"), nil)
	require.NoError(t, err)
	f, books := tell(t, file, story.Config{})
	l := books.sold[story.LineKey{Invoice: "1", Line: 2}]
	assert.Equal(t, []int64{4, 6, 6}, []int64{l.cancelled, l.shipped, l.gone})
	assert.Equal(t, map[story.AllowanceKind]int{story.PriceDifference: 1, story.Unmatched: 1}, books.allowed)
	assert.Equal(t, 2, books.scrapped, "91 and 93 days after the sale")
	// 6.00 − 3.00 − 3.00 − 2.00 unmatched at the rate before the file; 0.30 less was credited than was invoiced.
	assert.Equal(t, map[string]int64{"17.5": -200, "20": 30}, books.net)
	assert.Equal(t, "-1.70 GBP", f.Revenue.String())
	assert.Empty(t, f.Failed())
}

func TestBigLineIsBoughtToOrderAndBackorderIsFilled(t *testing.T) {
	var rows strings.Builder
	rows.WriteString(header)
	for day := 1; day <= 9; day++ {
		rows.WriteString("1" + string(rune('0'+day)) + ",10002,x,2,2011-05-0" + string(rune('0'+day)) + " 10:00,1.00,12340,United Kingdom\n")
	}
	rows.WriteString("20,10002,x,500,2011-06-01 10:00,1.00,12340,United Kingdom\n" +
		"21,10002,x,23,2011-06-01 10:00,1.00,12340,United Kingdom\n" +
		"22,99999,new,3,2011-06-02 10:00,1.00,12340,United Kingdom\n")
	file, err := retail.Read("hand.csv", strings.NewReader(rows.String()), nil)
	require.NoError(t, err)
	f, books := tell(t, file, story.Config{})
	assert.Equal(t, 1, f.BigLines)
	assert.Equal(t, 1, books.calls["receive to_order"])
	assert.Equal(t, 9, books.calls["receive just_in_time"])
	for key, l := range books.sold {
		assert.Equal(t, l.Pieces, l.shipped, key)
	}
	assert.Equal(t, report.Share{Part: 1, Whole: 2}, f.LinesAtOnce, "23 were short, 3 of the new product were there")
	assert.Empty(t, f.Failed())
}

type failing struct {
	*ledgerless
	err error
}

func (b failing) Dispatch(context.Context, tandem.Instant) ([]story.Shipped, error) {
	return nil, b.err
}

func TestErrorsNameTheDay(t *testing.T) {
	_, err := story.Run(context.Background(), sample(t), failing{newLedgerless(), tandem.ErrConflict}, story.Config{Zone: london()})
	require.ErrorIs(t, err, tandem.ErrConflict)
	assert.Contains(t, err.Error(), "on 2010-12-01: ")
	_, err = story.Run(context.Background(), sample(t), newLedgerless(), story.Config{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
}
