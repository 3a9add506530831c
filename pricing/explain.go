package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// explain records the steps of a priced line, and its losers.
func (s *Snapshot) explain(req *Request, line *Line, a *ask, r *resolution, out *LineResult) *Waterfall {
	w := &Waterfall{Ref: out.Ref, Policy: s.book.Policy, Date: req.Date, Grade: req.Grade, Line: line.Line, Product: line.Product,
		Quantity: line.Quantity, Price: out.Price, Extended: out.Extended, Amount: out.Amount}
	w.Steps = make([]Step, 0, 4)
	if out.Parts != nil {
		w.sum(out, req.Currency)
		return w
	}
	stages, deltas := s.stages(r, line), out.Breakdown.steps()
	amount, price := tandem.MoneyFromMinor(0, req.Currency), tandem.Price{}
	for i := range stages {
		p := stages[i].price
		if p.IsNone() {
			continue
		}
		step := Step{Kind: stepKind(i), Price: p, Delta: *deltas[i]}
		step.Amount, _ = amount.Add(step.Delta) // was added before, when the line was priced
		s.attribute(&step, i, line, a, r)
		if !step.Rate.IsZero() && !price.IsNone() && s.direct(i, r) {
			step.Basis, step.Rounding = orNone(amount), orNone(s.roundingOf(&step, price, line.Quantity))
		}
		w.Steps = append(w.Steps, step)
		amount, price = step.Amount, p
	}
	if r.convert != nil {
		w.Exchange = &Exchange{From: r.final().price.Currency(), To: r.convert.to, Rate: r.convert.rate, Valid: validityOf(r.convert.span)}
	}
	if r.winner != "" {
		s.losers(w, a, r)
	}
	return w
}

// direct reports whether the rate of a step was taken off the price before it: a list
// that derives from another than the one that won derives from a price that is no step.
func (s *Snapshot) direct(at int, r *resolution) bool {
	if at == atGrade && r.follows.from != fromNowhere {
		return true
	}
	c := r.final()
	return c.from == fromList && r.base.from == fromRow && s.lists[c.list].base == r.base.list
}

// sum takes the steps of the parts together, kind by kind: each is named as in the first
// part that has it. What lost is told by the parts.
func (w *Waterfall) sum(out *LineResult, currency tandem.Currency) {
	amount := tandem.MoneyFromMinor(0, currency)
	deltas := out.Breakdown.steps()
	for i := range priceSteps {
		for p := range out.Parts {
			steps := out.Parts[p].Waterfall.Steps
			if at := slices.IndexFunc(steps, func(s Step) bool { return s.Kind == stepKind(i) }); at >= 0 {
				step := steps[at]
				step.Basis, step.Rounding, step.Formula, step.Delta = tandem.Money{}, tandem.Money{}, nil, *deltas[i]
				step.Amount, _ = amount.Add(step.Delta) // was added before, when the line was priced
				w.Steps, amount = append(w.Steps, step), step.Amount
				break
			}
		}
	}
}

// orNone gives no amount for nought, which JSON leaves out.
func orNone(m tandem.Money) tandem.Money {
	if m.IsZero() {
		return tandem.Money{}
	}
	return m
}

// attribute names the rule behind a step.
func (s *Snapshot) attribute(step *Step, at int, line *Line, a *ask, r *resolution) {
	by := r.final()
	switch at {
	case atList:
		if first, same := r.first(); !same {
			step.Rule, step.List = first.id(), s.book.Lists[r.base.list].ID
			return
		}
		by = &r.base
	case atBreak:
		by = &r.base
	case atGrade:
		if r.follows.from != fromNowhere {
			by = &r.follows
		}
	case atAgreed:
		step.Rule, step.Reason, step.Actor = RuleAgreed, line.Agreed.Reason, line.Agreed.Actor
		return
	}
	if by.from == fromNowhere {
		return
	}
	step.Rule, step.List, step.Rate = s.rule(by), s.book.Lists[by.list].ID, by.rate
	step.Formula = s.traceOf(a, by, &r.base)
}

// roundingOf gives what a step differs from its rate taken off the price before
// it without rounding the unit price.
func (s *Snapshot) roundingOf(step *Step, before tandem.Price, q tandem.Quantity) tandem.Money {
	zero := tandem.MoneyFromMinor(0, step.Amount.Currency())
	left, err := step.Rate.Complement()
	if err != nil {
		return zero
	}
	price, err := before.MulRate(left, s.book.Rounding)
	if err != nil {
		return zero
	}
	exact, err := price.Times(q, s.book.Rounding)
	if err != nil {
		return zero
	}
	rounding, err := step.Amount.Sub(exact)
	if err != nil {
		return zero
	}
	return rounding
}

// losing is the work of listing the candidates that did not make a step.
type losing struct {
	s      *Snapshot
	w      *Waterfall
	a      *ask
	r      *resolution
	winner candidate // over all, with the price after the grade where it follows a contract
	first  rule
}

// losers lists the candidates that did not make a step.
func (s *Snapshot) losers(w *Waterfall, a *ask, r *resolution) {
	l := losing{s: s, w: w, a: a, r: r, winner: *r.final()}
	l.winner.price = r.price
	room := int(a.lists)
	for _, scope := range a.chain[:a.depth] {
		from, to := s.pages[scope>>pageBits].Range(int(scope & pageMask))
		room += int(to - from)
	}
	w.Losers = make([]Candidate, 0, min(room, MaxCandidates))
	l.first, _ = r.first()
	for _, li := range a.derivers() {
		l.derived(li, &r.some)
	}
	for _, li := range a.mine() {
		rate := s.makingOf(a, li).by
		for _, scope := range a.chain[:a.depth] {
			for _, one := range s.rowsOf(li, scope) {
				l.ofList(&one, rate, &r.mine)
			}
		}
		if s.lists[li].derives() {
			l.derived(li, &r.mine)
		}
	}
	if foreign := l.applying(); foreign > 0 {
		w.Omitted += foreign - l.others(foreign)
	}
	if len(w.Losers) == 0 {
		w.Losers = nil
	}
}

// applying lists the rows of lists that are for the request and not a customer's. What
// there is no room for is counted. It gives the number of rows that are for others.
func (l *losing) applying() (foreign int) {
	for _, scope := range l.a.chain[:l.a.depth] {
		page := l.s.pages[scope>>pageBits]
		from, to := page.Range(int(scope & pageMask))
		for n := from; n < to; n++ {
			switch {
			case !l.a.has(l.s.order.Lists[page.Record(n).List].Class):
				foreign++
			case len(l.w.Losers) < MaxCandidates:
				l.public(l.s.read(page, n, scope))
			case !l.won(page, n):
				l.w.Omitted++
			}
		}
	}
	return foreign
}

// others lists the rows that are for others, as far as there is room. It gives their
// number.
func (l *losing) others(foreign int) (listed int) {
	for _, scope := range l.a.chain[:l.a.depth] {
		page := l.s.pages[scope>>pageBits]
		from, to := page.Range(int(scope & pageMask))
		for n := from; n < to; n++ {
			if listed == foreign || len(l.w.Losers) == MaxCandidates {
				return listed
			}
			if !l.a.has(l.s.order.Lists[page.Record(n).List].Class) {
				l.public(l.s.read(page, n, scope))
				listed++
			}
		}
	}
	return listed
}

// won reports whether a row made a step.
func (l *losing) won(page *rows.Page, n uint32) bool {
	if l.first.page == page && l.first.row == n {
		return true
	}
	for _, c := range [2]*candidate{&l.r.base, l.r.final()} {
		if c.from == fromRow && c.page == page && c.hit.Index() == n {
			return true
		}
	}
	return false
}

// public lists a row that is not of a customer's list, if it lost.
func (l *losing) public(r row) {
	switch {
	case l.s.order.Lists[r.list].Everybody:
		if !r.is(&l.r.base) && (l.first.page != r.page || l.first.row != r.number) {
			l.lose(&r, nil, l.s.lossOf(&r, l.a, &l.r.base))
		}
	case !l.a.has(l.s.lists[r.list].class):
		if l.s.lists[r.list].source == SourceGrade {
			l.lose(&r, nil, LossGrade)
		} else {
			l.lose(&r, nil, LossAudience)
		}
	default:
		l.ofList(&r, l.s.makingOf(l.a, r.list).by, &l.r.some)
	}
}

// ofList lists a row of a list that counts, if it lost: best is the best among its like.
func (l *losing) ofList(r *row, rate rule, best *candidate) {
	switch {
	case slices.Contains(l.a.without, r.list):
		l.lose(r, nil, LossCap)
	case rate.page == r.page && rate.page != nil && rate.row == r.number: // stands for the derived price
	case r.price.IsNone():
		loss := l.s.mismatch(r, l.a)
		if loss == "" {
			loss = rankLoss(r.rank, rate.rank)
		}
		l.lose(r, nil, loss)
	case r.is(best):
		if l.r.final() != best {
			l.lose(r, nil, l.s.loss(best, &l.winner))
		}
	default:
		l.lose(r, nil, l.s.lossOf(r, l.a, best))
	}
}

// derived lists the price that a list derives, if it lost.
func (l *losing) derived(li int32, best *candidate) {
	if l.r.follows.from != fromNowhere && l.r.follows.list == li {
		return
	}
	m := l.s.makingOf(l.a, li)
	if slices.Contains(l.a.without, li) {
		l.lose(nil, &candidate{list: li, by: m.by, rate: m.rate}, LossCap)
		return
	}
	derived := l.s.derive(l.a, li, &l.r.base, m)
	switch {
	case derived.from == fromNowhere:
		derived = candidate{list: li, by: m.by, rate: m.rate}
		l.lose(nil, &derived, l.s.derivedMismatch(l.a, li))
	case derived.list != best.list || best.from != fromList:
		l.lose(nil, &derived, l.s.loss(&derived, best))
	case l.r.final() != best:
		l.lose(nil, &derived, l.s.loss(best, &l.winner))
	}
}

// derivedMismatch says why a list derives no price.
func (s *Snapshot) derivedMismatch(a *ask, li int32) Loss {
	switch l := &s.lists[li]; {
	case l.inclusive != a.inclusive:
		return LossTaxMode
	case !l.span.Contains(a.day):
		return LossDate
	}
	return LossBase
}

// lossOf says why a row lost against the winner among its like.
func (s *Snapshot) lossOf(r *row, a *ask, winner *candidate) Loss {
	if loss := s.mismatch(r, a); loss != "" {
		return loss
	}
	return s.loss(&candidate{rank: r.rank, price: r.price, list: r.list}, winner)
}

// loss says why one candidate lost against another.
func (s *Snapshot) loss(c, winner *candidate) Loss {
	if s.lowest {
		if order, err := c.price.Cmp(winner.price); err == nil && order > 0 {
			return LossDearer
		}
	}
	if s.firstHit && c.list != winner.list {
		return LossLater
	}
	return rankLoss(c.rank, winner.rank)
}

// rankLoss names the highest field in which a rank is less than the winner's.
func rankLoss(r, winner uint64) Loss {
	switch differs := r ^ winner; {
	case differs&rows.PriorityMask != 0:
		return LossPriority
	case differs&rows.SourceMask != 0:
		return LossSource
	case differs&rows.ScopeMask != 0:
		return LossScope
	case differs&rows.FromMask != 0:
		return LossBreak
	case differs&rows.RowMask != 0:
		return LossDerived
	case differs&rows.StartMask != 0:
		return LossStart
	}
	return LossTie
}

// lose adds a loser: a row, or the derived price given.
func (l *losing) lose(r *row, derived *candidate, why Loss) {
	if len(l.w.Losers) == MaxCandidates {
		l.w.Omitted++
		return
	}
	var loser Candidate
	if derived != nil {
		of := &l.s.book.Lists[derived.list]
		loser = Candidate{Rule: of.ID, List: of.ID, Source: of.Source, Price: derived.price, Rate: derived.rate, Reason: why}
		if derived.by.page != nil {
			loser.Rule = derived.by.id()
		}
	} else {
		of := &l.s.book.Lists[r.list]
		loser = Candidate{Rule: r.id(), List: of.ID, Source: of.Source, Price: r.price, Rate: r.rate, Reason: why}
		if r.from > 0 {
			loser.From = tandem.QuantityFromMicro(r.from, r.unit)
		}
	}
	l.w.Losers = append(l.w.Losers, loser)
}
