package recommend_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/recommend"
)

// Of 128 baskets with pens 83 have ink. Forty customers who bought five things bought five
// others, in baskets of their own; ann bought the five long ago.
func pens(t *testing.T, training recommend.Training) (*recommend.Model, []recommend.Product) {
	var lines []basket.Line
	for i := range 128 {
		c := fmt.Sprint("pen ", i)
		lines = append(lines, line(c, c, i, "pen"))
		if i < 83 {
			lines = append(lines, line(c, c, i, "ink"))
		}
	}
	names := []string{"ink"}
	for k := range 5 {
		old, other := fmt.Sprint("old ", k), fmt.Sprint("other ", k)
		names = append(names, other)
		lines = append(lines, line("ann", "ann", 0, old))
		for i := range 40 {
			c := fmt.Sprint("customer ", i)
			lines = append(lines, line(c, c+" a", 1, old), line(c, c+" b", 2, other))
		}
	}
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	m, err := recommend.Train(b, training)
	require.NoError(t, err)
	return m, stock(names...)
}

// What a rule gives for what is in the basket now comes before what is like that which was
// bought ten months ago.
func TestTheBasketComesFirst(t *testing.T) {
	ann := recommend.Customer{ID: party("ann"), Consent: true, Basket: []tandem.ProductID{product("pen")}}
	request := recommend.Request{Today: day(300)}
	m, products := pens(t, recommend.Training{})
	r, err := m.Recommend(ann, products, request)
	require.NoError(t, err)
	require.Len(t, r.Recommendations, 6)
	first := r.Recommendations[0]
	require.Equal(t, product("ink"), first.Product)
	require.Equal(t, recommend.ByRule, first.Basis)
	require.Equal(t, []tandem.ProductID{product("pen")}, first.Because)
	require.Contains(t, first.Reason, "in 83 of 128 baskets with ")
	require.Greater(t, first.Score, 2.05, "the other parts together")

	// Bought lately, but not in the basket: a rule as any other.
	lately := recommend.Customer{ID: party("ann"), Consent: true, Bought: []recommend.Event{{Product: product("pen"), Date: day(200)}}}
	r, err = m.Recommend(lately, products, request)
	require.NoError(t, err)
	require.Equal(t, product("ink"), r.Recommendations[5].Product)
	require.Equal(t, recommend.ByRule, r.Recommendations[5].Basis)

	// Weights of one's own are taken as they are.
	m, _ = pens(t, recommend.Training{Weights: recommend.Weights{Similarity: 1, Rules: 1, Popularity: 0.05}})
	same, err := m.Recommend(ann, products, request)
	require.NoError(t, err)
	require.Equal(t, r.Recommendations, same.Recommendations)
}

// A rule of which one product is in the basket and another was bought before holds for the
// basket; one whose products were all bought before, more surely, gives the other evidence.
func TestARuleTouchesTheBasket(t *testing.T) {
	var lines []basket.Line
	add := func(n int, names ...string) {
		for range n {
			c := fmt.Sprint(len(lines))
			for _, name := range names {
				lines = append(lines, line(c, c, 1, name))
			}
		}
	}
	add(10, "tea", "milk", "sugar")
	add(5, "tea", "milk")
	add(10, "tea", "bread")
	add(10, "milk", "bread")
	add(9, "salt", "sugar")
	add(1, "salt")
	lines = append(lines, line("ann", "ann 1", 0, "tea"), line("ann", "ann 2", 0, "salt"))
	b, err := basket.Gather(lines, basket.Gathering{})
	require.NoError(t, err)
	m, err := recommend.Train(b, recommend.Training{})
	require.NoError(t, err)
	ann := recommend.Customer{ID: party("ann"), Consent: true}
	r, err := m.Recommend(ann, stock("sugar"), recommend.Request{Today: day(300)})
	require.NoError(t, err)
	require.Equal(t, []tandem.ProductID{product("salt")}, r.Recommendations[0].Because)
	ann.Basket = []tandem.ProductID{product("milk")}
	r, err = m.Recommend(ann, stock("sugar"), recommend.Request{Today: day(300)})
	require.NoError(t, err)
	require.ElementsMatch(t, []tandem.ProductID{product("milk"), product("tea")}, r.Recommendations[0].Because)
	require.Equal(t, []int{10, 15}, []int{r.Recommendations[0].Count, r.Recommendations[0].Of})
}
