package report_test

import (
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

// insightPage gives the page of the sample year with what is foretold.
func insightPage(t *testing.T, in *report.Insight) string {
	t.Helper()
	f := sampleFigures()
	f.Insight = in
	return html(t, f)
}

// sound checks that a page holds no number that is none and no text that escaped its place.
func sound(t *testing.T, page string) {
	t.Helper()
	for _, s := range []string{"NaN", "Inf", "%!", "ZgotmplZ", "://"} {
		assert.NotContains(t, page, s)
	}
}

func TestPageSaysWhatIsForetold(t *testing.T) {
	page := insightPage(t, sampleInsight())
	sound(t, page)
	for _, s := range []string{
		"<h2>What both sides&#39; data foretell</h2>", "8 of 8 weeks that were held out came inside the 95 % band", "Chosen because: smallest error in the back-test over 6 origins.",
		"Product by product, forecasts erred 18 % less than naive ones", "Of 1,412 products, 79.9 % of the weeks held out came within the 80 % interval and 93.9 % within the 95 % one",
		"RMSSE is 0.81 on average, that of naive forecasts 0.99 (less is better)", "It was off by ", "Methods chosen: croston sba 640, ses 388",
		"Stock from forecasts would need 18 % less capital at the same fill rate", "gives 91.9 % with £184,210 and 5,657 purchases", ">rule £184k<", ">forecasts £151k<",
		"Gold customers are expected to be worth £1,893 each, and together 32 % of all that customers are", "BG/NBD with Gamma-Gamma", "γ\u00a0=\u00a0412", "The cohort is left-truncated",
		"In 6 of 8 groups customers came as often as foretold", "In 78 % of pairs the customer who stayed away had the higher risk; chance gives 50 %", "AUC 0.783",
		"Gold customers are the surest to come back (8.1 % at risk), Standard customers the least (58 %)", "14 customers are worth a call: up to £16,964 is at stake",
		"<li><b>12346</b><span>Gold</span><i>risk 83 %, worth £2,940</i><small>Last bought 71 days ago, usually every 18 days; 4 % of the last lines were late.</small></li>",
		"50 % of the products are in the life stage “maturity”", "6.9 % of REGENCY CAKESTAND 3 TIER shipped came back; 3 products stand out in all",
		"grows fastest (+4.2 a week, each week)", "falls fastest (−3.1 a week, each week)", "MINI PAINT SET VINTAGE &lt;&amp;&gt;",
		"80 % of the 1,110 orders with PINK REGENCY TEACUP AND SAUCER have GREEN REGENCY TEACUP AND SAUCER as well: 23.3 times as many as by chance",
		"Lines left out: more than 200 lines (92), one product (1,630).", "Forecasts know nothing of Christmas",
	} {
		assert.True(t, strings.Contains(page, s), s)
	}
	assert.Equal(t, 2*3+4*2+5*3+6*2, readable(t, page), "five wide ones and six halves more")
	assert.Equal(t, page, insightPage(t, sampleInsight()), "the same every time")
	f := chosenFigures()
	f.Insight = sampleInsight()
	assert.Equal(t, 13, strings.Count(html(t, f), `<span class="whose">All customers of the file</span>`)-strings.Count(html(t, chosenFigures()), `<span class="whose">All customers of the file</span>`)+1)
}

// A finding is told as it is, whichever way it goes.
func TestFindingsAreHonest(t *testing.T) {
	in := sampleInsight()
	in.Stock.Saved, in.Stock.Equal.Capital = -0.24, 228420
	in.Outlook.RMSSE = 1.2
	for i := range in.Churn.Reliability {
		in.Churn.Reliability[i].Came = in.Churn.Reliability[i].Foretold / 2
	}
	in.Lifetime.Grades[3].Total = 900000
	page := insightPage(t, in)
	for _, s := range []string{
		"Stock from forecasts would need 24 % more capital at the same fill rate", "forecasts erred 22 % more than naive ones", "The risk was foretold too high: 38 % on average, but 19 % stayed away",
		"but Standard customers more together: £900,000",
	} {
		assert.True(t, strings.Contains(page, s), s)
	}
	readable(t, page)
	in.Stock.Saved, in.Stock.Equal = 0, report.StockPoint{}
	assert.Contains(t, insightPage(t, in), "No stock levels from forecasts came to the fill rate of the rule")
	for i := range in.Churn.Reliability {
		in.Churn.Reliability[i].Came = min(1, in.Churn.Reliability[i].Foretold*1.6)
	}
	assert.Contains(t, insightPage(t, in), "The risk was foretold too low")
}

// Of what was not computed nothing is said, and the rest stays whole.
func TestInsightWithoutItsParts(t *testing.T) {
	bare := html(t, sampleFigures())
	assert.Equal(t, bare, insightPage(t, &report.Insight{}), "nothing is foretold")
	whole := sampleInsight()
	all := len(insightPage(t, whole))
	for name, in := range map[string]*report.Insight{
		"outlook": {Outlook: whole.Outlook}, "stock": {Stock: whole.Stock}, "lifetime": {Lifetime: whole.Lifetime}, "churn": {Churn: whole.Churn},
		"trends": {Trends: whole.Trends}, "baskets": {Baskets: whole.Baskets}, "returns": {Returns: whole.Returns},
	} {
		page := insightPage(t, in)
		sound(t, page)
		readable(t, page)
		assert.Greater(t, len(page), len(bare), name)
		assert.Less(t, len(page), all, name)
	}
	one := &report.Insight{
		Outlook: report.Outlook{Series: 1, Products: whole.Outlook.Products[:1]},
		Stock:   report.StockPolicy{Products: 1, Rule: whole.Stock.Rule},
		Trends:  report.Trends{Products: 1, Stages: []report.Count{{Name: "growth", Count: 1}}, Growing: whole.Trends.Growing[:1]},
		Baskets: report.Baskets{Orders: 1, Nodes: whole.Baskets.Nodes[:2], Edges: []report.BasketEdge{{From: 0, To: 1, Orders: 1, Confidence: 1, Lift: 1}}},
		Returns: whole.Returns[:1],
		Churn:   report.Churn{Days: 1, AtRisk: whole.Churn.AtRisk[:1]},
	}
	page := insightPage(t, one)
	sound(t, page)
	readable(t, page)
	for _, s := range []string{"Of 1 product, ", "The best seller, pieces by week", "1 customer is worth a call", "more than chance explains", "in 1 order.", "no purchase in the next 1 day times"} {
		assert.True(t, strings.Contains(page, s), s)
	}
}

// Numbers that are none, of any size, and lists that do not fit together leave a page that can be read.
func TestInsightOfStrangeNumbers(t *testing.T) {
	for name, v := range map[string]float64{"nought": 0, "huge": 1e300, "minus": -1e12, "NaN": math.NaN(), "Inf": math.Inf(1)} {
		t.Run(name, func(t *testing.T) {
			in := sampleInsight()
			strange(in, v)
			page := insightPage(t, in)
			sound(t, page)
			readable(t, page)
			f := sampleFigures()
			f.Insight = in
			var b strings.Builder
			require.NoError(t, f.WriteText(&b))
			sound(t, b.String())
		})
	}
	in := sampleInsight()
	in.Outlook.Shop.Upper95 = in.Outlook.Shop.Upper95[:3]
	in.Outlook.Products[0].Points = nil
	in.Outlook.Products[1].Actual = in.Outlook.Products[1].Actual[:1]
	in.Lifetime.Held.Came = nil
	in.Baskets.Edges = append(in.Baskets.Edges, report.BasketEdge{From: 1, To: 9000}, report.BasketEdge{From: -1, To: 1}, report.BasketEdge{From: 2, To: 2})
	page := insightPage(t, in)
	sound(t, page)
	readable(t, page)
}

// strange puts one number in many places.
func strange(in *report.Insight, v float64) {
	for _, list := range [][]float64{in.Outlook.Shop.Actual, in.Outlook.Shop.Points, in.Outlook.Products[0].Upper95, in.Outlook.Products[1].Lower80, in.Trends.Growing[0].Weeks} {
		list[len(list)/2] = v
	}
	for _, list := range [][]float64{in.Outlook.Products[2].Actual, in.Trends.Falling[0].Weeks, in.Lifetime.Held.Came} {
		for i := range list {
			list[i] = v
		}
	}
	in.Outlook.RMSSE, in.Outlook.Naive = v, 1
	in.Stock.Scaled[1].Capital, in.Stock.Insight[2].Fill, in.Stock.Equal.Capital, in.Stock.Saved = v, v, v, v
	in.Lifetime.Grades[1].Value, in.Lifetime.Grades[1].Total, in.Lifetime.Grades[1].Alive, in.Lifetime.Parameters[0].Value = v, v, v, v
	in.Churn.Reliability[0].Came, in.Churn.Grades[0].Risk, in.Churn.AtRisk[0].Value, in.Churn.AUC = v, v, v, v
	in.Trends.Growing[0].Slope, in.Trends.Growing[1].P = v, v
	in.Baskets.Edges[0].Lift, in.Baskets.Edges[1].Confidence = v, v
	in.Returns[0].Upper, in.Returns[1].Rate, in.Returns[1].Shipped = v, v, v
}

func TestForesightAsText(t *testing.T) {
	f := sampleFigures()
	f.Insight = sampleInsight()
	var b strings.Builder
	require.NoError(t, f.WriteText(&b))
	for _, s := range []string{
		"Forecast against actual\n───", "Stock from forecasts would need 18 % less capital at the same fill rate", "The rule: mean stock at cost", "£184,210\n", "£1,893 each\n",
		"Who may stay away: no purchase in the next 90 days", "Customer 12346 (Gold)", "Life stages: maturity 702, decline 371", "Bought together, in 18,211 orders", "Products whose returns stand out", "Forecasts know nothing of Christmas",
	} {
		assert.True(t, strings.Contains(b.String(), s), s)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 80, line)
		assert.Equal(t, strings.TrimRight(line, " "), line, "no blanks at the end")
	}
	f = chosenFigures()
	f.Insight = sampleInsight()
	b.Reset()
	require.NoError(t, f.WriteText(&b))
	assert.Contains(t, b.String(), "Forecast against actual (all customers of the file)")
}

// What stands between the tags of the page closes what it opens.
func TestForesightIsWellFormed(t *testing.T) {
	page := insightPage(t, sampleInsight())
	page = page[strings.Index(page, "<main>") : strings.Index(page, "</main>")+len("</main>")]
	page = regexp.MustCompile(`&[a-z]+;`).ReplaceAllString(page, "x")
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}
