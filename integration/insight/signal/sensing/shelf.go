package sensing

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
)

// shelf has open lines by their day of need, of one day the likeliest first, and finds
// the nearest that an order may take in steps of the logarithm of their number. It is a
// binary tree, of which each node has the earliest day of creation below it.
type shelf struct {
	lines   []int // into sensor.lines
	need    []int // days
	created []int // of the nodes; that of line i is in size + i
	size    int
}

// gone is the day of creation of a line of which nothing is open: after every order.
const gone = math.MaxInt

// newShelf sorts the lines.
func (s *sensor) newShelf(lines []int) *shelf {
	slices.SortStableFunc(lines, func(a, b int) int {
		return cmp.Or(s.pegs[a].Need.Compare(s.pegs[b].Need), s.pegs[b].Probability.Cmp(s.pegs[a].Probability))
	})
	h := &shelf{lines: lines, need: make([]int, len(lines)), size: 1}
	for h.size < len(lines) {
		h.size *= 2
	}
	h.created = slices.Repeat([]int{gone}, 2*h.size)
	for i, line := range lines {
		h.need[i] = s.pegs[line].Need.DayNumber()
		h.created[h.size+i] = s.lines[line].Created.DayNumber() // 0 where it is not known: before every order
	}
	for n := h.size - 1; n > 0; n-- {
		h.created[n] = min(h.created[2*n], h.created[2*n+1])
	}
	return h
}

// close takes a line off the shelf.
func (h *shelf) close(i int) {
	n := h.size + i
	for h.created[n] = gone; n > 1; {
		n /= 2
		h.created[n] = min(h.created[2*n], h.created[2*n+1])
	}
}

// first gives the first line from i on that was created by a day, -1 if there is none.
func (h *shelf) first(i, by int) int {
	if i >= h.size {
		return -1
	}
	n := h.size + i
	for h.created[n] > by {
		for n%2 == 1 { // a right child: go up until there is something to the right
			n /= 2
		}
		if n == 0 {
			return -1
		}
		n++
	}
	for n < h.size {
		if n *= 2; h.created[n] > by {
			n++
		}
	}
	return n - h.size
}

// last gives the last line up to i that was created by a day, -1 if there is none.
func (h *shelf) last(i, by int) int {
	if i < 0 {
		return -1
	}
	n := h.size + i
	for h.created[n] > by {
		for n > 1 && n%2 == 0 {
			n /= 2
		}
		if n <= 1 {
			return -1
		}
		n--
	}
	for n < h.size {
		if n = 2*n + 1; h.created[n] > by {
			n--
		}
	}
	return n - h.size
}

// shelves are made when they are first asked for.
type shelves[K comparable] struct {
	sensor *sensor
	lines  map[K][]int
	made   map[K]*shelf
}

func (l shelves[K]) add(key K, line int) { l.lines[key] = append(l.lines[key], line) }

// at gives the shelf of a key, nil if nothing was put there.
func (l shelves[K]) at(key K) *shelf {
	h, list := l.made[key], l.lines[key]
	if h == nil && len(list) > 0 {
		h = l.sensor.newShelf(list)
		l.made[key] = h
	}
	return h
}

// window bounds matching, in days around the order's need.
type window struct{ backward, forward int }

// always has every day in it.
var always = window{math.MaxInt32, math.MaxInt32}

// nearest gives the line nearest in need to a day, of those created by another and within
// the window: of two as near the earlier, of one day the likeliest; -1 if there is none.
func (h *shelf) nearest(need tandem.Date, by int, w window) int {
	day := need.DayNumber()
	at, _ := slices.BinarySearch(h.need, day+1)
	back, ahead := h.last(at-1, by), h.first(at, by)
	if back >= 0 {
		of, _ := slices.BinarySearch(h.need, h.need[back])
		if back = h.first(of, by); day-h.need[back] > w.backward {
			back = -1
		}
	}
	if ahead >= 0 && h.need[ahead]-day > w.forward {
		ahead = -1
	}
	if back < 0 || ahead >= 0 && h.need[ahead]-day < day-h.need[back] {
		return ahead
	}
	return back
}
