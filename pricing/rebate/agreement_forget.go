package rebate

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// LateReturn says whether something comes back of a sale that is not kept, since it was
// forgotten, or never was.
type LateReturn string

// The policies of late returns.
const (
	// RefuseLateReturn takes it for a mistake. It is what terms without a policy say.
	RefuseLateReturn LateReturn = "refuse"
	// AcceptLateReturn takes it from all that was forgotten and counts; the movement says
	// whether its sale did.
	AcceptLateReturn LateReturn = "accept"
)

// LateReturns lists the policies of late returns.
func LateReturns() []LateReturn { return []LateReturn{RefuseLateReturn, AcceptLateReturn} }

// Valid reports whether r is one of [LateReturns].
func (r LateReturn) Valid() bool { return slices.Contains(LateReturns(), r) }

// UnmarshalText reads a policy and refuses anything else.
func (r *LateReturn) UnmarshalText(text []byte) error { return enum.Decode(r, text, "late return") }

// Forgotten is what came before a day, summed up. Nothing of it is ever added to.
type Forgotten struct {
	Before    tandem.Date  `json:"before"`    // what is effective earlier is not kept, and not recorded any more
	Movements int64        `json:"movements"` // how many there were
	Net       Volume       `json:"net"`       // what they came to
	Reached   Volume       `json:"reached"`   // under HighestReached the most at the end of a day, in the terms' measure
	Accrued   tandem.Money `json:"accrued"`
	Settled   tandem.Money `json:"settled"`
}

func (f *Forgotten) check(c *tandem.Check, t *Terms) {
	if f.Before.IsZero() {
		c.Require(*f == Forgotten{}, "forgotten", "forgotten", "has a day")
		return
	}
	c.Require(f.Movements >= 0 && t.fits(f.Net) && t.fits(f.Reached) && t.measure(f.Reached) <= t.most() &&
		f.Accrued.Currency() == t.Currency && f.Settled.Currency() == t.Currency,
		"forgotten", "forgotten", "must have the terms' currency and unit and not be negative")
}

// Forget sums up all movements, facts and estimates that are effective before a day, and
// gives the number of the movements. Nothing changes by it but the size of the
// agreement. The days before are closed: what is effective on one of them is refused from
// now on (`closed`), a repeat of what was forgotten too, so that nothing counts twice.
// What is learned late is recorded with a later day, as with any closed period. The
// estimate that holds is kept.
func (a *Agreement) Forget(before tandem.Date) (int, error) {
	var c tandem.Check
	c.Require(!before.IsZero(), "required", "before", "must be given")
	if err := c.Err("forget"); err != nil {
		return 0, err
	}
	if !a.s.Forgotten.Before.Before(before) {
		return 0, nil
	}
	s := a.s.clone()
	sums := newLedger(&s.Terms, &s.Forgotten)
	for i := range s.Movements {
		if m := &s.Movements[i]; m.Effective.Before(before) {
			if err := sums.add(m); err != nil {
				return 0, err
			}
		}
	}
	for i := range s.Facts {
		if f := &s.Facts[i]; f.Effective.Before(before) {
			if err := sums.post(f); err != nil {
				return 0, err
			}
		}
	}
	n := len(s.Movements)
	s.Movements = slices.DeleteFunc(s.Movements, func(m Movement) bool { return m.Effective.Before(before) })
	s.Facts = slices.DeleteFunc(s.Facts, func(f Fact) bool { return f.Effective.Before(before) })
	if last := len(s.Estimates) - 1; last > 0 {
		holds := s.Estimates[last]
		s.Estimates = append(slices.DeleteFunc(s.Estimates[:last], func(e Estimated) bool { return e.Effective.Before(before) }), holds)
	}
	n -= len(s.Movements)
	s.Forgotten = Forgotten{Before: before, Movements: s.Forgotten.Movements + int64(n), Net: sums.net,
		Reached: s.Terms.volume(min(sums.reached(), s.Terms.most())), Accrued: sums.accrued, Settled: sums.settled}
	short := Agreement{s: s}
	if err := short.check(); err != nil {
		return 0, err
	}
	a.s, a.ledger = short.s, short.ledger
	a.ledger.terms = &a.s.Terms
	return n, nil
}
