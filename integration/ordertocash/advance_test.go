package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// checkAdvanceTax: what is left of the VAT of advances = account 1350.
func (w *shop) checkAdvanceTax(b *store.Bundle, books sums) {
	w.t.Helper()
	due := int64(0)
	for p, err := range b.Payments().Find(w.ctx, payment.Query{Company: company}) {
		require.NoError(w.t, err)
		for _, left := range p.TaxLeft() {
			due += left.Tax.Minor()
		}
		_, err := payment.Restore(p.State())
		require.NoError(w.t, err)
	}
	require.Equal(w.t, due, books.byAccount["1350"], "VAT on advances")
}

// prepay receives an advance for an order.
func (w *shop) prepay(who string, order sales.OrderID, amount int64) ordertocash.Received {
	w.t.Helper()
	out, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer(who), Amount: money(amount),
		Method: payment.BankTransfer, Advance: true, Order: order})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) payment(id payment.ID) (out payment.State) {
	w.view(func(b *store.Bundle) {
		p, err := b.Payments().Get(w.ctx, company, id)
		require.NoError(w.t, err)
		out = p.State()
	})
	return out
}

func paymentRef(id payment.ID) tandem.DocumentRef {
	return tandem.RefTo(payment.Kind, id, "")
}
func invoiceRef(id billing.InvoiceID) tandem.DocumentRef {
	return tandem.RefTo(billing.InvoiceKind, id, "")
}

// 120.00 are paid in advance for a globe of 100.00 and 20 %: 20.00 are due on the day
// of the payment (VAT Act 1994 s.6(4); HMRC VAT Notice 700 §14), at which it has the
// rate. The invoice of the 25th has 20.00, of which nothing is left to be declared:
// each pound once. Receivables, advances and VAT on advances end at nought.
func TestAnAdvanceIsATaxPoint(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"globe", 1})
	paid := w.prepay("ann", placed.Order, 12000)
	require.Equal(t, money(2000), paid.Tax)
	require.Equal(t, [4]int64{12000, -12000, 2000, -2000}, [4]int64{w.balance("1000"), w.balance("2150"), w.balance("1350"), w.balance("2200")})
	require.Equal(t, []entry{{"2011-06-01", 10000, 2000, now}}, w.entries(paymentRef(paid.Payment)))
	require.Equal(t, payment.AdvanceTaxPoint, w.payment(paid.Payment).Policy)

	w.day("2011-06-20")
	w.ship(placed.Order)
	w.day("2011-06-25")
	out := w.invoice(placed.Order)
	require.Equal(t, money(12000), out.Gross)
	require.Equal(t, billing.InvoiceSettled, w.invoiceState(out.Invoice).Status, "taken up by its invoice")
	require.Equal(t, [4]int64{0, 0, 0, -2000}, [4]int64{w.balance("1100"), w.balance("2150"), w.balance("1350"), w.balance("2200")})
	require.Equal(t, []entry{{"2011-06-25", 10000, 2000, now}}, w.entries(invoiceRef(out.Invoice)))
	require.Equal(t, []entry{{"2011-06-01", 10000, 2000, now}, {"2011-06-25", -10000, -2000, now}}, w.entries(paymentRef(paid.Payment)))
	require.True(t, w.credit("ann").Advances.IsZero())
}

// 117.50 are paid on 20 December 2010 for ten globes of 1,000.00: 17.50 at 17.5 %.
// They go out on 10 January 2011: to the extent of the payment the supply was made in
// December (s.6(4)), 100.00 and 17.50; the rest of 900.00 has 180.00 at 20 %. The
// invoice is of 1,197.50, not of 1,200.00, and 1,080.00 are left to be paid. What
// comes back is credited at both rates, in proportion: a globe with 19.75.
func TestAnAdvanceKeepsTheRateOfItsDay(t *testing.T) {
	w := newShop(t)
	w.day("2010-12-20")
	placed := w.place("ann", want{"globe", 10})
	paid := w.prepay("ann", placed.Order, 11750)
	require.Equal(t, money(1750), paid.Tax)
	w.day("2011-01-10")
	shipped := w.ship(placed.Order)
	out := w.invoice(placed.Order)
	require.Equal(t, [3]tandem.Money{money(100000), money(19750), money(119750)}, [3]tandem.Money{out.Net, out.Tax, out.Gross})
	require.Equal(t, money(108000), w.invoiceState(out.Invoice).Open)
	require.Equal(t, []entry{{"2011-01-10", 90000, 18000, now}, {"2011-01-10", 10000, 1750, old}}, w.entries(invoiceRef(out.Invoice)))
	require.Equal(t, []entry{{"2010-12-20", 10000, 1750, old}, {"2011-01-10", -10000, -1750, old}}, w.entries(paymentRef(paid.Payment)))
	require.Equal(t, [2]int64{-19750, 0}, [2]int64{w.balance("2200"), w.balance("1350")})
	one := w.takeBack("ann", back(shipped.Delivery, 1, 1))
	require.Equal(t, money(1975), one.Tax, "90.00 at 20 % and 10.00 at 17.5 %")
	rest := w.takeBack("ann", back(shipped.Delivery, 1, 9))
	require.Equal(t, money(17775), rest.Tax)
	require.Zero(t, w.balance("2200"))
}

// The same under the election of the delivery (VAT Act 1994 s.88(2)): all of the
// supply has the rate of January, 200.00; 17.50 of it were declared in December.
func TestTheElectionTakesTheRateOfTheDelivery(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Tax.Point = tax.PointUKElectDelivery })
	w.day("2010-12-20")
	placed := w.place("ann", want{"globe", 10})
	paid := w.prepay("ann", placed.Order, 11750)
	w.day("2011-01-10")
	w.ship(placed.Order)
	out := w.invoice(placed.Order)
	require.Equal(t, [2]tandem.Money{money(20000), money(120000)}, [2]tandem.Money{out.Tax, out.Gross})
	require.Equal(t, money(108250), w.invoiceState(out.Invoice).Open)
	require.Equal(t, []entry{{"2010-12-20", 10000, 1750, old}, {"2011-01-10", -10000, -1750, old}}, w.entries(paymentRef(paid.Payment)))
	require.Equal(t, [2]int64{-20000, 0}, [2]int64{w.balance("2200"), w.balance("1350")})
}

// Two deliveries of 500.00 each take up an advance of 1,175.00 for all: 587.50 each,
// at 17.5 %, whatever the rate has become.
func TestAnAdvanceOfAllIsTakenUpByEachInvoice(t *testing.T) {
	w := newShop(t)
	w.day("2010-12-20")
	placed := w.place("ann", want{"globe", 10})
	paid := w.prepay("ann", placed.Order, 117500)
	require.Equal(t, money(17500), paid.Tax)
	for i, day := range []string{"2011-01-10", "2011-02-10"} {
		w.day(day)
		w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(5)})
		out := w.invoice(placed.Order)
		require.Equal(t, [2]tandem.Money{money(8750), money(58750)}, [2]tandem.Money{out.Tax, out.Gross})
		require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
		require.Equal(t, money(int64(1-i)*58750), w.payment(paid.Payment).Unapplied)
	}
	require.Equal(t, [3]int64{0, 0, -17500}, [3]int64{w.balance("2150"), w.balance("1350"), w.balance("2200")})
}

// An order of 100.00 at 20 % and 100.00 without VAT, 220.00: of 110.00 in advance,
// 60.00 are for the first (10.00 of VAT) and 50.00 for the second. What is paid beyond
// the order, 130.00 more of which 110.00 are for it, has 10.00; the rest none. The
// invoice takes up all of the first, and of the second what it is short of.
func TestAnAdvanceOfAnOrderOfTwoCodes(t *testing.T) {
	w := newShop(t)
	export := lines(want{"globe", 1})
	export[0].TaxCode = "GB-G"
	placed := w.placeLines("ann", append(lines(want{"globe", 1}), export...)...)
	require.Equal(t, money(22000), placed.Gross)
	first, second := w.prepay("ann", placed.Order, 11000), w.prepay("ann", placed.Order, 13000)
	require.Equal(t, [2]tandem.Money{money(1000), money(1000)}, [2]tandem.Money{first.Tax, second.Tax})
	third := w.prepay("ann", placed.Order, 5000)
	require.True(t, third.Tax.IsZero(), "nothing of the order is left")
	require.Equal(t, []entry{{"2011-06-01", 5000, 1000, now}}, w.entries(paymentRef(first.Payment)), "nothing is due on what bears no tax")
	w.ship(placed.Order)
	out := w.invoice(placed.Order)
	require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
	require.Equal(t, [3]tandem.Money{money(0), money(2000), money(5000)}, [3]tandem.Money{w.payment(first.Payment).Unapplied,
		w.payment(second.Payment).Unapplied, w.payment(third.Payment).Unapplied})
	require.Equal(t, [2]int64{-2000, 0}, [2]int64{w.balance("2200"), w.balance("1350")})
}

// 600.00 on terms with 2 % in ten days, paid in advance with 590.00 and 10.00: who
// pays in full takes no discount. With 588.00 alone it is taken, 10.00 and 2.00.
func TestAdvancesAndAnEarlyDiscount(t *testing.T) {
	for _, amounts := range [][]int64{{59000, 1000}, {58800}} {
		w := newShop(t)
		placed := w.placeOn("ann", "adjust2", want{"globe", 5})
		left := int64(60000)
		for _, amount := range amounts {
			w.prepay("ann", placed.Order, amount)
			left -= amount
		}
		w.ship(placed.Order)
		out := w.invoice(placed.Order)
		require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
		require.Equal(t, [2]int64{0, 0}, [2]int64{w.balance("2150"), w.balance("1350")})
		require.Equal(t, [2]int64{-10000 + left/6, left * 5 / 6}, [2]int64{w.balance("2200"), w.balance("4300")})
	}
}

// 500.00 with 2 % for paying in time, taxed on the discounted price from the start (the
// rule of the United Kingdom before April 2015): 98.00 on 490.00, 598.00, or 588.00 in
// time. An advance is in time, so that it is of the discounted price, a sixth of it VAT,
// until that is paid: 588.00 pay it in full, with 98.00. What goes beyond bears no VAT,
// and is so much less discount: 598.00 take none, and of 700.00 there are 102.00 left.
func TestAnAdvanceOfADiscountedBase(t *testing.T) {
	for _, c := range []struct {
		amounts              []int64
		taxes                []int64
		open, discount, left int64
	}{
		{[]int64{59800}, []int64{9800}, 0, 0, 0},
		{[]int64{58800}, []int64{9800}, 0, 1000, 0},
		{[]int64{59300}, []int64{9800}, 0, 500, 0},
		{[]int64{70000}, []int64{9800}, 0, 0, 10200},
		{[]int64{29900, 29900}, []int64{4983, 4817}, 0, 0, 0},
		{[]int64{30000}, []int64{5000}, 29800, 0, 0},
	} {
		w := newShop(t)
		placed := w.placeOn("ann", "base2", want{"globe", 5})
		for i, amount := range c.amounts {
			require.Equal(t, money(c.taxes[i]), w.prepay("ann", placed.Order, amount).Tax, "%v", c.amounts)
		}
		w.ship(placed.Order)
		out := w.invoice(placed.Order)
		require.Equal(t, [2]tandem.Money{money(9800), money(59800)}, [2]tandem.Money{out.Tax, out.Gross})
		require.Equal(t, money(c.open), w.invoiceState(out.Invoice).Open, "%v", c.amounts)
		require.Equal(t, [4]int64{-9800, 0, c.discount, -c.left}, [4]int64{w.balance("2200"), w.balance("1350"), w.balance("4300"), w.balance("2150")}, "%v", c.amounts)
	}
}

// 400.00 on the same terms, 478.40 with 78.40 of VAT, are paid in advance and invoiced in
// two parts of 239.20: each takes up 235.20 that bear VAT and half of the 8.00 that do
// not, and no discount is given to who paid in full.
func TestAnAdvanceOfADiscountedBaseInParts(t *testing.T) {
	w := newShop(t)
	placed := w.placeOn("ann", "base2", want{"globe", 4})
	paid := w.prepay("ann", placed.Order, 47840)
	require.Equal(t, money(7840), paid.Tax)
	sum := int64(0)
	for range 2 {
		w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
		out := w.invoice(placed.Order)
		require.Equal(t, money(3920), out.Tax)
		require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
		sum += out.Gross.Minor()
	}
	require.Equal(t, int64(47840), sum)
	require.Equal(t, [4]int64{-7840, 0, 0, 0}, [4]int64{w.balance("2200"), w.balance("1350"), w.balance("4300"), w.balance("2150")})
}

// An export has no VAT, and its advance none (Directive 2006/112/EC Art. 146; an
// exempt supply has nothing to become chargeable); an advance of no order is money on
// account (CJEU C-419/02), and so is what is paid once everything is delivered.
func TestAdvancesOnWhichNothingIsDue(t *testing.T) {
	w := newShop(t)
	export := lines(want{"globe", 1})
	export[0].TaxCode = "GB-G"
	abroad := w.placeLines("ann", export...)
	require.True(t, w.prepay("ann", abroad.Order, 10000).Tax.IsZero())
	require.True(t, w.prepay("ann", sales.OrderID{}, 10000).Tax.IsZero())
	sold := w.place("ben", want{"globe", 1})
	w.ship(sold.Order)
	require.True(t, w.prepay("ben", sold.Order, 12000).Tax.IsZero())
	require.Zero(t, w.balance("2200"))
	out := w.invoice(sold.Order)
	require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
	require.Equal(t, int64(-2000), w.balance("2200"))
}

func TestAdvancePolicies(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Tax.Advances = payment.AdvanceNeedsOrder })
	placed := w.place("ann", want{"globe", 1})
	receive := func(cmd ordertocash.ReceivePayment) func() error {
		cmd.Header, cmd.Amount, cmd.Method = w.header(), money(12000), payment.Card
		return func() error { _, err := w.service.Receive(w.ctx, cmd); return err }
	}
	w.refused("order_required", receive(ordertocash.ReceivePayment{Customer: customer("ann"), Advance: true}))
	w.refused("other_customer", receive(ordertocash.ReceivePayment{Customer: customer("ben"), Advance: true, Order: placed.Order}))
	w.fails(tandem.ErrInvalid, receive(ordertocash.ReceivePayment{Customer: customer("ann"), Order: placed.Order}))
	require.Equal(t, money(2000), w.prepay("ann", placed.Order, 12000).Tax)

	w = newShop(t, func(c *ordertocash.Config) { c.Tax.Advances = payment.AdvanceNoTaxPoint })
	placed = w.place("ann", want{"globe", 1})
	paid := w.prepay("ann", placed.Order, 12000)
	require.True(t, paid.Tax.IsZero())
	require.Equal(t, payment.AdvanceNoTaxPoint, w.payment(paid.Payment).Policy)

	w = newShop(t, func(c *ordertocash.Config) { c.Books.Chart.AdvanceTax = "" })
	placed = w.place("ann", want{"globe", 1})
	w.fails(tandem.ErrInvalid, receive(ordertocash.ReceivePayment{Customer: customer("ann"), Advance: true, Order: placed.Order}))
}

// An allocation that is undone gives back what it took: the advance bears its 20.00
// again, beside those of the invoice. Part of it (48.00 of 120.00) takes 8.00; the
// money that goes back takes what is left, and the invoice keeps its own.
func TestAnAdvanceThatIsUnappliedOrBounces(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"globe", 1})
	paid := w.prepay("ann", placed.Order, 12000)
	w.day("2011-06-02")
	w.ship(placed.Order)
	out := w.invoice(placed.Order)
	w.day("2011-06-10")
	_, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: paid.Payment, Reason: "wrong order"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]int64{-4000, 2000}, [2]int64{w.balance("2200"), w.balance("1350")})
	require.Equal(t, entry{"2011-06-10", 10000, 2000, now}, w.entries(paymentRef(paid.Payment))[2])

	w.day("2011-06-12")
	other := w.sell("ann", want{"mug", 4}) // 48.00
	_, err = w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: paid.Payment, Invoices: []billing.InvoiceID{other.invoice}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]int64{-4000, 1200}, [2]int64{w.balance("2200"), w.balance("1350")}, "20.00 + 8.00 of the invoices, and 12.00")

	w.day("2011-06-15")
	_, err = w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Reason: "no funds"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [4]int64{-2800, 0, 0, 16800}, [4]int64{w.balance("2200"), w.balance("1350"), w.balance("2150"), w.balance("1100")})
	require.Equal(t, money(12000), w.invoiceState(out.Invoice).Open)
}

// An advance that is received and applied at once to another invoice.
func TestAnAdvanceThatIsAppliedAtOnce(t *testing.T) {
	w := newShop(t)
	other := w.sell("ann", want{"mug", 4}) // 48.00
	placed := w.place("ann", want{"globe", 1})
	out, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(12000),
		Method: payment.Card, Advance: true, Order: placed.Order, Invoices: []billing.InvoiceID{other.invoice}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [3]tandem.Money{money(2000), money(4800), money(7200)}, [3]tandem.Money{out.Tax, out.Applied, out.Unapplied})
	require.Equal(t, [2]int64{-2000, 1200}, [2]int64{w.balance("2200"), w.balance("1350")}, "8.00 of the invoice and 12.00 of the rest")
}

// The 117.50 of December bounce: all of the supply has the rate of 10 January, 200.00,
// where the invoice has 197.50. Nothing is said where the rate is that of the tax point:
// of another payment for the rest, and under the election of the delivery.
func TestABouncedAdvanceNamesTheInvoicesThatHaveItsRate(t *testing.T) {
	for _, elected := range []bool{false, true} {
		w := newShop(t, func(c *ordertocash.Config) {
			if elected {
				c.Tax.Point = tax.PointUKElectDelivery
			}
		})
		w.day("2010-12-20")
		placed := w.place("ann", want{"globe", 10})
		paid := w.prepay("ann", placed.Order, 11750)
		w.day("2011-01-05")
		second := w.prepay("ann", placed.Order, 12000)
		w.day("2011-01-10")
		w.ship(placed.Order)
		out := w.invoice(placed.Order)
		w.day("2011-01-20")
		require.Empty(t, w.bounce(second.Payment).Rerate)
		want := []billing.InvoiceID{out.Invoice}
		if elected {
			want = nil
		}
		require.Equal(t, want, w.bounce(paid.Payment).Rerate)
	}
}
