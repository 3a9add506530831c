package costing

import "github.com/tandem-go/tandem"

// Valuation is what a command did to the value of the stock. What was stated is
// what the stock took up, or gave, and the variance:
//
//	stated = Value + Variance
//
// so that a posting of the three balances.
type Valuation struct {
	Quantity tandem.Quantity `json:"quantity"` // moved, positive
	Value    tandem.Money    `json:"value"`    // by which the value of the stock rose, or fell where goods went out
	Variance tandem.Money    `json:"variance"` // the rest of what was stated: the purchase price variance
}

// Receive takes in quantity, which cost value (nought for free goods, never
// negative). The average method takes up the value as it is; the standard method
// takes up the standard cost, and the rest is the variance.
func (p *CostPool) Receive(quantity tandem.Quantity, value tandem.Money) (Valuation, error) {
	if err := p.stated(quantity, value); err != nil {
		return Valuation{}, err
	}
	after, err := p.s.Quantity.Add(quantity)
	if err != nil {
		return Valuation{}, err
	}
	worth, err := p.worthWith(after, value)
	if err != nil {
		return Valuation{}, err
	}
	taken, err := worth.Sub(p.s.Value)
	if err != nil {
		return Valuation{}, err
	}
	return p.moved(quantity, value, taken, after, worth)
}

// worthWith gives what the stock is worth when value comes in and makes it after.
func (p *CostPool) worthWith(after tandem.Quantity, value tandem.Money) (tandem.Money, error) {
	if p.s.Method == Standard {
		return p.s.Standard.Times(after, tandem.HalfAwayFromZero)
	}
	return p.s.Value.Add(value)
}

// ReturnIn takes back quantity of an earlier issue at original, the value that the
// issue took for it ([ShareOfIssue]): a return costs what its issue did, not what
// the stock costs today. For the rest it is a [CostPool.Receive].
func (p *CostPool) ReturnIn(quantity tandem.Quantity, original tandem.Money) (Valuation, error) {
	return p.Receive(quantity, original)
}

// Issue takes out quantity and gives the exact value that goes with it: its share
// of the pool's value by [tandem.Allocate], or the fall of the standard value. The
// last unit takes the rest. More than there is is an [*InsufficientError].
func (p *CostPool) Issue(quantity tandem.Quantity) (Valuation, error) {
	left, err := p.without(quantity)
	if err != nil {
		return Valuation{}, err
	}
	taken, err := p.worthOf(quantity, left)
	if err != nil {
		return Valuation{}, err
	}
	return p.takeOut(quantity, taken, taken, left)
}

// ReturnOut sends quantity back to its supplier at original, the value that it was
// received for. The stock falls by that value as far as what stays keeps a sound
// one (not below nought, and nought without quantity); by the standard method it
// falls by the standard cost. The rest is the variance, negative where the stock
// fell by more than original.
func (p *CostPool) ReturnOut(quantity tandem.Quantity, original tandem.Money) (Valuation, error) {
	if err := p.stated(quantity, original); err != nil {
		return Valuation{}, err
	}
	left, err := p.without(quantity)
	if err != nil {
		return Valuation{}, err
	}
	taken := original
	switch {
	case p.s.Method == Standard:
		if taken, err = p.worthOf(quantity, left); err != nil {
			return Valuation{}, err
		}
	case left.IsZero() || original.Minor() > p.s.Value.Minor():
		taken = p.s.Value
	}
	return p.takeOut(quantity, original, taken, left)
}

// without gives what stays when quantity goes.
func (p *CostPool) without(quantity tandem.Quantity) (tandem.Quantity, error) {
	if err := p.stated(quantity, tandem.MoneyFromMinor(0, p.s.Value.Currency())); err != nil {
		return tandem.Quantity{}, err
	}
	if quantity.Micro() > p.s.Quantity.Micro() {
		return tandem.Quantity{}, &InsufficientError{Company: p.s.Company, Product: p.s.Product, Wanted: quantity, Available: p.s.Quantity}
	}
	return p.s.Quantity.Sub(quantity)
}

// worthOf gives what an issue of quantity takes that leaves left.
func (p *CostPool) worthOf(quantity, left tandem.Quantity) (tandem.Money, error) {
	if p.s.Method == Standard {
		worth, err := p.s.Standard.Times(left, tandem.HalfAwayFromZero)
		if err != nil {
			return tandem.Money{}, err
		}
		return p.s.Value.Sub(worth)
	}
	return tandem.Part(p.s.Value, quantity.Micro(), left.Micro())
}

func (p *CostPool) takeOut(quantity tandem.Quantity, stated, taken tandem.Money, left tandem.Quantity) (Valuation, error) {
	rest, err := p.s.Value.Sub(taken)
	if err != nil {
		return Valuation{}, err
	}
	return p.moved(quantity, stated, taken, left, rest)
}

// moved is the one place that changes the pool by a move.
func (p *CostPool) moved(quantity tandem.Quantity, stated, taken tandem.Money, after tandem.Quantity, worth tandem.Money) (Valuation, error) {
	variance, err := stated.Sub(taken)
	if err != nil {
		return Valuation{}, err
	}
	p.s.Quantity, p.s.Value = after, worth
	return Valuation{Quantity: quantity, Value: taken, Variance: variance}, nil
}

// stated checks what a command was given.
func (p *CostPool) stated(quantity tandem.Quantity, value tandem.Money) error {
	switch {
	case quantity.Unit() == 0:
		return tandem.ErrNoUnit
	case quantity.Unit() != p.s.Quantity.Unit():
		return tandem.ErrUnit
	case value.Currency() == 0:
		return tandem.ErrNoCurrency
	case value.Currency() != p.s.Value.Currency():
		return tandem.ErrCurrency
	case quantity.Sign() <= 0:
		return fault("cost pool", "quantity", "quantity", "must be positive")
	case value.Sign() < 0:
		return fault("cost pool", "value", "value", "must not be negative")
	}
	return nil
}

// ShareOfIssue gives the value of a part that comes back of an issue of quantity
// issued at value, of which returned came back before at returnedValue. It is an
// allocation of what is still out, so that the values of all parts, in whatever
// steps, sum to the value of the issue. Before the first return, returned and
// returnedValue are nought or the zero Quantity and Money. More than is still out
// is an [*InsufficientError] without company and product.
func ShareOfIssue(issued tandem.Quantity, value tandem.Money, returned tandem.Quantity, returnedValue tandem.Money,
	part tandem.Quantity) (tandem.Money, error) {
	out, worth := issued, value
	var err error
	if returned != (tandem.Quantity{}) {
		if out, err = issued.Sub(returned); err != nil {
			return tandem.Money{}, err
		}
	}
	if returnedValue != (tandem.Money{}) {
		if worth, err = value.Sub(returnedValue); err != nil {
			return tandem.Money{}, err
		}
	}
	left, err := out.Sub(part)
	switch {
	case err != nil:
		return tandem.Money{}, err
	case returned.Sign() < 0 || part.Sign() <= 0:
		return tandem.Money{}, fault("return", "quantity", "quantity", "must be positive")
	case left.Sign() < 0:
		return tandem.Money{}, &InsufficientError{Wanted: part, Available: out}
	}
	return tandem.Part(worth, part.Micro(), left.Micro())
}
