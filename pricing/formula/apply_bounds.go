package formula

import "github.com/tandem-go/tandem"

// bound is a limit of the price; of none, by is empty.
type bound struct {
	at fraction
	by Bound
}

// clamp holds the price within its bounds, and gives it its ending again.
func (m *making) clamp() error {
	if err := m.findBounds(); err != nil {
		return err
	}
	held := bound{}
	switch {
	case m.price.cmp(m.lower.at) < 0:
		held = m.lower
	case m.upper.by != "" && m.price.cmp(m.upper.at) > 0:
		held = m.upper
	default:
		return nil
	}
	m.price = held.at
	step := Step{Kind: StepClamp, Bound: held.by}
	switch held.by {
	case BoundMin:
		step.Amount, step.Rate = m.f.MinMargin.Amount, m.f.MinMargin.Rate
	case BoundMax:
		step.Amount, step.Rate = m.f.MaxMargin.Amount, m.f.MaxMargin.Rate
	}
	if err := m.show(step, false); err != nil {
		return err
	}
	if m.f.Charm == nil || m.f.Ending != KeepEnding || held.by == BoundNought && !m.charmed {
		return nil
	}
	return m.endAgain(held)
}

func (m *making) findBounds() error {
	m.lower = bound{whole(0), BoundNought}
	if m.f.Charm != nil && m.f.Charm.NotBelowCost {
		m.lower = bound{m.cost, BoundCost}
	}
	least, ok, err := m.limit(&m.f.MinMargin)
	if err != nil {
		return err
	}
	if ok && least.cmp(m.lower.at) > 0 {
		m.lower = bound{least, BoundMin}
	}
	greatest, ok, err := m.limit(&m.f.MaxMargin)
	if err != nil {
		return err
	}
	if ok {
		if greatest.cmp(m.lower.at) < 0 {
			greatest = m.lower.at
		}
		m.upper = bound{greatest, BoundMax}
	}
	return nil
}

func (m *making) limit(k *Clamp) (at fraction, ok bool, err error) {
	switch k.Kind {
	case "":
		return at, false, nil
	case AmountOverBase:
		amount, err := m.perUnit(k.Amount)
		if err != nil {
			return at, false, err
		}
		at, err = m.base.plus(amount, m.basis)
		return at, true, err
	case RateOverCost:
		if nano := k.Rate.Nano(); nano >= -one && nano <= MaxMarkup*one {
			at, err = m.cost.times(one+nano, one)
			return at, true, err
		}
	}
	return at, false, tandem.ErrOutOfRange
}

// endAgain takes the next ending (with its fee) that keeps the bound; where none
// lies within both bounds, the price stays at the one that held it.
func (m *making) endAgain(held bound) error {
	fee, err := m.perUnit(m.f.Fee)
	if err != nil {
		return err
	}
	before, err := held.at.plus(-fee, m.basis)
	if err != nil {
		return err
	}
	p, err := before.point()
	if err != nil {
		return err
	}
	var to int64
	found := true
	if held.by == BoundMax {
		to, found = m.f.Charm.down(p.floor)
	} else if to, err = m.f.Charm.up(p.ceiling()); err != nil {
		return err
	}
	if !found {
		return nil
	}
	price, err := whole(to).plus(fee, m.basis)
	if err != nil {
		return err
	}
	if price.cmp(m.lower.at) < 0 || m.upper.by != "" && price.cmp(m.upper.at) > 0 {
		return nil
	}
	m.price = price
	return m.show(Step{Kind: StepEnding}, true)
}
