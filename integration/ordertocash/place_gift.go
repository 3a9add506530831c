package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// gift is goods that a promotion adds, and what gave them.
type gift struct {
	promotion.Gift
	ref tandem.PriceRef
}

// addGifts adds the goods of promotions as lines at nought: stock is reserved for them
// as for others.
func (p *placement[R]) addGifts(ctx context.Context) error {
	if len(p.gifts) == 0 {
		return nil
	}
	ahead := p.s.reads(p.r)
	for i := range p.gifts {
		ahead.product(p.gifts[i].Product)
	}
	if err := p.s.fetch(ctx, p.r, &ahead); err != nil {
		return err
	}
	for i := range p.gifts {
		g := &p.gifts[i]
		product, err := p.s.product(ctx, p.r, g.Product)
		if err != nil {
			return err
		}
		ordered, err := product.Order(g.Quantity, catalog.ToSell)
		if err != nil {
			return err
		}
		code, err := p.taxCode(product)
		if err != nil {
			return err
		}
		none := tandem.MoneyFromMinor(0, p.s.c.Books.Currency)
		nought, err := tandem.PriceFromMicro(0, p.s.c.Books.Currency, 1, ordered.Base.Unit())
		if err != nil {
			return err
		}
		at := p.add(sales.Item{Product: g.Product, Ordered: ordered.Quantity, Factor: ordered.Factor, Quantity: ordered.Base, Price: nought,
			PriceRef: g.ref, Discount: none, Net: none, TaxCode: code, TaxCategory: product.TaxCategory, Promotion: g.Promotion},
			product.Stocked(), false)
		for j := range p.claims {
			if h := &p.claims[j]; h.promotion == g.Promotion {
				h.add(sales.ClaimLine{Line: at + 1, Value: none})
			}
		}
	}
	return nil
}

// approve asks for the approvals that are needed and not given. One that was given for
// tokens holds for these alone, and a hard floor that did not raise the price asks for
// its token always.
func (p *placement[R]) approve(cmd *PlaceOrder) error {
	var open []pricing.Approval
	for i := range p.needed {
		a := &p.needed[i]
		blanket := !cmd.Approval.IsZero() && len(cmd.ApprovalTokens) == 0 && !a.Hard
		if !blanket && !slices.Contains(cmd.ApprovalTokens, a.Token) {
			open = append(open, *a)
		}
	}
	if len(open) > 0 {
		return &ApprovalError{Needed: open}
	}
	if len(p.needed) == 0 {
		return nil
	}
	if err := cmd.Approval.Validate(); err != nil {
		return err
	}
	for i := range p.needed {
		if err := p.scope.Authorize(work.Access{Action: "ordertocash.approve_price", Amount: p.needed[i].Amount}); err != nil {
			return err
		}
	}
	return nil
}
