package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// find reads the reservations of all lines before the first of them is saved:
// those that the host made under ids of its own are found by a query, and a query
// behind a Save of its kind is an error.
func (d *dispatch[R]) find(ctx context.Context) error {
	for i := range d.ship {
		line := d.ship[i].Line
		if j := slices.IndexFunc(d.ship[:i], func(l delivery.ShipLine) bool { return l.Line == line }); j >= 0 {
			d.spans = append(d.spans, d.spans[j])
			continue
		}
		from := len(d.held)
		if l, found := d.order.Line(line); found { // else the order refuses it
			held, err := d.s.reservations(ctx, d.r, d.order, line, l.Reserved, d.held)
			if err != nil {
				return err
			}
			d.held = held
		}
		d.spans = append(d.spans, span{from, len(d.held)})
	}
	return nil
}
