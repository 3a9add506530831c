package policy

import (
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy/internal/law"
	"github.com/tandem-go/tandem/internal/float"
)

// Plan finds the levels that meet the item's service at the least stock, from the
// forecast's own distribution of demand over lead time and review, whatever its
// shape. The expected service is exact where demand is independent from bucket to
// bucket and orders do not overtake one another, up to the noise of the samples
// (Config.Paths); a level is not below zero. Only faults of the arguments are
// errors. Demand that a season moves within lead time and review is an approximation:
// the levels of the next weeks are planned as if they were to stay. Where all demand
// and orders are multiples of one number, levels are, too, and the expected service is
// that of positions that are: with a part of a box on top it is ordered later, and less
// is served.
func Plan(fit *forecast.Fit, item Item) (Levels, error) {
	var c tandem.Check
	c.Require(fit != nil, "fit", "fit", "must not be nil")
	c.Nested("item", item.Validate())
	if err := c.Err("plan"); err != nil {
		return Levels{}, err
	}
	d, err := DemandOf(fit, item)
	if err != nil {
		return Levels{}, err
	}
	l := d.plan(item)
	if fit.Unknown() {
		l.warn(UnknownDemand, "always out of stock: the demand is not known, only that it was the sales or more")
	}
	return l, nil
}

// Plan is [Plan] for a demand from elsewhere. Its distributions must agree with the
// lead time and review period of the item.
func (d Demand) Plan(item Item) (Levels, error) {
	var c tandem.Check
	c.Nested("demand", d.Validate())
	c.Nested("item", item.Validate())
	if err := c.Err("plan"); err != nil {
		return Levels{}, err
	}
	return d.copied().plan(item), nil
}

// MaxServices is the most targets of one call of [Demand.Plans].
const MaxServices = 1000

// Plans gives for each of some services what [Demand.Plan] does, the item's own being not
// read: a price list of shortage costs, a curve of fill rates. What does not depend on
// the target is made once, and a level is measured once, which is most of the work.
func (d Demand) Plans(item Item, services []Service) ([]Levels, error) {
	var c tandem.Check
	c.Nested("demand", d.Validate())
	c.Nested("item", item.serviceless().Validate())
	c.Require(len(services) <= MaxServices, "too_many", "services", "at most 1,000")
	for i, s := range services[:min(len(services), MaxServices)] {
		c.Nested(tandem.Path("services", i), s.Validate())
		c.Require(item.HoldingCost > 0 || s.Kind != ShortageCost, "holding", "item.holding_cost",
			"must be known where a shortage cost is weighed against it")
	}
	if err := c.Err("plan"); err != nil {
		return nil, err
	}
	base, r := d.copied().prepare(item)
	all := make([]Levels, len(services))
	for i, s := range services {
		item.Service = s
		all[i] = base
		all[i].Service, all[i].Warnings = s, slices.Clone(base.Warnings)
		if r != nil {
			all[i].solve(r, item)
		}
	}
	return all, nil
}

func (d Demand) plan(item Item) Levels {
	l, r := d.prepare(item)
	if r != nil {
		l.solve(r, item)
	}
	return l
}

// rule is the law of a demand under an item's rule, with what a reason says of them.
type rule struct {
	*law.Rule
	ground  string // what the demand is known from
	size    string // where the order quantity comes from
	starved bool   // the largest order is below the demand between reviews
}

// level finds the level for a service.
func (r *rule) level(service Service, overage float64) float64 {
	switch service.Kind {
	case CycleService:
		return r.LevelInTime(service.Target)
	case FillRate:
		return r.LevelFilled(service.Target)
	}
	return r.LevelOfCosts(overage, service.Target)
}

// prepare makes the law of the demand under the item's rule, nil where no demand is
// expected; the levels have all but what the service decides.
func (d Demand) prepare(item Item) (l Levels, r *rule) {
	l = Levels{
		Kind: item.kind(), Service: item.Service, Review: item.period(), Pack: item.Pack, Minimum: item.Minimum, Maximum: item.Maximum,
	}
	lot := item.lot()
	w := law.New(d.Lead, d.Protection, d.Review, lot.step()%whole == 0 && l.Minimum.IsWhole())
	l.LeadTimeDemand, l.ProtectionDemand = summarize(d.Lead), summarize(d.Protection)
	l.Rate = item.rate(w.Protection())
	if l.Rate > 0 {
		r = &rule{size: l.size(item, d.Coverage)}
	}
	if d.Review.Samples[0] < 0 {
		l.warn(NegativeDemand, "some futures have more returns than sales; declare demand non-negative if that cannot be")
	}
	if n := max(item.protection(), fewBuckets); d.History > 0 && d.History < n {
		l.warn(ShortForLead, "the history has %d buckets: lead time and review take %d, and fewer than %d tell little of how far "+
			"demand strays", d.History, item.protection(), fewBuckets)
	}
	if r == nil {
		l.CycleService, l.FillRate = 1, 1
		l.Method, l.Reason = l.method(), "no demand is expected over lead time and review, so that nothing is kept"
		l.warn(NoDemand, "%s", l.Reason)
		return l, nil
	}
	w.Divide(l.increment(item))
	r.Rule = w.Rule(l.Kind.law(), law.Terms{
		Quantity: l.OrderQuantity, Pack: units(lot.step()), Minimum: units(lot.up(1)), Packed: !lot.pack.IsNone(), Rate: l.Rate, Review: l.Review,
	})
	r.ground = l.ground(w, d.History)
	r.starved = l.limit(w, item)
	return l, r
}

// fewBuckets is the least history that tells a deviation, whatever the lead time: of ten
// values it has a standard error of about a quarter, 1/√(2·9).
const fewBuckets = 10

func (k Kind) law() law.Kind {
	switch k {
	case ReorderPoint:
		return law.Lots
	case MinMax:
		return law.MinMax
	case Periodic:
		return law.UpTo
	}
	return law.Once
}

func summarize(d forecast.Distribution) Summary {
	return Summary{d.Mean(), d.Deviation(), d.Quantile(0.5), d.Quantile(0.9), d.Quantile(0.95), d.Quantile(0.99)}
}

// size sets the order quantity and says where it comes from: what is expected from the
// receipt of an order on, since what comes before it is that of the reorder point.
func (l *Levels) size(item Item, covered Coverage) string {
	lot := item.lot()
	if !item.sized() {
		l.OrderQuantity = units(lot.step())
		return ""
	}
	rate, when := l.Rate, "at the rate of lead time and review"
	if covered.Buckets > 0 {
		rate, when = covered.Demand/covered.Buckets, "from the receipt on"
	}
	cover := item.cover()
	want, name := float64(cover*rate), number(cover)+" buckets of demand"
	why := fmt.Sprintf("%s %s, %s expected", name, when, number(want))
	if item.costed() {
		want, name = math.Sqrt(2*item.OrderCost*rate/item.HoldingCost), "the economic order quantity"
		why = fmt.Sprintf("%s at %s a bucket", name, number(rate))
		if covered.Buckets > 0 {
			why += fmt.Sprintf(", as is expected of the %s %s", number(covered.Buckets), when)
		}
	}
	got := lot.up(max(micro(want), 1))
	if down := got - lot.step(); item.costed() && down >= lot.up(1) {
		cost := func(micro int64) float64 {
			return float64(item.OrderCost*rate/units(micro)) + float64(item.HoldingCost*units(micro)/2)
		}
		if cost(down) <= cost(got) { // the cost is convex: the best pack is next to the quantity
			got = down
		}
	}
	if units(got) > 2*want && units(got) > 2*l.Rate && got > whole {
		l.warn(LargeLot, "minimum and pack ask for %s, %s would be %s", number(units(got)), name, number(want))
	}
	if got > lot.cap() {
		got = lot.cap()
		l.warn(HeldAtMaximum, "%s is %s, %s would be %s", lot.largest(), number(units(got)), name, number(want))
	}
	l.OrderQuantity = units(got)
	return why
}

// solve finds the level and what is expected of it.
func (l *Levels) solve(r *rule, item Item) {
	level := r.level(item.Service, item.overage())
	l.ReorderPoint, l.OrderUpTo = float64(level*r.Unit), float64(level*r.Unit)
	if item.sized() {
		l.OrderUpTo += l.OrderQuantity
	}
	m := r.Measure(level)
	l.CycleService, l.FillRate, l.MeanStock, l.Orders = m.CycleService, m.FillRate, m.Stock, m.Orders/float64(l.Review)
	l.MeanStock, l.Undershoot, l.SafetyStock = float64(l.MeanStock*r.Unit), float64(m.Undershoot*r.Unit), float64(m.Safety*r.Unit)
	if r.starved {
		l.CycleService, l.FillRate, l.MeanStock, l.Orders = 0, 0, 0, 1/float64(l.Review)
	}
	l.explain(r, item)
}

func (l *Levels) method() string {
	switch l.Kind {
	case ReorderPoint:
		return "(r, nQ) on the simulated demand over lead time and review, undershoot counted exactly for independent demand"
	case MinMax:
		return "(s, S) on the simulated demand over lead time and review, undershoot by the renewal function"
	case Periodic:
		return "(R, S) on the simulated demand over lead time and review"
	}
	return "newsvendor on the simulated demand over lead time and review"
}

// explain writes method, reason, cost and warnings.
func (l *Levels) explain(r *rule, item Item) {
	l.Method = l.method()
	if item.costed() {
		l.Cost = float64(item.OrderCost*l.Orders) + float64(item.HoldingCost*l.MeanStock)
	}
	got, name, decided := l.CycleService, "cycle service", l.Service.Target
	if l.Service.Kind != CycleService {
		got, name = l.FillRate, "fill rate"
	}
	if l.Service.Kind == ShortageCost {
		decided = got
	}
	demand := fmt.Sprintf("demand over lead time %s, with review %s ± %s", number(l.LeadTimeDemand.Mean),
		number(l.ProtectionDemand.Mean), number(l.ProtectionDemand.Deviation)) + r.ground
	switch l.Kind {
	case ReorderPoint, MinMax:
		l.Reason = fmt.Sprintf("%s; reorder point %s holds %s for undershoot and %s for safety; order quantity %s from %s", demand,
			number(l.ReorderPoint), number(l.Undershoot), number(l.SafetyStock), number(l.OrderQuantity), r.size)
	default:
		l.Reason = fmt.Sprintf("%s; order-up-to level %s holds %s for safety", demand, number(l.OrderUpTo), number(l.SafetyStock))
	}
	if l.Service.Kind == ShortageCost {
		l.Reason += fmt.Sprintf("; a unit short at %s against %s to hold one for a bucket gives a fill rate of %.4f",
			number(l.Service.Target), number(item.HoldingCost), got)
	} else {
		l.Reason += fmt.Sprintf("; %s %.4f asked, %.4f expected", name, l.Service.Target, got)
	}
	if r.Unit > 1 {
		l.Reason += fmt.Sprintf("; demand and orders are multiples of %s, and so is the position taken to be", number(r.Unit))
	}
	if lot := item.lot(); l.Kind == SinglePeriod && l.OrderUpTo > units(lot.cap()) {
		l.warn(HeldAtMaximum, "%s is %s, below the order-up-to level: less is served unless there is stock",
			lot.largest(), number(units(lot.cap())))
	}
	if l.ReorderPoint == 0 {
		l.warn(WithoutSafety, "the target is met when an order waits for the stock to be gone")
	}
	if float64((1-decided)*float64(r.Futures())) < 10 {
		l.warn(FewPaths, "the target is decided by fewer than ten of the simulated futures; ask for more paths")
	}
	if l.Service.Kind != ShortageCost && got < l.Service.Target-1e-9 || !float.Finite(got) {
		l.warn(ShortOfTarget, "%s is expected to stay at %.4f", name, got)
	}
}
