package similarity

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
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
	size       int
	left       []insight.LeftOut
	warnings   []insight.Warning
	counts     []int32
	ends       []int32
	neighbours []Neighbour
}

// Items compares all items with one another. Neighbours are ordered by score, then
// by count (the highest first), then by product.
func Items(b *basket.Baskets, c Config) (*Table, error) {
	var k tandem.Check
	k.Require(b != nil, "required", "baskets", "must be given")
	k.Nested("", c.Validate())
	if err := k.Err("similarity config"); err != nil {
		return nil, err
	}
	c = c.filled()
	t := &Table{baskets: b, config: c}
	over := func() incidence {
		if c.Over == Baskets {
			return overBaskets(b, c.Longest)
		}
		return overGroups(b, byCustomer(b), c.Longest)
	}
	in := over()
	if fits := longest(in.have.loads(), c.Longest, c.MaxSteps); fits < c.Longest {
		t.warnings = []insight.Warning{lowered(c.Longest, fits)}
		c.Longest, t.config.Longest = fits, fits
		in = over()
	}
	t.size = in.have.len()
	if c.Over == Customers {
		t.size -= in.left // they keep their number, and have nothing
		t.left = insight.Leave(nil, LongCustomer, in.left)
	} else {
		t.left = insight.Leave(nil, LongBasket, in.left)
	}
	t.warnings = append(t.warnings, tooMany(t.left, c.Longest)...)
	t.counts = make([]int32, b.Products())
	for i := range t.counts {
		t.counts[i] = int32(len(in.who.at(int32(i))))
	}
	t.fill(in)
	return t, nil
}

// near is a neighbour as long as there may be better ones.
type near struct {
	item, count int32
	score       float64
}

// filler finds the neighbours of one item after the other.
type filler struct {
	in      incidence
	both    []int32
	touched []int32
	roots   []float64 // √count
	logs    logs
	best    []near
}

func (t *Table) fill(in incidence) {
	n := len(t.counts)
	f := filler{in: in, both: make([]int32, n), roots: make([]float64, n), logs: newLogs(t.size)}
	for i, count := range t.counts {
		f.roots[i] = math.Sqrt(float64(count))
	}
	for i := range int32(n) {
		f.best = f.best[:0]
		f.count(i)
		for _, j := range f.touched {
			count := f.both[j]
			f.both[j] = 0
			if j == i || int(count) < t.config.MinCount {
				continue
			}
			score := t.score(&f, i, j, count)
			if k := len(f.best); score > 0 && (k < t.config.Neighbours || score >= f.best[k-1].score) {
				f.best = insert(f.best, near{j, count, score}, t.config.Neighbours)
			}
		}
		for _, b := range f.best {
			t.neighbours = append(t.neighbours, t.describe(i, b, f.logs))
		}
		t.ends = append(t.ends, int32(len(t.neighbours)))
	}
}

// count counts who has the item and each other one.
func (f *filler) count(i int32) {
	f.touched = f.touched[:0]
	for _, who := range f.in.who.at(i) {
		for _, j := range f.in.have.at(who) {
			if f.both[j] == 0 {
				f.touched = append(f.touched, j)
			}
			f.both[j]++
		}
	}
}

func (t *Table) score(f *filler, i, j, count int32) float64 {
	var value float64
	if t.config.Measure == Cosine {
		value = float64(count) / (f.roots[i] * f.roots[j])
	} else {
		if int64(count)*int64(t.size) <= int64(t.counts[i])*int64(t.counts[j]) {
			return 0
		}
		value = f.logs.ratio(int(count), int(t.counts[i]), int(t.counts[j]), t.size)
	}
	return value * (float64(count) / (float64(count) + t.config.Shrinkage))
}

func (t *Table) describe(i int32, b near, logs logs) Neighbour {
	product := float64(t.counts[i]) * float64(t.counts[b.item])
	return Neighbour{Product: t.baskets.Product(b.item), Item: b.item, Count: b.count, Score: b.score,
		Cosine:        float64(b.count) / math.Sqrt(product),
		Lift:          float64(b.count) * float64(t.size) / product,
		LogLikelihood: logs.ratio(int(b.count), int(t.counts[i]), int(t.counts[b.item]), t.size)}
}

// insert keeps the best k, sorted.
func insert(best []near, n near, k int) []near {
	at := len(best)
	for at > 0 && nearer(n, best[at-1]) {
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

func nearer(x, y near) bool {
	if x.score != y.score {
		return x.score > y.score
	}
	return x.count > y.count || x.count == y.count && x.item < y.item
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

// Warnings tells what was left out, and what was to bound the work.
func (t *Table) Warnings() []insight.Warning { return slices.Clone(t.warnings) }

// Config gives the configuration with its defaults, and the Longest that was used.
func (t *Table) Config() Config { return t.config }

// Count gives how many customers or baskets have the item.
func (t *Table) Count(item int32) int { return int(t.counts[item]) }

// Size gives how many customers or baskets were compared over.
func (t *Table) Size() int { return t.size }

// LeftOut counts the customers or baskets that had too many items, by one of [Reasons].
func (t *Table) LeftOut() []insight.LeftOut { return slices.Clone(t.left) }

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
