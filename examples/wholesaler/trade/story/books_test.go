package story_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

// ledgerless is Books in the plainest form that the story can be told to: pieces and pence in maps, no documents. It
// refuses whatever the story must never do.
type ledgerless struct {
	clock     tandem.Instant
	calls     map[string]int
	customers map[string]bool
	shelf     map[string]*shelf
	sold      map[story.LineKey]*soldLine
	order     []story.LineKey // in the order of placement
	net       map[string]int64
	owed      map[string]int64 // gross by invoice
	aged      []report.Ageing
	invoices  int
	paid      int64
	ready     []story.Invoiced
	held      map[string]*held
	scrapped  int
	days      []tandem.Date // that ended
	allowed   map[story.AllowanceKind]int
}

type shelf struct {
	onHand, reserved, unpegged int64
	queue                      []story.LineKey
	open                       []*arriving
}

type arriving struct {
	supply.Purchase
	free int64
}

type soldLine struct {
	story.OrderLine
	order             *story.Order
	reserved, shipped int64
	cancelled, gone   int64 // gone: given back
	toOrder           bool
	day               tandem.Date // of the delivery
}

func (l *soldLine) missing() int64 { return l.Pieces - l.reserved - l.shipped - l.cancelled }

func newLedgerless() *ledgerless {
	return &ledgerless{
		calls: map[string]int{}, customers: map[string]bool{}, shelf: map[string]*shelf{}, sold: map[story.LineKey]*soldLine{},
		net: map[string]int64{}, owed: map[string]int64{}, held: map[string]*held{}, allowed: map[story.AllowanceKind]int{},
	}
}

// call counts a call and checks that time does not run backwards.
func (b *ledgerless) call(name string, at tandem.Instant) error {
	b.calls[name]++
	if at.Before(b.clock) {
		return fmt.Errorf("%s at %s after %s", name, at, b.clock)
	}
	b.clock = at
	return nil
}

func (b *ledgerless) Customer(_ context.Context, c story.Customer) error {
	if b.customers[c.Account] || !c.Country.Valid() {
		return fmt.Errorf("customer %s again", c.Account)
	}
	b.customers[c.Account] = true
	return nil
}

func (b *ledgerless) Product(_ context.Context, p story.Product) error {
	if b.shelf[p.Code] != nil || p.Cost.IsNone() {
		return fmt.Errorf("product %s again, or without a cost", p.Code)
	}
	b.shelf[p.Code] = &shelf{}
	return nil
}

func (b *ledgerless) Publish(context.Context, book.Book) error {
	b.calls["publish"]++
	return nil
}

func (b *ledgerless) Heard(_ context.Context, h story.Heard) error {
	b.calls["heard"]++
	if b.customers[h.Account] {
		return fmt.Errorf("hears of %s, who is told", h.Account)
	}
	return nil
}

func treatment(t retail.Territory, day tandem.Date) string {
	if t != retail.Home {
		return string(t)
	}
	if day.String() < "2011-01-04" {
		return "17.5"
	}
	return "20"
}

func value(p tandem.Price, pieces int64) int64 {
	m, err := p.Times(tandem.QuantityFromMicro(pieces*1_000_000, tandem.Each), tandem.HalfAwayFromZero)
	if err != nil {
		panic(err)
	}
	return m.Minor()
}

func (b *ledgerless) Place(_ context.Context, o story.Order) (p story.Placed, err error) {
	if err := b.call("place", o.At); err != nil {
		return p, err
	}
	if !b.customers[o.Account] {
		return p, fmt.Errorf("no customer %s", o.Account)
	}
	var net int64
	for _, l := range o.Lines {
		net += value(l.Paid, l.Pieces)
		if l.Kind != retail.Goods {
			b.net[treatment(o.Territory, o.Day)] += value(l.Paid, l.Pieces)
			p.Lines = append(p.Lines, story.PlacedLine{})
			continue
		}
		s := &soldLine{OrderLine: l, order: &o}
		b.sold[l.Key] = s
		b.order = append(b.order, l.Key)
		p.Lines = append(p.Lines, b.reserve(s))
	}
	for i, l := range o.Lines {
		if l.Quote == nil {
			continue
		}
		grade := b.rate(o.Account)
		if p.Lines[i].Waterfall, p.Lines[i].Approval, err = book.Explain(*l.Quote, l.Pieces, l.Paid, grade); err != nil {
			return p, err
		}
	}
	p.Net, p.Gross = tandem.MoneyFromMinor(net, tandem.GBP), tandem.MoneyFromMinor(net, tandem.GBP)
	return p, nil
}

func (b *ledgerless) reserve(l *soldLine) story.PlacedLine {
	s := b.shelf[l.Code]
	free := s.onHand - s.reserved
	if free < l.Pieces && l.BigAbove > 0 && l.Pieces > l.BigAbove {
		l.toOrder = true
		return story.PlacedLine{ToOrder: true, Promise: l.BigPromise}
	}
	l.reserved = min(free, l.Pieces)
	s.reserved += l.reserved
	if l.missing() == 0 {
		return story.PlacedLine{Reserved: l.reserved, Promise: l.order.Day}
	}
	s.queue = append(s.queue, l.Key)
	promise := l.order.Day
	need := l.missing()
	slices.SortStableFunc(s.open, func(a, b *arriving) int { return a.Expected.Compare(b.Expected) })
	for _, a := range s.open {
		if n := min(need, a.free); n > 0 {
			a.free -= n
			need -= n
			if a.Expected.After(promise) {
				promise = a.Expected
			}
		}
	}
	if s.unpegged += need; need > 0 && l.LeadPromise.After(promise) {
		promise = l.LeadPromise
	}
	return story.PlacedLine{Reserved: l.reserved, Promise: promise}
}

func (b *ledgerless) Buy(_ context.Context, p supply.Purchase) error {
	b.calls["buy "+string(p.Reason)]++
	if p.Reason != supply.Replenish {
		return nil
	}
	s := b.shelf[p.Product]
	a := &arriving{Purchase: p, free: p.Quantity}
	n := min(s.unpegged, a.free)
	a.free, s.unpegged = a.free-n, s.unpegged-n
	s.open = append(s.open, a)
	return nil
}

func (b *ledgerless) Receive(_ context.Context, p supply.Purchase, at tandem.Instant) error {
	if err := b.call("receive "+string(p.Reason), at); err != nil {
		return err
	}
	s := b.shelf[p.Product]
	s.onHand += p.Quantity
	s.open = slices.DeleteFunc(s.open, func(a *arriving) bool { return a.ID == p.ID })
	if l := b.sold[story.LineKey{Invoice: p.Invoice, Line: p.Line}]; l != nil {
		n := l.missing()
		l.reserved += n
		s.reserved += n
	}
	b.fill(s)
	return nil
}

func (b *ledgerless) fill(s *shelf) {
	for len(s.queue) > 0 && s.onHand > s.reserved {
		l := b.sold[s.queue[0]]
		n := min(l.missing(), s.onHand-s.reserved)
		l.reserved += n
		s.reserved += n
		if l.missing() > 0 {
			return
		}
		s.queue = s.queue[1:]
	}
}

func (b *ledgerless) Cancel(_ context.Context, key story.LineKey, pieces int64, at tandem.Instant) (int64, error) {
	if err := b.call("cancel", at); err != nil {
		return 0, err
	}
	l := b.sold[key]
	s := b.shelf[l.Code]
	if pieces > l.Pieces-l.shipped-l.cancelled {
		return 0, fmt.Errorf("cancels %d of %d", pieces, l.Pieces-l.shipped-l.cancelled)
	}
	back := max(0, pieces-l.missing())
	l.cancelled += pieces
	l.reserved -= back
	s.reserved -= back
	if l.missing() == 0 {
		s.queue = slices.DeleteFunc(s.queue, func(k story.LineKey) bool { return k == key })
	}
	b.fill(s)
	return pieces, nil
}

func (b *ledgerless) Dispatch(_ context.Context, at tandem.Instant) (shipped []story.Shipped, err error) {
	if err := b.call("dispatch", at); err != nil {
		return nil, err
	}
	open := b.order[:0]
	gross := map[string]int64{}
	for _, key := range b.order {
		l := b.sold[key]
		if l.reserved > 0 {
			s := b.shelf[l.Code]
			s.onHand, s.reserved = s.onHand-l.reserved, s.reserved-l.reserved
			l.day = l.order.Day
			net := value(l.Paid, l.reserved)
			b.net[treatment(l.order.Territory, l.day)] += net
			gross[l.order.Invoice] += net
			shipped = append(shipped, story.Shipped{Line: key, Pieces: l.reserved})
			l.shipped, l.reserved = l.shipped+l.reserved, 0
		}
		if l.missing() > 0 {
			open = append(open, key)
		}
	}
	b.order = open
	for _, s := range shipped {
		if net, ok := gross[s.Line.Invoice]; ok {
			o := b.sold[s.Line].order
			delete(gross, s.Line.Invoice)
			invoiced := story.Invoiced{Order: o.Invoice, Account: o.Account, Gross: tandem.MoneyFromMinor(net, tandem.GBP), Prepaid: o.Cash || o.Territory == retail.Export}
			invoiced.Open = invoiced.Gross
			if invoiced.Prepaid {
				invoiced.Open = tandem.MoneyFromMinor(0, tandem.GBP)
			}
			b.ready = append(b.ready, invoiced)
		}
	}
	return shipped, nil
}

func (b *ledgerless) Invoice(_ context.Context, at tandem.Instant) ([]story.Invoiced, error) {
	if err := b.call("invoice", at); err != nil {
		return nil, err
	}
	invoiced := b.ready
	b.ready = nil
	for i := range invoiced {
		b.invoices++
		invoiced[i].Number = fmt.Sprintf("INV-%06d", b.invoices)
		invoiced[i].Day = tandem.DateIn(at, london())
		b.owed[invoiced[i].Number] = invoiced[i].Gross.Minor()
	}
	return invoiced, nil
}

func (b *ledgerless) Credit(_ context.Context, c story.Credit) error {
	if err := b.call("credit", c.At); err != nil {
		return err
	}
	for _, r := range c.Returns {
		l := b.sold[r.Of]
		if l.gone += r.Pieces; l.gone > l.shipped {
			return fmt.Errorf("%v gives back %d of %d", r.Of, l.gone, l.shipped)
		}
		b.net[treatment(l.order.Territory, l.day)] -= value(l.Paid, r.Pieces)
		if r.Scrap {
			b.scrapped++
			continue
		}
		b.shelf[r.Code].onHand += r.Pieces
		b.fill(b.shelf[r.Code])
	}
	for _, a := range c.Allowances {
		b.allowed[a.Kind]++
		b.net[treatment(c.Territory, a.TaxDay)] += a.Amount.Minor()
	}
	return nil
}

func (b *ledgerless) Adjust(_ context.Context, a story.Adjustment) (int64, error) {
	s := b.shelf[a.Code]
	n := max(a.Pieces, s.reserved-s.onHand)
	s.onHand += n
	b.fill(s)
	return n, b.call("adjust", a.At)
}

func (b *ledgerless) Stocks(_ context.Context, codes ...string) (stocks []story.Stock, err error) {
	for _, code := range codes {
		s, err := b.stock(code)
		if err != nil {
			return nil, err
		}
		stocks = append(stocks, s)
	}
	return stocks, nil
}

func (b *ledgerless) stock(code string) (story.Stock, error) {
	s := b.shelf[code]
	st := story.Stock{OnHand: s.onHand, Reserved: s.reserved}
	for _, k := range s.queue {
		st.Backordered += b.sold[k].missing()
	}
	if s.reserved < 0 || s.reserved > s.onHand {
		return st, fmt.Errorf("%s: %d reserved of %d", code, s.reserved, s.onHand)
	}
	return st, nil
}

func (b *ledgerless) Expense(_ context.Context, e story.Expense) error {
	b.net["expense"] -= e.Amount.Minor()
	return b.call("expense", e.At)
}

func (b *ledgerless) MonthEnd(_ context.Context, day tandem.Date) error {
	var open int64
	for _, v := range b.owed {
		open += v
	}
	b.aged = append(b.aged, report.Ageing{Day: day, Total: tandem.MoneyFromMinor(open, tandem.GBP)})
	return nil
}

func (b *ledgerless) Flow(_ context.Context, order string) ([]report.FlowStep, error) {
	return []report.FlowStep{{Document: "order", Number: order}}, nil
}

func (b *ledgerless) Close(_ context.Context, at tandem.Instant) (c story.Closing, err error) {
	var sum int64
	for _, name := range []string{"17.5", "20", "eu", "export", "expense"} {
		c.NetByTax = append(c.NetByTax, report.TaxNet{Treatment: name, Net: tandem.MoneyFromMinor(b.net[name], tandem.GBP)})
		sum += b.net[name]
	}
	c.Revenue = tandem.MoneyFromMinor(sum, tandem.GBP)
	c.Receivables = b.aged
	c.Checks = map[string]bool{"nothing_left_to_invoice": len(b.ready) == 0}
	return c, b.call("close", at)
}
