package recommend

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Basis says what a recommendation rests on most.
type Basis string

// The bases.
const (
	Similar Basis = "similar" // bought by those who bought what the customer has
	ByRule  Basis = "rule"    // a rule of baskets holds for what the customer has
	Popular Basis = "popular" // bought most by all
)

// Bases lists the bases.
func Bases() []Basis { return []Basis{Similar, ByRule, Popular} }

// Valid says whether the basis is one of [Bases].
func (b Basis) Valid() bool { return slices.Contains(Bases(), b) }

// UnmarshalText reads exactly the names of [Bases].
func (b *Basis) UnmarshalText(text []byte) error { return enum.Decode(b, text, "basis", Bases()) }

// Recommendation is a product for a customer.
type Recommendation struct {
	Product tandem.ProductID `json:"product"`
	Score   float64          `json:"score"`
	Basis   Basis            `json:"basis"`
	// Count of Of is the evidence: of those who bought Because (of all baskets, where it
	// is empty), so many bought the product, too.
	Because []tandem.ProductID `json:"because,omitempty"`
	Count   int                `json:"count"`
	Of      int                `json:"of"`
	Over    similarity.Over    `json:"over"` // customers or baskets are counted
	Reason  string             `json:"reason"`
}

// Exclusion is a product that is not recommended, and the rule why.
type Exclusion struct {
	Product tandem.ProductID `json:"product"`
	Rule    Rule             `json:"rule"`
	Reason  string           `json:"reason"`
}

// Result answers a request.
type Result struct {
	New             bool              `json:"new"`                // nothing that the customer bought is known: popularity alone ranks
	Recommendations []Recommendation  `json:"recommendations"`    // the best first
	Excluded        []Exclusion       `json:"excluded"`           // in the order of the products
	LeftOut         []insight.LeftOut `json:"left_out,omitempty"` // of [Model.LeftOut]
	Warnings        []insight.Warning `json:"warnings,omitempty"`
}

// Recommend excludes the products that may not be recommended to the customer, each
// with the first rule against it, then ranks the others by score, then by number of
// baskets, then by product.
func (m *Model) Recommend(c Customer, products []Product, r Request) (Result, error) {
	if err := validate(c, products, r); err != nil {
		return Result{}, err
	}
	r = r.filled()
	seeds := m.seeds(c)
	out := Result{New: len(seeds) == 0, Recommendations: []Recommendation{}, Excluded: []Exclusion{}, LeftOut: m.LeftOut(), Warnings: m.Warnings()}
	w := writer{scores: m.scores(), products: products, facts: m.facts(c, r), reasons: make([]Exclusion, len(products)),
		place: make([]int32, m.baskets.Products()), fresh: out.New}
	w.scores.of(seeds, m.items(c.Basket))
	ranked := w.eligible()
	slices.SortFunc(ranked, func(x, y int32) int {
		return cmp.Or(cmp.Compare(w.scores.total[y], w.scores.total[x]), cmp.Compare(m.baskets.Count(y), m.baskets.Count(x)), cmp.Compare(x, y))
	})
	categories := make(map[string]int)
	for _, item := range ranked {
		if len(out.Recommendations) == r.Top {
			break
		}
		p := &products[w.place[item]]
		if r.PerCategory > 0 && p.Category != "" && categories[p.Category] == r.PerCategory {
			reason := fmt.Sprintf("%d of category %s are recommended already", r.PerCategory, p.Category)
			w.reasons[w.place[item]] = Exclusion{p.ID, CategoryFull, reason}
			continue
		}
		categories[p.Category]++
		out.Recommendations = append(out.Recommendations, w.recommend(item, p))
	}
	for _, x := range w.reasons {
		if x.Rule != "" {
			out.Excluded = append(out.Excluded, x)
		}
	}
	return out, nil
}

// seeds gives the items that the customer has or is buying, sorted.
func (m *Model) seeds(c Customer) []int32 {
	var items []int32
	if buyer, found := m.baskets.Buyer(c.ID); found {
		items = m.bought(buyer)
	}
	items = append(items, m.items(c.Basket)...)
	for _, e := range c.Bought {
		if item, found := m.baskets.Item(e.Product); found {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// items gives those of the products that are known.
func (m *Model) items(ids []tandem.ProductID) []int32 {
	var items []int32
	for _, id := range ids {
		if item, found := m.baskets.Item(id); found {
			items = append(items, item)
		}
	}
	return items
}

// writer writes one result.
type writer struct {
	scores   scores
	products []Product
	facts    facts
	reasons  []Exclusion // by product
	place    []int32     // by item, its product in the list; -1 = not in it
	fresh    bool
}

// eligible gives the items that may be recommended.
func (w *writer) eligible() []int32 {
	var items []int32
	for i := range w.place {
		w.place[i] = -1
	}
	for i := range w.products {
		p := &w.products[i]
		item, known := w.scores.model.baskets.Item(p.ID)
		if known {
			w.place[item] = int32(i)
		}
		rule, reason := w.facts.exclude(p)
		if rule == "" && (!known || w.scores.model.baskets.Count(item) == 0) {
			rule, reason = NeverBought, "nobody has bought it yet"
		}
		if rule != "" {
			w.reasons[i] = Exclusion{p.ID, rule, reason}
			continue
		}
		items = append(items, item)
	}
	return items
}

// recommend gives the evidence of the part of the score that weighs most.
func (w *writer) recommend(item int32, p *Product) Recommendation {
	s, m := &w.scores, w.scores.model
	out := Recommendation{Product: p.ID, Score: s.total[item], Basis: Popular, Over: similarity.Baskets,
		Count: m.baskets.Count(item), Of: m.baskets.Len()}
	var text string
	by, similar, rule := s.by[item], float64(m.weights.Similarity*s.similar[item]), float64(m.weights.Rules*s.rule[item])
	if now := float64(m.weights.Basket * s.now[item]); now > rule {
		by, rule = s.nowBy[item], now // the basket's weighs more than the other
	}
	switch {
	case rule > similar && by >= 0:
		r := m.rules.Rules[by]
		out.Basis, out.Because, out.Count, out.Of = ByRule, slices.Clone(r.Left), r.Count, r.LeftCount
		text = fmt.Sprintf("in %d of %d baskets with %s", out.Count, out.Of, w.names(r.Left))
	case similar > 0 && s.strongest[item] >= 0:
		seed := s.strongest[item]
		for _, near := range m.table.Of(seed) {
			if near.Item == item {
				out.Count = int(near.Count)
			}
		}
		out.Basis, out.Because = Similar, []tandem.ProductID{m.baskets.Product(seed)}
		out.Of, out.Over = m.table.Count(seed), m.table.Config().Over
		text = fmt.Sprintf("%d of %d %s who bought %s bought it, too", out.Count, out.Of, out.Over, w.names(out.Because))
		if out.Over == similarity.Baskets {
			text = fmt.Sprintf("in %d of %d baskets with %s", out.Count, out.Of, w.names(out.Because))
		}
	case w.fresh:
		text = fmt.Sprintf("nothing is known of what the customer likes; popular: in %d of %d baskets", out.Count, out.Of)
	default:
		text = fmt.Sprintf("popular: in %d of %d baskets", out.Count, out.Of)
	}
	out.Reason = text + "; in stock " + strconv.FormatFloat(p.Available, 'f', -1, 64)
	return out
}

func (w *writer) names(ids []tandem.ProductID) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(" and ")
		}
		name := ""
		if item, found := w.scores.model.baskets.Item(id); found && w.place[item] >= 0 {
			name = w.products[w.place[item]].Name
		}
		if name == "" {
			name = id.String()
		}
		b.WriteString(name)
	}
	return b.String()
}
