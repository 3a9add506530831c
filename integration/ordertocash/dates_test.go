package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

func (w *shop) taxEntries(document tandem.DocumentRef) (out []tax.Entry) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		for e, err := range b.TaxEntries().Find(w.ctx, tax.EntryQuery{Company: company, Document: document}) {
			require.NoError(w.t, err)
			out = append(out, e)
		}
	})
	return out
}

// Goods go out on 30 December 2010, the invoice is of 5 January 2011. The supplier
// elects the delivery: 17.5 % (VAT Act 1994 s.88(2)), declared with the tax point
// that s.6(5) fixes, the invoice of January: the election moves the rate alone.
func TestTheElectionMovesTheRateAndNotTheTaxPoint(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Tax.Point = tax.PointUKElectDelivery })
	w.day("2010-12-30")
	placed := w.place("ann", want{"mug", 9})
	d := w.ship(placed.Order)
	w.day("2011-01-05")
	invoiced := w.invoice(placed.Order)
	require.Equal(t, money(1575), invoiced.Tax)
	state := w.invoiceState(invoiced.Invoice)
	require.Equal(t, [2]string{"2011-01-05", "2010-12-30"}, [2]string{state.TaxPoint.String(), state.RateDate.String()})
	entries := w.taxEntries(tandem.RefTo(billing.InvoiceKind, invoiced.Invoice, ""))
	require.Len(t, entries, 1)
	require.Equal(t, "2011-01-05", entries[0].TaxPoint.String())
	require.Equal(t, tandem.BasisPoints(1750), entries[0].Rate)
	w.day("2011-01-09")
	require.Equal(t, money(1575), w.takeBack("ann", back(d.Delivery, 1, 9)).Tax, "at the original rate")

	// a draft of the 5th that is posted on the 7th: the tax point moves, the rate does not
	w.day("2010-12-30")
	placed = w.place("ben", want{"mug", 9})
	w.ship(placed.Order)
	w.day("2011-01-05")
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	require.NoError(t, err)
	w.day("2011-01-09")
	posted, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1575), posted.Tax)
	state = w.invoiceState(draft.Invoice)
	require.Equal(t, [2]string{"2011-01-09", "2010-12-30"}, [2]string{state.TaxPoint.String(), state.RateDate.String()})

	// without a change of day there is one day
	w.day("2011-06-01")
	same := w.invoiceState(w.sell("ann", want{"mug", 1}).invoice)
	require.Equal(t, "2011-06-01", same.TaxPoint.String())
	require.True(t, same.RateDate.IsZero())
}

// What is not delivered yet cannot be invoiced as delivered, nor come back.
func TestNoDocumentPrecedesWhatItIsOf(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 2})
	w.day("2011-06-10")
	d := w.ship(placed.Order)
	bill := func(day string) func() error {
		return func() error {
			_, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order, Date: w.date(day)})
			return err
		}
	}
	w.refused("before_delivery", bill("2011-06-09"))
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	require.NoError(t, err)
	post := func(day string) func() error {
		return func() error {
			_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: w.date(day)})
			return err
		}
	}
	w.refused("before_delivery", post("2011-06-09"))
	w.day("2011-06-12")
	require.NoError(t, post("2011-06-12")())
	w.check()
	giveBack := func(day string) func() error {
		return func() error {
			_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Date: w.date(day),
				Lines: []ordertocash.ReturnedLine{back(d.Delivery, 1, 1)}})
			return err
		}
	}
	w.refused("before_delivery", giveBack("2011-06-09"))
	w.refused("before_invoice", giveBack("2011-06-11"))
	w.refused("before_invoice", func() error {
		_, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), Date: w.date("2011-06-11"),
			Approval: billing.Approval{Actor: "boss", Reason: "late"}, Lines: []ordertocash.CreditLine{{Invoice: draft.Invoice, Net: money(100)}}})
		return err
	})
	require.NoError(t, giveBack("2011-06-12")())
	w.check()
}

// Numbers and dates run together: after an invoice of 10 June none of 9 June is
// posted, and its number is not lost (a series without a hole).
func TestNumbersAndDatesRunTogether(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 1})
	w.ship(placed.Order)
	w.day("2011-06-10")
	w.sell("ben", want{"mug", 1})
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order, Date: w.date("2011-06-09")})
	require.NoError(t, err)
	post := func(day string) (ordertocash.Invoiced, error) {
		return w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: w.date(day)})
	}
	w.refused("date_before_last", func() error { _, err := post("2011-06-09"); return err })
	out, err := post("2011-06-10")
	require.NoError(t, err)
	w.check()
	require.Equal(t, "INV-2011-000002", out.Number)

	// credit notes have a series of their own
	s := w.sell("ann", want{"mug", 2})
	w.day("2011-06-12")
	w.takeBack("ann", back(s.delivery, 1, 1))
	w.refused("date_before_last", func() error {
		_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Date: w.date("2011-06-11"),
			Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}})
		return err
	})
}

// What is kept back of a return belongs to the invoice of the goods; it may use up
// the credit, and what is beyond is invoiced. 10.00 are credited, 12.00 would be kept.
func TestWhatIsKeptOfAReturn(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 4})
	other := w.sell("ann", want{"mug", 1})
	by := billing.Approval{Actor: "boss", Reason: "worn"}
	keep := func(pence int64, lines ...ordertocash.ReturnedLine) (ordertocash.Credited, error) {
		return w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Approval: by, Lines: lines,
			Allowances: []ordertocash.CreditLine{{Text: "restocking fee", Net: money(-pence)}}})
	}
	out, err := keep(250, back(s.delivery, 1, 1))
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]tandem.Money{money(750), money(150)}, [2]tandem.Money{out.Net, out.Tax}, "the fee has the tax of the goods")
	out, err = keep(1000, back(s.delivery, 1, 1))
	require.NoError(t, err)
	w.check()
	require.True(t, out.Gross.IsZero(), "all of it is kept")
	w.refused("kept_exceeds_credit", func() error { _, err := keep(1200, back(s.delivery, 1, 1)); return err })
	w.refused("invoice_missing", func() error {
		_, err := keep(100, back(s.delivery, 1, 1), back(other.delivery, 1, 1))
		return err
	})

	// and step by step
	ra := w.authorise("ann", back(s.delivery, 1, 1))
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(1), Remedy: "credit"})
	credit := func(pence int64) (ordertocash.Credited, error) {
		return w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ra.Return, Approval: by,
			Allowances: []ordertocash.CreditLine{{Net: money(-pence)}}})
	}
	w.refused("kept_exceeds_credit", func() error { _, err := credit(1001); return err })
	out, err = credit(500)
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(600), out.Gross)
	w.refused("tax_code_missing", func() error {
		_, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), Approval: by, Lines: []ordertocash.CreditLine{{Net: money(1)}}})
		return err
	})
}
