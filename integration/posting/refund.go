package posting

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// ReturnedGoods are goods that a customer sent back.
type ReturnedGoods struct {
	Customer tandem.PartyID `json:"customer"`
	// Restock and Scrap have the original issue value: the part of the value with
	// which the returned quantity was delivered.
	Restock []Goods `json:"restock"`
	Scrap   []Goods `json:"scrap"`
	// Free and FreeScrap were given away with the delivery: promotion expense gets
	// their value back, as it bore it.
	Free      []Goods `json:"free"`
	FreeScrap []Goods `json:"free_scrap"`
	// Provided came back to stock, too, and the delivery had provided for it: it is
	// taken from the right of return. What stands as refund liability for it is not
	// in Refund.
	Provided []Goods `json:"provided"`
	// Refund is the net that will be credited, where the credit note is still to
	// come: the customer is owed it from now on. Left out where the credit note was first.
	Refund tandem.Money `json:"refund"`
	// Unbilled is the net of goods that were delivered and never invoiced: nothing
	// will be credited, and the customer no longer owes it.
	Unbilled tandem.Money `json:"unbilled"`
	// Expected says that the delivery provided for the return: refund liability
	// and right of return stand already, and Refund is left out.
	Expected bool     `json:"expected,omitempty"`
	Exchange Exchange `json:"exchange,omitzero"` // of Refund and Unbilled
}

// TakeBack books returned goods: Dr stock (or, scrapped, write-off) / Cr cost of
// goods sold at the original issue value, of free goods / Cr promotion expense;
// received before credited: Dr returns / Cr refund liability. An expected return is taken from the right of return
// instead of the cost of goods sold.
func (b *Books) TakeBack(h Header, r ReturnedGoods) (ledger.Entry, error) {
	d, chart := b.draft(2*(len(r.Restock)+len(r.Scrap)+len(r.Free)+len(r.FreeScrap)+len(r.Provided))+4), &b.c.Chart
	from := chart.CostOfSales
	if r.Expected {
		from = chart.ReturnAsset
		if !r.Refund.IsZero() {
			d.keep(tandem.Money{}, &tandem.InvalidError{Subject: "returned goods", Faults: []tandem.Fault{{Code: "refund_twice", Path: "refund",
				Message: "the refund of an expected return was provided for at delivery"}}})
		}
	}
	d.goods(r.Restock, from, false)
	d.goods(r.Free, chart.Promotion, false)
	d.goods(r.Provided, chart.ReturnAsset, false)
	d.scrap(r.Scrap, from)
	d.scrap(r.FreeScrap, chart.Promotion)
	start := len(d.lines)
	d.debit(chart.Returns, r.Refund)
	d.credit(chart.RefundLiability, r.Refund)
	if b.c.Revenue == AtDelivery {
		d.debit(chart.Returns, r.Unbilled)
		d.creditParty(chart.Unbilled, r.Unbilled, r.Customer)
	}
	d.exchange(r.Exchange, start)
	return d.entry(h)
}

// scrap writes returned goods off against the account that bore their issue.
func (d *draft) scrap(goods []Goods, from ledger.AccountCode) {
	start := len(d.lines)
	for _, g := range goods {
		d.byProduct(start, ledger.Line{Account: d.b.c.Chart.WriteOff, Amount: g.Value, Product: g.Product, Dimensions: g.Dimensions})
		d.byProduct(start, ledger.Line{Account: from, Amount: g.Value.Neg(), Product: g.Product, Dimensions: g.Dimensions})
	}
}

// ReleaseExpected books expected returns that did not come in time: Dr refund
// liability / Cr revenue, and Dr cost of goods sold / Cr right of return (IFRS
// 15.B23–B24).
func (b *Books) ReleaseExpected(h Header, e ExpectedReturn, x Exchange) (ledger.Entry, error) {
	d, chart := b.draft(4), &b.c.Chart
	d.debit(chart.CostOfSales, e.Value)
	d.credit(chart.ReturnAsset, e.Value)
	start := len(d.lines)
	d.debit(chart.RefundLiability, e.Net)
	d.credit(chart.Revenue, e.Net)
	d.exchange(x, start)
	return d.entry(h)
}

// Credited is one line of a credit note.
type Credited struct {
	Product tandem.ProductID `json:"product,omitzero"`
	Net     tandem.Money     `json:"net"`
	// Liability is the part of the net that stands as refund liability, since the
	// goods came first or the return was expected.
	Liability  tandem.Money      `json:"liability"`
	Allowance  bool              `json:"allowance,omitempty"` // no goods come back
	Discount   bool              `json:"discount,omitempty"`  // an early discount that is given up with the goods
	Dimensions tandem.Dimensions `json:"dimensions,omitempty"`
}

// CreditNote is a posted credit note.
type CreditNote struct {
	Customer tandem.PartyID   `json:"customer"`
	Lines    []Credited       `json:"lines"`
	Taxes    []tandem.TaxLine `json:"taxes"` // at the original invoice's rates
	Exchange Exchange         `json:"exchange,omitzero"`
}

// Credit books a credit note: Dr refund liability (what stands there), returns or
// allowances, Dr VAT at the original rate / Cr receivables gross, Cr early discount
// for the discount that the customer had taken on what comes back.
func (b *Books) Credit(h Header, v CreditNote) (ledger.Entry, error) {
	d, chart := b.draft(len(v.Lines)+len(v.Taxes)+3), &b.c.Chart
	gross, liability := b.total(v.Exchange), b.total(v.Exchange)
	for i := range v.Lines {
		gross.add(v.Lines[i].Net)
		liability.add(v.Lines[i].Liability)
	}
	for i := range v.Taxes {
		gross.add(v.Taxes[i].Tax)
	}
	d.debit(chart.RefundLiability, liability.money(d))
	start := len(d.lines)
	for i := range v.Lines {
		l := &v.Lines[i]
		account, net := chart.Returns, l.Net
		switch {
		case l.Discount:
			account = chart.EarlyDiscount
		case l.Allowance:
			account = chart.Allowances
		}
		if l.Liability.Currency() != 0 {
			net = d.keep(net.Sub(l.Liability))
		}
		d.byProduct(start, ledger.Line{Account: account, Amount: net, Product: l.Product, Dimensions: l.Dimensions})
	}
	d.taxes(v.Taxes, chart.OutputTax, 1)
	d.creditParty(chart.Receivables, gross.money(d), v.Customer)
	d.exchange(v.Exchange, 0)
	return d.entry(h)
}
