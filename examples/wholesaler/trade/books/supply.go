package books

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/warehouse"
)

// supplies is the list of purchases as promises see it: what is on order for stock, by its expected date, and, from the
// lead time on, as much as anybody wants.
type supplies struct {
	b    *Books
	open map[tandem.ProductID][]arrival
	lead map[tandem.ProductID]tandem.Date // on which a purchase of today would come
	jit  []supply.Purchase                // to be received with the order that they are for
}

type arrival struct {
	id       string
	expected tandem.Date
	pieces   int64
}

// endless stands for as much as anybody wants.
const endless = 1_000_000_000

// Supplies gives the open purchases of a product. One that is late is expected on the next trading day.
func (s *supplies) Supplies(_ context.Context, key inventory.LevelKey) ([]inventory.Supply, error) {
	today := s.b.today()
	out := make([]inventory.Supply, 0, len(s.open[key.Product])+1)
	for _, a := range s.open[key.Product] {
		date := a.expected
		if !date.After(today) {
			date = supply.AddTrading(today, 1)
		}
		out = append(out, inventory.Supply{Date: date, Quantity: pieces(a.pieces)})
	}
	if lead := s.lead[key.Product]; !lead.IsZero() {
		out = append(out, inventory.Supply{Date: lead, Quantity: pieces(endless)})
	}
	return out, nil
}

// Buy announces a purchase. One that is for one line alone is no supply for others.
func (b *Books) Buy(_ context.Context, p supply.Purchase) error {
	if p.Reason == supply.Replenish {
		id := b.products[p.Product].id
		b.supply.open[id] = append(b.supply.open[id], arrival{id: p.ID, expected: p.Expected, pieces: p.Quantity})
	}
	return nil
}

// Receive puts a purchase on the shelf and gives it to those who wait. What comes just in time is received with the order
// that it is for.
func (b *Books) Receive(ctx context.Context, p supply.Purchase, at tandem.Instant) error {
	if p.Reason == supply.JustInTime {
		b.supply.jit = append(b.supply.jit, p)
		return nil
	}
	b.at(at)
	of := b.products[p.Product]
	b.supply.open[of.id] = slices.DeleteFunc(b.supply.open[of.id], func(a arrival) bool { return a.id == p.ID })
	if doc := b.orders[p.Invoice]; p.Reason == supply.ToOrder && doc != nil {
		of.queue = true
		if err := b.queue(ctx, doc, doc.line(story.LineKey{Invoice: p.Invoice, Line: p.Line}), true); err != nil {
			return err
		}
	}
	return b.receive(ctx, p.ID, of.queue, p)
}

// bring receives what comes just in time.
func (b *Books) bring(ctx context.Context) error {
	jit := b.supply.jit
	if len(jit) == 0 {
		return nil
	}
	b.supply.jit = jit[:0]
	return b.receive(ctx, jit[0].ID, false, jit...)
}

func (b *Books) receive(ctx context.Context, reference string, reserve bool, purchases ...supply.Purchase) error {
	cmd := warehouse.Receive{Header: header("receipt/%s", reference), Supplier: supplier(), Reference: reference, Reserve: reserve,
		Lines: make([]warehouse.ReceiptLine, len(purchases))}
	for i, p := range purchases {
		b.bought += p.Cost.Minor()
		cmd.Lines[i] = warehouse.ReceiptLine{Product: b.products[p.Product].id, Quantity: pieces(p.Quantity), Value: p.Cost}
	}
	received, err := b.stock.Receive(ctx, cmd)
	if err != nil {
		return err
	}
	b.reserved(received.Reserved)
	return nil
}

// reserved notes the orders that got something.
func (b *Books) reserved(lines []warehouse.ReservedLine) {
	for _, l := range lines {
		if doc := b.byOrder[l.Line.Document.ID]; doc != nil {
			b.ready[doc] = true
		}
	}
}

// share gives what is free of a product to those who wait for it.
func (b *Books) share(ctx context.Context, p *product) error {
	if !p.queue {
		return nil
	}
	reserved, err := b.stock.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: b.next("share"), Product: p.id})
	b.reserved(reserved.Lines)
	return err
}

// Stocks gives the stock of products, with what is being received.
func (b *Books) Stocks(ctx context.Context, codes ...string) ([]story.Stock, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	counted, err := look(ctx, b, "stocks/"+b.today().String(), func(ctx context.Context, r *store.Bundle) ([]counted, error) {
		return b.count(ctx, r, codes)
	})
	if err != nil {
		return nil, err
	}
	out := make([]story.Stock, len(codes))
	for i := range counted {
		out[i] = counted[i].Stock
		p := b.products[codes[i]]
		p.queue = p.queue && counted[i].Waits // where nobody waits, nobody is asked for again until somebody does
	}
	for i := range b.supply.jit {
		for at, code := range codes {
			if code == b.supply.jit[i].Product {
				out[at].OnHand += b.supply.jit[i].Quantity
			}
		}
	}
	return out, nil
}

// counted is the stock of a product, and whether anybody waits for it.
type counted struct {
	story.Stock
	Waits bool `json:"waits,omitempty"`
}

// count reads the stock of products. It asks who waits only for those that somebody may wait for.
func (b *Books) count(ctx context.Context, r *store.Bundle, codes []string) ([]counted, error) {
	keys := make([]inventory.LevelKey, len(codes))
	for i, code := range codes {
		keys[i] = inventory.LevelKey{Company: company(), Location: mainStore, Product: b.products[code].id}
	}
	levels, err := r.StockLevels().Get(ctx, keys...)
	if err != nil {
		return nil, err
	}
	out := make([]counted, len(codes))
	for i, l := range levels {
		out[i].OnHand, out[i].Reserved = l.OnHand/1_000_000, l.Reserved/1_000_000
		if p := b.products[codes[i]]; p.queue {
			if out[i].Backordered, out[i].Waits, err = b.waiting(ctx, r, p); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Adjust writes pieces off or on.
func (b *Books) Adjust(ctx context.Context, a story.Adjustment) (int64, error) {
	b.at(a.At)
	p, err := b.product(ctx, a.Code, "", retail.Goods, tandem.Price{})
	if err != nil {
		return 0, err
	}
	line := warehouse.AdjustLine{Product: p.id, Quantity: pieces(a.Pieces)}
	if a.Pieces > 0 {
		if line.Value, err = p.price.Times(line.Quantity, tandem.HalfAwayFromZero); err != nil {
			return 0, err
		}
	}
	adjusted, err := b.stock.Adjust(ctx, warehouse.Adjust{Header: header("write-off/%s/%d", a.Key.Invoice, a.Key.Line), Text: a.Reason,
		Lines: []warehouse.AdjustLine{line}})
	if err != nil {
		return 0, err
	}
	for _, released := range adjusted.Released {
		p.queue = true
		if doc := b.byOrder[released.Line.Document.ID]; doc != nil { // its own purchase is gone: it waits like the others
			delete(doc.toOrder, released.Line.Line)
		}
	}
	if a.Pieces > 0 {
		err = b.share(ctx, p)
	}
	return whole(adjusted.Lines[0].Applied), err
}
