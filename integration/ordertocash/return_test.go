package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

func back(d delivery.ID, line int, n int64) ordertocash.ReturnedLine {
	return ordertocash.ReturnedLine{Delivery: d, Line: line, Quantity: pieces(n)}
}

func (w *shop) authorise(who string, lines ...ordertocash.ReturnedLine) ordertocash.Returned {
	w.t.Helper()
	out, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer(who), Reason: "broken", Lines: lines})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) receive(id returns.ID, lines ...ordertocash.LineQuantity) ordertocash.Returned {
	w.t.Helper()
	out, err := w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: id, Lines: lines})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) inspect(id returns.ID, verdicts ...ordertocash.Verdict) ordertocash.Returned {
	w.t.Helper()
	out, err := w.service.InspectReturn(w.ctx, ordertocash.InspectReturn{Header: w.header(), Return: id, Lines: verdicts})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) creditReturn(id returns.ID) ordertocash.Credited {
	w.t.Helper()
	out, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: id})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) takeBack(who string, lines ...ordertocash.ReturnedLine) ordertocash.Credited {
	w.t.Helper()
	out, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer(who), Lines: lines})
	require.NoError(w.t, err)
	w.check()
	return out
}

// Five mugs at 10.00 (cost 6.00 each) are sold; three come back, of which one is broken.
func TestReturnStepByStep(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 5}) // 50.00 + 10.00 VAT
	ra := w.authorise("ann", back(s.delivery, 1, 4))
	require.Equal(t, returns.StatusAuthorised, ra.Status)
	require.Equal(t, "RA-000001", ra.Number)

	got := w.receive(ra.Return, ordertocash.LineQuantity{Line: 1, Quantity: pieces(2)})
	require.Equal(t, money(2000), got.Net)
	got = w.receive(ra.Return, ordertocash.LineQuantity{Line: 1, Quantity: pieces(1)})
	require.Equal(t, money(3000), got.Net)
	require.Equal(t, money(1800), got.Value)
	there, _ := w.level("mug", held)
	require.Equal(t, int64(3), there)
	require.Equal(t, int64(-3000), w.balance("2300"), "refund liability")
	require.Equal(t, int64(3000), w.balance("4100"), "returns")
	require.Equal(t, int64(3000-1800), w.balance("5000"), "cost of sales")
	w.refused("over_receipt", func() error {
		_, err := w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: ra.Return,
			Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(2)}}})
		return err
	})
	w.refused("status", func() error {
		_, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ra.Return})
		return err
	})

	got = w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(2), Scrap: pieces(1), Remedy: returns.RemedyCredit})
	require.Equal(t, money(1200), got.Value, "what was not scrapped")
	there, _ = w.level("mug", held)
	require.Zero(t, there)
	there, _ = w.level("mug", warehouse)
	require.Equal(t, int64(97), there)
	require.Equal(t, int64(600), w.balance("5200"), "write-off")

	out := w.creditReturn(ra.Return)
	require.Equal(t, ordertocash.Credited{Return: "RA-000001", CreditNote: out.CreditNote, Number: "CN-2011-000001", Net: money(3000), Tax: money(600),
		Gross: money(3600), Applied: money(3600), Unapplied: money(0), Unbilled: money(0)}, out)
	require.Equal(t, money(2400), w.invoiceState(s.invoice).Open)
	require.Zero(t, w.balance("2300"))
	require.Equal(t, int64(2400), w.balance("1100"))
	w.refused("status", func() error {
		_, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ra.Return})
		return err
	})
}

func TestReturnRefusals(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 5})
	authorise := func(who string, l ordertocash.ReturnedLine) func() error {
		return func() error {
			_, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer(who), Lines: []ordertocash.ReturnedLine{l}})
			return err
		}
	}
	w.refused("other_customer", authorise("ben", back(s.delivery, 1, 1)))
	w.refused("over_return", authorise("ann", back(s.delivery, 1, 6)))
	w.refused("unknown_line", authorise("ann", back(s.delivery, 2, 1)))
	w.fails(tandem.ErrInvalid, authorise("ann", back(s.delivery, 1, 0)))
	w.fails(tandem.ErrNotFound, authorise("ann", back(tandem.DeriveID[delivery.ID]("d", "none"), 1, 1)))

	ra := w.authorise("ann", back(s.delivery, 1, 5))
	w.takeBack("ann", back(s.delivery, 1, 3))
	w.refused("over_return", func() error { // two are left of the five that are authorised
		_, err := w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: ra.Return})
		return err
	})
	_, err := w.service.CancelReturn(w.ctx, ordertocash.CancelReturn{Header: w.header(), Return: ra.Return, Reason: "nothing came"})
	require.NoError(t, err)
	w.check()
	w.refused("status", func() error {
		_, err := w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: ra.Return})
		return err
	})
}

// 100 cards at 3.33 cost 1.00 each. An invoice of 3 × 3.33 = 9.99 has a VAT of
// 2.00 (1.998); three credits of one card have 0.67, 0.67 and 0.66.
func TestPartialDeliveriesAndCreditsSumToThePenny(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"card", 3})
	require.Equal(t, money(1199), s.gross)
	var net, due int64
	for range 3 {
		out := w.takeBack("ann", back(s.delivery, 1, 1))
		net, due = net+out.Net.Minor(), due+out.Tax.Minor()
	}
	require.Equal(t, [2]int64{999, 200}, [2]int64{net, due})
	require.True(t, w.invoiceState(s.invoice).Open.IsZero())
	require.Zero(t, w.balance("1100"))
	require.Zero(t, w.balance("2200"))
	require.Zero(t, w.balance("5000"))
	require.Equal(t, int64(999), w.balance("4100"), "returns")

	// seven cards less 10 % of the order: 23.31 − 2.33 = 20.98 in deliveries of 3, 3 and 1
	placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"card", 7}),
		Discounts: discount10()})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(2098), placed.Net)
	sum := int64(0)
	var deliveries []delivery.ID
	for _, n := range []int64{3, 3, 1} {
		d := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(n)})
		sum += d.Net.Minor()
		deliveries = append(deliveries, d.Delivery)
	}
	require.Equal(t, int64(2098), sum)
	invoiced := w.invoice(placed.Order)
	require.Equal(t, [2]tandem.Money{money(2098), money(420)}, [2]tandem.Money{invoiced.Net, invoiced.Tax})
	out := w.takeBack("ann", back(deliveries[0], 1, 2), back(deliveries[1], 1, 3))
	rest := w.takeBack("ann", back(deliveries[0], 1, 1), back(deliveries[2], 1, 1))
	require.Equal(t, int64(2098), out.Net.Minor()+rest.Net.Minor())
	require.Equal(t, int64(420), out.Tax.Minor()+rest.Tax.Minor())
	require.Zero(t, w.balance("1100"))
}

func TestReturnOfPaidGoodsIsTheCustomersCredit(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 2})
	w.pay("ann", 2400, s.invoice)
	out := w.takeBack("ann", back(s.delivery, 1, 1))
	require.Equal(t, money(1200), out.Unapplied)
	require.Equal(t, money(-1200), w.credit("ann").Receivables)
	next := w.sell("ann", want{"mug", 3})
	applied, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: out.CreditNote, Oldest: true})
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Allocated{Applied: money(1200), Discount: money(0), Unapplied: money(0)}, applied)
	require.Equal(t, money(2400), w.invoiceState(next.invoice).Open)
	w.refused("nothing_applied", func() error {
		_, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: out.CreditNote, Invoices: []billing.InvoiceID{s.invoice}})
		return err
	})
	undone, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), CreditNote: out.CreditNote, Reason: "wrong invoice"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Allocated{Applied: money(-1200), Discount: money(0), Unapplied: money(1200)}, undone)
	require.Equal(t, money(3600), w.invoiceState(next.invoice).Open)
}

// The goods come back before their invoice: what is left is invoiced, and nothing credited.
func TestReturnBeforeTheInvoice(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"card", 7})
	d := w.ship(placed.Order)
	ra := w.authorise("ann", back(d.Delivery, 1, 3))
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(3), Remedy: returns.RemedyCredit})
	out := w.creditReturn(ra.Return)
	require.Equal(t, money(999), out.Unbilled)
	require.True(t, out.Gross.IsZero())
	require.True(t, out.CreditNote.IsZero())
	require.Equal(t, int64(4*333), w.balance("1150"))
	invoiced := w.invoice(placed.Order)
	require.Equal(t, money(4*333), invoiced.Net)
	require.Zero(t, w.balance("1150"))
	more := w.takeBack("ann", back(d.Delivery, 1, 4)) // and the rest after it
	require.Equal(t, invoiced.Gross, more.Gross)
	require.Zero(t, w.balance("1100"))

	// received before the invoice, credited behind it: the invoice has all of it
	placed = w.place("ben", want{"mug", 4})
	d = w.ship(placed.Order)
	ra = w.authorise("ben", back(d.Delivery, 1, 1))
	w.receive(ra.Return)
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	require.NoError(t, err)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Scrap: pieces(1), Remedy: returns.RemedyCredit})
	w.refused("not_posted", func() error {
		_, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ra.Return})
		return err
	})
	_, err = w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	require.NoError(t, err)
	require.Equal(t, money(1200), w.creditReturn(ra.Return).Gross)
}

func TestExchange(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 3}, want{"card", 2})
	ra := w.authorise("ann", back(s.delivery, 1, 2), back(s.delivery, 2, 2))
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Scrap: pieces(2), Remedy: returns.RemedyReplace},
		ordertocash.Verdict{Line: 2, Restock: pieces(2), Remedy: returns.RemedyReject})
	require.Zero(t, w.balance("2300"), "nothing will be credited")
	require.Zero(t, w.balance("4100"))
	w.refused("nothing_due", func() error {
		_, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ra.Return})
		return err
	})
	placed, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ra.Return})
	require.NoError(t, err)
	w.check()
	require.True(t, placed.Gross.IsZero())
	require.Equal(t, pieces(2), placed.Lines[0].Reserved)
	w.refused("status", func() error { // it is closed
		_, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ra.Return})
		return err
	})
	w.ship(placed.Order)
	require.Zero(t, w.balance("6100"), "no gift")
	// 3 mugs and 2 cards went, 2 of each came back, 2 mugs went again: 3 × 6.00
	require.Equal(t, int64(1800), w.balance("5000"))
	require.Equal(t, int64(1200), w.balance("5200"))
	w.invoice(placed.Order) // of nothing: the order ends as others do
}

// The rate rose on 2011-01-04. Goods delivered on 30 December and invoiced on
// 5 January (within 14 days) have the new rate, under the supplier's election the
// old one; goods invoiced after 14 days have the old one too.
func TestRateChangeBetweenDeliveryAndInvoice(t *testing.T) {
	for name, c := range map[string]struct {
		policy  tax.PointPolicy
		invoice string
		want    int64
	}{
		"within 14 days the invoice moves the tax point": {tax.PointUK, "2011-01-05", 2000},
		"the fourteenth day":                             {tax.PointUK, "2011-01-13", 2000},
		"the fifteenth day":                              {tax.PointUK, "2011-01-14", 1750},
		"the supplier elects the delivery":               {tax.PointUKElectDelivery, "2011-01-05", 1750},
		"the delivery alone":                             {tax.PointDelivery, "2011-01-05", 1750},
	} {
		t.Run(name, func(t *testing.T) {
			w := newShop(t, func(c2 *ordertocash.Config) { c2.Tax.Point = c.policy })
			w.day("2010-12-30")
			placed := w.place("ann", want{"mug", 9}, want{"card", 0 + 1}) // 90.00 + 3.33
			w.day("2010-12-30")
			d := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(9)})
			w.day(c.invoice)
			invoiced := w.invoice(placed.Order)
			require.Equal(t, money(9000), invoiced.Net)
			require.Equal(t, money(9000*c.want/10000), invoiced.Tax)
			w.day("2011-06-01") // the credit has the rate of the original
			out := w.takeBack("ann", back(d.Delivery, 1, 9))
			require.Equal(t, invoiced.Tax, out.Tax)
			require.Zero(t, w.balance("2200"))
		})
	}
}

// One credit note for goods of two invoices at different rates, with a part kept
// for restocking and another price than was invoiced.
func TestReturnOfSeveralInvoices(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Tax.Point = tax.PointUKElectDelivery })
	w.day("2010-12-20")
	old := w.sell("ann", want{"mug", 4}) // 40.00 at 17.5 %: 7.00
	w.day("2011-02-01")
	recent := w.sell("ann", want{"mug", 2}, want{"card", 10}) // 53.30 at 20 %: 10.66
	w.pay("ann", 4700, old.invoice)
	manager := billing.Approval{Actor: "manager", Reason: "as agreed"}
	cmd := ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Approval: manager, Lines: []ordertocash.ReturnedLine{
		{Delivery: old.delivery, Line: 1, Quantity: pieces(1), Invoice: old.invoice},
		{Delivery: recent.delivery, Line: 1, Quantity: pieces(2), Scrap: true}, back(recent.delivery, 2, 4)},
		Allowances: []ordertocash.CreditLine{{Invoice: recent.invoice, Text: "restocking fee", Net: money(-500)}}}
	w.fails(tandem.ErrInvalid, func() error { // the fee needs an approval
		c := cmd
		c.Header, c.Approval = w.header(), billing.Approval{}
		_, err := w.service.Return(w.ctx, c)
		return err
	})
	out, err := w.service.Return(w.ctx, cmd)
	require.NoError(t, err)
	w.check()
	// 10.00 at 17.5 % = 1.75; 20.00 + 13.32 − 5.00 = 28.32 at 20 % = 5.66
	require.Equal(t, [3]tandem.Money{money(3832), money(741), money(4573)}, [3]tandem.Money{out.Net, out.Tax, out.Gross})
	require.Equal(t, money(4573), out.Applied, "to the recent invoice, of which 63.96 was open")
	require.Equal(t, money(6396-4573), w.invoiceState(recent.invoice).Open)
	note := w.invoiceState(out.CreditNote)
	require.Len(t, note.TaxLines, 2)
	require.Equal(t, tandem.BasisPoints(1750), note.TaxLines[0].Rate)
	require.Equal(t, int64(1200), w.balance("5200"), "two mugs are scrapped")
	w.view(func(b *store.Bundle) {
		n := 0
		for e, err := range b.TaxEntries().Find(w.ctx, tax.EntryQuery{Company: company, Document: tandem.RefTo(billing.InvoiceKind, out.CreditNote, "")}) {
			require.NoError(t, err)
			require.Negative(t, e.Tax.Sign())
			n++
		}
		require.Equal(t, 2, n)
	})

	// taken back at a better price than was invoiced: 30.00 of goods and 4.00 more
	better, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Approval: manager,
		Lines: []ordertocash.ReturnedLine{back(old.delivery, 1, 3)}, Allowances: []ordertocash.CreditLine{{Invoice: old.invoice, Net: money(400)}}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]tandem.Money{money(3400), money(595)}, [2]tandem.Money{better.Net, better.Tax})
}

func TestCreditAllowance(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 5}) // 50.00 + 10.00
	boss := billing.Approval{Actor: "boss", Reason: "late delivery"}
	allow := func(by billing.Approval, rates tandem.Date, lines ...ordertocash.CreditLine) (ordertocash.Credited, error) {
		defer w.check()
		return w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), RateDate: rates, Lines: lines, Approval: by})
	}
	late := ordertocash.CreditLine{Invoice: s.invoice, Text: "late", Net: money(1000)}
	w.fails(tandem.ErrInvalid, func() error { _, err := allow(billing.Approval{}, tandem.Date{}, late); return err })
	out, err := allow(boss, tandem.Date{}, late)
	require.NoError(t, err)
	require.Equal(t, [2]tandem.Money{money(200), money(1200)}, [2]tandem.Money{out.Tax, out.Applied})
	require.Equal(t, int64(1000), w.balance("4200"), "allowances")
	var excess *tax.ExcessError
	_, err = allow(boss, tandem.Date{}, ordertocash.CreditLine{Invoice: s.invoice, Net: money(4001)})
	require.ErrorAs(t, err, &excess)
	require.Equal(t, money(4000), excess.Left)
	whole := w.takeBack("ann", back(s.delivery, 1, 5)) // at what is left of their price
	require.Equal(t, money(4800), whole.Gross)
	require.Zero(t, w.balance("1100"))

	// a sale that precedes the books, at 17.5 %
	before, err := allow(boss, w.date("2010-12-01"), ordertocash.CreditLine{Product: product("mug"), Quantity: pieces(3), Net: money(3000), TaxCode: "GB-S"})
	require.NoError(t, err)
	require.Equal(t, [2]tandem.Money{money(525), money(3525)}, [2]tandem.Money{before.Tax, before.Unapplied})
	w.refused("mixed", func() error {
		_, err := allow(boss, w.date("2010-12-01"), late, ordertocash.CreditLine{Net: money(1), TaxCode: "GB-S"})
		return err
	})
	w.fails(tandem.ErrNotFound, func() error {
		_, err := allow(boss, tandem.Date{}, ordertocash.CreditLine{Net: money(1), TaxCode: "XX"})
		return err
	})
	w.refused("other_customer", func() error {
		_, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ben"), Approval: boss, Lines: []ordertocash.CreditLine{late}})
		return err
	})
}
