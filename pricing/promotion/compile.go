package promotion

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/condition"
)

const (
	micro = 1_000_000
	nano  = 1_000_000_000
	never = math.MaxInt64 // a bound that is none
)

// Set is a compiled set of promotions: immutable and safe for any number of goroutines.
type Set struct {
	index
	vocabulary
	config Config
	mode   int128.Mode
	exact  int
	offers []offer  // in pipeline order: by lane, higher priority first, then by id
	pools  int      // scopes that the index knows
	apart  []uint64 // for each offer those that do not stand beside it on an order
	shy    []uint64 // and those that do not stand beside it on a line
}

// offer is a promotion as the engine reads it.
type offer struct {
	id       string
	kind     Kind
	lane     int
	effect   effect
	lineWise bool // falls on each line by itself, so that it can give way on one line
	unitWise bool // takes units
	shipping bool
	fixed    bool // the price that each unit is sold at

	currency tandem.Currency
	rate     int64 // 1e-9
	amount   int64 // minor units; the price of a set; the worth of a gift
	cap      int64
	perUnit  bool
	units    int64
	price    tandem.Price

	buy, get, repeats       int64
	perSet, dearest, partly bool
	getPool                 int
	components              []component
	product                 tandem.ProductID
	quantity                tandem.Quantity

	threshold   *Threshold
	when        when
	never       bool
	stop        Stop
	from, until tandem.Instant
	coupons     bool
}

type component struct {
	pool     int
	quantity int64
}

// effect says which routine works out what an offer gives.
type effect uint8

const (
	onLines effect = iota
	onAcross
	onUnits
	onBuyGet
	onSets
	onGoods
)

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
	config.Lanes, config.Forbidden = slices.Clone(config.Lanes), slices.Clone(config.Forbidden)
	s := &Set{index: newIndex(pools), config: config, mode: roundingMode(config.Rounding), exact: config.exact(), pools: len(promotions)}
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
	s.addDates(valid)
	s.inherit()
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
	o := offer{id: p.ID, kind: p.Benefit.Kind(), lane: s.config.lane(p.Lane), cap: never, repeats: never, getPool: -1,
		stop: p.Stop, from: p.From, until: p.Until, coupons: len(p.Coupons) > 0}
	o.currency, _ = p.currency()
	if p.Threshold != nil {
		t := *p.Threshold
		o.threshold = &t
	}
	s.addScope(i, &p.Scope)
	s.grades.add(i, p.Audience.Grades)
	s.segments.add(i, p.Audience.Segments)
	s.channels.add(i, p.Audience.Channels)
	s.regions.add(i, p.Audience.Regions)
	if len(p.Coupons) == 0 {
		set(s.free, i)
	}
	for _, code := range p.Coupons {
		if at := s.index.coupons[code]; !slices.Contains(at, int32(i)) {
			s.index.coupons[code] = append(at, int32(i))
		}
	}
	s.compileBenefit(&o, &p.Benefit)
	return o
}

func (s *Set) compileBenefit(o *offer, b *Benefit) {
	switch {
	case b.Percent != nil:
		o.rate = b.Percent.Rate.Nano()
		o.target(b.Percent.Target, b.Percent.Units, b.Percent.Cap)
	case b.Amount != nil:
		o.amount = b.Amount.Amount.Minor()
		o.target(b.Amount.Target, b.Amount.Units, b.Amount.Cap)
	case b.FixedPrice != nil:
		o.fixed, o.price = true, b.FixedPrice.Price
		o.target(EachLine, 0, b.FixedPrice.Cap)
	case b.BuyGet != nil:
		g := b.BuyGet
		o.effect, o.unitWise = onBuyGet, true
		o.buy, o.get, o.rate, o.cap, o.repeats = g.Buy, g.Get, g.Rate.Nano(), orNever(g.Cap.Minor()), orNever(g.MaxRepeats)
		o.perSet, o.dearest, o.partly = g.Grouping == PerSet, g.Selector == Dearest, g.Partial
		if g.GetScope != nil {
			o.getPool = s.addPool(g.GetScope)
		}
	case b.Bundle != nil:
		o.effect, o.unitWise, o.amount, o.repeats = onSets, true, b.Bundle.Price.Minor(), orNever(b.Bundle.MaxRepeats)
		for i := range b.Bundle.Components {
			c := &b.Bundle.Components[i]
			o.components = append(o.components, component{pool: s.addPool(&c.Scope), quantity: c.Quantity})
		}
	case b.MixAndMatch != nil:
		m := b.MixAndMatch
		o.effect, o.unitWise, o.amount, o.repeats = onSets, true, m.Price.Minor(), orNever(m.MaxRepeats)
		o.components = []component{{pool: -1, quantity: m.Quantity}}
	case b.Shipping != nil:
		o.effect, o.lineWise, o.shipping = onLines, true, true
		o.rate, o.amount, o.cap = b.Shipping.Rate.Nano(), b.Shipping.Amount.Minor(), orNever(b.Shipping.Cap.Minor())
	case b.FreeGoods != nil:
		f := b.FreeGoods
		o.effect, o.unitWise = onGoods, f.Per > 0
		o.product, o.quantity, o.units, o.amount = f.Product, f.Quantity, f.Per, f.Worth.Minor()
		o.repeats = min(orNever(f.MaxRepeats), tandem.MaxUnits*micro/f.Quantity.Micro()) // so that the gift stays in range
	}
}

func (s *Set) addPool(scope *Scope) int {
	s.addScope(s.pools, scope)
	s.pools++
	return s.pools - 1
}

func (o *offer) target(t Target, units int64, limit tandem.Money) {
	o.units, o.cap = units, orNever(limit.Minor())
	switch t {
	case EachUnit, EachLine:
		o.effect, o.perUnit, o.lineWise = onLines, t == EachUnit, limit.IsNone()
	case Across:
		o.effect = onAcross
	case CheapestUnits, DearestUnits:
		o.effect, o.unitWise, o.dearest = onUnits, true, t == DearestUnits
	}
}

func orNever(n int64) int64 {
	if n == 0 {
		return never
	}
	return n
}

// keepApart finds the pairs that the groups, the matrix and the tags forbid.
func (s *Set) keepApart(order []*Promotion) {
	s.apart, s.shy = make([]uint64, len(order)*s.width), make([]uint64, len(order)*s.width)
	for i, p := range order {
		for j, q := range order[:i] {
			if p.Group != "" && p.Group == q.Group || s.config.forbids(p.Class, q.Class) {
				set(s.apart[i*s.width:], j)
				set(s.apart[j*s.width:], i)
			} else if !p.bears(q) || !q.bears(p) {
				set(s.shy[i*s.width:], j)
				set(s.shy[j*s.width:], i)
			}
		}
	}
}

func roundingMode(r tandem.Rounding) int128.Mode {
	switch r {
	case tandem.HalfEven:
		return int128.HalfEven
	case tandem.RoundUp:
		return int128.Up
	case tandem.RoundDown:
		return int128.Down
	case tandem.RoundCeiling:
		return int128.Ceiling
	case tandem.RoundFloor:
		return int128.Floor
	}
	return int128.HalfAway
}
