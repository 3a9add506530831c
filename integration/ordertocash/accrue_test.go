package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
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
