package picture

import (
	"cmp"
	"math"
	"slices"
)

// Point is a place in a picture.
type Point struct{ X, Y float64 }

// island is a group of nodes that edges join, with the place of each. Its corner is at nought.
type island struct {
	nodes         []int
	places        []Point
	width, height float64
}

// Layout places the nodes of a graph, each in a box of one size with its label, so that no two boxes overlap and none leaves
// the width, and gives the height that this takes. Groups that no edge joins stand apart, in shelves from the tallest to the
// lowest. Within a group edges pull and nodes push one another (Fruchterman and Reingold, Graph drawing by force-directed
// placement, 1991), from a fixed start and without chance, so that the same graph has the same picture everywhere.
func Layout(nodes int, edges [][2]int, box Point, width float64) (places []Point, height float64) {
	places = make([]Point, nodes)
	var islands []island
	for _, group := range groups(nodes, edges) {
		islands = append(islands, settle(group, edges, box, width))
	}
	slices.SortStableFunc(islands, func(a, b island) int { return cmp.Compare(b.height, a.height) })
	type shelf struct {
		top, height, used float64
		islands           []int
	}
	var shelves []shelf
	for i, s := range islands {
		at := slices.IndexFunc(shelves, func(h shelf) bool { return h.used+s.width <= width })
		if at < 0 {
			shelves = append(shelves, shelf{top: height, height: s.height})
			at = len(shelves) - 1
			height += s.height
		}
		shelves[at].used += s.width
		shelves[at].islands = append(shelves[at].islands, i)
	}
	for _, h := range shelves {
		gap := (width - h.used) / float64(len(h.islands)+1)
		left := gap
		for _, i := range h.islands {
			s := &islands[i]
			for k, n := range s.nodes {
				places[n] = Point{left + s.places[k].X, h.top + (h.height-s.height)/2 + s.places[k].Y}
			}
			left += s.width + gap
		}
	}
	return places, height
}

// groups gives the nodes that edges join, those with the lowest node first.
func groups(nodes int, edges [][2]int) (list [][]int) {
	of := make([]int, nodes)
	for i := range of {
		of[i] = i
	}
	for changed := true; changed; {
		changed = false
		for _, e := range edges {
			if low := min(of[e[0]], of[e[1]]); of[e[0]] != low || of[e[1]] != low {
				of[e[0]], of[e[1]], changed = low, low, true
			}
		}
	}
	at := make([]int, nodes)
	for i, low := range of {
		if low == i {
			at[i] = len(list)
			list = append(list, nil)
		}
		list[at[low]] = append(list[at[low]], i)
	}
	return list
}

// settle places the nodes of one group.
func settle(group []int, edges [][2]int, box Point, width float64) island {
	at := map[int]int{}
	for i, n := range group {
		at[n] = i
	}
	var inner [][2]int
	for _, e := range edges {
		if i, ok := at[e[0]]; ok {
			inner = append(inner, [2]int{i, at[e[1]]})
		}
	}
	places := attract(len(group), inner)
	level(places)
	room := width - box.X
	low, high := span(places)
	if long := (high.X - low.X) * box.X * 1.05; long > room {
		spread(places, room, float64(len(group))*1.6*box.X*box.Y/width)
	} else {
		for i := range places {
			places[i] = Point{(places[i].X - low.X) * box.X * 1.05, (places[i].Y - low.Y) * box.Y * 1.15}
		}
	}
	for i := range places { // no two at one height: that leaves a way out of every overlap
		places[i].Y += float64(i) * 1e-3
	}
	part(places, box, room)
	low, high = span(places)
	for i := range places {
		places[i] = Point{places[i].X - low.X + box.X/2, places[i].Y - low.Y + box.Y/2}
	}
	return island{group, places, high.X - low.X + box.X, high.Y - low.Y + box.Y}
}

// attract lets edges pull and nodes push, in units of a good distance.
func attract(n int, edges [][2]int) []Point {
	const rounds = 400
	side := int(math.Ceil(math.Sqrt(float64(n))))
	places := make([]Point, n)
	for i := range places { // a grid, every other row shifted, so that no three nodes start in one line
		row := i / side
		places[i] = Point{float64(i%side) + 0.5*float64(row%2) + 0.01*float64(row), float64(row) + 0.02*float64(i%side)}
	}
	force := make([]Point, n)
	for round := range rounds {
		clear(force)
		for i := range places {
			for j := range i {
				dx, dy, d := apart(places[i], places[j])
				by := 1 / (d * d)
				push(force, i, j, float64(dx*by), float64(dy*by))
			}
		}
		for _, e := range edges {
			dx, dy, d := apart(places[e[0]], places[e[1]])
			push(force, e[0], e[1], float64(-dx*d), float64(-dy*d))
		}
		heat := 0.4 * (1 - float64(round)/rounds)
		for i, f := range force {
			if long := math.Sqrt(float64(f.X*f.X) + float64(f.Y*f.Y)); long > 0 {
				by := min(long, heat) / long
				places[i].X += float64(f.X * by)
				places[i].Y += float64(f.Y * by)
			}
		}
	}
	return places
}

func apart(a, b Point) (dx, dy, d float64) {
	dx, dy = a.X-b.X, a.Y-b.Y
	return dx, dy, max(math.Sqrt(float64(dx*dx)+float64(dy*dy)), 1e-3)
}

func push(force []Point, i, j int, x, y float64) {
	force[i].X, force[i].Y = force[i].X+x, force[i].Y+y
	force[j].X, force[j].Y = force[j].X-x, force[j].Y-y
}

// level turns a group so that its longest way lies across the page.
func level(places []Point) {
	var far [2]int
	most := -1.0
	for i := range places {
		for j := range i {
			if _, _, d := apart(places[i], places[j]); d > most {
				most, far = d, [2]int{j, i}
			}
		}
	}
	if most <= 0 {
		return
	}
	dx, dy, d := apart(places[far[1]], places[far[0]])
	cos, sin := dx/d, dy/d
	for i, p := range places {
		places[i] = Point{float64(p.X*cos) + float64(p.Y*sin), float64(p.Y*cos) - float64(p.X*sin)}
	}
}

func span(places []Point) (low, high Point) {
	low, high = places[0], places[0]
	for _, p := range places {
		low, high = Point{min(low.X, p.X), min(low.Y, p.Y)}, Point{max(high.X, p.X), max(high.Y, p.Y)}
	}
	return low, high
}

// spread lays a group that is too broad over the whole room: who stood left of whom and above whom stays so, at even steps.
func spread(places []Point, room, height float64) {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	step := 1 / float64(max(len(places)-1, 1))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a].X, places[b].X) })
	for rank, i := range order {
		places[i].X = room * step * float64(rank)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a].Y, places[b].Y) })
	for rank, i := range order {
		places[i].Y = height * step * float64(rank)
	}
}

// part moves boxes that overlap away from one another, within the room across; where that is not enough, it stretches the
// group downwards and tries again.
func part(places []Point, box Point, room float64) {
	for range 60 {
		for range 200 {
			moved := false
			for i := range places {
				for j := range i {
					moved = shove(&places[i], &places[j], box, room) || moved
				}
			}
			if !moved {
				return
			}
		}
		for i := range places {
			places[i].Y *= 1.1
		}
	}
}

// shove moves two boxes apart by the way that is shorter for their shape, or downwards where the page ends, and reports
// whether they overlapped.
func shove(a, b *Point, box Point, room float64) bool {
	const slack = 0.5
	dx, dy := a.X-b.X, a.Y-b.Y
	overX, overY := box.X-math.Abs(dx), box.Y-math.Abs(dy)
	if overX <= slack || overY <= slack {
		return false
	}
	if overX*box.Y < overY*box.X {
		by := math.Copysign(overX/2, dx)
		a.X, b.X = max(0, min(room, a.X+by)), max(0, min(room, b.X-by))
		if box.X-math.Abs(a.X-b.X) <= slack {
			return true
		}
	}
	by := math.Copysign(overY/2, dy)
	a.Y, b.Y = a.Y+by, b.Y-by
	return true
}
