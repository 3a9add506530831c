package redemption

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Commit makes all that is still reserved under a key used. A repetition changes
// nothing. What was released, expired or is overdue is refused.
func (l *Limit) Commit(key string, at tandem.Instant) error {
	r, err := l.look(commandCommit, key, at)
	if err != nil {
		return err
	}
	switch open := r.Open(); {
	case !open.IsNothing():
		return l.settle(r, StepCommit, "", open, at)
	case r.Committed.IsNothing():
		return l.refuse(commandCommit, string(r.Status), "nothing is reserved any more")
	}
	return nil
}

// CommitPart makes a part of what is reserved under a key used, as a step with a key
// of its own. More than is reserved is refused (`step_exceeds`).
func (l *Limit) CommitPart(key, step string, part Usage, at tandem.Instant) error {
	return l.step(commandCommit, StepCommit, key, step, part, at)
}

// Consume is [Limit.CommitPart] where the moment is the one that the terms name, and
// nothing else: a process reports each moment, and the limit takes its own. It reports
// whether it did.
func (l *Limit) Consume(moment Moment, key, step string, part Usage, at tandem.Instant) (bool, error) {
	if !moment.Valid() {
		return false, moment.UnmarshalText([]byte(moment))
	}
	if moment != l.s.Terms.Moment {
		return false, nil
	}
	return true, l.CommitPart(key, step, part, at)
}

// Release frees all that is still reserved under a key. A repetition changes nothing,
// nor does it where the time was over before. What is used already is refused: it is
// returned.
func (l *Limit) Release(key string, at tandem.Instant) error {
	r, err := l.look(commandRelease, key, at)
	if err != nil {
		return err
	}
	switch open := r.Open(); {
	case !open.IsNothing():
		return l.settle(r, StepRelease, "", open, at)
	case r.Released.IsNothing():
		return l.refuse(commandRelease, string(r.Status), "it is used already")
	}
	return nil
}

// ReleasePart frees a part of what is reserved under a key, as a step with a key of
// its own: a line that was cancelled in part.
func (l *Limit) ReleasePart(key, step string, part Usage, at tandem.Instant) error {
	return l.step(commandRelease, StepRelease, key, step, part, at)
}

// Return gives back a part of what was used under a key, as a step with a key of its
// own: goods came back, an order was cancelled. More than is used is refused
// (`step_exceeds`). Whether a use comes back with the goods is the caller's to say. A
// key that was forgotten is an error, or is recalled: see [LateReturn].
func (l *Limit) Return(key, step string, part Usage, at tandem.Instant) error {
	if l.s.Terms.LateReturn == AcceptLateReturn {
		i, found := l.find(key)
		if !found || l.s.Redemptions[i].Recalled {
			return l.returnLate(i, found, key, step, part, at)
		}
	}
	return l.step(commandReturn, StepReturn, key, step, part, at)
}

// Cancel frees what is reserved under a key and gives back what is used. A repetition
// finds nothing to do.
func (l *Limit) Cancel(key string, at tandem.Instant) error {
	r, err := l.look(commandRelease, key, at)
	if err != nil {
		return err
	}
	if open := r.Open(); !open.IsNothing() {
		if err := l.settle(r, StepRelease, "", open, at); err != nil {
			return err
		}
		r, _ = l.look(commandRelease, key, at)
	}
	if used := r.Used(); !used.IsNothing() {
		return l.settle(r, StepReturn, "", used, at)
	}
	return nil
}

// returnLate gives back something of what forgotten keys have used. The key is
// recalled for that, at place i: as used up to what was returned, so that a repetition
// finds its step.
func (l *Limit) returnLate(i int, found bool, key, step string, part Usage, at tandem.Instant) error {
	if _, err := l.next(commandReturn); err != nil {
		return err
	}
	counted := l.s.Terms.counted(part)
	r := Redemption{Key: key, Granted: l.s.Terms.nothing(), At: at, Changed: at, Status: RedemptionReturned, Recalled: true}
	r.Released, r.Returned, r.Committed = r.Granted, r.Granted, r.Granted
	if found {
		r = l.s.Redemptions[i]
	}
	var c tandem.Check
	c.Require(cleanKey(key), "key", "key", "must be 1 to 256 bytes of UTF-8 without control characters")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	if err := firstOf(c.Err(commandReturn), l.checkStep(commandReturn, &r, step, &counted)); err != nil {
		return err
	}
	if done, err := l.stepped(&r, StepReturn, step, counted); done || err != nil {
		return err
	}
	pool := l.s.Committed
	for j := range l.s.Redemptions {
		pool = pool.less(l.s.Terms.counted(l.s.Redemptions[j].Used()))
	}
	switch {
	case !counted.within(pool):
		return l.refuse(commandReturn, "step_exceeds", "more than forgotten keys have used")
	case counted.Uses > 0 && l.s.Terms.UsesPerCustomer > 0:
		return l.refuse(commandReturn, "forgotten", "whose use it was is forgotten")
	case !found && len(l.s.Redemptions) >= MaxKeys:
		return l.refuse(commandReturn, "too_many_keys", "settled keys are to be forgotten first")
	case len(r.Steps) >= MaxSteps:
		return l.refuse(commandReturn, "too_many_steps", "too many steps of one key")
	}
	used, err := r.Committed.add(counted)
	if err != nil {
		return err
	}
	r.Claim.Usage, r.Granted, r.Committed = used, used, used
	l.change()
	if found {
		l.s.Redemptions[i] = r
	} else {
		l.s.Redemptions = slices.Insert(l.s.Redemptions, i, r)
	}
	return l.settle(r, StepReturn, step, counted, at)
}

// look finds a key for a command.
func (l *Limit) look(command, key string, at tandem.Instant) (Redemption, error) {
	if _, err := l.next(command); err != nil {
		return Redemption{}, err
	}
	if err := checkAt(command, at); err != nil {
		return Redemption{}, err
	}
	i, found := l.find(key)
	if !found {
		return Redemption{}, &tandem.NotFoundError{Kind: "redemption", Key: l.s.ID.String() + "/" + key}
	}
	return l.s.Redemptions[i], nil
}

// step takes a part under a key of its own; a repetition changes nothing.
func (l *Limit) step(command string, kind StepKind, key, step string, part Usage, at tandem.Instant) error {
	r, err := l.look(command, key, at)
	if err != nil {
		return err
	}
	if err := l.checkStep(command, &r, step, &part); err != nil {
		return err
	}
	if done, err := l.stepped(&r, kind, step, part); done || err != nil {
		return err
	}
	from := r.Open()
	if kind == StepReturn {
		from = r.Used()
	}
	switch {
	case !part.within(from):
		return l.refuse(command, "step_exceeds", "more than there is under the key")
	case len(r.Steps) >= MaxSteps:
		return l.refuse(command, "too_many_steps", "too many steps of one key")
	}
	return l.settle(r, kind, step, part, at)
}

// checkStep reports what is wrong with a step, and fills in what it says nothing of.
func (l *Limit) checkStep(command string, r *Redemption, step string, part *Usage) error {
	if part.Quantity.IsNone() {
		part.Quantity = tandem.QuantityFromMicro(0, r.Granted.Quantity.Unit())
	}
	if part.Value.IsNone() {
		part.Value = tandem.MoneyFromMinor(0, r.Granted.Value.Currency())
	}
	var c tandem.Check
	c.Require(cleanKey(step), "key", "step", "must be 1 to 256 bytes of UTF-8 without control characters")
	c.Require(part.alike(r.Granted), "unit", "part", "must be in the unit and the currency of the claim")
	part.check(&c, "part")
	c.Require(!part.IsNothing(), "required", "part", "must be something")
	return c.Err(command)
}

// stepped reports whether a step was taken before: as it is now, or it is a conflict.
func (l *Limit) stepped(r *Redemption, kind StepKind, step string, part Usage) (bool, error) {
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Key == step {
			if s.Kind != kind || s.Usage != part {
				return false, &KeyConflictError{Limit: l.s.ID, Key: step}
			}
			return true, nil
		}
	}
	return false, nil
}

// settle moves a part that is there, and tells of it. A step without a key is the
// whole of what is left, which needs none.
func (l *Limit) settle(r Redemption, kind StepKind, step string, part Usage, at tandem.Instant) error {
	if kind == StepCommit && r.overdue(at) {
		return l.refuse(commandCommit, string(RedemptionExpired), "the claim's time is over")
	}
	if err := l.move(r, kind, step, part, at, false); err != nil {
		return err
	}
	what := Movement{Company: l.s.Company, Limit: l.s.ID, Kind: l.s.Kind, Key: r.Key, Step: step, Usage: part, At: at}
	switch kind {
	case StepCommit:
		l.record(Committed{what})
	case StepRelease:
		l.record(Released{what})
	case StepReturn:
		l.record(Returned{what})
	}
	return nil
}

// move books a part from one total to the next. It is the only place that does. Who
// lets claims expire finds the next expiry when all are through.
func (l *Limit) move(r Redemption, kind StepKind, step string, part Usage, at tandem.Instant, expired bool) error {
	s, counted := &l.s, l.s.Terms.counted(part)
	reserved, committed := s.Reserved, s.Committed
	var err, also error
	switch kind {
	case StepCommit:
		r.Committed, err = r.Committed.add(part)
		reserved = reserved.less(counted)
		committed, also = committed.add(counted)
	case StepRelease:
		r.Released, err = r.Released.add(part)
		reserved = reserved.less(counted)
	case StepReturn:
		r.Returned, err = r.Returned.add(part)
		committed = committed.less(counted)
	}
	if err != nil || also != nil {
		return firstOf(err, also)
	}
	if at.After(r.Changed) {
		r.Changed = at
	}
	if step != "" {
		r.Steps = append(slices.Clip(r.Steps), Step{Key: step, Kind: kind, Usage: part, At: at})
	}
	if r.Status = r.status(); expired && r.Status == RedemptionReleased {
		r.Status = RedemptionExpired
	}
	l.change()
	i, _ := l.find(r.Key)
	s.Redemptions[i], s.Reserved, s.Committed = r, reserved, committed
	if kind != StepCommit && s.Terms.UsesPerCustomer > 0 {
		s.Customers = countUses(s.Customers, r.Claim.Customer, -part.Uses)
	}
	if !expired && r.Claim.Until == s.NextExpiry && !s.NextExpiry.IsZero() && r.Open().IsNothing() {
		s.NextExpiry = s.nextExpiry()
	}
	return nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// Expire frees what is reserved and whose time is over at an instant, and gives the
// number of keys. [Limit.Reserve] does it on the way; a process that sweeps finds the
// limits by [Query] (OverdueAt).
func (l *Limit) Expire(at tandem.Instant) (int, error) {
	if _, err := l.next(commandExpire); err != nil {
		return 0, err
	}
	if err := checkAt(commandExpire, at); err != nil {
		return 0, err
	}
	if l.s.NextExpiry.IsZero() || at.Before(l.s.NextExpiry) {
		return 0, nil
	}
	n := 0
	for i := range l.s.Redemptions {
		r := l.s.Redemptions[i]
		if !r.overdue(at) {
			continue
		}
		open := r.Open()
		if err := l.move(r, StepRelease, "", open, at, true); err != nil {
			return n, err
		}
		n++
		l.record(Expired{Movement{Company: l.s.Company, Limit: l.s.ID, Kind: l.s.Kind, Key: r.Key, Usage: open, At: at}})
	}
	l.s.NextExpiry = l.s.nextExpiry()
	return n, nil
}

// Forget drops the keys that are settled and have not changed since before an
// instant; of claims with an end only those whose end lies before it, too. It gives
// their number. What they have used stays counted, and cannot be returned any more.
func (l *Limit) Forget(before tandem.Instant) (int, error) {
	if _, err := l.next(commandForget); err != nil {
		return 0, err
	}
	if err := checkAt(commandForget, before); err != nil {
		return 0, err
	}
	old := func(r Redemption) bool {
		return r.Status != RedemptionReserved && r.Changed.Before(before) && r.Claim.Until.Before(before)
	}
	n := len(l.s.Redemptions)
	if !slices.ContainsFunc(l.s.Redemptions, old) {
		return 0, nil
	}
	l.change()
	l.s.Redemptions = slices.DeleteFunc(l.s.Redemptions, old)
	if before.After(l.s.Forgotten) {
		l.s.Forgotten = before
	}
	return n - len(l.s.Redemptions), nil
}
