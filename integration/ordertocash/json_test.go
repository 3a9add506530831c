package ordertocash_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// The JSON of a command is that of encoding/json for its business fields, without
// the header, which is its first field.
func TestCommandsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	for _, cmd := range append(fullCommands(t), emptyCommands()...) {
		t.Run(cmd.CommandName(), func(t *testing.T) {
			data, err := json.Marshal(cmd)
			require.NoError(t, err)
			fields, found := strings.CutPrefix(string(data), `{"key":"","actor":{"id":""}`)
			require.True(t, found)
			require.Equal(t, "{"+strings.TrimPrefix(fields, ","), string(cmd.AppendJSON(nil)))
			require.True(t, strings.HasPrefix(cmd.CommandName(), "ordertocash."))
			require.Empty(t, cmd.Access().Action, "the runner fills it in")
		})
	}
}

func emptyCommands() []work.Command {
	return []work.Command{ordertocash.CancelOrder{}, ordertocash.CancelLines{}, ordertocash.ShortCloseOrder{}, ordertocash.HoldOrder{}, ordertocash.ReleaseOrder{},
		ordertocash.AuthoriseReturn{}, ordertocash.ReceiveReturn{}, ordertocash.InspectReturn{}, ordertocash.CreditReturn{}, ordertocash.ReplaceReturn{},
		ordertocash.CancelReturn{}, ordertocash.ReturnGoods{}, ordertocash.CreditAllowance{}, ordertocash.QuoteOrder{}, ordertocash.AcceptQuote{},
		ordertocash.DeclineQuote{}, ordertocash.ExpireQuotes{}, ordertocash.AmendOrder{}, ordertocash.ApplyPayment{}, ordertocash.ApplyCreditNote{},
		ordertocash.UnallocatePayment{}, ordertocash.ReturnPayment{}, ordertocash.RefundCustomer{}, ordertocash.WriteExpense{}, ordertocash.AccrueRevenue{}, ordertocash.PostInvoice{}, ordertocash.DiscardInvoice{}, ordertocash.ReleaseExpectedReturns{},
		ordertocash.InvoiceOrder{}, ordertocash.ShipOrder{}, ordertocash.ReceivePayment{}}
}

func fullCommands(t *testing.T) []work.Command {
	order, parcel, ret := tandem.DeriveID[sales.OrderID]("o", "1"), tandem.DeriveID[delivery.ID]("d", "1"), tandem.DeriveID[returns.ID]("r", "1")
	invoice, paid := tandem.DeriveID[billing.InvoiceID]("i", "1"), tandem.DeriveID[payment.ID]("p", "1")
	offer, day := tandem.DeriveID[quotation.ID]("q", "1"), date(t, "2011-06-01")
	text, ann, by := "a <b> & \"c\" é\u2028", customer("ann"), billing.Approval{Actor: "boss", Reason: "fair"}
	quantities := []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(2)}, {Line: 2, Quantity: pieces(1)}}
	agreed := &pricing.Override{Price: price(t, 1_500_000), Reason: text, Actor: "boss", Open: true}
	orderLines := []ordertocash.OrderLine{{Product: product("mug"), Text: text, Quantity: pieces(2), Promise: day, Agreed: agreed, TaxCode: "GB-S", NoReserve: true},
		{Product: product("mug"), Text: text, Quantity: pieces(2), Promise: day, TaxCode: "GB-S", NoReserve: true, Group: text}}
	credits := []ordertocash.CreditLine{{Invoice: invoice, Line: 3, Product: product("mug"), Text: text, Quantity: pieces(1), Net: money(-5), TaxCode: "GB-S"}, {Net: money(0)}}
	returned := []ordertocash.ReturnedLine{{Delivery: parcel, Line: 1, Quantity: pieces(1), Invoice: invoice, Scrap: true, Reason: text}, {Delivery: parcel, Line: 2, Quantity: pieces(1)}}
	address := tandem.Address{Name: "Ann", Lines: []tandem.Personal{"1 High St"}, City: "York", Country: "GB"}
	ids := []billing.InvoiceID{invoice, invoice}
	return []work.Command{
		ordertocash.PlaceOrder{Order: order, Customer: ann, Reference: text, Date: day, Terms: "net30", Warehouse: warehouse, Lines: orderLines},
		ordertocash.PlaceOrder{Order: order, Customer: ann, Reference: text, ShipTo: address, Lines: orderLines, Discounts: discount10(), Approval: by},
		ordertocash.PlaceOrder{Order: order, Customer: ann, Lines: orderLines, Channel: text, Coupons: []string{text}, ApprovalTokens: []string{text}},
		ordertocash.ShipOrder{Order: order, Delivery: parcel, Date: day, Lines: []ordertocash.ShipLine{{Line: 1, Quantity: pieces(1)}}},
		ordertocash.InvoiceOrder{Order: order, Deliveries: []delivery.ID{parcel}, Invoice: invoice, Date: day},
		ordertocash.PostInvoice{Invoice: invoice, Date: day}, ordertocash.DiscardInvoice{Invoice: invoice, Reason: text},
		ordertocash.ReleaseExpectedReturns{Delivery: parcel, Date: day},
		ordertocash.RefundCustomer{Payment: paid, CreditNote: invoice, Amount: money(5), Date: day, Method: payment.Cash, Reference: text},
		ordertocash.ReceivePayment{Customer: ann, Amount: money(5), Date: day, Method: payment.Cash, Reference: text, Invoices: ids, Refunds: []payment.ID{paid, paid}, Oldest: true, Advance: true, Order: order},
		ordertocash.CancelOrder{Order: order, Reason: text}, ordertocash.CancelLines{Order: order, Lines: quantities, Reason: text},
		ordertocash.ShortCloseOrder{Order: order, Reason: text}, ordertocash.HoldOrder{Order: order, Reason: text},
		ordertocash.ReleaseOrder{Order: order, Approval: by},
		ordertocash.AuthoriseReturn{Return: ret, Customer: ann, Date: day, Reason: text, Lines: returned},
		ordertocash.ReceiveReturn{Return: ret, Date: day, Lines: quantities},
		ordertocash.InspectReturn{Return: ret, Date: day, Lines: []ordertocash.Verdict{{Line: 1, Restock: pieces(1), Scrap: pieces(2), Remedy: returns.RemedyCredit}, {Line: 2}}},
		ordertocash.CreditReturn{Return: ret, CreditNote: invoice, Date: day, Allowances: credits, Approval: by},
		ordertocash.ReplaceReturn{Return: ret, Order: order, Date: day}, ordertocash.CancelReturn{Return: ret, Reason: text},
		ordertocash.ReturnGoods{Return: ret, CreditNote: invoice, Customer: ann, Date: day, Reason: text, Lines: returned, Allowances: credits, Approval: by},
		ordertocash.CreditAllowance{CreditNote: invoice, Customer: ann, Date: day, RateDate: day, Reference: text, Lines: credits, Approval: by},
		ordertocash.QuoteOrder{Quotation: offer, Customer: ann, Reference: text, Date: day, ValidUntil: day, Terms: "net30", ShipTo: address, Lines: orderLines, Discounts: discount10(), Approval: by},
		ordertocash.AcceptQuote{Quotation: offer, Order: order, Reference: text, Date: day, Warehouse: warehouse, ShipTo: address},
		ordertocash.DeclineQuote{Quotation: offer, Reason: text}, ordertocash.ExpireQuotes{Date: day},
		ordertocash.AmendOrder{Order: order, Reason: text, Date: day, Add: orderLines, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(1), Agreed: agreed, Promise: day}}, Remove: []int{2}, Approval: by},
		ordertocash.ApplyPayment{Payment: paid, Date: day, Invoices: ids, Refunds: []payment.ID{paid}, Oldest: true},
		ordertocash.ApplyCreditNote{CreditNote: invoice, Date: day, Invoices: ids, Oldest: true},
		ordertocash.UnallocatePayment{Payment: paid, CreditNote: invoice, Invoice: invoice, Date: day, Reason: text},
		ordertocash.ReturnPayment{Payment: paid, Date: day, Reason: text},
		ordertocash.WriteExpense{Date: day, Text: text, Expense: posting.Expense{Payee: ann, Costs: []posting.Cost{{Account: "6000", Net: money(1)}}, Tax: money(1), Bank: "1000"}},
		ordertocash.AccrueRevenue{Date: day},
	}
}

func TestResultsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	order, invoice := tandem.DeriveID[sales.OrderID]("o", "1"), tandem.DeriveID[billing.InvoiceID]("i", "1")
	one, day := money(100), date(t, "2011-06-01")
	for _, result := range []work.Result{
		ordertocash.Placed{Order: order, Number: "SO-1", Net: one, Gross: one, Credit: credit.Granted, Lines: []ordertocash.PlacedLine{{Line: 1, Net: one, Reserved: pieces(1), Backorder: pieces(0), Promise: day, Of: 2, Promotion: "a <b>"}, {Line: 2}}},
		ordertocash.Shipped{Delivery: tandem.DeriveID[delivery.ID]("d", "1"), Number: "DN-1", Net: one, Cost: one, Status: sales.OrderStatusShipped}, ordertocash.Shipped{},
		ordertocash.Invoiced{Invoice: invoice, Number: "INV", Net: one, Tax: one, Gross: one, Due: day}, ordertocash.Invoiced{},
		ordertocash.Received{Payment: tandem.DeriveID[payment.ID]("p", "1"), Number: "PY-1", Applied: one, Discount: one, Unapplied: one}, ordertocash.Received{},
		ordertocash.Changed{Order: order, Status: sales.OrderStatusCancelled, Hold: "a <b>", Version: 2, Net: one}, ordertocash.Changed{},
		ordertocash.Returned{Return: tandem.DeriveID[returns.ID]("r", "1"), Number: "RA-1", Status: returns.StatusReceived, Net: one, Value: one}, ordertocash.Returned{},
		ordertocash.Credited{Return: "RA-1", CreditNote: invoice, Number: "CN-1", Net: one, Tax: one, Gross: one, Applied: one, Unapplied: one, Unbilled: one}, ordertocash.Credited{},
		ordertocash.Quoted{Quotation: tandem.DeriveID[quotation.ID]("q", "1"), Number: "QU-1", Status: quotation.StatusSent, Net: one, ValidUntil: day}, ordertocash.Quoted{},
		ordertocash.ReturnsReleased{Net: one, Value: one}, ordertocash.ReturnsReleased{}, ordertocash.Expired{Quotations: 3, More: true}, ordertocash.Expired{},
		ordertocash.Allocated{Applied: one, Discount: one, Unapplied: one}, ordertocash.Allocated{},
		ordertocash.Allocated{Applied: one, Discount: one, Unapplied: one, Rerate: []billing.InvoiceID{{}, {}}},
		ordertocash.Booked{Entry: tandem.DeriveID[ledger.EntryID]("e", "1"), Number: "JE-1", Amount: one}, ordertocash.Booked{},
		ordertocash.Accrued{Entry: tandem.DeriveID[ledger.EntryID]("e", "1"), Number: "JE-1", Amount: one, Total: one}, ordertocash.Accrued{},
	} {
		want, err := json.Marshal(result)
		require.NoError(t, err)
		require.Equal(t, string(want), string(result.AppendJSON(nil)))
	}
}
