package basket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/internal/dataset"
)

// shop has the products of a shop by name.
type shop struct {
	names map[tandem.ProductID]string
}

func product(name string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("shop", name) }

func party(name string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("shop", name) }

func (s *shop) line(basketKey, name string) basket.Line {
	id := product(name)
	if s.names == nil {
		s.names = make(map[tandem.ProductID]string)
	}
	s.names[id] = name
	return basket.Line{Basket: basketKey, Product: id, Units: 1, Kind: basket.Goods}
}

func readGroceries(t testing.TB) (*shop, *basket.Baskets) {
	var s shop
	var lines []basket.Line
	for i, row := range strings.Split(strings.TrimSpace(string(dataset.Read(t, "groceries", "groceries.csv.gz"))), "\n") {
		for _, name := range strings.Split(row, ",") {
			lines = append(lines, s.line(fmt.Sprint(i), strings.TrimSpace(name)))
		}
	}
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	return &s, b
}

func (s *shop) rule(r basket.Rule) string {
	return strings.Join(s.all(r.Left), ",") + " => " + s.names[r.Right]
}

func (s *shop) all(ids []tandem.ProductID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = s.names[id]
	}
	slices.Sort(out)
	return out
}

// The 15 rules of arules at support 0.01 and confidence 0.5, with its defaults, as
// printed by inspect (https://blog.csdn.net/zhf1234abc/article/details/47998877).
func TestGroceriesRules(t *testing.T) {
	s, b := readGroceries(t)
	require.Equal(t, 9835, b.Len())
	require.Equal(t, 169, b.Products())
	want := map[string][3]float64{
		"curd,yogurt => whole milk":                          {0.01006609, 0.5823529, 2.279125},
		"butter,other vegetables => whole milk":              {0.01148958, 0.5736041, 2.244885},
		"domestic eggs,other vegetables => whole milk":       {0.01230300, 0.5525114, 2.162336},
		"whipped/sour cream,yogurt => whole milk":            {0.01087951, 0.5245098, 2.052747},
		"other vegetables,whipped/sour cream => whole milk":  {0.01464159, 0.5070423, 1.984385},
		"other vegetables,pip fruit => whole milk":           {0.01352313, 0.5175097, 2.025351},
		"citrus fruit,root vegetables => other vegetables":   {0.01037112, 0.5862069, 3.029608},
		"root vegetables,tropical fruit => other vegetables": {0.01230300, 0.5845411, 3.020999},
		"root vegetables,tropical fruit => whole milk":       {0.01199797, 0.5700483, 2.230969},
		"tropical fruit,yogurt => whole milk":                {0.01514997, 0.5173611, 2.024770},
		"root vegetables,yogurt => other vegetables":         {0.01291307, 0.5000000, 2.584078},
		"root vegetables,yogurt => whole milk":               {0.01453991, 0.5629921, 2.203354},
		"rolls/buns,root vegetables => other vegetables":     {0.01220132, 0.5020921, 2.594890},
		"rolls/buns,root vegetables => whole milk":           {0.01270971, 0.5230126, 2.046888},
		"other vegetables,yogurt => whole milk":              {0.02226741, 0.5128806, 2.007235},
	}
	r, err := basket.Rules(b, basket.Mining{MinSupport: 0.01, MinConfidence: 0.5})
	require.NoError(t, err)
	require.Equal(t, 99, r.MinCount) // ⌈98.35⌉
	require.Len(t, r.Rules, 15)
	for _, rule := range r.Rules {
		w, found := want[s.rule(rule)]
		require.True(t, found, s.rule(rule))
		require.InDelta(t, w[0], rule.Support, 5e-9)
		require.InDelta(t, w[1], rule.Confidence, 5e-8)
		require.InDelta(t, w[2], rule.Lift, 5e-7)
		require.True(t, rule.Significant)
		require.False(t, rule.Redundant)
	}
}

// The 410 rules of arules at 0.001 and 0.8, and the first by lift.
func TestGroceriesRareRules(t *testing.T) {
	s, b := readGroceries(t)
	r, err := basket.Rules(b, basket.Mining{MinSupport: 0.001, MinConfidence: 0.8})
	require.NoError(t, err)
	require.Equal(t, 10, r.MinCount)
	require.Len(t, r.Rules, 410)
	first := r.Rules[0]
	require.Equal(t, "liquor,red/blush wine => bottled beer", s.rule(first))
	require.InDelta(t, 0.001931876, first.Support, 5e-10)
	require.InDelta(t, 0.9047619, first.Confidence, 5e-8)
	require.InDelta(t, 11.235269, first.Lift, 5e-7)
	require.Equal(t, 19, first.Count)
}

// The 5,668 rules at 0.001 and 0.5 and the five first by lift: Hahsler and
// Chelluboina, Visualizing Association Rules (vignette of arulesViz), section 3.
func TestGroceriesPublishedLifts(t *testing.T) {
	s, b := readGroceries(t)
	r, err := basket.Rules(b, basket.Mining{MinSupport: 0.001, MinConfidence: 0.5})
	require.NoError(t, err)
	require.Equal(t, 5668, r.Found)
	for i, want := range []struct {
		rule                      string
		support, confidence, lift float64
	}{
		{"Instant food products,soda => hamburger meat", 0.001220132, 0.6315789, 18.99565},
		{"popcorn,soda => salty snack", 0.001220132, 0.6315789, 16.69779},
		{"baking powder,flour => sugar", 0.001016777, 0.5555556, 16.40807},
		{"ham,processed cheese => white bread", 0.001931876, 0.6333333, 15.04549},
		{"Instant food products,whole milk => hamburger meat", 0.001525165, 0.5000000, 15.03823},
	} {
		require.Equal(t, want.rule, s.rule(r.Rules[i]))
		require.InDelta(t, want.support, r.Rules[i].Support, 5e-10)
		require.InDelta(t, want.confidence, r.Rules[i].Confidence, 5e-8)
		require.InDelta(t, want.lift, r.Rules[i].Lift, 5e-6)
	}
}

func TestGroceriesSets(t *testing.T) {
	s, b := readGroceries(t)
	sets, err := basket.FrequentSets(b, basket.Mining{MinSupport: 0.05})
	require.NoError(t, err)
	require.Equal(t, []string{"whole milk"}, s.all(sets.Sets[0].Products))
	require.Equal(t, 2513, sets.Sets[0].Count) // as summary(Groceries) prints
	require.Equal(t, 1903, sets.Sets[1].Count)
	require.Equal(t, 1809, sets.Sets[2].Count)
	require.Equal(t, 1715, sets.Sets[3].Count)
	require.Equal(t, 1372, sets.Sets[4].Count)
}

func TestGroceriesGraph(t *testing.T) {
	s, b := readGroceries(t)
	r, err := basket.Rules(b, basket.Mining{MinSupport: 0.001, MinConfidence: 0.1})
	require.NoError(t, err)
	g := r.Graph(20)
	require.Len(t, g.Edges, 20)
	for _, e := range g.Edges {
		require.Greater(t, e.Lift, 1.0)
		require.NotEqual(t, e.From, e.To)
		require.LessOrEqual(t, e.Count, min(g.Nodes[e.From].Count, g.Nodes[e.To].Count))
	}
	require.NotEmpty(t, s.names[g.Nodes[0].Product])
	require.Equal(t, g, r.Graph(20))
	require.Empty(t, r.Graph(0).Edges)
}

// Aim: 100 ms.
func BenchmarkRules(b *testing.B) {
	_, baskets := readGroceries(b)
	b.ReportAllocs()
	for b.Loop() {
		r, err := basket.Rules(baskets, basket.Mining{MinSupport: 0.001, MinConfidence: 0.8})
		if err != nil || r.Found != 410 {
			b.Fatal(r.Found, err)
		}
		b.ReportMetric(float64(r.Sets), "sets")
	}
}
