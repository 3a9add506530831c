package ordertocash

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/promotion"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// remaining says what is left of the customer's lists with a cap. A cap of which no
// limit was opened yet is whole.
func (p *placement[R]) remaining(ctx context.Context, b *book) (out []pricing.Remaining, err error) {
	if len(b.capped) == 0 {
		return nil, nil
	}
	ids := make([]redemption.ID, len(b.capped))
	for i := range b.capped {
		ids[i] = redemption.IDOf(p.s.company(), redemption.ForContract, b.capped[i].List)
	}
	if err := p.limited().read(ctx, ids...); err != nil {
		return nil, err
	}
	for i := range b.capped {
		l := p.limits.find(ids[i]).now
		if l == nil {
			continue
		}
		terms := l.Terms()
		left := redemption.Usage{Quantity: tandem.QuantityFromMicro(0, terms.Quantity.Unit()), Value: tandem.MoneyFromMinor(0, terms.Value.Currency())}
		now := p.scope.Now
		if l.Status() == redemption.StatusOpen && !now.Before(terms.From) && (terms.Until.IsZero() || now.Before(terms.Until)) {
			if left, err = l.Available(p.buyer, now); err != nil {
				return nil, err
			}
		}
		out = append(out, pricing.Remaining{List: b.capped[i].List, Quantity: left.Quantity, Value: left.Value})
	}
	return out, nil
}

// limited gives the limits that the command draws upon.
func (p *placement[R]) limited() *limits[R] {
	if p.limits == nil {
		p.limits = p.s.limits(p.r, p.scope)
	}
	return p.limits
}

// claim holds what the prices take of limits. again: a promotion that is used up was
// left out, and the order is to be priced without it.
func (p *placement[R]) claim(ctx context.Context, b *book, req *pricing.Request, res *pricing.Result) (again bool, err error) {
	if len(res.Promotions)+len(res.Consumed) == 0 {
		return false, nil
	}
	u := p.limited()
	if err := p.readLimits(ctx, res); err != nil {
		return false, err
	}
	u.keep()
	claims := len(p.claims)
	for i := range res.Promotions {
		a := &res.Promotions[i]
		err := p.claimPromotion(ctx, b, a, res)
		if err == nil {
			continue
		}
		used := errors.Is(err, tandem.ErrInsufficient) || errors.Is(err, tandem.ErrNotAllowed)
		if !used || p.s.c.UsedUp == RefuseUsedUp || len(req.Without) >= promotion.MaxWithout {
			return false, err
		}
		u.undo()
		p.claims = p.claims[:claims]
		req.Without = append(req.Without, a.Promotion)
		return true, nil
	}
	for i := range res.Consumed {
		if err := p.claimContract(ctx, b, &res.Consumed[i], partOf(res.Consumed[:i], res.Consumed[i].Line)); err != nil {
			return false, err
		}
	}
	return false, nil
}

// readLimits reads the limits of all that was applied at a time.
func (p *placement[R]) readLimits(ctx context.Context, res *pricing.Result) error {
	var ids []redemption.ID
	for i := range res.Promotions {
		ids = append(ids, redemption.IDOf(p.s.company(), redemption.ForPromotion, res.Promotions[i].Promotion))
	}
	for i := range res.Coupons {
		if code, err := redemption.ParseCode(res.Coupons[i].Coupon); err == nil {
			ids = append(ids, redemption.CodeID(p.s.company(), code))
		}
	}
	for i := range res.Consumed {
		ids = append(ids, redemption.IDOf(p.s.company(), redemption.ForContract, res.Consumed[i].List))
	}
	return p.limits.read(ctx, ids...)
}

// claimPromotion holds a use of a promotion that was applied, and what it saves, of
// the promotion's limit, the coupon's and those of their campaigns. What has no limit
// is free.
func (p *placement[R]) claimPromotion(ctx context.Context, b *book, a *promotion.Applied, res *pricing.Result) error {
	ids := []redemption.ID{redemption.IDOf(p.s.company(), redemption.ForPromotion, a.Promotion)}
	for i := range res.Coupons {
		if res.Coupons[i].Promotion == a.Promotion {
			if code, err := redemption.ParseCode(res.Coupons[i].Coupon); err == nil {
				ids = append(ids, redemption.CodeID(p.s.company(), code))
			}
		}
	}
	of, err := p.limits.withParents(ctx, ids)
	if err != nil || len(of) == 0 {
		return err
	}
	claim := held{claim: sales.Claim{Key: p.claimKey(a.Promotion)}, promotion: a.Promotion}
	counts := slices.ContainsFunc(of, func(l *limit) bool { return !l.now.Terms().Quantity.IsNone() })
	var quantity tandem.Quantity
	for i := range res.Savings {
		if s := &res.Savings[i]; s.Promotion == a.Promotion {
			place := b.place(s.Line)
			line := sales.ClaimLine{Line: place + 1, Value: s.Amount}
			if counts {
				line.Quantity = p.lines[place].Quantity
			}
			claim.add(line)
		}
	}
	for i := range claim.claim.Lines {
		if quantity, err = sumQuantity(quantity, claim.claim.Lines[i].Quantity); err != nil {
			return err
		}
	}
	if err := p.limits.reserve(claim.claim.Key, p.asClaim(redemption.Usage{Uses: 1, Quantity: quantity, Value: a.Saving}), of); err != nil {
		return err
	}
	p.holds(&claim, of)
	return nil
}

// sumQuantity adds quantities of which the first may be none.
func sumQuantity(sum, q tandem.Quantity) (tandem.Quantity, error) {
	if sum.IsNone() {
		return q, nil
	}
	if q.IsNone() {
		return sum, nil
	}
	return sum.Add(q)
}

// asClaim says for whom and for which document a usage is claimed.
func (p *placement[R]) asClaim(u redemption.Usage) redemption.Claim {
	return redemption.Claim{Customer: p.buyer, Order: p.document, Usage: u, Until: p.until}
}

// claimKey gives the key of a claim of the document: that of its id and of what is
// claimed, so that who claims it again for the document finds it.
func (p *placement[R]) claimKey(of string) string {
	key := p.prefix + "/" + of
	for n := 2; slices.ContainsFunc(p.claims, func(h held) bool { return h.claim.Key == key }); n++ {
		key = p.prefix + "/" + of + "/" + strconv.Itoa(n)
	}
	if len(key) > tandem.MaxName {
		key = tandem.DeriveID[tandem.ID[any]]("redemption", key).String()
	}
	return key
}

// held is a claim of an order that is not there yet: its lines are places among those
// of the order, from 1.
type held struct {
	claim     sales.Claim
	promotion string
	part      int // of a contract: which part of a line that is parted takes it, from nought
}

// add adds a line, to the one that is there where a promotion falls on it twice.
func (h *held) add(line sales.ClaimLine) {
	for i := range h.claim.Lines {
		if l := &h.claim.Lines[i]; l.Line == line.Line {
			l.Value = tandem.MoneyFromMinor(l.Value.Minor()+line.Value.Minor(), l.Value.Currency()) // both are of one line's amount
			return
		}
	}
	h.claim.Lines = append(h.claim.Lines, line)
}

// holds notes a claim that was granted.
func (p *placement[R]) holds(h *held, of []*limit) {
	for _, l := range of {
		h.claim.Limits = append(h.claim.Limits, tandem.RefTo(redemption.Kind, l.id, ""))
	}
	p.claims = append(p.claims, *h)
}

// partOf gives which part of its line takes what comes after those before: each part but
// the last reaches a cap, and they are told in their order.
func partOf(before []pricing.Consumed, line int) (n int) {
	for i := range before {
		if before[i].Line == line {
			n++
		}
	}
	return n
}

// claimContract holds what a part of a line takes of the cap of a contract. Where no limit was
// opened for the list it is opened here, with the cap as the book says it.
func (p *placement[R]) claimContract(_ context.Context, b *book, c *pricing.Consumed, part int) error {
	l := p.limits.find(redemption.IDOf(p.s.company(), redemption.ForContract, c.List))
	if l.now == nil {
		at := slices.IndexFunc(b.capped, func(k pricing.Capped) bool { return k.List == c.List })
		if at < 0 {
			return nil // the list has no cap: it took nothing
		}
		of := b.capped[at].Cap
		opened, err := redemption.Open(p.s.company(), redemption.Subject{Kind: redemption.ForContract, Name: c.List},
			redemption.Terms{Quantity: of.Quantity, Value: of.Value, Moment: redemption.Moment(of.Counts)}, p.scope.Now)
		if err != nil {
			return err
		}
		l.now = opened
	}
	place := b.place(c.Line)
	usage := redemption.Usage{Uses: 1, Value: c.Value}
	if unit := l.now.Terms().Quantity.Unit(); unit != 0 {
		usage.Quantity = c.Quantity
		if c.Quantity.Unit() != unit {
			factor, err := conversion(p.request.Lines[place].Conversions, c.Quantity.Unit(), unit)
			if err != nil {
				return err
			}
			if usage.Quantity, err = c.Quantity.Convert(unit, factor, tandem.HalfAwayFromZero); err != nil {
				return err
			}
		}
	}
	h := held{claim: sales.Claim{Key: p.claimKey(c.List + "/" + strconv.Itoa(place+1))}, part: part}
	h.claim.Lines = []sales.ClaimLine{{Line: place + 1, Quantity: usage.Quantity, Value: usage.Value}}
	if err := p.limits.reserve(h.claim.Key, p.asClaim(usage), []*limit{l}); err != nil {
		return err
	}
	p.holds(&h, []*limit{l})
	return nil
}

// conversion gives how many of unit to one of unit from is.
func conversion(conversions []tandem.UnitConversion, from, to tandem.Unit) (tandem.Ratio, error) {
	for i := range conversions {
		switch c := &conversions[i]; {
		case c.From == from && c.To == to:
			return c.Factor, nil
		case c.From == to && c.To == from:
			return c.Factor.Inverse()
		}
	}
	return tandem.Ratio{}, tandem.ErrUnit
}

// document claims: those of the order, with the numbers of its lines.
func (p *placement[R]) heldClaims(line func(place int) int) []sales.Claim {
	out := make([]sales.Claim, len(p.claims))
	for i := range p.claims {
		out[i] = p.claims[i].claim
		out[i].Lines = slices.Clone(out[i].Lines)
		for j := range out[i].Lines {
			out[i].Lines[j].Line = line(out[i].Lines[j].Line - 1)
		}
	}
	return out
}
