package payment_test

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
)

var (
	companyID, customerID              = billingtest.CompanyID, billingtest.CustomerID
	invoiceID, paymentID, allocationID = billingtest.InvoiceID, billingtest.PaymentID, billingtest.AllocationID
	date, at, gbp                      = billingtest.Date, billingtest.At, billingtest.GBP
	codes                              = billingtest.Codes
	net30, prompt, taxed               = billingtest.Net30, billingtest.Prompt, billingtest.Taxed
	draftOf, posted, sold              = billingtest.DraftOf, billingtest.Posted, billingtest.Sold
	credited, paid, apply              = billingtest.Credited, billingtest.Paid, billingtest.Apply
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
