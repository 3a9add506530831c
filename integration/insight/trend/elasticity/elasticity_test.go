package elasticity_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/elasticity"
	"github.com/tandem-go/tandem/internal/dataset"
)

func monday(t require.TestingT, week int) tandem.Date {
	d, err := tandem.NewDate(2024, 1, 1)
	require.NoError(t, err)
	return d.AddDays(7 * week)
}

// By hand: units 1000·price^-2 exactly give -2 with no error; with the trend of 1 % a
// week, only the control finds that.
func TestExactByHand(t *testing.T) {
	var rows, rising []elasticity.Row
	for week := range 30 {
		price := []float64{10, 9, 11, 8, 12}[week*7%5]
		rows = append(rows, elasticity.Row{Date: monday(t, week), Price: price, Units: 1000 / price / price})
		units := 1000 / price / price * math.Exp(0.01*float64(week))
		rising = append(rising, elasticity.Row{Date: monday(t, week), Price: price, Units: units})
	}
	for _, c := range []struct {
		rows   []elasticity.Row
		config elasticity.Config
	}{
		{rows, elasticity.Config{}}, {rising, elasticity.Config{Trend: true}},
		{rising, elasticity.Config{Trend: true, Season: true, Promotion: true}},
	} {
		got, err := elasticity.Estimate(c.rows, c.config)
		require.NoError(t, err)
		require.True(t, got[0].Usable)
		require.InDelta(t, -2, got[0].Elasticity, 1e-9)
		require.InDelta(t, 0, got[0].P, 1e-9)
		require.Equal(t, 5, got[0].Prices)
		require.Empty(t, got[0].Warnings)
	}
}

// Units that do not follow the price: the interval is told with the side of each bound.
func TestReasonNamesTheSides(t *testing.T) {
	var rows []elasticity.Row
	for week := range 16 {
		price, units := []float64{10, 9, 11, 8}[week%4], []float64{100, 90, 95, 104, 98}[week%5]
		rows = append(rows, elasticity.Row{Date: monday(t, week), Price: price, Units: units})
	}
	got, err := elasticity.Estimate(rows, elasticity.Config{})
	require.NoError(t, err)
	require.Regexp(t, `^1 % dearer sells 0\.\d % (less|more) \(\d\.\d % (less|more) to \d\.\d % (less|more)\); 16 buckets`, got[0].Reason)
	t.Log(got[0].Reason)
}

// cakestand reads the sales of 22423 (regency cakestand) in the Online Retail file. Its
// price list: 12.75, and 10.95 from 16 on; web orders without a customer paid other prices.
func cakestand(t *testing.T) []elasticity.Row {
	var kept bytes.Buffer
	for line := range bytes.Lines(dataset.Read(t, "online-retail", "online-retail.csv.gz")) {
		if _, rest, _ := bytes.Cut(line, []byte(",")); bytes.HasPrefix(rest, []byte("22423,")) {
			kept.Write(line)
		}
	}
	lines, err := csv.NewReader(&kept).ReadAll()
	require.NoError(t, err)
	var rows []elasticity.Row
	for _, l := range lines {
		if strings.HasPrefix(l[0], "C") {
			continue
		}
		units, err := strconv.ParseFloat(l[3], 64)
		require.NoError(t, err)
		price, err := strconv.ParseFloat(l[5], 64)
		require.NoError(t, err)
		date, err := tandem.ParseDate(l[4][:10])
		require.NoError(t, err)
		if l[6] != "" {
			rows = append(rows, elasticity.Row{Date: date, Price: price, Units: units})
		}
	}
	return rows
}

// The pooled figure is absurd, and refused; within a tier the estimate does not pretend.
func TestCakestandOfOnlineRetail(t *testing.T) {
	none := cakestand(t)
	refused, err := elasticity.Estimate(none, elasticity.Config{})
	require.NoError(t, err)
	require.Len(t, refused, 1)
	require.False(t, refused[0].Usable)
	require.Zero(t, refused[0].Elasticity)
	require.Contains(t, refused[0].Reason, "price breaks")

	pooled, err := elasticity.Estimate(none, elasticity.Config{Pool: true, Bucket: forecast.Day})
	require.NoError(t, err)
	t.Logf("pooled by day: %.2f ± %.2f", pooled[0].Elasticity, pooled[0].Error)
	require.Less(t, pooled[0].Elasticity, -5.0, "nobody's customers answer so")
	require.Equal(t, elasticity.MixedTiers, pooled[0].Warnings[len(pooled[0].Warnings)-1].Code)

	tiered := slices.Clone(none)
	for i, r := range tiered {
		tiered[i].Tier = "1+"
		if r.Units >= 16 {
			tiered[i].Tier = "16+"
		}
	}
	tiers, err := elasticity.Estimate(tiered, elasticity.Config{Trend: true})
	require.NoError(t, err)
	require.Len(t, tiers, 2)
	for _, r := range tiers {
		// Prices hardly moved within a tier, so that nothing can be told, and it is said.
		require.Less(t, r.Lower, 0.0)
		require.Greater(t, r.Upper, 0.0)
		require.Greater(t, r.P, 0.5)
		require.Equal(t, elasticity.NotTold, r.Warnings[len(r.Warnings)-1].Code)
		t.Logf("%s: %.2f (%.2f to %.2f), P %.2f", r.Tier, r.Elasticity, r.Lower, r.Upper, r.P)
	}
}

// The order of the rows does not matter, nor does the unit of price or units.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows, turned []elasticity.Row
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			rows = append(rows, elasticity.Row{
				Date: monday(t, rapid.IntRange(0, 30).Draw(t, "week")), Price: float64(rapid.IntRange(-1, 20).Draw(t, "price")),
				Units: float64(rapid.IntRange(-2, 30).Draw(t, "units")), Tier: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "tier"),
			})
		}
		c := elasticity.Config{Trend: rapid.Bool().Draw(t, "trend"), Season: rapid.Bool().Draw(t, "season")}
		c.Pool = rapid.Bool().Draw(t, "pool")
		got, err := elasticity.Estimate(rows, c)
		require.NoError(t, err)
		turned = slices.Clone(rows)
		slices.Reverse(turned)
		again, err := elasticity.Estimate(turned, c)
		require.NoError(t, err)
		require.Equal(t, got, again)
		for i := range turned {
			turned[i].Price *= 4
			turned[i].Units *= 8
		}
		scaled, err := elasticity.Estimate(turned, c)
		require.NoError(t, err)
		for i, r := range got {
			require.False(t, math.IsNaN(r.Elasticity+r.Error+r.Lower+r.Upper+r.P))
			require.Equal(t, r.Usable, scaled[i].Usable)
			require.InDelta(t, r.Elasticity, scaled[i].Elasticity, 1e-6)
		}
	})
}

func TestAlwaysAnAnswer(t *testing.T) {
	got, err := elasticity.Estimate(nil, elasticity.Config{})
	require.NoError(t, err)
	require.Empty(t, got)
	one := make([]elasticity.Row, 20)
	for i := range one {
		one[i] = elasticity.Row{Date: monday(t, i), Price: 5, Units: float64(i + 1)}
	}
	got, err = elasticity.Estimate(one, elasticity.Config{})
	require.NoError(t, err)
	require.False(t, got[0].Usable)
	require.Equal(t, elasticity.OnePrice, got[0].Warnings[0].Code)
	one[10].Price = 6
	got, err = elasticity.Estimate(one[:12], elasticity.Config{})
	require.NoError(t, err)
	require.True(t, got[0].Usable)
	require.Equal(t, elasticity.FewPrices, got[0].Warnings[0].Code)
	got, err = elasticity.Estimate(one[9:12], elasticity.Config{})
	require.NoError(t, err)
	require.Equal(t, elasticity.FewBuckets, got[0].Warnings[0].Code)
	_, err = elasticity.Estimate([]elasticity.Row{{Price: math.NaN()}}, elasticity.Config{Bucket: "x", Level: 2})
	require.ErrorContains(t, err, "config.bucket")
	require.ErrorContains(t, err, "config.level")
	require.ErrorContains(t, err, "rows[0].date")
	require.ErrorContains(t, err, "rows[0]")
}
