package insight

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
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

// plan is what is planned for a product on one day, by shortage costs.
type plan struct {
	rate   float64 // expected demand of a trading day
	levels []levels
	fill   []float64 // expected
}

type levels struct{ reorder, upTo int64 }

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
	lead := make(forecast.LeadTime, days+7)
	lead[days-2] += 0.7
	lead[days+1] += 0.2
	lead[days+6] += 0.1
	return lead
}

// plan plans the levels of a product for a trading day, for each cost of a piece short: one and the same for all
// products, which gives the least capital at their joint fill rate. Too little history gives an empty plan.
func (t *Trade) plan(p *item, at int, costs []float64) (found plan, err error) {
	series, enough := t.series(p, at)
	if !enough {
		return found, nil
	}
	fit, err := forecast.Auto.Fit(series, forecast.Config{NonNegative: true, Seed: 1, Paths: paths})
	if err != nil {
		return found, fmt.Errorf("%s: %w", p.code, err)
	}
	lead := leadTime(p.lead)
	lot, err := tandem.QuantityOf(p.rule[at].Lot, tandem.Each)
	if err != nil {
		return found, fmt.Errorf("%s: %w", p.code, err)
	}
	asked, err := policy.DemandOf(fit, lead, 1)
	if err != nil {
		return found, fmt.Errorf("%s: %w", p.code, err)
	}
	for _, cost := range costs {
		l, err := asked.Plan(policy.Item{
			Kind: policy.MinMax, Pack: lot, Lead: lead, Review: 1, Cover: coverDays, HoldingCost: p.cost * holdingRate / yearDays,
			Service: policy.Service{Kind: policy.ShortageCost, Target: cost},
		})
		if err != nil {
			return found, fmt.Errorf("%s: %w", p.code, err)
		}
		found.rate, found.fill = l.Rate, append(found.fill, l.FillRate)
		found.levels = append(found.levels, levels{reorder: int64(l.ReorderPoint), upTo: int64(l.OrderUpTo + 0.999999)})
	}
	return found, nil
}

// plans plans all products on a trading day; those without enough history have none.
func (t *Trade) plans(at int, costs []float64) ([]plan, error) {
	all, faults := make([]plan, len(t.items)), make([]error, len(t.items))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				all[i], faults[i] = t.plan(t.items[i], at, costs)
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
			return nil, err
		}
	}
	return all, nil
}

// Planner plans the levels of stock from forecasts, at the least shortage cost whose joint fill rate is expected to reach
// a target. It plans two weeks ahead, from what was asked for before.
type Planner struct {
	trade *Trade
	fill  float64
	days  []int
	once  []func() (map[string]levels, error)
}

// NewPlanner makes the planner of a file for a joint fill rate. It may serve several tellings, one after the other or at
// once.
func NewPlanner(t *Trade, fillRate float64) *Planner {
	p := &Planner{trade: t, fill: fillRate, days: t.planDays()}
	for _, at := range p.days {
		p.once = append(p.once, sync.OnceValues(func() (map[string]levels, error) { return p.plan(at) }))
	}
	return p
}

func (p *Planner) plan(at int) (map[string]levels, error) {
	plans, err := p.trade.plans(at, shortageCosts())
	if err != nil {
		return nil, err
	}
	n := enough(plans, p.fill)
	byCode := make(map[string]levels, len(plans))
	for i, found := range plans {
		if found.levels != nil {
			byCode[p.trade.items[i].code] = found.levels[n]
		}
	}
	return byCode, nil
}

// enough gives the first shortage cost at which the plans together reach a fill rate, else the last.
func enough(plans []plan, fill float64) int {
	last := len(shortageCosts()) - 1
	for n := range last {
		asked, filled := 0.0, 0.0
		for _, p := range plans {
			if p.levels != nil {
				asked += p.rate
				filled += float64(p.rate * p.fill[n])
			}
		}
		if filled >= fill*asked {
			return n
		}
	}
	return last
}

// Levels gives the levels of a product on a day: those planned on the last planning day until then.
func (p *Planner) Levels(code string, day tandem.Date) (reorder, upTo int64, ok bool) {
	at, n := p.trade.position(day), 0
	for n < len(p.days) && p.days[n] <= at {
		n++
	}
	if n == 0 {
		return 0, 0, false
	}
	planned, err := p.once[n-1]()
	if err != nil { // only faults of arguments are errors, and these are ours: the rule stands
		return 0, 0, false
	}
	l, ok := planned[code]
	return l.reorder, l.upTo, ok
}

// String names the planner and its target.
func (p *Planner) String() string { return fmt.Sprintf("insight, for a fill rate of %.4g", p.fill) }
