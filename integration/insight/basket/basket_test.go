package basket_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
)

func day(d int) tandem.Date {
	date, err := tandem.NewDate(2024, time.January, 1)
	if err != nil {
		panic(err)
	}
	return date.AddDays(d - 1)
}

func goods(key, customer string, d int, name string, units float64) basket.Line {
	l := basket.Line{Basket: key, Product: product(name), Date: day(d), Units: units, Kind: basket.Goods}
	if customer != "" {
		l.Customer = party(customer)
	}
	return l
}

func back(l basket.Line) basket.Line {
	l.Cancelled = true
	return l
}

// names gives the baskets by the names of their products, in the order of names.
func names(b *basket.Baskets, all ...string) [][]string {
	out := make([][]string, b.Len())
	for i := range out {
		for _, name := range all {
			if item, found := b.Item(product(name)); found && slices.Contains(b.Items(i), item) {
				out[i] = append(out[i], name)
			}
		}
	}
	return out
}

func left(b *basket.Baskets) map[insight.Reason][2]int {
	out := make(map[insight.Reason][2]int)
	for _, l := range b.Omissions() {
		out[l.Reason] = [2]int{l.Lines, l.Baskets}
	}
	return out
}

func TestGatherByRules(t *testing.T) {
	carriage := goods("1", "ann", 1, "post", 1)
	carriage.Kind = basket.Service
	lines := []basket.Line{
		goods("1", "ann", 1, "cup", 6), goods("1", "ann", 1, "pot", 1), goods("1", "ann", 1, "cup", 2), carriage,
		goods("2", "ann", 1, "cup", 4),
		back(goods("C3", "ann", 1, "cup", -4)), // takes basket 2 away, its latest line
		back(goods("C4", "ann", 2, "pot", -1)), // of the next day: a return
		goods("5", "", 3, "cup", 1), goods("5", "", 3, "tin", 1), goods("5", "", 3, "pot", 1),
		back(goods("5", "", 3, "tin", 1)),
		goods("6", "bob", 2, "cup", 0), goods("6", "bob", 2, "tin", math.NaN()), goods("", "bob", 2, "tin", 1),
		{Basket: "6", Units: 1, Kind: basket.Goods},
		goods("1", "bob", 2, "tin", 1), // the same number, another customer
	}
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"cup", "pot"}, {"tin"}, {"cup", "pot"}}, names(b, "cup", "pot", "tin"))
	require.Equal(t, map[insight.Reason][2]int{
		basket.NotGoods: {1, 0}, basket.Cancellation: {3, 0}, basket.TakenBack: {2, 0}, basket.NoUnits: {2, 0},
		basket.NoBasket: {1, 0}, basket.NoProduct: {1, 0}, basket.Repeated: {1, 0},
	}, left(b))
	require.Equal(t, 2, b.Customers())
	require.Equal(t, int32(-1), b.Customer(2))
	require.Equal(t, day(2), b.Date(1))
	bob, found := b.Buyer(party("bob"))
	require.True(t, found)
	require.Equal(t, bob, b.Customer(1))
	require.Equal(t, party("bob"), b.Party(bob))
	_, found = b.Item(product("post"))
	require.False(t, found)

	b, err = basket.Gather(lines, basket.Gathering{KnownCustomers: true, Longest: 1})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"tin"}}, names(b, "cup", "pot", "tin"))
	require.Equal(t, [2]int{2, 1}, left(b)[basket.NoCustomer])
	require.Equal(t, [2]int{2, 1}, left(b)[basket.TooLong])
	b, err = basket.Gather(lines, basket.Gathering{Longest: 1, TooLong: basket.Truncate})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"cup"}, {"tin"}, {"cup"}}, names(b, "cup", "pot", "tin"))
	require.Equal(t, [2]int{2, 2}, left(b)[basket.Truncated])
}

// A line without a kind sells goods, as the zero of every other field is a sane one.
func TestKindIsGoodsUnlessSaid(t *testing.T) {
	plain := goods("1", "ann", 1, "cup", 1)
	plain.Kind = ""
	b, err := basket.Gather([]basket.Line{plain}, basket.Gathering{})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"cup"}}, names(b, "cup"))
	text, err := json.Marshal(plain)
	require.NoError(t, err)
	var back basket.Line
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, plain, back)
}

func TestFaultsAllAtOnce(t *testing.T) {
	_, err := basket.Gather([]basket.Line{{}, {Kind: "gift"}}, basket.Gathering{Longest: -1, TooLong: "shrink"})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 3)
	require.Equal(t, "lines[1].kind", invalid.Faults[2].Path)
	bad := basket.Mining{MinCount: -1, MinSupport: math.NaN(), MaxItems: 11, MaxSets: -1, MaxSteps: -1, MinConfidence: 2,
		MaxRules: -1, Correction: "none", Significance: -1}
	_, err = basket.Rules(&basket.Baskets{}, bad)
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 9)
	_, err = basket.FrequentSets(&basket.Baskets{}, bad)
	require.ErrorAs(t, err, &invalid)
	for _, text := range []string{`"gift"`, `""`} {
		require.Error(t, json.Unmarshal([]byte(text), new(basket.Kind)))
		require.Error(t, json.Unmarshal([]byte(text), new(basket.LongBasket)))
		require.Error(t, json.Unmarshal([]byte(text), new(basket.Correction)))
	}
	require.NoError(t, json.Unmarshal([]byte(`"service"`), new(basket.Kind)))
	require.NoError(t, json.Unmarshal([]byte(`"truncate"`), new(basket.LongBasket)))
	require.NoError(t, json.Unmarshal([]byte(`"bonferroni"`), new(basket.Correction)))
}

// gather makes baskets of lists of names.
func gather(t require.TestingT, baskets ...[]string) *basket.Baskets {
	var lines []basket.Line
	for i, list := range baskets {
		for _, name := range list {
			lines = append(lines, goods(fmt.Sprint(i), "", 1, name, 1))
		}
	}
	b, err := basket.Gather(lines, basket.Gathering{Longest: 1000})
	require.NoError(t, err)
	return b
}

// Five baskets by hand: bread and milk together in three, bread in four, milk in
// four of five.
func TestMeasuresByHand(t *testing.T) {
	b := gather(t, []string{"bread", "milk"}, []string{"bread", "milk"},
		[]string{"bread", "milk", "beer"}, []string{"bread"}, []string{"milk"})
	r, err := basket.Rules(b, basket.Mining{MinCount: 1, MinConfidence: 0.01, MaxItems: 2})
	require.NoError(t, err)
	for _, rule := range r.Rules {
		if rule.Left[0] != product("bread") || rule.Right != product("milk") {
			continue
		}
		require.Equal(t, []int{3, 4, 4}, []int{rule.Count, rule.LeftCount, rule.RightCount})
		require.Equal(t, 0.6, rule.Support)
		require.Equal(t, 0.75, rule.Confidence)
		require.Equal(t, 0.9375, rule.Lift)
		require.InDelta(t, -0.04, rule.Leverage, 1e-16)
		require.InDelta(t, 0.8, rule.Conviction, 1e-16)
		require.Equal(t, 1.0, rule.PValue)
		require.InDelta(t, -0.05, rule.Improvement, 1e-16)
		require.True(t, rule.Redundant)
		return
	}
	require.Fail(t, "bread => milk was not found")
}

// Lady tasting tea (Fisher, The Design of Experiments, 1935): 4 of 4 right is 1/70,
// 3 of 4 or more 17/70.
func TestFisherTail(t *testing.T) {
	require.InDelta(t, 1.0/70, basket.FisherTail(4, 4, 4, 8), 1e-15)
	require.InDelta(t, 17.0/70, basket.FisherTail(3, 4, 4, 8), 1e-14)
	require.InDelta(t, 1.0, basket.FisherTail(0, 4, 4, 8), 1e-15)
	require.Equal(t, 1.0, basket.FisherTail(100, 5000, 5000, 10000))
	require.Zero(t, basket.FisherTail(5000, 5000, 5000, 10000))
	require.Equal(t, 1.0, basket.FisherTail(3, 3, 3, 3))
}

// Dunning's G² by hand: ten of twenty baskets have each item, always together:
// 2·20·log 2.
func TestLogLikelihoodRatio(t *testing.T) {
	require.InDelta(t, 40*math.Ln2, basket.LogLikelihoodRatio(10, 10, 10, 20), 1e-12)
	require.InDelta(t, 0, basket.LogLikelihoodRatio(5, 10, 10, 20), 1e-12)
	require.InDelta(t, 40*math.Ln2, basket.LogLikelihoodRatio(0, 10, 10, 20), 1e-12)
}

func TestAlwaysAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		baskets [][]string
		warning insight.WarningCode
		rules   int
	}{
		"empty":          {nil, basket.NoBaskets, 0},
		"one item":       {[][]string{{"a"}, {"b"}, {"a"}}, basket.OneItemBaskets, 0},
		"one basket":     {[][]string{{"a", "b", "c"}}, basket.IdenticalBaskets, 9},
		"identical":      {[][]string{{"a", "b"}, {"a", "b"}, {"a", "b"}}, basket.IdenticalBaskets, 2},
		"one everywhere": {[][]string{{"a", "b"}, {"a", "c"}, {"a"}}, basket.ItemEverywhere, 2},
	} {
		b := gather(t, c.baskets...)
		r, err := basket.Rules(b, basket.Mining{})
		require.NoError(t, err, name)
		require.Equal(t, c.warning, r.Warnings[0].Code, name)
		require.Len(t, r.Rules, c.rules, name)
		for _, rule := range r.Rules {
			require.True(t, rule.Redundant, name) // the right side is in every basket
			require.Equal(t, 1.0, rule.Lift, name)
			require.True(t, rule.NeverFails, name)
		}
		_, err = json.Marshal(r)
		require.NoError(t, err, name)
		sets, err := basket.FrequentSets(b, basket.Mining{})
		require.NoError(t, err, name)
		require.Len(t, sets.Sets, r.Sets)
		require.Empty(t, r.Graph(10).Edges)
	}
}

func TestLimitsAreReported(t *testing.T) {
	b := gather(t, []string{"a", "b", "c", "d"}, []string{"a", "b", "c", "d"}, []string{"a", "b"}, []string{"a", "b"}, []string{"e"})
	sets, err := basket.FrequentSets(b, basket.Mining{MinCount: 1, MaxSets: 4})
	require.NoError(t, err)
	require.Equal(t, 4, sets.MinCount) // 16 sets at 1, 15 at 2
	require.Equal(t, basket.MinimumRaised, sets.Warnings[0].Code)
	require.Len(t, sets.Sets, 3)
	sets, err = basket.FrequentSets(b, basket.Mining{MinCount: 1, MaxSteps: 30})
	require.NoError(t, err)
	require.Equal(t, 4, sets.MinCount)
	r, err := basket.Rules(b, basket.Mining{MinCount: 1, MaxRules: 2})
	require.NoError(t, err)
	require.Len(t, r.Rules, 2)
	require.Equal(t, basket.RulesCut, r.Warnings[0].Code)
	require.Greater(t, r.Found, 2)
}

// Fifty identical baskets of 40 items have as many sets at any minimum: the sets of one
// and two items are given.
func TestIdenticalLongBaskets(t *testing.T) {
	long := make([]string, 40)
	for i := range long {
		long[i] = fmt.Sprint(i)
	}
	sets, err := basket.FrequentSets(gather(t, slices.Repeat([][]string{long}, 50)...), basket.Mining{MaxSets: 1000})
	require.NoError(t, err)
	require.Equal(t, 2, sets.MaxItems)
	require.Equal(t, 1, sets.MinCount)
	require.Len(t, sets.Sets, 40+40*39/2)
	require.Equal(t, basket.SizeLowered, sets.Warnings[1].Code)
}

// Shares are compared by division, so that 0.07 of 100 baskets are 7, not 8.
func TestMinimumOfAShare(t *testing.T) {
	list := make([][]string, 100)
	for i := range list {
		list[i] = []string{"a"}
	}
	sets, err := basket.FrequentSets(gather(t, list...), basket.Mining{MinSupport: 0.07})
	require.NoError(t, err)
	require.Equal(t, 7, sets.MinCount)
}

func TestHoldLast(t *testing.T) {
	b, err := basket.Gather([]basket.Line{
		goods("1", "ann", 1, "cup", 1), goods("2", "ann", 5, "pot", 1), goods("3", "bob", 2, "cup", 1), goods("4", "", 9, "cup", 1),
	}, basket.Gathering{})
	require.NoError(t, err)
	rest, held := b.HoldLast()
	require.Equal(t, 3, rest.Len())
	require.Len(t, held, 1)
	require.Equal(t, day(5), held[0].Date)
	require.Equal(t, product("pot"), b.Product(held[0].Items[0]))
	require.Zero(t, rest.Count(held[0].Items[0]))
}

func drawBaskets(t *rapid.T) [][]string {
	return rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}), 1, 6), 0, 12).Draw(t, "baskets")
}

// Every set and rule against counting by brute force.
func TestExactCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := gather(t, drawBaskets(t)...)
		least := rapid.IntRange(1, 3).Draw(t, "least")
		count := func(mask int) int {
			n := 0
			for i := range b.Len() {
				have := 0
				for _, item := range b.Items(i) {
					have |= 1 << item
				}
				if have&mask == mask {
					n++
				}
			}
			return n
		}
		mask := func(ids ...tandem.ProductID) int {
			m := 0
			for _, id := range ids {
				item, found := b.Item(id)
				require.True(t, found)
				m |= 1 << item
			}
			return m
		}
		want, pairs := 0, 0
		for m := 1; m < 1<<b.Products(); m++ {
			if count(m) >= least {
				want++
				for i := range b.Products() {
					if part := m &^ (1 << i); part != m && part != 0 && 2*count(m) >= count(part) {
						pairs++
					}
				}
			}
		}
		sets, err := basket.FrequentSets(b, basket.Mining{MinCount: least})
		require.NoError(t, err)
		require.Len(t, sets.Sets, want)
		for _, s := range sets.Sets {
			require.Equal(t, count(mask(s.Products...)), s.Count)
		}
		rules, err := basket.Rules(b, basket.Mining{MinCount: least, MinConfidence: 0.5})
		require.NoError(t, err)
		require.Len(t, rules.Rules, pairs)
		for _, r := range rules.Rules {
			l, right := mask(r.Left...), mask(r.Right)
			require.Equal(t, []int{count(l | right), count(l), count(right)}, []int{r.Count, r.LeftCount, r.RightCount})
			best := float64(count(right)) / float64(b.Len())
			for part := (l - 1) & l; part > 0; part = (part - 1) & l {
				best = max(best, float64(count(part|right))/float64(count(part)))
			}
			require.InDelta(t, r.Confidence-best, r.Improvement, 1e-12)
			require.True(t, r.PValue >= 0 && r.PValue <= r.Adjusted && r.Adjusted <= 1)
		}
	})
}

// All lines are items of baskets or left out for one reason, and their order does
// not matter where nothing is cancelled or truncated.
func TestGatherLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []basket.Line
		cancelled := false
		for range rapid.IntRange(0, 40).Draw(t, "lines") {
			l := goods(rapid.SampledFrom([]string{"1", "2", "3", ""}).Draw(t, "basket"),
				rapid.SampledFrom([]string{"", "ann", "bob"}).Draw(t, "customer"),
				rapid.IntRange(1, 3).Draw(t, "day"),
				rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "product"), float64(rapid.IntRange(0, 3).Draw(t, "units")))
			l.Kind = rapid.SampledFrom(basket.Kinds()).Draw(t, "kind")
			l.Cancelled = rapid.IntRange(0, 9).Draw(t, "cancelled") == 0
			cancelled = cancelled || l.Cancelled
			lines = append(lines, l)
		}
		g := basket.Gathering{Longest: rapid.IntRange(1, 3).Draw(t, "longest"), KnownCustomers: rapid.Bool().Draw(t, "known"),
			TooLong: rapid.SampledFrom(basket.LongBaskets()).Draw(t, "rule")}
		b, err := basket.Gather(lines, g)
		require.NoError(t, err)
		n := 0
		for i := range b.Len() {
			require.True(t, slices.IsSorted(b.Items(i)))
			require.LessOrEqual(t, len(b.Items(i)), g.Longest)
			n += len(b.Items(i))
		}
		require.Equal(t, len(lines), n+insight.Left(b.LeftOut()))
		for _, o := range b.Omissions() {
			n += o.Lines
			require.Equal(t, o.Lines, insight.Left(b.LeftOut(), o.Reason))
		}
		require.Equal(t, len(lines), n)
		if !cancelled && g.TooLong == basket.LeaveOut {
			again, err := basket.Gather(rapid.Permutation(lines).Draw(t, "order"), g)
			require.NoError(t, err)
			require.Equal(t, b.Len(), again.Len())
			for i := range b.Len() {
				require.Equal(t, b.Items(i), again.Items(i))
				require.Equal(t, b.Date(i), again.Date(i))
			}
		}
	})
}
