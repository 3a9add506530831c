package promotion_test

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// The reference: slow and obviously right. It works on single units, with rational
// numbers, looks at every line for every promotion, and tries all combinations of
// those that conflict.

type refLine struct {
	line                promotion.Line
	amount, start, rest int64
	left                int64 // micro
	units               int64
	rate                int64
	best                int64
	by                  string
	touched, fell       bool
	stopped             bool
}

type refOrder struct {
	lines       []refLine // by line number, the shipping last
	applied     []string
	totals      map[string]int64
	gifts       map[string]int64
	worth       int64
	stop, close bool
}

func (o *refOrder) clone() *refOrder {
	c := *o
	c.lines, c.applied = slices.Clone(o.lines), slices.Clone(o.applied)
	c.totals, c.gifts = map[string]int64{}, map[string]int64{}
	for id, n := range o.totals {
		c.totals[id] = n
	}
	for id, n := range o.gifts {
		c.gifts[id] = n
	}
	return &c
}

func (o *refOrder) objective() (sum int64) {
	for _, n := range o.totals {
		sum += n
	}
	return sum + o.worth
}

type reference struct {
	config     promotion.Config
	promotions []*promotion.Promotion // in pipeline order, those of lines that exist
	basket     promotion.Basket
}

func round(r *big.Rat) int64 {
	half := new(big.Rat).Add(r, big.NewRat(1, 2))
	return new(big.Int).Quo(half.Num(), half.Denom()).Int64() // nothing is negative: half away from zero
}

func frac(a, b, d int64) int64 {
	if d == 0 {
		return 0
	}
	return round(new(big.Rat).Mul(big.NewRat(a, d), big.NewRat(b, 1)))
}

func refApply(config promotion.Config, b promotion.Basket, promotions []promotion.Promotion) *refOrder {
	r := &reference{config: config, basket: b}
	for i := range promotions {
		r.promotions = append(r.promotions, &promotions[i])
	}
	slices.SortFunc(r.promotions, func(a, b *promotion.Promotion) int {
		return cmp.Or(cmp.Compare(r.lane(a), r.lane(b)), cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	o := &refOrder{totals: map[string]int64{}, gifts: map[string]int64{}}
	lines := slices.Clone(b.Lines)
	slices.SortFunc(lines, func(x, y promotion.Line) int { return cmp.Compare(x.Line, y.Line) })
	for _, l := range lines {
		o.lines = append(o.lines, refLine{line: l, amount: l.Amount.Minor()})
	}
	o.lines = append(o.lines, refLine{amount: b.Shipping.Minor()})
	r.promotions = slices.DeleteFunc(r.promotions, func(p *promotion.Promotion) bool { return !r.candidate(o, p) })
	for first := 0; first < len(config.Lanes); {
		last := first
		for lane := first; lane <= last; lane++ {
			for _, p := range r.promotions {
				for _, q := range r.promotions {
					if r.lane(p) == lane && r.searches(p) && r.searches(q) && r.apart(o, p, q) {
						last = max(last, r.lane(q))
					}
				}
			}
		}
		o = r.stage(o, first, last)
		first = last + 1
	}
	return o
}

func (r *reference) lane(p *promotion.Promotion) int {
	return slices.IndexFunc(r.config.Lanes, func(l promotion.Lane) bool { return l.Name == p.Lane })
}

func (r *reference) policy(p *promotion.Promotion) promotion.Policy {
	return r.config.Lanes[r.lane(p)].Policy
}

func (r *reference) searches(p *promotion.Promotion) bool {
	return r.policy(p) != promotion.Sequential
}

func (r *reference) candidate(o *refOrder, p *promotion.Promotion) bool {
	if p.Threshold != nil && !p.Threshold.Reduced && !r.reached(o, p, promotion.Compound) {
		return false
	}
	for i := range o.lines[:len(o.lines)-1] {
		if p.Benefit.Shipping != nil && r.inScope(p, &p.Scope, o.lines[i].line) && r.basket.Shipping.Sign() > 0 {
			return true
		}
		if p.Benefit.Shipping == nil && r.open(o, p, &p.Scope, i) {
			return true
		}
	}
	return false
}

// The tests' scopes name products only.
func (r *reference) inScope(p *promotion.Promotion, s *promotion.Scope, l promotion.Line) bool {
	own := len(p.Scope.Products) == 0 || slices.Contains(p.Scope.Products, l.Product)
	other := len(s.Products) == 0 || slices.Contains(s.Products, l.Product)
	if p.Benefit.Bundle != nil {
		return own && other
	}
	return other
}

func (r *reference) open(o *refOrder, p *promotion.Promotion, s *promotion.Scope, i int) bool {
	return !o.lines[i].line.Blocked && !o.lines[i].stopped && r.inScope(p, s, o.lines[i].line)
}

// touches gives the lines that a promotion may fall on or take units of.
func (r *reference) touches(o *refOrder, p *promotion.Promotion) (out []int) {
	if p.Benefit.Shipping != nil {
		return []int{len(o.lines) - 1}
	}
	for i := range o.lines[:len(o.lines)-1] {
		get := p.Benefit.BuyGet != nil && p.Benefit.BuyGet.GetScope != nil && r.open(o, p, p.Benefit.BuyGet.GetScope, i)
		if r.open(o, p, &p.Scope, i) || get {
			out = append(out, i)
		}
	}
	return out
}

func (r *reference) meet(o *refOrder, p, q *promotion.Promotion) bool {
	fresh := o.clone()
	for i := range fresh.lines {
		fresh.lines[i].stopped = false
	}
	touched := r.touches(fresh, q)
	return slices.ContainsFunc(r.touches(fresh, p), func(i int) bool { return slices.Contains(touched, i) })
}

func (r *reference) apart(o *refOrder, p, q *promotion.Promotion) bool {
	if p == q {
		return false
	}
	for _, pair := range r.config.Forbidden {
		if pair.A == p.Class && pair.B == q.Class || pair.A == q.Class && pair.B == p.Class {
			return true
		}
	}
	bears := func(p, q *promotion.Promotion) bool {
		return len(p.CombinesWith) == 0 || slices.ContainsFunc(q.Tags, func(tag string) bool { return slices.Contains(p.CombinesWith, tag) })
	}
	return p.Group != "" && p.Group == q.Group || (!bears(p, q) || !bears(q, p)) && r.meet(o, p, q)
}

func lineWise(p *promotion.Promotion) bool {
	b := p.Benefit
	byLine := func(t promotion.Target, limit tandem.Money) bool {
		return (t == promotion.EachLine || t == promotion.EachUnit) && limit.IsNone()
	}
	return b.Shipping != nil || b.FixedPrice != nil && b.FixedPrice.Cap.IsNone() ||
		b.Percent != nil && byLine(b.Percent.Target, b.Percent.Cap) || b.Amount != nil && byLine(b.Amount.Target, b.Amount.Cap)
}

func unitWise(p *promotion.Promotion) bool {
	b := p.Benefit
	return b.BuyGet != nil || b.Bundle != nil || b.MixAndMatch != nil || b.FreeGoods != nil && b.FreeGoods.Per > 0 ||
		b.Percent != nil && b.Percent.Units > 0 || b.Amount != nil && b.Amount.Units > 0
}

func (r *reference) conflict(o *refOrder, p, q *promotion.Promotion) bool {
	if p == q || !r.searches(p) || !r.searches(q) {
		return false
	}
	if r.apart(o, p, q) {
		return true
	}
	if p.Lane != q.Lane || !r.meet(o, p, q) {
		return false
	}
	if r.policy(p) == promotion.BestOf {
		return !lineWise(p)
	}
	return unitWise(p) && unitWise(q)
}

func (r *reference) stage(o *refOrder, first, last int) *refOrder {
	var branching []*promotion.Promotion
	for _, p := range r.promotions {
		if r.lane(p) >= first && r.lane(p) <= last && slices.ContainsFunc(r.promotions, func(q *promotion.Promotion) bool { return r.conflict(o, p, q) }) {
			branching = append(branching, p)
		}
	}
	exact := cmp.Or(r.config.Exact, promotion.MaxExact)
	out := map[string]bool{}
	if len(branching) <= exact {
		r.choose(o, first, last, branching, out)
	} else {
		for _, p := range branching {
			out[p.ID] = true
		}
		for _, part := range r.parts(o, branching) {
			if len(part) <= exact {
				r.choose(o, first, last, part, out)
			} else {
				r.greedy(o, first, last, part, out)
			}
		}
	}
	return r.run(o.clone(), first, last, out)
}

// choose tries all combinations of some promotions and notes in out those that are not in the best.
func (r *reference) choose(o *refOrder, first, last int, some []*promotion.Promotion, out map[string]bool) {
	best, chosen := int64(-1), 0
	leave := func(mask int) { // the first promotion is the highest bit: with it before without it
		for i, p := range some {
			out[p.ID] = mask>>(len(some)-1-i)&1 == 0
		}
	}
	for mask := 1<<len(some) - 1; mask >= 0; mask-- {
		leave(mask)
		if saved := r.run(o.clone(), first, last, out).objective(); saved > best {
			best, chosen = saved, mask
		}
	}
	leave(chosen)
}

// parts cuts promotions where no conflict ties them, in the order of their first.
func (r *reference) parts(o *refOrder, some []*promotion.Promotion) (parts [][]*promotion.Promotion) {
	seen := map[string]bool{}
	for _, p := range some {
		if seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		part := []*promotion.Promotion{p}
		for i := 0; i < len(part); i++ {
			for _, q := range some {
				if !seen[q.ID] && (r.conflict(o, part[i], q) || r.conflict(o, q, part[i])) {
					seen[q.ID] = true
					part = append(part, q)
				}
			}
		}
		slices.SortFunc(part, func(a, b *promotion.Promotion) int { return slices.Index(some, a) - slices.Index(some, b) })
		parts = append(parts, part)
	}
	return parts
}

func (r *reference) greedy(o *refOrder, first, last int, some []*promotion.Promotion, out map[string]bool) {
	alone := map[string]int64{}
	for _, p := range some {
		others := map[string]bool{}
		for _, q := range r.promotions {
			others[q.ID] = q != p
		}
		alone[p.ID] = r.run(o.clone(), r.lane(p), r.lane(p), others).objective()
		out[p.ID] = true
	}
	sorted := slices.Clone(some)
	slices.SortStableFunc(sorted, func(a, b *promotion.Promotion) int { return cmp.Compare(alone[b.ID], alone[a.ID]) })
	best := r.run(o.clone(), first, last, out).objective()
	for _, p := range sorted {
		if slices.ContainsFunc(some, func(q *promotion.Promotion) bool { return !out[q.ID] && r.apart(o, p, q) }) {
			continue
		}
		out[p.ID] = false
		if saved := r.run(o.clone(), first, last, out).objective(); saved > best {
			best = saved
		} else {
			out[p.ID] = true
		}
	}
}

func (r *reference) run(o *refOrder, first, last int, out map[string]bool) *refOrder {
	for lane := first; lane <= last; lane++ {
		policy := r.config.Lanes[lane].Policy
		for i := range o.lines {
			l := &o.lines[i]
			l.start, l.rest, l.left = l.amount, l.amount, l.line.Quantity.Micro()
			l.units = l.left / 1_000_000
			if r.config.Fraction == promotion.FractionRefuse && l.left%1_000_000 != 0 {
				l.units = 0
			}
			l.rate, l.best, l.by, l.touched, l.fell, l.stopped = 0, 0, "", false, false, false
		}
		o.stop = false
		for _, p := range r.promotions {
			if r.lane(p) == lane && !out[p.ID] && !o.stop && !o.close {
				r.step(o, p, policy)
			}
		}
		for i := range o.lines {
			if l := &o.lines[i]; policy == promotion.BestOf && l.by != "" && !l.fell {
				l.amount -= l.best
				o.totals[l.by] += l.best
			}
		}
	}
	return o
}

func (r *reference) step(o *refOrder, p *promotion.Promotion, policy promotion.Policy) {
	for _, q := range r.promotions {
		if slices.Contains(o.applied, q.ID) && r.apart(o, p, q) {
			return
		}
	}
	if !r.reached(o, p, policy) {
		return
	}
	if policy == promotion.BestOf && lineWise(p) {
		leads := false
		for _, i := range r.touches(o, p) {
			if saving := r.onLine(o, p, i, o.lines[i].start); saving > o.lines[i].best {
				o.lines[i].best, o.lines[i].by, leads = saving, p.ID, true
			}
		}
		if leads {
			o.applied = append(o.applied, p.ID)
		}
		return
	}
	n := len(o.lines)
	delta, take, hold := make([]int64, n), make([]int64, n), make([]int64, n)
	sets := r.give(o, p, policy, delta, take, hold)
	total := int64(0)
	for i := range delta {
		total += delta[i]
	}
	if total == 0 && sets == 0 {
		return
	}
	for i := range delta {
		if policy == promotion.BestOf && (delta[i] > 0 || take[i]+hold[i] > 0) && (o.lines[i].touched || o.lines[i].fell) {
			return
		}
	}
	r.commit(o, p, policy, delta, take, hold)
	o.applied = append(o.applied, p.ID)
	o.gifts[p.ID] += sets
	if g := p.Benefit.FreeGoods; g != nil {
		o.worth += sets * g.Worth.Minor()
	}
	o.stop = o.stop || p.Stop == promotion.StopLane
	o.close = o.close || p.Stop == promotion.StopOrder
}

func (r *reference) reached(o *refOrder, p *promotion.Promotion, policy promotion.Policy) bool {
	t := p.Threshold
	if t == nil {
		return true
	}
	sum := int64(0)
	for i := range o.lines[:len(o.lines)-1] {
		l := &o.lines[i]
		if l.line.Blocked && !t.Blocked || !t.Order && !r.inScope(p, &p.Scope, l.line) {
			continue
		}
		switch {
		case !t.Reduced:
			sum += l.line.Amount.Minor()
		case policy == promotion.Sequential:
			sum += l.amount
		default:
			sum += l.start
		}
	}
	return sum >= t.Spend.Minor()
}
