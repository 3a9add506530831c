package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
)

// carriage is a line that carries the goods of its order and names no tax code.
type carriage struct {
	line    int // from nought
	product catalog.Product
}

// taxCarriage gives carriage the tax code of the goods that it is sold with
// ([tax.Principal]); without any it is a service like others. It waits for their
// prices.
func (p *placement[R]) taxCarriage(ctx context.Context, items []sales.Item) error {
	if len(p.carriage) == 0 {
		return nil
	}
	var goods []tandem.TaxBase
	if p.goods != nil {
		var err error
		if goods, err = p.goods(ctx); err != nil {
			return err
		}
	}
	for i := range items {
		if p.stocked[i] {
			goods = append(goods, tandem.TaxBase{Code: items[i].TaxCode, Amount: items[i].Net})
		}
	}
	code, found := tax.Principal(goods)
	var faults tandem.Check
	for i := range p.carriage {
		c := &p.carriage[i]
		own := code
		if !found {
			var err error
			if own, err = p.taxCode(c.product); err != nil {
				faults.Nested(tandem.Path("lines", c.line), err)
			}
		}
		items[c.line].TaxCode = own
	}
	return faults.Err(p.subject)
}

// taxCode decides the code of a line by its product.
func (p *placement[R]) taxCode(product catalog.Product) (tandem.TaxCode, error) {
	code, err := p.s.taxCode(p.customer, p.shipTo.Country, product, p.date)
	if err != nil {
		return "", &tandem.InvalidError{Subject: "line", Faults: []tandem.Fault{{Code: "tax_undetermined", Path: "tax_code", Message: err.Error()}}}
	}
	return code, nil
}

// goods gives the goods that the order has, for the carriage that is added to it.
func (a *amendment[R]) goods(ctx context.Context) ([]tandem.TaxBase, error) {
	ahead := a.s.reads(a.r)
	for i := 0; ahead.on && i < a.order.NumLines(); i++ {
		ahead.product(a.order.LineAt(i).Product)
	}
	if err := a.s.fetch(ctx, a.r, &ahead); err != nil {
		return nil, err
	}
	var out []tandem.TaxBase
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		product, err := a.s.product(ctx, a.r, l.Product)
		if err != nil {
			return nil, err
		}
		if product.Stocked() {
			out = append(out, tandem.TaxBase{Code: l.TaxCode, Amount: l.Net})
		}
	}
	return out, nil
}
