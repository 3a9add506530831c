package pricingtest

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
)

// found is what prices a line.
type found struct {
	base    offer // the best of the default lists
	some    offer // the best of the lists for some
	mine    offer // the best of the customer's lists
	follows offer // the grade's rate on the contract price, where it counts
	winner  offer
	paid    stage
	convert tandem.Ratio // the prices are in another currency than the request
	asked   asking       // the currency and unit in which it was found
}

// stage is the price of a line after a step; of tiers what they come to.
type stage struct {
	price tandem.Price
	tiers *formula.Compiled
}

func (o *offer) stage() stage { return stage{o.price, o.tiers} }

func personal(s pricing.Source) bool {
	return s == pricing.SourceCustomer || s == pricing.SourceOffer || s == pricing.SourceContract
}

// resolve finds what prices the line in one currency and unit: the best of the default
// lists, of the lists for some and of the customer's lists, and of these three the best.
func (a *asking) resolve() (f found) {
	var base, some, mine []offer
	for li := range a.book.Lists {
		if a.book.Lists[li].Source == pricing.SourceDefault {
			base = append(append(base, a.priced(li)...), a.derived(li, nil))
		}
	}
	f.base = a.best(base)
	for li := range a.book.Lists {
		switch source := a.book.Lists[li].Source; {
		case source == pricing.SourceDefault || !a.open[li] || slices.Contains(a.without, li):
		case personal(source):
			mine = append(append(mine, a.priced(li)...), a.derived(li, &f.base))
		default:
			some = append(append(some, a.priced(li)...), a.derived(li, &f.base))
		}
	}
	f.some, f.mine = a.best(some), a.best(mine)
	paid := f.mine
	if f.mine.ok && a.book.Contract == pricing.GradeFollows && a.book.Lists[f.mine.list].Source == pricing.SourceContract {
		if f.follows = a.follow(f.mine); f.follows.ok {
			paid.price, paid.tiers = f.follows.price, nil
		}
	}
	last := a.best([]offer{f.base, f.some, paid})
	f.paid, f.asked = last.stage(), *a
	switch {
	case !last.ok:
	case personal(a.book.Lists[last.list].Source):
		f.winner = f.mine
	default:
		f.winner, f.follows = last, offer{}
	}
	return f
}

// follow takes the rate of the customer's grade off a contract price: that of the grade
// list, deriving from another, with the highest priority, of several the smallest id.
func (a *asking) follow(contract offer) (by offer) {
	for li := range a.book.Lists {
		l := &a.book.Lists[li]
		if l.Source != pricing.SourceGrade || !a.open[li] || l.Inclusive != a.req.Inclusive || l.Currency != 0 ||
			!l.Valid.Contains(a.req.Date) || l.Base == "" {
			continue
		}
		if o := a.derive(li, contract); o.ok && (!by.ok || l.Priority > a.book.Lists[by.list].Priority ||
			l.Priority == a.book.Lists[by.list].Priority && l.ID < a.book.Lists[by.list].ID) {
			by = o
		}
	}
	return by
}

// resolveUnits resolves the line in its unit and in those that it converts to and rows of
// the book are in, each by itself, and takes the best of the winners. Under [pricing.Lowest] that is the one by
// which the line comes to less.
func (a *asking) resolveUnits() found {
	own := a.line.Quantity.Unit()
	units := []tandem.Unit{own}
	for _, c := range a.line.Conversions {
		for _, pair := range [2][2]tandem.Unit{{c.From, c.To}, {c.To, c.From}} {
			rows := slices.ContainsFunc(a.book.Rows, func(row pricing.Row) bool {
				return row.Price.Unit() == pair[1] || row.Tiers != nil && row.Tiers.Unit == pair[1] || row.From.Unit() == pair[1]
			})
			if pair[0] == own && rows && !slices.Contains(units, pair[1]) {
				units = append(units, pair[1])
			}
		}
	}
	var best found
	fault := a.fault
	for _, unit := range units {
		in := *a
		in.unit = unit
		f := in.resolve()
		if fault == "" {
			fault = in.fault
		}
		if f.winner.ok && (!best.winner.ok || a.across(&f, &best)) {
			best = f
		}
	}
	a.fault = fault
	return best
}

func (a *asking) across(f, than *found) bool {
	if a.book.Policy == pricing.Lowest {
		p, q := a.amount(f.paid, a.line.Quantity), a.amount(than.paid, a.line.Quantity)
		if p != q {
			return p.Minor() < q.Minor()
		}
	}
	if a.book.Policy == pricing.FirstHit && f.winner.list != than.winner.list {
		return f.winner.list < than.winner.list
	}
	return a.compare(&f.winner, &than.winner) > 0
}

// amount gives what a quantity of the line costs, rounded once.
func (a *asking) amount(s stage, quantity tandem.Quantity) tandem.Money {
	if s.tiers != nil {
		return must(s.tiers.Amount(converted(a.line, quantity, s.tiers.Unit()), a.book.Rounding))
	}
	exact, _ := factor(a.line, quantity.Unit(), s.price.Unit())
	exact.Mul(exact, perUnit(s.price))
	exact.Mul(exact, rational(quantity.Micro(), power(12-s.price.Currency().Digits())))
	return tandem.MoneyFromMinor(rounded(exact, a.book.Rounding), s.price.Currency())
}

// resolveLine finds what prices the line, in the currency of the request or else, where
// the book says so, in another. The code is empty where something does.
func (a *asking) resolveLine() (f found, code string) {
	f = a.resolveUnits()
	if !f.winner.ok && a.fault == "" && a.book.Conversion == pricing.ConvertLast {
		for _, x := range a.book.Exchange {
			rate := a.exchange(x.From, x.To)
			if x.To != a.req.Currency || rate.IsZero() {
				continue
			}
			other := *a
			other.currency = x.From
			converted := other.resolveUnits()
			a.fault = other.fault
			if converted.winner.ok {
				f = converted
				f.convert = rate
				f.paid = f.shown(f.paid)
			}
			if f.winner.ok || a.fault != "" {
				break
			}
		}
	}
	switch {
	case a.line.Agreed != nil:
	case a.fault != "":
		return f, a.fault
	case !f.winner.ok:
		return f, "price_missing"
	}
	return f, ""
}

// shown gives a stage in the currency of the request, to a millionth.
func (f *found) shown(s stage) stage {
	if f.convert.IsZero() || s.price.IsNone() || s.price.Currency() == f.asked.req.Currency {
		return s
	}
	return stage{price: must(s.price.ConvertCurrency(f.asked.req.Currency, f.convert, f.asked.book.Rounding))}
}

// stages gives the price after each step of the line's price that happened.
func (f *found) stages(line *pricing.Line) map[pricing.StepKind]stage {
	steps := map[pricing.StepKind]stage{}
	if f.base.ok {
		first := f.first()
		if steps[pricing.StepList] = first.stage(); first.rule != f.base.rule {
			steps[pricing.StepBreak] = f.base.stage()
		}
	}
	if f.winner.ok {
		kind := map[pricing.Source]pricing.StepKind{pricing.SourceChannel: pricing.StepChannel, pricing.SourceGrade: pricing.StepGrade,
			pricing.SourceCustomer: pricing.StepCustomer, pricing.SourceOffer: pricing.StepOffer,
			pricing.SourceContract: pricing.StepContract}[f.asked.book.Lists[f.winner.list].Source]
		if kind != "" {
			steps[kind] = f.winner.stage()
		}
		if f.follows.ok {
			steps[pricing.StepGrade] = f.follows.stage()
		}
	}
	for kind, s := range steps {
		steps[kind] = f.shown(s)
	}
	if line.Agreed != nil {
		steps[pricing.StepAgreed] = stage{price: line.Agreed.Price}
	}
	return steps
}

// first gives the row that the break of the base is measured from: of the same list and
// scope, the one with the smallest quantity-from; of several the one that would win.
func (f *found) first() offer {
	if f.base.derived {
		return f.base
	}
	a, first := &f.asked, f.base
	for _, o := range a.priced(f.base.list) {
		if o.scope != f.base.scope || o.row.Product != f.base.row.Product {
			continue
		}
		if c := o.from.Cmp(first.from); c < 0 || c == 0 && a.wins(&o, &first) {
			first = o
		}
	}
	return first
}

// part is a part of a line with what prices it.
type part struct {
	found
	quantity tandem.Quantity
}

// line prices one line. It gives the code of what is wrong.
func (r *reference) line(i int) string {
	line := &r.req.Lines[i]
	a := asking{reference: r, line: line, item: r.item(line.Product), currency: r.req.Currency}
	parts, code := a.parts()
	if code != "" {
		return code
	}
	out := &r.res.Lines[i]
	out.Line, out.Ref = line.Line, tandem.PriceRef{Book: r.book.ID, Version: r.book.Version}
	out.Base = tandem.TaxBase{Line: line.Line, Code: line.TaxCode, Inclusive: r.req.Inclusive}
	r.found[i], r.parts[i] = parts[0].found, parts
	out.Extended, out.Breakdown = r.zero(), r.nothing()
	for n := range parts {
		p := &parts[n]
		ref := tandem.PriceRef{Book: r.book.ID, Version: r.book.Version, Rule: p.winner.rule}
		price, extended := a.sum(p, &out.Breakdown)
		if n == 0 {
			out.Price, out.Ref = price, ref
		}
		if len(parts) > 1 {
			out.Parts = append(out.Parts, pricing.Part{Quantity: p.quantity, Price: price, Extended: extended, Ref: ref})
		}
		out.Extended = must(out.Extended.Add(extended))
	}
	if line.Agreed != nil {
		out.Ref.Rule, out.Final = pricing.RuleAgreed, line.Agreed.Final()
	}
	out.Amount = out.Extended
	return ""
}

func (r *reference) nothing() pricing.Breakdown {
	z := r.zero()
	return pricing.Breakdown{List: z, Break: z, Channel: z, Customer: z, Offer: z, Contract: z, Grade: z, Agreed: z, Promotion: z,
		OrderDiscount: z, Floor: z}
}

// sum adds the changes of a part by step, and gives the last price and what it comes to.
func (a *asking) sum(p *part, b *pricing.Breakdown) (price tandem.Price, amount tandem.Money) {
	amount = a.zero()
	stages := p.stages(a.line)
	for _, step := range []struct {
		kind pricing.StepKind
		to   *tandem.Money
	}{{pricing.StepList, &b.List}, {pricing.StepBreak, &b.Break}, {pricing.StepChannel, &b.Channel}, {pricing.StepCustomer, &b.Customer},
		{pricing.StepOffer, &b.Offer}, {pricing.StepContract, &b.Contract}, {pricing.StepGrade, &b.Grade}, {pricing.StepAgreed, &b.Agreed}} {
		s, happened := stages[step.kind]
		if !happened || s.price.IsNone() {
			continue
		}
		next := a.amount(s, p.quantity)
		*step.to = must(step.to.Add(must(next.Sub(amount))))
		price, amount = s.price, next
	}
	return price, amount
}

// parts prices the line in parts where the cap of a customer's list is reached: what is
// within it at the list's price, the rest as if the list did not exist.
func (a *asking) parts() (parts []part, code string) {
	rest := a.line.Quantity
	for first := true; rest.Sign() > 0; first = false {
		f, code := a.resolveLine()
		if code != "" && (first || strings.HasPrefix(code, "amount")) {
			return nil, code
		} else if code != "" {
			return nil, "amount"
		}
		take := rest
		if left := a.left[f.winner.list]; f.winner.ok && left != nil && a.line.Agreed == nil {
			var ok bool
			if take, ok = a.within(left, f.paid, rest); !ok {
				return nil, "amount"
			}
			if !take.IsZero() {
				a.consume(left, f.winner.list, take, a.amount(f.paid, take))
			}
			a.without = append(slices.Clone(a.without), f.winner.list)
		}
		if !take.IsZero() {
			parts = append(parts, part{f, take})
		}
		rest = must(rest.Sub(take))
	}
	return parts, ""
}

// within gives how much of a quantity is within what is left of a cap: of whole units
// whole units. It is false where the two cannot be compared.
func (a *asking) within(left *pricing.Remaining, s stage, q tandem.Quantity) (tandem.Quantity, bool) {
	micro, step := q.Micro(), int64(1)
	if a.line.Quantity.IsWhole() {
		step = power(6)
	}
	if !left.Quantity.IsNone() {
		f, ok := factor(a.line, left.Quantity.Unit(), q.Unit())
		if !ok {
			return q, false
		}
		f.Mul(f, rational(left.Quantity.Micro(), 1))
		micro = min(micro, max(0, rounded(f, tandem.RoundFloor)/step*step))
	}
	if !left.Value.IsNone() {
		if left.Value.Currency() != a.req.Currency {
			return q, false
		}
		within := func(steps int64) bool {
			return a.amount(s, tandem.QuantityFromMicro(steps*step, q.Unit())).Minor() <= left.Value.Minor()
		}
		low, high := int64(0), micro/step // amounts do not fall with the quantity
		for low < high {
			if middle := (low + high + 1) / 2; within(middle) {
				low = middle
			} else {
				high = middle - 1
			}
		}
		micro = low * step
	}
	return tandem.QuantityFromMicro(micro, q.Unit()), true
}

// consume takes what a part uses off what is left of a cap.
func (a *asking) consume(left *pricing.Remaining, li int, q tandem.Quantity, value tandem.Money) {
	if !left.Quantity.IsNone() {
		left.Quantity = must(left.Quantity.Sub(converted(a.line, q, left.Quantity.Unit())))
	}
	if !left.Value.IsNone() {
		left.Value = must(left.Value.Sub(value))
	}
	l := &a.book.Lists[li]
	a.res.Consumed = append(a.res.Consumed, pricing.Consumed{List: l.ID, Line: a.line.Line, Counts: l.Cap.Counts, Quantity: q, Value: value})
}
