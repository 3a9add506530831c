package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// takeOver makes what a quotation holds of limits its order's. It was held until the
// quotation's last day, and is held for the order from now on.
func (p *placement[R]) takeOver(ctx context.Context, claims []sales.Claim) ([]sales.Claim, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	u := p.limited()
	if err := u.read(ctx, limitsOf(claims)...); err != nil {
		return nil, err
	}
	for i := range claims {
		c := &claims[i]
		var usage redemption.Usage
		var of []*limit
		for _, id := range limitsOf(claims[i : i+1]) {
			l := u.find(id)
			if l.now == nil {
				continue
			}
			freed, err := u.free(l, c.Key)
			if err != nil {
				return nil, err
			}
			if !freed.IsNothing() {
				usage, of = freed, append(of, l)
			}
		}
		c.Key = p.claimKey(c.Key)
		if len(of) == 0 {
			continue
		}
		if err := u.reserve(c.Key, p.asClaim(usage), of); err != nil {
			return nil, err
		}
	}
	return claims, nil
}

// giveUp frees what a quotation holds of limits.
func (s *Service[R]) giveUp(ctx context.Context, r R, scope *work.Scope, claims []sales.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	u := s.limits(r, scope)
	ids := limitsOf(claims)
	if err := u.read(ctx, ids...); err != nil {
		return err
	}
	for i := range claims {
		for _, id := range limitsOf(claims[i : i+1]) {
			if l := u.find(id); l.now != nil {
				if _, err := u.free(l, claims[i].Key); err != nil {
					return err
				}
			}
		}
	}
	return u.save(ctx)
}

// free frees all that is reserved under a key, and gives what that is. A key that is not
// kept any more holds nothing.
func (u *limits[R]) free(l *limit, key string) (redemption.Usage, error) {
	r, found := l.now.Redemption(key)
	if !found || r.Open().IsNothing() {
		return redemption.Usage{}, nil
	}
	if err := l.now.Release(key, u.scope.Now); err != nil {
		return redemption.Usage{}, err
	}
	l.dirty = true
	return r.Open(), nil
}
