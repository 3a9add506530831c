package rebate

import (
	"unicode/utf8"

	"github.com/tandem-go/tandem"
)

// Result is what a command did to the refund liability.
type Result struct {
	Posted    []Fact       `json:"posted,omitempty"`
	Liability tandem.Money `json:"liability"`
	Repeated  bool         `json:"repeated,omitempty"` // the key had been there: nothing was done
}

func (m *Movement) validate(t *Terms) error {
	var c tandem.Check
	c.Require(cleanKey(m.Key), "key", "key", "must be 1 to 256 bytes of UTF-8 without control characters")
	c.Require(m.Kind.Valid(), "unknown", "kind", "no such movement")
	if m.Kind == Return {
		c.Require(cleanKey(m.Of), "required", "of", "must be the key of a sale")
	} else {
		c.Require(m.Of == "", "unexpected", "of", "only returns are of a sale")
	}
	c.Require(m.Value.Currency() == t.Currency && m.Value.Sign() >= 0 && m.Value.Minor() <= tandem.MaxMinorUnits, "value", "value",
		"must be an amount of the terms' currency, not negative and not too large")
	c.Require(m.Quantity.Unit() == t.Unit && m.Quantity.Sign() >= 0 && m.Quantity.Micro() <= maxMicro, "quantity", "quantity",
		"must be a quantity of the terms' unit, not negative and not too large; none where the terms have no unit")
	c.Require(m.Value.Sign() != 0 || m.Quantity.Sign() != 0, "nothing", "value", "must be something")
	dated(&c, m.Effective, m.Recorded)
	return c.Err("movement")
}

func dated(c *tandem.Check, effective tandem.Date, recorded tandem.Instant) {
	c.Require(!effective.IsZero(), "required", "effective", "must be given")
	c.Require(!recorded.IsZero(), "required", "recorded", "must be given")
}

// same reports whether two movements with one key say the same. A retry is recorded at
// another time; whether a return counts is said by its sale.
func (m Movement) same(o Movement) bool {
	m.Recorded = o.Recorded
	if m.Kind == Return {
		m.Counts = o.Counts
	}
	return m == o
}

// Record adds a sale or a return. A key that was there with the same content does
// nothing again; with another it is a [tandem.DuplicateError]. Refused are a sale outside
// the period (`outside_period`), a return without its sale (`no_sale`), before it
// (`before_sale`) or of more than is left of it (`returned_too_much`), and what happened
// before the agreement forgot (`closed`). After the true-up the difference to the actual
// rebate is posted.
func (a *Agreement) Record(m Movement) (Result, error) {
	if err := m.validate(&a.s.Terms); err != nil {
		return Result{}, err
	}
	if before, found := a.ledger.sold[m.Key]; found {
		if !before.movement.same(m) {
			return Result{}, keyTaken(m.Key)
		}
		return a.result(nil, true)
	}
	to, err := a.may("record", m.Effective)
	if err != nil {
		return Result{}, err
	}
	if code, reason := a.ledger.may(&m); code != "" {
		return Result{}, a.refuse("record", code, reason)
	}
	if len(a.s.Movements) >= MaxMovements {
		return Result{}, a.refuse("record", "too_many", "the agreement is full")
	}
	if of, found := a.ledger.sold[m.Of]; found {
		m.Counts = of.movement.Counts
	} else if m.Kind == Return && a.s.Terms.LateReturn != AcceptLateReturn {
		return Result{}, a.refuse("record", "no_sale", "there is no such sale, or it was forgotten")
	}
	net := a.ledger.net
	if err := a.ledger.add(&m); err != nil {
		return Result{}, err
	}
	undo := a.s
	a.s.Status, a.s.Movements = to, append(a.s.Movements, m)
	result, err := a.post(net, Fact{Key: m.Key, Effective: m.Effective, Recorded: m.Recorded})
	if err != nil {
		a.s = undo
		a.ledger.remove(&m, net)
	}
	return result, err
}

// Estimate sets what is expected from now on, and catches up on what was bought already.
func (a *Agreement) Estimate(e Estimate, effective tandem.Date, recorded tandem.Instant) (Result, error) {
	var c tandem.Check
	c.Nested("estimate", e.Validate(a.s.Terms))
	dated(&c, effective, recorded)
	if err := c.Err("estimate"); err != nil {
		return Result{}, err
	}
	to, err := a.may("estimate", effective)
	if err != nil {
		return Result{}, err
	}
	if len(a.s.Estimates) >= MaxEstimates {
		return Result{}, a.refuse("estimate", "too_many", "there are too many estimates")
	}
	e.Outcomes = append([]Outcome(nil), e.Outcomes...)
	undo := a.s
	a.s.Status, a.s.Estimates = to, append(a.s.Estimates, Estimated{Estimate: e, Effective: effective, Recorded: recorded})
	result, err := a.post(a.ledger.net, Fact{Effective: effective, Recorded: recorded})
	if err != nil {
		a.s = undo
	}
	return result, err
}

// TrueUp ends the accrual by estimate and posts the difference to the rebate of the
// actual net volume. It is refused before the end of the period (`period_runs`).
func (a *Agreement) TrueUp(effective tandem.Date, recorded tandem.Instant) (Result, error) {
	var c tandem.Check
	dated(&c, effective, recorded)
	if err := c.Err("true-up"); err != nil {
		return Result{}, err
	}
	to, err := a.may("true_up", effective)
	if err != nil {
		return Result{}, err
	}
	if effective.Before(a.s.Terms.Period.Until) {
		return Result{}, a.refuse("true_up", "period_runs", "the period has not ended")
	}
	undo := a.s
	a.s.Status = to
	result, err := a.post(a.ledger.net, Fact{Effective: effective, Recorded: recorded})
	if err != nil {
		a.s = undo
	}
	return result, err
}

// Settle posts that the whole liability was credited to the customer; the amount of the
// credit note is that of the fact, with the other sign. A negative liability was charged.
// A key that was there does nothing again.
func (a *Agreement) Settle(key string, effective tandem.Date, recorded tandem.Instant) (Result, error) {
	var c tandem.Check
	c.Require(cleanKey(key), "key", "key", "must be 1 to 256 bytes of UTF-8 without control characters")
	dated(&c, effective, recorded)
	if err := c.Err("settlement"); err != nil {
		return Result{}, err
	}
	for i := range a.s.Facts {
		if f := &a.s.Facts[i]; f.Kind == Settled && f.Key == key {
			if f.Effective != effective {
				return Result{}, keyTaken(key)
			}
			return a.result(nil, true)
		}
	}
	to, err := a.may("settle", effective)
	if err != nil {
		return Result{}, err
	}
	owed, err := a.Liability()
	if err != nil {
		return Result{}, err
	}
	f := Fact{Kind: Settled, Amount: owed.Neg(), Key: key, Net: a.ledger.net, Effective: effective, Recorded: recorded}
	if err := a.ledger.post(&f); err != nil {
		return Result{}, err
	}
	a.s.Status = to
	a.tell(f)
	return a.result([]Fact{f}, false)
}

// target gives what should have been accrued for the net volume, and the reward that is
// expected for it, none after the true-up.
func (a *Agreement) target() (tandem.Money, Reward, error) {
	reward, err := a.reward()
	if err != nil {
		return tandem.Money{}, Reward{}, err
	}
	amount, err := a.accrual(reward, a.ledger.net)
	return amount, reward, err
}

// reward gives what is expected for each unit, none after the true-up.
func (a *Agreement) reward() (Reward, error) {
	if a.s.Status != StatusOpen {
		return Reward{}, nil
	}
	var e Estimate
	if n := len(a.s.Estimates); n > 0 {
		e = a.s.Estimates[n-1].Estimate
	}
	t := &a.s.Terms
	return t.expect(&e, t.standing(t.measure(a.ledger.net), a.ledger.reached()))
}

func (a *Agreement) accrual(r Reward, v Volume) (tandem.Money, error) {
	if a.s.Status != StatusOpen {
		return a.s.Terms.rebate(v, a.ledger.reached())
	}
	return r.Of(v, a.s.Terms.Rounding)
}

// post posts what the liability lacks or has too much: first what the movements before
// lack at the reward that is expected now, then the rest, which is the command's own.
// Nothing is posted if there is an error.
func (a *Agreement) post(before Volume, f Fact) (Result, error) {
	target, reward, err := a.target()
	if err != nil {
		return Result{}, err
	}
	f.Reward, f.Net = reward, a.ledger.net
	steps := []Fact{f}
	if a.s.Status == StatusOpen {
		earlier, err := a.accrual(reward, before)
		if err != nil {
			return Result{}, err
		}
		steps = []Fact{f, f}
		steps[0].Kind, steps[0].Amount = CaughtUp, earlier
		steps[1].Kind = Accrued
	} else {
		steps[0].Kind = TrueUp
	}
	steps[len(steps)-1].Amount = target
	accrued := a.ledger.accrued
	posted := steps[:0]
	for _, f := range steps {
		to := f.Amount
		if f.Amount, err = to.Sub(accrued); err != nil {
			return Result{}, err
		}
		if accrued = to; !f.Amount.IsZero() {
			posted = append(posted, f)
		}
	}
	owed, err := target.Sub(a.ledger.settled)
	if err != nil {
		return Result{}, err
	}
	a.ledger.accrued = target
	for _, f := range posted {
		a.tell(f)
	}
	return Result{Posted: posted, Liability: owed}, nil
}

// tell keeps a fact and records its event.
func (a *Agreement) tell(f Fact) {
	a.s.Facts = append(a.s.Facts, f)
	a.s.Sequence++
	a.events = append(a.events, Posted{Agreement: a.s.ID, Company: a.s.Company, Customer: a.s.Customer, Fact: f})
}

func (a *Agreement) result(facts []Fact, repeated bool) (Result, error) {
	owed, err := a.Liability()
	return Result{Posted: facts, Liability: owed, Repeated: repeated}, err
}

func (a *Agreement) may(command string, effective tandem.Date) (Status, error) {
	if effective.Before(a.s.Forgotten.Before) {
		return "", a.refuse(command, "closed", "what came before "+a.s.Forgotten.Before.String()+" was summed up")
	}
	if len(a.s.Facts) > MaxFacts-2 {
		return "", a.refuse(command, "too_many", "the agreement is full")
	}
	for i := range transitions {
		if t := &transitions[i]; t.From == a.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", a.refuse(command, "state", "it is not possible in this state")
}

func (a *Agreement) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "rebate agreement " + a.s.ID.String(), State: string(a.s.Status), Code: code, Reason: reason}
}

// cleanKey reports whether a key can be kept: 1 to 256 bytes of UTF-8 without control
// characters, as command keys are.
func cleanKey(key string) bool {
	for i := 0; i < len(key); i++ {
		if key[i] < 0x20 || key[i] == 0x7f {
			return false
		}
	}
	return len(key) > 0 && len(key) <= tandem.MaxName && utf8.ValidString(key)
}

func keyTaken(key string) error {
	return &tandem.DuplicateError{Kind: string(KindAgreement), Index: "key", Key: key}
}

// Share is the part of an amount that falls to a sale.
type Share struct {
	Sale   string         `json:"sale"` // the key; none: of all sales that were forgotten
	Line   tandem.LineRef `json:"line,omitzero"`
	Amount tandem.Money   `json:"amount"`
}

// Shares splits an amount, such as that of the credit note, over the sales that count, in
// proportion to what the reward is for and has not come back ([tandem.Allocate]): the
// shares sum to it. They come in the order in which the sales were recorded, and before
// them what was forgotten, as one. Without such a sale it is [tandem.ErrNoWeights].
func (a *Agreement) Shares(amount tandem.Money) ([]Share, error) {
	var shares []Share
	var weights []int64
	add := func(left Volume, s Share) {
		weight := left.Value.Minor()
		if a.s.Terms.perUnit() {
			weight = left.Quantity.Micro()
		}
		if weight > 0 {
			shares, weights = append(shares, s), append(weights, weight)
		}
	}
	add(a.ledger.left, Share{})
	for i := range a.s.Movements {
		m := &a.s.Movements[i]
		if m.Kind == Sale && m.Counts {
			add(a.ledger.sold[m.Key].left, Share{Sale: m.Key, Line: m.Line})
		}
	}
	parts, err := tandem.Allocate(nil, amount, weights)
	if err != nil {
		return nil, err
	}
	for i := range shares {
		shares[i].Amount = parts[i]
	}
	return shares, nil
}
