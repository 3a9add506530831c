package posting

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// Goods is a value of one product, as the cost pool gave or took it, in the
// functional currency.
type Goods struct {
	Product    tandem.ProductID  `json:"product"`
	Value      tandem.Money      `json:"value"`
	Dimensions tandem.Dimensions `json:"dimensions,omitempty"`
}

// ReceivedGoods are goods as they enter stock.
type ReceivedGoods struct {
	Product tandem.ProductID `json:"product"`
	Value   tandem.Money     `json:"value"` // that the cost pool took
	// Owed is what the supplier will invoice, where it differs from the value
	// (standard cost): the difference is a price variance. Left out: the value.
	Owed tandem.Money `json:"owed"`
}

// Receipt is a delivery of a supplier.
type Receipt struct {
	Supplier tandem.PartyID  `json:"supplier"`
	Goods    []ReceivedGoods `json:"goods"`
}

// Receive books a receipt: Dr stock / Cr goods received not invoiced.
func (b *Books) Receive(h Header, r Receipt) (ledger.Entry, error) {
	d, owed := b.draft(len(r.Goods)+2), b.total(Exchange{})
	variance := b.total(Exchange{})
	for _, g := range r.Goods {
		d.add(ledger.Line{Account: b.c.Chart.Stock, Amount: g.Value, Product: g.Product})
		if g.Owed.Currency() == 0 {
			owed.add(g.Value)
			continue
		}
		owed.add(g.Owed)
		variance.add(g.Owed)
		variance.sub(g.Value)
	}
	d.debit(b.c.Chart.PriceVariance, variance.money(d))
	d.creditParty(b.c.Chart.GoodsReceived, owed.money(d), r.Supplier)
	return d.entry(h)
}

// goods books values of stock against another account: out of stock or into it.
func (d *draft) goods(goods []Goods, against ledger.AccountCode, out bool) {
	for _, g := range goods {
		value := g.Value
		if out {
			value = value.Neg()
		}
		d.add(ledger.Line{Account: d.b.c.Chart.Stock, Amount: value, Product: g.Product, Dimensions: g.Dimensions})
	}
	start := len(d.lines)
	for _, g := range goods {
		value := g.Value
		if !out {
			value = value.Neg()
		}
		d.byProduct(start, ledger.Line{Account: against, Amount: value, Product: g.Product, Dimensions: g.Dimensions})
	}
}

// OpenStock books the stock that was there before the books: Dr stock / Cr
// opening balance.
func (b *Books) OpenStock(h Header, goods []Goods) (ledger.Entry, error) {
	d := b.draft(2 * len(goods))
	d.goods(goods, b.c.Chart.OpeningBalance, false)
	return d.entry(h)
}

// Count books the differences of a count: found goods have positive values (Dr
// stock / Cr count difference), lost ones negative.
func (b *Books) Count(h Header, differences []Goods) (ledger.Entry, error) {
	d := b.draft(2 * len(differences))
	d.goods(differences, b.c.Chart.CountDifference, false)
	return d.entry(h)
}

// Scrap books goods that are thrown away: Dr write-off / Cr stock.
func (b *Books) Scrap(h Header, goods []Goods) (ledger.Entry, error) {
	d := b.draft(2 * len(goods))
	d.goods(goods, b.c.Chart.WriteOff, true)
	return d.entry(h)
}

// GiveAway books goods that are given away outside a sale (samples): Dr promotion
// expense / Cr stock.
func (b *Books) GiveAway(h Header, goods []Goods) (ledger.Entry, error) {
	d := b.draft(2 * len(goods))
	d.goods(goods, b.c.Chart.Promotion, true)
	return d.entry(h)
}
