package billing_test

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
)

var (
	companyID, customerID              = billingtest.CompanyID, billingtest.CustomerID
	invoiceID, paymentID, allocationID = billingtest.InvoiceID, billingtest.PaymentID, billingtest.AllocationID
	date, at, gbp, each, price         = billingtest.Date, billingtest.At, billingtest.GBP, billingtest.Each, billingtest.Price
	codes                              = billingtest.Codes
	net30, prompt, taxed               = billingtest.Net30, billingtest.Prompt, billingtest.Taxed
	draftOf, post, posted, sold        = billingtest.DraftOf, billingtest.Post, billingtest.Posted, billingtest.Sold
	creditDraft, credited              = billingtest.CreditDraft, billingtest.Credited
	paid, apply, applyCredit           = billingtest.Paid, billingtest.Apply, billingtest.ApplyCredit
)

func idOf[K any](_ tandem.ID[K], key string) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func text(m []billing.Instalment) (s string) {
	for _, n := range m {
		s += n.Due.String() + " " + n.Amount.String() + "; "
	}
	return s
}
