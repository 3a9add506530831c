package repeat

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a history.
const (
	MaxFrequency = 100_000 // repeat purchase days
	MaxAge       = 1e9     // in the unit of time
)

// History is what the models know of a customer, from the first purchase on.
type History struct {
	Frequency int     `json:"frequency"` // x: days with a purchase after the first day
	Recency   float64 `json:"recency"`   // t_x: time from the first to the last purchase, 0 for a single one
	Age       float64 `json:"age"`       // T: time from the first purchase to the end of the observation
}

// Reason says why a history is left out.
type Reason string

// The reasons of package repeat.
const (
	BadAge       Reason = "bad_age"       // negative, not finite or beyond MaxAge
	BadFrequency Reason = "bad_frequency" // negative or beyond MaxFrequency
	BadRecency   Reason = "bad_recency"   // outside (0, Age] although there were repeat purchases
)

// fault gives the reason why the history cannot be; "" for a sound one.
func (h History) fault() Reason {
	switch {
	case !(h.Age >= 0 && h.Age <= MaxAge):
		return BadAge
	case h.Frequency < 0 || h.Frequency > MaxFrequency:
		return BadFrequency
	case h.Frequency > 0 && !(h.Recency > 0 && h.Recency <= h.Age):
		return BadRecency
	}
	return ""
}

// sound gives the nearest history that can be, so that every question has an answer.
func (h History) sound() History {
	if !(h.Age >= 0) {
		h.Age = 0
	}
	h.Age = min(h.Age, MaxAge)
	h.Frequency = min(max(h.Frequency, 0), MaxFrequency)
	if !(h.Recency >= 0) || h.Frequency == 0 {
		h.Recency = 0
	}
	h.Recency = min(h.Recency, h.Age)
	return h
}

// LeftOut counts rows that were left out for a reason.
type LeftOut struct {
	Reason Reason `json:"reason"`
	Count  int    `json:"count"`
}

// Groups gathers histories; equal ones are kept once with their number (24 bytes a
// group and at most 8 for its place in the table). The zero Groups is empty. Its result does not depend
// on the order in which histories are added.
type Groups struct {
	rows      []group
	slots     []int32 // 1 + position in rows, 0 for none; open addressing
	customers int
	zeroAge   int
	leftOut   []LeftOut
}

type group struct {
	x, count     int32
	recency, age float64
}

// Add adds a customer. One that cannot be is left out and counted by reason.
func (g *Groups) Add(h History) {
	if why := h.fault(); why != "" {
		g.leave(why)
		return
	}
	if h.Frequency == 0 {
		h.Recency = 0
	}
	if h.Age == 0 {
		g.zeroAge++
	}
	g.customers++
	if len(g.rows)*4 >= len(g.slots)*3 {
		g.grow()
	}
	i := g.place(int32(h.Frequency), h.Recency, h.Age)
	if at := g.slots[i]; at > 0 {
		g.rows[at-1].count++
		return
	}
	g.rows = append(g.rows, group{x: int32(h.Frequency), count: 1, recency: h.Recency, age: h.Age})
	g.slots[i] = int32(len(g.rows))
}

func (g *Groups) leave(why Reason) {
	for i := range g.leftOut {
		if g.leftOut[i].Reason == why {
			g.leftOut[i].Count++
			return
		}
	}
	g.leftOut = append(g.leftOut, LeftOut{why, 1})
	slices.SortFunc(g.leftOut, func(a, b LeftOut) int { return cmp.Compare(a.Reason, b.Reason) })
}

// Customers gives the number of customers added, without those left out.
func (g *Groups) Customers() int { return g.customers }

// Len gives the number of different histories.
func (g *Groups) Len() int { return len(g.rows) }

// LeftOut gives what was left out, by reason.
func (g *Groups) LeftOut() []LeftOut { return slices.Clone(g.leftOut) }

func (g *Groups) grow() {
	g.slots = make([]int32, max(64, 2*len(g.slots)))
	for i, r := range g.rows {
		g.slots[g.place(r.x, r.recency, r.age)] = int32(i + 1)
	}
}

// place gives the slot of a group, or the free one where it belongs.
func (g *Groups) place(x int32, recency, age float64) int {
	z := math.Float64bits(recency)*0x9e3779b97f4a7c15 ^ math.Float64bits(age)
	z = (z ^ z>>30 ^ uint64(x)<<17) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	mask := len(g.slots) - 1
	for i := int(z>>32) & mask; ; i = (i + 1) & mask {
		at := g.slots[i]
		if at == 0 {
			return i
		}
		if r := &g.rows[at-1]; r.x == x && r.recency == recency && r.age == age {
			return i
		}
	}
}

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
