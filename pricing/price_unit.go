package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// factorOf gives how many of unit to one of unit from is, exactly.
func factorOf(conversions []tandem.UnitConversion, from, to tandem.Unit) (tandem.Ratio, bool) {
	if from == to {
		return tandem.IntRatio(1), true
	}
	for i := range conversions {
		switch c := &conversions[i]; {
		case c.From == from && c.To == to:
			return c.Factor, true
		case c.From == to && c.To == from:
			inverse, err := c.Factor.Inverse()
			return inverse, err == nil
		}
	}
	return tandem.Ratio{}, false
}

// inUnit gives a quantity in another unit, for tiers, rounded to a millionth.
func inUnit(line *Line, q tandem.Quantity, unit tandem.Unit) (tandem.Quantity, error) {
	if q.Unit() == unit {
		return q, nil
	}
	factor, ok := factorOf(line.Conversions, q.Unit(), unit)
	if !ok {
		return tandem.Quantity{}, tandem.ErrUnit
	}
	return q.Convert(unit, factor, tandem.HalfAwayFromZero)
}

// resolveUnits resolves a line whose product is priced in several units: unit by
// unit, and of the winners the one that wins with the quantities-from compared exactly.
func (s *Snapshot) resolveUnits(a *ask, r *resolution, line *Line) {
	if len(line.Conversions) == 0 {
		s.resolve(a, r)
		return
	}
	own, cost := a.unit, a.cost
	a.own, a.conversions = own, line.Conversions
	s.resolve(a, r)
	for i := range line.Conversions {
		unit := otherUnit(&line.Conversions[i], own)
		factor, ok := factorOf(line.Conversions, own, unit)
		priced := slices.ContainsFunc(s.frames.all, func(f frame) bool { return f.unit == unit })
		again := slices.ContainsFunc(line.Conversions[:i], func(c tandem.UnitConversion) bool { return otherUnit(&c, own) == unit })
		if unit == own || again || !ok || factor.Sign() <= 0 || !priced {
			continue
		}
		a.unit, a.cost = unit, s.unitCost(line, unit)
		s.reach(a)
		var other resolution
		if s.resolve(a, &other); other.winner != "" && s.beatsAcross(&other, r, line) {
			*r = other
		}
	}
	a.unit, a.cost = own, cost
	s.reach(a)
}

// otherUnit gives the unit that a conversion is from or into, beside a line's own.
func otherUnit(c *tandem.UnitConversion, own tandem.Unit) tandem.Unit {
	if c.To == own {
		return c.From
	}
	return c.To
}

// beatsAcross compares winners in two units: by priority, source and scope, then by
// the exact quantity-from, then by what is left of the rank; two prices that one list
// derives are as the rows that they derive from.
func (s *Snapshot) beatsAcross(x, y *resolution, line *Line) bool {
	if y.winner == "" {
		return true
	}
	a, b := x.final(), y.final()
	if s.lowest {
		p, err := s.amount(&stage{x.price, x.tiers}, line, line.Quantity)
		q, other := s.amount(&stage{y.price, y.tiers}, line, line.Quantity)
		if err == nil && other == nil && p != q {
			return p.Minor() < q.Minor()
		}
	}
	if s.firstHit && a.list != b.list {
		return a.list < b.list
	}
	const upper = rows.PriorityMask | rows.SourceMask | rows.ScopeMask
	if a.rank&upper != b.rank&upper {
		return a.rank&upper > b.rank&upper
	}
	if c := s.fromAcross(a, line).Cmp(s.fromAcross(b, line)); c != 0 {
		return c > 0
	}
	if p, q := a.rank&^rows.FromMask, b.rank&^rows.FromMask; p != q {
		return p > q
	}
	if own, others := a.price.Unit() == line.Quantity.Unit(), b.price.Unit() == line.Quantity.Unit(); own != others {
		return own // the unit that was ordered
	}
	if one, other := s.rule(a), s.rule(b); one != other {
		return one < other
	}
	if a.hit == nil || b.hit == nil {
		return a.hit != nil // a row before what is made of cost
	}
	return a.page.ID(a.hit.Index()) < b.page.ID(b.hit.Index()) // one list derives as its base decides
}

// fromAcross gives the quantity-from of a candidate in the unit of the line.
func (s *Snapshot) fromAcross(c *candidate, line *Line) tandem.Ratio {
	from := tandem.IntRatio(s.order.Labels.Micro(rows.From(c.rank)))
	if factor, ok := factorOf(line.Conversions, c.price.Unit(), line.Quantity.Unit()); ok {
		if product, err := from.Mul(factor); err == nil {
			return product
		}
	}
	return from
}
