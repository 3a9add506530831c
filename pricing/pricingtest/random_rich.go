package pricingtest

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
)

// pick picks one of the values.
func pick[T any](r *Random, values ...T) T { return values[r.rng.IntN(len(values))] }

// in reports true once in n times.
func (r *Random) in(n int) bool { return r.rng.IntN(n) == 0 }

func (r *Random) percent() tandem.Rate { return tandem.BasisPoints(int64(r.rng.IntN(4000))) }

func (r *Random) pounds(most int) tandem.Money {
	return tandem.MoneyFromMinor(int64(1+r.rng.IntN(most)), tandem.GBP)
}

// currency is that of most prices, or another one.
func (r *Random) currency() tandem.Currency {
	return pick(r, tandem.GBP, tandem.GBP, tandem.GBP, tandem.EUR)
}

func (r *Random) pieces(n int64) tandem.Quantity {
	q, _ := tandem.QuantityOf(n, tandem.Each) // is in range
	return q
}

// validity is always, from a day, or for a time within the days of the book.
func (r *Random) validity() (v tandem.Validity) {
	switch start := r.rng.IntN(r.size.Days); r.rng.IntN(4) {
	case 0:
		v = tandem.Validity{From: r.Day(start), Until: r.Day(start + 1 + r.rng.IntN(r.size.Days))}
	case 1:
		v.From = r.Day(start)
	}
	return v
}

// enrich makes the policies and lists of a rich book, and all else but its rows.
func (r *Random) enrich() {
	b := &r.Book
	b.Policy = pick(r, pricing.Policies()...)
	b.Contract, b.Conversion = pick(r, pricing.ContractPolicies()...), pick(r, pricing.ConversionPolicies()...)
	b.Totals, b.Rounding = pick(r, pricing.TotalPolicies()...), pick(r, tandem.HalfAwayFromZero, tandem.HalfAwayFromZero, tandem.HalfEven, tandem.RoundUp, tandem.RoundDown)
	b.PriceDigits = pick(r, 0, 0, 0, 2, 4)
	b.Attributes = []condition.Attribute{{Name: "attribute.turnover", Kind: condition.KindNumber, Scope: condition.ScopeOrder}}
	r.richItems()
	for i := range r.size.Grades {
		b.Grades = append(b.Grades, tandem.GradeCode(fmt.Sprintf("g%d", i)))
	}
	for i := range 1 + r.rng.IntN(3) {
		l := pricing.List{ID: fmt.Sprintf("d%d", i), Source: pricing.SourceDefault}
		if i > 0 && r.in(4) {
			r.derive(&l)
		}
		r.addList(l)
	}
	for i := range 1 + r.rng.IntN(5) + max(0, r.size.Segments-10) {
		l := pricing.List{ID: fmt.Sprintf("s%d", i), Source: pricing.SourceChannel}
		if r.in(2) {
			l.Source, l.Grades = pricing.SourceGrade, r.grades()
		}
		if l.Source == pricing.SourceChannel || r.in(4) {
			when := r.when()
			if r.size.Segments > 10 {
				when = condition.Any(condition.Is(condition.CustomerSegment, segment(i)), when)
			}
			l.When = &when
		}
		if r.rng.IntN(3) > 0 {
			r.derive(&l)
		}
		r.addList(l)
	}
	for i := range r.rng.IntN(4) {
		l := pricing.List{ID: fmt.Sprintf("c%d", i), Source: pick(r, pricing.SourceCustomer, pricing.SourceOffer, pricing.SourceContract, pricing.SourceContract),
			Customers: []tandem.PartyID{r.Customer(r.rng.IntN(r.size.Customers))}, BlocksPromotions: r.in(3)}
		if r.in(4) {
			when := r.when()
			l.When = &when
		}
		if r.in(3) {
			r.derive(&l)
		}
		if r.in(2) {
			l.Cap = r.cap()
		}
		r.addList(l)
	}
	r.exchange()
	r.floors()
	r.promotions()
}

// richItems makes every third product a variant of the one before, and families.
func (r *Random) richItems() {
	items := r.Book.Items[:0]
	for i, it := range r.Book.Items {
		it.Brand, it.Family = pick(r, "", "b1", "b2"), pick(r, "", "f1", "f2")
		if i%3 == 2 {
			it.Parent = r.products[i-1]
		}
		if i == 0 && r.in(2) {
			continue // the lines say where it stands
		}
		items = append(items, it)
	}
	r.Book.Items = items
}

// addList adds a list at a random place, with what all lists may have.
func (r *Random) addList(l pricing.List) {
	l.Priority = pick(r, 0, 0, 0, 0, 1, -1)
	l.Breaks = pick(r, "", "", pricing.CountLine, pricing.CountProduct, pricing.CountFamily, pricing.CountGroup)
	if r.in(3) {
		l.Valid = r.validity()
	}
	if l.Base == "" && r.in(8) {
		l.Inclusive = true
	}
	r.Book.Lists = slices.Insert(r.Book.Lists, r.rng.IntN(len(r.Book.Lists)+1), l)
}

// derive lets a list derive from one that is there, or from cost.
func (r *Random) derive(l *pricing.List) {
	if r.in(8) || len(r.Book.Lists) == 0 {
		l.Formula = &formula.Formula{Of: formula.OfCost, Operator: pick(r, formula.Markup, formula.Margin), Rate: r.percent()}
		return
	}
	base := pick(r, r.Book.Lists...)
	l.Base, l.Inclusive = base.ID, base.Inclusive
	switch r.rng.IntN(5) {
	case 0:
		l.Formula = r.formula(tandem.GBP)
	case 1:
		l.BaseCurrency, l.Currency = tandem.GBP, tandem.EUR
		if r.in(2) {
			l.BaseCurrency, l.Currency = tandem.EUR, tandem.GBP
		}
		l.Discount = r.percent()
		if r.in(2) {
			l.Discount, l.Formula = tandem.Rate{}, r.formula(l.Currency)
		}
	default:
		l.Discount = r.percent()
	}
}

// formula makes a formula of list prices.
func (r *Random) formula(c tandem.Currency) *formula.Formula {
	money := func(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, c) }
	f := &formula.Formula{Of: formula.OfList, Operator: pick(r, formula.Operators()...), Rate: r.percent()}
	if r.in(3) {
		f.Charm = &formula.Charm{Direction: pick(r, formula.Directions()...), Bands: []formula.Band{{Increment: money(100), Endings: []tandem.Money{money(95), money(99)}}}}
		f.Ending = pick(r, formula.EndingPolicies()...)
	}
	if f.Charm != nil && r.in(3) {
		f.Fee = money(int64(r.rng.IntN(100)))
	}
	if f.Charm != nil && r.in(3) {
		f.MinMargin = formula.Clamp{Kind: formula.AmountOverBase, Amount: money(int64(r.rng.IntN(300) - 200))}
	}
	if r.in(4) {
		f.MaxMargin = formula.Clamp{Kind: formula.RateOverCost, Rate: tandem.Percent(int64(r.rng.IntN(80)))}
	}
	return f
}

func (r *Random) grades() []tandem.GradeCode {
	all := slices.Clone(r.Book.Grades)
	r.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+r.rng.IntN(min(2, len(all)))]
}

// when makes a condition on the order.
func (r *Random) when() condition.Node {
	one := func() condition.Node {
		switch r.rng.IntN(11) {
		case 6:
			return condition.Is(condition.CustomerGrade, string(pick(r, r.Book.Grades...)))
		case 7:
			return condition.LessThan(condition.OrderAt, r.at(r.rng.IntN(r.size.Days), 12))
		case 8:
			return condition.AtLeast("attribute.turnover", int64(r.rng.IntN(100)))
		case 0:
			return condition.In(condition.CustomerRegion, "north", "south")
		case 1:
			return condition.Is(condition.OrderChannel, pick(r, "web", "shop"))
		case 2:
			return condition.Is(condition.OrderCurrency, pick(r, "GBP", "EUR"))
		case 3:
			return condition.AtLeast(condition.OrderDate, r.Day(r.rng.IntN(r.size.Days)))
		case 4:
			return condition.Is(condition.OrderCoupon, pick(r, "SAVE", "MORE"))
		case 5:
			return condition.Not(condition.Is(condition.CustomerSegment, segment(r.rng.IntN(3))))
		}
		return condition.Is(condition.CustomerSegment, segment(r.rng.IntN(3)))
	}
	switch r.rng.IntN(5) {
	case 0:
		return condition.Any(one(), one())
	case 1:
		return condition.All(one(), one())
	case 2:
		return condition.Any(condition.Is(condition.CustomerGrade, string(pick(r, r.Book.Grades...))), one())
	}
	return one()
}

func (r *Random) cap() *pricing.Cap {
	c := &pricing.Cap{Counts: pick(r, pricing.CapCounts()...)}
	if r.in(2) {
		c.Quantity = r.pieces(int64(1 + r.rng.IntN(60)))
	}
	if c.Quantity.IsNone() || r.in(3) {
		c.Value = r.pounds(20_000)
	}
	return c
}

// exchange makes rates between pounds and euro, and now and then from yen.
func (r *Random) exchange() {
	for range r.rng.IntN(5) {
		rate, _ := tandem.NewRatio(int64(700+r.rng.IntN(700)), 1000)
		x := pricing.Exchange{From: tandem.GBP, To: tandem.EUR, Rate: rate, Valid: r.validity()}
		if r.in(2) {
			x.From, x.To = x.To, x.From
		}
		if r.in(8) {
			x.To = tandem.JPY
		}
		r.Book.Exchange = append(r.Book.Exchange, x)
	}
}

func (r *Random) floors() {
	for i := range r.rng.IntN(4) {
		r.Book.Floors = append(r.Book.Floors, pricing.Floor{ID: fmt.Sprintf("floor-%d", i), Basis: pick(r, pricing.FloorBases()...),
			Rate: tandem.BasisPoints(int64(5000 + r.rng.IntN(6000))), Role: "manager", Hard: r.in(2),
			Level: pick(r, "", pricing.FloorInvoice, pricing.FloorPocket), Of: pick(r, "", pricing.FloorOfLine, pricing.FloorOfOrder)})
	}
}

// richRow makes a row of a rich book.
func (r *Random) richRow() pricing.Row {
	l := pick(r, r.Book.Lists...)
	row := pricing.Row{ID: fmt.Sprintf("r%03d", r.serial), List: l.ID}
	switch n := r.rng.IntN(10); {
	case n < 5:
		row.Product = pick(r, r.products...)
	case n < 8:
		row.Category = pick(r, r.categories...)
	case n < 9:
		row.Brand = pick(r, "b1", "b2")
	}
	if r.in(2) {
		row.Valid = r.validity()
	}
	if r.in(8) {
		row.At = r.window()
	}
	unit := pick(r, tandem.Each, tandem.Each, tandem.Each, tandem.Each, tandem.Each, tandem.Box, tandem.Box, tandem.Carton)
	if r.in(2) {
		row.From = tandem.QuantityFromMicro(pick[int64](r, 1, 2, 5, 10, 24)*1_000_000, unit)
	}
	switch n := r.rng.IntN(8); {
	case n < 3 && l.Base != "":
		if row.Discount = r.percent(); r.in(4) {
			row.Discount, row.Formula = tandem.Rate{}, r.formula(tandem.GBP)
		}
		return row
	case n == 3:
		row.Tiers = r.tiers(unit)
		return row
	}
	micro := int64(r.rng.IntN(2000)) * 10_000
	switch r.rng.IntN(10) {
	case 0:
		micro = 0
	case 1:
		micro += int64(r.rng.IntN(100)) * 100
	case 2:
		micro = int64(100*(1+r.rng.IntN(10))) * 10_000 // so that some are equal
	}
	row.Price, _ = tandem.PriceFromMicro(micro, r.currency(), pick[int64](r, 1, 1, 1, 1, 100), unit) // is in range
	return row
}

func (r *Random) tiers(unit tandem.Unit) *formula.Tiers {
	t := &formula.Tiers{Model: pick(r, formula.Volume, formula.Graduated, formula.Package), Currency: r.currency(), Unit: unit}
	money := func(most int) tandem.Money { return tandem.MoneyFromMinor(int64(r.rng.IntN(most)), t.Currency) }
	quantity := func(n int) tandem.Quantity { return tandem.QuantityFromMicro(int64(n)*1_000_000, unit) }
	if t.Model == formula.Package {
		t.Block = &formula.Block{Size: quantity(1 + r.rng.IntN(10)), Price: money(5000)}
		if r.in(2) {
			t.Block.Free = quantity(r.rng.IntN(4))
		}
		return t
	}
	for i, upTo := range []int{5, 20, 0}[r.rng.IntN(3):] {
		var tier formula.Tier
		if upTo > 0 {
			tier.UpTo = quantity(upTo)
		}
		tier.Price, _ = tandem.PriceFromMicro(int64(r.rng.IntN(2000)*10_000), t.Currency, 1, unit) // is in range
		if i == 0 && r.in(2) {
			tier.Flat = money(500)
		}
		t.Tiers = append(t.Tiers, tier)
	}
	return t
}
