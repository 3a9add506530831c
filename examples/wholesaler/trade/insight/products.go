package insight

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/quality"
	"github.com/tandem-go/tandem/integration/insight/trend"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
)

// trended is how many products the report names each way, strongest how many rules of baskets it draws, and standing how
// many products whose returns stand out.
const trended, strongest, standing = 6, 28, 8

// fewTogether is the least number of orders that make a rule.
const fewTogether = 5

// longestOrder is how many products an order may have: a retailer orders hundreds for his shop.
const longestOrder = 500

// fewPieces is what a product must have sold in a week, on average, for its trend to be told.
const fewPieces = 2

func (p *item) id() tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("product", p.code) }

// trends describes the weekly demand of all products, without big lines.
func (t *Trade) trends() (out report.Trends, few string, err error) {
	stages := map[lifecycle.Stage]int{}
	var moved []report.Trend
	for _, p := range t.items {
		var small []line
		for _, l := range p.lines {
			if !l.big {
				small = append(small, l)
			}
		}
		w, enough, err := t.weekly(p, p.name, small)
		if err != nil {
			return report.Trends{}, "", err
		}
		if !enough {
			continue
		}
		s := w.history
		s.Values = slices.Concat(s.Values, w.actual)
		out.Products++
		told, err := trend.Describe(s, trend.Config{})
		if err != nil {
			return report.Trends{}, "", err
		}
		stages[told.Lifecycle.Stage]++
		if told.Direction == kendall.NoTrend || told.Mean < fewPieces {
			continue
		}
		moved = append(moved, report.Trend{
			Code: p.code, Name: p.name, Weeks: s.Values, Slope: told.Trend.Slope, P: told.Trend.P, Stage: string(told.Lifecycle.Stage),
			Reason: strings.Join(told.Text[1:], " "),
		})
	}
	if out.Products == 0 {
		few = fmt.Sprintf("no product has %d whole weeks, %d of them with a sale", fewWeeks+heldWeeks, fewSales)
	}
	for _, stage := range lifecycle.Stages() {
		if stages[stage] > 0 {
			out.Stages = append(out.Stages, report.Count{Name: string(stage), Count: stages[stage]})
		}
	}
	slices.SortStableFunc(moved, func(a, b report.Trend) int { return cmp.Compare(math.Abs(b.Slope), math.Abs(a.Slope)) })
	for _, m := range moved {
		switch {
		case m.Slope > 0 && len(out.Growing) < trended:
			out.Growing = append(out.Growing, m)
		case m.Slope < 0 && len(out.Falling) < trended:
			out.Falling = append(out.Falling, m)
		}
	}
	return out, few, nil
}

// baskets finds what is bought together by the named customers.
func (t *Trade) baskets() (out report.Baskets, few string, err error) {
	var lines []basket.Line
	for i := range t.file.Rows {
		row := &t.file.Rows[i]
		if row.Class != retail.Sold && row.Class != retail.Returned { // services are no goods
			continue
		}
		l := basket.Line{
			Basket: row.Invoice, Date: row.Day, Product: tandem.DeriveID[tandem.ProductID]("product", row.Code), Units: float64(row.Quantity),
			Kind: basket.Goods, Cancelled: row.Class == retail.Returned,
		}
		if !row.Cash() {
			l.Customer = tandem.DeriveID[tandem.PartyID]("customer", row.Customer)
		}
		lines = append(lines, l)
	}
	gathered, err := basket.Gather(lines, basket.Gathering{KnownCustomers: true, Longest: longestOrder})
	if err != nil {
		return out, "", err
	}
	if n := gathered.Len(); n < fewOrders {
		return out, fmt.Sprintf("the file has %s of customers with a name, and %d are the least", report.Counted(n, "order"), fewOrders), nil
	}
	rules, err := basket.Rules(gathered, basket.Mining{
		MinSupport: max(0.01, fewTogether/float64(gathered.Len())), MinConfidence: 0.4, MaxItems: 2,
	})
	if err != nil {
		return out, "", err
	}
	out.Orders = gathered.Len()
	for _, l := range gathered.Omissions() {
		out.LeftOut = append(out.LeftOut, report.Count{Name: string(l.Reason), Count: max(l.Baskets, l.Lines)})
	}
	byID := map[tandem.ProductID]*item{}
	for _, p := range t.items {
		byID[p.id()] = p
	}
	graph := rules.Graph(strongest)
	for _, n := range graph.Nodes {
		node := report.BasketNode{Orders: n.Count}
		if p := byID[n.Product]; p != nil {
			node.Code, node.Name = p.code, p.name
		}
		out.Nodes = append(out.Nodes, node)
	}
	for _, e := range graph.Edges {
		out.Edges = append(out.Edges, report.BasketEdge{From: e.From, To: e.To, Orders: e.Count, Confidence: e.Confidence, Lift: e.Lift})
	}
	return out, "", nil
}

// returns finds the products that come back more often than the others, by the pieces that had the time to.
func (t *Trade) returns() ([]report.Signal, error) {
	var shipped []quality.Shipment
	for _, p := range t.items {
		for _, l := range p.lines {
			q, err := tandem.QuantityOf(l.pieces, tandem.Each)
			if err != nil {
				return nil, err
			}
			shipped = append(shipped, quality.Shipment{Product: p.id(), Date: l.day, Quantity: q})
		}
	}
	var claims []quality.Claim
	for _, m := range retail.MatchCancellations(t.file.Rows) {
		row := &t.file.Rows[m.Row]
		for _, take := range m.Takes {
			sale := &t.file.Rows[take.Row]
			if sale.Day == row.Day || t.byCode[row.Code] == nil { // never left, or no goods
				continue
			}
			q, err := tandem.QuantityOf(take.Quantity, tandem.Each)
			if err != nil {
				return nil, err
			}
			claims = append(claims, quality.Claim{
				Kind: quality.Return, Product: t.byCode[row.Code].id(), Shipped: sale.Day, Date: row.Day, Quantity: q,
			})
		}
	}
	found, err := quality.Analyze(shipped, claims, quality.Config{At: t.last, Bucket: forecast.Month})
	if err != nil {
		return nil, err
	}
	byID := map[tandem.ProductID]*item{}
	for _, p := range t.items {
		byID[p.id()] = p
	}
	reason := map[tandem.ProductID]string{}
	for _, s := range found.Signals() {
		if s.Kind == signal.ProductQuality {
			reason[s.Subject.Product] = s.Reason
		}
	}
	var out []report.Signal
	for _, g := range found.Groups {
		p := byID[g.Product]
		if g.Verdict != quality.High || g.Only != "" || p == nil {
			continue
		}
		out = append(out, report.Signal{
			Code: p.code, Name: p.name, Shipped: g.Shipped, Returned: g.Claimed, Rate: g.Rate, Lower: g.Interval.Lower, Upper: g.Interval.Upper,
			Reason: reason[g.Product],
		})
	}
	slices.SortStableFunc(out, func(a, b report.Signal) int { return cmp.Compare(b.Lower, a.Lower) })
	return out[:min(len(out), standing)], nil
}
