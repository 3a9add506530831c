package policy

import (
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// Demand is what a rule must meet, as distributions of the sum of demand. Samples of
// one future need not stand at one place, but should come from the same futures, or
// the difference between Protection and Lead is lost in the noise.
type Demand struct {
	Lead       forecast.Distribution `json:"lead"`       // over the lead time
	Protection forecast.Distribution `json:"protection"` // over lead time and review period
	Review     forecast.Distribution `json:"review"`     // over a review period (a bucket, if continuous)
}

// DemandOf asks a forecast for what a rule must meet; review is in buckets, at least
// one, and with the longest lead time at most [MaxReview].
func DemandOf(fit *forecast.Fit, lead forecast.LeadTime, review int) (Demand, error) {
	var d Demand
	var c tandem.Check
	c.Require(fit != nil, "fit", "fit", "must not be nil")
	c.Nested("lead", lead.Validate())
	c.Require(review >= 1 && review+lead.Longest() <= MaxReview, "review", "review",
		"must be at least 1, with the lead time at most 1,000")
	if err := c.Err("demand"); err != nil {
		return d, err
	}
	all, err := fit.Demands(lead, lead.Plus(review), forecast.FixedLeadTime(review))
	if err != nil {
		return d, err
	}
	return Demand{Lead: all[0], Protection: all[1], Review: all[2]}, nil
}

// Validate reports every fault: samples that are none, too many, not finite or not
// in order.
func (d Demand) Validate() error {
	var c tandem.Check
	for _, f := range []struct {
		path string
		d    forecast.Distribution
	}{{"lead", d.Lead}, {"protection", d.Protection}, {"review", d.Review}} {
		n := len(f.d.Samples)
		c.Require(n >= 1 && n <= forecast.MaxPaths, "samples", f.path, "must have 1 to 1,000,000 samples")
		c.Require(slices.IsSorted(f.d.Samples), "order", f.path, "must be in ascending order")
		wild := slices.ContainsFunc(f.d.Samples, func(v float64) bool { return !(math.Abs(v) <= forecast.MaxSize*MaxReview) })
		c.Require(!wild, "finite", f.path, "must be finite and of bounded size")
	}
	return c.Err("demand")
}

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
	d, err := DemandOf(fit, item.Lead, item.period())
	if err != nil {
		return Levels{}, err
	}
	l := d.plan(item)
	if fit.Unknown() {
		l.warn(NoHistory, "always out of stock: the demand is not known, only that it was the sales or more")
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
	item.Service = Service{FillRate, 0.5}
	c.Nested("item", item.Validate())
	c.Require(len(services) <= MaxServices, "too_many", "services", "at most 1,000")
	for i, s := range services[:min(len(services), MaxServices)] {
		c.Nested(tandem.Path("services", i), s.Validate())
		c.Require(item.HoldingCost > 0 || s.Kind != ShortageCost, "holding", "item.holding_cost",
			"must be known where a shortage cost is weighed against it")
	}
	if err := c.Err("plan"); err != nil {
		return nil, err
	}
	base, r, why := d.copied().prepare(item)
	all := make([]Levels, len(services))
	for i, s := range services {
		item.Service = s
		all[i] = base
		all[i].Service, all[i].Warnings = s, slices.Clone(base.Warnings)
		if r != nil {
			all[i].solve(r, item, why)
		}
	}
	return all, nil
}

// copied keeps the arguments of a call as they are, since samples next to whole
// numbers are made whole.
func (d Demand) copied() Demand {
	for _, f := range []*forecast.Distribution{&d.Lead, &d.Protection, &d.Review} {
		f.Samples = slices.Clone(f.Samples)
	}
	return d
}

func (d Demand) plan(item Item) Levels {
	l, r, why := d.prepare(item)
	if r != nil {
		l.solve(r, item, why)
	}
	return l
}

// prepare makes the law of the demand under the item's rule, nil where no demand is
// expected; the levels have all but what the service decides. In words it says where
// the order quantity comes from.
func (d Demand) prepare(item Item) (l Levels, r *rule, why string) {
	l = Levels{
		Kind: item.kind(), Service: item.Service, Review: item.period(), Pack: item.Pack, Minimum: item.Minimum, Maximum: item.Maximum,
	}
	w := law{unit: 1}
	if latticed(d.Lead, d.Protection, d.Review) && item.lot().step()%whole == 0 && l.Minimum.IsWhole() {
		w.step = 1
	}
	w.read(d)
	l.LeadTimeDemand, l.ProtectionDemand = summarize(d.Lead), summarize(d.Protection)
	l.Rate = max(w.both.mean(), 0) / (item.Lead.Mean() + float64(l.Review))
	if l.Rate > 0 {
		why = l.size(item)
		w.divide(d, l.increment(item))
	}
	if d.Review.Samples[0] < 0 {
		l.warn(NegativeDemand, "some futures have more returns than sales; declare demand non-negative if that cannot be")
	}
	if !(l.Rate > 0) {
		l.CycleService, l.FillRate = 1, 1
		l.Method, l.Reason = l.method(), "no demand is expected over lead time and review, so that nothing is kept"
		l.warn(NoDemand, "%s", l.Reason)
		return l, nil, ""
	}
	if !(w.mean > 0) {
		w.mean = float64(l.Rate*float64(l.Review)) / w.unit // closed days at the end of the protection time
	}
	if !(w.review.mean() > 0) {
		w.review = newCurve(forecast.Distribution{Samples: []float64{w.mean}}, w.step)
	}
	w.masses = condense(w.review.samples)
	l.limit(&w, item)
	quantity := l.OrderQuantity / w.unit
	w.raise(l.Kind, quantity, item.lot())
	r = &rule{law: w, kind: l.Kind, quantity: quantity, rate: l.Rate / w.unit, known: map[float64]balance{}}
	if l.Kind == MinMax && w.after == nil {
		r.visits = r.law.visits(r.quantity)
	}
	return l, r, why
}

func summarize(d forecast.Distribution) Summary {
	return Summary{d.Mean(), d.Deviation(), d.Quantile(0.5), d.Quantile(0.9), d.Quantile(0.95), d.Quantile(0.99)}
}

// size sets the order quantity and says where it comes from.
func (l *Levels) size(item Item) string {
	lot := item.lot()
	if l.Kind == Periodic || l.Kind == SinglePeriod {
		l.OrderQuantity = units(lot.step())
		return ""
	}
	cover := item.Cover
	if cover == 0 {
		cover = float64(l.Review)
	}
	want, why := float64(cover*l.Rate), fmt.Sprintf("%s buckets of demand", number(cover))
	if item.OrderCost > 0 && item.HoldingCost > 0 {
		want, why = math.Sqrt(2*item.OrderCost*l.Rate/item.HoldingCost), "the economic order quantity"
	}
	got := lot.up(max(micro(want), 1))
	if down := got - lot.step(); item.OrderCost > 0 && item.HoldingCost > 0 && down >= lot.up(1) {
		cost := func(micro int64) float64 {
			return float64(item.OrderCost*l.Rate/units(micro)) + float64(item.HoldingCost*units(micro)/2)
		}
		if cost(down) <= cost(got) { // the cost is convex: the best pack is next to the quantity
			got = down
		}
	}
	if units(got) > 2*want && units(got) > 2*l.Rate && got > whole {
		l.warn(LargeLot, "minimum and pack ask for %s, %s would be %s", number(units(got)), why, number(want))
	}
	if got > lot.cap() {
		got = lot.cap()
		l.warn(HeldAtMaximum, "%s is %s, %s would be %s", lot.largest(), number(units(got)), why, number(want))
	}
	l.OrderQuantity = units(got)
	return why
}

// solve finds the level and what is expected of it.
func (l *Levels) solve(r *rule, item Item, why string) {
	level := r.level(item.Service, item.overage())
	l.ReorderPoint, l.OrderUpTo = float64(level*r.unit), float64(level*r.unit)
	if l.Kind == ReorderPoint || l.Kind == MinMax {
		l.OrderUpTo += l.OrderQuantity
	}
	m := r.measure(level)
	l.CycleService, l.FillRate, l.MeanStock, l.Orders = m.alpha, m.beta, m.stock, m.orders/float64(l.Review)
	l.MeanStock, l.Undershoot, l.SafetyStock = float64(l.MeanStock*r.unit), float64(m.undershoot*r.unit), float64(m.safety*r.unit)
	if r.starved {
		l.CycleService, l.FillRate, l.MeanStock, l.Orders = 0, 0, 0, 1/float64(l.Review)
	}
	l.explain(why, item, len(r.both.samples), r.unit)
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
func (l *Levels) explain(why string, item Item, samples int, unit float64) {
	l.Method = l.method()
	if item.OrderCost > 0 && item.HoldingCost > 0 {
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
		number(l.ProtectionDemand.Mean), number(l.ProtectionDemand.Deviation))
	switch l.Kind {
	case ReorderPoint, MinMax:
		l.Reason = fmt.Sprintf("%s; reorder point %s holds %s for undershoot and %s for safety; order quantity %s from %s", demand,
			number(l.ReorderPoint), number(l.Undershoot), number(l.SafetyStock), number(l.OrderQuantity), why)
	default:
		l.Reason = fmt.Sprintf("%s; order-up-to level %s holds %s for safety", demand, number(l.OrderUpTo), number(l.SafetyStock))
	}
	if l.Service.Kind == ShortageCost {
		l.Reason += fmt.Sprintf("; a unit short at %s against %s to hold one for a bucket gives a fill rate of %.4f",
			number(l.Service.Target), number(item.HoldingCost), got)
	} else {
		l.Reason += fmt.Sprintf("; %s %.4f asked, %.4f expected", name, l.Service.Target, got)
	}
	if unit > 1 {
		l.Reason += fmt.Sprintf("; demand and orders are multiples of %s, and so is the position taken to be", number(unit))
	}
	if lot := item.lot(); l.Kind == SinglePeriod && l.OrderUpTo > units(lot.cap()) {
		l.warn(HeldAtMaximum, "%s is %s, below the order-up-to level: less is served unless there is stock",
			lot.largest(), number(units(lot.cap())))
	}
	if l.ReorderPoint == 0 {
		l.warn(WithoutSafety, "the target is met when an order waits for the stock to be gone")
	}
	if float64((1-decided)*float64(samples)) < 10 {
		l.warn(FewPaths, "the target is decided by fewer than ten of the simulated futures; ask for more paths")
	}
	if l.Service.Kind != ShortageCost && got < l.Service.Target-1e-9 || !float.Finite(got) {
		l.warn(ShortOfTarget, "%s is expected to stay at %.4f", name, got)
	}
}
