package costing

import "github.com/tandem-go/tandem"

// Revalue sets the value of what is there, and gives the difference to be posted
// (positive where the stock is worth more). It is the way of the average method:
// a landed cost that came late, a write-down. By the standard method the value
// follows the standard; see [CostPool.SetStandard].
func (p *CostPool) Revalue(value tandem.Money, reason string, at tandem.Instant) (tandem.Money, error) {
	if p.s.Method != Average {
		return tandem.Money{}, p.refuse("revalue", "the value follows the standard cost")
	}
	if _, err := value.Cmp(p.s.Value); err != nil {
		return tandem.Money{}, err
	}
	if value.Sign() < 0 || p.s.Quantity.IsZero() && !value.IsZero() {
		return tandem.Money{}, &ResidueError{Product: p.s.Product, Quantity: p.s.Quantity, Value: value}
	}
	return p.revalued(Average, tandem.Price{}, value, reason, at)
}

// SetStandard changes the standard cost, and gives the difference to be posted.
func (p *CostPool) SetStandard(standard tandem.Price, reason string, at tandem.Instant) (tandem.Money, error) {
	if p.s.Method != Standard {
		return tandem.Money{}, p.refuse("set_standard", "the pool has no standard cost")
	}
	return p.ChangeMethod(Standard, standard, reason, at)
}

// ChangeMethod values the stock by another method from now on, and gives the
// difference of its value to be posted: to [Standard] it becomes quantity ×
// standard, to [Average] it stays as it is. A change to [Average] takes no standard.
func (p *CostPool) ChangeMethod(to Method, standard tandem.Price, reason string, at tandem.Instant) (tandem.Money, error) {
	switch {
	case to == Average && standard.IsNone():
		return p.revalued(to, standard, p.s.Value, reason, at)
	case to == Average:
		return tandem.Money{}, fault("cost pool", "standard", "standard", "only for the standard method")
	case to != Standard:
		return tandem.Money{}, fault("cost pool", "method", "method", "must be average or standard")
	case !p.s.fits(standard):
		return tandem.Money{}, fault("cost pool", "standard", "standard", "must be in the pool's unit and currency and not negative")
	}
	worth, err := standard.Times(p.s.Quantity, tandem.HalfAwayFromZero)
	if err != nil {
		return tandem.Money{}, err
	}
	return p.revalued(to, standard, worth, reason, at)
}

func (p *CostPool) revalued(m Method, standard tandem.Price, worth tandem.Money, reason string, at tandem.Instant) (tandem.Money, error) {
	if len(reason) > tandem.MaxText {
		return tandem.Money{}, fault("cost pool", "too_long", "reason", "too long")
	}
	difference, err := worth.Sub(p.s.Value)
	if err != nil {
		return tandem.Money{}, err
	}
	p.s.Method, p.s.Standard, p.s.Value = m, standard, worth
	p.record(PoolRevalued{ID: p.s.ID, Company: p.s.Company, Product: p.s.Product, Method: m,
		Standard: standard, Value: worth, Difference: difference, Reason: reason, At: at})
	return difference, nil
}

func (p *CostPool) refuse(command, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "cost pool " + p.s.ID.String(),
		State: string(p.s.Method), Code: "method", Reason: reason}
}
