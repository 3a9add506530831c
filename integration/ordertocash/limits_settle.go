package ordertocash

import (
	"context"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// follow makes the limits that an order draws upon follow what has become of its
// lines, and saves them. An order that holds nothing of any costs nothing.
func (s *Service[R]) follow(ctx context.Context, u *limits[R], order *sales.Order) error {
	if !order.HasClaims() {
		return nil
	}
	if err := u.settle(ctx, order); err != nil {
		return err
	}
	return u.save(ctx)
}

// settle makes the limits follow the lines of an order. What is used, freed and given
// back is told by how far the lines have come, at the moment that the terms of each limit
// name; so a command that runs again finds it done.
func (u *limits[R]) settle(ctx context.Context, order *sales.Order) error {
	if u == nil || !order.HasClaims() {
		return nil
	}
	claims := order.Pricing().Claims
	if err := u.read(ctx, limitsOf(claims)...); err != nil {
		return err
	}
	for i := range claims {
		for _, ref := range claims[i].Limits {
			l := u.find(tandem.IDFromBytes[redemption.ID](ref.ID.Bytes()))
			if l.now == nil {
				continue
			}
			if err := u.settleOne(l, &claims[i], order); err != nil {
				return err
			}
		}
	}
	return nil
}

func limitsOf(claims []sales.Claim) (ids []redemption.ID) {
	for i := range claims {
		for _, ref := range claims[i].Limits {
			ids = append(ids, tandem.IDFromBytes[redemption.ID](ref.ID.Bytes()))
		}
	}
	return ids
}

// settleOne settles one claim with one limit. A key that was forgotten is settled.
func (u *limits[R]) settleOne(l *limit, claim *sales.Claim, order *sales.Order) error {
	r, found := l.now.Redemption(claim.Key)
	if !found {
		return nil
	}
	due, err := dueOf(claim, order, l.now.Terms().Moment, &r)
	if err != nil {
		return err
	}
	for _, kind := range [...]redemption.StepKind{redemption.StepCommit, redemption.StepRelease, redemption.StepReturn} {
		part, move := upTo(due.used, r.Committed, r.Open()), l.now.CommitPart
		switch kind {
		case redemption.StepRelease:
			part, move = upTo(due.freed, r.Released, r.Open()), l.now.ReleasePart
		case redemption.StepReturn:
			part, move = upTo(due.returned, r.Returned, r.Used()), l.now.Return
		}
		if part.IsNothing() {
			continue
		}
		if err := move(claim.Key, strconv.Itoa(len(r.Steps)+1), part, u.scope.Now); err != nil {
			return err
		}
		l.dirty = true
		r, _ = l.now.Redemption(claim.Key)
	}
	return nil
}

// due is what should have become of a claim by now, of all that was granted.
type due struct{ used, freed, returned redemption.Usage }

// dueOf tells what should have become of a claim, by how far its lines have come. What
// the order does not hold any more, since a line was made smaller or removed, is free.
func dueOf(claim *sales.Claim, order *sales.Order, moment redemption.Moment, r *redemption.Redemption) (due, error) {
	var there, used, back progress // not cancelled, used, come back
	for i := range claim.Lines {
		line := &claim.Lines[i]
		l, found := order.Line(line.Line)
		if !found {
			continue
		}
		whole, live := l.Quantity.Micro(), l.Quantity.Micro()-l.Cancelled.Micro()
		done := l.Shipped.Micro()
		switch moment {
		case redemption.Ordered:
			done = live
		case redemption.Invoiced:
			done = l.Invoiced.Micro()
		}
		for _, of := range [...]struct {
			to    *progress
			micro int64
		}{{&there, live}, {&used, done}, {&back, min(l.Returned.Micro(), done)}} {
			if err := of.to.add(line, of.micro, whole); err != nil {
				return due{}, err
			}
		}
	}
	granted := r.Granted
	if moment == redemption.Ordered { // all of it was used at once: what is cancelled comes back
		return due{used: granted, returned: there.less(&back).rest(granted)}, nil
	}
	out := due{used: used.usage(granted), freed: there.rest(granted), returned: back.usage(granted)}
	out.used.Uses, out.freed.Uses, out.returned.Uses = 0, 0, 0
	switch {
	case used.micro > 0:
		out.used.Uses = granted.Uses
		if back.micro == there.micro {
			out.returned.Uses = granted.Uses
		}
	case there.micro == 0:
		out.freed.Uses = granted.Uses
	}
	return out, nil
}

// progress is how much of a claim has come to a point.
type progress struct{ micro, quantity, value int64 }

// add adds the part of a line.
func (p *progress) add(line *sales.ClaimLine, micro, whole int64) error {
	share, err := tandem.NewRatio(micro, whole)
	if err != nil {
		return err
	}
	p.micro += micro
	if !line.Quantity.IsNone() {
		q, err := line.Quantity.MulRatio(share, tandem.HalfAwayFromZero)
		if err != nil {
			return err
		}
		p.quantity += q.Micro()
	}
	if !line.Value.IsNone() {
		v, err := line.Value.MulRatio(share, tandem.HalfAwayFromZero)
		if err != nil {
			return err
		}
		p.value += v.Minor()
	}
	return nil
}

func (p progress) less(o *progress) *progress {
	return &progress{p.micro - o.micro, p.quantity - o.quantity, p.value - o.value}
}

// usage gives it in the units of what was granted, with the uses where there is any.
func (p *progress) usage(granted redemption.Usage) redemption.Usage {
	u := redemption.Usage{Quantity: tandem.QuantityFromMicro(p.quantity, granted.Quantity.Unit()),
		Value: tandem.MoneyFromMinor(p.value, granted.Value.Currency())}
	if p.micro > 0 {
		u.Uses = granted.Uses
	}
	return u
}

// rest gives what was granted beyond it.
func (p *progress) rest(granted redemption.Usage) redemption.Usage {
	u := p.usage(granted)
	return redemption.Usage{Uses: granted.Uses - u.Uses, Quantity: tandem.QuantityFromMicro(max(0, granted.Quantity.Micro()-p.quantity), granted.Quantity.Unit()),
		Value: tandem.MoneyFromMinor(max(0, granted.Value.Minor()-p.value), granted.Value.Currency())}
}

// upTo gives what is missing from what there is to what is due, at most what is left.
func upTo(due, is, left redemption.Usage) redemption.Usage {
	return redemption.Usage{Uses: min(max(0, due.Uses-is.Uses), left.Uses),
		Quantity: tandem.QuantityFromMicro(min(max(0, due.Quantity.Micro()-is.Quantity.Micro()), left.Quantity.Micro()), left.Quantity.Unit()),
		Value:    tandem.MoneyFromMinor(min(max(0, due.Value.Minor()-is.Value.Minor()), left.Value.Minor()), left.Value.Currency())}
}
