package command

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

func wholesaler() *Program { return &Program{Name: "wholesaler", About: "Wholesaler tells.\n\n"} }

// command runs the command as a shell would.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = wholesaler().Run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// A small shop: sales in both phases, a cash sale of a service, a return after the invoice, a write-off, an expense.
const small = header +
	"1,10002,x,10,2010-12-03 10:00,1.00,12340,United Kingdom\n" +
	"1,POST,POSTAGE,1,2010-12-03 10:00,5.00,12340,United Kingdom\n" +
	"2,10002,x,3,2010-12-03 11:00,1.20,,United Kingdom\n" +
	"C3,10002,x,-4,2010-12-20 11:00,1.00,12340,United Kingdom\n" +
	"4,10002,lost,-2,2011-07-04 10:00,0,,United Kingdom\n" +
	"5,10002,x,6,2011-07-04 11:00,1.00,12340,United Kingdom\n" +
	"6,10002,x,2,2011-07-05 11:00,1.10,12341,Germany\n" +
	"7,10002,x,2,2011-07-05 12:00,1.10,12342,Norway\n" +
	"C8,BANK CHARGES,Bank Charges,-1,2011-07-05 12:00,7.00,,United Kingdom\n" +
	"A9,B,Adjust bad debt,1,2011-07-05 12:00,11.00,,United Kingdom\n"

func TestJSONIsAllOfStdout(t *testing.T) {
	page := filepath.Join(t.TempDir(), "report.html")
	code, stdout, stderr := command(t, "-data", write(t, "small.csv", small), "-json", "-report", page, "-insight=false")
	require.Equal(t, ExitOK, code, stderr)
	d := json.NewDecoder(strings.NewReader(stdout))
	var got map[string]any
	require.NoError(t, d.Decode(&got))
	_, err := d.Token()
	require.ErrorIs(t, err, io.EOF, "one object and nothing else")
	for _, key := range []string{"rows", "sold", "returned", "written_off", "service", "refused", "refusals", "orders", "order_lines", "rows_per_second",
		"peak_bytes", "fill_rate", "on_time_rate", "net_by_tax", "waterfall", "grades", "matching", "checks"} {
		assert.Contains(t, got, key)
	}
	assert.Equal(t, got["rows"], got["sold"].(float64)+got["returned"].(float64)+got["written_off"].(float64)+got["service"].(float64)+got["refused"].(float64))
	assert.Equal(t, []any{map[string]any{"line": 11.0, "invoice": "A9", "reason": "an accounting correction, no trade"}}, got["refusals"])
	assert.Positive(t, got["peak_bytes"])
	assert.Positive(t, got["rows_per_second"])
	checks := got["checks"].(map[string]any)
	for _, name := range []string{"every_entry_balances", "trial_balance_balances", "receivables_by_customer", "stock_value_by_product", "unbilled_by_customer",
		"goods_received_not_invoiced", "on_hand_is_the_sum_of_moves", "reserved_within_on_hand", "reservations_sum_to_reserved", "waterfalls_sum_to_their_price",
		"kept_waterfalls_sum_to_their_price", "revenue_ties_to_file", "every_row_accounted_for", "second_run_is_identical", "ageing_equals_receivables"} {
		assert.Equal(t, true, checks[name], name)
	}
	assert.Contains(t, stderr, "Every row of the file has its place", "the text goes to stderr")
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Contains(t, string(html), "</html>")
}

func TestTextGoesToStdout(t *testing.T) {
	code, stdout, stderr := command(t, "-data", write(t, "small.csv", small), "-price", "engine", "-seed", "7", "-customers", "12340, 12341", "-insight=false")
	require.Equal(t, ExitOK, code, stderr)
	assert.Contains(t, stdout, "small.csv: 5 of 10 rows, those of customers 12340 and 12341\n")
	assert.Contains(t, stdout, "Every row of customers 12340 and 12341 has its place")
	assert.Empty(t, stderr)
}

// Whatever is malformed: one line that names the place, exit status 2, no report.
func TestMalformed(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(strings.Repeat(small, 1)))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	sold := header + "1,10002,x,10,2010-12-03 10:00,1.00,12340,United Kingdom\n"
	for name, c := range map[string]struct{ file, text, want string }{
		"no such file":   {"", "", "no such file"},
		"empty":          {"a.csv", "", "a.csv"},
		"header only":    {"a.csv", header, "no rows"},
		"missing column": {"a.csv", strings.Replace(sold, "Quantity,", "", 1), "Quantity"},
		"bad number":     {"a.csv", sold + "1,10002,x,ten,2010-12-03 10:00,1.00,12340,United Kingdom\n", "line 3, column Quantity"},
		"too many":       {"a.csv", sold + "1,10002,x,999999999999,2010-12-03 10:00,1.00,12340,United Kingdom\n", "a.csv, line 3, column Quantity: \"999999999999\" is out of range: at most 1,000,000,000"},
		"bad price":      {"a.csv", sold + "1,10002,x,1,2010-12-03 10:00,a lot,12340,United Kingdom\n", "line 3, column UnitPrice"},
		"bad date":       {"a.csv", sold + "1,10002,x,1,2010-13-03 10:00,1.00,12340,United Kingdom\n", "line 3, column InvoiceDate"},
		"short line":     {"a.csv", sold + "1,10002\n", "line 3"},
		"truncated gzip": {"a.csv.gz", packed.String()[:packed.Len()-20], "a.csv.gz"},
		"no gzip":        {"a.csv.gz", "\x1f\x8bnonsense", "a.csv.gz"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "missing.csv")
			if c.file != "" {
				path = write(t, c.file, c.text)
			}
			page := filepath.Join(t.TempDir(), "report.html")
			code, stdout, stderr := command(t, "-data", path, "-report", page, "-json")
			assert.Equal(t, ExitMalformed, code)
			assert.Empty(t, stdout)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			assert.Contains(t, stderr, c.want)
			assert.NoFileExists(t, page)
		})
	}
}

// A place where no page can be written is told before the file is read: one line, exit status 2, nothing left behind.
func TestReportPathsThatCannotBe(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "small.csv")
	require.NoError(t, os.WriteFile(file, []byte(small), 0o600))
	locked := filepath.Join(folder, "locked")
	require.NoError(t, os.Mkdir(locked, 0o500))
	for name, c := range map[string]struct{ path, want string }{
		"a folder":            {folder, "is a folder"},
		"missing folder":      {filepath.Join(folder, "missing", "report.html"), "there is no folder " + filepath.Join(folder, "missing")},
		"missing, as folder":  {filepath.Join(folder, "missing") + string(filepath.Separator), "there is no folder"},
		"a file as folder":    {filepath.Join(file, "report.html"), ""},
		"name too long":       {filepath.Join(folder, strings.Repeat("x", 5000)), ""},
		"the file itself":     {file, "is the file of trade itself"},
		"folder not writable": {filepath.Join(locked, "report.html"), "permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(c.path, locked) && os.Geteuid() <= 0 {
				t.Skip("root may write anywhere, and Windows has other permissions")
			}
			code, stdout, stderr := command(t, "-data", file, "-report", c.path, "-insight=false")
			assert.Equal(t, ExitMalformed, code)
			assert.Empty(t, stdout)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			assert.True(t, strings.HasPrefix(stderr, "wholesaler: -report "+c.path+": "), stderr)
			assert.Contains(t, stderr, c.want)
		})
	}
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, left, 2, "the file of trade and the folder that was made")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, small, string(kept))
}

// A report of an earlier run stays as it is until there is another.
func TestAFailedRunKeepsTheOldPage(t *testing.T) {
	old := write(t, "report.html", "old")
	code, _, _ := command(t, "-data", write(t, "a.csv", header), "-report", old)
	assert.Equal(t, ExitMalformed, code)
	kept, err := os.ReadFile(old)
	require.NoError(t, err)
	assert.Equal(t, "old", string(kept))
	code, stdout, stderr := command(t, "-data", write(t, "a.csv", small), "-report", old, "-insight=false")
	require.Equal(t, ExitOK, code, stderr)
	assert.Contains(t, stdout, old, "says where the page is")
	kept, err = os.ReadFile(old)
	require.NoError(t, err)
	assert.Contains(t, string(kept), "</html>")
}

// The order whose documents are shown came in parts, and all of it was delivered, invoiced and paid.
func TestTheOrderShownIsPaid(t *testing.T) {
	for name, o := range map[string]options{"all": {price: "paid"}, "one customer": {price: "paid", customers: "14680"}} {
		t.Run(name, func(t *testing.T) {
			told, err := newTelling(o)
			require.NoError(t, err)
			f, err := told.inMemory(context.Background(), nil)
			require.NoError(t, err)
			require.True(t, report.Settled(f.Flow), "%+v", f.Flow)
			documents := map[string]int{}
			for _, step := range f.Flow {
				documents[step.Document]++
				assert.NotEmpty(t, step.Number)
				assert.Equal(t, step.Document != report.FlowOrder, step.Posting != "", "%+v", step)
			}
			assert.Equal(t, 1, documents[report.FlowOrder])
			assert.Greater(t, documents[report.FlowDelivery], 1, "a part was missing at first")
			assert.Equal(t, documents[report.FlowDelivery], documents[report.FlowInvoice])
			assert.NotContains(t, f.Flow[0].Text, " 1 line", "several lines")
			agree(t, f)
		})
	}
}

// agree holds the page against the JSON: every amount of the one stands on the other.
func agree(t *testing.T, f *report.Figures) {
	t.Helper()
	var object, html bytes.Buffer
	require.NoError(t, f.WriteJSON(&object))
	require.NoError(t, f.WriteHTML(&html))
	page := strings.NewReplacer(",", "", "−", "-", "\u00a0%", " %").Replace(html.String())
	var got any
	require.NoError(t, json.Unmarshal(object.Bytes(), &got))
	amounts := 0
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, part := range v {
				walk(path+"."+k, part)
			}
		case []any:
			for _, part := range v {
				walk(path, part)
			}
		case string:
			if pounds, found := strings.CutSuffix(v, " GBP"); found && !strings.Contains(v, ":") {
				amounts++
				assert.True(t, strings.Contains(page, "£"+strings.TrimPrefix(pounds, "-")), "%s: %s is not on the page", path, v)
			}
		}
	}
	walk("", got)
	assert.Greater(t, amounts, 100)
	for _, share := range []report.Share{f.FillRate, f.LinesAtOnce, f.OnTimeRate, f.OrdersOnTime, f.EngineIsPaid} {
		assert.Contains(t, page, share.String())
	}
	for _, note := range f.Notes {
		assert.True(t, strings.Contains(page, template.HTMLEscapeString(strings.ReplaceAll(note, ",", ""))), note)
	}
}

func TestFlagsThatCannotBe(t *testing.T) {
	for name, args := range map[string][]string{
		"price": {"-price", "free"}, "argument": {"file.csv"}, "flag": {"-nonsense"}, "customer": {"-customers", "1"}, "no customer": {"-customers", ","},
		"no file": {"-data", ""}, "no page": {"-report="}, "value": {"-json=perhaps"},
		"policy": {"-replenish", "guess"}, "no policy": {"-replenish="}, "all filled": {"-fill", "1"}, "nothing filled": {"-fill", "0"},
		"no share": {"-fill", "95"}, "no number": {"-fill", "NaN"}, "no fill": {"-fill", "much"}, "insight": {"-insight=perhaps"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := command(t, args...)
			assert.Equal(t, ExitMalformed, code)
			assert.Empty(t, stdout)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			assert.True(t, strings.HasPrefix(stderr, "wholesaler: "), stderr)
		})
	}
	code, _, stderr := command(t, "-help")
	assert.Equal(t, ExitOK, code)
	assert.True(t, strings.HasPrefix(stderr, "Wholesaler tells."), stderr)
	assert.Contains(t, stderr, "-report file\n")
	assert.Contains(t, stderr, "-price which\n")
}

// A check that fails is exit status 1, with the report written: it shows what failed.
func TestPublishNamesFailedChecks(t *testing.T) {
	o := options{price: "paid", data: write(t, "small.csv", small)}
	f, err := wholesaler().figures(context.Background(), o, &progress{}, io.Discard)
	require.NoError(t, err)
	require.Empty(t, f.Failed())
	f.Checks["made_up"] = false
	var out, errs bytes.Buffer
	assert.Equal(t, ExitFailed, wholesaler().conclude(f, o, &out, &errs))
	assert.Contains(t, errs.String(), "failed: made_up")
	assert.Contains(t, out.String(), "Made up")
	assert.Contains(t, out.String(), "1 of 20 checks fail")
}

// The whole demo, or the file that WHOLESALER_DATA names, once.
func BenchmarkDemo(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		told, err := newTelling(options{data: os.Getenv("WHOLESALER_DATA"), price: "paid"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := told.inMemory(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(told.file.Rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
	}
}

// A year of two products and some customers, in which the levels of forecasts differ from those of the rule.
func shop() string {
	var b strings.Builder
	b.WriteString(header)
	for n := range 340 {
		day := time.Date(2010, time.December, 1+n, 10, 0, 0, 0, time.UTC)
		if day.Weekday() == time.Saturday || n%3 > 0 {
			continue
		}
		for c := range 3 {
			fmt.Fprintf(&b, "%d%d,1000%d,x,%d,%s,1.50,1234%d,United Kingdom\n", 1000+n, c, 2+n%2, 1+(n*7+c*5)%11, day.Format("2006-01-02 15:04"), c)
		}
	}
	return b.String()
}

// Levels from forecasts tell another story, in which all books agree as well.
func TestReplenishByInsight(t *testing.T) {
	file := write(t, "shop.csv", shop())
	purchases := map[string]any{}
	for name, args := range map[string][]string{"rule": nil, "0.5": {"-replenish", "insight", "-fill", "0.5"}, "0.99": {"-replenish", "insight", "-fill", "0.99"}} {
		code, stdout, stderr := command(t, append(args, "-data", file, "-json", "-insight=false")...)
		require.Equal(t, ExitOK, code, stderr)
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(stdout), &got))
		checks := got["checks"].(map[string]any)
		assert.Len(t, checks, 19)
		for check, holds := range checks {
			assert.Equal(t, true, holds, check)
		}
		assert.NotContains(t, got, "insight", "not asked for")
		assert.Contains(t, got["replenish"], map[bool]string{true: "rule", false: "insight, for a fill rate of " + name}[name == "rule"])
		purchases[name] = got["purchases"]
	}
	assert.True(t, purchases["rule"] != purchases["0.5"] || purchases["rule"] != purchases["0.99"], "%v", purchases)
	code, stdout, stderr := command(t, "-data", file, "-replenish", "insight", "-customers", "12340")
	require.Equal(t, ExitOK, code, stderr)
	assert.Contains(t, stdout, "All 19 checks hold")
	assert.Contains(t, stdout, "Forecast against actual (all customers of the file)")
	assert.Contains(t, stdout, "Nothing is foretold of customers: ", "of a file with three")
}

// A database that has the story of one policy refuses that of another: the names differ.
func TestNameOfTheStory(t *testing.T) {
	file := write(t, "small.csv", small)
	names := map[string]bool{}
	for _, o := range []options{
		{price: "paid", replenish: "rule"}, {price: "paid", replenish: "insight", fill: 0.9}, {price: "paid", replenish: "insight", fill: 0.95},
	} {
		o.data = file
		told, err := newTelling(o)
		require.NoError(t, err)
		names[told.name()] = true
		o.insight = true
		again, err := newTelling(o)
		require.NoError(t, err)
		assert.Equal(t, told.name(), again.name(), "what is foretold changes nothing in the books")
	}
	assert.Len(t, names, 3)
}

// Insight never fails a run, however little the file tells.
func TestInsightOfLittle(t *testing.T) {
	for name, row := range map[string]string{
		"one sale": "1,10002,x,10,2010-12-03 10:00,1.00,12340,United Kingdom\n", "a refund": "C1,10002,x,-4,2010-12-20 11:00,1.00,12340,United Kingdom\n",
		"a service": "1,POST,POSTAGE,1,2011-07-03 10:00,5.00,12340,United Kingdom\n", "a loss": "1,10002,lost,-2,2011-07-04 10:00,0,,United Kingdom\n",
		"a Saturday": "1,10002,x,10,2011-06-04 10:00,1.00,,United Kingdom\n", "refused": "A9,B,Adjust bad debt,1,2011-07-05 12:00,11.00,,United Kingdom\n",
	} {
		for _, how := range []string{"rule", "insight"} {
			code, stdout, stderr := command(t, "-data", write(t, "one.csv", header+row), "-replenish", how)
			require.Equal(t, ExitOK, code, "%s: %s", name, stderr)
			assert.Contains(t, stdout, "Nothing is foretold of customers: ", name)
			assert.Contains(t, stdout, "Nothing is foretold of stock: ", name)
		}
	}
}
