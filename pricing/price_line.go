package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

// stage is the price of a line after one of the steps that make it.
type stage struct {
	price tandem.Price // none: the step did not happen
	tiers *formula.Compiled
}

// stages gives the price after each of the steps that make it.
func (s *Snapshot) stages(r *resolution, line *Line) (p [priceSteps]stage) {
	switch by, same := r.first(); {
	case r.base.from == fromNowhere:
	case same:
		p[atList] = stage{r.base.price, r.base.tiers}
	default:
		unit := s.frames.all[by.page.Record(by.row).Frame].unit
		if quantity, err := inUnit(line, line.Quantity, unit); err == nil {
			p[atList].price, p[atList].tiers = s.priced(by.page, by.row, quantity)
		}
		p[atBreak] = stage{r.base.price, r.base.tiers}
	}
	if at := stepOf(r.winner); at > 0 {
		final := r.final()
		p[at] = stage{final.price, final.tiers}
		if r.follows.from != fromNowhere {
			p[atGrade] = stage{r.follows.price, nil}
		}
	}
	if r.convert != nil {
		s.convert(&p, r.convert)
	}
	if r.border != "" {
		s.cross(&p, r, line)
	}
	if line.Agreed != nil {
		p[atAgreed] = stage{line.Agreed.Price, nil}
	}
	return p
}

// stepOf gives the place of the step that lists of a source make, 0 for the list itself.
func stepOf(source Source) int {
	switch source {
	case SourceChannel:
		return atChannel
	case SourceGrade:
		return atGrade
	case SourceCustomer:
		return atCustomer
	case SourceOffer:
		return atOffer
	case SourceContract:
		return atContract
	}
	return atList
}

// amount gives what a quantity of a line costs at a stage, rounded once.
func (s *Snapshot) amount(p *stage, line *Line, quantity tandem.Quantity) (tandem.Money, error) {
	switch {
	case p.tiers != nil:
		converted, err := inUnit(line, quantity, p.tiers.Unit())
		if err != nil {
			return tandem.Money{}, err
		}
		return p.tiers.Amount(converted, s.book.Rounding)
	case p.price.Unit() == quantity.Unit():
		return p.price.Times(quantity, s.book.Rounding)
	}
	factor, ok := factorOf(line.Conversions, quantity.Unit(), p.price.Unit())
	if !ok {
		return tandem.Money{}, tandem.ErrUnit
	}
	product, ok := int128.MulInt64(int128.Mul64(p.price.Micro(), quantity.Micro()), factor.Num())
	if !ok {
		return tandem.Money{}, tandem.ErrOverflow
	}
	scale := int128.Mul64(pow10[6-p.price.Currency().Digits()]*pow10[exponentOf(p.price.Basis())], 1_000_000)
	scale, ok = int128.MulInt64(scale, factor.Den())
	if !ok {
		return tandem.Money{}, tandem.ErrOverflow
	}
	quotient, ok := int128.QuoRoundInt(product, scale, s.mode)
	minor, fits := quotient.Int64()
	if !ok || !fits {
		return tandem.Money{}, tandem.ErrOverflow
	}
	return tandem.MoneyFromMinor(minor, p.price.Currency()), nil
}

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

// priceLine fills in the price of a line that was resolved, and the changes by step.
func (s *Snapshot) priceLine(line *Line, r *resolution, out *LineResult, req *Request) error {
	out.Line = line.Line
	out.Ref = tandem.PriceRef{Book: s.book.ID, Version: s.book.Version}
	if r.winner != "" {
		out.Ref.Rule = s.rule(r.final())
	}
	if line.Agreed != nil {
		out.Ref.Rule, out.Final = RuleAgreed, line.Agreed.Final()
	}
	var deltas [stepCount]tandem.Money
	zero := tandem.MoneyFromMinor(0, req.Currency)
	for i := range deltas {
		deltas[i] = zero
	}
	var err error
	out.Price, out.Extended, err = s.sumStages(line, line.Quantity, r, &deltas, zero)
	out.Amount, out.Breakdown = out.Extended, breakdownOf(&deltas)
	return err
}

// sumStages adds the changes by step of a quantity of the line, and gives the last
// price and the amount.
func (s *Snapshot) sumStages(line *Line, quantity tandem.Quantity, r *resolution, deltas *[stepCount]tandem.Money, zero tandem.Money) (tandem.Price, tandem.Money, error) {
	amount, last := zero, stage{}
	stages := s.stages(r, line)
	for i := range stages {
		p := &stages[i]
		if p.price.IsNone() || *p == last {
			continue
		}
		next, err := s.amount(p, line, quantity)
		if err != nil {
			return tandem.Price{}, zero, err
		}
		delta, err := next.Sub(amount)
		if err != nil {
			return tandem.Price{}, zero, err
		}
		if deltas[i], err = deltas[i].Add(delta); err != nil {
			return tandem.Price{}, zero, err
		}
		amount, last = next, *p
	}
	return last.price, amount, nil
}

// convert converts the prices of stages to a millionth, tiers at what they come to.
func (s *Snapshot) convert(p *[priceSteps]stage, x *exchange) {
	for i := range p {
		if !p[i].price.IsNone() {
			converted, err := p[i].price.ConvertCurrency(x.to, x.rate, s.book.Rounding)
			if err != nil {
				converted = tandem.Price{}
			}
			p[i] = stage{converted, nil}
		}
	}
}

// cross makes the prices those of the destination, tiers at what they come to.
func (s *Snapshot) cross(p *[priceSteps]stage, r *resolution, line *Line) {
	for i := range p {
		if p[i].price.IsNone() {
			continue
		}
		if there, err := s.across(p[i].price, r, line); err == nil {
			p[i] = stage{there, nil}
		} else {
			p[i] = stage{}
		}
	}
}

// across gives a list's price at the destination.
func (s *Snapshot) across(p tandem.Price, r *resolution, line *Line) (tandem.Price, error) {
	mode := taxmode.Net
	if r.inclusive {
		mode = taxmode.Gross
	}
	pair, err := taxmode.Across(p, mode, r.border, line.HomeRate, line.TaxRate, taxmode.Rounding{Mode: s.book.Rounding, Digits: s.book.PriceDigits})
	if r.inclusive {
		return pair.Gross, err
	}
	return pair.Net, err
}

// resolveLine resolves a line. It gives the code of what is wrong, "" if nothing is.
func (s *Snapshot) resolveLine(a *ask, r *resolution, line *Line) (code string) {
	s.resolveUnits(a, r, line)
	if r.winner == "" && a.code == "" && s.book.Conversion == ConvertLast {
		s.resolveForeign(a, r, line)
	}
	s.measure(a, r)
	r.border, r.inclusive = a.border, a.inclusive
	if r.border != "" && r.winner != "" {
		there, err := s.across(r.price, r, line)
		if err != nil {
			a.fault(faultFormula, s.book.Lists[r.final().list].ID)
		}
		r.price, r.tiers = there, nil
	}
	switch {
	case line.Agreed != nil:
		return ""
	case a.code != "":
		return a.code
	case r.winner == "":
		return s.missing(a)
	}
	return ""
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

// resolveForeign finds a price in another currency, by the order of the book's rates.
func (s *Snapshot) resolveForeign(a *ask, r *resolution, line *Line) {
	to := a.currency
	for _, from := range s.sources[to] {
		x := s.exchangeOf(from, to, a.day)
		if x == nil {
			continue
		}
		other := s.foreign(a, from)
		s.resolveUnits(other, r, line)
		if other.code != "" {
			a.fault(other.code, other.culprit)
		}
		switch {
		case r.winner != "":
		case a.code != "":
			return
		default:
			continue
		}
		converted, err := r.price.ConvertCurrency(to, x.rate, s.book.Rounding)
		if err != nil {
			a.fault(faultExchange, s.book.Lists[r.final().list].ID)
			return
		}
		r.price, r.tiers, r.convert = converted, nil, x
		return
	}
}

// counted is what lines are counted together by.
type counted struct {
	by   BreakCount
	id   [16]byte // of a product
	n    int32    // of a family
	name string   // of a group
	unit tandem.Unit
}

// countLines counts lines together, where lists ask for it.
func (s *Snapshot) countLines(req *Request, w *work) {
	clear(w.counts)
	if !s.frames.counting {
		return
	}
	if w.counts == nil {
		w.counts = map[counted]int64{}
	}
	for i := range req.Lines {
		line := &req.Lines[i]
		for _, by := range [...]BreakCount{CountProduct, CountFamily, CountGroup} {
			if key, ok := s.countKey(by, line); ok {
				w.counts[key] += max(0, min(line.Quantity.Micro(), maxCount-w.counts[key]))
			}
		}
	}
}

const maxCount = 1 << 62

// countKey says with which lines a line is counted, if the line says it.
func (s *Snapshot) countKey(by BreakCount, line *Line) (counted, bool) {
	key := counted{by: by, unit: line.Quantity.Unit()}
	switch by {
	case CountProduct:
		key.id = line.Product.Bytes()
	case CountFamily:
		n := s.scopes.places.Find(line.Product.Bytes())
		if n == none || s.scopes.places.At(n).Family == none {
			return key, false
		}
		key.n = s.scopes.places.At(n).Family
	case CountGroup:
		key.name = line.Group
		return key, line.Group != ""
	}
	return key, true
}

// reachCounted labels the frames by what is counted with other lines.
func (s *Snapshot) reachCounted(a *ask, line *Line, w *work) {
	for _, by := range [...]BreakCount{CountProduct, CountFamily, CountGroup} {
		if key, ok := s.countKey(by, line); ok {
			a.counts[by.together()] = w.counts[key]
		}
	}
	s.reach(a)
}
