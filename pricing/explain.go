package pricing

import "github.com/tandem-go/tandem"

// explain records the steps of a priced line, and its losers.
func (s *Snapshot) explain(req *Request, line *Line, a *ask, r *resolution, out *LineResult) *Waterfall {
	w := &Waterfall{Ref: out.Ref, Policy: s.book.Policy, Date: req.Date, Grade: req.Grade, Line: line.Line, Product: line.Product,
		Quantity: line.Quantity, Price: out.Price, Extended: out.Extended, Amount: out.Amount}
	kinds, stages := StepKinds(), r.stages(line.Agreed)
	amount, price := tandem.MoneyFromMinor(0, req.Currency), tandem.Price{}
	for i, p := range stages {
		if p.IsNone() {
			continue
		}
		step := Step{Kind: kinds[i], Price: p, Delta: out.Breakdown.Of(kinds[i])}
		step.Amount, _ = amount.Add(step.Delta) // was added before, when the line was priced
		s.attribute(&step, line, r)
		if !step.Rate.IsZero() && !price.IsNone() {
			step.Basis, step.Rounding = orNone(amount), orNone(s.roundingOf(&step, price, line.Quantity))
		}
		w.Steps = append(w.Steps, step)
		amount, price = step.Amount, p
	}
	s.losers(w, a, r)
	return w
}

// orNone gives no amount for nought, which JSON leaves out.
func orNone(m tandem.Money) tandem.Money {
	if m.IsZero() {
		return tandem.Money{}
	}
	return m
}

// attribute names the rule behind a step.
func (s *Snapshot) attribute(step *Step, line *Line, r *resolution) {
	by := &candidate{}
	switch step.Kind {
	case StepList:
		by = &candidate{row: r.first, list: r.first.list}
	case StepBreak:
		by = &r.base
	case StepContract:
		by = &r.contract
	case StepGrade:
		if by = &r.grade; r.winner == SourceContract {
			by = &r.follows
		}
	case StepAgreed:
		step.Rule, step.Reason, step.Actor = RuleAgreed, line.Agreed.Reason, line.Agreed.Actor
		return
	}
	step.Rule, step.List, step.Rate = s.rule(by), s.book.Lists[by.list].ID, by.rate
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

// losers lists the candidates that did not make a step.
func (s *Snapshot) losers(w *Waterfall, a *ask, r *resolution) {
	final := r.final()
	winner := *final
	winner.price = r.price // after the grade, where it follows a contract
	for _, scope := range a.chain[:a.depth] {
		rows := s.rowsOf(scope)
		for i := range rows {
			if row := &rows[i]; row != r.first && row != r.base.row {
				s.lose(w, row, nil, s.lossOf(row, a, &r.base))
			}
		}
	}
	for li := range s.book.Lists {
		if s.book.Lists[li].Source != SourceGrade {
			continue
		}
		if !contains(a.grades, int32(li)) {
			for _, scope := range a.chain[:a.depth] {
				for i, rows := 0, s.overlayOf(int32(li), scope); i < len(rows); i++ {
					s.lose(w, &rows[i], nil, LossGrade)
				}
			}
			continue
		}
		s.losersOf(w, a, int32(li), r, contest{&r.grade, &winner, final == &r.grade})
	}
	for _, li := range a.contracts {
		s.losersOf(w, a, li, r, contest{&r.contract, &winner, final == &r.contract})
	}
}

func contains(lists []int32, li int32) bool {
	for _, l := range lists {
		if l == li {
			return true
		}
	}
	return false
}

// final gives the candidate whose price the engine took.
func (r *resolution) final() *candidate {
	switch r.winner {
	case SourceGrade:
		return &r.grade
	case SourceContract:
		return &r.contract
	}
	return &r.base
}

// contest is whom the rows of a grade list or contract had to beat: the best
// among their like, and the winner over all; won says that they are the same.
type contest struct {
	best, winner *candidate
	won          bool
}

// losersOf lists the losers of one grade list or contract.
func (s *Snapshot) losersOf(w *Waterfall, a *ask, li int32, r *resolution, against contest) {
	best := against.best
	_, rate := s.fromList(a, li)
	for _, scope := range a.chain[:a.depth] {
		rows := s.overlayOf(li, scope)
		for i := range rows {
			row := &rows[i]
			switch {
			case row == rate: // stands for the derived price
			case row.price.IsNone():
				loss := s.mismatch(row, a)
				if loss == "" {
					loss = rankLoss(row.rank, rate.rank)
				}
				s.lose(w, row, nil, loss)
			case row == best.row:
				if !against.won {
					s.lose(w, row, nil, s.loss(best, against.winner))
				}
			default:
				s.lose(w, row, nil, s.lossOf(row, a, best))
			}
		}
	}
	if s.lists[li].base == none || r.follows.row != nil && r.follows.list == li && r.winner == SourceContract {
		return
	}
	derived := s.derive(a, li, &r.base, rate)
	switch {
	case derived.row == nil:
		derived = candidate{list: li, by: rate, rate: s.rateOf(li, rate)}
		s.lose(w, rate, &derived, s.derivedMismatch(a, li))
	case derived.list != best.list || best.row != derived.row:
		s.lose(w, rate, &derived, s.loss(&derived, best))
	case !against.won:
		s.lose(w, rate, &derived, s.loss(best, against.winner))
	}
}

// derivedMismatch says why a list derives no price.
func (s *Snapshot) derivedMismatch(a *ask, li int32) Loss {
	switch l := &s.lists[li]; {
	case l.inclusive != a.inclusive:
		return LossTaxMode
	case a.day < l.start || a.day >= l.until:
		return LossDate
	}
	return LossBase
}

// lossOf says why a row lost against the winner among its like.
func (s *Snapshot) lossOf(r *row, a *ask, winner *candidate) Loss {
	if loss := s.mismatch(r, a); loss != "" {
		return loss
	}
	return s.loss(&candidate{rank: r.rank, price: r.price, row: r, list: r.list}, winner)
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
func rankLoss(r, winner rank) Loss {
	switch {
	case r>>priorityShift != winner>>priorityShift:
		return LossPriority
	case r&sourceMask != winner&sourceMask:
		return LossSource
	case r&scopeMask != winner&scopeMask:
		return LossScope
	case r&fromMask != winner&fromMask:
		return LossBreak
	case r&rowMask != winner&rowMask:
		return LossDerived
	case r&startMask != winner&startMask:
		return LossStart
	}
	return LossTie
}

// lose adds a loser: a row, or the derived price given.
func (s *Snapshot) lose(w *Waterfall, r *row, derived *candidate, why Loss) {
	if len(w.Losers) == MaxCandidates {
		w.Omitted++
		return
	}
	var loser Candidate
	if derived != nil {
		l := &s.book.Lists[derived.list]
		loser = Candidate{Rule: l.ID, List: l.ID, Source: l.Source, Price: derived.price, Rate: derived.rate, Reason: why}
		if r != nil {
			loser.Rule = s.book.Rows[r.source].ID
		}
	} else {
		source, l := &s.book.Rows[r.source], &s.book.Lists[r.list]
		loser = Candidate{Rule: source.ID, List: l.ID, Source: l.Source, Price: source.Price, Rate: source.Discount, Reason: why}
		if !source.From.IsZero() {
			loser.From = source.From
		}
	}
	w.Losers = append(w.Losers, loser)
}
