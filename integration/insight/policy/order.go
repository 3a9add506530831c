package policy

import (
	"fmt"
	"math"

	"github.com/tandem-go/tandem"
)

// Position is the stock that counts when an order is decided. None counts as
// nought, but an order needs a unit: where the item has no pack, minimum or maximum to
// name it, a quantity of the position must, such as 0 EA on hand.
type Position struct {
	OnHand      tandem.Quantity `json:"on_hand"`
	OnOrder     tandem.Quantity `json:"on_order"`    // bought and not yet received
	Backordered tandem.Quantity `json:"backordered"` // owed to customers, not in OnHand
}

// Order is a quantity to buy, with the reason in words.
type Order struct {
	Quantity tandem.Quantity `json:"quantity"` // nought where nothing is to be bought
	Reason   string          `json:"reason"`
}

// net gives on hand + on order − backordered in millionths, and the unit.
func (p Position) net(unit tandem.Unit) (int64, tandem.Unit, error) {
	var c tandem.Check
	net := int64(0)
	for _, f := range []struct {
		path     string
		quantity tandem.Quantity
		sign     int64
	}{{"on_hand", p.OnHand, 1}, {"on_order", p.OnOrder, 1}, {"backordered", p.Backordered, -1}} {
		if f.quantity.IsNone() {
			continue
		}
		if unit == 0 {
			unit = f.quantity.Unit()
		}
		m := f.quantity.Micro()
		c.Require(f.quantity.Unit() == unit, "unit", f.path, "must have the unit of the others")
		c.Require(m >= -MaxQuantity && m <= MaxQuantity, "quantity", f.path, "must be at most MaxQuantity")
		c.Require(m >= 0 || f.path == "on_hand", "negative", f.path, "must not be negative")
		if c.OK() {
			net += f.sign * m
		}
	}
	c.Require(unit != 0, "unit", "on_hand", "the unit is not known: give the position a quantity with "+
		"its unit, such as 0 EA on hand, or the item a pack, minimum or maximum")
	return net, unit, c.Err("position")
}

// Order gives what to buy at a review: nothing where the position is above the
// reorder point (for periodic and single_period: not below the order-up-to level),
// else by the rule, rounded up to the minimum and to full packs (whole units
// without a pack) and at most the maximum. The faults of the position are errors.
func (l Levels) Order(p Position) (Order, error) {
	lot := lot{l.Pack, l.Minimum, l.Maximum}
	if err := l.Validate(); err != nil {
		return Order{}, err
	}
	net, unit, err := p.net(lot.unit())
	if err != nil {
		return Order{}, err
	}
	quantity, reason := l.decide(net, lot, unit)
	if quantity > lot.cap() {
		quantity = lot.cap()
		reason += "; held at the largest order"
	}
	return Order{Quantity: tandem.QuantityFromMicro(quantity, unit), Reason: reason}, nil
}

// decide applies the rule to a position in millionths.
func (l Levels) decide(net int64, lot lot, unit tandem.Unit) (int64, string) {
	position := "position " + tandem.QuantityFromMicro(net, unit).String()
	if l.OrderUpTo <= 0 && l.ReorderPoint <= 0 && l.OrderQuantity <= 0 {
		if net >= 0 {
			return 0, position + ": no demand is expected, so that nothing is ordered"
		}
		return lot.up(-net), position + ": no demand is expected; ordered is what customers wait for"
	}
	switch l.Kind {
	case ReorderPoint:
		point, size := micro(l.ReorderPoint), lot.up(max(micro(l.OrderQuantity), 1))
		if net > point {
			return 0, fmt.Sprintf("%s is above the reorder point %s", position, number(l.ReorderPoint))
		}
		n := (point-net)/size + 1
		return n * size, fmt.Sprintf("%s is at or below the reorder point %s: %d × the order quantity %s brings it above",
			position, number(l.ReorderPoint), n, number(units(size)))
	case MinMax:
		if net > micro(l.ReorderPoint) {
			return 0, fmt.Sprintf("%s is above the reorder point %s", position, number(l.ReorderPoint))
		}
	}
	missing := micro(l.OrderUpTo) - net
	if missing <= 0 {
		return 0, fmt.Sprintf("%s is not below the order-up-to level %s", position, number(l.OrderUpTo))
	}
	quantity := lot.up(missing)
	reason := fmt.Sprintf("%s is raised to the order-up-to level %s", position, number(l.OrderUpTo))
	if quantity > missing {
		reason += fmt.Sprintf(": %s is missing, rounded up to minimum and packs", number(units(missing)))
	}
	return quantity, reason
}

// number prints an estimate with as many digits as help.
func number(v float64) string {
	if size := math.Abs(v); size < 1e15 && (size >= 100 || v == math.Trunc(v)) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}
