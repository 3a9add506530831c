package similarity_test

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/internal/retail"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
)

func product(name string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("shop", name) }

func line(customer, key string, day int, name string) basket.Line {
	date, err := tandem.NewDate(2024, time.January, 1)
	if err != nil {
		panic(err)
	}
	l := basket.Line{Basket: key, Product: product(name), Date: date.AddDays(day), Units: 1, Kind: basket.Goods}
	if customer != "" {
		l.Customer = tandem.DeriveID[tandem.PartyID]("shop", customer)
	}
	return l
}

func gather(t require.TestingT, lines []basket.Line) *basket.Baskets {
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	return b
}

// Four customers: ann and bob have tea and milk, cid has tea, dan has salt. The
// cosine of tea and milk is 2/√(3·2).
func TestCosineByHand(t *testing.T) {
	b := gather(t, []basket.Line{line("ann", "1", 0, "tea"), line("ann", "2", 1, "milk"),
		line("bob", "3", 0, "tea"), line("bob", "3", 0, "milk"),
		line("cid", "4", 0, "tea"), line("dan", "5", 0, "salt")})
	s, err := similarity.Items(b, similarity.Config{MinCount: 1})
	require.NoError(t, err)
	require.Equal(t, 4, s.Size())
	got := s.Neighbours(product("tea"))
	require.Len(t, got, 1)
	require.Equal(t, product("milk"), got[0].Product)
	require.InDelta(t, 2/math.Sqrt(6), got[0].Cosine, 1e-15)
	require.InDelta(t, 2/math.Sqrt(6)*2/12, got[0].Score, 1e-15)
	require.InDelta(t, 4.0/3, got[0].Lift, 1e-15)
	// 2·(2·log 2 + 1·log 1 + 1·log 1 + 4·log 4 - 3·log 3 - 2·log 2 - 2·log 2)
	require.InDelta(t, 2*(8*math.Ln2-3*math.Log(3)-2*math.Ln2), got[0].LogLikelihood, 1e-14)
	s, err = similarity.Items(b, similarity.Config{MinCount: 1, Over: similarity.Baskets,
		NoShrinkage: true, Measure: similarity.LogLikelihood})
	require.NoError(t, err)
	require.Equal(t, 5, s.Size())
	require.Empty(t, s.Neighbours(product("tea"))) // together in one of five, below 3·2/5
	require.Empty(t, s.Neighbours(product("ink")))
}

// crowd gives the lines of forty customers who come four times, on a day and for goods that
// the visit decides, and of twenty who buy soap.
func crowd(visit func(k int) (day int, goods []string)) (lines []basket.Line) {
	for c := range 60 {
		for k := range 4 {
			day, goods := k, []string{"soap"}
			if c < 40 {
				day, goods = visit(k)
			}
			for _, g := range goods {
				lines = append(lines, line(fmt.Sprint(c), fmt.Sprint(c, "/", k), day, g))
			}
		}
	}
	return lines
}

// Forty customers buy a brush with each can of paint; one half of their baskets have
// red cans, the other blue ones.
func TestRelationsByConstruction(t *testing.T) {
	lines := crowd(func(k int) (int, []string) {
		return k, [][]string{{"red", "brush", "roller"}, {"blue", "brush", "roller"}, {"red"}, {"blue"}}[k]
	})
	r, err := similarity.Relations(gather(t, lines), similarity.Relating{Ratio: 1.2})
	require.NoError(t, err)
	require.Len(t, r.Relations, 2)
	require.Equal(t, similarity.Complement, r.Relations[0].Kind)
	require.ElementsMatch(t, []tandem.ProductID{product("brush"), product("roller")},
		[]tandem.ProductID{r.Relations[0].First, r.Relations[0].Second})
	require.Equal(t, 80, r.Relations[0].Baskets)
	require.InDelta(t, 40, r.Relations[0].ExpectedBaskets, 1e-9) // 2·2/4 of each
	substitute := r.Relations[1]
	require.Equal(t, similarity.Substitute, substitute.Kind)
	require.ElementsMatch(t, []tandem.ProductID{product("red"), product("blue")},
		[]tandem.ProductID{substitute.First, substitute.Second})
	require.Equal(t, "40 customers bought both where chance explains 26.7, but in 0 baskets "+
		"together where their habits explain 40.0", substitute.Reason)
	// variance 40·1·½·2/3, with the correction of a half
	require.InDelta(t, 39.5*39.5/(40.0/3), substitute.ChiSquared, 1e-9)
}

// What sells in different seasons is never in one basket, and no substitute for that.
func TestSeasonsAreNoSubstitutes(t *testing.T) {
	lines := crowd(func(k int) (int, []string) { return 182*(k/2) + k, [][]string{{"sledge"}, {"bucket"}}[k/2] })
	b := gather(t, lines)
	r, err := similarity.Relations(b, similarity.Relating{})
	require.NoError(t, err)
	require.Empty(t, r.Relations)
	r, err = similarity.Relations(b, similarity.Relating{Period: 1_000_000})
	require.NoError(t, err)
	require.Len(t, r.Relations, 1)
}

func TestAlwaysAnAnswer(t *testing.T) {
	everywhere := []basket.Line{line("", "1", 0, "a"), line("", "2", 0, "a"), line("", "2", 0, "b")}
	for name, lines := range map[string][]basket.Line{
		"empty": nil, "one item": {line("ann", "1", 0, "a")}, "everywhere": everywhere,
		"identical": {line("ann", "1", 0, "a"), line("ann", "1", 0, "b"), line("bob", "2", 0, "a"), line("bob", "2", 0, "b")},
	} {
		b := gather(t, lines)
		for _, o := range similarity.Overs() {
			for _, m := range similarity.Measures() {
				s, err := similarity.Items(b, similarity.Config{Over: o, Measure: m, MinCount: 1})
				require.NoError(t, err, name)
				for i := range int32(b.Products()) {
					_, err := json.Marshal(s.Of(i))
					require.NoError(t, err, name)
				}
			}
		}
		r, err := similarity.Relations(b, similarity.Relating{MinCustomers: 1, MinBaskets: 1})
		require.NoError(t, err, name)
		require.Empty(t, r.Relations, name)
		require.Equal(t, b.Customers() == 0, r.NoCustomers, name)
	}
}

func TestFaultsAllAtOnce(t *testing.T) {
	var invalid *tandem.InvalidError
	_, err := similarity.Items(&basket.Baskets{}, similarity.Config{Over: "x", Measure: "x",
		Shrinkage: math.NaN(), Neighbours: -1, MinCount: -1, Longest: -1})
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 6)
	_, err = similarity.Relations(&basket.Baskets{}, similarity.Relating{MinCustomers: -1, MinBaskets: -1,
		Ratio: 0.5, Period: 1, Significance: 1, Limit: -1, Longest: -1})
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 7)
	require.Error(t, json.Unmarshal([]byte(`"x"`), new(similarity.Over)))
	require.Error(t, json.Unmarshal([]byte(`"x"`), new(similarity.Measure)))
	require.Error(t, json.Unmarshal([]byte(`"x"`), new(similarity.Kind)))
	for _, k := range similarity.Kinds() {
		require.NoError(t, json.Unmarshal([]byte(`"`+k+`"`), new(similarity.Kind)))
	}
}

// Likeness is mutual, counts are those of a direct count, and neighbours are ordered.
func TestNeighboursAgreeWithCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []basket.Line
		for range rapid.IntRange(0, 60).Draw(t, "lines") {
			c := rapid.SampledFrom([]string{"ann", "bob", "cid", ""}).Draw(t, "customer")
			lines = append(lines, line(c, fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "basket")), 0,
				rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "product")))
		}
		b := gather(t, lines)
		c := similarity.Config{MinCount: 1, Over: rapid.SampledFrom(similarity.Overs()).Draw(t, "over"),
			Measure: rapid.SampledFrom(similarity.Measures()).Draw(t, "measure")}
		s, err := similarity.Items(b, c)
		require.NoError(t, err)
		has := make(map[int]map[int32]bool) // by customer or basket
		for i := range b.Len() {
			who := i
			if c.Over == similarity.Customers {
				if who = int(b.Customer(i)); who < 0 {
					continue
				}
			}
			if has[who] == nil {
				has[who] = make(map[int32]bool)
			}
			for _, item := range b.Items(i) {
				has[who][item] = true
			}
		}
		require.Equal(t, len(has), s.Size())
		for i := range int32(b.Products()) {
			for k, n := range s.Of(i) {
				both := int32(0)
				for _, items := range has {
					if items[i] && items[n.Item] {
						both++
					}
				}
				require.Equal(t, both, n.Count)
				require.Equal(t, basket.LogLikelihoodRatio(int(both), s.Count(i), s.Count(n.Item), s.Size()), n.LogLikelihood)
				require.True(t, k == 0 || s.Of(i)[k-1].Score >= n.Score)
				mutual := false
				for _, m := range s.Of(n.Item) {
					mutual = mutual || m.Item == i && m.Score == n.Score
				}
				require.True(t, mutual)
			}
		}
	})
}

// The pink, red and green teacups belong together, and 573585, a document of 1,106
// items, is no basket.
func TestOnlineRetail(t *testing.T) {
	sales := retail.Read(t)
	b := gather(t, sales.Lines)
	for _, l := range b.Omissions() {
		if l.Reason == basket.TooLong {
			require.Equal(t, 1106, l.Longest)
		}
	}
	r, err := similarity.Relations(b, similarity.Relating{Limit: 10})
	require.NoError(t, err)
	require.True(t, r.Cut)
	require.Equal(t, similarity.Complement, r.Relations[0].Kind)
	require.ElementsMatch(t, []string{"22697", "22699"}, []string{sales.Codes[r.Relations[0].First], sales.Codes[r.Relations[0].Second]})
	for _, x := range r.Relations {
		require.LessOrEqual(t, x.Adjusted, 0.05)
		if x.Kind == similarity.Substitute {
			require.Greater(t, x.ExpectedBaskets, 1.5*float64(x.Baskets)-1e-9)
		}
	}
}

// Aim: 1 s on one core, from parsed lines of the usual subset.
func BenchmarkItemItem(b *testing.B) {
	lines := retail.Read(b).Subset()
	for _, measure := range similarity.Measures() {
		b.Run(string(measure), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				baskets, err := basket.Gather(lines, basket.Gathering{Longest: 1000})
				if err != nil {
					b.Fatal(err)
				}
				table, err := similarity.Items(baskets, similarity.Config{Measure: measure})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(table.Size()), "customers")
			}
		})
	}
}

func BenchmarkRelations(b *testing.B) {
	baskets := gather(b, retail.Read(b).Subset())
	for b.Loop() {
		r, err := similarity.Relations(baskets, similarity.Relating{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Tested), "pairs")
	}
}

// 5,000 periods of baskets without customer and 5,000 products: what is kept grows with
// the baskets, not with periods × products, which here were 100 MB.
func TestRelationsOfManyPeriods(t *testing.T) {
	var lines []basket.Line
	for i := range 5_000 {
		for k := range 2 {
			lines = append(lines, line("", fmt.Sprint(i), 7*i, fmt.Sprint(i+k)))
		}
	}
	b := gather(t, lines)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := similarity.Relations(b, similarity.Relating{Period: 7, MinBaskets: 1, MinCustomers: 1})
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(20_000_000))
}

// By hand: 20 customers have 2 items, 4 pairs each, one has 30, 900 pairs: he goes first.
// leftOut are customers and baskets with too many items.
func leftOut(customers, baskets int) []insight.LeftOut {
	list := insight.Leave(nil, similarity.LongCustomer, customers)
	return insight.Leave(list, similarity.LongBasket, baskets)
}

// Whoever has too many items is counted, by what he is, and the answer says so even where
// nothing was lowered.
func TestWhoHasTooManyItemsIsCounted(t *testing.T) {
	var lines []basket.Line
	for i := range 9 {
		lines = append(lines, line("all", "all", 0, fmt.Sprint(i)), line("", "nobody", 0, fmt.Sprint(i)))
	}
	for i := range 5 {
		lines = append(lines, line("ann", "ann", 0, fmt.Sprint(i)))
	}
	b := gather(t, lines)
	s, err := similarity.Items(b, similarity.Config{Longest: 8})
	require.NoError(t, err)
	require.Equal(t, leftOut(1, 0), s.LeftOut())
	require.Len(t, s.Warnings(), 1)
	require.Equal(t, insight.RowsLeftOut, s.Warnings()[0].Code)
	s, err = similarity.Items(b, similarity.Config{Longest: 8, Over: similarity.Baskets})
	require.NoError(t, err)
	require.Equal(t, leftOut(0, 2), s.LeftOut())
	s, err = similarity.Items(b, similarity.Config{Longest: 9})
	require.NoError(t, err)
	require.Empty(t, s.LeftOut())
	require.Empty(t, s.Warnings())
	r, err := similarity.Relations(b, similarity.Relating{Longest: 8})
	require.NoError(t, err)
	require.Equal(t, leftOut(1, 0), r.LeftOut, "a basket without customer has no limit unless the work has one")
	require.True(t, insight.Warned(r.Warnings, insight.RowsLeftOut))
}

func TestStepsLowerLongest(t *testing.T) {
	var lines []basket.Line
	for i := range 20 {
		c := fmt.Sprint("c", i)
		lines = append(lines, line(c, c, i, "x"), line(c, c, i, "y"))
	}
	for i := range 30 {
		lines = append(lines, line("all", "all", 0, fmt.Sprint(i)))
	}
	b := gather(t, lines)
	for steps, left := range map[int]int{0: 0, 980: 0, 979: 1, 80: 1, 79: 21} {
		s, err := similarity.Items(b, similarity.Config{MaxSteps: steps})
		require.NoError(t, err)
		require.Equal(t, leftOut(left, 0), s.LeftOut(), steps)
		require.Equal(t, left > 0, insight.Warned(s.Warnings(), basket.LongestLowered))
		require.Equal(t, left > 0, insight.Warned(s.Warnings(), insight.RowsLeftOut))
		if left == 1 {
			require.Equal(t, basket.LongestLowered, s.Warnings()[0].Code)
			require.Equal(t, 29, s.Config().Longest)
			require.Len(t, s.Neighbours(product("x")), 1)
		}
		// Customer, period and basket are each compared.
		r, err := similarity.Relations(b, similarity.Relating{MaxSteps: 3 * steps})
		require.NoError(t, err)
		require.Equal(t, leftOut(left, 0), r.LeftOut, steps)
		require.Equal(t, left > 0, insight.Warned(r.Warnings, basket.LongestLowered))
		require.Equal(t, left > 0, insight.Warned(r.Warnings, insight.RowsLeftOut))
	}
	for i := range 30 {
		lines = append(lines, line("", "nobody", 0, fmt.Sprint(i)))
	}
	r, err := similarity.Relations(gather(t, lines), similarity.Relating{MaxSteps: 1000})
	require.NoError(t, err)
	require.Equal(t, 29, r.Longest)
	require.Equal(t, leftOut(1, 1), r.LeftOut, "the customer, and the basket without one")
	require.Contains(t, r.Warnings[1].Text, "1 customers and 1 baskets without one")
	_, err = similarity.Items(b, similarity.Config{MaxSteps: -1})
	require.ErrorContains(t, err, "max_steps")
	_, err = similarity.Relations(b, similarity.Relating{MaxSteps: -1})
	require.ErrorContains(t, err, "max_steps")
}
