package foresight

import (
	"fmt"
	"html/template"
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
	title := fmt.Sprintf("%s of the %s with %s have %s as well",
		picture.Rough(top.Confidence), picture.Counted(n.nodes[top.From].Orders, "order"), n.nodes[top.From].Name, n.nodes[top.To].Name)
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
		note += " Lines left out: " + strings.Join(parts, ", ") + "."
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

func (n *network) picture(width int, text string) template.HTML {
	var g picture.Graph
	for _, v := range n.nodes {
		g.Nodes = append(g.Nodes, picture.Node{
			Name: v.Name, Size: float64(v.Orders), Tip: fmt.Sprintf("%s %s: %s", v.Code, v.Name, picture.Counted(v.Orders, "order")),
		})
	}
	for _, e := range n.edges {
		g.Edges = append(g.Edges, picture.Edge{
			From: e.From, To: e.To, Strength: e.Confidence, Tip: fmt.Sprintf("%s of the orders with %s have %s: %s with both, lift %s",
				picture.Percent(e.Confidence), n.nodes[e.From].Name, n.nodes[e.To].Name, picture.Counted(e.Orders, "order"), picture.Number(e.Lift)),
		})
	}
	return g.Draw(width, text)
}
