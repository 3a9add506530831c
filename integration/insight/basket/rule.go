package basket

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
)

// Rule says that who buys all products on the left buys the one on the right, too.
// Counts are exact; the measures are those of the field, from them.
type Rule struct {
	Left       []tandem.ProductID `json:"left"` // sorted
	Right      tandem.ProductID   `json:"right"`
	Count      int                `json:"count"`       // baskets with both sides
	LeftCount  int                `json:"left_count"`  // with the left side
	RightCount int                `json:"right_count"` // with the right side
	Support    float64            `json:"support"`     // share of the baskets with both
	Confidence float64            `json:"confidence"`  // share of those with the left side that have the right
	Lift       float64            `json:"lift"`        // confidence over the share that the right side has anyway
	Leverage   float64            `json:"leverage"`    // support less what independence would give (Piatetsky-Shapiro, 1991)
	// Conviction is how often the rule would fail if its sides were independent, over
	// how often it fails (Brin, Motwani, Ullman and Tsur, 1997). A rule that never
	// fails has none.
	Conviction float64 `json:"conviction,omitzero"`
	NeverFails bool    `json:"never_fails,omitzero"`
	// PValue is the chance of so many baskets with both sides or more, were they
	// independent: Fisher's exact test, one-sided. Adjusted accounts for the rules
	// tested, Significant compares it with the level.
	PValue      float64 `json:"p_value"`
	Adjusted    float64 `json:"adjusted"`
	Significant bool    `json:"significant"`
	// Improvement is the confidence less the best one of a rule with fewer products
	// (or none) on the left (Bayardo, Agrawal and Gunopulos, 2000). A rule without any
	// is redundant.
	Improvement float64 `json:"improvement"`
	Redundant   bool    `json:"redundant,omitzero"`
}

// RuleSet is what [Rules] finds.
type RuleSet struct {
	Baskets  int               `json:"baskets"`
	MinCount int               `json:"min_count"` // that was used
	MaxItems int               `json:"max_items"` // that was used
	Sets     int               `json:"sets"`      // frequent ones
	Tested   int               `json:"tested"`    // rules of frequent sets, whatever their confidence: what the correction counts
	Found    int               `json:"found"`     // those of enough confidence
	Rules    []Rule            `json:"rules"`
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// candidate is a rule before its measures: where its set and its left side are.
type candidate struct {
	set, left, right int32 // counts
	lift             float64
	rank             int32 // of the right side
	start, size      int32 // of the left ranks in the arena
}

// Rules finds the rules with one product on the right and at least one on the left
// whose set is frequent and whose confidence is enough. They are ordered by lift
// (the highest first), then count (the highest first), then the size of the left
// side (the smallest first), then the products of the left side, then the right.
func Rules(b *Baskets, m Mining) (RuleSet, error) {
	if err := b.check(m); err != nil {
		return RuleSet{}, err
	}
	m = m.filled()
	t, warnings := b.grow(m)
	out := RuleSet{Baskets: b.Len(), MinCount: t.least, MaxItems: t.deep, Sets: len(t.nodes), Warnings: warnings}
	found, arena, tested := t.candidates(b, m.MinConfidence)
	out.Tested, out.Found = tested, len(found)
	left := func(c candidate) []int32 { return arena[c.start : c.start+c.size] } // items, sorted
	slices.SortFunc(found, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.lift, x.lift), cmp.Compare(y.set, x.set), cmp.Compare(x.size, y.size),
			slices.Compare(left(x), left(y)), cmp.Compare(t.order[x.rank], t.order[y.rank]))
	})
	adjusted, single := adjust(b, m, found, tested)
	if len(found) > m.MaxRules {
		found = found[:m.MaxRules]
		out.Warnings = append(out.Warnings, insight.Warn(RulesCut, "of %d rules the first %d are given", out.Found, m.MaxRules))
	}
	rank := make([]int32, len(b.products))
	for r, item := range t.order {
		rank[item] = int32(r)
	}
	ids := make([]tandem.ProductID, 0, len(arena))
	out.Rules = make([]Rule, len(found))
	for i, c := range found {
		r := measures(int64(b.Len()), c)
		start := len(ids)
		for _, item := range left(c) {
			ids = append(ids, b.products[item])
		}
		r.Left, r.Right = ids[start:len(ids):len(ids)], b.products[t.order[c.rank]]
		r.PValue, r.Adjusted = single[i], adjusted[i]
		r.Significant = r.Adjusted <= m.Significance
		r.Improvement, r.Redundant = t.improvement(int64(b.Len()), c, left(c), rank)
		out.Rules[i] = r
	}
	return out, nil
}

// candidates gives the rules of enough confidence, the items of their left sides,
// and how many rules the sets have in all.
func (t *tree) candidates(b *Baskets, confidence float64) (found []candidate, arena []int32, tested int) {
	n := float64(b.Len())
	t.walk(func(ranks, path []int32) {
		if len(ranks) < 2 {
			return
		}
		tested += len(ranks)
		both := t.nodes[path[len(path)-1]].count
		for drop, right := range ranks {
			at := int32(-1)
			if drop > 0 {
				at = path[drop-1]
			}
			for _, r := range ranks[drop+1:] {
				at = t.child(at, r)
			}
			left := t.nodes[at].count
			if float64(both)/float64(left) < confidence {
				continue
			}
			start := len(arena)
			for k, r := range ranks {
				if k != drop {
					arena = append(arena, t.order[r])
				}
			}
			slices.Sort(arena[start:])
			count := t.nodes[t.roots[right]].count
			found = append(found, candidate{both, left, count, float64(both) * n / (float64(left) * float64(count)),
				right, int32(start), int32(len(ranks) - 1)})
		}
	})
	return found, arena, tested
}

// measures computes what follows from the counts, each with one division.
func measures(n int64, c candidate) Rule {
	both, left, right := int64(c.set), int64(c.left), int64(c.right)
	r := Rule{
		Count: int(both), LeftCount: int(left), RightCount: int(right),
		Support: float64(both) / float64(n), Confidence: float64(both) / float64(left), Lift: c.lift,
		Leverage:   float64(both*n-left*right) / (float64(n) * float64(n)),
		NeverFails: both == left,
	}
	if !r.NeverFails {
		r.Conviction = float64((n-right)*left) / float64(n*(left-both))
	}
	return r
}

// improvement compares a rule with those of the same right side whose left side is a
// part of its own, the empty one included.
func (t *tree) improvement(n int64, c candidate, items, rank []int32) (float64, bool) {
	ranks := make([]int32, 0, MaxItems)
	for _, item := range items {
		ranks = append(ranks, rank[item])
	}
	slices.Sort(ranks)
	best, of := int64(c.right), n // the empty left side
	for mask := 1; mask < 1<<len(ranks)-1; mask++ {
		left, both, placed := int32(-1), int32(-1), false
		for k, r := range ranks {
			if mask>>k&1 == 0 {
				continue
			}
			if !placed && c.rank < r {
				both, placed = t.child(both, c.rank), true
			}
			left, both = t.child(left, r), t.child(both, r)
		}
		if !placed {
			both = t.child(both, c.rank)
		}
		if l, s := int64(t.nodes[left].count), int64(t.nodes[both].count); s*of > best*l {
			best, of = s, l
		}
	}
	mine, base := int64(c.set), int64(c.left)
	return float64(mine*of-best*base) / float64(base*of), mine*of <= best*base
}
