package ordertocash_test

import (
	"fmt"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// quiet ends an example that fails.
type quiet struct{}

func (quiet) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (quiet) FailNow()                          { panic("failed") }
func (quiet) Helper()                           {}

// From a quote to the money in the bank, and one mug back. The shop sells mugs at
// 10.00 (9.00 from ten on), and has 100 of them, which cost 6.00 each.
func Example() {
	w := newShop(quiet{})
	check := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	ann, ctx := customer("ann"), w.ctx

	quoted, err := w.service.Quote(ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: ann, ValidUntil: w.date("2011-06-30"),
		Lines: lines(want{"mug", 12}, want{"carriage", 1})})
	check(err)
	fmt.Println(quoted.Number, quoted.Net, "until", quoted.ValidUntil)

	placed, err := w.service.AcceptQuote(ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: quoted.Quotation})
	check(err)
	fmt.Println(placed.Number, placed.Net, "reserved", placed.Lines[0].Reserved)

	shipped, err := w.service.Ship(ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order})
	check(err)
	fmt.Println(shipped.Number, shipped.Net, "cost", shipped.Cost)

	draft, err := w.service.Invoice(ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	check(err)
	invoiced, err := w.service.Post(ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	check(err)
	fmt.Println(invoiced.Number, invoiced.Gross, "due", invoiced.Due)

	paid, err := w.service.Receive(ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: ann, Amount: invoiced.Gross,
		Method: payment.BankTransfer, Invoices: []billing.InvoiceID{invoiced.Invoice}})
	check(err)
	fmt.Println(paid.Number, paid.Applied)

	credited, err := w.service.Return(ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: ann, Reason: "one too many",
		Lines: []ordertocash.ReturnedLine{{Delivery: shipped.Delivery, Line: 1, Quantity: pieces(1)}}})
	check(err)
	fmt.Println(credited.Return, credited.Number, credited.Gross, "of credit", credited.Unapplied)

	// Output:
	// QU-000001 112.00 GBP until 2011-06-30
	// SO-000001 112.00 GBP reserved 12 EA
	// DN-000001 112.00 GBP cost 72.00 GBP
	// INV-2011-000001 134.40 GBP due 2011-07-01
	// PY-000001 134.40 GBP
	// RA-000001 CN-2011-000001 10.80 GBP of credit 10.80 GBP
}
