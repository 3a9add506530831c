package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

func html(t *testing.T, f *report.Figures) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.WriteHTML(&b))
	return strings.ReplaceAll(b.String(), "\u00a0%", " %")
}

func TestPageStandsAlone(t *testing.T) {
	page := html(t, sampleFigures())
	assert.NotContains(t, page, "://", "no network")
	assert.NotRegexp(t, `(?i)<script|<link|<img|@import|url\(`, page)
	assert.Contains(t, page, "prefers-color-scheme:dark")
	for _, s := range []string{"NaN", "Inf", "%!", "ZgotmplZ"} {
		assert.NotContains(t, page, s)
	}
}

func TestPageSaysTheFindings(t *testing.T) {
	page := html(t, sampleFigures())
	for _, s := range []string{
		"from 1 December 2010 to 9 December 2011", "£946,720.53 net of VAT", "September 2011 was the best month with £98,000; Gold customers brought 63.2 %",
		"The file ends on 9 December 2011", "Customer 17450 alone is 23.7 % of the gross sales",
		"89.2 % of all pieces were there at once; 96.1 % of the lines kept their first promise", "The axis begins at 85 %",
		"Half of the customers score 95 or more; one in twenty scores 79 or less", "Surveys and complaints: no data",
		"364 moves in 7 reviews: 105 up, 84 down", "Customers owed most at the end of January 2012", "When customers pay is simulated",
		"128 × WHITE HANGING HEART T-LIGHT HOLDER &lt;&amp;&gt;: from £377.60 by the list to £306.40 paid",
		"One order, all the way to cash: delivered in 2 parts, each invoiced and paid", "INV-003912", "Dr bank 367.68 / Cr receivables 367.68", "£403.68",
		"VAT numbers that are assumed", "More was lost than the simulated shelf held",
		"All 3 checks hold", "Entries balance", "All documents come to the sum of the file", "CC BY 4.0", "−£12,511.00",
	} {
		assert.True(t, strings.Contains(page, s), s)
	}
	f := sampleFigures()
	f.Checks["revenue_ties_to_file"] = false
	f.Flow = f.Flow[:5]
	page = html(t, f)
	assert.Contains(t, page, "1 of 3 checks fail")
	assert.Contains(t, page, "One order, through all its documents", "nothing is said of cash that did not come")
	assert.Equal(t, []string{"revenue_ties_to_file"}, f.Failed())
}

// A colour that is nowhere drawn has no place in the legend; the table below keeps its column.
func TestLegendHasWhatIsDrawn(t *testing.T) {
	f := sampleFigures()
	require.Equal(t, 3, strings.Count(html(t, f), ">over 90 days</text>"), "at each width")
	for i := range f.Receivables {
		f.Receivables[i].Buckets[4].Open = gbp(0)
	}
	page := html(t, f)
	assert.NotContains(t, page, ">over 90 days</text>")
	assert.Equal(t, 3, strings.Count(page, ">61–90 days</text>"))
	assert.Contains(t, page, `<th scope="col">over 90 days</th>`)
}

// The shares of the grades stand below the share that they are of.
func TestFillRatesByGradeFollowTheirSum(t *testing.T) {
	f := sampleFigures()
	f.FillByGrade = []report.GradeFill{{Grade: "gold", Fill: report.Share{Part: 9, Whole: 10}}}
	assert.Regexp(t, `<td>Pieces reserved when ordered</td><td>89.2 %</td></tr><tr class="of"><td>ordered by Gold customers</td><td>90.0 %</td></tr>`, html(t, f))
}

// A page of chosen customers says of each card whose figures it has.
func TestPageOfOneCustomer(t *testing.T) {
	page := html(t, chosenFigures())
	for _, s := range []string{
		"<h1>Customer 14680: a year", "320 of the file&#39;s 47,808 rows, those of customer 14680", "of sales to customer 14680", "Customer 14680 scores 85 of 100",
		"Customer 14680: 2 moves up and 1 down in 7 reviews", "relative to all customers of the file", "Customer 14680 owed most", "Every row of customer 14680 has its place",
		"stock levels follow from all customers",
	} {
		assert.True(t, strings.Contains(page, s), s)
	}
	for _, s := range []string{"one in twenty", "Half of the customers", "Gold customers brought", "364", "rows a second"} {
		assert.NotContains(t, page, s)
	}
	cards := strings.Count(page, `<section class="card`)
	assert.Equal(t, cards-2, strings.Count(page, `<span class="whose">Customer 14680</span>`), "all but the checks and the notes")

	f := chosenFigures()
	f.Customers = []string{"12340", "12350", "12360", "14680"}
	f.ChosenGrades = nil
	for range 13 {
		f.ChosenGrades = append(f.ChosenGrades, report.ChosenGrades{Customer: "1", Grades: []string{"gold"}})
	}
	page = html(t, f)
	assert.Contains(t, page, `<span class="whose">The 4 chosen customers</span>`)
	assert.Contains(t, page, `<span class="whose">All customers of the file</span><h2>364 moves`, "too many to show one by one")
	assert.NotContains(t, html(t, sampleFigures()), `<span class="whose">`)
}

// Whoever did nothing in phase 2 has a page too.
func TestPageOfACustomerOfPhase1(t *testing.T) {
	f := chosenFigures()
	f.Satisfaction, f.FillRate, f.OnTimeRate, f.Example, f.Flow = report.Satisfaction{MinLines: 5}, report.Share{}, report.Share{}, nil, nil
	for i := range f.Months {
		f.Months[i].Fill, f.Months[i].OnTime = report.Share{}, report.Share{}
	}
	f.ChosenGrades[0].Grades = []string{"", "", "", "", "", "", ""}
	f.EngineIsPaid = report.Share{}
	page := html(t, f)
	for _, s := range []string{"Customer 14680 ordered nothing in phase 2", "Customer 14680: too few lines for a score", "Customer 14680 was never graded"} {
		assert.Contains(t, page, s)
	}
}

func TestPageOfTheCounterfactual(t *testing.T) {
	f := sampleFigures()
	f.Price = "engine"
	page := html(t, f)
	for _, s := range []string{"A counterfactual: these books have the engine&#39;s prices", "credits at the prices of the file", "£306.40 by the engine", "<td>The engine&#39;s prices</td>"} {
		assert.Contains(t, page, s)
	}
	assert.NotContains(t, page, "to £306.40 paid")
	assert.NotContains(t, page, "<td>Paid</td>")
}

func TestSourceOfTheData(t *testing.T) {
	f := sampleFigures()
	assert.Contains(t, html(t, f), "if it is taken from the data set", "nothing is known of another file")
	f.File = data.Name
	page := html(t, f)
	assert.Contains(t, page, "Data: Chen, D. (2015), Online Retail")
	assert.Contains(t, page, "Changes: a selection of its rows")
}

// Every picture is well-formed, and its texts do not run into one another: two labels on one height keep apart by the
// width of their letters.
func TestPicturesAreReadable(t *testing.T) {
	assert.Equal(t, 2*3+4*2, readable(t, html(t, sampleFigures())), "two for three widths, four for two")
	readable(t, html(t, chosenFigures()))
}

// readable checks the pictures of a page and counts them.
func readable(t *testing.T, page string) int {
	t.Helper()
	pictures := strings.Split(page, "<svg ")[1:]
	for _, p := range pictures {
		inside, _, whole := strings.Cut(p, "</svg>")
		require.True(t, whole)
		p = "<svg " + inside + "</svg>"
		var drawn struct {
			Texts []struct {
				X      float64 `xml:"x,attr"`
				Y      float64 `xml:"y,attr"`
				Anchor string  `xml:"text-anchor,attr"`
				S      string  `xml:",chardata"`
			} `xml:"text"`
			Label string `xml:"aria-label,attr"`
			Box   string `xml:"viewBox,attr"`
		}
		require.NoError(t, xml.Unmarshal([]byte(p), &drawn))
		assert.NotEmpty(t, drawn.Label)
		width, err := strconv.ParseFloat(strings.Fields(drawn.Box)[2], 64)
		require.NoError(t, err)
		box := func(i int) (left, right float64) {
			const letter = 7.6 // of the widest usual fonts
			s := drawn.Texts[i]
			w := letter * float64(len([]rune(s.S)))
			switch s.Anchor {
			case "middle":
				return s.X - w/2, s.X + w/2
			case "end":
				return s.X - w, s.X
			}
			return s.X, s.X + w
		}
		for i := range drawn.Texts {
			left, right := box(i)
			if left < -1 || right > width+1 {
				t.Errorf("%q runs off the picture", drawn.Texts[i].S)
			}
			for j := range i {
				if dy := drawn.Texts[i].Y - drawn.Texts[j].Y; dy > 11 || dy < -11 {
					continue
				}
				l, r := box(j)
				if right > l && r > left { // asked so often that assert would take its time
					t.Errorf("%q runs into %q", drawn.Texts[i].S, drawn.Texts[j].S)
				}
			}
		}
	}
	return len(pictures)
}

func TestEmptyFiguresStillGiveAPage(t *testing.T) {
	page := html(t, &report.Figures{})
	assert.Contains(t, page, "No grades were reviewed.")
	assert.NotContains(t, page, "NaN")
}

func TestJSONIsOneObjectWithAllKeys(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, sampleFigures().WriteJSON(&b))
	d := json.NewDecoder(&b)
	var object map[string]any
	require.NoError(t, d.Decode(&object))
	_, err := d.Token()
	require.ErrorIs(t, err, io.EOF, "nothing else")
	for _, key := range []string{
		"rows", "sold", "returned", "written_off", "service", "refused", "refusals", "orders", "order_lines", "rows_per_second",
		"peak_bytes", "fill_rate", "on_time_rate", "net_by_tax", "waterfall", "grades", "matching", "checks",
	} {
		assert.Contains(t, object, key)
	}
	assert.InDelta(t, 0.892, object["fill_rate"], 1e-9)
	assert.Equal(t, "12511.00 GBP", object["waterfall"].(map[string]any)["grade"])
}

func TestSettled(t *testing.T) {
	step := func(document string, pounds int64) report.FlowStep {
		return report.FlowStep{Document: document, Amount: gbp(pounds * 100)}
	}
	paid := []report.FlowStep{step("order", 100), step("delivery", 60), step("invoice", 72), step("delivery", 40), step("invoice", 48), step("payment", 72), step("payment", 48)}
	assert.True(t, report.Settled(paid))
	assert.False(t, report.Settled(paid[:6]), "not all of it is paid")
	assert.False(t, report.Settled(append([]report.FlowStep{step("order", 1)}, paid...)), "not all of it is delivered")
	assert.False(t, report.Settled(append(paid[:7:7], step("return", 0))), "something came back")
	assert.False(t, report.Settled(nil))
}

func TestShares(t *testing.T) {
	assert.Equal(t, "–", report.Share{}.String())
	assert.Equal(t, "66.7 %", report.Share{Part: 2, Whole: 3}.String())
	text, err := json.Marshal([]report.Share{{}, {Part: 2, Whole: 3}, {Part: 1, Whole: 1}})
	require.NoError(t, err)
	assert.Equal(t, "[null,0.6667,1.0000]", string(text))
	var s report.Share
	s.Count(true)
	s.Count(false)
	s.Add(1, 2)
	assert.Equal(t, report.Share{Part: 2, Whole: 4}, s)
}

func TestText(t *testing.T) {
	var b strings.Builder
	require.NoError(t, sampleFigures().WriteText(&b))
	for _, s := range []string{"sample.csv: 47,808 rows, 41,235 a second", "line 31000, invoice 567890: no goods", "  2011-06-01            50        55        65       105", "Revenue ties to file", "96.1 %",
		"2011-10-12  Payment PY-003100", "All 3 checks hold"} {
		assert.Contains(t, b.String(), s)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 80, line)
		assert.Equal(t, strings.TrimRight(line, " "), line, "no blanks at the end")
	}
	b.Reset()
	require.NoError(t, chosenFigures().WriteText(&b))
	for _, s := range []string{"sample.csv: 320 of 47,808 rows, those of customer 14680", "(all customers of the file)", "14680: none, bronze, silver", "Score of 100"} {
		assert.Contains(t, b.String(), s)
	}
	assert.ErrorIs(t, sampleFigures().WriteText(broken{}), errBroken)
	assert.ErrorIs(t, sampleFigures().WriteHTML(broken{}), errBroken)
}

var errBroken = errors.New("broken pipe")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestBar(t *testing.T) {
	var b strings.Builder
	bar := report.NewBar(&b)
	bar.Clear()
	assert.Empty(t, b.String())
	bar.Show(date(2011, time.June, 1), 50, 100)
	once := b.String()
	assert.Contains(t, once, "2011-06-01 ████████████████████░░░░░░░░░░░░░░░░░░░░  50 %")
	bar.Show(date(2011, time.June, 1), 50, 100)
	assert.Equal(t, once, b.String(), "drawn again only when it changes")
	bar.Clear()
	assert.True(t, strings.HasSuffix(b.String(), "\r"))
	file, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer file.Close()
	assert.False(t, report.Terminal(file))
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	assert.False(t, report.Terminal(null))
}
