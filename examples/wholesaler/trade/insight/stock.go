package insight

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
	"github.com/tandem-go/tandem/integration/insight/policy/replay"
)

// The settings that are compared: what a piece short costs, in pounds, and factors of the rule's reorder level.
func shortageCosts() []float64 { return []float64{0.05, 0.1, 0.2, 0.4, 0.8, 1.6} }
func ruleFactors() []float64   { return []float64{0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3} }

// replayed is the demand of phase 2 with what each policy plans for it.
type replayed struct {
	trade *Trade
	from  int     // the trading day of the cut
	items []*item // those sold before it
	days  []int   // planning days
	plans [][]plan
	input []replay.Item
}

// stock compares the story's rule with levels from forecasts, by replay of what was asked for in phase 2.
func (t *Trade) stock() (report.StockPolicy, error) {
	var s report.StockPolicy
	r := &replayed{trade: t, from: t.position(story.Cut()), days: t.planDays()}
	if r.from >= len(t.days) || len(r.days) == 0 {
		return s, nil
	}
	costs := shortageCosts()
	at := map[string]int{}
	for i, p := range t.items {
		at[p.code] = i
		if len(p.before(r.from)) > 0 {
			r.items = append(r.items, p)
		}
	}
	for _, day := range r.days {
		all, err := t.plans(day, costs)
		if err != nil {
			return s, err
		}
		plans := make([]plan, len(r.items))
		for i, p := range r.items {
			plans[i] = all[at[p.code]]
		}
		r.plans = append(r.plans, plans)
	}
	r.demand()
	s.Products = len(r.items)
	for _, factor := range ruleFactors() {
		point, err := r.run(factor, r.byRule(factor))
		if err != nil {
			return s, err
		}
		s.Scaled = append(s.Scaled, point)
		if factor == 1 {
			s.Rule = point
		}
	}
	for i, cost := range costs {
		point, err := r.run(cost, r.byPlan(i))
		if err != nil {
			return s, err
		}
		s.Insight = append(s.Insight, point)
	}
	slices.SortFunc(s.Insight, byFill)
	slices.SortFunc(s.Scaled, byFill)
	s.Equal = between(s.Insight, s.Rule.Fill, func(p report.StockPoint) float64 { return p.Fill })
	s.EqualLines = between(s.Insight, s.Rule.Lines, func(p report.StockPoint) float64 { return p.Lines })
	if s.Rule.Capital > 0 && s.Equal.Capital > 0 {
		s.Saved = 1 - s.Equal.Capital/s.Rule.Capital
	}
	return s, nil
}

func byFill(a, b report.StockPoint) int { return cmp.Compare(a.Fill, b.Fill) }

// between gives the point at a service, as served measures it, on the straight line between its neighbours; nought
// outside of them.
func between(points []report.StockPoint, service float64, served func(report.StockPoint) float64) report.StockPoint {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		low, high := served(a), served(b)
		if low > service || high < service || low == high {
			continue
		}
		w := (service - low) / (high - low)
		mix := func(x, y float64) float64 { return x + float64(w*(y-x)) }
		return report.StockPoint{
			Setting: mix(a.Setting, b.Setting), Fill: mix(a.Fill, b.Fill), Lines: mix(a.Lines, b.Lines), Capital: mix(a.Capital, b.Capital),
			Orders: int(math.Round(mix(float64(a.Orders), float64(b.Orders)))),
		}
	}
	return report.StockPoint{}
}

// demand makes the replay's input: the lines of phase 2 without big ones, which both policies buy to order.
func (r *replayed) demand() {
	for _, p := range r.items {
		in := replay.Item{Value: p.cost, Review: 1}
		for _, l := range p.lines {
			if l.at >= r.from && !l.big {
				in.Lines = append(in.Lines, replay.Line{Bucket: l.at - r.from, Units: float64(l.pieces)})
			}
		}
		r.input = append(r.input, in)
	}
}

// policyOf gives the levels of an item on a trading day.
type policyOf func(i, at int) supply.Levels

func (r *replayed) byRule(factor float64) policyOf {
	return func(i, at int) supply.Levels {
		l := r.items[i].rule[at]
		reorder := int64(math.Round(float64(l.Reorder) * factor))
		return supply.Levels{Reorder: reorder, UpTo: reorder + l.UpTo - l.Reorder, Lot: l.Lot}
	}
}

func (r *replayed) byPlan(setting int) policyOf {
	rule := r.byRule(1)
	return func(i, at int) supply.Levels {
		n := len(r.days) - 1
		for n > 0 && r.days[n] > at {
			n--
		}
		if found := r.plans[n][i]; found != nil {
			return found[setting]
		}
		return rule(i, at)
	}
}

// warmUp are the first trading days of phase 2 that no figure counts: until the longest purchase that was placed on the
// first day is there, stock is what it opened with.
const warmUp = 24

// warmUp is that of the file, whose phase 2 may be shorter.
func (t *Trade) warmUp() int { return max(min(warmUp, len(t.days)-t.cut()-1), 0) }

// run replays one policy. All open alike, with the rule's full level, and buy whole lots.
func (r *replayed) run(setting float64, of policyOf) (report.StockPoint, error) {
	t := r.trade
	items := slices.Clone(r.input)
	for i := range items {
		items[i].Opening = float64(r.items[i].rule[r.from].UpTo)
	}
	results, err := replay.Run(items, replay.Config{Buckets: len(t.days) - r.from, Warmup: t.warmUp(), Workers: runtime.GOMAXPROCS(0)},
		func(s replay.State) replay.Level {
			at := r.from + s.Bucket
			position := s.OnHand + s.OnOrder - s.Backordered
			l := of(s.Item, at)
			return replay.Level{ReorderPoint: float64(l.Reorder), OrderUpTo: position + float64(l.Missing(int64(position)))}
		},
		func(i, bucket, n int) int {
			p := r.items[i]
			return p.lead - 1 + supply.Lateness(t.seed, fmt.Sprintf("%s/%d", p.code, n))
		})
	if err != nil {
		return report.StockPoint{}, err
	}
	total := replay.Total(results)
	return report.StockPoint{
		Setting: setting, Fill: total.FillRate(), Lines: total.LineFillRate(), Capital: total.MeanValue, Orders: total.Orders,
	}, nil
}
