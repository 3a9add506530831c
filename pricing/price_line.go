package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/formula"
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
