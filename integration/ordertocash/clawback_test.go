package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

func clawsBack(c *ordertocash.Config) { c.Breaks = ordertocash.Clawback }

// 12 mugs at 9.00, from ten on, are 108.00. 8 come back for 72.00 less 4 x 1.00, since the
// 4 that are kept cost 10.00 each: 40.00. 2 more come back for 18.00 and 2.00 of what was
// kept, the last 2 likewise: nothing is left.
func TestWhatACustomerKeepsIsChargedAtItsOwnPrice(t *testing.T) {
	w := newShop(t, clawsBack)
	s := w.sell("ann", want{"mug", 12})
	require.Equal(t, money(12960), s.gross)
	cmd := ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 8)}}
	out, err := w.service.Return(w.ctx, cmd)
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]int64{6800, 1360}, figures(out))
	again, err := w.service.Return(w.ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, out, again, "a repeated key gives the first result")
	note := w.invoiceState(out.CreditNote)
	require.Len(t, note.Lines, 2)
	require.Equal(t, "price of the quantity kept", note.Lines[1].Text)
	require.Equal(t, [2]tandem.Money{money(7200), money(-400)}, [2]tandem.Money{note.Lines[0].Net, note.Lines[1].Net})
	require.Equal(t, billing.Approval{Actor: "clerk", Reason: "price of the quantity kept"}, note.Approval)
	require.Equal(t, [2]int64{4000, 800}, w.register(), "4 at 10.00")
	require.Equal(t, int64(4800), w.balance("1100"))

	for _, left := range []int64{2000, 0} {
		require.Equal(t, [2]int64{2000, 400}, figures(w.takeBack("ann", back(s.delivery, 1, 2))))
		require.Equal(t, [2]int64{left, left / 5}, w.register())
	}
	for _, account := range []ledger.AccountCode{"1100", "2200", "4200"} {
		require.Zero(t, w.balance(account), account)
	}
}

// The other policies leave what is kept at 9.00.
func TestOtherPoliciesKeepNothingOfAReturn(t *testing.T) {
	for _, policy := range []ordertocash.BreakPolicy{"", ordertocash.KeepBreak, ordertocash.RepriceOpen} {
		w := newShop(t, func(c *ordertocash.Config) { c.Breaks = policy })
		s := w.sell("ann", want{"mug", 12})
		require.Equal(t, [2]int64{7200, 1440}, figures(w.takeBack("ann", back(s.delivery, 1, 8))))
	}
}

// A return step by step is charged, too, when it is credited: what has come back and waits
// is kept till then. 2 of 12 wait; 1 gives 9.00, since 11 are kept, and 7 give 63.00 less
// 4 x 1.00. The 2 that waited give 18.00 and 2.00: 2 are left at 10.00.
func TestAReturnIsChargedWhenItIsCredited(t *testing.T) {
	w := newShop(t, clawsBack)
	s := w.sell("ann", want{"mug", 12})
	all := func(n int64) ordertocash.Credited {
		ra := w.authorise("ann", back(s.delivery, 1, n))
		w.receive(ra.Return)
		w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(n), Remedy: returns.RemedyCredit})
		return w.creditReturn(ra.Return)
	}
	waiting := w.authorise("ann", back(s.delivery, 1, 2))
	w.receive(waiting.Return)
	w.inspect(waiting.Return, ordertocash.Verdict{Line: 1, Restock: pieces(2), Remedy: returns.RemedyCredit})
	require.Equal(t, int64(900), all(1).Net.Minor())
	require.Equal(t, int64(6300-400), all(7).Net.Minor())
	require.Equal(t, int64(2000), w.creditReturn(waiting.Return).Net.Minor())
	require.Equal(t, [2]int64{2000, 400}, w.register())
}

// Ten at 9.00: one comes back. What is kept costs 9 x 1.00 more, which are its 9.00:
// nothing is credited. The next gives 10.00: 8 at 10.00 are left.
// With 20 at 8.00 in the book, 2 of 20 give 16.00 less 16.00 of 18.00, and 18 cost 162.00 of
// 160.00 − 16.00 + 16.00. The next gives 160.00 less the 17 x 9.00 that are left to pay.
func TestNoReturnIsCreditedBelowNought(t *testing.T) {
	w := newShop(t, clawsBack, offers(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "many", Source: pricing.SourceDefault, Priority: 1})
		b.Rows = append(b.Rows, row("many/mug", "many", "mug", "8.00 GBP/EA", 20))
	}))
	s := w.sell("ann", want{"mug", 10})
	require.Zero(t, w.takeBack("ann", back(s.delivery, 1, 1)).Net.Minor())
	require.Equal(t, int64(1000), w.takeBack("ann", back(s.delivery, 1, 1)).Net.Minor())

	s = w.sell("bob", want{"mug", 20})
	first := w.takeBack("bob", back(s.delivery, 1, 2))
	require.Zero(t, first.Net.Minor())
	require.Equal(t, "price of the quantity kept, as far as the credit goes", w.invoiceState(first.CreditNote).Lines[1].Text)
	require.Equal(t, int64(16000-17*900), w.takeBack("bob", back(s.delivery, 1, 1)).Net.Minor())
	require.Equal(t, int64(17*900), w.takeBack("bob", back(s.delivery, 1, 17)).Net.Minor())
	require.Zero(t, w.register()[0]-8000, "ann's eight")
}

// An agreed price is locked.
func TestLockedPricesHaveNoClawback(t *testing.T) {
	w := newShop(t, clawsBack)
	placed := w.placeLines("ann", priced(t, "mug", 12, 9_000_000))
	d := w.ship(placed.Order)
	w.invoice(placed.Order)
	require.Equal(t, int64(7200), w.takeBack("ann", back(d.Delivery, 1, 8)).Net.Minor())
}

// What is open is priced anew as under reprice_open, and counts as kept: of 40 mugs 5 are
// shipped and invoiced at 9.00, and one of them comes back at 9.00. Then the rest is
// cancelled, and the next gives 9.00 less the 3 x 1.00 of those that are kept.
func TestWhatIsStillToComeIsKept(t *testing.T) {
	w := newShop(t, clawsBack)
	placed := w.place("ann", want{"mug", 40})
	d := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(5)})
	w.invoice(placed.Order)
	require.Equal(t, int64(900), w.takeBack("ann", back(d.Delivery, 1, 1)).Net.Minor())
	_, err := w.service.ShortClose(w.ctx, ordertocash.ShortCloseOrder{Header: w.header(), Order: placed.Order, Reason: "fewer"})
	require.NoError(t, err)
	require.Equal(t, int64(600), w.takeBack("ann", back(d.Delivery, 1, 1)).Net.Minor())
	require.Equal(t, int64(3000), w.takeBack("ann", back(d.Delivery, 1, 3)).Net.Minor())
	require.Equal(t, [2]int64{0, 0}, w.register())
}

// 8 of 12 mugs are shipped at 9.00, and the 4 that are open cost 10.00 each. 6 of the 8 come
// back for 54.00: the 6 that are kept cost 60.00, of which 18.00 + 40.00 are paid.
func TestWhatWasPricedAnewIsNotChargedTwice(t *testing.T) {
	w := newShop(t, clawsBack)
	placed := w.place("ann", want{"mug", 12})
	d := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(8)})
	w.invoice(placed.Order)
	rest := w.ship(placed.Order)
	w.invoice(placed.Order)
	require.Equal(t, money(4000), rest.Net)
	require.Equal(t, int64(5400-200), w.takeBack("ann", back(d.Delivery, 1, 6)).Net.Minor())
	require.Equal(t, [2]int64{6000, 1200}, w.register())
	require.Equal(t, int64(4000), w.takeBack("ann", back(rest.Delivery, 1, 4)).Net.Minor())
	require.Equal(t, int64(2000), w.takeBack("ann", back(d.Delivery, 1, 2)).Net.Minor())
	require.Equal(t, [2]int64{0, 0}, w.register())
}

// 6 and 9 mugs are priced together, 9.00 each from ten on. 3 of the 6 come back: with the 9
// those that are kept are above the break.
func TestTheOtherLinesCountForWhatIsKept(t *testing.T) {
	w := newShop(t, clawsBack, offers(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "together", Source: pricing.SourceDefault, Priority: 1, Breaks: pricing.CountProduct})
		b.Rows = append(b.Rows, row("together/ten", "together", "mug", "9.00 GBP/EA", 10))
	}))
	s := w.sell("ann", want{"mug", 6}, want{"mug", 9})
	require.Equal(t, int64(2700), w.takeBack("ann", back(s.delivery, 1, 3)).Net.Minor())
}

// 24 mugs go out in two deliveries, and 10 of each come back in one return: 180.00 less
// 4 x 1.00, on one line for both. A restocking fee is kept besides.
func TestAnOrderLineIsChargedOnceInANote(t *testing.T) {
	w := newShop(t, clawsBack)
	placed := w.place("ann", want{"mug", 24})
	first := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(12)})
	second := w.ship(placed.Order)
	w.invoice(placed.Order)
	asked := ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(first.Delivery, 1, 10), back(second.Delivery, 1, 10)},
		Approval: manager, Allowances: []ordertocash.CreditLine{{Text: "restocking", Net: money(-500)}}}
	out, err := w.service.Return(w.ctx, asked)
	require.NoError(t, err)
	w.check()
	require.Equal(t, int64(18000-400-500), out.Net.Minor())
	require.Len(t, w.invoiceState(out.CreditNote).Lines, 4)
	require.Equal(t, manager, w.invoiceState(out.CreditNote).Approval)
}

// The early discount of goods is given up with them before: of ten at 9.00 less 2 % one
// comes back for 8.82, and no more is kept of it. 0.18 more are kept of the next.
func TestAnEarlyDiscountComesBeforeWhatIsKept(t *testing.T) {
	w := newShop(t, clawsBack)
	placed := w.placeOn("ann", "adjust2", want{"mug", 10})
	d := w.ship(placed.Order)
	i := w.invoice(placed.Order)
	require.Equal(t, money(216), w.pay("ann", 10584, i.Invoice).Discount)
	require.Equal(t, [2]int64{0, 0}, figures(w.takeBack("ann", back(d.Delivery, 1, 1))))
	require.Equal(t, int64(882+100-18), w.takeBack("ann", back(d.Delivery, 1, 1)).Net.Minor())
	w.takeBack("ann", back(d.Delivery, 1, 8))
	require.Equal(t, [2]int64{0, 0}, w.register())
}

// Whatever comes back of two deliveries, allowed on or not: no credit is negative, and once
// all is back nothing is left. What was not invoiced comes back first: without a credit note
// nothing is charged or given back.
func TestClawbacksSumToNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newShop(r, clawsBack)
		n := rapid.Int64Range(2, 25).Draw(r, "ordered")
		placed := w.place("ann", want{"mug", n}, want{"card", 2})
		left := []int64{rapid.Int64Range(1, n-1).Draw(r, "first")}
		left = append(left, n-left[0])
		from := []ordertocash.Shipped{w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(left[0])})}
		bills := []billing.InvoiceID{w.invoice(placed.Order).Invoice}
		from = append(from, w.ship(placed.Order))
		invoiced := rapid.Bool().Draw(r, "invoiced")
		if invoiced {
			bills = append(bills, w.invoice(placed.Order).Invoice)
		}
		for left[0]+left[1] > 0 {
			at := rapid.IntRange(0, 1).Draw(r, "of")
			if left[at] == 0 {
				at = 1 - at
			}
			if !invoiced && left[1] > 0 {
				at = 1
			}
			if rapid.IntRange(0, 4).Draw(r, "allow") == 0 {
				_, _ = w.allow(sold{invoice: bills[rapid.IntRange(0, len(bills)-1).Draw(r, "bill")]}, 0, rapid.Int64Range(1, 900).Draw(r, "pence"))
			}
			back := back(from[at].Delivery, 1, rapid.Int64Range((left[at]+2)/3, left[at]).Draw(r, "pieces"))
			left[at] -= back.Quantity.Micro() / 1_000_000
			out := w.takeBack("ann", back)
			require.GreaterOrEqual(r, out.Net.Sign(), 0)
			require.GreaterOrEqual(r, out.Tax.Sign(), 0)
		}
		require.GreaterOrEqual(r, w.register()[0], int64(0))
		require.LessOrEqual(r, w.register()[0], int64(666), "the cards, less what was allowed on them")
	})
}

// 2 of 12 mugs are exchanged: 12 are kept as before. 6 of the first and the 2 that were
// sent in exchange come back, 72.00 less 4 x 1.00 for the 4 that are kept.
func TestAnExchangeIsKept(t *testing.T) {
	w := newShop(t, clawsBack)
	s := w.sell("ann", want{"mug", 12})
	_, placed := w.exchange(back(s.delivery, 1, 2))
	sent := w.shipAll(placed)
	require.Equal(t, [2]int64{10800, 2160}, w.register())
	require.Equal(t, int64(7200-400), w.takeBack("ann", back(s.delivery, 1, 6), back(sent, 1, 2)).Net.Minor())
	require.Equal(t, int64(4000), w.takeBack("ann", back(s.delivery, 1, 4)).Net.Minor())
	require.Equal(t, [2]int64{0, 0}, w.register())
}
