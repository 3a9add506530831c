package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Ten mugs at 10.00 are delivered to ann on 28 June, two to ben. In June two of
// ann's come back uninvoiced, and one is received that is settled in July; in July
// three more come back, and both of ben's. The accrual of June is of what was to be
// invoiced on 30 June, 10 − 2 + 2 = 10 mugs, of which the one received stands as
// refund liability: revenue of nine. Run in time or in August, it is the same.
func TestAccrualSeesReturnsUntilItsDayAndNoneAfter(t *testing.T) {
	for _, late := range []bool{false, true} {
		w := newShop(t, func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice })
		accrue := func() {
			out, err := w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: w.header(), Date: w.date("2011-06-30")})
			require.NoError(t, err)
			w.check()
			require.Equal(t, money(10000), out.Amount, "late: %t", late)
			require.Equal(t, int64(10000), w.on("1150", "2011-06-30"))
			require.Equal(t, int64(-10000+1000), w.on("4000", "2011-06-30")+w.on("4100", "2011-06-30"), "revenue of the nine that are kept")
			require.Zero(t, w.on("1150", "2011-07-01"))
		}
		w.day("2011-06-28")
		placed, second := w.placeLines("ann", priced(t, "mug", 10, 10_000_000)), w.place("ben", want{"mug", 2})
		d := w.ship(placed.Order)
		other := w.ship(second.Order)
		w.day("2011-06-29")
		require.Equal(t, money(2000), w.takeBack("ann", back(d.Delivery, 1, 2)).Unbilled)
		ra := w.authorise("ann", back(d.Delivery, 1, 1))
		w.receive(ra.Return)
		if !late {
			w.day("2011-06-30")
			accrue()
		}
		w.day("2011-07-02")
		w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(1), Remedy: returns.RemedyCredit})
		require.Equal(t, money(1000), w.creditReturn(ra.Return).Unbilled)
		w.takeBack("ann", back(d.Delivery, 1, 3))
		w.takeBack("ben", back(other.Delivery, 1, 2)) // all of it: nothing is left to invoice
		given := w.draft(placed.Order)
		require.NoError(t, w.discard(given.Invoice))
		july := w.place("ann", want{"mug", 1})
		w.ship(july.Order)
		if late {
			w.day("2011-08-09")
			accrue()
		}
		w.invoice(placed.Order)
		require.Equal(t, int64(-4000), w.on("4000", "2011-08-31")+w.on("4100", "2011-08-31"), "ten mugs less six")
	}
}

// Under at_invoice the accrual of June is run four times. On 30 June ten mugs at
// 10.00 are unbilled: 100.00. On 4 July two deliveries of 29 June are entered, ben's
// of three mugs and ann's of one: 40.00 more, so that 140.00 are unbilled. On 5 July
// two of ann's mugs come back, dated 30 June, and ben's invoice is posted, dated
// 30 June: 20.00 + 30.00 less, 90.00. Then nothing is left to be booked. Every run is
// reversed on 1 July; revenue in the end is of what was invoiced.
func TestAccrualIsToppedUpAsLateEntriesCome(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice })
	monthEnd := w.date("2011-06-30")
	late := func(who string, n int64) (ordertocash.Placed, ordertocash.Shipped) {
		placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer(who), Date: w.date("2011-06-29"), Lines: []ordertocash.OrderLine{priced(t, "mug", n, 10_000_000)}})
		require.NoError(t, err)
		shipped, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order, Date: w.date("2011-06-29")})
		require.NoError(t, err)
		w.check()
		return placed, shipped
	}
	run := func(amount, total int64) ordertocash.Accrued {
		cmd := ordertocash.AccrueRevenue{Header: w.header(), Date: monthEnd}
		out, err := w.service.Accrue(w.ctx, cmd)
		require.NoError(t, err)
		w.check()
		require.Equal(t, []tandem.Money{money(amount), money(total)}, []tandem.Money{out.Amount, out.Total})
		require.Equal(t, total, w.on("1150", "2011-06-30"))
		require.Equal(t, -total, w.on("4000", "2011-06-30")+w.on("4100", "2011-06-30")-w.invoicedIn("2011-06-30"))
		require.Zero(t, w.on("1150", "2011-07-01"))
		before := w.dump()
		again, err := w.service.Accrue(w.ctx, cmd) // the client's retry
		require.NoError(t, err)
		require.Equal(t, out, again)
		require.Equal(t, before, w.dump())
		return out
	}
	w.day("2011-06-28")
	first := w.placeLines("ann", priced(t, "mug", 10, 10_000_000))
	d := w.ship(first.Order)
	w.day("2011-06-30")
	run(10000, 10000)

	w.day("2011-07-04")
	bens, _ := late("ben", 3)
	late("ann", 1)
	run(4000, 14000)

	w.day("2011-07-05")
	back := ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Date: monthEnd, Lines: []ordertocash.ReturnedLine{back(d.Delivery, 1, 2)}}
	_, err := w.service.Return(w.ctx, back)
	require.NoError(t, err)
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: bens.Order, Date: monthEnd})
	require.NoError(t, err)
	_, err = w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: monthEnd})
	require.NoError(t, err)
	third := run(-5000, 9000)
	require.NotEmpty(t, third.Entry)

	numbers := w.lastNumber()
	none := run(0, 9000)
	require.Empty(t, none.Entry, "nothing is left to be booked")
	require.Empty(t, none.Number)
	require.Equal(t, numbers+1, w.lastNumber(), "no number was drawn for nothing")
	w.fails(tandem.ErrDuplicate, func() error { // a key that another command has used
		_, err := w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: work.Header{Key: back.Key, Actor: back.Actor}, Date: monthEnd})
		return err
	})
}

// invoicedIn gives the revenue of posted invoices until a day.
func (w *shop) invoicedIn(day string) (sum int64) {
	w.view(func(b *store.Bundle) {
		for e, err := range b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company, Dates: tandem.Validity{Until: w.date(day).AddDays(1)}}) {
			require.NoError(w.t, err)
			for _, l := range e.Lines {
				if !e.Source.IsZero() && (l.Account == "4000" || l.Account == "4100") {
					sum += l.Amount.Minor()
				}
			}
		}
	})
	return sum
}

// lastNumber draws the next number of the journal.
func (w *shop) lastNumber() (last int64) {
	require.NoError(w.t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		n, err := b.Numbers().Next(ctx, company, posting.JournalSeries, tandem.Date{})
		last = n.Value
		return err
	}))
	return last
}

// Two customers' differences that cancel out are booked: receivables are by customer.
func TestAccrualDifferencesAreByCustomer(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice })
	w.day("2011-06-28")
	d := w.ship(w.place("ann", want{"mug", 2}).Order)
	w.day("2011-07-04")
	accrue := func() ordertocash.Accrued {
		out, err := w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: w.header(), Date: w.date("2011-06-30")})
		require.NoError(t, err)
		w.check()
		return out
	}
	require.Equal(t, money(2000), accrue().Amount)
	_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Date: w.date("2011-06-30"), Lines: []ordertocash.ReturnedLine{back(d.Delivery, 1, 2)}})
	require.NoError(t, err)
	placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ben"), Date: w.date("2011-06-29"), Lines: lines(want{"mug", 2})})
	require.NoError(t, err)
	_, err = w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order, Date: w.date("2011-06-29")})
	require.NoError(t, err)
	out := accrue()
	require.Equal(t, []tandem.Money{money(0), money(2000)}, []tandem.Money{out.Amount, out.Total})
	require.NotEmpty(t, out.Entry)
	w.view(func(b *store.Bundle) {
		e, err := b.JournalEntries().Get(w.ctx, company, out.Entry)
		require.NoError(t, err)
		require.Len(t, e.Lines, 2)
		for _, l := range e.Lines {
			require.Equal(t, map[tandem.PartyID]tandem.Money{customer("ann"): money(-2000), customer("ben"): money(2000)}[l.Party], l.Amount)
		}
	})
}

// Eight clerks accrue the same month end at once: it is booked once, and all are told
// that total.
func TestAccrualsAtOnceBookOnce(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice })
	w.day("2011-06-30")
	w.ship(w.place("ann", want{"mug", 2}).Order)
	errs := atOnce(8, func(h work.Header) error {
		out, err := w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: h, Date: w.date("2011-06-30")})
		if err == nil && out.Total != money(2000) {
			t.Errorf("the total is %s", out.Total)
		}
		return err
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	w.check()
	require.Equal(t, int64(2000), w.on("1150", "2011-06-30"))
	require.Zero(t, w.on("1150", "2011-07-01"))
}

// Whatever is entered in July about June and July, in whatever order: a month end that
// is accrued after every entry comes to the same, account by account and day by day, as
// one that is accrued once, when all is known.
func TestAccruingOftenIsAccruingOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		atInvoice := func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice }
		often, once := newShop(r, atInvoice), newShop(r, atInvoice)
		shops := [...]*shop{often, once}
		monthEnd := often.date("2011-06-30")
		var orders []ordertocash.Placed
		var deliveries []ordertocash.Shipped
		accrue := func(w *shop) tandem.Money {
			out, err := w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: w.header(), Date: monthEnd})
			require.NoError(r, err)
			w.check()
			return out.Total
		}
		var last tandem.Money
		for _, w := range shops {
			w.day("2011-07-20")
		}
		for range rapid.IntRange(1, 8).Draw(r, "entries") {
			who := rapid.SampledFrom([]string{"ann", "ben"}).Draw(r, "who")
			day := often.date(rapid.SampledFrom([]string{"2011-06-29", "2011-06-30", "2011-07-01", "2011-07-03"}).Draw(r, "day"))
			step, n := rapid.IntRange(0, 2).Draw(r, "step"), rapid.Int64Range(1, 3).Draw(r, "n")
			at := rapid.IntRange(0, 7).Draw(r, "at")
			for i, w := range shops {
				switch {
				case step == 0 || len(deliveries) == 0:
					placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer(who), Date: day, Lines: lines(want{"mug", n})})
					require.NoError(r, err)
					shipped, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order, Date: day})
					require.NoError(r, err)
					if i == len(shops)-1 { // ids are the same in both
						orders, deliveries = append(orders, placed), append(deliveries, shipped)
					}
				case step == 1:
					d := deliveries[at%len(deliveries)].Delivery
					_, _ = w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer(who), Date: day, Lines: []ordertocash.ReturnedLine{back(d, 1, n)}})
				default:
					draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: orders[at%len(orders)].Order, Date: day})
					if err == nil && n > 1 {
						_, _ = w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: day})
					}
				}
				w.check()
			}
			last = accrue(often)
		}
		require.Equal(r, accrue(once), last)
		for _, account := range []ledger.AccountCode{"1150", "4000", "4100", "1100", "2200", "2300"} {
			for _, day := range []string{"2011-06-29", "2011-06-30", "2011-07-01", "2011-07-31"} {
				require.Equal(r, once.on(account, day), often.on(account, day), "%s on %s", account, day)
			}
		}
	})
}
