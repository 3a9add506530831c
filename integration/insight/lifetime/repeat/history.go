package repeat

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
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

// The reasons of package repeat.
const (
	BadAge       insight.Reason = "bad_age"       // negative, not finite or beyond MaxAge
	BadFrequency insight.Reason = "bad_frequency" // negative or beyond MaxFrequency
	BadRecency   insight.Reason = "bad_recency"   // outside (0, Age] although there were repeat purchases
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{BadAge, BadFrequency, BadRecency} }

// fault gives the reason why the history cannot be; "" for a sound one.
func (h History) fault() insight.Reason {
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

// Groups gathers histories; equal ones are kept once with their number (24 bytes a
// group and at most 8 for its place in the table). The zero Groups is empty. Its result does not depend
// on the order in which histories are added.
type Groups struct {
	rows      []group
	slots     []int32 // 1 + position in rows, 0 for none; open addressing
	customers int
	zeroAge   int
	leftOut   []insight.LeftOut
}

type group struct {
	x, count     int32
	recency, age float64
}

// Add adds a customer. One that cannot be is left out and counted by reason.
func (g *Groups) Add(h History) {
	if why := h.fault(); why != "" {
		g.leftOut = insight.Leave(g.leftOut, why, 1)
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

// Customers gives the number of customers added, without those left out.
func (g *Groups) Customers() int { return g.customers }

// Len gives the number of different histories.
func (g *Groups) Len() int { return len(g.rows) }

// LeftOut gives what was left out, by reason.
func (g *Groups) LeftOut() []insight.LeftOut { return slices.Clone(g.leftOut) }

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
