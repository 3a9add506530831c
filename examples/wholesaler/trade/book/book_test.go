package book_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

func sample(t *testing.T) *retail.File {
	t.Helper()
	f, err := retail.Read(data.Name, data.Demo(), nil)
	require.NoError(t, err)
	f, err = f.Select(func(r *retail.Row) bool { return r.Customer != "" })
	require.NoError(t, err)
	return f
}

func day(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func price(t *testing.T, s string) tandem.Price {
	t.Helper()
	p, err := tandem.ParsePrice(s + " GBP/EA")
	require.NoError(t, err)
	return p
}

// Rules 5 to 7, without the grades, which have their own test. The rules say that list, break and contract are about
// 534,747, 7,223 and 6,367, and that 566 lines need approval; reading "modal price" as the price of most rows gives the
// contract step exactly and the others as below. The paid sum is the file's.
func TestSampleWaterfall(t *testing.T) {
	f := sample(t)
	k := book.NewKeeper(f.Rows)
	next := day(t, "2011-06-01")
	var sum book.Waterfall
	lines, same, approvals := 0, 0, 0
	var sizes []int
	var first book.Book
	for i := range f.Rows {
		row := &f.Rows[i]
		for ; !row.Day.Before(next); next = next.AddMonths(1) {
			b := k.Publish(next)
			sizes = append(sizes, len(b.Contracts))
			if first.Version == 0 {
				first = b
			}
		}
		if row.Class != retail.Sold {
			continue
		}
		if len(sizes) > 0 {
			q := k.Quote(row)
			w, approval, err := book.Explain(q, row.Quantity, row.Price, tandem.Rate{})
			require.NoError(t, err)
			require.True(t, w.Ties())
			sum, err = sum.Add(w)
			require.NoError(t, err)
			lines++
			if q.Engine(row.Quantity) == row.Price {
				same++
			}
			if approval {
				approvals++
			}
		}
		k.Sold(row)
	}
	assert.Equal(t, 22406, lines)
	assert.Equal(t, "519119.94 GBP", sum.Paid.String())
	assert.Equal(t, int64(6367), (sum.Contract.Minor()+50)/100)
	assert.Equal(t, []int{4, 6, 5, 5, 5, 5, 2}, sizes, "contract customers by book")
	assert.InDelta(t, 534747, sum.List.Minor()/100, 0.01*534747)
	assert.InDelta(t, 566, approvals, 10)
	assert.InDelta(t, 0.931, float64(same)/float64(lines), 0.01)
	assert.True(t, sum.Ties())
	assert.InDelta(t, -0.15, medianBreak(first), 0.01)
	t.Log(sum, approvals, same)
}

func medianBreak(b book.Book) float64 {
	var off []float64
	for _, e := range b.Entries {
		if e.Threshold > 0 {
			off = append(off, float64(e.Break.Micro())/float64(e.List.Micro())-1)
		}
	}
	slices.Sort(off)
	return off[len(off)/2]
}

func sale(t *testing.T, customer, date string, pieces int64, p string) retail.Row {
	return retail.Row{Class: retail.Sold, Kind: retail.Goods, Code: "85123A", Customer: customer, Day: day(t, date), Quantity: pieces, Price: price(t, p)}
}

func TestEntryByHand(t *testing.T) {
	rows := []retail.Row{
		sale(t, "1", "2011-05-02", 6, "2.95"), sale(t, "2", "2011-05-02", 12, "2.95"), sale(t, "3", "2011-05-02", 2, "2.95"),
		sale(t, "1", "2011-05-03", 32, "2.55"), sale(t, "2", "2011-05-03", 64, "2.55"), sale(t, "4", "2011-05-03", 128, "2.10"),
		sale(t, "5", "2011-06-01", 1, "9.99"), // not before the publication
		{Class: retail.Sold, Code: "85123A", Day: day(t, "2011-05-04"), Quantity: 1, Price: price(t, "5.79")}, // no customer
	}
	b := book.NewKeeper(rows).Publish(day(t, "2011-06-01"))
	assert.Equal(t, []book.Entry{{Product: "85123A", List: price(t, "2.95"), Threshold: 32, Break: price(t, "2.55")}}, b.Entries)
	assert.Equal(t, tandem.Validity{From: day(t, "2011-06-01"), Until: day(t, "2011-07-01")}, b.Valid)
	assert.Equal(t, price(t, "2.95"), b.Entries[0].At(31))
	assert.Equal(t, price(t, "2.55"), b.Entries[0].At(32))
}

func TestTieGoesToTheHigherPriceAndOneRowMakesNoBreak(t *testing.T) {
	rows := []retail.Row{
		sale(t, "1", "2011-05-02", 6, "2.55"), sale(t, "2", "2011-05-02", 6, "2.55"),
		sale(t, "1", "2011-05-02", 1, "2.95"), sale(t, "2", "2011-05-02", 1, "2.95"), sale(t, "3", "2011-05-02", 96, "2.10"),
	}
	b := book.NewKeeper(rows).Publish(day(t, "2011-06-01"))
	assert.Equal(t, price(t, "2.95"), b.Entries[0].List)
	assert.Equal(t, int64(6), b.Entries[0].Threshold)
	b = book.NewKeeper(rows[2:]).Publish(day(t, "2011-06-01"))
	assert.Zero(t, b.Entries[0].Threshold, "a break must explain two rows more")
}

func TestContractCustomerPaysHisLastPrice(t *testing.T) {
	var rows []retail.Row
	for range 12 {
		rows = append(rows, sale(t, "book", "2011-05-02", 6, "2.95"))
	}
	for range 10 {
		rows = append(rows, sale(t, "own", "2011-05-02", 6, "2.70"))
	}
	for range 9 {
		rows = append(rows, sale(t, "few", "2011-05-02", 6, "2.60"))
	}
	k := book.NewKeeper(rows)
	b := k.Publish(day(t, "2011-06-01"))
	assert.Equal(t, []string{"own"}, b.Contracts)
	now := sale(t, "own", "2011-06-02", 6, "2.65")
	assert.True(t, k.Quote(&now).Contract.IsNone(), "nothing paid yet that the keeper was told of")
	k.Sold(&rows[12])
	assert.Equal(t, price(t, "2.70"), k.Quote(&now).Engine(6))
	k.Sold(&now)
	assert.Equal(t, price(t, "2.65"), k.Quote(&now).Engine(6))
	few := sale(t, "few", "2011-06-02", 6, "2.60")
	k.Sold(&few)
	assert.Equal(t, price(t, "2.95"), k.Quote(&few).Engine(6))
}

func TestNewProductAndCarriedEntry(t *testing.T) {
	rows := []retail.Row{sale(t, "1", "2011-01-02", 6, "2.95")}
	k := book.NewKeeper(rows)
	k.Publish(day(t, "2011-06-01"))
	assert.Len(t, k.Publish(day(t, "2011-07-01")).Entries, 1, "not sold for months, still in the book")
	fresh := sale(t, "1", "2011-07-02", 6, "1.25")
	fresh.Code = "22222"
	q := k.Quote(&fresh)
	assert.True(t, q.New)
	assert.Equal(t, price(t, "1.25"), q.Engine(600))
	assert.False(t, k.Quote(&fresh).New)
	assert.Len(t, k.Publish(day(t, "2011-08-01")).Entries, 2)
}

func TestExplainByHand(t *testing.T) {
	q := book.Quote{Entry: book.Entry{List: price(t, "2.95"), Threshold: 32, Break: price(t, "2.55")}}
	w, approval, err := book.Explain(q, 32, price(t, "2.40"), tandem.Percent(5))
	require.NoError(t, err)
	gbp := func(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }
	// 94.40 − 12.80 = 81.60; 5 % of it 4.08; 77.52 against 76.80.
	assert.Equal(t, book.Waterfall{List: gbp(9440), Break: gbp(1280), Contract: gbp(0), Grade: gbp(408), Agreed: gbp(72), Paid: gbp(7680)}, w)
	assert.False(t, approval)
	q.Contract = price(t, "3.00")
	w, approval, err = book.Explain(q, 32, price(t, "2.249999"), tandem.Percent(5))
	require.NoError(t, err)
	assert.Equal(t, gbp(1440), w.Contract)
	assert.True(t, w.Grade.IsZero(), "no grade on top of a contract")
	assert.True(t, approval, "below 75 % of 3.00")
	_, approval, err = book.Explain(q, 32, price(t, "2.25"), tandem.Percent(5))
	require.NoError(t, err)
	assert.False(t, approval, "just 75 %")
	_, _, err = book.Explain(q, 1<<62, price(t, "2.25"), tandem.Rate{})
	assert.ErrorIs(t, err, tandem.ErrOverflow)
}
