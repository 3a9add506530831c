package books

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

const (
	goodsKind   = retail.Goods
	serviceKind = retail.ServiceLine
)

// Place takes an order. A line that is bought to order takes no stock and waits for a purchase of its own.
func (b *Books) Place(ctx context.Context, o story.Order) (story.Placed, error) {
	b.at(o.At)
	if err := b.bring(ctx); err != nil {
		return story.Placed{}, err
	}
	b.buyer = b.buyerOf(o.Account, o.Country, o.Territory)
	doc := &order{id: tandem.DeriveID[sales.OrderID]("orders", o.Invoice), seq: b.placed, invoice: o.Invoice, buyer: b.buyer, account: o.Account,
		cash: o.Cash, keys: make([]story.LineKey, len(o.Lines)), items: make([]*product, len(o.Lines))}
	b.placed++
	out := story.Placed{Lines: make([]story.PlacedLine, len(o.Lines)), Grade: b.buyer.Grade}
	cmd := ordertocash.PlaceOrder{Header: header("order/%s", o.Invoice), Order: doc.id, Customer: b.buyer.Party, Reference: o.Invoice,
		Date: o.Day, Terms: net30, Lines: make([]ordertocash.OrderLine, len(o.Lines))}
	request := pricing.Request{Company: company(), Customer: b.buyer.Party, Grade: b.buyer.Grade, Date: o.Day, Currency: tandem.GBP,
		Lines: make([]pricing.Line, len(o.Lines))}
	for i := range o.Lines {
		l := &o.Lines[i]
		p, err := b.product(ctx, l.Code, "", l.Kind, tandem.Price{})
		if err != nil {
			return out, err
		}
		cmd.Lines[i] = ordertocash.OrderLine{Product: p.id, Quantity: pieces(l.Pieces), Agreed: b.agreed(l)}
		if l.Kind != retail.Goods {
			cmd.Lines[i].TaxCode = taxCode(o.Territory)
		} else {
			doc.goods = true
			b.supply.lead[p.id] = l.LeadPromise
		}
		request.Lines[i] = pricing.Line{Line: i + 1, Product: p.id, Quantity: cmd.Lines[i].Quantity, Agreed: cmd.Lines[i].Agreed}
		doc.quoted = doc.quoted || l.Quote != nil
		doc.keys[i], doc.items[i] = l.Key, p
	}
	if err := b.choose(&o, b.buyer.Grade, b.buyer.Party); err != nil {
		return out, err
	}
	below, err := b.explain(&request, &out, &o)
	if err != nil {
		return out, err
	}
	if below {
		cmd.Approval = billing.Approval{Actor: "sales manager", Reason: "paid in the shop's file"}
	}
	if err := b.toOrder(ctx, &o, doc, &cmd); err != nil {
		return out, err
	}
	service := b.sales
	if doc.quoted {
		service = b.quoted
	}
	placed, err := service.Place(ctx, cmd)
	if err != nil {
		return out, err
	}
	b.orders[o.Invoice], b.byOrder[tandem.RefTo(sales.KindOrder, doc.id, "").ID] = doc, doc
	return b.answer(ctx, doc, &o, out, placed)
}

// agreed gives the price that was paid, as a price agreed by hand.
func (b *Books) agreed(l *story.OrderLine) *pricing.Override {
	if b.cfg.Engine && l.Quote != nil {
		return nil
	}
	return &pricing.Override{Price: l.Paid, Reason: "paid in the shop's file", Actor: actor}
}

// toOrder finds the lines that are bought to order: large, and not wholly on hand when their turn comes.
func (b *Books) toOrder(ctx context.Context, o *story.Order, doc *order, cmd *ordertocash.PlaceOrder) error {
	large := false
	for i := range o.Lines {
		l := &o.Lines[i]
		large = large || l.BigAbove > 0 && l.Pieces > l.BigAbove
	}
	if !large {
		return nil
	}
	free, err := b.free(ctx, o)
	if err != nil {
		return err
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Kind != retail.Goods {
			continue
		}
		if free[l.Code] >= l.Pieces || l.BigAbove == 0 || l.Pieces <= l.BigAbove {
			free[l.Code] -= min(free[l.Code], l.Pieces)
			continue
		}
		cmd.Lines[i].NoReserve, cmd.Lines[i].Promise = true, l.BigPromise
		if doc.toOrder == nil {
			doc.toOrder = map[int]bool{}
		}
		doc.toOrder[i+1] = true
	}
	return nil
}

// answer tells what the lines got, and takes those that are bought to order out of the queue.
func (b *Books) answer(ctx context.Context, doc *order, o *story.Order, out story.Placed, placed ordertocash.Placed) (story.Placed, error) {
	out.Net, out.Gross = placed.Net, placed.Gross
	ready := !doc.goods
	for i := range placed.Lines {
		l := &placed.Lines[i]
		if o.Lines[i].Kind != retail.Goods {
			continue
		}
		got := &out.Lines[i]
		got.Reserved, got.Promise, got.ToOrder = whole(l.Reserved), l.Promise, doc.toOrder[i+1]
		ready = ready || got.Reserved > 0
		if l.Backorder.Sign() > 0 && !got.ToOrder {
			b.products[o.Lines[i].Code].queue = true
		}
	}
	if ready {
		b.ready[doc] = true
	}
	for line := range doc.keys {
		if doc.toOrder[line+1] {
			if err := b.queue(ctx, doc, line+1, false); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// queue takes a line that is bought to order out of the queue for stock, or puts it at its head: its purchase has come.
func (b *Books) queue(ctx context.Context, doc *order, line int, head bool) error {
	_, err := work.Do(ctx, b.own, own{Header: b.next("queue"), Name: "wholesaler.queue", Of: fmt.Sprintf("%s/%d %t", doc.id, line, head)},
		func(ctx context.Context, r *store.Bundle, scope *work.Scope) (done, error) {
			o, err := r.SalesOrders().Get(ctx, company(), doc.id)
			if err != nil {
				return done{}, err
			}
			l, _ := o.Line(line)
			waiting, err := r.Backorders().Get(ctx, company(), o.LineRef(line))
			if err != nil {
				return done{}, err
			}
			waiting.Quantity = pieces(0)
			if head {
				waiting.Quantity = pieces(whole(l.Quantity) - whole(l.Cancelled) - whole(l.Shipped) - whole(l.Reserved))
				waiting.Promise = vatChange() // before every promise
			}
			return done{}, r.Backorders().Save(ctx, waiting)
		})
	return err
}

// free looks how many pieces of an order's goods nobody has reserved.
func (b *Books) free(ctx context.Context, o *story.Order) (map[string]int64, error) {
	return look(ctx, b, "free/"+o.Invoice, func(ctx context.Context, r *store.Bundle) (map[string]int64, error) {
		free := map[string]int64{}
		for i := range o.Lines {
			l := &o.Lines[i]
			if _, known := free[l.Code]; known || l.Kind != retail.Goods {
				continue
			}
			levels, err := r.StockLevels().Get(ctx, inventory.LevelKey{Company: company(), Location: mainStore, Product: b.products[l.Code].id})
			if err != nil {
				return nil, err
			}
			free[l.Code] = levels[0].Available() / 1_000_000
		}
		return free, nil
	})
}
