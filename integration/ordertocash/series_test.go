package ordertocash_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// Rechnung and Rechnungskorrektur stand behind the journal's JE, and with RA on both
// sides of the return's; A and B stand before all. The store of every test tells of a
// series that is drawn out of order.
func TestSeriesAreDrawnInTheOrderOfTheirNames(t *testing.T) {
	for _, p := range []billing.SeriesPolicy{{}, {Invoice: "RE", CreditNote: "RK"}, {Invoice: "RE", CreditNote: "RK", Endless: true},
		{Invoice: "B", CreditNote: "A"}, {Invoice: "K", CreditNote: "L"}, {Invoice: "ZR", CreditNote: "AG"}} {
		t.Run(p.Invoice+p.CreditNote, func(t *testing.T) {
			w := newShop(t, func(c *ordertocash.Config) { c.Series = p })
			s := w.sell("ann", want{"mug", 3}, want{"card", 1})
			credited := w.takeBack("ann", back(s.delivery, 1, 1))
			require.Equal(t, p.Number(p.InvoiceSeries(billing.CreditNote, w.date("2011-06-01")), 1), credited.Number)
			require.Equal(t, p.Number(p.InvoiceSeries(billing.CommercialInvoice, w.date("2011-06-01")), 1), w.invoiceState(s.invoice).Number)
			w.pay("ann", 10000, s.invoice)
			w.stepwise(s)
			_, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"),
				Lines: []ordertocash.CreditLine{{Invoice: s.invoice, Net: money(100)}}, Approval: billing.Approval{Actor: "boss", Reason: "fair"}})
			require.NoError(t, err)
			w.check()

			parcel := w.ship(w.place("ann", want{"mug", 2}).Order) // comes back before its invoice, and scrapped
			line := back(parcel.Delivery, 1, 1)
			line.Scrap = true
			w.takeBack("ann", line)

			early := w.place("ann", want{"mug", 1})
			paid, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(1200),
				Method: payment.BankTransfer, Advance: true, Order: early.Order})
			require.NoError(t, err)
			require.Equal(t, money(1200), paid.Unapplied)
			w.ship(early.Order)
			w.invoice(early.Order)
			over := w.pay("ann", 500)
			_, err = w.service.Refund(w.ctx, ordertocash.RefundCustomer{Header: w.header(), Payment: over.Payment, Method: payment.BankTransfer})
			require.NoError(t, err)
			w.check()
		})
	}
}

// stepwise takes a piece of the first line back, in four commands.
func (w *shop) stepwise(s sold) {
	w.t.Helper()
	asked, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}})
	require.NoError(w.t, err)
	_, err = w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: asked.Return})
	require.NoError(w.t, err)
	_, err = w.service.InspectReturn(w.ctx, ordertocash.InspectReturn{Header: w.header(), Return: asked.Return,
		Lines: []ordertocash.Verdict{{Line: 1, Restock: pieces(1), Scrap: tandem.Quantity{}, Remedy: "credit"}}})
	require.NoError(w.t, err)
	_, err = w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: asked.Return})
	require.NoError(w.t, err)
	w.check()
}

// Invoices of JE would take every other number of the journal.
func TestInvoicesHaveASeriesOfTheirOwn(t *testing.T) {
	w := newShop(t)
	for _, name := range []string{"DN", "GR", "JE", "OS", "PY", "QU", "RA", "SA", "SO", "ST"} {
		for _, endless := range []bool{false, true} {
			config := w.config
			config.Series = billing.SeriesPolicy{Invoice: name, Endless: endless}
			_, err := ordertocash.New(w.store, config)
			require.Equal(t, []string{"series.invoice series_reserved"}, faultsOf(t, err), name)
			config.Series = billing.SeriesPolicy{CreditNote: name, Endless: endless}
			_, err = ordertocash.New(w.store, config)
			require.Equal(t, []string{"series.credit_note series_reserved"}, faultsOf(t, err), name)
		}
	}
	config := w.config
	config.Series.Invoice = "JE"
	_, err := ordertocash.New(w.store, config)
	require.ErrorContains(t, err, "series.invoice: JE is the series of other documents")
}

// Every series of the process but those of invoices is reserved.
func TestTheSeriesOfAllDocumentsAreReserved(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 2})
	shipped := w.ship(placed.Order)
	invoiced := w.invoice(placed.Order)
	returned := w.takeBack("ann", back(shipped.Delivery, 1, 1))
	paid := w.pay("ann", 1200, invoiced.Invoice)
	quoted, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-07-01"), Lines: lines(want{"mug", 1})})
	require.NoError(t, err)
	for _, number := range []string{placed.Number, shipped.Number, returned.Return, paid.Number, quoted.Number} {
		config := w.config
		config.Series.Invoice, _, _ = strings.Cut(number, "-")
		_, err := ordertocash.New(w.store, config)
		require.ErrorContains(t, err, "series_reserved", number)
	}
}
