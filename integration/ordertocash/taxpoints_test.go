package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// entry is a line of the tax register: tax point, base, tax and rate.
type entry struct {
	on        string
	base, tax int64
	rate      tandem.Rate
}

func (w *shop) entries(document tandem.DocumentRef) (out []entry) {
	w.t.Helper()
	for _, e := range w.taxEntries(document) {
		out = append(out, entry{e.TaxPoint.String(), e.Base.Minor(), e.Tax.Minor(), e.Rate})
	}
	return out
}

var old, now = tandem.BasisPoints(1750), tandem.Percent(20)

// One globe goes out on 10 December 2010, two on 10 January 2011; the invoice of 20
// January is within 14 days of the second delivery alone. The first keeps its basic
// tax point and the rate of December (VAT Act 1994 s.6(2) and (5)): 100.00 at 17.5 %
// are 17.50; 200.00 at 20 % of 20 January are 40.00. Goods come back at the rate of
// their delivery; an allowance of 30.00 lowers both, 10.00 and 20.00.
func TestAnInvoiceOfDeliveriesAtDifferentRates(t *testing.T) {
	w := newShop(t)
	w.day("2010-12-10")
	placed := w.place("ann", want{"globe", 3})
	first := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(1)})
	w.day("2011-01-10")
	second := w.ship(placed.Order)
	w.day("2011-01-20")
	out := w.invoice(placed.Order)
	require.Equal(t, [3]tandem.Money{money(30000), money(5750), money(35750)}, [3]tandem.Money{out.Net, out.Tax, out.Gross})
	ref := tandem.RefTo(billing.InvoiceKind, out.Invoice, "")
	require.Equal(t, []entry{{"2010-12-10", 10000, 1750, old}, {"2011-01-20", 20000, 4000, now}}, w.entries(ref))
	state := w.invoiceState(out.Invoice)
	require.Equal(t, "2011-01-20", state.TaxPoint.String())
	require.Equal(t, []billing.TaxPoint{{Date: w.date("2010-12-10"), From: 1}}, state.TaxPoints)

	w.day("2011-02-01")
	require.Equal(t, money(2000), w.takeBack("ann", back(second.Delivery, 1, 1)).Tax)
	require.Equal(t, money(1750), w.takeBack("ann", back(first.Delivery, 1, 1)).Tax)
	require.Equal(t, money(2000), w.takeBack("ann", back(second.Delivery, 1, 1)).Tax)
	require.Zero(t, w.balance("2200"))

	w = newShop(t)
	w.day("2010-12-10")
	placed = w.place("ben", want{"globe", 3})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(1)})
	w.day("2011-01-10")
	w.ship(placed.Order)
	w.day("2011-01-20")
	out = w.invoice(placed.Order)
	credited, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ben"),
		Approval: billing.Approval{Actor: "boss", Reason: "scratched"}, Lines: []ordertocash.CreditLine{{Invoice: out.Invoice, Net: money(3000), TaxCode: "GB-S"}}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(575), credited.Tax, "10.00 at 17.5 % and 20.00 at 20 %")
	require.Len(t, w.invoiceState(credited.CreditNote).TaxLines, 2)
}

// Two mugs of 5 May and three of 1 June on one invoice of 10 June: the tax of the
// first delivery is due in May (more than 14 days), that of the second on the 10th.
// 20.00 and 30.00 at 20 % are 4.00 and 6.00. A draft for the 10th that is posted on
// the 16th: the first stays, the second has its 15th day behind it, and is of 1 June.
func TestAnInvoiceOfDeliveriesOfDifferentMonths(t *testing.T) {
	w := newShop(t)
	sell := func(who string) ordertocash.Placed {
		w.day("2011-05-05")
		placed := w.place(who, want{"mug", 5})
		w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
		w.day("2011-06-01")
		w.ship(placed.Order)
		w.day("2011-06-10")
		return placed
	}
	out := w.invoice(sell("ann").Order)
	require.Equal(t, []entry{{"2011-05-05", 2000, 400, now}, {"2011-06-10", 3000, 600, now}}, w.entries(tandem.RefTo(billing.InvoiceKind, out.Invoice, "")))
	draft := w.draft(sell("ben").Order)
	w.day("2011-06-16")
	_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	require.NoError(t, err)
	w.check()
	require.Equal(t, []entry{{"2011-05-05", 2000, 400, now}, {"2011-06-01", 3000, 600, now}}, w.entries(tandem.RefTo(billing.InvoiceKind, draft.Invoice, "")))

	w = newShop(t) // early discount of 2 % on 50.00 and 10.00: 0.40 and 0.60, with 0.08 and 0.12 of VAT
	w.day("2011-05-05")
	placed := w.placeOn("cat", "adjust2", want{"mug", 5})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	w.day("2011-06-01")
	shipped := w.ship(placed.Order)
	w.day("2011-06-10")
	out = w.invoice(placed.Order)
	paid := w.pay("cat", 5880, out.Invoice)
	require.Equal(t, money(120), paid.Discount)
	require.Len(t, w.invoiceState(out.Invoice).Discounted, 2)
	require.Equal(t, [2]int64{2940, 588}, func() [2]int64 {
		c := w.takeBack("cat", back(shipped.Delivery, 1, 3))
		return [2]int64{c.Net.Minor(), c.Tax.Minor()}
	}(), "30.00 less 0.60, and 20 %")
}

// Deliveries of 20 and 30 December under the election, invoiced on 3 January at the
// same rate: one tax point, one tax line.
func TestTaxPointsOfOneDayAtOneRateAreOne(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Tax.Point = tax.PointUKElectDelivery })
	w.day("2010-12-20")
	placed := w.place("ann", want{"mug", 5})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	w.day("2010-12-30")
	w.ship(placed.Order)
	w.day("2011-01-03")
	state := w.invoiceState(w.invoice(placed.Order).Invoice)
	require.Empty(t, state.TaxPoints)
	require.Len(t, state.TaxLines, 1)
	require.Equal(t, money(875), state.Tax)
}
