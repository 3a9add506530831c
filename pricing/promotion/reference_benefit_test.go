package promotion_test

import (
	"math/big"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

func (r *reference) commit(o *refOrder, p *promotion.Promotion, policy promotion.Policy, delta, take, hold []int64) {
	for i := range delta {
		l := &o.lines[i]
		switch {
		case unitWise(p):
			for _, n := range []int64{take[i], hold[i]} {
				if n > 0 {
					l.touched = true
					value := frac(l.rest, n*1_000_000, l.left)
					l.rest, l.left, l.units = l.rest-value, l.left-n*1_000_000, l.units-n
				}
			}
		case policy == promotion.Compound || policy == promotion.Sequential:
			l.rest -= frac(l.rest, delta[i], l.amount)
		}
		if b := p.Benefit; policy == promotion.Additive && slices.Contains(r.touches(o, p), i) {
			if b.Percent != nil && b.Percent.Target == promotion.EachLine {
				l.rate += b.Percent.Rate.Nano()
			} else if b.Shipping != nil {
				l.rate += b.Shipping.Rate.Nano()
			}
		}
		if delta[i] > 0 {
			l.amount -= delta[i]
			l.fell, l.stopped = true, p.Stop == promotion.StopLines
			o.totals[p.ID] += delta[i]
		}
	}
}

// onLine gives what a promotion takes off one line of such an amount.
func (r *reference) onLine(o *refOrder, p *promotion.Promotion, i int, base int64) int64 {
	b, quantity := p.Benefit, o.lines[i].line.Quantity
	saving := int64(0)
	switch {
	case b.Percent != nil && b.Percent.Target == promotion.EachUnit:
		unit := round(new(big.Rat).Mul(big.NewRat(base*1_000_000, quantity.Micro()), big.NewRat(b.Percent.Rate.Nano(), 1_000_000_000)))
		saving = frac(unit, quantity.Micro(), 1_000_000)
	case b.Percent != nil:
		saving = frac(base, b.Percent.Rate.Nano(), 1_000_000_000)
	case b.Amount != nil && b.Amount.Target == promotion.EachUnit:
		saving = frac(b.Amount.Amount.Minor(), quantity.Micro(), 1_000_000)
	case b.Amount != nil:
		saving = b.Amount.Amount.Minor()
	case b.FixedPrice != nil:
		price, err := b.FixedPrice.Price.Times(quantity, tandem.HalfAwayFromZero)
		if err == nil {
			saving = max(0, base-price.Minor())
		}
	case b.Shipping != nil:
		saving = b.Shipping.Amount.Minor()
		if b.Shipping.Amount.IsNone() {
			saving = frac(base, b.Shipping.Rate.Nano(), 1_000_000_000)
		}
		if !b.Shipping.Cap.IsNone() {
			saving = min(saving, b.Shipping.Cap.Minor())
		}
	}
	return min(saving, base)
}

// give works out the change of each line and the units taken and held; sets is of goods.
func (r *reference) give(o *refOrder, p *promotion.Promotion, policy promotion.Policy, delta, take, hold []int64) (sets int64) {
	running := policy == promotion.Compound || policy == promotion.Sequential
	base := func(i int) int64 {
		if running {
			return o.lines[i].amount
		}
		return o.lines[i].start
	}
	b, touched := p.Benefit, r.touches(o, p)
	limit := int64(1) << 62
	for _, m := range []*tandem.Money{capOf(b)} {
		if m != nil && !m.IsNone() {
			limit = m.Minor()
		}
	}
	across := b.Percent != nil && b.Percent.Target == promotion.Across || b.Amount != nil && b.Amount.Target == promotion.Across
	switch {
	case across:
		sum, weights := int64(0), make([]int64, len(o.lines))
		left := int64(0)
		for _, i := range touched {
			sum, weights[i] = sum+base(i), o.lines[i].amount
			left += o.lines[i].amount
		}
		whole := int64(0)
		if b.Percent != nil {
			whole = frac(sum, b.Percent.Rate.Nano(), 1_000_000_000)
		} else {
			whole = b.Amount.Amount.Minor()
		}
		r.split(delta, min(whole, left, limit), weights)
	case b.FreeGoods != nil:
		return r.goods(o, p, hold)
	case unitWise(p):
		r.units(o, p, delta, take, hold)
	default:
		for _, i := range touched {
			saving := r.onLine(o, p, i, base(i))
			if rate := perLineRate(b); policy == promotion.Additive && rate > 0 {
				saving = frac(base(i), o.lines[i].rate+rate, 1_000_000_000) - frac(base(i), o.lines[i].rate, 1_000_000_000)
				if b.Shipping != nil {
					saving = min(saving, limit)
				}
			}
			delta[i] = min(saving, o.lines[i].amount)
		}
	}
	total := int64(0)
	for i := range delta {
		total += delta[i]
	}
	if total > limit {
		r.split(delta, limit, slices.Clone(delta))
	}
	return 0
}

func perLineRate(b promotion.Benefit) int64 {
	switch {
	case b.Percent != nil && b.Percent.Target == promotion.EachLine:
		return b.Percent.Rate.Nano()
	case b.Shipping != nil:
		return b.Shipping.Rate.Nano()
	}
	return 0
}

func capOf(b promotion.Benefit) *tandem.Money {
	switch {
	case b.Percent != nil:
		return &b.Percent.Cap
	case b.Amount != nil:
		return &b.Amount.Cap
	case b.FixedPrice != nil:
		return &b.FixedPrice.Cap
	case b.BuyGet != nil:
		return &b.BuyGet.Cap
	case b.Shipping != nil:
		return &b.Shipping.Cap
	}
	return nil
}

func (r *reference) split(delta []int64, whole int64, weights []int64) {
	clear(delta)
	if whole == 0 {
		return
	}
	shares, err := tandem.Allocate(nil, tandem.MoneyFromMinor(whole, r.basket.Currency), weights)
	if err != nil {
		panic(err)
	}
	for i, share := range shares {
		delta[i] = share.Minor()
	}
}

// free lists the free units of a scope, one by one, by the line they are of: from
// dear to cheap or the reverse, ties by line.
func (r *reference) free(o *refOrder, p *promotion.Promotion, s *promotion.Scope, dearest bool) (units []int) {
	for i := range o.lines[:len(o.lines)-1] {
		for range o.lines[i].units {
			if r.open(o, p, s, i) {
				units = append(units, i)
			}
		}
	}
	price := func(i int) *big.Rat { return big.NewRat(o.lines[i].start, o.lines[i].line.Quantity.Micro()) }
	slices.SortStableFunc(units, func(a, b int) int {
		if dearest {
			return price(b).Cmp(price(a))
		}
		return price(a).Cmp(price(b))
	})
	return units
}

func (r *reference) units(o *refOrder, p *promotion.Promotion, delta, take, hold []int64) {
	b, rate, each := p.Benefit, int64(0), int64(0)
	switch {
	case b.Percent != nil, b.Amount != nil:
		n, dearest := int64(0), false
		if b.Percent != nil {
			n, dearest, rate = b.Percent.Units, b.Percent.Target == promotion.DearestUnits, b.Percent.Rate.Nano()
		} else {
			n, dearest, each = b.Amount.Units, b.Amount.Target == promotion.DearestUnits, b.Amount.Amount.Minor()
		}
		for _, i := range r.free(o, p, &p.Scope, dearest) {
			if n > 0 {
				take[i]++
				n--
			}
		}
	case b.BuyGet != nil:
		rate = b.BuyGet.Rate.Nano()
		if b.BuyGet.Grouping == promotion.PerSet {
			r.perSet(o, p, take, hold)
		} else {
			r.global(o, p, take, hold)
		}
	default:
		r.sets(o, p, delta, take)
		return
	}
	for i := range o.lines {
		if l := &o.lines[i]; take[i] > 0 {
			value := frac(l.rest, take[i]*1_000_000, l.left)
			saving := min(value, each*take[i])
			if rate > 0 {
				saving = frac(value, rate, 1_000_000_000)
			}
			delta[i] = min(saving, l.amount)
		}
	}
}

func (r *reference) perSet(o *refOrder, p *promotion.Promotion, take, hold []int64) {
	b := p.Benefit.BuyGet
	units := r.free(o, p, &p.Scope, true)
	for set := int64(0); len(units) > 0 && (b.MaxRepeats == 0 || set < b.MaxRepeats); set++ {
		n := min(int(b.Buy+b.Get), len(units))
		gets := n - int(b.Buy)
		if gets <= 0 || gets < int(b.Get) && !b.Partial {
			return
		}
		for at, i := range units[:n] {
			if b.Selector == promotion.Cheapest && at >= n-gets || b.Selector == promotion.Dearest && at < gets {
				take[i]++
			} else {
				hold[i]++
			}
		}
		units = units[n:]
	}
}

func (r *reference) global(o *refOrder, p *promotion.Promotion, take, hold []int64) {
	b := p.Benefit.BuyGet
	getScope := b.GetScope
	if getScope == nil {
		getScope = &p.Scope
	}
	nBuy, nGet, all := int64(len(r.free(o, p, &p.Scope, true))), int64(len(r.free(o, p, getScope, true))), int64(0)
	for i := range o.lines[:len(o.lines)-1] {
		if r.open(o, p, &p.Scope, i) || r.open(o, p, getScope, i) {
			all += o.lines[i].units
		}
	}
	fits := func(buys, gets int64) bool { return buys <= nBuy && gets <= nGet && buys+gets <= all }
	sets, buys, gets := int64(0), int64(0), int64(0)
	for fits(buys+b.Buy, gets+b.Get) && (b.MaxRepeats == 0 || sets < b.MaxRepeats) {
		sets, buys, gets = sets+1, buys+b.Buy, gets+b.Get
	}
	for more := b.Get - 1; more > 0 && b.Partial && (b.MaxRepeats == 0 || sets < b.MaxRepeats); more-- {
		if fits(buys+b.Buy, gets+more) {
			buys, gets = buys+b.Buy, gets+more
			break
		}
	}
	for _, i := range r.free(o, p, getScope, b.Selector == promotion.Dearest) {
		both := r.open(o, p, &p.Scope, i)
		if gets > 0 && (!both || nBuy > buys) {
			take[i]++
			gets--
			if both {
				nBuy--
			}
		}
	}
	for _, alsoGet := range []bool{false, true} {
		used := make([]int64, len(o.lines))
		for _, i := range r.free(o, p, &p.Scope, true) {
			if used[i]++; used[i] > take[i] && r.open(o, p, getScope, i) == alsoGet && buys > 0 {
				hold[i]++
				buys--
			}
		}
	}
}

func (r *reference) sets(o *refOrder, p *promotion.Promotion, delta, take []int64) {
	b := p.Benefit
	price, repeats := int64(0), int64(0)
	var components []promotion.Component
	if b.Bundle != nil {
		price, repeats, components = b.Bundle.Price.Minor(), b.Bundle.MaxRepeats, b.Bundle.Components
	} else {
		price, repeats = b.MixAndMatch.Price.Minor(), b.MixAndMatch.MaxRepeats
		components = []promotion.Component{{Scope: p.Scope, Quantity: b.MixAndMatch.Quantity}}
	}
	made := int64(0)
	for ; repeats == 0 || made < repeats; made++ {
		draw := make([]int64, len(o.lines))
		for _, c := range components {
			need, seen := c.Quantity, make([]int64, len(o.lines))
			for _, i := range r.free(o, p, &c.Scope, true) {
				if seen[i]++; seen[i] > take[i]+draw[i] && need > 0 {
					draw[i]++
					seen[i] = 0 // counted in draw from now on
					for range take[i] + draw[i] {
						seen[i]++
					}
					need--
				}
			}
			if need > 0 {
				draw = nil
				break
			}
		}
		value := int64(0)
		for i := range draw {
			value += frac(o.lines[i].rest, draw[i]*1_000_000, o.lines[i].left)
		}
		if draw == nil || value <= price {
			break
		}
		for i := range draw {
			take[i] += draw[i]
		}
	}
	values, sum := make([]int64, len(o.lines)), int64(0)
	for i := range values {
		values[i] = frac(o.lines[i].rest, take[i]*1_000_000, o.lines[i].left)
		sum += values[i]
	}
	if sum <= made*price {
		return
	}
	r.split(delta, sum-made*price, values)
	for i := range delta {
		delta[i] = min(delta[i], o.lines[i].amount)
	}
}

func (r *reference) goods(o *refOrder, p *promotion.Promotion, hold []int64) (sets int64) {
	g := p.Benefit.FreeGoods
	if g.Per == 0 {
		return int64(min(1, len(r.touches(o, p))))
	}
	units := r.free(o, p, &p.Scope, true)
	for int64(len(units)) >= g.Per && (g.MaxRepeats == 0 || sets < g.MaxRepeats) {
		for _, i := range units[:g.Per] {
			hold[i]++
		}
		units, sets = units[g.Per:], sets+1
	}
	return sets
}
