package repeat

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// sample is the groups in order, with their times in a table: logarithms are taken
// once for each time and not for each group.
type sample struct {
	rows      []row
	times     []float64 // different ones, ascending, in units of scale
	logs      []float64 // of alpha + time
	inverses  []float64
	tables    [6][]float64
	scale     float64 // mean age
	customers float64
	purchases float64 // repeat purchases of all
	most      int     // frequency
}

type row struct {
	x, recency, age int32 // the latter two are positions in times
	count           int32
}

// thinned is the number of customers on whom a search for many begins.
const thinned = 8192

// thin gives every so many-th customer in the order of the rows, so that ages and
// frequencies keep their shares; the sample itself where it is small.
func (s *sample) thin() *sample {
	if len(s.rows) <= thinned {
		return s
	}
	step := int(s.customers / thinned)
	t := &sample{scale: s.scale, most: s.most}
	places, seen := make([]int32, len(s.times)), 0
	for _, r := range s.rows {
		before := seen / step
		seen += int(r.count)
		r.count = int32(seen/step - before)
		if r.count == 0 {
			continue
		}
		t.rows = append(t.rows, r)
		t.customers += float64(r.count)
		t.purchases += float64(float64(r.x) * float64(r.count))
		places[r.recency], places[r.age] = 1, 1
	}
	for i, used := range places {
		if used > 0 {
			places[i] = int32(len(t.times))
			t.times = append(t.times, s.times[i])
		}
	}
	for i := range t.rows {
		r := &t.rows[i]
		r.recency, r.age = places[r.recency], places[r.age]
	}
	t.logs, t.inverses = make([]float64, len(t.times)), make([]float64, len(t.times))
	for i := range t.tables {
		t.tables[i] = make([]float64, t.most+2)
	}
	return t
}

func (g *Groups) sample() *sample {
	rows := slices.Clone(g.rows)
	slices.SortFunc(rows, func(a, b group) int {
		if c := cmp.Compare(a.age, b.age); c != 0 {
			return c
		}
		if c := cmp.Compare(a.x, b.x); c != 0 {
			return c
		}
		return cmp.Compare(a.recency, b.recency)
	})
	s := &sample{rows: make([]row, len(rows)), customers: float64(g.customers)}
	times := make([]float64, 0, 2*len(rows))
	age := 0.0
	for _, r := range rows {
		times = append(times, r.recency, r.age)
		age += float64(r.age * float64(r.count))
		s.purchases += float64(float64(r.x) * float64(r.count))
		s.most = max(s.most, int(r.x))
	}
	slices.Sort(times)
	times = slices.Clone(slices.Compact(times))
	at := func(t float64) int32 { i, _ := slices.BinarySearch(times, t); return int32(i) }
	for i, r := range rows {
		s.rows[i] = row{x: r.x, recency: at(r.recency), age: at(r.age), count: r.count}
	}
	if s.scale = age / max(s.customers, 1); !(s.scale > 0) {
		s.scale = 1
	}
	s.times, s.logs, s.inverses = times, make([]float64, len(times)), make([]float64, len(times))
	for i := range times {
		times[i] /= s.scale
	}
	for i := range s.tables {
		s.tables[i] = make([]float64, s.most+2)
	}
	return s
}

// table writes the sums of log(a+i) and of 1/(a+i) over i < n, for all n.
func table(logs, inverses []float64, a float64) {
	sum, inverse := 0.0, 0.0
	for n := range logs {
		logs[n], inverses[n] = sum, inverse
		sum += float.Log(a + float64(n))
		inverse += 1 / (a + float64(n))
	}
}
