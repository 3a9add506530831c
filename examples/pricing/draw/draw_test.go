package draw_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/pricing/draw"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/promotion"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path) //nolint:gosec // a file of the test's
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// wellFormed reads a picture to its end.
func wellFormed(t *testing.T, picture string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

func money(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.USD) }

func price(t *testing.T, s string) tandem.Price {
	t.Helper()
	p, err := tandem.ParsePrice(s + " USD/EA")
	require.NoError(t, err)
	return p
}

func pieces(t *testing.T, n int64) tandem.Quantity {
	t.Helper()
	q, err := tandem.QuantityOf(n, tandem.Each)
	require.NoError(t, err)
	return q
}

func date(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

// long is a waterfall with many kinds of steps, made by hand; below it the margin is red.
func long(t *testing.T) (*pricing.Waterfall, draw.Notes) {
	t.Helper()
	w := &pricing.Waterfall{Ref: tandem.PriceRef{Book: "trade", Version: 42, Rule: pricing.RuleAgreed}, Policy: pricing.MostSpecific, Date: date(t, "2024-06-10"),
		Line: 1, Quantity: pieces(t, 400), Price: price(t, "2.40"), Extended: money(960_00), Amount: money(1100_00),
		Rebate: money(11_00), Pocket: money(1089_00), Cost: money(1200_00), Margin: money(-111_00),
		Steps: []pricing.Step{
			{Kind: pricing.StepList, Rule: "row", List: "list", Price: price(t, "2.95"), Delta: money(1180_00), Amount: money(1180_00)},
			{Kind: pricing.StepBreak, Rule: "row/32", List: "list", Price: price(t, "2.55"), Delta: money(-160_00), Amount: money(1020_00)},
			{Kind: pricing.StepGrade, Rule: "gold", List: "gold", Basis: money(1020_00), Rate: tandem.Percent(5), Price: price(t, "2.42"), Delta: money(-52_00), Rounding: money(-1_00), Amount: money(968_00)},
			{Kind: pricing.StepAgreed, Rule: pricing.RuleAgreed, Price: price(t, "2.40"), Delta: money(-8_00), Amount: money(960_00), Reason: "a <round> price & more"},
			{Kind: pricing.StepPromotion, Rule: "none", Delta: money(0), Amount: money(960_00)},
			{Kind: pricing.StepFloor, Rule: "hard", Rate: tandem.Percent(100), Delta: money(140_00), Amount: money(1100_00)},
		},
		Losers: []pricing.Candidate{
			{Rule: "old", List: "list", Price: price(t, "2.90"), Reason: pricing.LossDate},
			{Rule: "row/1000", List: "list", From: pieces(t, 1000), Price: price(t, "2.25"), Reason: pricing.LossQuantity},
			{Rule: "silver/1", List: "silver", Price: price(t, "2.5"), Reason: pricing.LossGrade},
			{Rule: "silver/2", List: "silver", Rate: tandem.Percent(3), Reason: pricing.LossGrade},
			{Rule: "category", List: "list", Price: price(t, "3"), Reason: pricing.LossScope},
		},
	}
	require.NoError(t, (&pricing.Waterfall{Steps: w.Steps[:4], Quantity: w.Quantity, Price: w.Price, Extended: w.Extended, Amount: w.Extended, Line: 1, Product: tandem.DeriveID[tandem.ProductID]("p", "1"), Ref: w.Ref, Policy: w.Policy, Date: w.Date}).Validate())
	n := draw.Notes{Title: "400 × Mug & saucer", Name: func(rule string) string {
		if rule == "row" {
			return "list of 2024"
		}
		return rule
	}, Promotions: []promotion.Loser{
		{Promotion: "spring", Reason: promotion.LossDate},
		{Promotion: "mugs", Reason: promotion.LossBetter, Rival: "none"},
		{Promotion: "code", Reason: promotion.LossCoupon},
	}, Approvals: []pricing.Approval{{Line: 1, Floor: "cost", Role: "manager", Limit: money(1200_00), Amount: money(1100_00)}}}
	return w, n
}

func TestText(t *testing.T) {
	w, n := long(t)
	golden(t, "long.txt", draw.Text(w, n))
}

// Without a cost, a rebate and losers there is nothing behind the invoice.
func TestTextOfAShortWaterfall(t *testing.T) {
	w := &pricing.Waterfall{Amount: money(1234567_89), Steps: []pricing.Step{{Kind: pricing.StepList, Rule: "row",
		Price: price(t, "1234567.89"), Delta: money(1234567_89), Amount: money(1234567_89)}}}
	assert.Equal(t, strings.TrimPrefix(`
step     rule  basis  rate      per unit         change  rounding        amount
list     row                1,234,567.89  +1,234,567.89            1,234,567.89
-------  ----  -----  ----  ------------  -------------  --------  ------------
invoice                                                            1,234,567.89
`, "\n"), draw.Text(w, draw.Notes{}))
}

func TestSVG(t *testing.T) {
	w, n := long(t)
	picture := draw.SVG(w, n)
	wellFormed(t, picture)
	golden(t, "long.svg", picture)
	inner := draw.Bars(w, n)
	wellFormed(t, inner)
	assert.NotContains(t, inner, "<style>")
	assert.Contains(t, inner, "Mug &amp; saucer: list 1,180.00, break -160.00, grade -52.00, agreed -8.00, floor +140.00, invoice 1,100.00, rebate -11.00, pocket 1,089.00, cost -1,200.00, margin -111.00")
	assert.Contains(t, inner, "a &lt;round&gt; price &amp; more")
	assert.NotContains(t, picture, "NaN")
}

// From −111 to 1,180 are 1,291: nought is at 8.59 %, and the list's bar goes from there to the end.
func TestBarsAreToScale(t *testing.T) {
	w, n := long(t)
	w.Amount = money(1180_00)
	w.Steps = w.Steps[:1]
	w.Rebate, w.Pocket = tandem.Money{}, tandem.Money{}
	w.Cost, w.Margin = money(1291_00), money(-111_00)
	picture := draw.Bars(w, n)
	assert.Contains(t, picture, `<rect x="8.59%" y="38" width="91.41%"`)
	assert.Contains(t, picture, `<rect x="0.00%" y="236" width="8.59%" height="14" rx="2" class="less">`)
}

func TestNothingToScale(t *testing.T) {
	w := &pricing.Waterfall{Amount: money(0), Quantity: pieces(t, 1), Price: price(t, "0"), Steps: []pricing.Step{{Kind: pricing.StepList, Rule: "gift", Price: price(t, "0"), Delta: money(0), Amount: money(0)}}}
	wellFormed(t, draw.SVG(w, draw.Notes{}))
}

func TestSteps(t *testing.T) {
	prices := []draw.Span{
		{Valid: tandem.Validity{From: date(t, "2022-05-30"), Until: date(t, "2023-05-30")}, Price: price(t, "33.6442")},
		{Valid: tandem.Validity{From: date(t, "2023-05-30")}, Price: price(t, "34.99")},
	}
	costs := []draw.Span{{Valid: prices[0].Valid, Price: price(t, "12.0278")}, {Valid: prices[1].Valid, Price: price(t, "13.0863")}}
	picture := draw.Steps(prices, costs, date(t, "2024-05-29"), "Helmet")
	wellFormed(t, picture)
	golden(t, "steps.svg", picture)
	wellFormed(t, draw.Steps(prices, nil, date(t, "2024-05-29"), "Helmet"))
	wellFormed(t, draw.Steps(prices[1:], nil, date(t, "2023-05-30"), "a price of no length"))
	assert.Empty(t, draw.Steps(nil, nil, date(t, "2024-05-29"), "nothing"))
}

func TestNumbers(t *testing.T) {
	assert.Equal(t, "-1,234.56", draw.Amount(money(-1234_56)))
	assert.Equal(t, "999.00", draw.Amount(money(999_00)))
	assert.Equal(t, "1,000.00", draw.Amount(money(1000_00)))
	assert.Empty(t, draw.Amount(tandem.Money{}))
	assert.Equal(t, "32.971316", draw.Price(price(t, "32.971316")))
	assert.Equal(t, "12,345,678.50", draw.Price(price(t, "12345678.5")))
}

func TestTable(t *testing.T) {
	assert.Equal(t, "a   b\n-  --\né  10\n", draw.Table([][]string{{"a", "b"}, {""}, {"é", "10"}}, 1))
}
