package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ShipLine is a quantity of an order line, in the product's base unit.
type ShipLine struct {
	Line     int             `json:"line"`
	Quantity tandem.Quantity `json:"quantity"`
}

// ShipOrder dispatches goods: what it names, or all that is reserved (services
// whole). What is reserved is consumed first; beyond that, free stock is taken.
type ShipOrder struct {
	work.Header
	Order    sales.OrderID `json:"order"`
	Delivery delivery.ID   `json:"delivery,omitzero"` // default: a new id
	Date     tandem.Date   `json:"date,omitzero"`     // default today
	Lines    []ShipLine    `json:"lines,omitempty"`
}

// CommandName is stable.
func (ShipOrder) CommandName() string { return "ordertocash.ship_order" }

// Access is what the authoriser is asked.
func (c ShipOrder) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(sales.KindOrder, c.Order, "")}
}

// AppendJSON writes the business fields.
func (c ShipOrder) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", c.Order)
	jsonw.TextOmit(&o, "delivery", c.Delivery)
	jsonw.TextOmit(&o, "date", c.Date)
	if len(c.Lines) > 0 {
		o.BeginArray("lines")
		for i := range c.Lines {
			l := &c.Lines[i]
			o.Item().Append(func(dst []byte) []byte {
				o := jsonw.Object(dst)
				o.Int("line", int64(l.Line))
				jsonw.Text(&o, "quantity", l.Quantity)
				return o.Close()
			})
		}
		o.EndArray()
	}
	return o.Close()
}

func (c ShipOrder) reads(n *reads) { n.order(c.Order) }

// Shipped is the result of [Service.Ship].
type Shipped struct {
	Delivery delivery.ID       `json:"delivery"`
	Number   string            `json:"number"`
	Net      tandem.Money      `json:"net"`
	Cost     tandem.Money      `json:"cost"` // at which the goods left the stock
	Status   sales.OrderStatus `json:"status"`
}

// AppendJSON writes the result.
func (p Shipped) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "delivery", p.Delivery)
	o.String("number", p.Number)
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "cost", p.Cost)
	o.String("status", string(p.Status))
	return o.Close()
}

// Ship dispatches an order in part or in whole: stock, cost, revenue (under
// at_delivery) and credit move with it. What is open of its lines is priced by the day of
// the delivery where the order says so ([sales.PricedOnDelivery]), but for locked prices
// and what has a discount; under the policies reprice_open and clawback what is left of a line below a
// break is priced at its own quantity then. Refused: an order that is held or not
// confirmed, a date before the order's (`before_order`), more than is open, more than
// is on hand, a closed period.
//
// On a day that is over the goods leave at its end. Refused then: what was not there
// yet or was needed by others since (`not_there`), and a product that was counted
// since (`counted`), or is being counted (`count_open`): the count saw what was there,
// and stays.
func (s *Service[R]) Ship(ctx context.Context, cmd ShipOrder) (Shipped, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Shipped, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Shipped{}, err
		}
		order, err := r.SalesOrders().Get(ctx, s.company(), cmd.Order)
		if err != nil {
			return Shipped{}, err
		}
		if date.Before(order.Date()) {
			return Shipped{}, refuse("ship", order, "before_order", "the date precedes the order")
		}
		d := dispatch[R]{s: s, r: r, scope: scope, order: order, date: date, at: s.moved(date, scope.Now), dock: takeDock()}
		defer d.dock.clear()
		if err := d.ahead(ctx, cmd.Lines); err != nil {
			return Shipped{}, err
		}
		if err := d.lines(ctx, cmd.Lines); err != nil {
			return Shipped{}, err
		}
		if len(cmd.Lines) > 0 {
			if err := s.askedOf(ctx, r, order, len(cmd.Lines), func(i int) (int, tandem.Quantity) { return cmd.Lines[i].Line, cmd.Lines[i].Quantity },
				"ship order", "ship", "over_shipment"); err != nil {
				return Shipped{}, err
			}
		}
		return d.run(ctx, cmd.Delivery)
	})
}

// dispatch is the work of one shipment.
type dispatch[R Repos] struct {
	s      *Service[R]
	r      R
	scope  *work.Scope
	order  *sales.Order
	date   tandem.Date
	at     tandem.Instant // when the goods leave
	cost   tandem.Money
	unheld []int // lines that took more than was reserved: they wait for less
	*dock
}

// lines takes what is to be shipped from the command, or all that is reserved.
func (d *dispatch[R]) lines(ctx context.Context, named []ShipLine) error {
	for _, l := range named {
		d.ship = append(d.ship, delivery.ShipLine{Line: l.Line, Quantity: l.Quantity})
	}
	if len(named) > 0 {
		return nil
	}
	for i := range d.order.NumLines() {
		l := d.order.LineAt(i)
		ready := l.Reserved
		if l.Open().Sign() > 0 && ready.IsZero() {
			product, err := d.s.product(ctx, d.r, l.Product)
			if err != nil {
				return err
			}
			if !product.Stocked() {
				ready = l.Open()
			}
		}
		if ready.Sign() > 0 {
			d.ship = append(d.ship, delivery.ShipLine{Line: l.Line, Quantity: ready})
		}
	}
	if len(d.ship) == 0 {
		return &tandem.RefusedError{Command: "ship", Subject: "sales order " + d.order.ID().String(), State: string(d.order.Status()),
			Code: "nothing_ready", Reason: "nothing of the order is reserved"}
	}
	return nil
}

func (d *dispatch[R]) run(ctx context.Context, id delivery.ID) (Shipped, error) {
	s, r, now := d.s, d.r, d.scope.Now
	if id.IsZero() {
		id = tandem.IDFromBytes[delivery.ID](d.scope.NewUUID())
	}
	gross, err := s.grosser(ctx, r, d.order)
	if err != nil {
		return Shipped{}, err
	}
	before, err := gross.open(d.order)
	if err != nil {
		return Shipped{}, err
	}
	if err := s.byDelivery(ctx, r, d.scope, d.order, d.date, d.numbers()); err != nil {
		return Shipped{}, err
	}
	account, err := s.account(ctx, r, d.order.Customer())
	if err != nil {
		return Shipped{}, err
	}
	if err := d.find(ctx); err != nil {
		return Shipped{}, err
	}
	d.cost = tandem.MoneyFromMinor(0, s.c.Books.Currency)
	for i := range d.ship {
		if err := d.goodsOf(ctx, id, i); err != nil {
			return Shipped{}, err
		}
	}
	if err := d.leave(ctx); err != nil {
		return Shipped{}, err
	}
	numbers := [...]drawn{{series: seriesDelivery}, {series: seriesJournal}}
	if err := d.draw(ctx, numbers[:]); err != nil {
		return Shipped{}, err
	}
	number := numbers[0].text()
	shipped, err := delivery.Dispatch(d.order, delivery.Shipment{ID: id, Number: number, Date: d.date, Lines: d.ship}, now)
	if err != nil {
		return Shipped{}, err
	}
	if err := s.belowBreak(ctx, r, d.scope, d.order, d.numbers()); err != nil {
		return Shipped{}, err
	}
	for _, line := range d.unheld {
		l, _ := d.order.Line(line)
		if err := s.settleBackorder(ctx, r, d.order, &l); err != nil {
			return Shipped{}, err
		}
	}
	if err := d.book(ctx, shipped, numbers[1].text()); err != nil {
		return Shipped{}, err
	}
	if err := d.credit(account, &gross, before, shipped); err != nil {
		return Shipped{}, err
	}
	if err := s.follow(ctx, s.limits(r, d.scope), d.order); err != nil {
		return Shipped{}, err
	}
	d.scope.Emit(shipped.Drain())
	d.scope.Emit(d.order.Drain())
	err = errors.Join(r.SalesOrders().Save(ctx, d.order), r.Deliveries().Save(ctx, shipped), r.CreditAccounts().Save(ctx, account))
	return Shipped{Delivery: id, Number: number, Net: shipped.Net(), Cost: d.cost, Status: d.order.Status()}, err
}

// leave changes the levels and writes the moves.
func (d *dispatch[R]) leave(ctx context.Context) error {
	if len(d.changes) == 0 {
		return nil
	}
	if err := d.r.StockLevels().Apply(ctx, d.changes...); err != nil {
		return err
	}
	if d.at.Before(d.scope.Now) {
		late := backdated[R]{s: d.s, r: d.r, date: d.date, at: d.at, changes: d.changes,
			refuse: func(code, reason string) error { return refuse("ship", d.order, code, reason) }}
		if err := late.check(ctx); err != nil {
			return err
		}
	}
	return d.r.StockMoves().Append(ctx, d.moves...)
}

// goodsOf takes the goods of one line out of stock: reservation, level, move, cost.
func (d *dispatch[R]) goodsOf(ctx context.Context, id delivery.ID, i int) error {
	in := &d.ship[i]
	l, found := d.order.Line(in.Line)
	if !found {
		return nil // the order refuses it
	}
	if l.Reserved.IsZero() { // what is reserved is stocked
		product, err := d.s.product(ctx, d.r, l.Product)
		if err != nil || !product.Stocked() {
			return err
		}
	}
	left, err := d.consume(ctx, i, in.Quantity)
	if err != nil {
		return err
	}
	key := inventory.LevelKey{Company: d.order.Company(), Location: d.order.Warehouse(), Product: l.Product}
	if left.Sign() > 0 {
		d.unheld = append(d.unheld, in.Line)
	}
	d.changes = append(d.changes, inventory.LevelChange{Key: key, OnHand: -in.Quantity.Micro()}) // reserved or not, it leaves
	valuation, err := d.s.issue(ctx, d.r, l.Product, in.Quantity)
	if err != nil {
		return err
	}
	in.Cost = valuation.Value
	if d.cost, err = d.cost.Add(in.Cost); err != nil {
		return err
	}
	d.goods = append(d.goods, posting.Goods{Product: l.Product, Value: in.Cost})
	d.moves = append(d.moves, inventory.Move{ID: tandem.IDFromBytes[inventory.MoveID](work.ChildUUID(id.Bytes(), 'm', i+1, 0)),
		Company: d.order.Company(), Product: l.Product, From: key.Location, To: d.s.c.Places.Customer, Quantity: in.Quantity,
		Effective: d.at, Recorded: d.scope.Now, Reason: inventory.ReasonDelivery,
		Source: tandem.LineRef{Document: tandem.RefTo(delivery.Kind, id, ""), Line: i + 1}})
	return nil
}

// consume uses up reservations of the i-th line, and gives what they do not cover.
func (d *dispatch[R]) consume(ctx context.Context, i int, q tandem.Quantity) (left tandem.Quantity, err error) {
	left = q
	for _, reservation := range d.held[d.spans[i].from:d.spans[i].to] {
		if left.Sign() == 0 {
			break
		}
		if reservation.Status() != inventory.ReservationStatusOpen {
			continue // used up by the same line, named before
		}
		part := reservation.Open()
		if part.Micro() > left.Micro() {
			part = left
		}
		change, err := reservation.Consume(part, d.scope.Now)
		if err != nil {
			return left, err
		}
		d.changes = append(d.changes, change)
		d.scope.Emit(reservation.Drain())
		left = tandem.QuantityFromMicro(left.Micro()-part.Micro(), left.Unit())
		if err := d.r.Reservations().Save(ctx, reservation); err != nil {
			return left, err
		}
	}
	return left, nil
}

// reservations gives the open reservations of a line, appended to dst: those that
// this process made, by their ids, and if they are not all that is reserved, all
// that a query finds.
func (s *Service[R]) reservations(ctx context.Context, r R, order *sales.Order, line int, reserved tandem.Quantity,
	dst []*inventory.Reservation) ([]*inventory.Reservation, error) {
	missing, before := reserved.Micro(), len(dst)
	for n := 0; missing > 0; n++ {
		reservation, err := r.Reservations().Get(ctx, order.Company(), reservationID(order.ID(), line, n))
		if errors.Is(err, tandem.ErrNotFound) {
			return s.foreignReservations(ctx, r, order, line, dst[:before])
		}
		if err != nil {
			return nil, err
		}
		if reservation.Status() == inventory.ReservationStatusOpen {
			missing -= reservation.Open().Micro()
			dst = append(dst, reservation)
		}
	}
	return dst, nil
}

// foreignReservations finds all open reservations of a line, whoever made them.
func (s *Service[R]) foreignReservations(ctx context.Context, r R, order *sales.Order, line int,
	held []*inventory.Reservation) ([]*inventory.Reservation, error) {
	for reservation, err := range r.Reservations().Find(ctx, inventory.ReservationQuery{Company: order.Company(),
		Document: order.Ref(), Line: line, Status: inventory.ReservationStatusOpen}) {
		if err != nil {
			return nil, err
		}
		held = append(held, reservation)
	}
	return held, nil
}

// issue takes goods out of their cost pool.
func (s *Service[R]) issue(ctx context.Context, r R, product tandem.ProductID, q tandem.Quantity) (costing.Valuation, error) {
	pool, err := r.CostPools().Get(ctx, s.company(), product)
	if err != nil {
		return costing.Valuation{}, err
	}
	valuation, err := pool.Issue(q)
	if err != nil {
		return valuation, err
	}
	return valuation, r.CostPools().Save(ctx, pool)
}

// credit moves the shipped amount from confirmed to delivered.
func (d *dispatch[R]) credit(account *credit.Account, gross *grosser, before tandem.Money, shipped *delivery.Delivery) error {
	after, err := gross.open(d.order)
	if err != nil {
		return err
	}
	change, err := after.Sub(before)
	if err != nil {
		return err
	}
	for i := range shipped.NumLines() {
		l := shipped.LineAt(i)
		d.parts = append(d.parts, sales.BilledLine{Line: l.OrderLine, Net: l.Net})
	}
	delivered, err := gross.billed(d.order, d.parts)
	if err != nil {
		return err
	}
	return errors.Join(account.Amend(change), account.TakeBack(delivered.Neg()))
}
