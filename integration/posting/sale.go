package posting

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// Sale is the revenue of one line, in the currency of the document.
type Sale struct {
	Product    tandem.ProductID  `json:"product,omitzero"`
	Net        tandem.Money      `json:"net"`
	Dimensions tandem.Dimensions `json:"dimensions,omitempty"`
}

// ExpectedReturn is the part of a delivery that is expected to come back (IFRS
// 15.B20–B27): no revenue, a refund liability, and a right to recover the goods.
type ExpectedReturn struct {
	Net   tandem.Money `json:"net"`   // of the expected returns, in the document's currency
	Value tandem.Money `json:"value"` // their cost less the cost of recovery, in the functional currency
}

// Delivery is goods that went to a customer.
type Delivery struct {
	Customer tandem.PartyID `json:"customer"`
	Goods    []Goods        `json:"goods"` // at their issue value
	Free     []Goods        `json:"free"`  // given away with them: promotion expense
	Sales    []Sale         `json:"sales"`
	Expected ExpectedReturn `json:"expected,omitzero"`
	Exchange Exchange       `json:"exchange,omitzero"` // of Sales and Expected.Net
}

// Deliver books a delivery: Dr cost of goods sold / Cr stock, free goods to
// promotion expense, and, with revenue at delivery, Dr unbilled receivables / Cr
// revenue, net. Expected returns are taken out of revenue and cost: Cr refund
// liability, Dr right of return.
func (b *Books) Deliver(h Header, v Delivery) (ledger.Entry, error) {
	d, chart := b.draft(2*len(v.Goods)+2*len(v.Free)+len(v.Sales)+6), &b.c.Chart
	d.goods(v.Goods, chart.CostOfSales, true)
	d.goods(v.Free, chart.Promotion, true)
	d.debit(chart.ReturnAsset, v.Expected.Value)
	d.credit(chart.CostOfSales, v.Expected.Value)
	if b.c.Revenue == AtInvoice {
		if !v.Expected.Net.IsZero() || !v.Expected.Value.IsZero() {
			d.keep(tandem.Money{}, errExpectedAtInvoice())
		}
		return d.entry(h)
	}
	start, net := len(d.lines), b.total(v.Exchange)
	for _, s := range v.Sales {
		net.add(s.Net)
	}
	d.debitParty(chart.Unbilled, net.money(d), v.Customer)
	d.sales(v.Sales, chart.Revenue)
	d.debit(chart.Revenue, v.Expected.Net)
	d.credit(chart.RefundLiability, v.Expected.Net)
	d.exchange(v.Exchange, start)
	return d.entry(h)
}

func errExpectedAtInvoice() error {
	return &tandem.InvalidError{Subject: "delivery", Faults: []tandem.Fault{{Code: "expected_at_invoice", Path: "expected.net",
		Message: "expected returns are taken out of revenue at delivery, which this policy does not book"}}}
}

// sales credits an account with revenue.
func (d *draft) sales(sales []Sale, account ledger.AccountCode) {
	start := len(d.lines)
	for _, s := range sales {
		d.byProduct(start, ledger.Line{Account: account, Amount: s.Net.Neg(), Product: s.Product, Dimensions: s.Dimensions})
	}
}

// InvoicedSale is one line of an invoice.
type InvoicedSale struct {
	Product tandem.ProductID `json:"product,omitzero"`
	Net     tandem.Money     `json:"net"`
	// Delivered is what the delivery of the line booked as unbilled, net; left out
	// for a service or a charge without delivery, whose revenue is booked here.
	// What Net differs from it is revenue too. Under at_invoice it is not read.
	Delivered  tandem.Money      `json:"delivered"`
	Dimensions tandem.Dimensions `json:"dimensions,omitempty"`
}

// Invoice is a posted invoice.
type Invoice struct {
	Customer tandem.PartyID   `json:"customer"`
	Sales    []InvoicedSale   `json:"sales"`
	Taxes    []tandem.TaxLine `json:"taxes"`
	Exchange Exchange         `json:"exchange,omitzero"`
}

// Invoice books an invoice: Dr receivables gross / Cr unbilled receivables, VAT;
// under at_invoice Cr revenue, VAT.
func (b *Books) Invoice(h Header, v Invoice) (ledger.Entry, error) {
	d, chart := b.draft(len(v.Sales)+len(v.Taxes)+3), &b.c.Chart
	gross, unbilled := b.total(v.Exchange), b.total(v.Exchange)
	for i := range v.Sales {
		gross.add(v.Sales[i].Net)
		if b.c.Revenue == AtDelivery {
			unbilled.add(v.Sales[i].Delivered)
		}
	}
	for i := range v.Taxes {
		gross.add(v.Taxes[i].Tax)
	}
	d.debitParty(chart.Receivables, gross.money(d), v.Customer)
	d.creditParty(chart.Unbilled, unbilled.money(d), v.Customer)
	start := len(d.lines)
	for i := range v.Sales {
		s := &v.Sales[i]
		net := s.Net
		if b.c.Revenue == AtDelivery && s.Delivered.Currency() != 0 {
			net = d.keep(net.Sub(s.Delivered))
		}
		d.byProduct(start, ledger.Line{Account: chart.Revenue, Amount: net.Neg(), Product: s.Product, Dimensions: s.Dimensions})
	}
	d.taxes(v.Taxes, chart.OutputTax, -1)
	d.exchange(v.Exchange, 0)
	return d.entry(h)
}

// taxes books one line for each tax that is not nought.
func (d *draft) taxes(taxes []tandem.TaxLine, account ledger.AccountCode, sign int) {
	for i := range taxes {
		m := taxes[i].Tax
		if sign < 0 {
			m = m.Neg()
		}
		d.debit(account, m)
	}
}

// Unbilled is what one customer was delivered and not invoiced, net.
type Unbilled struct {
	Customer tandem.PartyID `json:"customer"`
	Net      tandem.Money   `json:"net"` // in the functional currency
}

// Accrue books, under at_invoice, the revenue of what is delivered and not
// invoiced at a month end: Dr unbilled receivables / Cr revenue. The second entry
// reverses it on day one of the next month, which next names; its date must be
// the day after that of the first.
func (b *Books) Accrue(h Header, open []Unbilled, next ledger.Reversal, in *ledger.Period) (accrual, reversal ledger.Entry, err error) {
	var check tandem.Check
	check.Require(b.c.Revenue == AtInvoice, "accrual_policy", "revenue", "only revenue at invoice is accrued")
	check.Require(h.Date == h.Date.EndOfMonth(), "accrual_date", "date", "must be the last day of a month")
	check.Require(next.Date == h.Date.AddDays(1), "accrual_reversal", "next.date", "must be day one of the next month")
	if err := check.Err("accrual"); err != nil {
		return accrual, reversal, err
	}
	d, net := b.draft(len(open)+1), b.total(Exchange{})
	for _, u := range open {
		d.debitParty(b.c.Chart.Unbilled, u.Net, u.Customer)
		net.add(u.Net)
	}
	d.credit(b.c.Chart.Revenue, net.money(d))
	if accrual, err = d.entry(h); err != nil || accrual.IsZero() {
		return accrual, reversal, err
	}
	if reversal, err = ledger.Reverse(accrual, next, in); err != nil {
		return ledger.Entry{}, ledger.Entry{}, err
	}
	return accrual, reversal, nil
}
