package table_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/examples/forecast/table"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

func read(t testing.TB, text string, o table.Options) *table.Table {
	t.Helper()
	got, err := table.Read(strings.NewReader(text), o)
	require.NoError(t, err)
	return got
}

// usual are the options of the program without flags.
func usual() table.Options { return table.Options{Season: -1} }

func faults(t *table.Table) (list []string) {
	for _, f := range t.Faults.List {
		list = append(list, f.String())
	}
	return list
}

func TestBothShapesGiveTheSameSeries(t *testing.T) {
	for name, text := range map[string]string{
		"long": "series,date,value\na,2024-01,1\na,2024-02,2.5\nb,2024-01,-3\nb,2024-02,4\n",
		"long, columns and rows in another order": "Quantity,SKU,Month\n4,b,2024-02\n2.5,a,2024-02\n-3,b,2024-01\n1,a,2024-01\n",
		"byte order mark and CRLF":                "\ufeffseries,date,value\r\na,2024-01,1\r\na,2024-02,2.5\r\nb,2024-01,-3\r\nb,2024-02,4\r\n",
		"semicolons and commas":                   "series;date;value\na;2024-01;1\na;2024-02;2,5\nb;2024-01;-3\nb;2024-02;4\n",
		"tabs":                                    "series\tdate\tvalue\na\t2024-01\t1\na\t2024-02\t2.5\nb\t2024-01\t-3\nb\t2024-02\t4\n",
		"first days":                              "series,date,value\na,2024-01-01,1\na,2024-02-01,2.5\nb,2024-01-01,-3\nb,2024-02-01,4\n",
		"last days":                               "series,date,value\na,2024-01-31,1\na,2024-02-29,2.5\nb,2024-01-31,-3\nb,2024-02-29,4\n",
		"wide":                                    "product,2024-01,2024-02\na,1,2.5\nb,-3,4\n",
		"wide, a separator at the end of a line":  "product;2024-01;2024-02;\na;1;2,5;\nb;-3;4;\n",
		"wide, midnight":                          "product,2024-01-01 00:00:00,2024-02-01 00:00:00\na,1,2.5\nb,-3,4\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, text, usual())
			require.Empty(t, faults(got))
			assert.Equal(t, forecast.Month, got.Bucket)
			require.Len(t, got.Items, 2)
			a, b := got.Items[0], got.Items[1]
			if a.Name == "b" {
				a, b = b, a
			}
			assert.Equal(t, []float64{1, 2.5}, a.Series.Values)
			assert.Equal(t, []float64{-3, 4}, b.Series.Values)
			assert.Equal(t, "2024-01-01", a.Series.Start.String())
			assert.Equal(t, 12, a.Series.Season)
			none := read(t, text, table.Options{Season: 0})
			assert.Equal(t, 1, none.Items[0].Series.Season, "none is asked for, and none is looked for")
		})
	}
}

func TestDatesShowTheBucket(t *testing.T) {
	for _, c := range []struct {
		dates []string
		want  forecast.Bucket
		start string
	}{
		{[]string{"2024-03-30", "2024-03-31"}, forecast.Day, "2024-03-30"},
		{[]string{"2024-02-05", "2024-02-12", "2024-03-04"}, forecast.Week, "2024-02-05"}, // Mondays
		{[]string{"2024-02-11", "2024-02-18"}, forecast.Week, "2024-02-05"},               // Sundays
		{[]string{"2024-01-15", "2024-02-15"}, forecast.Month, "2024-01-01"},
		{[]string{"2024-03-31", "2024-06-30"}, forecast.Quarter, "2024-01-01"},
		{[]string{"2023-12-31", "2024-12-31"}, forecast.Year, "2023-01-01"},
		{[]string{"2024/01", "2024/02"}, forecast.Month, "2024-01-01"},
		{[]string{"2024M02", "2024M03"}, forecast.Month, "2024-02-01"},
		{[]string{"2024-Q2", "2024-Q3"}, forecast.Quarter, "2024-04-01"},
		{[]string{"2020-W53", "2021-W01"}, forecast.Week, "2020-12-28"}, // ISO 8601: 2020 has 53 weeks
		{[]string{"2019", "2020"}, forecast.Year, "2019-01-01"},
		{[]string{"2024-05-17"}, forecast.Day, "2024-05-17"},
	} {
		t.Run(strings.Join(c.dates, " "), func(t *testing.T) {
			text := "date,value\n"
			for _, d := range c.dates {
				text += d + ",1\n"
			}
			got := read(t, text, usual())
			require.Empty(t, faults(got))
			assert.Equal(t, c.want, got.Bucket)
			assert.Equal(t, c.start, got.Items[0].Series.Start.String())
		})
	}
}

func TestGapsAreMissingOrZero(t *testing.T) {
	const text = "series,date,value\na,2024-02,5\na,2024-05,7\nb,2024-01,1\nb,2024-06,NA\n"
	got := read(t, text, usual())
	assert.Equal(t, []float64{5, 0, 0, 7}, got.Items[0].Series.Values)
	assert.Equal(t, []int{1, 2}, got.Items[0].Series.Missing)
	assert.Equal(t, []float64{1}, got.Items[1].Series.Values, "what is not known at the end is no history")
	assert.Equal(t, table.EndsEarly, got.Items[1].Warnings[0].Code)
	o := usual()
	o.Zero = true
	got = read(t, text, o)
	assert.Equal(t, []float64{0, 5, 0, 0, 7}, got.Items[0].Series.Values)
	assert.Empty(t, got.Items[0].Series.Missing)
}

// January is there from the 15th on, April to the 10th.
func TestBrokenBucketsAreLeftOut(t *testing.T) {
	const text = "date,value\n2024-01-15,100\n2024-02-01,1\n2024-02-29,2\n2024-03-07,3\n2024-04-10,100\n"
	o := usual()
	o.Bucket, o.Zero = forecast.Month, true
	got := read(t, text, o)
	require.Len(t, got.Notes, 2)
	assert.Contains(t, got.Notes[0], "the first month, of 2024-01, is not whole")
	assert.Contains(t, got.Notes[1], "the last month, of 2024-04, is not whole")
	assert.Equal(t, []float64{3, 3}, got.Items[0].Series.Values)
	assert.Equal(t, forecast.BrokenBucket, got.Items[0].Warnings[0].Code)

	t.Run("a week that lacks only weekdays on which nothing is ever sold is whole", func(t *testing.T) {
		o.Bucket = forecast.Week
		got := read(t, "date,value\n2024-01-01,1\n2024-01-02,1\n2024-01-08,1\n2024-01-09,1\n", o)
		assert.Empty(t, got.Notes)
		assert.Equal(t, []float64{2, 2}, got.Items[0].Series.Values)
	})
	t.Run("a quarter that lacks a month is missing", func(t *testing.T) {
		o.Bucket, o.Zero = forecast.Quarter, false
		got := read(t, "date,value\n2024-01,1\n2024-02,1\n2024-03,1\n2024-05,1\n2024-06,1\n2024-07,1\n2024-08,1\n2024-09,1\n", o)
		assert.Equal(t, []float64{3, 0, 3}, got.Items[0].Series.Values)
		assert.Equal(t, []int{1}, got.Items[0].Series.Missing)
	})
}

func TestColumnsOfALongTable(t *testing.T) {
	got := read(t, "date,value,censored,closed,promo,price\n2024-01,5,1,,0,9\n2024-02,,,1,0,\n2024-03,6,,,1,8\n2024-04,,,,1,\n2024-05,,,1,0,7\n", usual())
	require.Empty(t, faults(got))
	s := got.Items[0].Series
	assert.Equal(t, []float64{5, 0, 6}, s.Values)
	assert.Equal(t, []int{0}, s.Censored)
	assert.Equal(t, []int{1}, s.Closed)
	assert.Empty(t, s.Missing)
	assert.Equal(t, []forecast.Regressor{
		{Name: "promo", Past: []float64{0, 0, 1}, Future: []float64{1, 0}},
		{Name: "price", Past: []float64{9, 9, 8}, Future: []float64{8, 7}},
	}, s.Regressors)
	assert.Equal(t, []int{1}, got.Items[0].ClosedAhead(12))
	assert.Empty(t, got.Items[0].ClosedAhead(1))
}

func TestWeekdaysThatNeverOccurAreClosed(t *testing.T) {
	text := "date,value\n"
	for day := 1; day <= 31; day++ { // 1 January 2024 is a Monday
		if day%7 != 6 && day%7 != 0 {
			text += fmt.Sprintf("2024-01-%02d,1\n", day)
		}
	}
	got := read(t, text, usual())
	assert.Equal(t, []string{"no row falls on a Saturday or Sunday: taken as closed, not as demand of zero"}, got.Notes)
	assert.Equal(t, []int{5, 6, 12, 13, 19, 20, 26, 27}, got.Items[0].Series.Closed)
	assert.Empty(t, got.Items[0].Series.Missing)
	assert.Equal(t, []int{2, 3}, got.Items[0].ClosedAhead(7)) // from Thursday, 1 February
}

func TestFaultsAreNamedAndTheRestIsRead(t *testing.T) {
	got := read(t, strings.Join([]string{
		"series,date,value,closed",
		"good,2024-01,1,",
		"bad,2024-01,\"1,234.5\",",
		"bad,2024-13,x,maybe",
		"late,2024-Q1,1,",
		",2024-01,4,",
		"q\"x,2024-01,3,",
		"twice,2024-01,1,",
		"twice,2024-01,2,",
		"huge,2024-01,1e16,",
		"long,2024-01,1,,9",
		"none,,1,",
		"infinite,2024-01,Inf,",
		"good,2024-02,2,",
	}, "\n"), usual())
	assert.Equal(t, []string{
		"line 3, column 3 (bad): value: 1,234.5 is no number such as 1234.5 (no marks between thousands; -decimal comma)",
		"line 4, column 2 (bad): date: 2024-13 is no date such as 2024-03-31, 2024-03, 2024-Q1, 2024-W13 or 2024",
		"line 4, column 3 (bad): value: x is no number such as 1234.5",
		"line 4, column 4 (bad): closed: maybe is neither 1 nor 0",
		"line 5, column 2 (late): date: 2024-Q1 is a quarter, the first date a month",
		"line 6, column 1: the series has no name",
		"line 7: bare \" in non-quoted-field, at byte 2 of the line; it is left out",
		"line 10, column 3 (huge): value: 1e16 is larger than 1e15",
		"line 11, column 5 (long): closed: a field more than the header has",
		"line 12, column 2 (none): date: the date is missing",
		"line 13, column 3 (infinite): value: Inf is no number such as 1234.5",
		"line 9 (twice): 2024-01 is on line 8 already (with -bucket month both are summed)",
	}, faults(got))
	assert.Equal(t, 12, got.Faults.Count)
	require.Len(t, got.Items, 1)
	assert.Equal(t, []float64{1, 2}, got.Items[0].Series.Values)
	assert.Equal(t, []string{"bad", "late", "twice", "huge", "long", "none", "infinite"}, got.Left)
}

func TestFaultsOfAWideTable(t *testing.T) {
	got := read(t, "name,2024-01,2024-02,2024-01,soon\na,1,2,3,4\nb,1,x,3,4\na,5,6,7,8\nc,1,2,3,4,5\n", usual())
	assert.Equal(t, []string{
		"line 1, column 4: the date is that of column 2; the column is left out",
		"line 1, column 5: soon is no date such as 2024-03-31, 2024-03, 2024-Q1, 2024-W13 or 2024; the column is left out",
		"line 3, column 3 (b): x is no number such as 1234.5",
		"line 4, column 1 (a): the name is that of line 2; this line is left out",
		"line 5, column 6 (c): the header has no such column",
	}, faults(got))
	require.Len(t, got.Items, 1)
	assert.Equal(t, []float64{1, 2}, got.Items[0].Series.Values)
}

// A row with too few fields is a fault; an empty field is a missing value.
func TestShortRows(t *testing.T) {
	got := read(t, "sku,date,quantity\na,2024-01,1\na,2024-02\nb,2024-01,1\nb,2024-02,\nb,2024-03,3\nc\n", usual())
	assert.Equal(t, []string{
		"line 3 (a): fields: 2, where the header has 3 (a value that is not known is an empty field)",
		"line 7 (c): fields: 1, where the header has 3 (a value that is not known is an empty field)",
	}, faults(got))
	require.Len(t, got.Items, 1)
	assert.Equal(t, []int{1}, got.Items[0].Series.Missing)
	assert.Equal(t, []string{"a", "c"}, got.Left)

	got = read(t, "sku,2024-01,2024-02,2024-03,2024-04\na,1,2\nb,1,,3,4\n", usual())
	assert.Equal(t, []string{"line 2 (a): fields: 3, where the header has 5 (a value that is not known is an empty field)"}, faults(got))
	require.Len(t, got.Items, 1)
	assert.Equal(t, []int{1}, got.Items[0].Series.Missing)

	for _, text := range []string{"sku,date,quantity,\na,2024-01,1\na,2024-02,2,\n", "sku,2024-01,2024-02,\na,1,2\n"} {
		got = read(t, text, usual())
		assert.Empty(t, faults(got), "a separator at the end of the header asks for no field")
		assert.Equal(t, []float64{1, 2}, got.Items[0].Series.Values)
	}
}

// The headers of an export are taken as they are.
func TestNamesOfColumns(t *testing.T) {
	for _, header := range []string{"product_id,order_date,qty", "SKU,Date,Units", "item,invoice_date,units_sold"} {
		got := read(t, header+"\na,2024-01,1\na,2024-02,2\n", usual())
		require.Empty(t, faults(got))
		assert.Equal(t, "a", got.Items[0].Name)
		assert.Equal(t, []float64{1, 2}, got.Items[0].Series.Values)
	}
	got := read(t, "shop,date,value\nn,2024-01,1\n", usual())
	assert.Equal(t, []string{
		"line 2, column 1 (value): shop: n is no number such as 1234.5; if it names the series, call the column series",
	}, faults(got))
}

func TestFaultsAreBounded(t *testing.T) {
	got := read(t, "date,value\n"+strings.Repeat("2024-01,x\n", 5000), usual())
	assert.GreaterOrEqual(t, got.Faults.Count, 5000)
	assert.Len(t, got.Faults.List, table.MaxFaults)
}

func TestWhatIsNoTable(t *testing.T) {
	for want, text := range map[string]string{
		"the file is empty": "",
		"line 1: no column is the date (date, order_date, invoice_date, day, week, month, quarter, year, period, ds, time, timestamp); " +
			"no column is the value (value, quantity, qty, sales, demand, units, units_sold, y, amount); " +
			"no column is the series (series, product, product_id, item, item_id, sku, article, article_id, material, stock_code, id, name, unique_id, key); " +
			"a wide table has a name and then dates such as 2024-03; found a, b": "a,b\n1,2\n",
		"line 1: no column is the value (value, quantity, qty, sales, demand, units, units_sold, y, amount); " +
			"a wide table has a name and then dates such as 2024-03; found sku, date, sold": "sku,date,sold\na,2024-01,2\n",
		"the file is UTF-16: save it as UTF-8": "\xff\xfea",
		"there is no row below the header":     "date,value\n",
	} {
		_, err := table.Read(strings.NewReader(text), usual())
		var format *table.FormatError
		require.ErrorAs(t, err, &format)
		assert.Equal(t, want, err.Error())
	}
	for bucket, want := range map[forecast.Bucket]string{
		forecast.Week: "-bucket week: the dates are of a month, which does not add up to it",
		forecast.Day:  "-bucket day: the dates are of a month, which holds several",
		forecast.Hour: "-bucket hour: dates have no hours",
	} {
		_, err := table.Read(strings.NewReader("date,value\n2024-01,1\n2024-02,1\n"), table.Options{Bucket: bucket})
		require.EqualError(t, err, want)
	}
}

// Whatever a file holds, each series is one that the library takes, or a fault is named.
func TestReadAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.SampledFrom([]string{
			"", "a", "2024-01", "2024-02-29", "9999-12-31", "9900-12-31", "0001-01-02", "1000-01-01", "2024-W10", "1", "-5e3", "1e15", "1e16", "NaN", "x", "\"", "\"\"", "=1", "\xff", "true", "\n", ",",
		})
		header := rapid.SampledFrom([]string{"series,date,value,closed,censored,promo", "date,value", "n,2024-01,2024-02", "n;2024-01-01;2024-01-09", "2023,2024", "value,date,date,"}).Draw(t, "header")
		rows := rapid.SliceOfN(rapid.SliceOfN(field, 0, 7), 0, 12).Draw(t, "rows")
		text := header + "\n"
		for _, r := range rows {
			text += strings.Join(r, ",") + "\n"
		}
		o := table.Options{Season: -1, Zero: rapid.Bool().Draw(t, "zero"), Bucket: rapid.SampledFrom(append(forecast.Buckets(), "")).Draw(t, "bucket")}
		got, err := table.Read(strings.NewReader(text), o)
		if err != nil {
			return
		}
		for i := range got.Items {
			require.NoError(t, got.Items[i].Series.Validate())
			got.Items[i].ClosedAhead(20)
		}
		require.True(t, len(got.Left) == 0 || got.Faults.Count > 0)
	})
}
