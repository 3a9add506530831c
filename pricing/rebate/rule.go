package rebate

import "github.com/tandem-go/tandem"

// Rebate gives the rebate on a net volume. reached is the highest net volume that there
// was, which counts under [HighestReached] alone. The terms must be valid. The amount is
// rounded once.
func (t Terms) Rebate(net, reached Volume) (tandem.Money, error) {
	if err := t.check(net, reached); err != nil {
		return tandem.Money{}, err
	}
	return t.rebate(net, t.measure(reached))
}

func (t *Terms) check(net, reached Volume) error {
	var c tandem.Check
	c.Require(t.fits(net), "volume", "net", "must have the terms' currency and unit and not be negative")
	c.Require(t.Returns != HighestReached || t.fits(reached), "volume", "reached", "must have the terms' currency and unit and not be negative")
	return c.Err("rebate")
}

func (t *Terms) rebate(net Volume, reached int64) (tandem.Money, error) {
	if t.Scale == BackToFirstUnit {
		return t.rewardAt(t.standing(t.measure(net), reached)).Of(net, t.Rounding)
	}
	total := tandem.NewTotal(t.Currency)
	t.slices(t.measure(net), func(tier *Tier, part int64) {
		if tier.PerUnit.IsNone() {
			total.AddRate(tandem.MoneyFromMinor(part, t.Currency), tier.Rate)
		} else {
			total.AddProduct(tier.PerUnit, tandem.QuantityFromMicro(part, t.Unit))
		}
	})
	return total.Money(t.Rounding)
}

// standing gives the measure that decides the tier.
func (t *Terms) standing(net, reached int64) int64 {
	if t.Returns == HighestReached {
		return max(net, reached)
	}
	return net
}

// rewardAt gives the reward of the tier that a measure reaches; below the first, none.
func (t *Terms) rewardAt(measure int64) Reward {
	for i := len(t.Tiers) - 1; i >= 0; i-- {
		if t.from(i) <= measure {
			return t.Tiers[i].Reward
		}
	}
	return t.reward(0)
}

// slices hands out the part of a measure that falls into each tier.
func (t *Terms) slices(measure int64, part func(tier *Tier, part int64)) {
	for i := range t.Tiers {
		end := measure
		if i+1 < len(t.Tiers) {
			end = min(end, t.from(i+1))
		}
		if from := t.from(i); from < end {
			part(&t.Tiers[i], end-from)
		}
	}
}

// reward makes a reward of thousand-millionths, or of millionths of the currency unit.
func (t *Terms) reward(n int64) Reward {
	if !t.perUnit() {
		return Reward{Rate: tandem.RateFromNano(n)}
	}
	p, _ := tandem.PriceFromMicro(n, t.Currency, 1, t.Unit) // both are valid
	return Reward{PerUnit: p}
}

// size is the inverse of [Terms.reward].
func (r Reward) size() int64 {
	if r.PerUnit.IsNone() {
		return r.Rate.Nano()
	}
	return r.PerUnit.Micro()
}
