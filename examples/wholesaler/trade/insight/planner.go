package insight

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
)

// coverDays is what a purchase covers, in trading days of demand: as many as in the story's rule, since the file tells
// nothing of the cost of an order.
const coverDays = 36

// fewLines is the least number of lines of a product that is planned; below, the story's rule stands.
const fewLines = 3

// holdingRate is what holding stock costs in a year, as a share of its value: an assumption. yearDays are the trading
// days of a year.
const holdingRate, yearDays = 0.2, 305

// paths is how many futures of the demand over a lead time are simulated.
const paths = 500

// plan is what is planned for a product on one day, by shortage costs; none where too little is known of it.
type plan []supply.Levels

// levelsOf gives the rule (r, nQ) as the story reads levels: at or below the reorder point, the least number of lots that
// brings the position above it. Where no demand is expected, or hardly any, only what is owed is bought.
func levelsOf(l policy.Levels) supply.Levels {
	if !(l.Rate > 0) { // nought of what is obsolete, too
		return supply.Levels{Reorder: -1, UpTo: 0, Lot: 1}
	}
	r := int64(l.ReorderPoint)
	return supply.Levels{Reorder: r, UpTo: r + 1, Lot: max(1, int64(l.OrderQuantity))}
}

// planEvery is after how many trading days levels are planned anew: two weeks.
const planEvery = 12

// planDays gives the trading days on which levels are planned, from the cut on.
func (t *Trade) planDays() (at []int) {
	for n := t.position(story.Cut()); n < len(t.days); n += planEvery {
		at = append(at, n)
	}
	return at
}

// series gives what is known of a product's demand before a trading day: its pieces by trading day from its first line
// on, six to a week, without big lines, which are bought to order. False: too little is known.
func (t *Trade) series(p *item, at int) (forecast.Series, bool) {
	known := p.before(at)
	if len(known) < fewLines {
		return forecast.Series{}, false
	}
	first := known[0].at
	s := forecast.Series{Bucket: forecast.Day, Values: make([]float64, at-first), Season: 6}
	small := 0
	for _, l := range known {
		if !l.big {
			s.Values[l.at-first] += float64(l.pieces)
			small++
		}
	}
	return s, small >= fewLines
}

// leadTime gives the buckets that a purchase is under way. It is there on the morning of its day, so that a lead time of
// five days passes four days of demand; three in ten are late.
func leadTime(days int) forecast.LeadTime {
	lead := make(forecast.LeadTime, days+8)
	lead[days-1] += 0.7
	lead[days+2] += 0.2
	lead[days+7] += 0.1
	return lead
}

// needs gives what a policy must know of a product on a trading day; false: too little is known of it.
func (t *Trade) needs(p *item, at int) (joint policy.JointItem, known bool, err error) {
	series, known := t.series(p, at)
	if !known {
		return joint, false, nil
	}
	lead := leadTime(p.lead) // methods are compared over the time that a purchase must last, with the review of a day
	fit, err := forecast.Auto.Fit(series, forecast.Config{Horizon: lead.Longest() + 1, NonNegative: true, Seed: 1, Paths: paths})
	if err != nil {
		return joint, false, fmt.Errorf("%s: %w", p.code, err)
	}
	lot, err := tandem.QuantityOf(p.rule[at].Lot, tandem.Each)
	if err != nil {
		return joint, false, fmt.Errorf("%s: %w", p.code, err)
	}
	cost := max(p.cost, 0.01)
	joint = policy.JointItem{UnitCost: cost, Item: policy.Item{
		Kind: policy.ReorderPoint, Pack: lot, Lead: lead, Review: 1, Cover: coverDays, HoldingCost: cost * holdingRate / yearDays,
	}}
	if joint.Demand, err = policy.DemandOf(fit, joint.Item); err != nil {
		return joint, false, fmt.Errorf("%s: %w", p.code, err)
	}
	return joint, true, nil
}

// plan plans the levels of a product for a trading day, for each cost of a piece short.
func (t *Trade) plan(p *item, at int, costs []float64) (plan, error) {
	joint, known, err := t.needs(p, at)
	if !known || err != nil {
		return nil, err
	}
	services := make([]policy.Service, len(costs))
	for i, cost := range costs {
		services[i] = policy.Service{Kind: policy.ShortageCost, Target: cost}
	}
	planned, err := joint.Demand.Plans(joint.Item, services)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.code, err)
	}
	found := make(plan, len(costs))
	for i, l := range planned {
		found[i] = levelsOf(l)
	}
	return found, nil
}

// each does something for all products, side by side, and gives the first error in their order.
func (t *Trade) each(do func(i int) error) error {
	faults := make([]error, len(t.items))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				faults[i] = do(i)
			}
		})
	}
	for i := range t.items {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return nil
}

// plans plans all products on a trading day, by shortage costs.
func (t *Trade) plans(at int, costs []float64) ([]plan, error) {
	all := make([]plan, len(t.items))
	err := t.each(func(i int) (err error) { all[i], err = t.plan(t.items[i], at, costs); return err })
	return all, err
}

// Planner plans the levels of stock from forecasts, so that all products together reach a fill rate with the least
// capital. It plans two weeks ahead, from what was asked for before.
type Planner struct {
	trade *Trade
	fill  float64
	days  []int
	once  []func() (map[string]supply.Levels, error)
}

// NewPlanner makes the planner of a file for a joint fill rate. It may serve several tellings, one after the other or at
// once.
func NewPlanner(t *Trade, fillRate float64) *Planner {
	p := &Planner{trade: t, fill: fillRate, days: t.planDays()}
	for _, at := range p.days {
		p.once = append(p.once, sync.OnceValues(func() (map[string]supply.Levels, error) { return p.plan(at) }))
	}
	return p
}

func (p *Planner) plan(at int) (map[string]supply.Levels, error) {
	t := p.trade
	all, known := make([]policy.JointItem, len(t.items)), make([]bool, len(t.items))
	if err := t.each(func(i int) (err error) { all[i], known[i], err = t.needs(t.items[i], at); return err }); err != nil {
		return nil, err
	}
	var list []policy.JointItem
	var codes []string
	for i, item := range t.items {
		if known[i] {
			list, codes = append(list, all[i]), append(codes, item.code)
		}
	}
	byCode := make(map[string]supply.Levels, len(codes))
	if len(list) == 0 {
		return byCode, nil
	}
	found, err := policy.Joint(list, policy.JointTarget{FillRate: p.fill})
	if err != nil {
		return nil, err
	}
	for i, code := range codes {
		byCode[code] = levelsOf(found.Levels[i])
	}
	return byCode, nil
}

// Levels gives the levels of a product on a day: those planned on the last planning day until then.
func (p *Planner) Levels(code string, day tandem.Date) (levels supply.Levels, ok bool, err error) {
	at, n := p.trade.position(day), 0
	for n < len(p.days) && p.days[n] <= at {
		n++
	}
	if n == 0 {
		return levels, false, nil
	}
	planned, err := p.once[n-1]()
	levels, ok = planned[code]
	return levels, ok, err
}

// String names the planner and its target.
func (p *Planner) String() string { return fmt.Sprintf("insight, for a fill rate of %.4g", p.fill) }
