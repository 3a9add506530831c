package quality_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/quality"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

func product(n int) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("p", fmt.Sprint(n)) }
func lot(n int) tandem.LotID         { return tandem.DeriveID[tandem.LotID]("l", fmt.Sprint(n)) }

func ref(n int) tandem.DocumentRef {
	return tandem.DocumentRef{Kind: "return", ID: tandem.DeriveID[tandem.ID[any]]("r", fmt.Sprint(n))}
}

func pieces(n int64) tandem.Quantity {
	u, err := tandem.ParseUnit("EA")
	if err != nil {
		panic(err)
	}
	return tandem.QuantityFromMicro(n*1_000_000, u)
}

// The faults of the configuration and of the rows come in one error.
func TestFaultsOfRowsAndConfigurationTogether(t *testing.T) {
	_, err := quality.Analyze(nil, []quality.Claim{{}}, quality.Config{Level: 2})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"config.at", "config.level", "claims[0]"}, paths)
}

// A triangle by hand. Cumulative claims: 10 16 20 / 12 20 / 8. Chain-ladder factors
// 36/22 and 20/16: by the second bucket 16/20 are in, by the first 22/36 of these.
func TestDevelopIsTheChainLadder(t *testing.T) {
	cohorts := []quality.Cohort{{Age: 2, Claimed: []float64{10, 6, 4}}, {Age: 1, Claimed: []float64{12, 8}}, {Age: 0, Claimed: []float64{8}}}
	d := quality.Develop(cohorts, 2, 0)
	require.InDeltaSlice(t, []float64{0.8 * 22 / 36, 0.8, 1}, d.Share, 1e-12)
	require.Equal(t, 48.0, d.Claimed)
	// A prior alone is the even delay; nothing at all is no delay.
	require.InDeltaSlice(t, []float64{0.25, 0.5, 0.75, 1}, quality.Develop(nil, 3, 1).Share, 1e-12)
	require.Equal(t, []float64{1, 1}, quality.Develop(nil, 1, 0).Share)
	odd := quality.Develop([]quality.Cohort{{Age: -3, Claimed: []float64{1}}, {Age: 9, Claimed: []float64{math.NaN(), -4, math.Inf(1), 2}}}, 3, math.NaN())
	require.Equal(t, []float64{0, 0, 0, 1}, odd.Share)
	require.Equal(t, 1.0, odd.At(99))
	require.Equal(t, 0.0, odd.At(-1))
}

// ship gives lots 1 to 9 of 125 units in January 2024, of which 1 came back each, and
// lot 10 of 120 units, of which 9 did, one by one, the month after; a year has passed.
func ship() (shipments []quality.Shipment, claims []quality.Claim) {
	add := func(l, n int, units int64) {
		shipments = append(shipments, quality.Shipment{Product: product(1), Lot: lot(l), Date: day(2024, time.January, 10), Quantity: pieces(units)})
		for i := range n {
			cause := "broken"
			if i > 5 {
				cause = "late"
			}
			claims = append(claims, quality.Claim{Kind: quality.Return, Ref: ref(100*l + i), Product: product(1), Lot: lot(l), Shipped: day(2024, time.January, 10),
				Date: day(2024, time.February, 3+i), Quantity: pieces(1), Cause: cause, Restocked: i > 5})
		}
	}
	for l := 1; l <= 9; l++ {
		add(l, 1, 125)
	}
	add(10, 9, 120)
	return shipments, claims
}

// 9 of 120 against 9 of 1,125 (0.8 %): given 18 claims, those of the lot are
// binomial with 120/1,245; P(X ≥ 9) = 1.03e-5, times ten lots.
func TestALotThatComesBack(t *testing.T) {
	shipments, claims := ship()
	r, err := quality.Analyze(shipments, claims, quality.Config{At: day(2025, time.March, 15)})
	require.NoError(t, err)
	require.Equal(t, day(2025, time.February, 28), r.Until)
	signals := r.Signals()
	require.Equal(t, signal.LotQuality, signals[0].Kind)
	require.Equal(t, lot(10), signals[0].Subject.Lot)
	require.Equal(t, `9 of 120 units returned (7.5 %, between 3.5 % and 13.8 %) against 0.8 % of the other lots; 6 for "broken"`, signals[0].Reason)
	require.Equal(t, `investigate the lot, first for "broken"`, signals[0].Suggestion.Text)
	require.Len(t, signals[0].Evidence, 9)
	require.Len(t, r.Groups, 13)                          // the product, ten lots, two causes
	require.Equal(t, quality.TooFew, r.Groups[0].Verdict) // one product has nothing to be compared with
	p, term := 0.0, 0.0
	for k := 9; k <= 18; k++ {
		a, _ := math.Lgamma(19)
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(19 - k))
		term = math.Exp(a - b - c + float64(k)*math.Log(120.0/1245) + float64(18-k)*math.Log(1125.0/1245))
		p += term
	}
	for _, g := range r.Groups[1:11] {
		if g.Lot == lot(10) {
			require.InEpsilon(t, p, g.P, 1e-9)
			require.InEpsilon(t, 10*p, g.Corrected, 1e-9)
			continue
		}
		require.Equal(t, quality.Usual, g.Verdict)
	}
	require.Equal(t, "broken", r.Causes[0].Cause)
	require.InDelta(t, 15.0/18, r.Causes[0].Share, 1e-12)
	require.InDelta(t, 15.0/1245, r.Causes[0].Rate, 1e-12)
	require.Equal(t, []bool{true, false}, []bool{r.Causes[0].Vital, r.Causes[1].Vital})
	require.InDelta(t, 1-18.0/1245*3/18, r.Stocks[0].Factor, 1e-12)
}

// The same nine units in one return are one event: nothing is proved.
func TestUnitsThatComeBackTogetherAreOneEvent(t *testing.T) {
	shipments, claims := ship()
	together := append(claims[:9:9], claims[9])
	together[9].Quantity = pieces(9)
	r, err := quality.Analyze(shipments, together, quality.Config{At: day(2025, time.March, 15), Minimum: 10})
	require.NoError(t, err)
	require.InDelta(t, 90.0/18, r.Groups[0].Clump, 1e-12) // (9·1² + 9²)/18
	for _, g := range r.Groups {
		require.NotEqual(t, quality.High, g.Verdict)
	}
}

// Ten months of 1,000 units of two products, 20 of each cohort come back two months
// later. Of the last two cohorts nothing has come yet: they do not count as good.
func TestYoungCohortsAreNotFlattered(t *testing.T) {
	var shipments []quality.Shipment
	var claims []quality.Claim
	for p := 1; p <= 2; p++ {
		for m := range 10 {
			d := day(2024, time.January, 1).AddMonths(m)
			shipments = append(shipments, quality.Shipment{Product: product(p), Date: d, Quantity: pieces(1000)})
			for range 20 {
				claims = append(claims, quality.Claim{Kind: quality.Return, Product: product(p), Shipped: d, Date: d.AddMonths(2), Quantity: pieces(1)})
			}
		}
	}
	r, err := quality.Analyze(shipments, claims, quality.Config{At: day(2024, time.October, 31), Prior: 1e-9})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0, 0, 1, 1}, r.Delays[0].Development.Share[:4], 1e-6)
	require.InDelta(t, 8000, r.Groups[0].Exposed, 1e-2)
	require.InDelta(t, 0.02, r.Groups[0].Rate, 1e-6)
	require.Equal(t, 10_000.0, r.Groups[0].Shipped)
	require.Equal(t, quality.Usual, r.Groups[0].Verdict)
	rows := map[insight.Reason]int{}
	for _, m := range r.Remarks {
		rows[m.Reason] += m.Rows
	}
	require.Equal(t, 80, rows[quality.BrokenBucket]) // claims of November and December
}

func TestTargetAndReplacement(t *testing.T) {
	shipments := []quality.Shipment{{Product: product(1), Date: day(2024, time.January, 1), Quantity: pieces(200)}}
	var claims []quality.Claim
	for i := range 10 {
		claims = append(claims, quality.Claim{Kind: quality.Return, Product: product(1), Shipped: day(2024, time.January, 1), Date: day(2024, time.January, 9+i), Quantity: pieces(1), Replaced: true})
		claims = append(claims, claims[len(claims)-1])
		claims[len(claims)-1].Kind = quality.Complaint
	}
	r, err := quality.Analyze(shipments, claims, quality.Config{At: day(2024, time.January, 31), Target: tandem.Percent(1), Correct: quality.FamilyWise})
	require.NoError(t, err)
	require.Equal(t, quality.High, r.Groups[0].Verdict)
	require.InDelta(t, signal.MoreThan(10, 2), r.Groups[0].P, 1e-15)
	require.Equal(t, quality.Complaint, r.Groups[1].Kind)
	require.InDelta(t, 1.05, r.Stocks[0].Factor, 1e-12)
	require.InDelta(t, 10, r.Stocks[0].AddedVariance, 1e-9)
	require.Contains(t, r.Signals()[len(r.Signals())-1].Reason, "5.0 % of what is shipped comes back, 0 % of it to stock, 100 % replaced: +5.0 % of demand")
}

// Two products with 12 claims of 300 units each; all of the one's are for breakage, of
// the other's one is: as products they are the same, by cause they are not.
func TestACauseOfOneProduct(t *testing.T) {
	d := day(2024, time.January, 5)
	var shipments []quality.Shipment
	var claims []quality.Claim
	for p := 1; p <= 2; p++ {
		shipments = append(shipments, quality.Shipment{Product: product(p), Date: d, Quantity: pieces(300)})
		for i := range 12 {
			cause := "broken"
			if p == 2 && i > 0 {
				cause = fmt.Sprintf("cause %d", i%4)
			}
			claims = append(claims, quality.Claim{Kind: quality.Complaint, Ref: ref(100*p + i), Product: product(p), Shipped: d, Date: d.AddDays(i), Quantity: pieces(1), Cause: cause})
		}
	}
	r, err := quality.Analyze(shipments, claims, quality.Config{At: day(2024, time.December, 31)})
	require.NoError(t, err)
	signals := r.Signals()
	require.Len(t, signals, 1)
	require.Equal(t, signal.Subject{Product: product(1), Code: "broken"}, signals[0].Subject)
	require.Equal(t, `12 of 300 units complained of for "broken" (4.0 %, between 2.1 % and 6.9 %) against 0.3 % of other products`, signals[0].Reason)
}

// A claim that names no lot, or one that was not shipped then, counts for the product.
func TestClaimsWithoutALot(t *testing.T) {
	shipments, claims := ship()
	claims[0].Lot, claims[1].Lot = tandem.LotID{}, lot(99)
	r, err := quality.Analyze(shipments, claims, quality.Config{At: day(2025, time.March, 15)})
	require.NoError(t, err)
	require.Equal(t, 18.0, r.Groups[0].Claimed)
	lots := 0.0
	for _, g := range r.Groups[1:11] {
		lots += g.Claimed
	}
	require.Equal(t, 16.0, lots)
	require.Contains(t, r.Remarks, quality.Remark{Kind: quality.Return, Reason: quality.OtherLot, Rows: 2, Units: 2})
}

// Ten lots of 1,000 units, of which 20 came back each, of the first 40, one by one: 40 of
// 1,000 against 180 of 9,000, which is 2 %. 220 more came back of which nobody knows the
// lot. They count for the product (440 of 10,000) and for no lot, nor for what a lot is
// compared with: counted among the others, which are ten lots less one, they would make
// of these 400 of 9,000, 4.4 %, and the bad lot would be better than that. Nor does it
// matter whether they came one by one or all together, which would make the mean clump of
// the product (220·1² + 220²)/440 = 110.5 units, and of the lot's 40 less than one event.
func TestClaimsOfUnknownLotHideNoBadLot(t *testing.T) {
	shipped := day(2024, time.January, 10)
	var shipments []quality.Shipment
	var claims []quality.Claim
	come := func(l tandem.LotID, n int) {
		for range n {
			claims = append(claims, quality.Claim{Kind: quality.Return, Ref: ref(len(claims)), Product: product(1), Lot: l, Shipped: shipped,
				Date: shipped.AddDays(len(claims) % 20), Quantity: pieces(1), Cause: "broken"})
		}
	}
	for l := range 10 {
		shipments = append(shipments, quality.Shipment{Product: product(1), Lot: lot(l), Date: shipped, Quantity: pieces(1000)})
		come(lot(l), 20)
	}
	come(lot(0), 20)
	without, err := quality.Analyze(shipments, claims, quality.Config{At: day(2025, time.March, 15)})
	require.NoError(t, err)
	come(tandem.LotID{}, 220)
	with, err := quality.Analyze(shipments, claims, quality.Config{At: day(2025, time.March, 15)})
	require.NoError(t, err)
	require.Equal(t, []float64{220, 440}, []float64{without.Groups[0].Claimed, with.Groups[0].Claimed})
	require.Equal(t, lot(0), with.Signals()[0].Subject.Lot)
	claims[220].Quantity = pieces(220)
	together, err := quality.Analyze(shipments, claims[:221], quality.Config{At: day(2025, time.March, 15)})
	require.NoError(t, err)
	require.InDelta(t, 110.5, together.Groups[0].Clump, 1e-9)
	for i, g := range without.Groups[1:11] {
		require.True(t, reflect.DeepEqual(g, with.Groups[i+1]), i)
		require.True(t, reflect.DeepEqual(g, together.Groups[i+1]), i)
		if g.Lot == lot(0) {
			require.Equal(t, quality.High, g.Verdict)
			require.InDelta(t, 0.02, g.Baseline, 1e-12)
			require.InDelta(t, 9000, g.BaselineExposed, 1e-9)
			require.InEpsilon(t, signal.MoreThanOther(40, 1000, 180, 9000), g.P, 1e-12)
		} else {
			require.Equal(t, quality.Usual, g.Verdict)
		}
	}
}

func TestOddRowsAreLeftOut(t *testing.T) {
	at := day(2024, time.May, 31)
	d := day(2024, time.January, 5)
	base := quality.Claim{Kind: quality.Return, Ref: ref(1), Product: product(1), Shipped: d, Date: d.AddDays(3), Quantity: pieces(500), Cause: "x"}
	change := func(f func(c *quality.Claim)) quality.Claim {
		c := base
		c.Ref = ref(2)
		f(&c)
		return c
	}
	claims := []quality.Claim{
		base, base,
		change(func(c *quality.Claim) { c.Date = d.AddDays(-1) }),
		change(func(c *quality.Claim) { c.Shipped, c.Line = tandem.Date{}, 2 }),
		change(func(c *quality.Claim) { c.Product = product(9) }),
		change(func(c *quality.Claim) { c.Quantity, c.Line = pieces(-4), 3 }),
	}
	shipments := []quality.Shipment{
		{Product: product(1), Date: d, Quantity: pieces(100)}, {Product: product(1), Date: d, Quantity: pieces(-10)},
		{Product: product(1), Date: at.AddDays(1), Quantity: pieces(5)},
	}
	r, err := quality.Analyze(shipments, claims, quality.Config{At: at})
	require.NoError(t, err)
	var got []insight.Reason
	for _, m := range r.Remarks {
		got = append(got, m.Reason)
	}
	require.Subset(t, got, []insight.Reason{signal.NotPositive, quality.BrokenBucket, signal.CountedOnce, quality.BeforeShipment, quality.WithoutDate, quality.NotShipped})
	require.Equal(t, 1.0, r.Groups[0].Rate)
	require.Equal(t, []insight.Reason{quality.BeyondShipped}, r.Groups[0].Notes)
	empty, err := quality.Analyze(nil, claims, quality.Config{At: at})
	require.NoError(t, err)
	require.Empty(t, empty.Groups)
	none, err := quality.Analyze(shipments, nil, quality.Config{At: at})
	require.NoError(t, err)
	require.Empty(t, none.Signals())
	claims[1].Quantity = pieces(7)
	_, err = quality.Analyze(shipments, append(claims, quality.Claim{}), quality.Config{At: at})
	require.ErrorContains(t, err, "claims[1]")
	require.ErrorContains(t, err, "claims[6]")
	_, err = quality.Analyze(nil, nil, quality.Config{Bucket: "x", MaxLag: -1, Minimum: -1, Events: -1, Level: 2, Alpha: 2, Prior: -1, Target: tandem.Percent(-1), Correct: "x"})
	for _, path := range []string{"at:", "bucket:", "max_lag:", "minimum:", "events:", "level:", "alpha:", "prior:", "target:", "correct:"} {
		require.ErrorContains(t, err, path)
	}
}

func TestNamesAreReadStrictly(t *testing.T) {
	var k quality.ClaimKind
	require.Error(t, k.UnmarshalText(nil))
	var c quality.Correction
	require.Error(t, c.UnmarshalText(nil))
	for _, v := range quality.Verdicts() {
		require.NoError(t, new(quality.Verdict).UnmarshalText([]byte(v)))
	}
	for _, v := range quality.Comparisons() {
		require.NoError(t, new(quality.Comparison).UnmarshalText([]byte(v)))
	}
	for _, v := range quality.Reasons() {
		require.True(t, v.Valid(), v)
	}
}

// Any rows: finite numbers in their ranges, groups that sum to what was shipped and
// claimed, and the same report for any order of the rows.
func TestAnyRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := day(2024, time.January, 1)
		var shipments []quality.Shipment
		var claims []quality.Claim
		for range rapid.IntRange(0, 15).Draw(t, "shipments") {
			shipments = append(shipments, quality.Shipment{Product: product(rapid.IntRange(1, 2).Draw(t, "product")), Lot: lot(rapid.IntRange(1, 2).Draw(t, "lot")),
				Date: from.AddDays(rapid.IntRange(0, 300).Draw(t, "day")), Quantity: pieces(rapid.Int64Range(-3, 900).Draw(t, "units"))})
		}
		for i := range rapid.IntRange(0, 15).Draw(t, "claims") {
			if len(shipments) == 0 {
				break
			}
			s := rapid.SampledFrom(shipments).Draw(t, "of")
			c := quality.Claim{Kind: rapid.SampledFrom(quality.ClaimKinds()).Draw(t, "kind"), Ref: ref(i), Product: s.Product, Lot: s.Lot, Shipped: s.Date,
				Date: s.Date.AddDays(rapid.IntRange(-5, 300).Draw(t, "delay")), Quantity: pieces(rapid.Int64Range(-1, 40).Draw(t, "units")),
				Cause: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "cause"), Replaced: i%2 == 0, Restocked: i%3 == 0}
			claims = append(claims, c)
		}
		config := quality.Config{At: from.AddDays(rapid.IntRange(0, 700).Draw(t, "at")), Bucket: rapid.SampledFrom([]forecast.Bucket{forecast.Week, forecast.Month}).Draw(t, "bucket"),
			Minimum: rapid.Float64Range(0, 50).Draw(t, "minimum")}
		r, err := quality.Analyze(shipments, claims, config)
		require.NoError(t, err)
		mixed, err := quality.Analyze(rapid.Permutation(shipments).Draw(t, "mixed shipments"), rapid.Permutation(claims).Draw(t, "mixed claims"), config)
		require.NoError(t, err)
		require.Equal(t, r, mixed)
		lots, wholes := 0.0, 0.0
		for _, g := range r.Groups {
			require.True(t, g.Rate >= 0 && g.Rate <= 1 && g.Exposed >= 0 && g.Exposed <= g.Shipped+1e-9 && g.P >= 0 && g.P <= 1 && g.Corrected >= g.P-1e-12)
			require.True(t, g.Interval.Lower <= g.Interval.Upper && g.Clump > 0)
			if g.Only != "" {
				continue
			}
			if g.Lot.IsZero() {
				wholes += g.Claimed
			} else {
				lots += g.Claimed
			}
		}
		for _, m := range r.Remarks {
			require.Contains(t, quality.Reasons(), m.Reason)
			if m.Reason == quality.OtherLot {
				lots += m.Units
			}
		}
		if len(r.Groups) > 0 {
			require.Equal(t, wholes, lots)
		}
		for _, s := range r.Stocks {
			require.True(t, s.Factor >= 0 && s.Factor <= 2 && s.AddedVariance >= 0 && s.Demand >= 0)
		}
		for _, v := range r.Signals() {
			require.True(t, v.Strength >= 0 && v.Strength <= 1)
		}
	})
}
