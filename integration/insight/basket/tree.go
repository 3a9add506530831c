package basket

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
)

// tree has the frequent sets as paths: the children of a node, one run sorted by
// rank, add an item of higher rank.
type tree struct {
	nodes []node
	roots []int32 // by rank, -1 where the item is not frequent
	order []int32 // rank → item; rare items first, so that few sets have many candidates
	ends  []int32 // of the baskets below
	ranks []int32 // each basket's frequent items, sorted by rank
	steps []step
	limit int
	work  int // visits of an item in a basket that are left
	least int // frequent from this count on
	deep  int // items of a set at most
}

type node struct{ rank, count, first, children int32 }

// step has the buffers of one depth.
type step struct {
	counts  []int32 // by rank, zero between uses
	touched []int32
	next    []int32 // by rank, where the next basket of a child is written
	baskets []int32
}

// grow finds the frequent sets by depth first over lists of baskets (Eclat: Zaki,
// 2000). The candidates of a set are counted by walking what its baskets have above
// its last item (LCM's occurrence deliver: Uno, Kiyomi and Arimura, 2004), which on
// sparse baskets costs less than an intersection for each pair. Where there are too
// many sets, the minimum doubles until they fit; where no minimum helps, as with
// identical baskets, the sets become smaller. Beyond the most frequent item the tree is
// empty, whatever a visit of each basket would cost: there the doubling ends.
func (b *Baskets) grow(m Mining) (t tree, warnings []insight.Warning) {
	warnings = b.warnings()
	t = tree{limit: m.MaxSets, least: m.minimum(b.Len()), deep: m.MaxItems}
	most, least, deep := 0, t.least, t.deep
	for _, n := range b.counts {
		most = max(most, int(n))
	}
	for t.work = m.MaxSteps; !t.fill(b); t.work = m.MaxSteps {
		if 2*t.least > most && t.deep > 1 {
			t.least = least
			t.deep--
		} else {
			t.least *= 2
		}
	}
	if t.deep < deep {
		warnings = append(warnings, insight.Warn(SizeLowered, "too many sets at any minimum: those of at most %d items are given", t.deep))
	}
	if t.least > least {
		warnings = append(warnings, insight.Warn(MinimumRaised, "too many sets or steps: the minimum was raised from %d to %d baskets", least, t.least))
		if t.least > most {
			warnings = append(warnings, insight.Warn(NothingFits, "no set is left: allow more sets, and more steps than there are baskets"))
		}
	}
	return t, warnings
}

func (t *tree) fill(b *Baskets) bool {
	t.nodes, t.order, t.ends, t.ranks = t.nodes[:0], t.order[:0], t.ends[:0], t.ranks[:0]
	rank := make([]int32, len(b.products))
	for item, n := range b.counts {
		rank[item] = -1
		if int(n) >= t.least {
			t.order = append(t.order, int32(item))
		}
	}
	if len(t.order) == 0 {
		t.roots = nil
		return true
	}
	if len(t.order) > t.limit {
		return false
	}
	slices.SortFunc(t.order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(b.counts[x], b.counts[y]), cmp.Compare(x, y))
	})
	for r, item := range t.order {
		rank[item] = int32(r)
	}
	t.roots = make([]int32, len(t.order))
	t.steps = make([]step, t.deep)
	for i := range t.steps {
		t.steps[i].counts = make([]int32, len(t.order))
		t.steps[i].next = make([]int32, len(t.order))
	}
	all := make([]int32, b.Len())
	for i := range all {
		all[i] = int32(i)
		start := len(t.ranks)
		for _, item := range b.Items(i) {
			if rank[item] >= 0 {
				t.ranks = append(t.ranks, rank[item])
			}
		}
		slices.Sort(t.ranks[start:])
		t.ends = append(t.ends, int32(len(t.ranks)))
	}
	return t.extend(-1, all, -1, 0)
}

// extend adds the children of a node and theirs; false says that there are too many.
func (t *tree) extend(parent int32, baskets []int32, last int32, depth int) bool {
	s := &t.steps[depth]
	s.touched = s.touched[:0]
	for _, b := range baskets {
		k := t.ends[b] - 1
		for ; k >= t.start(b) && t.ranks[k] > last; k-- {
			r := t.ranks[k]
			if s.counts[r] == 0 {
				s.touched = append(s.touched, r)
			}
			s.counts[r]++
		}
		t.work -= int(t.ends[b] - k)
	}
	frequent, total := s.touched[:0], int32(0)
	for _, r := range s.touched {
		if int(s.counts[r]) >= t.least {
			frequent = append(frequent, r)
			total += s.counts[r]
		} else {
			s.counts[r] = 0
		}
	}
	slices.Sort(frequent)
	first := int32(len(t.nodes))
	if parent >= 0 {
		t.nodes[parent].first, t.nodes[parent].children = first, int32(len(frequent))
	}
	for _, r := range frequent {
		t.nodes = append(t.nodes, node{rank: r, count: s.counts[r]})
		if parent < 0 {
			t.roots[r] = int32(len(t.nodes)) - 1
		}
	}
	fits := len(t.nodes) <= t.limit && t.work > 0
	if fits && depth+1 < t.deep && len(frequent) > 0 {
		s.deliver(t, frequent, baskets, last, total)
	}
	for _, r := range frequent {
		s.counts[r] = 0
	}
	if !fits || depth+1 == t.deep {
		return fits
	}
	for i := first; i < first+int32(len(frequent)); i++ {
		n := t.nodes[i]
		end := s.next[n.rank]
		if !t.extend(i, s.baskets[end-n.count:end], n.rank, depth+1) {
			return false
		}
	}
	return true
}

// deliver writes the baskets of each child one after the other.
func (s *step) deliver(t *tree, frequent, baskets []int32, last, total int32) {
	s.baskets = slices.Grow(s.baskets[:0], int(total))[:total]
	at := int32(0)
	for _, r := range frequent {
		s.next[r] = at
		at += s.counts[r]
	}
	for _, b := range baskets {
		for k := t.ends[b] - 1; k >= t.start(b) && t.ranks[k] > last; k-- {
			if r := t.ranks[k]; s.counts[r] > 0 {
				s.baskets[s.next[r]] = b
				s.next[r]++
			}
		}
	}
}

func (t *tree) start(basket int32) int32 {
	if basket == 0 {
		return 0
	}
	return t.ends[basket-1]
}

// child finds the child of a node that adds an item; it must exist, as every part of
// a frequent set is frequent.
func (t *tree) child(parent, rank int32) int32 {
	if parent < 0 {
		return t.roots[rank]
	}
	n := t.nodes[parent]
	low, high := n.first, n.first+n.children
	for low < high {
		middle := (low + high) / 2
		if t.nodes[middle].rank < rank {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// walk calls f with each set, as the ranks and nodes of its path; the lists are
// reused.
func (t *tree) walk(f func(ranks, path []int32)) {
	ranks, path := make([]int32, 0, t.deep), make([]int32, 0, t.deep)
	var down func(i int32)
	down = func(i int32) {
		n := t.nodes[i]
		ranks, path = append(ranks, n.rank), append(path, i)
		f(ranks, path)
		for k := range n.children {
			down(n.first + k)
		}
		ranks, path = ranks[:len(ranks)-1], path[:len(path)-1]
	}
	for _, i := range t.roots {
		down(i)
	}
}
