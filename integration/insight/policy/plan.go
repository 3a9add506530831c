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
// the levels of the next weeks are planned as if they were to stay. Closed buckets are
// skipped as [DemandOf] has it: service, mean stock and orders are then those of the
// worst days of a week, of which the stock is less than on the others. Where all demand
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
	ground  string  // what the demand is known from
	size    string  // where the order quantity comes from
	often   float64 // reviews with demand by bucket
	starved bool    // the largest order is below the demand between reviews
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
	if l.Rate = d.Rate; l.Rate == 0 {
		l.Rate = item.rate(w.Protection())
	}
	none := l.Rate == 0
	if l.obsolete(item, d) {
		l.Rate = 0
	}
	if l.Rate > 0 {
		r = &rule{size: l.size(item, d), often: 1 / float64(l.Review)}
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
		l.Method = l.method()
		if none {
			l.Reason = "no demand is expected over lead time and review, so that nothing is kept"
			l.warn(NoDemand, "%s", l.Reason)
		}
		return l, nil
	}
	w.Divide(l.increment(item))
	r.Rule = w.Rule(l.Kind.law(), law.Terms{
		Quantity: l.OrderQuantity, Pack: units(lot.step()), Minimum: units(lot.up(1)), Packed: !lot.pack.IsNone(), Rate: l.Rate, Review: l.Review,
	})
	if d.Rate > 0 { // some buckets are closed, and have no orders
		r.often = l.Rate / w.Between()
	}
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

// obsolete says, and why, that from now to the end of what an order is for less than a
// hundredth of the least that can be ordered, or of a unit, is expected: a forecast that
// smooths never comes to nought, and would buy a pack of what nobody has bought for years.
func (l *Levels) obsolete(item Item, d Demand) bool {
	expected := l.ProtectionDemand.Mean
	switch {
	case !item.sized():
	case d.Coverage.Buckets > 0:
		expected += d.Coverage.Demand
	case item.costed():
		expected += float64(l.Rate * float64(item.longest(d)))
	default:
		expected += float64(l.Rate * item.cover())
	}
	least := float64(units(min(item.lot().step(), whole)) / 100)
	if !(l.Rate > 0) || expected >= least {
		return false
	}
	l.Reason = fmt.Sprintf("only %s is expected until an order would be used up, less than %s, so that nothing is kept", number(expected), number(least))
	l.warn(Obsolete, "%s", l.Reason)
	return true
}

// size sets the order quantity and says where it comes from: what is expected from the
// receipt of an order on, since what comes before it is that of the reorder point.
func (l *Levels) size(item Item, d Demand) string {
	lot, covered := item.lot(), d.Coverage
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
	if most := float64(item.longest(d)); want > float64(rate*most*(1+1e-9)) && (item.costed() || item.LongestCover > 0) {
		l.warn(LongCover, "%s would be %s, for %s buckets: it is held at %s", name, number(want), number(want/rate), number(most))
		want = float64(rate * most)
		why += fmt.Sprintf(", held at %s buckets of demand", number(most))
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
	l.CycleService, l.FillRate, l.MeanStock, l.Orders = m.CycleService, m.FillRate, m.Stock, float64(m.Orders*r.often)
	l.MeanStock, l.Undershoot, l.SafetyStock = float64(l.MeanStock*r.Unit), float64(m.Undershoot*r.Unit), float64(m.Safety*r.Unit)
	if r.starved {
		l.CycleService, l.FillRate, l.MeanStock, l.Orders = 0, 0, 0, r.often
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
	l.Reason = l.because(r, item)
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
