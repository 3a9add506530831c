package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// book writes the journal entry of the delivery.
func (d *dispatch[R]) book(ctx context.Context, shipped *delivery.Delivery, number string) error {
	period, err := d.s.openPeriod(ctx, d.r, d.date)
	if err != nil {
		return err
	}
	free, goods := d.split(shipped)
	expected, err := d.expect(ctx, shipped)
	if err != nil {
		return err
	}
	entry, err := d.s.books.Deliver(posting.Header{ID: tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(shipped.ID().Bytes(), 'e', 0, 0)),
		Number: number, Date: d.date, Recorded: d.scope.Now, Source: shipped.Ref(), Period: period},
		posting.Delivery{Customer: shipped.Customer(), Goods: goods, Free: free, Sales: d.sales(shipped), Expected: expected})
	if err != nil {
		return err
	}
	return d.s.journal(ctx, d.r, entry)
}

func (d *dispatch[R]) sales(shipped *delivery.Delivery) []posting.Sale {
	for i := range shipped.NumLines() {
		l := shipped.LineAt(i)
		d.sold = append(d.sold, posting.Sale{Product: l.Product, Net: l.Net})
	}
	return d.sold
}

// split tells goods that were given away (a line whose price is nought) from
// goods that were sold.
func (d *dispatch[R]) split(shipped *delivery.Delivery) (free, sold []posting.Goods) {
	for i := range shipped.NumLines() {
		l := shipped.LineAt(i)
		if l.Cost.Currency() == 0 {
			continue
		}
		ordered, _ := d.order.Line(l.OrderLine)
		if givenAway(&ordered) {
			free = append(free, posting.Goods{Product: l.Product, Value: l.Cost})
		}
	}
	if len(free) == 0 {
		return nil, d.goods
	}
	for i := range shipped.NumLines() {
		l := shipped.LineAt(i)
		ordered, _ := d.order.Line(l.OrderLine)
		if l.Cost.Currency() != 0 && !givenAway(&ordered) {
			sold = append(sold, posting.Goods{Product: l.Product, Value: l.Cost})
		}
	}
	return free, sold
}

// givenAway reports whether a line is a gift: its price is nought. An amount that
// a discount or the rounding brings to nought is a sale for little.
func givenAway(l *sales.Line) bool {
	return l.Price.IsZero() && l.PriceRef.Rule != ruleReplacement
}
