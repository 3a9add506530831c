package erptest

import (
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
)

// InvoiceID gives the id of an invoice or credit note by its key.
func InvoiceID(key string) billing.InvoiceID {
	return tandem.DeriveID[billing.InvoiceID]("invoice", key)
}

// Taxes computes the tax lines of bases by [TaxCodes] at the rates of a day.
func Taxes(tb testing.TB, on tandem.Date, bases ...tandem.TaxBase) []tandem.TaxLine {
	tb.Helper()
	result, err := tax.Compute(bases, TaxCodes(), on, tax.PerRate)
	must(tb, result, err)
	return result.Lines
}

// InvoiceDraft gives what an invoice of an order's items to customer 12346 is
// made from, with its taxes at the rates of day 2. Items are as in
// [OrderInput]; the order has the same key.
func InvoiceDraft(tb testing.TB, key string, lines ...sales.Item) billing.InvoiceDraft {
	tb.Helper()
	d := billing.InvoiceDraft{ID: InvoiceID(key), Company: CompanyID(), Customer: CustomerID("12346"), Currency: tandem.GBP,
		Order: OrderRef(key), TaxPoint: Day(2), Terms: "net30"}
	var bases []tandem.TaxBase
	for i, item := range items(tb, lines) {
		d.Lines = append(d.Lines, billing.InvoiceLine{Line: i + 1, Order: tandem.LineRef{Document: OrderRef(key), Line: item.Line},
			Product: item.Product, Text: item.Text, Quantity: item.Quantity, Price: item.Price, Net: item.Net, TaxCode: item.TaxCode})
		bases = append(bases, tandem.TaxBase{Line: i + 1, Code: item.TaxCode, Amount: item.Net})
	}
	d.TaxLines = Taxes(tb, Day(2), bases...)
	return d
}

// Invoice gives the posted invoice of [InvoiceDraft], dated day 2 and
// due 30 days later. Its number is the key.
func Invoice(tb testing.TB, key string, lines ...sales.Item) *billing.Invoice {
	tb.Helper()
	i, err := billing.DraftInvoice(InvoiceDraft(tb, key, lines...), At(2))
	must(tb, i, err)
	err = i.Post(billing.PostInvoice{Series: "INV", Number: key, Date: Day(2), Terms: PaymentTerms()[1], At: At(2)})
	must(tb, i, err)
	i.Drain()
	return i
}

// NewPayment gives what a bank transfer of an amount in pounds, `42.48`, from
// customer 12346 on day 10 is made from. Its number is the key.
func NewPayment(tb testing.TB, key, amount string) payment.Input {
	tb.Helper()
	return payment.Input{ID: tandem.DeriveID[payment.ID]("payment", key), Company: CompanyID(), Number: key,
		Customer: CustomerID("12346"), Date: Day(10), Amount: GBP(tb, amount), Method: payment.BankTransfer}
}

// Payment gives a payment of [NewPayment] that is not applied to anything.
func Payment(tb testing.TB, key, amount string) *payment.Payment {
	tb.Helper()
	p, err := payment.Receive(NewPayment(tb, key, amount), At(10))
	must(tb, p, err)
	p.Drain()
	return p
}

// Application gives what applies an amount in pounds to the first instalment of
// an invoice, on day 10.
func Application(tb testing.TB, key, amount string) payment.Application {
	tb.Helper()
	return payment.Application{ID: tandem.DeriveID[billing.AllocationID]("allocation", key), Instalment: 1, Amount: GBP(tb, amount),
		Date: Day(10), At: At(10)}
}

// CreditAccount gives the account of a customer, by its key, with a limit in
// pounds that holds orders beyond it, and no exposure.
func CreditAccount(tb testing.TB, customer, limit string) *credit.Account {
	tb.Helper()
	a, err := credit.Open(CompanyID(), CustomerID(customer), GBP(tb, limit), credit.Hold)
	return must(tb, a, err)
}

// Entry gives a balanced entry of the first day: Dr debit / Cr credit, an amount
// in pounds. Its number is the key.
func Entry(tb testing.TB, key string, debit, credit ledger.AccountCode, amount string) ledger.Entry {
	tb.Helper()
	m := GBP(tb, amount)
	e, err := ledger.NewEntry(ledger.Entry{ID: tandem.DeriveID[ledger.EntryID]("entry", key), Company: CompanyID(), Number: key,
		Date: Day(0), Recorded: At(0), Currency: tandem.GBP,
		Lines: []ledger.Line{{Account: debit, Amount: m}, {Account: credit, Amount: m.Neg()}}}, Period(tb, Day(0).String()[:7]))
	return must(tb, e, err)
}

// TaxEntry gives the register's entry of a sale to customer 12346 of an amount in
// pounds, net, at the standard rate of the first day.
func TaxEntry(tb testing.TB, key, net string) tax.Entry {
	tb.Helper()
	lines := Taxes(tb, Day(0), tandem.TaxBase{Line: 1, Code: "GB-S", Amount: GBP(tb, net)})
	e := tax.Entry{ID: tandem.DeriveID[tax.EntryID]("tax entry", key), Company: CompanyID(), Direction: tax.Output, TaxPoint: Day(0),
		Document: OrderRef(key), Party: CustomerID("12346"), TaxLine: lines[0], Recorded: At(0)}
	if err := e.Validate(); err != nil {
		tb.Fatalf("erptest: %v", err)
	}
	return e
}
