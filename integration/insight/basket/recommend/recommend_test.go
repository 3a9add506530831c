package recommend_test

import (
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/internal/retail"
	"github.com/tandem-go/tandem/integration/insight/basket/recommend"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
)

func product(name string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("shop", name) }

func party(name string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("shop", name) }

func day(n int) tandem.Date {
	date, err := tandem.NewDate(2024, time.January, 1)
	if err != nil {
		panic(err)
	}
	return date.AddDays(n)
}

func line(customer, key string, n int, name string) basket.Line {
	return basket.Line{Basket: key, Customer: party(customer), Product: product(name), Date: day(n), Units: 1, Kind: basket.Goods}
}

// shop has 20 customers who buy tea and cups, ten of them milk, too, and ten who buy
// soap. Ann has bought tea 100 days ago.
func shop(t require.TestingT) *recommend.Model {
	var lines []basket.Line
	for c := range 30 {
		customer := fmt.Sprint(c)
		switch {
		case c < 20:
			lines = append(lines, line(customer, customer, c, "tea"), line(customer, customer, c, "cup"))
			if c < 10 {
				lines = append(lines, line(customer, customer, c, "milk"))
			}
		default:
			lines = append(lines, line(customer, customer, c, "soap"))
		}
	}
	lines = append(lines, line("ann", "ann", 0, "tea"))
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	m, err := recommend.Train(b, recommend.Training{})
	require.NoError(t, err)
	return m
}

func stock(names ...string) []recommend.Product {
	var out []recommend.Product
	for _, name := range names {
		out = append(out, recommend.Product{ID: product(name), Name: name, Sellable: true, Available: 12})
	}
	return out
}

func TestReasons(t *testing.T) {
	m := shop(t)
	request := recommend.Request{Today: day(100), Top: 3}
	r, err := m.Recommend(recommend.Customer{ID: party("ann"), Consent: true}, stock("tea", "cup", "milk", "soap", "ink"), request)
	require.NoError(t, err)
	require.False(t, r.New)
	require.Equal(t, product("cup"), r.Recommendations[0].Product)
	require.Equal(t, "20 of 21 customers who bought tea bought it, too; in stock 12", r.Recommendations[0].Reason)
	require.Equal(t, recommend.Similar, r.Recommendations[0].Basis)
	require.Equal(t, product("milk"), r.Recommendations[1].Product)
	require.Equal(t, []recommend.Exclusion{{product("ink"), recommend.NeverBought, "nobody has bought it yet"}}, r.Excluded)

	r, err = m.Recommend(recommend.Customer{Consent: true}, stock("soap", "tea", "milk"), request)
	require.NoError(t, err)
	require.True(t, r.New)
	require.Equal(t, product("tea"), r.Recommendations[0].Product)
	require.Equal(t, recommend.Popular, r.Recommendations[0].Basis)
	require.Equal(t, "nothing is known of what the customer likes; popular: in 21 of 31 baskets; in stock 12", r.Recommendations[0].Reason)

	// Somebody new with tea and milk in the basket: rules alone.
	b, err := basket.Gather([]basket.Line{line("a", "1", 0, "x"), line("a", "1", 0, "y"),
		line("b", "2", 0, "x"), line("b", "2", 0, "y")}, basket.Gathering{})
	require.NoError(t, err)
	m, err = recommend.Train(b, recommend.Training{})
	require.NoError(t, err)
	r, err = m.Recommend(recommend.Customer{Consent: true, Basket: []tandem.ProductID{product("x")}}, stock("x", "y"), request)
	require.NoError(t, err)
	require.Equal(t, recommend.ByRule, r.Recommendations[0].Basis)
	require.Equal(t, "in 2 of 2 baskets with x; in stock 12", r.Recommendations[0].Reason)
	require.Equal(t, recommend.InBasket, r.Excluded[0].Rule)
}

func TestEligibilityComesFirst(t *testing.T) {
	m := shop(t)
	ann := recommend.Customer{ID: party("ann"), Consent: true}
	cases := []struct {
		name   string
		change func(c *recommend.Customer, p *recommend.Product, r *recommend.Request)
		rule   recommend.Rule
		reason string
	}{
		{"nothing against it", func(*recommend.Customer, *recommend.Product, *recommend.Request) {}, "", ""},
		{"no consent", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) { c.Consent = false },
			recommend.NoConsent, "the customer has not agreed to recommendations"},
		{"not on sale", func(_ *recommend.Customer, p *recommend.Product, _ *recommend.Request) { p.Sellable = false },
			recommend.NotSellable, "not on sale"},
		{"barred", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Barred = []tandem.ProductID{product("cup")}
		}, recommend.Barred, "may not be sold to this customer"},
		{"no stock", func(_ *recommend.Customer, p *recommend.Product, _ *recommend.Request) { p.Available = 0 },
			recommend.OutOfStock, "out of stock"},
		{"in the basket", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Basket = []tandem.ProductID{product("cup")}
		}, recommend.InBasket, "already in the basket"},
		{"bought 29 days ago", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Bought = []recommend.Event{{product("cup"), day(71)}, {product("cup"), day(2)}}
		}, recommend.JustBought, "bought 29 days ago"},
		{"bought 30 days ago", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Bought = []recommend.Event{{product("cup"), day(70)}}
		}, "", ""},
		{"bought today, repeats wanted", func(c *recommend.Customer, _ *recommend.Product, r *recommend.Request) {
			c.Bought, r.Repeats = []recommend.Event{{product("cup"), day(100)}}, true
		}, "", ""},
		{"known basket", func(c *recommend.Customer, _ *recommend.Product, r *recommend.Request) {
			c.ID, r.BoughtDays = party("5"), 96
		}, recommend.JustBought, "bought 95 days ago"},
		{"returned yesterday", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Returned = []recommend.Event{{product("cup"), day(99)}}
		}, recommend.JustReturned, "returned yesterday"},
		{"returned long ago", func(c *recommend.Customer, _ *recommend.Product, r *recommend.Request) {
			c.Returned, r.ReturnedDays = []recommend.Event{{product("cup"), day(90)}}, 10
		}, "", ""},
		{"shown often", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Shown = []recommend.Showing{{product("cup"), 3}, {product("cup"), 2}}
		}, recommend.ShownOften, "shown 5 times, the cap is 5"},
		{"shown four times", func(c *recommend.Customer, _ *recommend.Product, _ *recommend.Request) {
			c.Shown = []recommend.Showing{{product("cup"), 4}}
		}, "", ""},
	}
	for _, c := range cases {
		customer, products, request := ann, stock("cup"), recommend.Request{Today: day(100)}
		c.change(&customer, &products[0], &request)
		r, err := m.Recommend(customer, products, request)
		require.NoError(t, err, c.name)
		if c.rule == "" {
			require.Len(t, r.Recommendations, 1, c.name)
			continue
		}
		require.Empty(t, r.Recommendations, c.name)
		require.Equal(t, []recommend.Exclusion{{product("cup"), c.rule, c.reason}}, r.Excluded, c.name)
	}
}

func TestDiversity(t *testing.T) {
	products := stock("cup", "milk", "soap")
	products[0].Category, products[1].Category = "kitchen", "kitchen"
	r, err := shop(t).Recommend(recommend.Customer{ID: party("ann"), Consent: true}, products,
		recommend.Request{Today: day(100), PerCategory: 1})
	require.NoError(t, err)
	require.Equal(t, product("cup"), r.Recommendations[0].Product)
	require.Equal(t, product("soap"), r.Recommendations[1].Product)
	require.Equal(t, "popular: in 10 of 31 baskets; in stock 12", r.Recommendations[1].Reason)
	require.Equal(t, recommend.CategoryFull, r.Excluded[0].Rule)
}

func TestFaultsAllAtOnce(t *testing.T) {
	m := shop(t)
	products := append(stock("cup", "cup"), recommend.Product{Available: math.NaN()})
	_, err := m.Recommend(recommend.Customer{Shown: []recommend.Showing{{product("tea"), -1}}}, products,
		recommend.Request{Top: -1, BoughtDays: -1, ReturnedDays: -1, FrequencyCap: -1, PerCategory: -1})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 10)
	require.Equal(t, "products[1].id", invalid.Faults[9].Path)
	// What is said of no product, or of no day, would be passed over in silence.
	none, undated := tandem.ProductID{}, []recommend.Event{{Product: product("tea")}, {Date: day(1)}, {product("tea"), day(1)}}
	_, err = m.Recommend(recommend.Customer{Consent: true, Bought: undated, Returned: undated, Shown: []recommend.Showing{{Times: 2}},
		Barred: []tandem.ProductID{product("tea"), none}, Basket: []tandem.ProductID{none}}, stock("tea"), recommend.Request{Today: day(2)})
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		require.Equal(t, "required", f.Code)
		paths = append(paths, f.Path)
	}
	require.ElementsMatch(t, []string{"customer.bought[0].date", "customer.bought[1].product", "customer.returned[0].date",
		"customer.returned[1].product", "customer.shown[0].product", "customer.barred[1]", "customer.basket[0]"}, paths)
	bad := recommend.Training{Similarity: similarity.Config{Over: "x"}, Mining: basket.Mining{MaxItems: -1},
		Weights: recommend.Weights{Similarity: -1, Rules: math.NaN(), Popularity: math.Inf(1)}}
	_, err = recommend.Train(&basket.Baskets{}, bad)
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 5)
	_, err = recommend.Evaluate(&basket.Baskets{}, bad, recommend.Testing{Top: -1})
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 6)
}

func TestNamesAreStrict(t *testing.T) {
	for _, r := range recommend.Rules() {
		require.NoError(t, json.Unmarshal([]byte(`"`+r+`"`), new(recommend.Rule)))
	}
	for _, b := range recommend.Bases() {
		require.NoError(t, json.Unmarshal([]byte(`"`+b+`"`), new(recommend.Basis)))
	}
	require.Error(t, json.Unmarshal([]byte(`"x"`), new(recommend.Rule)))
	require.Error(t, json.Unmarshal([]byte(`"x"`), new(recommend.Basis)))
}

func TestNothingLearned(t *testing.T) {
	m, err := recommend.Train(&basket.Baskets{}, recommend.Training{})
	require.NoError(t, err)
	r, err := m.Recommend(recommend.Customer{ID: party("ann"), Consent: true}, stock("tea"), recommend.Request{Today: day(0)})
	require.NoError(t, err)
	require.Empty(t, r.Recommendations)
	require.Equal(t, recommend.NeverBought, r.Excluded[0].Rule)
	require.Equal(t, basket.NoBaskets, r.Warnings[0].Code)
	r, err = m.Recommend(recommend.Customer{}, nil, recommend.Request{Today: day(0)})
	require.NoError(t, err)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(text), `"recommendations":[]`)
	e, err := recommend.Evaluate(&basket.Baskets{}, recommend.Training{}, recommend.Testing{})
	require.NoError(t, err)
	require.Equal(t, recommend.Evaluation{Warnings: m.Warnings()}, e, "no figures, and why")
}

// Whatever the facts, nothing that a rule excludes is recommended, each product is in
// one list at most, and where there is room every eligible product is in one.
func TestNothingExcludedIsRecommended(t *testing.T) {
	m := shop(t)
	names := []string{"tea", "cup", "milk", "soap", "ink"}
	rapid.Check(t, func(t *rapid.T) {
		products := stock(names...)
		for i := range products {
			products[i].Sellable = rapid.Bool().Draw(t, "sellable")
			products[i].Available = float64(rapid.IntRange(-1, 2).Draw(t, "available"))
			products[i].Category = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "category")
		}
		c := recommend.Customer{ID: party(rapid.SampledFrom([]string{"ann", "3", "nobody"}).Draw(t, "customer")),
			Consent: rapid.IntRange(0, 4).Draw(t, "consent") > 0}
		some := rapid.SliceOfN(rapid.SampledFrom(names), 0, 2)
		for _, name := range some.Draw(t, "barred") {
			c.Barred = append(c.Barred, product(name))
		}
		for _, name := range some.Draw(t, "returned") {
			c.Returned = append(c.Returned, recommend.Event{Product: product(name), Date: day(90)})
		}
		r, err := m.Recommend(c, products, recommend.Request{Today: day(100), PerCategory: rapid.IntRange(0, 2).Draw(t, "per category")})
		require.NoError(t, err)
		require.Len(t, products, len(r.Recommendations)+len(r.Excluded))
		out := make(map[tandem.ProductID]bool)
		for _, x := range r.Excluded {
			require.NotEmpty(t, x.Reason)
			out[x.Product] = true
		}
		for i, x := range r.Recommendations {
			require.False(t, out[x.Product])
			require.True(t, c.Consent)
			require.True(t, i == 0 || r.Recommendations[i-1].Score >= x.Score)
			for _, p := range products {
				require.True(t, p.ID != x.Product || p.Sellable && p.Available > 0)
			}
			require.NotContains(t, c.Barred, x.Product)
		}
	})
}

// The same answer from any number of goroutines.
func TestSameFromManyGoroutines(t *testing.T) {
	m := shop(t)
	ask := func() recommend.Result {
		r, err := m.Recommend(recommend.Customer{ID: party("ann"), Consent: true}, stock("tea", "cup", "milk", "soap"),
			recommend.Request{Today: day(100)})
		require.NoError(t, err)
		return r
	}
	want := ask()
	got := make([]recommend.Result, 8)
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() { got[i] = ask() })
	}
	wait.Wait()
	for _, r := range got {
		require.Equal(t, want, r)
	}
}

func BenchmarkRecommend(b *testing.B) {
	sales := retail.Read(b)
	baskets, err := basket.Gather(sales.Subset(), basket.Gathering{Longest: 1000})
	require.NoError(b, err)
	m, err := recommend.Train(baskets, recommend.Training{})
	require.NoError(b, err)
	var products []recommend.Product
	for i := range int32(baskets.Products()) {
		id := baskets.Product(i)
		products = append(products, recommend.Product{ID: id, Name: sales.Names[id], Sellable: true, Available: 1})
	}
	today, n := baskets.Date(baskets.Len()-1), int32(0)
	b.ReportAllocs()
	for b.Loop() {
		c := recommend.Customer{ID: baskets.Party(n % int32(baskets.Customers())), Consent: true}
		if _, err := m.Recommend(c, products, recommend.Request{Today: today}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}

// What a result gives may be changed; the model stays as it is.
func TestResultsShareNothing(t *testing.T) {
	b, err := basket.Gather([]basket.Line{line("a", "1", 0, "x"), line("a", "1", 0, "y"),
		line("b", "2", 0, "x"), line("b", "2", 0, "y")}, basket.Gathering{})
	require.NoError(t, err)
	m, err := recommend.Train(b, recommend.Training{})
	require.NoError(t, err)
	customer := recommend.Customer{Consent: true, Basket: []tandem.ProductID{product("x")}}
	ask := func() string {
		r, err := m.Recommend(customer, stock("x", "y"), recommend.Request{Today: day(100)})
		require.NoError(t, err)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		r.Recommendations[0].Because[0] = product("z")
		r.Warnings[0].Text = "changed"
		m.Warnings()[0].Text = "changed"
		return string(text)
	}
	require.Equal(t, ask(), ask())
}
