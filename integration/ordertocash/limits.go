package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// limits are those of promotions, coupons, campaigns and contracts that one command
// draws upon: each is read once, and saved once at the end.
type limits[R Repos] struct {
	s     *Service[R]
	r     R
	scope *work.Scope
	known []*limit
}

// limit is one of them.
type limit struct {
	id    redemption.ID
	now   *redemption.Limit // nil: there is none
	kept  *redemption.Limit // as it was before the order was priced
	dirty bool
	was   bool // dirty then
}

func (s *Service[R]) limits(r R, scope *work.Scope) *limits[R] {
	return &limits[R]{s: s, r: r, scope: scope}
}

// find gives a limit that was read, nil where none was.
func (u *limits[R]) find(id redemption.ID) *limit {
	for _, l := range u.known {
		if l.id == id {
			return l
		}
	}
	return nil
}

// read reads limits that were not read yet, all of them at a time.
func (u *limits[R]) read(ctx context.Context, ids ...redemption.ID) error {
	ahead := u.s.reads(u.r)
	for _, id := range ids {
		if ahead.on && u.find(id) == nil {
			ahead.add(work.OfRedemptionLimits, id)
		}
	}
	if err := u.s.fetch(ctx, u.r, &ahead); err != nil {
		return err
	}
	for _, id := range ids {
		if u.find(id) != nil {
			continue
		}
		l, err := u.r.RedemptionLimits().Get(ctx, u.s.company(), id)
		if err != nil && !errors.Is(err, tandem.ErrNotFound) {
			return err
		}
		if err != nil {
			l = nil
		}
		read := &limit{id: id, kept: l}
		u.own(read)
		u.known = append(u.known, read)
	}
	return nil
}

// withParents adds the limits that those of the ids are a part of: the campaign of a
// code. What there is no limit of is free, and is left out.
func (u *limits[R]) withParents(ctx context.Context, ids []redemption.ID) ([]*limit, error) {
	if err := u.read(ctx, ids...); err != nil {
		return nil, err
	}
	var out []*limit
	for i := 0; i < len(ids) && len(out) < redemption.MaxLimits; i++ {
		l := u.find(ids[i])
		if l.now == nil {
			continue
		}
		again := false
		for _, o := range out {
			again = again || o == l
		}
		if again {
			continue
		}
		out = append(out, l)
		if parent := l.now.Parent(); !parent.IsZero() {
			if err := u.read(ctx, parent); err != nil {
				return nil, err
			}
			ids = append(ids, parent)
		}
	}
	return out, nil
}

// keep notes how the limits are, so that [limits.undo] can go back.
func (u *limits[R]) keep() {
	for _, l := range u.known {
		l.kept, l.was = l.now, l.dirty
		u.own(l)
	}
}

// own makes a copy of a limit that is kept the one to be changed.
func (u *limits[R]) own(l *limit) {
	if l.kept == nil {
		l.now = nil
		return
	}
	u.scope.Emit(l.kept.Drain())
	l.now = l.kept.Copy(l.kept.Revision())
}

// undo takes back what was reserved since [limits.keep].
func (u *limits[R]) undo() {
	for _, l := range u.known {
		l.dirty = l.was
		u.own(l)
	}
}

// reserve holds a claim as a whole in all the limits; in part it is of no use to an order
// whose price stands.
func (u *limits[R]) reserve(key string, claim redemption.Claim, of []*limit) error {
	all, whole := make([]*redemption.Limit, len(of)), true
	for i, l := range of {
		within, _, err := l.now.Split(claim, u.scope.Now)
		if err != nil {
			return err
		}
		whole = whole && within == claim.Usage
		all[i] = l.now
	}
	if _, err := redemption.ReserveAll(key, claim, u.scope.Now, all...); err != nil {
		return err
	}
	if !whole { // the limit would grant a part
		return &redemption.ExhaustedError{Limit: of[0].id, Code: "value", Asked: claim.Usage}
	}
	for _, l := range of {
		l.dirty = true
	}
	return nil
}

// save saves what was changed.
func (u *limits[R]) save(ctx context.Context) error {
	if u == nil {
		return nil
	}
	for _, l := range u.known {
		if l.dirty && l.now != nil {
			u.scope.Emit(l.now.Drain())
			if err := u.r.RedemptionLimits().Save(ctx, l.now); err != nil {
				return err
			}
		}
	}
	return nil
}
