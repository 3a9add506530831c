package recommend

import (
	"cmp"
	"slices"
)

// scores are the parts of the scores of all items for one customer, and the evidence
// that weighs most. They are made once for many customers, one after the other.
type scores struct {
	model     *Model
	seeds     []int32 // items that the customer has, sorted
	total     []float64
	similar   []float64 // 0 to 1
	rule      []float64 // best confidence
	strongest []int32   // by item, the seed that says most; -1 = none
	share     []float64 // what it says
	by        []int32   // by item, the best rule; -1 = none
	now       []float64 // best confidence of those that have something of the basket
	nowBy     []int32   // by item, that rule; -1 = none
	has       []bool    // by item
	buying    []bool    // by item, in the basket
}

func (m *Model) scores() scores {
	n := m.baskets.Products()
	return scores{model: m, total: make([]float64, n), similar: make([]float64, n), rule: make([]float64, n),
		strongest: make([]int32, n), share: make([]float64, n), by: make([]int32, n), has: make([]bool, n),
		now: make([]float64, n), nowBy: make([]int32, n), buying: make([]bool, n)}
}

// of blends, for each item, the likeness to what the customer has (the sum over
// his items, of the most that any item has) with the best confidence of a rule that
// holds for them, and for what is in the basket among them, and popularity.
func (s *scores) of(seeds, basket []int32) {
	m, n, has, most := s.model, len(s.total), s.has, 0.0
	s.seeds = seeds
	clear(s.similar)
	clear(s.rule)
	clear(s.share)
	clear(has)
	clear(s.now)
	clear(s.buying)
	for i := range n {
		s.strongest[i], s.by[i], s.nowBy[i] = -1, -1, -1
	}
	for _, item := range basket {
		s.buying[item] = true
	}
	for _, seed := range seeds {
		has[seed] = true
		for _, near := range m.table.Of(seed) {
			j := near.Item
			s.similar[j] += near.Score
			if near.Score > s.share[j] {
				s.share[j], s.strongest[j] = near.Score, seed
			}
		}
	}
	for _, v := range s.similar {
		most = max(most, v)
	}
	for _, seed := range seeds {
		for _, r := range m.by[seed] {
			j, c := m.right[r], m.rules.Rules[r].Confidence
			if c <= s.now[j] && c <= s.rule[j] || !holds(m.left[r], has) {
				continue
			}
			if c > s.rule[j] {
				s.rule[j], s.by[j] = c, r
			}
			if c > s.now[j] && slices.ContainsFunc(m.left[r], func(item int32) bool { return s.buying[item] }) {
				s.now[j], s.nowBy[j] = c, r
			}
		}
	}
	for i := range n {
		if most > 0 {
			s.similar[i] /= most
		}
		popular := float64(m.baskets.Count(int32(i))) / float64(max(m.most, 1))
		s.total[i] = float64(m.weights.Similarity*s.similar[i]) + float64(m.weights.Rules*s.rule[i]) +
			float64(m.weights.Popularity*popular) + float64(m.weights.Basket*s.now[i])
	}
}

func holds(left []int32, has []bool) bool {
	for _, item := range left {
		if !has[item] {
			return false
		}
	}
	return true
}

// first gives the best items that are not known yet, at most top of them.
func (s *scores) first(best []int32, top int, known []bool) []int32 {
	for i, total := range s.total {
		if known[i] || len(best) == top && total <= s.total[best[top-1]] {
			continue
		}
		at := len(best)
		for at > 0 && total > s.total[best[at-1]] {
			at--
		}
		best = slices.Insert(best, at, int32(i))
		best = best[:min(len(best), top)]
	}
	return best
}

// sortBy sorts items by a number, the highest first; ties by number of item.
func sortBy(items []int32, by func(int32) float64) {
	slices.SortFunc(items, func(x, y int32) int { return cmp.Or(cmp.Compare(by(y), by(x)), cmp.Compare(x, y)) })
}
