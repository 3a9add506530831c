package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// LineChange changes a line of an order; what is left zero stays as it is. A new
// quantity alone leaves what was agreed: see [Service.Amend].
type LineChange struct {
	Line     int               `json:"line"`
	Quantity tandem.Quantity   `json:"quantity"`         // the whole new quantity, shipped and cancelled included, in the unit of the line
	Agreed   *pricing.Override `json:"agreed,omitempty"` // a new price, agreed by hand
	Promise  tandem.Date       `json:"promise,omitzero"` // the current promise; the first one stays. None: see [Service.Amend]
}

// AmendOrder changes an order that is placed: lines to add, to change and to
// remove, as a whole or not at all.
type AmendOrder struct {
	work.Header
	Order  sales.OrderID `json:"order"`
	Reason string        `json:"reason"`
	Date   tandem.Date   `json:"date,omitzero"` // that prices, unless the order says which does; default today
	Add    []OrderLine   `json:"add,omitempty"`
	Change []LineChange  `json:"change,omitempty"`
	Remove []int         `json:"remove,omitempty"`
	// Approval lets prices below a floor pass; the authoriser is asked about it.
	Approval billing.Approval `json:"approval,omitzero"`

	ApprovalTokens []string `json:"approval_tokens,omitempty"` // see PlaceOrder
}

// CommandName is stable.
func (AmendOrder) CommandName() string { return "ordertocash.amend_order" }

// Access is what the authoriser is asked.
func (c AmendOrder) Access() work.Access { return orderAccess(c.Order) }

// AppendJSON writes the business fields.
func (c AmendOrder) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

func (c AmendOrder) reads(n *reads) {
	n.order(c.Order)
	n.query(anyWaiting(n.company()))
	for i := range c.Add {
		n.product(c.Add[i].Product)
	}
}

// Amend changes an order. Added lines are priced by the lists of the date that the order
// says ([sales.PricedOn]), with its channel and its coupons, and by the customer's grade of
// the day unless a price is agreed, and have no share of the order's discounts; so are
// lines that the lists had priced and whose quantity changes before anything of them is
// shipped or cancelled. What the order has of a product, family or group counts with them
// for breaks. Every other line keeps
// its price, and its share of the order's discounts in proportion, whatever its
// quantity becomes: one whose price was agreed or quoted, one that has such a
// share, one that replaces what came back, one that is shipped in part.
// A line that grows beyond what is there is promised as a whole for the day on which
// it can be had, if that is later than its promise, and for none where no known supply
// covers it; the first promise stays. Reservations, backorders and credit
// follow: a bigger order is checked like a new one, and refused to a customer to whom
// nothing is sold, whose orders can be made smaller. Refused: what
// [sales.Order.Amend] refuses, prices below a floor without approval, credit that
// is exceeded under the policies block and, for an order that is on hold, hold.
func (s *Service[R]) Amend(ctx context.Context, cmd AmendOrder) (Changed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Changed, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Changed{}, err
		}
		c, err := s.change(ctx, r, scope, cmd.Order, cmd.more)
		if err != nil {
			return Changed{}, err
		}
		a := amendment[R]{change: c, p: placement[R]{s: s, r: r, scope: scope, subject: "amend order", date: date, warehouse: c.order.Warehouse(),
			on: c.order.Pricing().On, ordered: c.order.Date(), desk: new(desk)}}
		a.claiming()
		if err := a.asked(ctx, &cmd); err != nil {
			return Changed{}, err
		}
		diff, err := a.diff(ctx, &cmd)
		if err != nil {
			return Changed{}, err
		}
		waited, before := a.waits(), a.order.State().Lines
		released, err := a.apply(&cmd, diff)
		if err != nil {
			return Changed{}, err
		}
		if err := c.release(ctx, released, cmd.Reason); err != nil {
			return Changed{}, err
		}
		if err := a.reserve(ctx, waited); err != nil {
			return Changed{}, err
		}
		if err := a.dropBackorders(ctx, cmd.Remove); err != nil {
			return Changed{}, err
		}
		if err := s.belowBreak(ctx, r, scope, c.order, a.smaller(before)); err != nil {
			return Changed{}, err
		}
		if err := a.claim(ctx, before); err != nil {
			return Changed{}, err
		}
		if err := a.credit(ctx); err != nil {
			return Changed{}, err
		}
		return changed(c.order), c.settle(ctx)
	})
}

// amendment is the work of amending an order.
type amendment[R Repos] struct {
	*change[R]
	p       placement[R]
	waiting []bool        // by added line: it is not reserved at once
	claims  []sales.Claim // of limits, that come to those of the order
}

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
		out.Change = append(out.Change, line)
	}
	return out, nil
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

// own sums up what the order has open of each product.
func (a *amendment[R]) own() {
	a.p.own = make(map[tandem.ProductID]int64)
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		a.p.own[l.Product] += openOf(&l)
	}
}

func openOf(l *sales.Line) int64 { return l.Reserved.Micro() + l.Unreserved().Micro() }

// waits gives what each line waits for before the amendment.
func (a *amendment[R]) waits() map[int]int64 {
	out := make(map[int]int64, a.order.NumLines())
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		out[l.Line] = l.Unreserved().Micro()
	}
	return out
}

// dropBackorders ends the waiting of lines that are gone.
func (a *amendment[R]) dropBackorders(ctx context.Context, removed []int) error {
	for _, line := range removed {
		if err := a.s.lowerBackorder(ctx, a.r, a.order.Company(), a.order.LineRef(line), tandem.Quantity{}); err != nil {
			return err
		}
	}
	return nil
}

// reserve takes stock for what lines want more than before; what there is not waits.
func (a *amendment[R]) reserve(ctx context.Context, waited map[int]int64) error {
	in := sales.OrderInput{ID: a.order.ID(), Company: a.order.Company()}
	a.p.desk = new(desk)
	a.own()
	first := a.order.NumLines() - len(a.waiting)
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		more := l.Unreserved().Micro() - waited[l.Line]
		if more <= 0 {
			continue
		}
		product, err := a.s.product(ctx, a.r, l.Product)
		if err != nil {
			return err
		}
		if !product.Stocked() {
			continue
		}
		item := l.Item
		item.Quantity = tandem.QuantityFromMicro(more, l.Quantity.Unit())
		a.p.own[l.Product] -= more
		in.Lines = append(in.Lines, item)
		a.p.stocked, a.p.waits = append(a.p.stocked, true), append(a.p.waits, i >= first && a.waiting[i-first])
	}
	if len(in.Lines) == 0 {
		return nil
	}
	plan, err := a.p.plan(ctx, &in)
	if err != nil {
		return err
	}
	return a.hold(ctx, in.Lines, plan)
}

func (a *amendment[R]) hold(ctx context.Context, items []sales.Item, plan []planned) error {
	if err := a.heldBefore(ctx, items, plan); err != nil {
		return err
	}
	var changes []inventory.LevelChange
	var held []sales.LineQuantity
	for i := range items {
		l, _ := a.order.Line(items[i].Line)
		l.Promise = items[i].Promise
		if plan[i].granted.Sign() > 0 {
			n, err := a.reservationsOf(ctx, l.Line)
			if err != nil {
				return err
			}
			change, err := a.s.hold(ctx, a.r, a.scope, a.order, &l, plan[i].key, plan[i].granted, n)
			if err != nil {
				return err
			}
			changes = append(changes, change)
			held = append(held, sales.LineQuantity{Line: l.Line, Quantity: plan[i].granted})
		}
		if plan[i].backorder.Sign() > 0 {
			if err := a.wait(ctx, &l, plan[i]); err != nil {
				return err
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	return errors.Join(a.r.StockLevels().Apply(ctx, changes...), a.order.RecordReserved(held))
}

// wait adds to what a line waits for. It waits for all of it until the day for which
// the line is promised now; among those of one day who waited already keeps the place.
func (a *amendment[R]) wait(ctx context.Context, l *sales.Line, plan planned) error {
	b, err := a.r.Backorders().Get(ctx, a.order.Company(), a.order.LineRef(l.Line))
	switch {
	case errors.Is(err, tandem.ErrNotFound):
		b = inventory.Backorder{Company: a.order.Company(), Line: a.order.LineRef(l.Line), Product: l.Product, Location: plan.key.Location}
	case err != nil:
		return err
	}
	if b.Quantity.Sign() <= 0 {
		b.Asked = a.scope.Now
		b.Quantity = tandem.QuantityFromMicro(0, plan.backorder.Unit())
	}
	b.Promise = l.Promise
	if b.Quantity, err = b.Quantity.Add(plan.backorder); err != nil {
		return err
	}
	return a.r.Backorders().Save(ctx, b)
}

// credit checks an order that has become bigger like a new one: under the policy
// hold it waits for its credit as a whole.
func (a *amendment[R]) credit(ctx context.Context) error {
	after, err := a.open(ctx)
	if err != nil || !a.counted || after.Minor() <= a.before.Minor() {
		return err
	}
	if err := a.account.Amend(a.before.Neg()); err != nil {
		return err
	}
	decision, err := a.account.Place(a.order.Ref(), after, a.scope.Now)
	if err != nil {
		return err
	}
	a.before, a.counted = after, decision.Outcome != credit.Held
	if decision.Outcome != credit.Held {
		return nil
	}
	if a.order.Held() != "" {
		return &credit.ExceededError{Party: a.order.Customer(), Decision: decision}
	}
	return a.order.Hold(creditHold, a.scope.Now)
}
