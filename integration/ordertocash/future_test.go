package ordertocash_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// Whatever a command dates, it cannot date it tomorrow.
func TestNoCommandIsDatedInTheFuture(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 2})
	w.day("2011-06-29")
	next, until, by := w.date("2011-06-30"), w.date("2011-07-31"), billing.Approval{Actor: "boss", Reason: "fair"}
	paid, ret, ann := w.pay("ann", 100).Payment, w.authorise("ann", back(s.delivery, 1, 1)).Return, customer("ann")
	goods, returned, invoices := lines(want{"mug", 1}), []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}, []billing.InvoiceID{s.invoice}
	dated := map[string]bool{}
	for _, cmd := range []work.Command{
		ordertocash.PlaceOrder{Header: w.header(), Date: next, Customer: ann, Lines: goods},
		ordertocash.AmendOrder{Header: w.header(), Date: next, Order: s.order, Reason: "more", Add: goods},
		ordertocash.ShipOrder{Header: w.header(), Date: next, Order: w.place("ann", want{"mug", 1}).Order},
		ordertocash.InvoiceOrder{Header: w.header(), Date: next, Order: s.order},
		ordertocash.PostInvoice{Header: w.header(), Date: next, Invoice: s.invoice},
		ordertocash.ReleaseExpectedReturns{Header: w.header(), Date: next, Delivery: s.delivery},
		ordertocash.ReceivePayment{Header: w.header(), Date: next, Customer: ann, Amount: money(100), Method: payment.Cash},
		ordertocash.RefundCustomer{Header: w.header(), Date: next, Payment: paid, Method: payment.Cash},
		ordertocash.ApplyPayment{Header: w.header(), Date: next, Payment: paid, Invoices: invoices},
		ordertocash.ApplyCreditNote{Header: w.header(), Date: next, CreditNote: s.invoice, Invoices: invoices},
		ordertocash.UnallocatePayment{Header: w.header(), Date: next, Payment: paid, Reason: "wrong"},
		ordertocash.ReturnPayment{Header: w.header(), Date: next, Payment: paid, Reason: "bounced"},
		ordertocash.AuthoriseReturn{Header: w.header(), Date: next, Customer: ann, Lines: returned},
		ordertocash.ReceiveReturn{Header: w.header(), Date: next, Return: ret},
		ordertocash.InspectReturn{Header: w.header(), Date: next, Return: ret, Lines: []ordertocash.Verdict{{Line: 1, Restock: pieces(1), Scrap: pieces(0), Remedy: returns.RemedyCredit}}},
		ordertocash.CreditReturn{Header: w.header(), Date: next, Return: ret},
		ordertocash.ReplaceReturn{Header: w.header(), Date: next, Return: ret},
		ordertocash.ReturnGoods{Header: w.header(), Date: next, Customer: ann, Lines: returned},
		ordertocash.CreditAllowance{Header: w.header(), Date: next, Customer: ann, Approval: by, Lines: []ordertocash.CreditLine{{Net: money(100), TaxCode: "GB-S"}}},
		ordertocash.QuoteOrder{Header: w.header(), Date: next, Customer: ann, ValidUntil: until, Lines: goods},
		ordertocash.AcceptQuote{Header: w.header(), Date: next, Quotation: tandem.DeriveID[quotation.ID]("q", "1")},
		ordertocash.ExpireQuotes{Header: w.header(), Date: next},
		ordertocash.WriteExpense{Header: w.header(), Date: next, Expense: posting.Expense{Costs: []posting.Cost{{Net: money(100)}}}},
		ordertocash.AccrueRevenue{Header: w.header(), Date: next},
	} {
		dated[cmd.CommandName()] = true
		before, err := w.dump(), run(t, w.service, cmd)
		_, name, _ := strings.Cut(cmd.CommandName(), ".")
		require.EqualError(t, err, strings.ReplaceAll(name, "_", " ")+" is invalid: date: is 2011-06-30, and cannot lie in the future: today is 2011-06-29 (future)", cmd.CommandName())
		require.Equal(t, []string{"date future"}, faultsOf(t, err))
		require.Equal(t, before, w.dump(), cmd.CommandName())
	}
	for _, cmd := range append(emptyCommands(), ordertocash.PlaceOrder{}) {
		_, names := reflect.TypeOf(cmd).FieldByName("Date")
		require.Equal(t, names, dated[cmd.CommandName()], "every command with a date is here: %s", cmd.CommandName())
	}
}

// On 1 June an invoice of 31 December was posted as the first of the year, and
// every other until then was refused. No delivery is of a day before its order.
func TestADateThatSlipped(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 2})
	for _, day := range []string{"2010-02-01", "2011-05-31"} {
		w.refused("before_order", func() error {
			_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order, Date: w.date(day)})
			return err
		})
	}
	w.ship(placed.Order)
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	require.NoError(t, err)
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: w.date("2011-12-31")})
		return err
	})
	out, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: w.date("2011-06-01")})
	require.NoError(t, err)
	w.check()
	require.Equal(t, "INV-2011-000001", out.Number)
}

// Today is the company's: it turns at 23:00 UTC in London's summer, and at 04:00 in
// New York's.
func TestTodayIsTheCompanys(t *testing.T) {
	for _, c := range []struct{ hours, at, today, tomorrow string }{
		{"1h", "2011-06-01T22:59:59Z", "2011-06-01", "2011-06-02"},
		{"1h", "2011-06-01T23:00:00Z", "2011-06-02", "2011-06-03"},
		{"-4h", "2011-06-02T03:59:59Z", "2011-06-01", "2011-06-02"},
		{"-4h", "2011-06-02T04:00:00Z", "2011-06-02", "2011-06-03"},
	} {
		offset, err := time.ParseDuration(c.hours)
		require.NoError(t, err)
		w := newShop(t, func(config *ordertocash.Config) { config.Zone = time.FixedZone("home", int(offset.Seconds())) })
		w.clock.at = mustInstant(t, c.at)
		pay := func(day string) error {
			_, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(100),
				Date: w.date(day), Method: payment.Cash})
			return err
		}
		w.fails(tandem.ErrInvalid, func() error { return pay(c.tomorrow) })
		require.NoError(t, pay(c.today))
		w.check()
	}
}
