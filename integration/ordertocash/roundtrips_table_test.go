package ordertocash_test

import (
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

const roundTripsHead = `# Round trips

What each command of order-to-cash costs on a store that answers the reads of a level
together ([store.Prefetcher]): one round trip for each level of reads that depend on
what was read before, and one in which the batch goes out and is committed (a database
that does not send both together takes two). Numbers are a level of their own: they are
drawn when all that decides is read, and what must not be older is read with them.
The number of lines of a document changes nothing. TestRoundTrips counts, and keeps this table;
TestRoundTripsOnPostgres of package sqlstore counts a sale on the server itself.
Where a customer has other terms than Config.DefaultTerms, placing and quoting take a level
more; a port of your own that reads adds what it reads.

| command | levels of dependent reads | levels | trips |
|---|---|---|---|
`

const atInvoice = ", revenue at invoice"

// tripCase is a command of the table, in the common case or one that name tells.
type tripCase struct {
	name    string
	levels  []string
	prepare func(w *tripShop, h work.Header) work.Command
}

func tripCases() []tripCase {
	return append(append(orderTrips(), moneyTrips()...), returnTrips()...)
}

func orderTrips() []tripCase {
	ann := customer("ann")
	return []tripCase{
		{"", []string{"key, customer, products, levels, credit, terms", "number, levels, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: w.lines(2)}
		}},
		{", nothing there", []string{"key, customer, products, levels, credit, terms", "what is held and waits, by line", "number, levels, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: w.lines(200)}
		}},
		{", others wait", []string{"key, customer, products, levels, credit, terms", "who waits, by line", "what is held, by line", "number, levels, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			lines := w.lines(5)
			for i := range lines {
				lines[i].NoReserve, lines[i].Promise = true, w.date("2011-06-20")
			}
			_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: ann, Lines: lines})
			require.NoError(w.t, err)
			return ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: w.lines(2)}
		}},
		{"", []string{"key, order, products", "its lines, customer, credit, tax codes, reservations, levels"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.AmendOrder{Header: h, Order: w.placed().Order, Reason: "more", Add: w.lines(1)}
		}},
		{", lines grow", []string{"key, order", "its lines, customer, credit, tax codes, reservations, levels"}, func(w *tripShop, h work.Header) work.Command {
			cmd := ordertocash.AmendOrder{Header: h, Order: w.placed().Order, Reason: "more"}
			for i := range w.n {
				cmd.Change = append(cmd.Change, ordertocash.LineChange{Line: i + 1, Quantity: pieces(3)})
			}
			return cmd
		}},
		{"", []string{"key, order", "credit, tax codes, reservations, levels, cost pools", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ShipOrder{Header: h, Order: w.placed().Order}
		}},
		{", on a day that is over", []string{"key, order", "credit, tax codes, reservations, levels, cost pools, moves, counts", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			order := w.placed().Order
			w.day("2011-06-03")
			return ordertocash.ShipOrder{Header: h, Order: order, Date: w.date("2011-06-02")}
		}},
		{", some named", []string{"key, order", "products, credit, tax codes, reservations, levels, cost pools", "numbers, period, backorders"}, func(w *tripShop, h work.Header) work.Command {
			cmd := ordertocash.ShipOrder{Header: h, Order: w.placed().Order}
			for i := range w.n {
				cmd.Lines = append(cmd.Lines, ordertocash.ShipLine{Line: i + 1, Quantity: pieces(1)})
			}
			return cmd
		}},
		{"", []string{"key, order", "credit, tax codes, reservations, levels, backorders"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.CancelOrder{Header: h, Order: w.placed().Order, Reason: "changed"}
		}},
		{"", []string{"key, order", "credit, tax codes, reservations, levels, backorders"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.CancelLines{Header: h, Order: w.placed().Order, Reason: "changed", Lines: w.orderLines(1)}
		}},
		{"", []string{"key, order", "credit, tax codes, reservations, levels, backorders"}, func(w *tripShop, h work.Header) work.Command {
			cmd := ordertocash.ShipOrder{Header: w.header(), Order: w.placed().Order, Lines: []ordertocash.ShipLine{{Line: 1, Quantity: pieces(1)}}}
			_, err := w.service.Ship(w.ctx, cmd)
			require.NoError(w.t, err)
			return ordertocash.ShortCloseOrder{Header: h, Order: cmd.Order, Reason: "enough"}
		}},
		{"", []string{"key, order"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.HoldOrder{Header: h, Order: w.placed().Order, Reason: "asked"}
		}},
		{"", []string{"key, order", "credit, tax codes, reservations"}, func(w *tripShop, h work.Header) work.Command {
			hold := ordertocash.HoldOrder{Header: w.header(), Order: w.placed().Order, Reason: "asked"}
			_, err := w.service.Hold(w.ctx, hold)
			require.NoError(w.t, err)
			return ordertocash.ReleaseOrder{Header: h, Order: hold.Order, Approval: manager}
		}},
		{"", []string{"key, customer, products, terms", "tax codes", "number"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.QuoteOrder{Header: h, Customer: ann, ValidUntil: w.date("2011-07-01"), Lines: w.lines(2)}
		}},
		{"", []string{"key, quotation", "customer, products, levels, credit, terms", "number, levels, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.AcceptQuote{Header: h, Quotation: w.quoted().Quotation}
		}},
		{"", []string{"key, quotation"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.DeclineQuote{Header: h, Quotation: w.quoted().Quotation, Reason: "dear"}
		}},
		{"", []string{"key, quotations"}, func(w *tripShop, h work.Header) work.Command {
			w.quoted()
			w.day("2011-08-01")
			return ordertocash.ExpireQuotes{Header: h}
		}},
	}
}

func moneyTrips() []tripCase {
	ann := customer("ann")
	return []tripCase{
		{"", []string{"key, order, deliveries", "terms, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			order := w.placed().Order
			_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: order})
			require.NoError(w.t, err)
			return ordertocash.InvoiceOrder{Header: h, Order: order}
		}},
		{"", []string{"key, invoice", "customer, credit, terms", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.PostInvoice{Header: h, Invoice: w.draft()}
		}},
		{", on another day", []string{"key, invoice", "customer, credit, terms, deliveries, tax codes", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			id := w.draft()
			w.day("2011-06-10")
			return ordertocash.PostInvoice{Header: h, Invoice: id}
		}},
		{", paid in advance", []string{"key, invoice", "customer, credit, terms", "payments, deliveries", "numbers, period", "for each payment that is taken up a number, period"}, func(w *tripShop, h work.Header) work.Command {
			order := w.placed().Order
			_, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: ann, Amount: money(600), Method: payment.Cash, Advance: true, Order: order})
			require.NoError(w.t, err)
			return ordertocash.PostInvoice{Header: h, Invoice: w.draftOf(order)}
		}},
		{"", []string{"key, invoice", "order, deliveries"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.DiscardInvoice{Header: h, Invoice: w.draft(), Reason: "wrong"}
		}},
		{atInvoice, []string{"key, deliveries, invoices, the run", "deliveries of the invoices", "numbers, periods, the run"}, func(w *tripShop, h work.Header) work.Command {
			w.sold()
			w.draft()
			w.day("2011-07-05")
			return ordertocash.AccrueRevenue{Header: h, Date: w.date("2011-06-30")}
		}},
		{"", []string{"key", "number, period"}, func(w *tripShop, h work.Header) work.Command {
			costs := []posting.Cost{{Account: "6000", Net: money(100)}}
			return ordertocash.WriteExpense{Header: h, Expense: posting.Expense{Costs: costs}}
		}},
		{"", []string{"key, customer, credit, invoices", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			s := w.sold()
			return ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: s.gross, Method: payment.Cash, Invoices: []billing.InvoiceID{s.invoice}}
		}},
		{", the oldest", []string{"key, customer, credit, open invoices", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: w.sold().gross, Method: payment.Cash, Oldest: true}
		}},
		{", a discount taken", []string{"key, customer, credit, invoices", "numbers, period", "a number for the discount"}, func(w *tripShop, h work.Header) work.Command {
			order, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: ann, Lines: w.lines(2), Terms: "adjust2"})
			require.NoError(w.t, err)
			id := w.draftOf(order.Order)
			out, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: id})
			require.NoError(w.t, err)
			amount := money(out.Gross.Minor() - out.Gross.Minor()/50)
			return ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: amount, Method: payment.Cash, Invoices: []billing.InvoiceID{id}}
		}},
		{", an advance", []string{"key, customer, credit, order", "terms, tax codes", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: money(600), Method: payment.Cash, Advance: true, Order: w.placed().Order}
		}},
		{"", []string{"key, payment, invoices", "credit"}, func(w *tripShop, h work.Header) work.Command {
			s := w.sold()
			return ordertocash.ApplyPayment{Header: h, Payment: w.paid(s.gross), Invoices: []billing.InvoiceID{s.invoice}}
		}},
		{", the oldest", []string{"key, payment", "credit, open invoices"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ApplyPayment{Header: h, Payment: w.paid(w.sold().gross), Oldest: true}
		}},
		{"", []string{"key, credit note, invoices", "credit"}, func(w *tripShop, h work.Header) work.Command {
			first := w.sold()
			paid, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: ann, Amount: first.gross, Method: payment.Cash, Invoices: []billing.InvoiceID{first.invoice}})
			require.NoError(w.t, err)
			require.True(w.t, paid.Unapplied.IsZero())
			note := w.credited(first).CreditNote
			return ordertocash.ApplyCreditNote{Header: h, CreditNote: note, Invoices: []billing.InvoiceID{w.sold().invoice}}
		}},
		{"", []string{"key, payment, its allocations", "credit, invoices, their allocations"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.UnallocatePayment{Header: h, Payment: w.applied(), Reason: "wrong one"}
		}},
		{"", []string{"key, payment, its allocations", "credit, invoices, their allocations", "number, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReturnPayment{Header: h, Payment: w.applied(), Reason: "bounced"}
		}},
		{", a credit note", []string{"key, credit note", "credit, its allocations", "invoices, their allocations"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.UnallocatePayment{Header: h, CreditNote: w.credited(w.sold()).CreditNote, Reason: "wrong one"}
		}},
		{", a refund", []string{"key, refund, its allocation", "credit, what it is of", "number, period"}, func(w *tripShop, h work.Header) work.Command {
			out, err := w.service.Refund(w.ctx, ordertocash.RefundCustomer{Header: w.header(), Payment: w.paid(money(500)), Method: payment.Cash})
			require.NoError(w.t, err)
			return ordertocash.ReturnPayment{Header: h, Payment: out.Refund, Reason: "bounced"}
		}},
		{"", []string{"key, payment", "credit", "numbers, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.RefundCustomer{Header: h, Payment: w.paid(money(500)), Method: payment.Cash}
		}},
		{"", []string{"key, customer, credit, invoices", "numbers, period, customer"}, func(w *tripShop, h work.Header) work.Command {
			cmd := ordertocash.CreditAllowance{Header: h, Customer: ann, Approval: manager}
			s := w.sold()
			for range w.n {
				cmd.Lines = append(cmd.Lines, ordertocash.CreditLine{Invoice: s.invoice, Net: money(10)})
			}
			return cmd
		}},
	}
}

func returnTrips() []tripCase {
	ann := customer("ann")
	return []tripCase{
		{"", []string{"key, delivery", "number, period"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReleaseExpectedReturns{Header: h, Delivery: w.sold().delivery}
		}},
		{"", []string{"key, deliveries", "number"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.AuthoriseReturn{Header: h, Customer: ann, Lines: w.backLines(w.sold())}
		}},
		{"", []string{"key, return", "deliveries, orders, products, cost pools", "number, period, levels"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReceiveReturn{Header: h, Return: w.returned(w.sold(), false, "")}
		}},
		{"", []string{"key, return", "deliveries, orders, cost pools", "levels"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.InspectReturn{Header: h, Return: w.returned(w.sold(), true, ""), Lines: w.verdicts(returns.RemedyCredit)}
		}},
		{", some scrapped and not credited", []string{"key, return", "deliveries, orders, cost pools", "numbers, period, levels"}, func(w *tripShop, h work.Header) work.Command {
			cmd := ordertocash.InspectReturn{Header: h, Return: w.returned(w.sold(), true, "")}
			for i := range w.n {
				cmd.Lines = append(cmd.Lines, ordertocash.Verdict{Line: i + 1, Scrap: pieces(1), Remedy: returns.RemedyReplace})
			}
			return cmd
		}},
		{"", []string{"key, return", "deliveries, orders, credit", "numbers, period, customer, invoices, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.CreditReturn{Header: h, Return: w.returned(w.sold(), true, returns.RemedyCredit)}
		}},
		{"", []string{"key, return"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.CancelReturn{Header: h, Return: w.returned(w.sold(), false, ""), Reason: "kept"}
		}},
		{"", []string{"key, return", "deliveries, orders, products", "credit, terms, levels", "number, levels, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReplaceReturn{Header: h, Return: w.returned(w.sold(), true, returns.RemedyReplace)}
		}},
		{"", []string{"key, deliveries, credit", "orders", "numbers, period, customer, invoices, cost pools, levels, tax codes"}, func(w *tripShop, h work.Header) work.Command {
			return ordertocash.ReturnGoods{Header: h, Customer: ann, Lines: w.backLines(w.sold())}
		}},
	}
}

func (w *tripShop) draft() billing.InvoiceID { return w.draftOf(w.placed().Order) }

// applied is a payment that has settled an invoice.
func (w *tripShop) applied() payment.ID {
	s := w.sold()
	out, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: s.gross, Method: payment.Cash,
		Invoices: []billing.InvoiceID{s.invoice}})
	require.NoError(w.t, err)
	return out.Payment
}
