package foresight

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// crowd is the greatest number of products in the graph: more cannot be read.
const crowd = 48

// network is the part of the graph that is drawn.
type network struct {
	nodes []BasketNode
	edges []BasketEdge
}

// drawn gives the products that the strongest edges join, numbered anew in the order of the strength of their edges.
func (b *Baskets) drawn() (n network) {
	edges := slices.DeleteFunc(slices.Clone(b.Edges), func(e BasketEdge) bool {
		return e.From == e.To || min(e.From, e.To) < 0 || max(e.From, e.To) >= len(b.Nodes) ||
			!picture.Finite(e.Confidence) || !picture.Finite(e.Lift)
	})
	slices.SortStableFunc(edges, func(x, y BasketEdge) int {
		switch {
		case x.Confidence > y.Confidence:
			return -1
		case x.Confidence < y.Confidence:
			return 1
		}
		return 0
	})
	at := map[int]int{}
	for _, e := range edges {
		fresh := 0
		for _, i := range [...]int{e.From, e.To} {
			if _, ok := at[i]; !ok {
				fresh++
			}
		}
		if len(at)+fresh > crowd {
			continue
		}
		for _, i := range [...]int{e.From, e.To} {
			if _, ok := at[i]; !ok {
				at[i] = len(n.nodes)
				n.nodes = append(n.nodes, b.Nodes[i])
			}
		}
		e.From, e.To = at[e.From], at[e.To]
		n.edges = append(n.edges, e)
	}
	return n
}

func (b *Baskets) graph() *card {
	n := b.drawn()
	if len(n.edges) == 0 {
		return nil
	}
	top := n.edges[0]
	title := fmt.Sprintf("%s of the orders with %s have %s as well", rough(top.Confidence), n.nodes[top.From].Name, n.nodes[top.To].Name)
	if top.Lift > 1.5 {
		title += fmt.Sprintf(": %s times as many as by chance", picture.Number(top.Lift))
	}
	note := fmt.Sprintf("Products that are bought together in %s. The larger a point, the more orders; the broader a line, the "+
		"greater the confidence: the share of the orders with one product that have the other as well. The numbers tell the lift "+
		"too: how many times as many as by chance.", picture.Counted(b.Orders, "order"))
	if left := len(b.Nodes) - len(n.nodes); left > 0 {
		note += fmt.Sprintf(" %s with weaker lines or none %s not drawn.", picture.Counted(left, "product"), areOrIs(left))
	}
	if len(b.LeftOut) > 0 {
		var parts []string
		for _, l := range b.LeftOut {
			parts = append(parts, fmt.Sprintf("%s (%s)", plain(l.Name), picture.Grouped(int64(l.Count))))
		}
		note += " Left out: " + strings.Join(parts, ", ") + "."
	}
	g := &picture.Grid{Head: []string{"Orders with", "have as well", "Orders with both", "Confidence", "Lift"}}
	for _, e := range n.edges {
		g.Rows = append(g.Rows, []string{n.nodes[e.From].Name, n.nodes[e.To].Name, picture.Grouped(int64(e.Orders)),
			picture.Percent(e.Confidence), picture.Number(e.Lift)})
	}
	return &card{Chart: picture.Chart{Title: title, Note: note, Wide: true, Numbers: g},
		draw: func(width int) template.HTML { return n.picture(width, title) }}
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// Labels of nodes: the breadth of the widest, and the height of a line.
const (
	labelBreadth = 158.0
	labelLine    = 14.0
)

func (n *network) picture(width int, text string) template.HTML {
	const margin, head = 4.0, 20.0
	labels, lines := make([][]string, len(n.nodes)), 1
	for i, v := range n.nodes {
		labels[i] = picture.Lines(v.Name, labelBreadth, 3)
		lines = max(lines, len(labels[i]))
	}
	keyed := width == picture.Small // no room for names: numbers stand for them
	box := picture.Point{X: labelBreadth + 6, Y: 40 + labelLine*float64(lines) + 12}
	if keyed {
		box = picture.Point{X: 44, Y: 44}
	}
	pairs := make([][2]int, len(n.edges))
	for i, e := range n.edges {
		pairs[i] = [2]int{e.From, e.To}
	}
	places, height := picture.Layout(len(n.nodes), pairs, box, float64(width)-2*margin)
	above := n.above(places)
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
	c := picture.New(width, int(height)+8, text)
	for _, e := range n.edges {
		a, b := places[e.From], places[e.To]
		c.Stroke(a.X, a.Y, b.X, b.Y, 1+5*max(0, min(1, e.Confidence)), "edge", fmt.Sprintf(
			"%s of the orders with %s have %s: %s with both, lift %s",
			picture.Percent(e.Confidence), n.nodes[e.From].Name, n.nodes[e.To].Name, picture.Counted(e.Orders, "order"), picture.Number(e.Lift)))
	}
	n.points(c, places, labels, above, keyed)
	if keyed {
		n.key(c)
	}
	return c.SVG()
}

// above reports for which nodes the lines go downwards, so that the name is better above them.
func (n *network) above(places []picture.Point) []bool {
	slant := make([]float64, len(n.nodes))
	for _, e := range n.edges {
		dx, dy := places[e.To].X-places[e.From].X, places[e.To].Y-places[e.From].Y
		by := dy / max(math.Abs(dx)+math.Abs(dy), 1)
		slant[e.From], slant[e.To] = slant[e.From]+by, slant[e.To]-by
	}
	above := make([]bool, len(n.nodes))
	for i, s := range slant {
		above[i] = s > 0.2
	}
	return above
}

// points draws the nodes with their names, or with numbers.
func (n *network) points(c *picture.Canvas, places []picture.Point, labels [][]string, above []bool, keyed bool) {
	most := 1.0
	for _, v := range n.nodes {
		most = max(most, float64(v.Orders))
	}
	for i, v := range n.nodes {
		p, size := places[i], math.Sqrt(max(float64(v.Orders), 0)/most)
		tip := fmt.Sprintf("%s %s: %s", v.Code, v.Name, picture.Counted(v.Orders, "order"))
		if keyed {
			c.Circle(p.X, p.Y, 11+6*size, "f-s1 node", tip)
			c.Label(p.X, p.Y+4, "middle", "small on", fmt.Sprint(i+1))
			continue
		}
		r := 5 + 12*size
		c.Circle(p.X, p.Y, r, "f-s1 node", tip)
		y := p.Y + r + 14
		if above[i] {
			y = p.Y - r - 7 - labelLine*float64(len(labels[i])-1)
		}
		for k, line := range labels[i] {
			c.Label(p.X, y+labelLine*float64(k), "middle", "small halo", line)
		}
	}
}

// key writes which number stands for which product, below the picture.
func (n *network) key(c *picture.Canvas) {
	y := float64(c.Height) + 16
	for i, v := range n.nodes {
		c.Label(22, y, "end", "small strong", fmt.Sprint(i+1))
		c.Label(30, y, "start", "small", picture.Clipped(v.Name, float64(c.Width)-30))
		y += 19
	}
	c.Height = int(y) - 8
}
