package pricingtest

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// promotions makes a few promotions of several kinds, some with a coupon, a scope, an
// audience or a threshold.
func (r *Random) promotions() {
	if r.in(2) {
		return
	}
	if r.in(3) {
		stacking := promotion.NewConfig()
		stacking.Lanes[0].Policy = pick(r, promotion.Policies()...)
		r.Book.Stacking = &stacking
	}
	for i := range 1 + r.rng.IntN(4) {
		p := promotion.Promotion{ID: fmt.Sprintf("p%d", i), Lane: promotion.LaneProduct, Priority: r.rng.IntN(3), Benefit: r.benefit(), Valid: r.validity()}
		if p.Benefit.Shipping != nil {
			p.Lane = promotion.LaneShipping
		} else if r.in(2) {
			p.Lane = promotion.LaneOrder
		}
		switch r.rng.IntN(5) {
		case 0:
			p.Coupons = []string{pick(r, "SAVE", "MORE")}
		case 1:
			p.Scope.Products = []tandem.ProductID{pick(r, r.products...), pick(r, r.products...)}
		case 2:
			p.Scope.Categories = []string{pick(r, r.categories...)}
		case 3:
			p.Scope.Brands = []string{pick(r, "b1", "b2")}
		}
		if r.in(4) {
			p.Audience.Grades = r.grades()
		}
		if r.in(4) {
			p.Threshold = &promotion.Threshold{Quantity: r.pieces(int64(1 + r.rng.IntN(10))), Order: r.in(2)}
		}
		r.Book.Promotions = append(r.Book.Promotions, p)
	}
}

func (r *Random) benefit() (b promotion.Benefit) {
	rate := tandem.Percent(int64(5 + r.rng.IntN(40)))
	switch r.rng.IntN(7) {
	case 0:
		b.Amount = &promotion.AmountOff{Amount: r.pounds(900), Target: promotion.Across}
	case 1:
		price, _ := tandem.PriceFromMicro(int64(r.rng.IntN(900))*10_000, tandem.GBP, 1, tandem.Each) // is in range
		b.FixedPrice = &promotion.FixedPrice{Price: price}
	case 2:
		b.BuyGet = &promotion.BuyGet{Buy: int64(1 + r.rng.IntN(3)), Get: 1, Rate: tandem.Percent(100), Grouping: pick(r, promotion.Groupings()...),
			Selector: promotion.Cheapest}
	case 3:
		b.MixAndMatch = &promotion.MixAndMatch{Quantity: int64(2 + r.rng.IntN(3)), Price: r.pounds(2000)}
	case 4:
		b.Shipping = &promotion.ShippingOff{Rate: rate}
	case 5:
		b.FreeGoods = &promotion.FreeGoods{Product: pick(r, r.products...), Quantity: r.pieces(1), Per: int64(r.rng.IntN(5))}
	default:
		b.Percent = &promotion.PercentOff{Rate: rate, Target: pick(r, promotion.EachUnit, promotion.EachLine, promotion.Across)}
	}
	return b
}
