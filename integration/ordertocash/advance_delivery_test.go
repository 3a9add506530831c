package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// shipOne ships one piece of the first line on a day.
func (w *shop) shipOne(day string, placed ordertocash.Placed) {
	w.day(day)
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(1)})
}

// Two globes of 100.00; one goes out on 30 December 2010 (17.5 %), and 120.00 are paid
// in advance on 5 January 2011 (20 %): they are no tax point of what was delivered
// before (VAT Act 1994 s.6(2), (4)), but of the other globe, with 20.00. The invoice of
// 20 January is more than 14 days behind the first delivery, which keeps its basic tax
// point: 17.50, whoever elects what. The advance stays, and is taken up by the second
// invoice alone; without an invoice in between, by that part of the one that has both.
func TestAnAdvanceCoversWhatWasNotDelivered(t *testing.T) {
	for _, point := range []tax.PointPolicy{tax.PointUK, tax.PointUKElectDelivery, tax.PointDelivery} {
		w := newShop(t, func(c *ordertocash.Config) { c.Tax.Point = point })
		w.day("2010-12-28")
		placed := w.place("ann", want{"globe", 2})
		w.shipOne("2010-12-30", placed)
		w.day("2011-01-05")
		paid := w.prepay("ann", placed.Order, 12000)
		require.Equal(t, money(2000), paid.Tax)
		w.day("2011-01-20")
		first := w.invoice(placed.Order)
		require.Equal(t, money(1750), first.Tax)
		require.Equal(t, []entry{{"2010-12-30", 10000, 1750, old}}, w.entries(invoiceRef(first.Invoice)))
		require.Equal(t, []entry{{"2011-01-05", 10000, 2000, now}}, w.entries(paymentRef(paid.Payment)), "not touched")
		require.Equal(t, [2]tandem.Money{money(12000), money(11750)}, [2]tandem.Money{w.payment(paid.Payment).Unapplied, w.invoiceState(first.Invoice).Open})
		w.shipOne("2011-01-25", placed)
		second := w.invoice(placed.Order)
		require.Equal(t, money(2000), second.Tax)
		require.True(t, w.invoiceState(second.Invoice).Open.IsZero())
		require.Equal(t, []entry{{"2011-01-05", 10000, 2000, now}, {"2011-01-25", -10000, -2000, now}}, w.entries(paymentRef(paid.Payment)))
		require.Equal(t, [3]int64{-3750, 0, 0}, [3]int64{w.balance("2200"), w.balance("1350"), w.balance("2150")})

		w = newShop(t, func(c *ordertocash.Config) { c.Tax.Point = point })
		w.day("2010-12-28")
		placed = w.place("ann", want{"globe", 2})
		w.shipOne("2010-12-30", placed)
		w.day("2011-01-05")
		paid = w.prepay("ann", placed.Order, 12000)
		w.shipOne("2011-01-20", placed)
		both := w.invoice(placed.Order)
		require.Equal(t, money(3750), both.Tax)
		require.Equal(t, []entry{{"2010-12-30", 10000, 1750, old}, {"2011-01-20", 10000, 2000, now}}, w.entries(invoiceRef(both.Invoice)))
		require.Equal(t, []entry{{"2011-01-05", 10000, 2000, now}, {"2011-01-20", -10000, -2000, now}}, w.entries(paymentRef(paid.Payment)))
		require.Equal(t, money(11750), w.invoiceState(both.Invoice).Open)
		require.Equal(t, int64(-3750), w.balance("2200"))
	}
}

// 180.00 are paid where 120.00 are left to be delivered: 20.00 of VAT, and 60.00 of no
// supply that is known. They settle what is owed for the first globe, 117.50.
func TestMoneyBeyondWhatIsDeclaredSettlesWhatWasDelivered(t *testing.T) {
	w := newShop(t)
	w.day("2010-12-28")
	placed := w.place("ann", want{"globe", 2})
	w.shipOne("2010-12-30", placed)
	w.day("2011-01-05")
	paid := w.prepay("ann", placed.Order, 18000)
	require.Equal(t, money(2000), paid.Tax)
	w.day("2011-01-20")
	first := w.invoice(placed.Order)
	require.Equal(t, [3]tandem.Money{money(1750), money(5750), money(12000)},
		[3]tandem.Money{first.Tax, w.invoiceState(first.Invoice).Open, w.payment(paid.Payment).Unapplied})
	require.Len(t, w.entries(paymentRef(paid.Payment)), 1)
}

// Of three globes one goes out on 10 January, 240.00 are paid on the 12th for the
// others, of which one goes out on the 14th. An invoice of the 20th is within 14 days
// of both deliveries: one tax point, 40.00. 20.00 of them were declared with the
// advance, of which 120.00 stay for the third globe.
func TestAnAdvanceBetweenTwoDeliveriesOfOneTaxPoint(t *testing.T) {
	w := newShop(t)
	w.day("2011-01-08")
	placed := w.place("ann", want{"globe", 3})
	w.shipOne("2011-01-10", placed)
	w.day("2011-01-12")
	paid := w.prepay("ann", placed.Order, 24000)
	require.Equal(t, money(4000), paid.Tax)
	w.shipOne("2011-01-14", placed)
	w.day("2011-01-20")
	out := w.invoice(placed.Order)
	require.Equal(t, []entry{{"2011-01-20", 20000, 4000, now}}, w.entries(invoiceRef(out.Invoice)))
	require.Equal(t, []entry{{"2011-01-12", 20000, 4000, now}, {"2011-01-20", -10000, -2000, now}}, w.entries(paymentRef(paid.Payment)))
	require.Equal(t, [2]tandem.Money{money(12000), money(12000)}, [2]tandem.Money{w.invoiceState(out.Invoice).Open, w.payment(paid.Payment).Unapplied})
}

// Four globes: 117.50 in advance on 20 December are for the first that goes out, on
// the 22nd; one goes out on 6 January; 60.00 on the 8th are for half of what follows,
// on the 10th. The invoice of the 12th is more than 14 days behind the first delivery
// alone. Each release goes with the tax point of its part of the invoice: 17.50 in
// December, and 10.00 in January.
func TestEachReleaseGoesWithItsTaxPoint(t *testing.T) {
	w := newShop(t)
	w.day("2010-12-20")
	placed := w.place("ann", want{"globe", 4})
	first := w.prepay("ann", placed.Order, 11750)
	require.Equal(t, money(1750), first.Tax)
	w.shipOne("2010-12-22", placed)
	w.shipOne("2011-01-06", placed)
	w.day("2011-01-08")
	second := w.prepay("ann", placed.Order, 6000)
	require.Equal(t, money(1000), second.Tax)
	w.shipOne("2011-01-10", placed)
	w.day("2011-01-12")
	out := w.invoice(placed.Order)
	require.Equal(t, []entry{{"2010-12-22", 10000, 1750, old}, {"2011-01-12", 20000, 4000, now}}, w.entries(invoiceRef(out.Invoice)))
	require.Equal(t, []entry{{"2010-12-20", 10000, 1750, old}, {"2010-12-22", -10000, -1750, old}}, w.entries(paymentRef(first.Payment)))
	require.Equal(t, []entry{{"2011-01-08", 5000, 1000, now}, {"2011-01-12", -5000, -1000, now}}, w.entries(paymentRef(second.Payment)))
	require.Equal(t, money(18000), w.invoiceState(out.Invoice).Open)
	require.Equal(t, [3]int64{-5750, 0, 0}, [3]int64{w.balance("2200"), w.balance("1350"), w.balance("2150")})
}

// 60.00 in advance for five mugs, of which two go out on 5 May and three on 1 June, are
// taken up by both tax points of one invoice, 5 May and 10 June: what was declared in
// April is released in two parts, 4.00 and 6.00. Undone, it counts on that day.
func TestOneAdvanceOfTwoTaxPoints(t *testing.T) {
	w := newShop(t)
	w.day("2011-04-28")
	placed := w.place("ann", want{"mug", 5})
	paid := w.prepay("ann", placed.Order, 6000)
	w.day("2011-05-05")
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	w.day("2011-06-01")
	w.ship(placed.Order)
	w.day("2011-06-10")
	out := w.invoice(placed.Order)
	require.Equal(t, []entry{{"2011-04-28", 5000, 1000, now}, {"2011-05-05", -2000, -400, now}, {"2011-06-10", -3000, -600, now}}, w.entries(paymentRef(paid.Payment)))
	require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
	w.day("2011-06-12")
	_, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: paid.Payment, Reason: "wrong order"})
	require.NoError(t, err)
	w.check()
	back := w.entries(paymentRef(paid.Payment))[3:]
	require.ElementsMatch(t, []entry{{"2011-06-12", 2000, 400, now}, {"2011-06-12", 3000, 600, now}}, back)
}

// 12.00 for a mug of another order are declared on 1 June, and applied on the 10th to
// an invoice whose tax point was 5 May: May keeps what it had, and the advance is
// released in June, where it was declared.
func TestAReleaseDoesNotPrecedeItsDeclaration(t *testing.T) {
	w := newShop(t)
	w.day("2011-05-05")
	placed := w.place("ann", want{"mug", 1})
	w.ship(placed.Order)
	w.day("2011-06-01")
	other := w.place("ann", want{"mug", 1})
	paid := w.prepay("ann", other.Order, 1200)
	w.day("2011-06-10")
	out := w.invoice(placed.Order)
	_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: paid.Payment, Invoices: []billing.InvoiceID{out.Invoice}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, []entry{{"2011-05-05", 1000, 200, now}}, w.entries(invoiceRef(out.Invoice)))
	require.Equal(t, []entry{{"2011-06-01", 1000, 200, now}, {"2011-06-10", -1000, -200, now}}, w.entries(paymentRef(paid.Payment)))
}

// 235.00 of 3 January for two globes are booked on the 6th, when one of them has gone out
// on the 4th: neither was delivered before the payment, and both have the rate of the 3rd,
// 35.00. What went out on the 2nd, in another order, had its tax point before.
func TestAnAdvanceThatIsBookedLate(t *testing.T) {
	for day, vat := range map[string]int64{"2011-01-04": 3500, "2011-01-03": 1750, "2011-01-02": 1750} {
		w := newShop(t)
		w.day("2010-12-28")
		placed := w.place("ann", want{"globe", 2})
		w.shipOne(day, placed)
		w.day("2011-01-06")
		paid, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(23500),
			Date: w.date("2011-01-03"), Method: payment.BankTransfer, Advance: true, Order: placed.Order})
		require.NoError(t, err)
		w.check()
		require.Equal(t, money(vat), paid.Tax, day)
		out := w.invoice(placed.Order)
		if vat == 3500 {
			require.Equal(t, money(1750), out.Tax)
			require.Equal(t, []entry{{"2011-01-03", 20000, 3500, old}, {"2011-01-06", -10000, -1750, old}}, w.entries(paymentRef(paid.Payment)))
		} else {
			require.Equal(t, money(2000), out.Tax, "the invoice within 14 days moves the tax point of what went out first")
			require.Len(t, w.entries(paymentRef(paid.Payment)), 1)
		}
	}
}

// fallingRate is a standard rate that falls from 17.5 % to 15 % on 4 January 2011.
type fallingRate struct{ tax.CodeSource }

func (fallingRate) TaxCode(_ context.Context, company tandem.CompanyID, id tandem.TaxCode) (tax.Code, error) {
	day, _ := tandem.ParseDate("2011-01-04")
	return tax.Code{ID: id, Company: company, Country: "GB", Category: tandem.TaxStandard, Rates: []tax.DatedRate{
		{Validity: tandem.Validity{Until: day}, Rate: old}, {Validity: tandem.Validity{From: day}, Rate: tandem.Percent(15)}}}, nil
}

// A supplier that elects the delivery has its rate for all: 15.00 where 17.50 were
// declared (the rate fell on 1 December 2008; here it is of the test). All that was
// declared is taken off, and the 2.50 paid too much are the customer's.
func TestAnAdvanceAtAHigherRateThanItsDelivery(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Tax.Point, c.Tax.Codes = tax.PointUKElectDelivery, fallingRate{} })
	w.day("2011-01-02")
	placed := w.place("ann", want{"globe", 1})
	paid := w.prepay("ann", placed.Order, 11750)
	require.Equal(t, money(1750), paid.Tax)
	w.day("2011-01-10")
	w.ship(placed.Order)
	out := w.invoice(placed.Order)
	require.Equal(t, money(1500), out.Tax)
	require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
	require.Equal(t, [3]int64{-1500, 0, -250}, [3]int64{w.balance("2200"), w.balance("1350"), w.balance("2150")})
	require.Equal(t, money(250), w.payment(paid.Payment).Unapplied)
}
