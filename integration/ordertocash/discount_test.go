package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// register gives base and tax of the whole tax register in pence.
func (w *shop) register() (sum [2]int64) {
	for _, e := range w.taxEntries(tandem.DocumentRef{}) {
		sum[0], sum[1] = sum[0]+e.Base.Minor(), sum[1]+e.Tax.Minor()
	}
	return sum
}

// Fifty mugs for 500.00, 2 % for paying in time; all of them come back after the
// discount was taken. What is credited is what was paid, no more (HMRC VAT Notice
// 700 §18.2: the credit reflects the agreed reduction of the price): adjust_on_payment
// 600.00 invoiced, 588.00 paid, credits of 490.00 + 98.00. Under discounted_base
// the VAT was 98.00 from the start, under none it stays 100.00. Then nothing is
// left: revenue less returns and discounts, VAT, and what the customer owed.
func TestGoodsComeBackAfterAnEarlyDiscount(t *testing.T) {
	for _, c := range []struct {
		terms         tandem.TermsCode
		pay, net, vat int64
	}{{"adjust2", 58800, 49000, 9800}, {"base2", 58800, 49000, 9800}, {"none2", 59000, 49000, 10000}} {
		t.Run(string(c.terms), func(t *testing.T) {
			w := newShop(t)
			s := w.fifty(c.terms)
			w.day("2011-06-11")
			w.pay("ann", c.pay, s.invoice)
			require.Equal(t, int64(1000), w.balance("4300"))
			net, due := int64(0), int64(0)
			for _, n := range []int64{17, 17, 16} {
				out := w.takeBack("ann", back(s.delivery, 1, n))
				net, due = net+out.Net.Minor(), due+out.Tax.Minor()
				require.Equal(t, n*980, out.Net.Minor(), "9.80 a mug")
			}
			require.Equal(t, [2]int64{c.net, c.vat}, [2]int64{net, due})
			require.Equal(t, [2]int64{0, 0}, w.register())
			require.Zero(t, w.balance("2200"), "VAT")
			require.Equal(t, [2]int64{50000, 0}, [2]int64{w.balance("4100"), w.balance("4300")}, "returns, and no discount")
			require.Equal(t, -c.pay, w.balance("1100"), "what was paid is the customer's")
			require.Zero(t, w.balance("2300"))
			require.Zero(t, w.balance("5000"))
		})
	}
}

// The credit note says what it credits: ten mugs at 10.00, and 2.00 less.
func TestTheDiscountIsALineOfTheCreditNote(t *testing.T) {
	w := newShop(t)
	s := w.fifty("adjust2")
	w.pay("ann", 58800, s.invoice)
	out := w.takeBack("ann", back(s.delivery, 1, 10))
	require.Equal(t, [2]tandem.Money{money(9800), money(1960)}, [2]tandem.Money{out.Net, out.Tax})
	note := w.invoiceState(out.CreditNote)
	require.Len(t, note.Lines, 2)
	require.Equal(t, [2]tandem.Money{money(10000), money(-200)}, [2]tandem.Money{note.Lines[0].Net, note.Lines[1].Net})
	require.True(t, note.Lines[1].Discount)
	require.Equal(t, money(9800), note.TaxLines[0].Base)

	// an allowance is money: what is left is 490.00 − 98.00
	boss := billing.Approval{Actor: "boss", Reason: "late"}
	allow := func(pence int64) (ordertocash.Credited, error) {
		return w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), Approval: boss,
			Lines: []ordertocash.CreditLine{{Invoice: s.invoice, Net: money(pence)}}})
	}
	var excess *tax.ExcessError
	_, err := allow(39201)
	require.ErrorAs(t, err, &excess)
	require.Equal(t, money(39200), excess.Left)
	_, err = allow(39200)
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]int64{0, 0}, w.register())
}

// Half of it comes back at a discount of 5.00 + 1.00, then the payment bounces: the
// discount is reversed, and what was kept back of the credit comes back with it.
// 600.00 are owed; credits of 294.00 and 306.00 leave nothing.
func TestAReversedDiscountCanBeCreditedAgain(t *testing.T) {
	for _, terms := range []tandem.TermsCode{"adjust2", "base2", "none2"} {
		w := newShop(t)
		s := w.fifty(terms)
		paid := w.pay("ann", s.gross.Minor()-1000-map[tandem.TermsCode]int64{"adjust2": 200}[terms], s.invoice)
		first := w.takeBack("ann", back(s.delivery, 1, 25))
		require.Equal(t, money(24500), first.Net)
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Reason: "no funds"})
		require.NoError(t, err)
		w.check()
		second := w.takeBack("ann", back(s.delivery, 1, 25))
		require.Equal(t, money(25500), second.Net, "%s", terms)
		require.Equal(t, s.gross.Minor(), first.Gross.Minor()+second.Gross.Minor())
		require.Equal(t, [2]int64{0, 0}, w.register())
		require.Zero(t, w.balance("1100"))
		require.Equal(t, [2]int64{50000, 0}, [2]int64{w.balance("4100"), w.balance("4300")})
	}
}

// Half comes back first, in full: the discount on the rest is 5.00 + 1.00, and is
// that of the rest alone when it comes back, too.
func TestADiscountOnTheRestIsOfTheRest(t *testing.T) {
	w := newShop(t)
	s := w.fifty("adjust2")
	require.Equal(t, money(30000), w.takeBack("ann", back(s.delivery, 1, 25)).Gross)
	require.Equal(t, money(600), w.pay("ann", 29400, s.invoice).Discount)
	require.Equal(t, money(29400), w.takeBack("ann", back(s.delivery, 1, 25)).Gross)
	require.Equal(t, [2]int64{0, 0}, w.register())

	// what was credited in full, to another invoice, earns no discount any more
	s, other := w.fifty("adjust2"), w.sell("ann", want{"candle", 700})
	w.day("2011-06-02")
	note := w.takeBack("ann", back(s.delivery, 1, 50))
	_, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), CreditNote: note.CreditNote, Reason: "to the other"})
	require.NoError(t, err)
	_, err = w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: note.CreditNote, Invoices: []billing.InvoiceID{other.invoice}})
	require.NoError(t, err)
	require.True(t, w.pay("ann", 58800, s.invoice).Discount.IsZero())
	require.Equal(t, money(1200), w.invoiceState(s.invoice).Open)
}
