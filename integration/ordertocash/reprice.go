package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// repricing is the work of pricing anew what is open of an order's lines. Locked prices
// stay: agreed and quoted ones, what has a discount or holds something of a limit, gifts
// and replacements. Where the lists have no price the old one stays.
type repricing[R Repos] struct {
	p      placement[R]
	order  *sales.Order
	reason string
	dearer bool            // only where it is
	kept   tandem.Quantity // of the one line that is priced at what a customer keeps of it
}

// Reasons of a price of what is open, as the order keeps them.
const (
	reasonBreak    = "below a break"
	reasonDelivery = "day of delivery"
)

// belowBreak prices what is open of lines at its own quantity, where that is the policy
// and it is dearer.
func (s *Service[R]) belowBreak(ctx context.Context, r R, scope *work.Scope, order *sales.Order, lines []int) error {
	if !s.c.Breaks.opens() {
		return nil
	}
	a := s.repricing(r, scope, order)
	return a.run(ctx, lines)
}

// repricing prices at the order's customer and at the dates that priced its lines.
func (s *Service[R]) repricing(r R, scope *work.Scope, order *sales.Order) repricing[R] {
	return repricing[R]{order: order, reason: reasonBreak, dearer: true,
		p: placement[R]{s: s, r: r, scope: scope, date: order.Date(), ordered: order.Date(), on: sales.PricedOnRequest, buyer: order.Customer(), desk: new(desk)}}
}

// byDelivery prices what is open of lines that are shipped by the day of the delivery,
// where the order says so.
func (s *Service[R]) byDelivery(ctx context.Context, r R, scope *work.Scope, order *sales.Order, date tandem.Date, lines []int) error {
	if order.Pricing().On != sales.PricedOnDelivery {
		return nil
	}
	a := repricing[R]{order: order, reason: reasonDelivery,
		p: placement[R]{s: s, r: r, scope: scope, date: date, on: sales.PricedOnCommand, buyer: order.Customer(), desk: new(desk)}}
	return a.run(ctx, lines)
}

func (a *repricing[R]) run(ctx context.Context, numbers []int) error {
	lines, err := a.open(ctx, numbers)
	if err != nil || len(lines) == 0 {
		return err
	}
	if err := a.asks(ctx, lines); err != nil {
		return err
	}
	var prices []sales.OpenPrice
	for i := range a.p.books {
		b := &a.p.books[i]
		if prices, err = a.price(ctx, b, lines, prices); err != nil {
			return err
		}
	}
	if len(prices) == 0 {
		return nil
	}
	return a.order.RepriceOpen(prices, a.p.date, a.reason, a.p.scope.Now)
}

// open gives the lines that may be priced anew.
func (a *repricing[R]) open(ctx context.Context, numbers []int) (out []sales.Line, err error) {
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		if l.Open().Sign() <= 0 || !slices.Contains(numbers, l.Line) {
			continue
		}
		if locked, err := a.locked(ctx, &l); err != nil {
			return nil, err
		} else if !locked {
			out = append(out, l)
		}
	}
	return out, nil
}

// locked reports whether the price of a line stays whatever becomes of its quantity.
func (a *repricing[R]) locked(ctx context.Context, l *sales.Line) (bool, error) {
	if slices.ContainsFunc(a.order.Pricing().Claims, func(c sales.Claim) bool {
		return slices.ContainsFunc(c.Lines, func(h sales.ClaimLine) bool { return h.Line == l.Line })
	}) {
		return true, nil
	}
	return a.p.s.keeps(ctx, a.p.r, a.order, l)
}

// asks makes the request of the lines: below a break with what is open, by the delivery
// with all that is not cancelled.
func (a *repricing[R]) asks(ctx context.Context, lines []sales.Line) (err error) {
	p := &a.p
	asked := PlaceOrder{Customer: a.order.Customer(), Lines: make([]OrderLine, len(lines))}
	ahead := p.s.reads(p.r)
	ahead.customer(a.order.Customer())
	for i := range lines {
		asked.Lines[i] = OrderLine{Product: lines[i].Product, Promise: lines[i].PricedOn, TaxCode: lines[i].TaxCode}
		ahead.product(lines[i].Product)
	}
	if err := p.s.fetch(ctx, p.r, &ahead); err != nil {
		return err
	}
	if p.customer, err = p.s.customer(ctx, p.r, a.order.Customer(), p.date); err != nil {
		return err
	}
	if err := p.open(ctx, &asked); err != nil {
		return err
	}
	if err := a.counts(lines); err != nil {
		return err
	}
	if err := p.informed(ctx, asked.Lines); err != nil {
		return err
	}
	p.lay(len(lines))
	for i := range lines {
		l := &lines[i]
		product, err := p.s.product(ctx, p.r, l.Product)
		if err != nil {
			return err
		}
		p.request.Lines[i] = pricing.Line{Line: i + 1, Product: l.Product, Quantity: a.quantity(l), Conversions: product.Conversions, Group: l.Group, TaxCode: l.TaxCode}
		if err := p.inform(ctx, p.bookOf(i), &product, &p.request.Lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// counts adds the order's other lines, with what is not cancelled of them, so that they
// count for breaks; they keep their prices.
func (a *repricing[R]) counts(lines []sales.Line) error {
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		left := l.Quantity.Micro() - l.Cancelled.Micro()
		if left <= 0 || l.Promotion != "" || slices.ContainsFunc(lines, func(o sales.Line) bool { return o.Line == l.Line }) {
			continue
		}
		price, err := keptPrice(&l)
		if err != nil {
			return err
		}
		a.p.around = append(a.p.around, pricing.Line{Product: l.Product, Quantity: tandem.QuantityFromMicro(left, l.Quantity.Unit()), Group: l.Group,
			TaxCode: l.TaxCode, Agreed: &pricing.Override{Price: price, Reason: "kept"}})
	}
	return nil
}

func (a *repricing[R]) quantity(l *sales.Line) tandem.Quantity {
	if !a.kept.IsNone() {
		return a.kept
	}
	if a.dearer {
		return l.Open()
	}
	return tandem.QuantityFromMicro(l.Quantity.Micro()-l.Cancelled.Micro(), l.Quantity.Unit())
}

// price appends the prices of the lines of one book that have changed. What draws on a
// cap or falls to a promotion now did not when it was ordered: the list's price counts.
func (a *repricing[R]) price(ctx context.Context, b *book, lines []sales.Line, out []sales.OpenPrice) ([]sales.OpenPrice, error) {
	p, res := &a.p, &a.p.result
	asked, err := a.priced(ctx, b)
	if err != nil || asked == nil {
		return out, err
	}
	for i := range len(asked) - len(p.around) {
		l, priced := &lines[b.place(i+1)], &res.Lines[i]
		if consumes(res, priced.Line) {
			continue
		}
		share, err := tandem.NewRatio(l.Open().Micro(), asked[i].Quantity.Micro())
		if err != nil {
			return nil, err
		}
		net, err := priced.Extended.MulRatio(share, tandem.HalfAwayFromZero)
		if err != nil {
			return nil, err
		}
		item := sales.Item{Ordered: l.Open(), Quantity: l.Open()}
		if err := setPrice(&item, priced.Price, net, net); err != nil {
			return nil, err
		}
		if change := net.Minor() - l.OpenNet().Minor(); change > 0 || change < 0 && !a.dearer {
			out = append(out, sales.OpenPrice{Line: l.Line, Price: item.Price, PriceRef: priced.Ref, PricedOn: b.date, Net: net})
		}
	}
	return out, nil
}

// priced gives the lines that were asked of a book, and its result; none where the book
// has no price.
func (a *repricing[R]) priced(ctx context.Context, b *book) ([]pricing.Line, error) {
	p := &a.p
	left, err := p.remaining(ctx, b)
	if err != nil {
		return nil, err
	}
	was := a.order.Pricing()
	req := pricing.Request{Company: p.s.company(), Customer: p.buyer, Grade: p.customer.Grade, Segments: p.customer.Segments, Region: p.customer.Region,
		Channel: was.Channel, Coupons: foldCoupons(was.Coupons), Date: b.date, At: p.scope.Now, Currency: p.s.c.Books.Currency, Lines: p.asksOf(b), Remaining: left}
	switch err := b.snapshot.Price(&req, &p.result); {
	case errors.Is(err, tandem.ErrInvalid):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return req.Lines, nil
}

// consumes reports whether a line draws on a cap.
func consumes(res *pricing.Result, line int) bool {
	return slices.ContainsFunc(res.Consumed, func(c pricing.Consumed) bool { return c.Line == line })
}

// numbers gives those of the lines that are shipped.
func (d *dispatch[R]) numbers() []int {
	if !d.s.c.Breaks.opens() && d.order.Pricing().On != sales.PricedOnDelivery {
		return nil
	}
	out := make([]int, len(d.ship))
	for i := range d.ship {
		out[i] = d.ship[i].Line
	}
	return out
}
