package changepoint

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// costs gives the cost of a stretch in constant time, from sums.
type costs struct {
	model     Model
	lengths   bool // a segment pays log(length/n)
	constant  bool
	floor     float64 // the smallest variance, which makes a constant stretch finite
	logs      []float64
	y, yy     []float64 // sums of the first values, scaled
	t, tt, ty []float64
}

func newCosts(y []float64, place []int, c Config, deviation float64) *costs {
	n := len(y)
	k := &costs{model: c.Model, lengths: c.Penalty == MBIC, constant: true}
	for _, v := range y {
		k.constant = k.constant && v == y[0]
	}
	if k.constant {
		return k
	}
	scale, mean := deviation, float.Mean(y)
	if c.Model == MeanVariance {
		square := 0.0
		for _, v := range y {
			square += float64((v - mean) * (v - mean))
		}
		scale = math.Sqrt(square / float64(n))
	}
	k.floor = 1e-8
	k.y, k.yy = make([]float64, n+1), make([]float64, n+1)
	k.logs = make([]float64, n+1)
	for i, v := range y {
		z := (v - mean) / scale
		k.y[i+1] = k.y[i] + z
		k.yy[i+1] = k.yy[i] + float64(z*z)
		k.logs[i+1] = float.Log(float64(i + 1))
	}
	if c.Model == Line {
		k.t, k.tt, k.ty = make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
		middle, width := float64(float64(place[n-1])/2), float64(place[n-1]+1)
		for i, v := range y {
			x := (float64(place[i]) - middle) / width
			k.t[i+1] = k.t[i] + x
			k.tt[i+1] = k.tt[i] + float64(x*x)
			k.ty[i+1] = k.ty[i] + float64(x*((v-mean)/scale))
		}
	}
	return k
}

// of gives the cost of the values from first to before end.
func (k *costs) of(first, end int) float64 {
	n := float64(end - first)
	sum := k.y[end] - k.y[first]
	left := max(k.yy[end]-k.yy[first]-float64(sum*sum)/n, 0)
	cost := left
	switch k.model {
	case MeanVariance:
		v := max(left/n, k.floor)
		cost = float64(n*float.Log(float64(2*math.Pi*v))) + left/v
	case Line:
		t := k.t[end] - k.t[first]
		square := k.tt[end] - k.tt[first] - float64(t*t)/n
		across := k.ty[end] - k.ty[first] - float64(t*sum)/n
		if square > 0 {
			cost = max(left-float64(across*across)/square, 0)
		}
	}
	if k.lengths {
		cost += k.logs[end-first] - k.logs[len(k.logs)-1]
	}
	return cost
}

// candidate is a place that the last segment may begin at.
type candidate struct {
	at    int
	until int // first end for which it is known to lose; 0 = not yet
	cost  float64
}

// pruneEvery is how many ends are between two looks at what can be dropped: looking costs
// as much as it saves.
const pruneEvery = 8

// search is PELT: the best cost F(t) of the first t values is the least F(s) + C(s, t) +
// price over the candidates s. Where F(s) + C(s, t) ≥ F(t), t is the better start for all
// ends that t can be a segment before, those from t + minimum on. It gives the ends of
// the segments.
func search(k *costs, n, minimum, most int, price float64) (ends []int, best float64, dropped bool) {
	f, from := make([]float64, n+1), make([]int, n+1)
	f[0] = -price
	var list []candidate
	for end := minimum; end <= n; end++ {
		if s := end - minimum; s == 0 || s >= minimum {
			list = append(list, candidate{at: s})
		}
		least, start := math.Inf(1), 0
		for i := range list {
			c := &list[i]
			c.cost = f[c.at] + k.of(c.at, end)
			if c.cost < least {
				least, start = c.cost, c.at
			}
		}
		f[end], from[end] = least+price, start
		if end%pruneEvery != 0 && len(list) <= most {
			continue
		}
		kept := list[:0]
		for _, c := range list {
			if c.until == 0 && c.cost >= f[end] {
				c.until = end + minimum
			}
			if c.until == 0 || c.until > end+1 {
				kept = append(kept, c)
			}
		}
		list = kept
		if len(list) > most {
			list, dropped = cheapest(list, most/2), true
		}
	}
	for end := n; end > 0; end = from[end] {
		ends = append(ends, end)
	}
	slices.Reverse(ends)
	return ends, f[n], dropped
}

// cheapest keeps the candidates that cost least, in their order.
func cheapest(list []candidate, n int) []candidate {
	cost := make([]float64, len(list))
	for i, c := range list {
		cost[i] = c.cost
	}
	slices.Sort(cost)
	kept := list[:0]
	for _, c := range list {
		if c.cost <= cost[n] && len(kept) < n {
			kept = append(kept, c)
		}
	}
	return kept
}
