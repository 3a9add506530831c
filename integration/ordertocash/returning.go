package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// returning is the work of one or more steps of a return. What they read they
// read once; deliveries and orders are saved at the end.
type returning[R Repos] struct {
	w          writing[R]
	ret        *returns.Return
	deliveries []*delivery.Delivery
	orders     []*sales.Order
	invoices   []*billing.Invoice // of the orders, where no line names its invoice
	searched   []sales.OrderID
	changes    []inventory.LevelChange
	moves      []inventory.Move
	atOnce     bool // authorised, received, inspected and credited in one command
}

func (s *Service[R]) returning(ctx context.Context, r R, scope *work.Scope, named tandem.Date, id returns.ID) (*returning[R], error) {
	date, err := s.day(named, scope.Now)
	if err != nil {
		return nil, err
	}
	t := &returning[R]{w: s.writing(r, scope, date)}
	if !id.IsZero() {
		t.ret, err = r.SalesReturns().Get(ctx, s.company(), id)
	}
	return t, err
}

func (t *returning[R]) delivery(ctx context.Context, id delivery.ID) (*delivery.Delivery, error) {
	for _, d := range t.deliveries {
		if d.ID() == id {
			return d, nil
		}
	}
	d, err := t.w.r.Deliveries().Get(ctx, t.w.s.company(), id)
	if err == nil {
		t.deliveries = append(t.deliveries, d)
	}
	return d, err
}

func (t *returning[R]) order(ctx context.Context, ref tandem.DocumentRef) (*sales.Order, error) {
	id := tandem.IDFromBytes[sales.OrderID](ref.ID.Bytes())
	for _, o := range t.orders {
		if o.ID() == id {
			return o, nil
		}
	}
	o, err := t.w.r.SalesOrders().Get(ctx, t.w.s.company(), id)
	if err == nil {
		t.orders = append(t.orders, o)
	}
	return o, err
}

// source gives the documents that the i-th line of the return comes from.
func (t *returning[R]) source(ctx context.Context, i int) (*sales.Order, *delivery.Delivery, delivery.Line, error) {
	l := t.ret.LineAt(i)
	d, err := t.delivery(ctx, tandem.IDFromBytes[delivery.ID](l.Delivery.Document.ID.Bytes()))
	if err != nil {
		return nil, nil, delivery.Line{}, err
	}
	order, err := t.order(ctx, d.Order())
	if err != nil {
		return nil, nil, delivery.Line{}, err
	}
	return order, d, d.LineAt(l.Delivery.Line - 1), nil
}

// authorise makes the return of the lines; number draws its number.
func (t *returning[R]) authorise(ctx context.Context, in returns.Input, lines []ReturnedLine, number func() (string, error)) error {
	if err := t.comeFrom(ctx, lines); err != nil {
		return err
	}
	if err := t.mayComeBack(ctx, &in, lines); err != nil {
		return err
	}
	in.Lines = make([]returns.Item, len(lines))
	for i := range lines {
		l := &lines[i]
		d, err := t.delivery(ctx, l.Delivery)
		if err != nil {
			return err
		}
		shipped := d.LineAt(l.Line - 1)
		in.Lines[i] = returns.Item{Line: i + 1, Order: tandem.LineRef{Document: d.Order(), Line: shipped.OrderLine}, Delivery: d.LineRef(l.Line),
			Product: shipped.Product, Quantity: l.Quantity, Reason: l.Reason}
		if !l.Invoice.IsZero() {
			in.Lines[i].Invoice = tandem.RefTo(billing.InvoiceKind, l.Invoice, "")
		}
	}
	var err error
	if in.Number, err = number(); err != nil {
		return err
	}
	t.ret, err = returns.Authorise(in, t.w.scope.Now)
	return err
}

// mayComeBack judges the lines that a customer wants to send back. Lines that
// name one line of a delivery twice take of it together.
func (t *returning[R]) mayComeBack(ctx context.Context, in *returns.Input, lines []ReturnedLine) error {
	a := asked[R]{s: t.w.s, r: t.w.r}
	for i := range lines {
		l := &lines[i]
		d, err := t.delivery(ctx, l.Delivery)
		if err != nil {
			return err
		}
		if d.Customer() != in.Customer {
			a.refuse("other_customer", at("lines", i, "delivery"), "the delivery is another customer's", "is another customer's")
			continue
		}
		if l.Line < 1 || l.Line > d.NumLines() {
			a.unknown(at("lines", i, "line"), "the delivery has no such line")
			continue
		}
		shipped := d.LineAt(l.Line - 1)
		left := shipped.Quantity.Micro() - shipped.Returned.Micro()
		for j := range i {
			if b := &lines[j]; b.Delivery == l.Delivery && b.Line == l.Line && b.Quantity.Unit() == shipped.Quantity.Unit() {
				left = max(0, left-b.Quantity.Micro())
			}
		}
		if err := a.quantity(ctx, i, shipped.Product, l.Quantity, tandem.QuantityFromMicro(left, shipped.Quantity.Unit()),
			"over_return", "more than was delivered and has not come back"); err != nil {
			return err
		}
	}
	return a.err("return", "authorise", "return "+in.ID.String(), "")
}

func refuseReturn(command string, id returns.ID, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "return " + id.String(), Code: code, Reason: reason}
}

// in refuses a command in another state before anything is computed for it.
func (t *returning[R]) in(command string, statuses ...returns.Status) error {
	if slices.Contains(statuses, t.ret.Status()) {
		return nil
	}
	return &tandem.RefusedError{Command: command, Subject: "return " + t.ret.ID().String(), State: string(t.ret.Status()), Code: "status",
		Reason: "not possible in this state"}
}

// receive takes goods back: into the place where returned goods wait, at the
// value at which they left. What will be credited for them is a refund liability
// from now on.
func (t *returning[R]) receive(ctx context.Context, lines []sales.LineQuantity) error {
	if err := t.in("receive", returns.StatusAuthorised, returns.StatusReceived); err != nil {
		return err
	}
	if len(t.w.numbers) == 0 { // else it goes on with what was read behind them
		if err := t.sources(ctx); err != nil {
			return err
		}
	}
	if err := t.mayBeReceived(ctx, lines); err != nil {
		return err
	}
	received := make([]returns.ReceivedLine, len(lines))
	back := posting.ReturnedGoods{Customer: t.ret.Customer(), Refund: t.zero()}
	for i, ask := range lines {
		order, d, shipped, err := t.source(ctx, ask.Line-1)
		if err != nil {
			return err
		}
		if t.w.date.Before(d.Date()) {
			return refuseReturn("receive", t.ret.ID(), "before_delivery", "goods that were delivered on "+d.Date().String()+" do not come back on "+t.w.date.String())
		}
		parts, err := d.RecordReturned([]sales.LineQuantity{{Line: shipped.Line, Quantity: ask.Quantity}})
		if err != nil {
			return err
		}
		ordered, _ := order.Line(shipped.OrderLine)
		if err := t.paid(ctx, &ordered, &parts[0]); err != nil {
			return err
		}
		if err := order.RecordReturned([]sales.LineQuantity{{Line: shipped.OrderLine, Quantity: ask.Quantity}}); err != nil {
			return err
		}
		received[i] = returns.ReceivedLine{Line: ask.Line, Quantity: ask.Quantity, Net: parts[0].Net}
		if back.Refund, err = addUnprovided(back.Refund, &parts[0]); err != nil {
			return err
		}
		if parts[0].Cost.Currency() == 0 {
			continue
		}
		value, err := t.revalue(ctx, parts[0].Product, func(pool *costing.CostPool) (costing.Valuation, error) {
			return pool.ReturnIn(ask.Quantity, parts[0].Cost)
		})
		if err != nil {
			return err
		}
		received[i].Value = value
		if err := addGoods(&back, &parts[0], value, givenAway(&ordered)); err != nil {
			return err
		}
		t.move(ask.Line, parts[0].Product, t.w.s.c.Places.Customer, t.waiting(order), ask.Quantity, inventory.ReasonReturn)
	}
	if err := t.ret.Receive(received, t.w.date, t.w.scope.Now); err != nil {
		return err
	}
	t.movesBehind()
	return t.w.write(ctx, t.ret.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return t.w.s.books.TakeBack(h, back)
	})
}

// mayBeReceived judges what is received of the lines of the return.
func (t *returning[R]) mayBeReceived(ctx context.Context, lines []sales.LineQuantity) error {
	a := asked[R]{s: t.w.s, r: t.w.r}
	for i, ask := range lines {
		if ask.Line < 1 || ask.Line > t.ret.NumLines() {
			a.unknown(at("lines", i, "line"), "the return has no such line")
			continue
		}
		l := t.ret.LineAt(ask.Line - 1)
		left := tandem.QuantityFromMicro(l.Quantity.Micro()-l.Received.Micro(), l.Quantity.Unit())
		if err := a.quantity(ctx, i, l.Product, ask.Quantity, left, "over_receipt", "more than is authorised"); err != nil {
			return err
		}
	}
	return a.err("receive return", "receive", "return "+t.ret.ID().String(), "")
}

func (t *returning[R]) zero() tandem.Money {
	return tandem.MoneyFromMinor(0, t.w.s.c.Books.Currency)
}

// waiting gives the place where returned goods of an order wait for inspection.
func (t *returning[R]) waiting(order *sales.Order) tandem.LocationID {
	if place := t.w.s.c.Places.Returns; !place.IsZero() {
		return place
	}
	return order.Warehouse()
}

// revalue moves goods into or out of their cost pool, and gives the value by
// which the stock changed.
func (t *returning[R]) revalue(ctx context.Context, product tandem.ProductID, move func(*costing.CostPool) (costing.Valuation, error)) (tandem.Money, error) {
	pool, err := t.w.r.CostPools().Get(ctx, t.w.s.company(), product)
	if err != nil {
		return tandem.Money{}, err
	}
	valuation, err := move(pool)
	if err != nil {
		return tandem.Money{}, err
	}
	return valuation.Value, t.w.r.CostPools().Save(ctx, pool)
}

// move moves goods of a line of the return; counter-locations have no level.
func (t *returning[R]) move(line int, product tandem.ProductID, from, to tandem.LocationID, q tandem.Quantity, reason inventory.Reason) {
	w := &t.w
	places := w.s.c.Places
	for _, end := range [...]struct {
		at     tandem.LocationID
		onHand int64
	}{{from, -q.Micro()}, {to, q.Micro()}} {
		if end.at != places.Customer && end.at != places.Scrap {
			t.changes = append(t.changes, inventory.LevelChange{OnHand: end.onHand,
				Key: inventory.LevelKey{Company: w.s.company(), Location: end.at, Product: product}})
		}
	}
	t.moves = append(t.moves, inventory.Move{ID: tandem.IDFromBytes[inventory.MoveID](w.scope.NewUUID()), Company: w.s.company(),
		Product: product, From: from, To: to, Quantity: q, Effective: w.s.moved(w.date, w.scope.Now), Recorded: w.scope.Now, Reason: reason, Source: t.ret.LineRef(line)})
}

// moveGoods changes the levels and writes the moves.
func (t *returning[R]) moveGoods(ctx context.Context) error {
	w := &t.w
	ahead := w.s.reads(w.r)
	t.moving(&ahead)
	if err := w.s.fetch(ctx, w.r, &ahead); err != nil {
		return err
	}
	if err := w.r.StockLevels().Apply(ctx, t.changes...); err != nil {
		return err
	}
	if at := w.s.moved(w.date, w.scope.Now); at.Before(w.scope.Now) {
		late := backdated[R]{s: w.s, r: w.r, date: w.date, at: at, changes: t.changes,
			refuse: func(code, reason string) error { return refuseReturn("return", t.ret.ID(), code, reason) }}
		if err := late.check(ctx); err != nil {
			return err
		}
	}
	return w.r.StockMoves().Append(ctx, t.moves...)
}

// save writes what the steps changed.
func (t *returning[R]) save(ctx context.Context) error {
	w := &t.w
	if len(t.changes) > 0 {
		if err := t.moveGoods(ctx); err != nil {
			return err
		}
	}
	for _, d := range t.deliveries {
		w.scope.Emit(d.Drain())
		if err := w.r.Deliveries().Save(ctx, d); err != nil {
			return err
		}
	}
	limits := w.s.limits(w.r, w.scope)
	for _, o := range t.orders {
		if err := limits.settle(ctx, o); err != nil {
			return err
		}
	}
	if err := limits.save(ctx); err != nil {
		return err
	}
	for _, o := range t.orders {
		w.scope.Emit(o.Drain())
		if err := w.r.SalesOrders().Save(ctx, o); err != nil {
			return err
		}
	}
	w.scope.Emit(t.ret.Drain())
	return w.r.SalesReturns().Save(ctx, t.ret)
}
