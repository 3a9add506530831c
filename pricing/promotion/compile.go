package promotion

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/internal/enum"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
	"github.com/tandem-go/tandem/pricing/promotion/internal/index"
	"github.com/tandem-go/tandem/pricing/promotion/internal/stacking"
)

const micro = stacking.Micro

// Set is a compiled set of promotions: immutable and safe for any number of goroutines.
type Set struct {
	index  index.Index
	rules  stacking.Rules
	config Config
	offers []offer // in pipeline order: by lane, higher priority first, then by id
	pools  int     // scopes that the index knows
	vocabulary
}

// offer is what of a promotion is not numbers; those are in the rules.
type offer struct {
	id       string
	lane     string
	kind     Kind
	rate     tandem.Rate
	currency tandem.Currency
	product  tandem.ProductID
	quantity tandem.Quantity

	when        when
	never       bool // its conditions contradict each other
	from, until tandem.Instant
	coupons     bool
}

// Compile checks promotions and builds the set that is applied. Nothing of the
// arguments is kept. Faults are all told in a [tandem.InvalidError].
func Compile(promotions []Promotion, config Config) (*Set, error) {
	if err := validate(promotions, config); err != nil {
		return nil, err
	}
	order := make([]*Promotion, len(promotions))
	pools := len(promotions)
	for i := range promotions {
		p := &promotions[i]
		order[i] = p
		if p.Benefit.BuyGet != nil && p.Benefit.BuyGet.GetScope != nil {
			pools++
		}
		if p.Benefit.Bundle != nil {
			pools += len(p.Benefit.Bundle.Components)
		}
	}
	slices.SortFunc(order, func(a, b *Promotion) int {
		return cmp.Or(cmp.Compare(config.lane(a.Lane), config.lane(b.Lane)), cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	if pools > MaxPools {
		var c tandem.Check
		c.Add("too_many", "promotions", "too many scopes")
		return nil, c.Err("promotions")
	}
	config.Lanes, config.Forbidden = slices.Clone(config.Lanes), slices.Clone(config.Forbidden)
	s := &Set{index: index.New(pools), config: config, pools: len(promotions)}
	mode, _ := enum.Mode(config.Rounding) // is valid by now
	s.rules = stacking.Rules{Width: bitset.Words(len(order)), Exact: config.exact(), Mode: mode, Rounding: config.Rounding,
		Offers: make([]stacking.Offer, len(order))}
	for _, l := range config.Lanes {
		s.rules.Lanes = append(s.rules.Lanes, stackingPolicy(l.Policy))
	}
	schema, err := condition.Standard(config.Attributes...)
	if err != nil {
		return nil, err
	}
	s.vocabulary = newVocabulary(schema)
	s.offers = make([]offer, len(order))
	valid := make([]tandem.Validity, len(order))
	for i, p := range order {
		lowered, rest, never, err := s.lower(*p)
		if err != nil {
			return nil, err
		}
		s.offers[i] = s.compile(i, &lowered)
		s.offers[i].when, s.offers[i].never = rest, never
		valid[i] = lowered.Valid
		if never {
			valid[i] = tandem.Validity{}
		}
	}
	if !s.index.Seal(valid) {
		var c tandem.Check
		c.Add("too_large", "promotions", "too many products, categories, brands and audiences for so many promotions")
		return nil, c.Err("promotions")
	}
	s.keepApart(order)
	return s, nil
}

func validate(promotions []Promotion, config Config) error {
	var c tandem.Check
	c.Nested("config", config.Validate())
	if !c.Require(len(promotions) <= MaxPromotions, "too_many", "promotions", "too many promotions") {
		return c.Err("promotions")
	}
	schema, err := condition.Standard(config.Attributes...)
	ids, coupons := make(map[string]bool, len(promotions)), 0
	for i := range promotions {
		p, path := &promotions[i], tandem.Path("promotions", i)
		c.Nested(path, p.Validate())
		if p.When != nil && err == nil {
			c.Nested(path+".when", p.When.Validate(schema))
		}
		c.Require(!ids[p.ID], "duplicate", path+".id", "id stands twice")
		ids[p.ID] = true
		coupons += len(p.Coupons)
		if lane := config.lane(p.Lane); c.Require(lane >= 0, "lane_unknown", path+".lane", "not a lane of the configuration") {
			c.Require(p.Stop == "" || config.Lanes[lane].Policy == Sequential, "stop", path+".stop", "only in a sequential lane")
		}
	}
	c.Require(coupons <= MaxCoupons, "too_many", "promotions", "too many coupons")
	return c.Err("promotions")
}

func (s *Set) compile(i int, p *Promotion) offer {
	o := offer{id: p.ID, lane: p.Lane, kind: p.Benefit.Kind(), from: p.From, until: p.Until, coupons: len(p.Coupons) > 0}
	o.currency, _ = p.currency()
	s.index.AddScope(i, index.Scope(p.Scope))
	s.index.AddPromotion(index.Audience(p.Audience), p.Coupons)
	n := &s.rules.Offers[i]
	*n = stacking.Offer{Lane: s.config.lane(p.Lane), Cap: stacking.Never, Repeats: stacking.Never, GetPool: -1, Stop: stackingStop(p.Stop)}
	if t := p.Threshold; t != nil {
		n.Threshold = &stacking.Threshold{Spend: t.Spend.Minor(), Quantity: t.Quantity.Micro(), Unit: t.Quantity.Unit(),
			Counted: stackingCounted(t.Counted), Order: t.Order, Reduced: t.Reduced, Blocked: t.Blocked}
	}
	s.compileBenefit(n, &p.Benefit)
	if f := p.Benefit.FreeGoods; f != nil {
		o.product, o.quantity = f.Product, f.Quantity
	}
	o.rate = tandem.RateFromNano(n.Rate)
	return o
}

func (s *Set) compileBenefit(n *stacking.Offer, b *Benefit) {
	switch {
	case b.Percent != nil:
		n.Rate = b.Percent.Rate.Nano()
		target(n, b.Percent.Target, b.Percent.Units, b.Percent.Cap)
	case b.Amount != nil:
		n.Amount = b.Amount.Amount.Minor()
		target(n, b.Amount.Target, b.Amount.Units, b.Amount.Cap)
	case b.FixedPrice != nil:
		n.Fixed, n.Price = true, b.FixedPrice.Price
		target(n, EachLine, 0, b.FixedPrice.Cap)
	case b.BuyGet != nil:
		g := b.BuyGet
		n.Effect, n.UnitWise = stacking.OnBuyGet, true
		n.Buy, n.Get, n.Rate, n.Cap, n.Repeats = g.Buy, g.Get, g.Rate.Nano(), orNever(g.Cap.Minor()), orNever(g.MaxRepeats)
		n.PerSet, n.Dearest, n.Partly = g.Grouping == PerSet, g.Selector == Dearest, g.Partial
		if g.GetScope != nil {
			n.GetPool = s.addPool(g.GetScope)
		}
	case b.Bundle != nil:
		n.Effect, n.UnitWise, n.Amount, n.Repeats = stacking.OnSets, true, b.Bundle.Price.Minor(), orNever(b.Bundle.MaxRepeats)
		for i := range b.Bundle.Components {
			c := &b.Bundle.Components[i]
			n.Components = append(n.Components, stacking.Component{Pool: s.addPool(&c.Scope), Quantity: c.Quantity})
		}
	case b.MixAndMatch != nil:
		m := b.MixAndMatch
		n.Effect, n.UnitWise, n.Amount, n.Repeats = stacking.OnSets, true, m.Price.Minor(), orNever(m.MaxRepeats)
		n.Components = []stacking.Component{{Pool: -1, Quantity: m.Quantity}}
	case b.Shipping != nil:
		n.LineWise, n.Shipping = true, true
		n.Rate, n.Amount, n.Cap = b.Shipping.Rate.Nano(), b.Shipping.Amount.Minor(), orNever(b.Shipping.Cap.Minor())
	case b.FreeGoods != nil:
		f := b.FreeGoods
		n.Effect, n.UnitWise, n.Units, n.Amount = stacking.OnGoods, f.Per > 0, f.Per, f.Worth.Minor()
		n.Repeats = min(orNever(f.MaxRepeats), tandem.MaxUnits*micro/f.Quantity.Micro()) // so that the gift stays in range
	}
}

func (s *Set) addPool(scope *Scope) int {
	s.index.AddScope(s.pools, index.Scope(*scope))
	s.pools++
	return s.pools - 1
}

func target(n *stacking.Offer, t Target, units int64, limit tandem.Money) {
	n.Units, n.Cap = units, orNever(limit.Minor())
	switch t {
	case EachUnit, EachLine:
		n.Effect, n.PerUnit, n.LineWise = stacking.OnLines, t == EachUnit, limit.IsNone()
	case Across:
		n.Effect = stacking.OnAcross
	case CheapestUnits, DearestUnits:
		n.Effect, n.UnitWise, n.Dearest = stacking.OnUnits, true, t == DearestUnits
	}
}

func orNever(n int64) int64 {
	if n == 0 {
		return stacking.Never
	}
	return n
}

func stackingPolicy(p Policy) stacking.Policy {
	switch p {
	case Additive:
		return stacking.Additive
	case Compound:
		return stacking.Compound
	case Sequential:
		return stacking.Sequential
	}
	return stacking.BestOf
}

func stackingStop(s Stop) stacking.Stop {
	switch s {
	case StopLines:
		return stacking.StopLines
	case StopLane:
		return stacking.StopLane
	case StopOrder:
		return stacking.StopOrder
	}
	return stacking.StopNothing
}

func stackingCounted(c Counted) stacking.Counted {
	switch c {
	case CountNet:
		return stacking.CountNet
	case CountGross:
		return stacking.CountGross
	}
	return stacking.CountPriced
}

// keepApart finds the pairs that the groups, the matrix and the tags forbid.
func (s *Set) keepApart(order []*Promotion) {
	width := s.rules.Width
	row := func(rows []uint64, i int) []uint64 { return rows[i*width:][:width] }
	apart, shy := make([]uint64, len(order)*width), make([]uint64, len(order)*width)
	groups, classes, tags := named{}, named{}, named{}
	for i, p := range order {
		groups.add(p.Group, i, width)
		classes.add(p.Class, i, width)
		for _, tag := range p.Tags {
			tags.add(tag, i, width)
		}
	}
	against := map[string][]uint64{} // those that the matrix keeps from a class
	for _, pair := range s.config.Forbidden {
		for _, p := range []ClassPair{pair, {A: pair.B, B: pair.A}} {
			if against[p.A] == nil {
				against[p.A] = make([]uint64, width)
			}
			bitset.Join(against[p.A], classes[p.B])
		}
	}
	for i, p := range order {
		bitset.Join(row(apart, i), groups[p.Group])
		bitset.Join(row(apart, i), against[p.Class])
		bitset.Clear(row(apart, i), i)
		if len(p.CombinesWith) == 0 {
			continue
		}
		borne := make([]uint64, width)
		for _, tag := range p.CombinesWith {
			bitset.Join(borne, tags[tag])
		}
		for j := range order {
			if j != i && !bitset.Has(borne, j) {
				bitset.Set(row(shy, i), j)
				bitset.Set(row(shy, j), i)
			}
		}
	}
	s.rules.Apart, s.rules.Shy = apart, shy
}

// named has the promotions of each name; those of none are nobody's.
type named map[string][]uint64

func (n named) add(name string, i, width int) {
	if name == "" {
		return
	}
	if n[name] == nil {
		n[name] = make([]uint64, width)
	}
	bitset.Set(n[name], i)
}
