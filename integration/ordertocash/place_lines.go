package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// claimFor says for which document claims are made.
func (p *placement[R]) claimFor(document tandem.DocumentRef) {
	p.document, p.prefix = document, document.ID.String()
}

// pricing gives what the document keeps of its prices.
func (p *placement[R]) pricing(cmd *PlaceOrder) sales.Pricing {
	out := sales.Pricing{On: p.on, Channel: cmd.Channel, Coupons: cmd.Coupons}
	if len(p.claims) > 0 {
		out.Claims = p.heldClaims(func(place int) int { return p.lines[place].Line })
	}
	return out
}

// foldCoupons gives codes as prices compare them, each once, whatever people typed. What
// is no code opens nothing: a command that says it was refused, an older document may
// have kept it.
func foldCoupons(typed []string) (out []string) {
	for i := range typed {
		if code, err := redemption.ParseCode(typed[i]); err == nil && !slices.Contains(out, string(code)) {
			out = append(out, string(code))
		}
	}
	return out
}

// items prices the lines and finds their taxes.
func (p *placement[R]) items(ctx context.Context, cmd *PlaceOrder) ([]sales.Item, error) {
	s := p.s
	var err error
	p.buyer, cmd.Coupons = cmd.Customer, foldCoupons(cmd.Coupons)
	if p.customer, err = s.customer(ctx, p.r, cmd.Customer, p.date); err != nil {
		return nil, err
	}
	if err := p.customer.mayOrder(); err != nil && !p.amended {
		return nil, err
	}
	if p.shipTo = cmd.ShipTo; p.shipTo.Country == "" {
		p.shipTo = tandem.Address{Country: p.customer.Country}
	}
	if err := p.open(ctx, cmd); err != nil {
		return nil, err
	}
	if err := p.informed(ctx, cmd.Lines); err != nil {
		return nil, err
	}
	p.lay(len(cmd.Lines))
	var faults tandem.Check
	for i := range cmd.Lines {
		if err := p.line(ctx, &cmd.Lines[i], i, &p.lines[i], &p.request.Lines[i]); err != nil {
			if !errors.Is(err, tandem.ErrInvalid) && !errors.Is(err, tandem.ErrNotFound) {
				return nil, err
			}
			faults.Nested(tandem.Path("lines", i), err)
		}
	}
	if err := faults.Err(p.subject); err != nil {
		return nil, err
	}
	for i := range p.books {
		if err := p.price(ctx, &p.books[i], cmd); err != nil {
			return nil, err
		}
	}
	if err := p.approve(cmd); err != nil {
		return nil, err
	}
	if err := p.addGifts(ctx); err != nil {
		return nil, err
	}
	items := p.lines
	if err := p.taxCarriage(ctx, items); err != nil {
		return nil, err
	}
	for i := range items {
		if of := items[i].Of; of > 0 && items[i].TaxCode == "" { // carriage that was parted
			items[i].TaxCode = items[of-1].TaxCode
		}
	}
	return items, nil
}

// line prepares one line: its base quantity, its tax code, the request for its price.
func (p *placement[R]) line(ctx context.Context, l *OrderLine, i int, item *sales.Item, ask *pricing.Line) error {
	product, err := p.s.product(ctx, p.r, l.Product)
	if err != nil {
		return err
	}
	if !product.ActiveOn(p.date) {
		return &tandem.InvalidError{Subject: "line", Faults: []tandem.Fault{{Code: "inactive", Path: "product", Message: "is not sold on this day"}}}
	}
	ordered, err := product.Order(l.Quantity, catalog.ToSell)
	if err != nil {
		return err
	}
	code := l.TaxCode
	switch {
	case code != "":
	case product.Carriage:
		p.carriage = append(p.carriage, carriage{i, product})
	default:
		if code, err = p.taxCode(product); err != nil {
			return err
		}
	}
	p.stocked[i], p.waits[i] = product.Stocked(), l.NoReserve
	*item = sales.Item{Line: i + 1, Product: l.Product, Text: l.Text, Ordered: ordered.Quantity, Factor: ordered.Factor,
		Quantity: ordered.Base, TaxCode: code, TaxCategory: product.TaxCategory, Promise: l.Promise, Group: l.Group}
	*ask = pricing.Line{Line: i + 1, Product: l.Product, Quantity: ordered.Base, Conversions: product.Conversions, Group: l.Group, TaxCode: code, Agreed: l.Agreed}
	return p.inform(ctx, p.bookOf(i), &product, ask)
}
