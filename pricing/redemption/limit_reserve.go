package redemption

import (
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
)

// NoLimit is the uses that are left where uses are not limited.
const NoLimit int64 = -1

// Available gives what a customer (none: somebody) may still claim at an instant: of
// what is capped the rest, Uses is [NoLimit] where they are not. What is reserved and
// overdue is free. Status and validity are not looked at.
func (l *Limit) Available(customer tandem.PartyID, at tandem.Instant) (Usage, error) {
	free, err := l.free(customer, at)
	if err != nil {
		return Usage{}, err
	}
	rest := free.Usage
	rest.Uses = NoLimit
	if l.s.Terms.Uses > 0 {
		rest.Uses = free.Uses
	}
	if l.s.Terms.UsesPerCustomer > 0 && (rest.Uses == NoLimit || free.own < rest.Uses) {
		rest.Uses = free.own
	}
	return rest, nil
}

// room is what is left: in all, and of one customer's own uses.
type room struct {
	Usage
	own int64
}

// free gives what is left of the caps, never less than nothing.
func (l *Limit) free(customer tandem.PartyID, at tandem.Instant) (room, error) {
	t := &l.s.Terms
	rest, err := Usage{Uses: t.Uses, Quantity: t.Quantity, Value: t.Value}.sub(l.s.Committed)
	if err == nil {
		rest, err = rest.sub(l.s.Reserved)
	}
	own := t.UsesPerCustomer - usesOf(l.s.Customers, customer)
	if overdue := l.s.NextExpiry; !overdue.IsZero() && !at.Before(overdue) {
		for i := range l.s.Redemptions {
			r := &l.s.Redemptions[i]
			if err != nil || !r.overdue(at) {
				continue
			}
			if rest, err = rest.add(t.counted(r.Open())); r.Claim.Customer == customer {
				own += r.Open().Uses
			}
		}
	}
	rest.Uses = max(rest.Uses, 0)
	rest.Quantity = tandem.QuantityFromMicro(max(rest.Quantity.Micro(), 0), rest.Quantity.Unit())
	rest.Value = tandem.MoneyFromMinor(max(rest.Value.Minor(), 0), rest.Value.Currency())
	return room{rest, max(own, 0)}, err
}

// fit gives the share of a claim that fits, and the cap that says so.
func (l *Limit) fit(claim *Claim, at tandem.Instant) (tandem.Ratio, *ExhaustedError, error) {
	t, f := &l.s.Terms, tandem.IntRatio(1)
	rest, err := l.free(claim.Customer, at)
	if err != nil {
		return f, nil, err
	}
	var tightest *ExhaustedError
	for _, of := range [...]struct {
		code      string
		on        bool
		have, ask int64
	}{{"uses", t.Uses > 0, rest.Uses, claim.Usage.Uses}, {"uses_per_customer", t.UsesPerCustomer > 0, rest.own, claim.Usage.Uses},
		{"quantity", !t.Quantity.IsNone(), rest.Quantity.Micro(), claim.Usage.Quantity.Micro()},
		{"value", !t.Value.IsNone(), rest.Value.Minor(), claim.Usage.Value.Minor()}} {
		if !of.on || of.have >= of.ask {
			continue
		}
		part, err := share(of.have, of.ask)
		if err != nil {
			return f, nil, err
		}
		if part.Cmp(f) < 0 {
			f, tightest = part, &ExhaustedError{Limit: l.s.ID, Code: of.code, Asked: claim.Usage, Available: rest.Usage}
			if of.code == "uses_per_customer" {
				tightest.Available.Uses = rest.own
			}
		}
	}
	return f, tightest, nil
}

// check reports what a claim lacks for this limit.
func (l *Limit) check(claim *Claim) error {
	t := &l.s.Terms
	var c tandem.Check
	c.Nested("", claim.Validate())
	c.Require(!t.countsUses() || claim.Usage.Uses > 0, "required", "usage.uses", "must be given: the limit counts them")
	c.Require(t.Quantity.IsNone() || t.Quantity.Unit() == claim.Usage.Quantity.Unit(), "unit", "usage.quantity", "must be in the unit of the limit")
	c.Require(t.Value.IsNone() || t.Value.Currency() == claim.Usage.Value.Currency(), "currency", "usage.value", "must be in the currency of the limit")
	c.Require(t.UsesPerCustomer == 0 || !claim.Customer.IsZero(), "required", "customer", "must be given: the limit counts by customer")
	c.Require(!t.OncePerOrder || !claim.Order.IsZero(), "required", "order", "must be given: the limit counts by order")
	return c.Err("claim")
}

// admit reports why a claim is refused, whatever is left.
func (l *Limit) admit(claim *Claim, at tandem.Instant) error {
	t, s := &l.s.Terms, &l.s
	if err := l.check(claim); err != nil {
		return err
	}
	if _, err := l.next(commandReserve); err != nil {
		return err
	}
	now := at
	if s.Forgotten.After(now) { // what was forgotten may have been this claim
		now = s.Forgotten
	}
	switch {
	case at.Before(t.From) || !t.Until.IsZero() && !at.Before(t.Until):
		return l.refuse(commandReserve, "validity", "not at this time")
	case !claim.Until.IsZero() && !now.Before(claim.Until):
		return l.refuse(commandReserve, "expired", "the claim's time is over")
	case !s.Customer.IsZero() && claim.Customer != s.Customer:
		return l.refuse(commandReserve, "customer", "not for this customer")
	case t.OncePerOrder && l.orderUsed(claim, at):
		return l.refuse(commandReserve, "once_per_order", "the order has used it")
	}
	return nil
}

func (l *Limit) orderUsed(claim *Claim, at tandem.Instant) bool {
	return slices.ContainsFunc(l.s.Redemptions, func(r Redemption) bool {
		if !r.Claim.Order.Same(claim.Order) {
			return false
		}
		if r.overdue(at) {
			return r.Used().Uses > 0
		}
		return r.held().Uses > 0
	})
}

// Split says how much of a claim is within the limit at an instant, and how much is
// beyond it, whatever the policy; pricing splits a line there. A limit that is closed
// or not valid has nothing within. It changes nothing.
func (l *Limit) Split(claim Claim, at tandem.Instant) (within, beyond Usage, err error) {
	switch err := l.admit(&claim, at); {
	case errors.Is(err, tandem.ErrNotAllowed):
		return claim.Usage.nothing(), claim.Usage, nil
	case err != nil:
		return Usage{}, Usage{}, err
	}
	f, _, err := l.fit(&claim, at)
	if err != nil {
		return Usage{}, Usage{}, err
	}
	if within, err = claim.Usage.part(f, claim.step()); err != nil {
		return Usage{}, Usage{}, err
	}
	return within, claim.Usage.less(within), nil
}

// Reserve holds what a claim asks for under a key, or the part of it that the policy
// allows: see [ReserveAll].
func (l *Limit) Reserve(key string, claim Claim, at tandem.Instant) (Grant, error) {
	return ReserveAll(key, claim, at, l)
}

// ReserveAll holds what a claim asks for in several limits, in all of them or in none:
// a code, its campaign's budget and the customer's own limit. The grant is what all of
// them allow. A limit with the policy [AllOrNothing] refuses what it cannot hold as a
// whole ([ExhaustedError]); where no limit allows a use of anything, that is refused,
// too. A repeated key with the same claim on the same limits gives the first grant,
// with what has become of it.
//
// What is reserved and overdue is freed on the way. All limits are to be saved in one
// Update. A refusal by the limit of a code is a [CodeError].
func ReserveAll(key string, claim Claim, at tandem.Instant, limits ...*Limit) (Grant, error) {
	if err := checkReserve(key, at, limits); err != nil {
		return Grant{}, err
	}
	if grant, found, err := repeated(key, &claim, limits); found || err != nil {
		return grant, err
	}
	f := tandem.IntRatio(1)
	var tightest error
	for _, l := range limits {
		part, exhausted, err := l.share(&claim, at)
		if err != nil {
			return Grant{}, l.outside(err)
		}
		if exhausted != nil && part.Cmp(f) < 0 {
			f, tightest = part, l.outside(exhausted)
		}
	}
	granted, err := claim.Usage.part(f, claim.step())
	if err != nil {
		return Grant{}, err
	}
	if tightest != nil && granted.IsNothing() {
		return Grant{}, tightest
	}
	r := Redemption{Key: key, Claim: claim, Granted: granted, Committed: granted.nothing(), Released: granted.nothing(),
		Returned: granted.nothing(), Status: RedemptionReserved, At: at, Changed: at}
	for _, l := range limits { // before the first is changed
		if err := l.holds(&r); err != nil {
			return Grant{}, l.outside(err)
		}
	}
	for _, l := range limits {
		if err := l.reserve(r, at); err != nil {
			return Grant{}, err
		}
	}
	return r.grant(), nil
}

func checkReserve(key string, at tandem.Instant, limits []*Limit) error {
	var c tandem.Check
	c.Require(cleanKey(key), "key", "key", "must be 1 to 256 bytes of UTF-8 without control characters")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	c.Require(len(limits) > 0 && len(limits) <= MaxLimits, "limits", "limits", "must be 1 to 100")
	for i, l := range limits[:min(len(limits), MaxLimits)] {
		again := slices.ContainsFunc(limits[:i], func(o *Limit) bool { return o.s.ID == l.s.ID })
		c.Require(!again, "duplicate", tandem.Path("limits", i), "each limit once")
	}
	return c.Err(commandReserve)
}

// repeated gives the grant of a key that all the limits know.
func repeated(key string, claim *Claim, limits []*Limit) (grant Grant, found bool, err error) {
	known := 0
	for _, l := range limits {
		i, found := l.find(key)
		if !found {
			continue
		}
		if r := &l.s.Redemptions[i]; r.Recalled || !r.Claim.same(claim) {
			return Grant{}, false, &KeyConflictError{Limit: l.s.ID, Key: key}
		}
		grant, known = l.s.Redemptions[i].grant(), known+1
	}
	if known > 0 && known < len(limits) {
		return Grant{}, false, &KeyConflictError{Limit: limits[0].s.ID, Key: key}
	}
	return grant, known > 0, nil
}

// share gives the part of a claim that this limit allows.
func (l *Limit) share(claim *Claim, at tandem.Instant) (tandem.Ratio, *ExhaustedError, error) {
	if err := l.admit(claim, at); err != nil {
		return tandem.Ratio{}, nil, err
	}
	f, exhausted, err := l.fit(claim, at)
	if err == nil && exhausted != nil && l.s.Terms.Policy == AllOrNothing {
		err = exhausted
	}
	return f, exhausted, err
}

// holds reports whether there is room for one more key.
func (l *Limit) holds(r *Redemption) error {
	if len(l.s.Redemptions) >= MaxKeys {
		return l.refuse(commandReserve, "too_many_keys", "settled keys are to be forgotten first")
	}
	if l.s.Terms.UsesPerCustomer > 0 && len(l.s.Customers) >= MaxCustomers && usesOf(l.s.Customers, r.Claim.Customer) == 0 {
		return l.refuse(commandReserve, "too_many_customers", "each customer is to have a limit of their own")
	}
	_, err := l.s.Reserved.add(l.s.Terms.counted(r.Granted))
	return err
}

func (l *Limit) reserve(r Redemption, at tandem.Instant) error {
	if _, err := l.Expire(at); err != nil {
		return err
	}
	reserved, err := l.s.Reserved.add(l.s.Terms.counted(r.Granted))
	if err != nil {
		return err
	}
	l.change()
	i, _ := l.find(r.Key)
	l.s.Redemptions = slices.Insert(l.s.Redemptions, i, r)
	l.s.Reserved = reserved
	if l.s.Terms.UsesPerCustomer > 0 {
		l.s.Customers = countUses(l.s.Customers, r.Claim.Customer, r.Granted.Uses)
	}
	if until := r.Claim.Until; !until.IsZero() && (l.s.NextExpiry.IsZero() || until.Before(l.s.NextExpiry)) {
		l.s.NextExpiry = until
	}
	l.record(Reserved{Company: l.s.Company, Limit: l.s.ID, Kind: l.s.Kind, Key: r.Key, Customer: r.Claim.Customer,
		Order: r.Claim.Order.ID, Asked: r.Claim.Usage, Granted: r.Granted, Until: r.Claim.Until, At: at})
	return nil
}
