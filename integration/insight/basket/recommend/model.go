package recommend

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
	"github.com/tandem-go/tandem/internal/float"
)

// Training says what a model learns. The zero Training is the default.
type Training struct {
	Similarity similarity.Config `json:"similarity,omitzero"`
	Mining     basket.Mining     `json:"mining,omitzero"` // none = rules of at most 3 products in 1 % of the baskets, confidence 0.3
	Weights    Weights           `json:"weights,omitzero"`
}

// Weights blend the parts of a score, each of which is 1 at most. All nought = 1, 1,
// 0.05 and 10.
type Weights struct {
	Similarity float64 `json:"similarity"`
	Rules      float64 `json:"rules"`
	Popularity float64 `json:"popularity"`
	// Basket counts the confidence of a rule once more where the rule has a product that is
	// being bought now. By its default of 10 a rule of confidence 0.21 or more, which those
	// of the default mining are, comes before all that rests on what was bought before.
	Basket float64 `json:"basket,omitzero"`
}

func (w Weights) filled() Weights {
	if w == (Weights{}) {
		return Weights{Similarity: 1, Rules: 1, Popularity: 0.05, Basket: 10}
	}
	return w
}

// Validate reports every fault of the training.
func (t Training) Validate() error {
	var c tandem.Check
	c.Nested("similarity", t.Similarity.Validate())
	c.Nested("mining", t.Mining.Validate())
	weight := func(v float64, path string) {
		c.Require(v >= 0 && v <= 1e6 && float.Finite(v), "weight", path, "must be 0 to 1,000,000")
	}
	weight(t.Weights.Similarity, "weights.similarity")
	weight(t.Weights.Rules, "weights.rules")
	weight(t.Weights.Popularity, "weights.popularity")
	weight(t.Weights.Basket, "weights.basket")
	return c.Err("recommend training")
}

// Model is what baskets teach about products. It does not change and is safe for any
// number of goroutines.
type Model struct {
	baskets  *basket.Baskets
	table    *similarity.Table
	rules    basket.RuleSet
	by       [][]int32 // rules by the first item of their left side
	left     [][]int32 // by rule, items
	right    []int32   // by rule
	weights  Weights
	popular  []int32   // items, the most popular first
	most     int       // baskets with the most popular item
	ofBuyer  [][]int32 // baskets by customer, by date
	warnings []insight.Warning
}

// Train learns from baskets.
func Train(b *basket.Baskets, t Training) (*Model, error) {
	var c tandem.Check
	c.Require(b != nil, "required", "baskets", "must be given")
	c.Nested("", t.Validate())
	if err := c.Err("recommend training"); err != nil {
		return nil, err
	}
	if t.Mining == (basket.Mining{}) {
		t.Mining = basket.Mining{MinSupport: 0.01, MaxItems: 3, MinConfidence: 0.3}
	}
	table, err := similarity.Items(b, t.Similarity)
	if err != nil {
		return nil, err
	}
	rules, err := basket.Rules(b, t.Mining)
	if err != nil {
		return nil, err
	}
	m := &Model{baskets: b, table: table, rules: rules, weights: t.Weights.filled(), warnings: append(table.Warnings(), rules.Warnings...)}
	m.index()
	return m, nil
}

func (m *Model) index() {
	b := m.baskets
	m.by = make([][]int32, b.Products())
	for i, r := range m.rules.Rules {
		var left []int32
		for _, id := range r.Left {
			item, _ := b.Item(id)
			left = append(left, item)
		}
		right, _ := b.Item(r.Right)
		m.left, m.right = append(m.left, left), append(m.right, right)
		m.by[left[0]] = append(m.by[left[0]], int32(i))
	}
	m.popular = make([]int32, b.Products())
	for i := range m.popular {
		m.popular[i] = int32(i)
	}
	sortBy(m.popular, func(item int32) float64 { return float64(b.Count(item)) })
	if len(m.popular) > 0 {
		m.most = b.Count(m.popular[0])
	}
	m.ofBuyer = make([][]int32, b.Customers())
	for i := range b.Len() {
		if c := b.Customer(i); c >= 0 {
			m.ofBuyer[c] = append(m.ofBuyer[c], int32(i))
		}
	}
}

// LeftOut counts the customers or baskets that taught nothing of what is similar, as they
// have too many products, by one of similarity's reasons.
func (m *Model) LeftOut() []insight.LeftOut { return m.table.LeftOut() }

// Warnings tells what the baskets could not teach.
func (m *Model) Warnings() []insight.Warning { return slices.Clone(m.warnings) }
