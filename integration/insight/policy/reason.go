package policy

import (
	"fmt"
	"math"
)

// because says what the levels are made of.
func (l *Levels) because(r *rule, item Item) string {
	text := fmt.Sprintf("demand over lead time %s, with review %s", number(l.LeadTimeDemand.Mean), number(l.ProtectionDemand.Mean))
	if !r.Certain() {
		text += " ± " + number(l.ProtectionDemand.Deviation)
	}
	text += r.ground
	safety := l.SafetyStock
	if math.Abs(safety) <= float64(1e-9*l.ProtectionDemand.Mean) {
		safety = 0 // but for the error of arithmetic
	}
	switch {
	case item.sized() && safety < 0:
		text += fmt.Sprintf("; reorder point %s, seen at an undershoot of %s, is %s below the demand over lead time", number(l.ReorderPoint),
			number(l.Undershoot), number(-safety))
	case item.sized():
		text += fmt.Sprintf("; reorder point %s holds %s for undershoot and %s for safety", number(l.ReorderPoint), number(l.Undershoot),
			number(safety))
	case safety < 0:
		text += fmt.Sprintf("; order-up-to level %s is %s below the demand over lead time and review", number(l.OrderUpTo), number(-safety))
	default:
		text += fmt.Sprintf("; order-up-to level %s holds %s for safety", number(l.OrderUpTo), number(safety))
	}
	if item.sized() {
		text += fmt.Sprintf("; order quantity %s from %s", number(l.OrderQuantity), r.size)
	}
	if by, least := item.carrier(l); safety < 0 && l.Kind != SinglePeriod && least > r.Between() && !r.starved {
		text += fmt.Sprintf("; %s of %s carries the service: an order is for more than the demand between reviews, and what is beyond the level "+
			"serves", by, number(least))
	}
	return text
}

// carrier names what makes an order as large as it is at least.
func (i Item) carrier(l *Levels) (name string, least float64) {
	lot := i.lot()
	least = units(lot.up(1))
	switch {
	case i.sized() && l.OrderQuantity > least:
		return "the order quantity", l.OrderQuantity
	case lot.minimum.Micro() > lot.step():
		return "the minimum order", least
	}
	return "the pack", least
}
