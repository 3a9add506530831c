package books

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// shipment is a delivery and, once it is written, its invoice.
type shipment struct {
	doc     *order
	id      delivery.ID
	invoice billing.InvoiceID
}

// Dispatch ships every order of which something is reserved, in the order in which they were placed.
func (b *Books) Dispatch(ctx context.Context, at tandem.Instant) ([]story.Shipped, error) {
	b.at(at)
	var out []story.Shipped
	docs := slices.SortedFunc(maps.Keys(b.ready), func(a, b *order) int { return cmp.Compare(a.seq, b.seq) })
	clear(b.ready)
	held, err := b.holding(ctx, docs)
	if err != nil {
		return nil, err
	}
	for i, doc := range docs {
		if !held[i] {
			continue
		}
		shipped, err := b.ship(ctx, doc)
		if err != nil {
			return nil, err
		}
		out = append(out, shipped...)
	}
	return out, b.courier.start(ctx, b.clock.now)
}

func (b *Books) ship(ctx context.Context, doc *order) ([]story.Shipped, error) {
	cmd := ordertocash.ShipOrder{Header: header("ship/%s/%d", doc.invoice, len(doc.shipped)), Order: doc.id}
	delivered, err := b.sales.Ship(ctx, cmd)
	if err != nil {
		return nil, err
	}
	s := &shipment{doc: doc, id: delivered.Delivery}
	doc.shipped = append(doc.shipped, s)
	b.unbilled = append(b.unbilled, s)
	var out []story.Shipped
	err = b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error { // what left with a delivery never changes
		d, err := r.Deliveries().Get(ctx, company(), delivered.Delivery)
		if err != nil {
			return err
		}
		for i := range d.NumLines() {
			l := d.LineAt(i)
			out = append(out, story.Shipped{Line: doc.keys[l.OrderLine-1], Pieces: whole(l.Quantity)})
		}
		return nil
	})
	return out, err
}

// holding looks of which orders there is something to send. To send one changes nothing of the others.
func (b *Books) holding(ctx context.Context, docs []*order) ([]bool, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	return look(ctx, b, "holding/"+b.today().String(), func(ctx context.Context, r *store.Bundle) ([]bool, error) {
		held := make([]bool, len(docs))
		for i, doc := range docs {
			o, err := r.SalesOrders().Get(ctx, company(), doc.id)
			if err != nil {
				return nil, err
			}
			held[i] = b.holds(o)
		}
		return held, nil
	})
}

// holds reports whether there is something of an order to send: goods that are still reserved (a write-off may have taken
// what it had, a cancellation all of it), or, where no goods are open any more, its carriage.
func (b *Books) holds(o *sales.Order) bool {
	goods, services := false, false
	for i := range o.NumLines() {
		l := o.LineAt(i)
		if l.Reserved.Sign() > 0 {
			return true
		}
		if l.Open().Sign() == 0 {
			continue
		}
		service := b.byID[l.Product].service
		goods, services = goods || !service, services || service
	}
	return services && !goods
}

// Invoice invoices the deliveries that are not invoiced yet, one invoice for each.
func (b *Books) Invoice(ctx context.Context, at tandem.Instant) ([]story.Invoiced, error) {
	b.at(at)
	out := b.early
	b.early = nil
	for _, s := range b.unbilled {
		invoiced, err := b.invoice(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, invoiced)
	}
	b.unbilled = b.unbilled[:0]
	return out, nil
}

func (b *Books) invoice(ctx context.Context, s *shipment) (story.Invoiced, error) {
	doc := s.doc
	b.buyer = doc.buyer
	drafted, err := b.sales.Invoice(ctx, ordertocash.InvoiceOrder{Header: header("invoice/%s", s.id), Order: doc.id, Deliveries: []delivery.ID{s.id}})
	if err != nil {
		return story.Invoiced{}, err
	}
	posted, err := b.sales.Post(ctx, ordertocash.PostInvoice{Header: header("post/%s", s.id), Invoice: drafted.Invoice})
	if err != nil {
		return story.Invoiced{}, err
	}
	s.invoice = posted.Invoice
	b.byInvoice[posted.Number] = posted.Invoice
	open, err := b.applyAdvances(ctx, doc, posted)
	return story.Invoiced{Number: posted.Number, Order: doc.invoice, Account: doc.account, Day: b.today(), Gross: posted.Gross,
		Prepaid: doc.prepaid, Open: open}, err
}
