package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/pricing"
)

// smaller gives the lines whose quantity became smaller.
func (a *amendment[R]) smaller(before []sales.Line) (out []int) {
	for i := range before {
		if l, found := a.order.Line(before[i].Line); found && l.Quantity.Micro() < before[i].Quantity.Micro() {
			out = append(out, l.Line)
		}
	}
	return out
}

// diff gives the amendment with its prices.
func (a *amendment[R]) diff(ctx context.Context, cmd *AmendOrder) (sales.Amendment, error) {
	out := sales.Amendment{Date: a.p.date, Reason: cmd.Reason, Remove: cmd.Remove}
	lines := append([]OrderLine(nil), cmd.Add...)
	repriced := make([]int, len(cmd.Change)) // place among the lines, counted from 1
	numbers := make([]int, len(cmd.Add))     // of the lines
	last := a.order.State().LastLine
	for i := range numbers {
		numbers[i] = last + 1 + i
	}
	var anew []int
	for i := range cmd.Change {
		change := &cmd.Change[i]
		l, found := a.order.Line(change.Line)
		if !found || !asks(change, &l) {
			continue
		}
		line := a.lineOf(change, &l)
		kept := false
		if line.Agreed == nil {
			var err error
			if kept, err = a.s.keeps(ctx, a.r, a.order, &l); err != nil {
				return out, err
			}
		}
		switch {
		case !kept:
			repriced[i] = len(lines) + 1
			anew = append(anew, change.Line)
		case line.Quantity.Micro() <= l.Ordered.Micro():
			continue
		default: // only the floors are asked about more at the price that it keeps
			price, err := keptPrice(&l)
			if err != nil {
				return out, err
			}
			line.Agreed = &pricing.Override{Price: price, Reason: cmd.Reason}
		}
		lines, numbers = append(lines, line), append(numbers, change.Line)
	}
	if err := a.unclaim(ctx, append(anew, cmd.Remove...)); err != nil {
		return out, err
	}
	items, err := a.price(ctx, lines, numbers, cmd)
	if err != nil {
		return out, err
	}
	for i := len(numbers); i < len(items); i++ {
		numbers = append(numbers, last+1+len(cmd.Add)+i-len(lines))
	}
	a.claims = a.p.heldClaims(func(place int) int { return numbers[place] })
	ahead := a.s.reads(a.r)
	for i := range items {
		ahead.taxCode(items[i].TaxCode)
	}
	if err := a.s.fetch(ctx, a.r, &ahead); err != nil {
		return out, err
	}
	out.Add = a.added(items, numbers, len(cmd.Add), len(lines))
	grown, err := a.promise(ctx, cmd, out.Add)
	if err != nil {
		return out, err
	}
	out.Change = a.changes(cmd, items, repriced, grown)
	return out, nil
}

// changes gives the lines that change, at their new prices.
func (a *amendment[R]) changes(cmd *AmendOrder, items []sales.Item, repriced []int, grown map[int]tandem.Date) (out []sales.LineAmendment) {
	for i, change := range cmd.Change {
		line := sales.LineAmendment{Line: change.Line, Ordered: change.Quantity, Promise: change.Promise}
		if day, waits := grown[change.Line]; waits {
			line.Promise, line.Unpromised = day, day.IsZero()
		}
		if at := repriced[i]; at > 0 {
			item := &items[at-1]
			if item.Quantity != a.p.whole[at-1] { // the rest is a line of its own
				line.Ordered = item.Ordered
			}
			line.Price, line.PriceRef, line.Discount, line.Net = item.Price, item.PriceRef, item.Discount, item.Net
			line.PricedOn, line.Waterfall = item.PricedOn, item.Waterfall
		}
		out = append(out, line)
	}
	return out
}

// lineOf gives a changed line as it is asked for now.
func (a *amendment[R]) lineOf(change *LineChange, l *sales.Line) OrderLine {
	line := OrderLine{Product: l.Product, Quantity: change.Quantity, Agreed: change.Agreed, TaxCode: l.TaxCode, Group: l.Group, Promise: change.Promise}
	if line.Quantity.IsNone() {
		line.Quantity = l.Ordered
	}
	if line.Promise.IsZero() {
		line.Promise = l.PricedOn
	}
	return line
}

// added gives the lines that are added: those that were asked for, and behind them those
// that came of a cap or a promotion.
func (a *amendment[R]) added(items []sales.Item, numbers []int, asked, lines int) []sales.Item {
	var out []sales.Item
	var stocked, waits []bool
	for i := range items {
		if i >= asked && i < lines {
			continue
		}
		item := items[i]
		if item.Line = numbers[i]; item.Of > 0 {
			item.Of = numbers[item.Of-1]
		}
		out, stocked, waits = append(out, item), append(stocked, a.p.stocked[i]), append(waits, a.p.waits[i])
	}
	a.p.stocked, a.p.waits, a.waiting = stocked, waits, waits
	return out
}

// asks reports whether a change may price its line anew: it agrees a price, or
// changes the quantity of a line of which nothing is shipped or cancelled.
func asks(c *LineChange, l *sales.Line) bool {
	untouched := l.Shipped.IsZero() && l.Cancelled.IsZero()
	return c.Agreed != nil || untouched && !c.Quantity.IsNone() && c.Quantity != l.Ordered
}

// keeps reports whether a line has terms of its own, which a new quantity leaves:
// a price that no list gave or that a quotation locked, or a part of a discount.
func (s *Service[R]) keeps(ctx context.Context, r R, order *sales.Order, l *sales.Line) (bool, error) {
	if rule := l.PriceRef.Rule; rule == pricing.RuleAgreed || rule == ruleReplacement || l.Promotion != "" || !l.Discount.IsZero() {
		return true, nil
	}
	ref := order.State().Quotation
	if ref.Kind != quotation.Kind {
		return false, nil
	}
	q, err := r.SalesQuotations().Get(ctx, order.Company(), tandem.IDFromBytes[quotation.ID](ref.ID.Bytes()))
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(q.State().Lines, func(i sales.Item) bool { return i.Line == l.Line }), nil
}

// keptPrice gives what a base unit of the line costs after its discounts.
func keptPrice(l *sales.Line) (tandem.Price, error) {
	price, err := l.Price, error(nil)
	if price.Unit() != l.Quantity.Unit() {
		if price, err = price.Convert(l.Quantity.Unit(), l.Factor, tandem.HalfAwayFromZero); err != nil {
			return price, err
		}
	}
	if l.Discount.IsZero() {
		return price, nil
	}
	if l.Net.IsZero() {
		return price.MulRate(tandem.Rate{}, tandem.HalfAwayFromZero)
	}
	whole, err := l.Net.Add(l.Discount)
	if err != nil {
		return price, err
	}
	left, err := tandem.NewRatio(l.Net.Minor(), whole.Minor())
	if err != nil {
		return price, err
	}
	return price.ConvertCurrency(price.Currency(), left, tandem.HalfAwayFromZero)
}

// price prices lines of the order; its other lines count with them for breaks.
func (a *amendment[R]) price(ctx context.Context, lines []OrderLine, numbers []int, cmd *AmendOrder) ([]sales.Item, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	a.p.goods, a.p.amended = a.goods, true
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		if slices.Contains(numbers, l.Line) || slices.Contains(cmd.Remove, l.Line) || l.Promotion != "" {
			continue
		}
		around, err := a.stays(&l, cmd)
		if err != nil {
			return nil, err
		}
		if around.Quantity.Sign() > 0 {
			a.p.around = append(a.p.around, around)
		}
	}
	was := a.order.Pricing()
	asked := PlaceOrder{Customer: a.order.Customer(), ShipTo: tandem.Address{Country: a.order.ShipToCountry()}, Lines: lines,
		Approval: cmd.Approval, ApprovalTokens: cmd.ApprovalTokens, Channel: was.Channel, Coupons: was.Coupons}
	items, err := a.p.items(ctx, &asked)
	if err != nil {
		return nil, err
	}
	a.p.whole = make([]tandem.Quantity, len(lines))
	for i := range lines {
		a.p.whole[i] = a.p.request.Lines[i].Quantity
	}
	return items, nil
}

// stays gives a line that keeps its price, as pricing counts it: with the quantity that
// it has when the order is amended.
func (a *amendment[R]) stays(l *sales.Line, cmd *AmendOrder) (pricing.Line, error) {
	quantity := l.Quantity
	for i := range cmd.Change {
		if c := &cmd.Change[i]; c.Line == l.Line && !c.Quantity.IsNone() {
			var err error
			if quantity, err = c.Quantity.Convert(l.Quantity.Unit(), l.Factor, tandem.HalfAwayFromZero); err != nil {
				return pricing.Line{}, err
			}
		}
	}
	price, err := keptPrice(l)
	return pricing.Line{Product: l.Product, Quantity: tandem.QuantityFromMicro(quantity.Micro()-l.Cancelled.Micro(), quantity.Unit()), Group: l.Group,
		TaxCode: l.TaxCode, Agreed: &pricing.Override{Price: price, Reason: "kept"}}, err
}
