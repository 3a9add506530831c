package basket

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// Graph is what products are bought together, to be drawn.
type Graph struct {
	Nodes []Node `json:"nodes"` // by count, the highest first, then by product
	Edges []Edge `json:"edges"` // in the order of their rules
}

// Node is a product.
type Node struct {
	Product tandem.ProductID `json:"product"`
	Count   int              `json:"count"`   // baskets with it
	Support float64          `json:"support"` // their share
}

// Edge joins two products, by the numbers of their nodes.
type Edge struct {
	From           int     `json:"from"` // the left side of the better rule
	To             int     `json:"to"`
	Count          int     `json:"count"` // baskets with both
	Lift           float64 `json:"lift"`
	Confidence     float64 `json:"confidence"`      // of the rule from From to To
	LogLikelihood  float64 `json:"log_likelihood"`  // see [LogLikelihoodRatio]
	BothDirections bool    `json:"both_directions"` // the rule from To to From was found, too
}

// Graph draws the first n rules of one product on each side that are significant,
// raise the chance of the right side, and are not redundant. Two rules of the same
// products are one edge.
func (s RuleSet) Graph(n int) Graph {
	g := Graph{Nodes: []Node{}, Edges: []Edge{}}
	type pair struct{ a, b tandem.ProductID }
	at := make(map[pair]int)
	var ends []pair
	counts := make(map[tandem.ProductID]int)
	for _, r := range s.Rules {
		if len(r.Left) != 1 || !r.Significant || r.Redundant || r.Lift <= 1 {
			continue
		}
		if i, found := at[pair{r.Right, r.Left[0]}]; found {
			e := &g.Edges[i]
			e.BothDirections = true
			if r.Confidence > e.Confidence {
				e.Confidence, ends[i] = r.Confidence, pair{r.Left[0], r.Right}
			}
			continue
		}
		if len(g.Edges) >= n {
			continue
		}
		p := pair{r.Left[0], r.Right}
		at[p] = len(g.Edges)
		ends = append(ends, p)
		counts[p.a], counts[p.b] = r.LeftCount, r.RightCount
		g.Edges = append(g.Edges, Edge{Count: r.Count, Lift: r.Lift, Confidence: r.Confidence,
			LogLikelihood: LogLikelihoodRatio(r.Count, r.LeftCount, r.RightCount, s.Baskets)})
	}
	for id, count := range counts {
		g.Nodes = append(g.Nodes, Node{id, count, float64(count) / float64(s.Baskets)})
	}
	slices.SortFunc(g.Nodes, func(x, y Node) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), x.Product.Compare(y.Product))
	})
	place := make(map[tandem.ProductID]int, len(g.Nodes))
	for i, node := range g.Nodes {
		place[node.Product] = i
	}
	for i := range g.Edges {
		g.Edges[i].From, g.Edges[i].To = place[ends[i].a], place[ends[i].b]
	}
	return g
}

// LogLikelihoodRatio gives Dunning's G² (Accurate Methods for the Statistics of
// Surprise and Coincidence, 1993) of a table of n with the left side, the right side
// and both: twice the log-likelihood of the table over that of independent sides. It
// is about chi-squared with one degree of freedom, and high below what independence
// gives as well as above. A count below nought is taken for 0.
func LogLikelihoodRatio(both, left, right, n int) float64 {
	x := func(k int) float64 {
		if k <= 0 {
			return 0
		}
		return float64(float64(k) * float.Log(float64(k)))
	}
	left, right = min(left, right), max(left, right) // the same bits either way round
	inside := x(both) + x(left-both) + x(right-both) + x(n-left-right+both)
	return max(2*(inside+x(n)-x(left)-x(n-left)-x(right)-x(n-right)), 0)
}
