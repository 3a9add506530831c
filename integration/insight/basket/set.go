package basket

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
)

// Set is a set of products that are bought together.
type Set struct {
	Products []tandem.ProductID `json:"products"` // sorted
	Count    int                `json:"count"`    // baskets with all of them
	Support  float64            `json:"support"`  // their share
}

// Sets are the frequent sets of baskets.
type Sets struct {
	Baskets  int               `json:"baskets"`
	MinCount int               `json:"min_count"` // that was used
	MaxItems int               `json:"max_items"` // that was used
	Sets     []Set             `json:"sets"`
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// FrequentSets finds all sets of products that are frequent, ordered by count (the
// highest first), then size (the smallest first), then products.
func FrequentSets(b *Baskets, m Mining) (Sets, error) {
	if err := b.check(m); err != nil {
		return Sets{}, err
	}
	m = m.filled()
	t, warnings := b.grow(m)
	out := Sets{Baskets: b.Len(), MinCount: t.least, MaxItems: t.deep, Warnings: warnings}
	type found struct {
		items []int32
		count int32
	}
	all, items := make([]found, 0, len(t.nodes)), make([]int32, 0, 3*len(t.nodes))
	t.walk(func(ranks, path []int32) {
		start := len(items)
		for _, r := range ranks {
			items = append(items, t.order[r])
		}
		set := items[start:len(items):len(items)]
		slices.Sort(set)
		all = append(all, found{set, t.nodes[path[len(path)-1]].count})
	})
	slices.SortFunc(all, func(x, y found) int {
		return cmp.Or(cmp.Compare(y.count, x.count), cmp.Compare(len(x.items), len(y.items)), slices.Compare(x.items, y.items))
	})
	ids := make([]tandem.ProductID, 0, len(items))
	out.Sets = make([]Set, len(all))
	for i, f := range all {
		start := len(ids)
		for _, item := range f.items {
			ids = append(ids, b.products[item])
		}
		out.Sets[i] = Set{ids[start:len(ids):len(ids)], int(f.count), float64(f.count) / float64(out.Baskets)}
	}
	return out, nil
}
