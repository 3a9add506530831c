package picture

import (
	"fmt"
	"html/template"
	"math"
)

// Labels of nodes: the breadth of the widest, and the height of a line.
const (
	labelBreadth = 158.0
	labelLine    = 14.0
)

// Node is one of a graph; its point's area goes by its size.
type Node struct {
	Name, Tip string
	Size      float64
}

// Edge joins two nodes by their places; its breadth goes by its strength, from 0 to 1.
type Edge struct {
	From, To int
	Strength float64
	Tip      string
}

// Graph is nodes, and edges between them.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// Draw draws a graph, on small pictures with numbers for names and a key below.
func (g *Graph) Draw(width int, text string) template.HTML {
	const margin, head = 4.0, 20.0
	labels, lines := make([][]string, len(g.Nodes)), 1
	for i, v := range g.Nodes {
		labels[i] = Lines(v.Name, labelBreadth, 3)
		lines = max(lines, len(labels[i]))
	}
	keyed := width == Small // no room for names: numbers stand for them
	box := Point{X: labelBreadth + 6, Y: 40 + labelLine*float64(lines) + 12}
	if keyed {
		box = Point{X: 44, Y: 44}
	}
	pairs := make([][2]int, len(g.Edges))
	for i, e := range g.Edges {
		pairs[i] = [2]int{e.From, e.To}
	}
	places, height := Layout(len(g.Nodes), pairs, box, float64(width)-2*margin)
	above := g.above(places)
	for i := range places {
		places[i].X += margin
		switch {
		case keyed:
		case above[i]: // the point stands at the foot of its box, or at the head
			places[i].Y += box.Y/2 - head
		default:
			places[i].Y -= box.Y/2 - head
		}
	}
	c := New(width, int(height)+8, text)
	for _, e := range g.Edges {
		a, b := places[e.From], places[e.To]
		c.Stroke(a.X, a.Y, b.X, b.Y, 1+5*max(0, min(1, e.Strength)), "edge", e.Tip)
	}
	g.points(c, places, labels, above, keyed)
	if keyed {
		g.key(c)
	}
	return c.SVG()
}

// above reports for which nodes the lines go downwards, so that the name is better above them.
func (g *Graph) above(places []Point) []bool {
	slant := make([]float64, len(g.Nodes))
	for _, e := range g.Edges {
		dx, dy := places[e.To].X-places[e.From].X, places[e.To].Y-places[e.From].Y
		by := dy / max(math.Abs(dx)+math.Abs(dy), 1)
		slant[e.From], slant[e.To] = slant[e.From]+by, slant[e.To]-by
	}
	above := make([]bool, len(g.Nodes))
	for i, s := range slant {
		above[i] = s > 0.2
	}
	return above
}

// points draws the nodes with their names, or with numbers.
func (g *Graph) points(c *Canvas, places []Point, labels [][]string, above []bool, keyed bool) {
	most := 1.0 // of nothing, all points are small
	for _, v := range g.Nodes {
		most = max(most, v.Size)
	}
	for i, v := range g.Nodes {
		p, size := places[i], math.Sqrt(max(v.Size, 0)/most)
		if keyed {
			c.Circle(p.X, p.Y, 11+6*size, "f-s1 node", v.Tip)
			c.Label(p.X, p.Y+4, "middle", "small on", fmt.Sprint(i+1))
			continue
		}
		r := 5 + 12*size
		c.Circle(p.X, p.Y, r, "f-s1 node", v.Tip)
		y := p.Y + r + 14
		if above[i] {
			y = p.Y - r - 7 - labelLine*float64(len(labels[i])-1)
		}
		for k, line := range labels[i] {
			c.Label(p.X, y+labelLine*float64(k), "middle", "small halo", line)
		}
	}
}

// key writes which number stands for which product, below the
func (g *Graph) key(c *Canvas) {
	y := float64(c.Height) + 16
	for i, v := range g.Nodes {
		c.Label(22, y, "end", "small strong", fmt.Sprint(i+1))
		c.Label(30, y, "start", "small", Clipped(v.Name, float64(c.Width)-30))
		y += 19
	}
	c.Height = int(y) - 8
}
