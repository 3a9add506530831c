package ordertocash

import (
	"cmp"
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// reads says what is read of an order that is placed, as far as it tells.
func (c PlaceOrder) reads(n *reads) {
	warehouse := cmp.Or(c.Warehouse, n.c.Places.Warehouse)
	n.ordered(c.Customer, cmp.Or(c.Terms, n.c.DefaultTerms), warehouse)
	for i := range c.Lines {
		l := &c.Lines[i]
		n.product(l.Product)
		n.taxCode(l.TaxCode)
		if !l.NoReserve {
			n.level(warehouse, l.Product)
		}
	}
}

// ordered adds what every new order reads of its customer, terms and place.
func (n *reads) ordered(customer tandem.PartyID, terms tandem.TermsCode, warehouse tandem.LocationID) {
	if !n.on {
		return
	}
	n.customer(customer)
	n.account(customer)
	n.terms(terms)
	n.query(anyWaiting(n.company()))
	if warehouse != n.c.Places.Warehouse {
		n.add(work.OfLocations, warehouse)
	}
}

// stock adds the levels of what is taken of the stock.
func (p *placement[R]) stock(n *reads, lines []sales.Item) {
	for i := range lines {
		if n.on && p.stocked[i] && !p.waits[i] {
			n.level(p.warehouse, lines[i].Product)
		}
	}
}

// informed reads what the books ask for of the lines, and of those that count with them.
func (p *placement[R]) informed(ctx context.Context, lines []OrderLine) error {
	cost, categories, rates := p.asked()
	ahead := p.s.reads(p.r)
	if ahead.on {
		for i := range lines {
			ahead.product(lines[i].Product)
			if cost && !rates {
				ahead.pool(lines[i].Product)
			}
		}
		for i := 0; categories && i < len(p.around); i++ {
			ahead.product(p.around[i].Product)
		}
		if err := p.s.fetch(ctx, p.r, &ahead); err != nil {
			return err
		}
		if rates { // products say which codes; mostly they are known already
			p.codesOf(ctx, &ahead, lines)
			for i := 0; cost && i < len(lines); i++ {
				ahead.pool(lines[i].Product)
			}
			if err := p.s.fetch(ctx, p.r, &ahead); err != nil {
				return err
			}
		}
		if categories {
			if err := p.categories(ctx, lines); err != nil {
				return err
			}
		}
	}
	return p.surround(ctx)
}

// categories reads the categories of the products and those above them, a level of
// all of them at a time. What is not there is told by the line that asks for it.
func (p *placement[R]) categories(ctx context.Context, lines []OrderLine) error {
	ids := make(map[catalog.CategoryID]bool)
	of := func(id tandem.ProductID) {
		if product, err := p.s.product(ctx, p.r, id); err == nil && !product.Category.IsZero() {
			ids[product.Category] = true
		}
	}
	for i := range lines {
		of(lines[i].Product)
	}
	for i := range p.around {
		of(p.around[i].Product)
	}
	for depth := 0; len(ids) > 0 && depth < pricing.MaxCategoryDepth; depth++ {
		ahead := p.s.reads(p.r)
		for id := range ids {
			ahead.refs = append(ahead.refs, work.Ref{Of: work.OfCategories, Key: id})
		}
		if err := p.s.fetch(ctx, p.r, &ahead); err != nil {
			return err
		}
		above := make(map[catalog.CategoryID]bool)
		for id := range ids {
			if c, err := p.r.Categories().Get(ctx, id); err == nil && !c.Parent.IsZero() {
				above[c.Parent] = true
			}
		}
		ids = above
	}
	return nil
}

// waiters reads who waits for the levels, and then what is promised of those for
// which somebody does.
func (p *placement[R]) waiters(ctx context.Context, levels []inventory.Level, order sales.OrderID) error {
	ahead := p.s.reads(p.r)
	if !ahead.on {
		return nil
	}
	for i := range levels {
		if levels[i].OnHand > levels[i].Reserved {
			ahead.query(waitingFor(levels[i].Key))
		}
	}
	if err := p.s.fetch(ctx, p.r, &ahead); err != nil {
		return err
	}
	for i := range levels {
		if levels[i].OnHand <= levels[i].Reserved {
			continue
		}
		if unit, err := p.s.waiting(ctx, p.r, levels[i].Key, tandem.RefTo(sales.KindOrder, order, "")); err == nil && unit != 0 {
			ahead.query(heldOf(levels[i].Key))
		}
	}
	return p.s.fetch(ctx, p.r, &ahead)
}

// promises reads what the projections of lines that wait are made of.
func (p *placement[R]) promises(ctx context.Context, in *sales.OrderInput, plan []planned) error {
	ahead := p.s.reads(p.r)
	for i := range plan {
		if key := plan[i].key; ahead.on && in.Lines[i].Promise.IsZero() && !plan[i].backorder.IsZero() {
			ahead.level(key.Location, key.Product)
			ahead.query(heldOf(key))
			ahead.query(waitingFor(key))
		}
	}
	return p.s.fetch(ctx, p.r, &ahead)
}
