package ordertocash

import (
	"context"
	"slices"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// claiming says for which document, and for which version of it, claims are made.
func (a *amendment[R]) claiming() {
	a.limits = a.s.limits(a.r, a.scope)
	a.p.limits = a.limits
	a.p.claimFor(a.order.Ref())
	a.p.prefix += "/" + strconv.Itoa(a.order.Version()+1)
	a.p.buyer = a.order.Customer()
}

// unclaim gives back what lines hold of limits that are priced anew or removed, so that
// it is there for their new prices.
func (a *amendment[R]) unclaim(ctx context.Context, lines []int) error {
	if !a.order.HasClaims() || len(lines) == 0 {
		return nil
	}
	claims := a.order.Pricing().Claims
	for i := range claims {
		claims[i].Lines = slices.DeleteFunc(claims[i].Lines, func(l sales.ClaimLine) bool { return slices.Contains(lines, l.Line) })
	}
	if err := a.order.RecordClaims(claims); err != nil {
		return err
	}
	if err := a.limits.settle(ctx, a.order); err != nil {
		return err
	}
	return a.order.RecordClaims(slices.DeleteFunc(claims, func(c sales.Claim) bool { return len(c.Lines) == 0 }))
}

// claim makes what the order holds of limits follow its lines: what became smaller needs
// less, what grew at the price that it keeps needs more, and is refused where there is
// not so much.
func (a *amendment[R]) claim(ctx context.Context, before []sales.Line) error {
	claims := a.order.Pricing().Claims
	if len(claims)+len(a.claims) == 0 {
		return nil
	}
	if err := a.limits.read(ctx, limitsOf(claims)...); err != nil {
		return err
	}
	for i := range claims {
		grows := false
		for j := range claims[i].Lines {
			more, err := a.resize(&claims[i].Lines[j], before)
			if err != nil {
				return err
			}
			grows = grows || more
		}
		if grows {
			if err := a.claimAnew(&claims[i]); err != nil {
				return err
			}
		}
	}
	return a.order.RecordClaims(append(claims, a.claims...))
}

// resize makes what a line holds follow its quantity in proportion, and tells whether
// that is more.
func (a *amendment[R]) resize(l *sales.ClaimLine, before []sales.Line) (more bool, err error) {
	is, found := a.order.Line(l.Line)
	was := slices.IndexFunc(before, func(b sales.Line) bool { return b.Line == l.Line })
	if !found || was < 0 || is.Quantity == before[was].Quantity {
		return false, nil
	}
	old, now := before[was].Quantity.Micro(), is.Quantity.Micro()
	share, err := tandem.NewRatio(now, old)
	if err != nil {
		return false, err
	}
	if !l.Quantity.IsNone() {
		if l.Quantity, err = l.Quantity.MulRatio(share, tandem.HalfAwayFromZero); err != nil {
			return false, err
		}
	}
	if !l.Value.IsNone() {
		l.Value, err = l.Value.MulRatio(share, tandem.HalfAwayFromZero)
	}
	return now > old, err
}

// claimAnew holds a claim that has grown under a key of this version of the order, in
// place of the one before: it is still one use.
func (a *amendment[R]) claimAnew(c *sales.Claim) error {
	usage := redemption.Usage{Uses: 1}
	var err error
	for i := range c.Lines {
		if usage.Quantity, err = sumQuantity(usage.Quantity, c.Lines[i].Quantity); err != nil {
			return err
		}
		if usage.Value.IsNone() {
			usage.Value = c.Lines[i].Value
		} else if usage.Value, err = usage.Value.Add(c.Lines[i].Value); err != nil {
			return err
		}
	}
	var of []*limit
	for _, id := range limitsOf([]sales.Claim{*c}) {
		l := a.limits.find(id)
		if l.now == nil {
			continue
		}
		if _, found := l.now.Redemption(c.Key); found {
			if err := l.now.Cancel(c.Key, a.scope.Now); err != nil {
				return err
			}
		}
		of = append(of, l)
	}
	if c.Key = a.p.claimKey(c.Key); len(of) == 0 {
		return nil
	}
	return a.limits.reserve(c.Key, a.p.asClaim(usage), of)
}
