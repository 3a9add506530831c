package similarity

import (
	"cmp"
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/internal/float"
)

// Neighbour is an item that is like another.
type Neighbour struct {
	Product       tandem.ProductID `json:"product"`
	Item          int32            `json:"-"`              // its number in the baskets
	Count         int32            `json:"count"`          // customers or baskets that have both
	Cosine        float64          `json:"cosine"`         // not shrunk
	LogLikelihood float64          `json:"log_likelihood"` // not shrunk
	Lift          float64          `json:"lift"`           // count over what independence gives
	Score         float64          `json:"score"`          // the measure, shrunk: what neighbours are ranked by
}

// Table has the nearest neighbours of each item. It is safe for any number of
// goroutines.
type Table struct {
	baskets    *basket.Baskets
	config     Config
	size, left int
	counts     []int32
	ends       []int32
	neighbours []Neighbour
}

// Items compares all items with one another. Neighbours are ordered by score, then
// by count (the highest first), then by product.
func Items(b *basket.Baskets, c Config) (*Table, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.filled()
	t := &Table{baskets: b, config: c}
	var in incidence
	if c.Over == Baskets {
		in = overBaskets(b, c.Longest)
	} else {
		in = overGroups(b, byCustomer(b), c.Longest)
	}
	t.size, t.left = in.have.len(), in.left
	if c.Over == Customers {
		t.size -= in.left // they keep their number, and have nothing
	}
	t.counts = make([]int32, b.Products())
	for i := range t.counts {
		t.counts[i] = int32(len(in.who.at(int32(i))))
	}
	t.fill(in)
	return t, nil
}

func (t *Table) fill(in incidence) {
	both := make([]int32, len(t.counts))
	var touched []int32
	logs := newLogs(t.size)
	best := make([]Neighbour, 0, t.config.Neighbours+1)
	for i := range int32(len(t.counts)) {
		touched, best = touched[:0], best[:0]
		for _, who := range in.who.at(i) {
			for _, j := range in.have.at(who) {
				if both[j] == 0 {
					touched = append(touched, j)
				}
				both[j]++
			}
		}
		for _, j := range touched {
			n := both[j]
			both[j] = 0
			if j == i || int(n) < t.config.MinCount {
				continue
			}
			if score := t.score(i, j, n, &logs); score > 0 {
				best = insert(best, Neighbour{Item: j, Count: n, Score: score}, t.config.Neighbours)
			}
		}
		for _, n := range best {
			t.neighbours = append(t.neighbours, t.describe(i, n, &logs))
		}
		t.ends = append(t.ends, int32(len(t.neighbours)))
	}
}

func (t *Table) score(i, j, n int32, logs *logs) float64 {
	var value float64
	if t.config.Measure == Cosine {
		value = float64(n) / math.Sqrt(float64(t.counts[i])*float64(t.counts[j]))
	} else {
		if int64(n)*int64(t.size) <= int64(t.counts[i])*int64(t.counts[j]) {
			return 0
		}
		value = logs.ratio(int(n), int(t.counts[i]), int(t.counts[j]), t.size)
	}
	return value * (float64(n) / (float64(n) + t.config.Shrinkage))
}

func (t *Table) describe(i int32, n Neighbour, logs *logs) Neighbour {
	product := float64(t.counts[i]) * float64(t.counts[n.Item])
	n.Product = t.baskets.Product(n.Item)
	n.Cosine = float64(n.Count) / math.Sqrt(product)
	n.Lift = float64(n.Count) * float64(t.size) / product
	n.LogLikelihood = logs.ratio(int(n.Count), int(t.counts[i]), int(t.counts[n.Item]), t.size)
	return n
}

// insert keeps the best k, sorted.
func insert(best []Neighbour, n Neighbour, k int) []Neighbour {
	at := len(best)
	for at > 0 && nearer(n, best[at-1]) < 0 {
		at--
	}
	if at == k {
		return best
	}
	if len(best) < k {
		best = append(best, n)
	}
	copy(best[at+1:], best[at:])
	best[at] = n
	return best
}

func nearer(x, y Neighbour) int {
	return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Item, y.Item))
}

// Of gives the neighbours of an item by its number in the baskets; the list must not
// be changed.
func (t *Table) Of(item int32) []Neighbour {
	start := int32(0)
	if item > 0 {
		start = t.ends[item-1]
	}
	return t.neighbours[start:t.ends[item]:t.ends[item]]
}

// Neighbours gives the neighbours of a product, none where it was never bought.
func (t *Table) Neighbours(id tandem.ProductID) []Neighbour {
	if item, found := t.baskets.Item(id); found {
		return t.Of(item)
	}
	return nil
}

// Config gives the configuration with its defaults.
func (t *Table) Config() Config { return t.config }

// Count gives how many customers or baskets have the item.
func (t *Table) Count(item int32) int { return int(t.counts[item]) }

// Size gives how many customers or baskets were compared over.
func (t *Table) Size() int { return t.size }

// LeftOut gives how many had too many items.
func (t *Table) LeftOut() int { return t.left }

// logs are k·log k, of which the log-likelihood ratio is a sum.
type logs []float64

func newLogs(n int) logs {
	l := make(logs, min(n+1, 1<<20))
	for k := 1; k < len(l); k++ {
		l[k] = float64(float64(k) * float.Log(float64(k)))
	}
	return l
}

// ratio is basket.LogLikelihoodRatio.
func (l logs) ratio(both, left, right, n int) float64 {
	if n >= len(l) {
		return basket.LogLikelihoodRatio(both, left, right, n)
	}
	left, right = min(left, right), max(left, right)
	inside := l[both] + l[left-both] + l[right-both] + l[n-left-right+both]
	return max(2*(inside+l[n]-l[left]-l[n-left]-l[right]-l[n-right]), 0)
}
