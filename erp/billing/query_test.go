package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

func TestQueriesSelect(t *testing.T) {
	i := sold(1, "2011-06-01")
	q := billing.InvoiceQuery{Company: companyID(), Customer: customerID(), Type: billing.CommercialInvoice, Status: billing.InvoicePosted, Open: true,
		Dates: tandem.Validity{From: date("2011-06-01"), Until: date("2011-06-02")}, Series: "INV-2011", Number: "INV-2011-000001"}
	require.True(t, q.Matches(i))
	for _, change := range []func(*billing.InvoiceQuery){
		func(q *billing.InvoiceQuery) { q.Company = tandem.CompanyID{} },
		func(q *billing.InvoiceQuery) { q.Type = billing.CreditNote },
		func(q *billing.InvoiceQuery) { q.Status = billing.InvoiceSettled },
		func(q *billing.InvoiceQuery) { q.Dates.Until, q.Dates.From = q.Dates.From, tandem.Date{} },
		func(q *billing.InvoiceQuery) { q.Number = "X" },
		func(q *billing.InvoiceQuery) { q.Order = tandem.RefTo("sales_order", invoiceID(1), "") },
	} {
		other := q
		change(&other)
		require.False(t, other.Matches(i))
	}
	a := billing.Allocation{Company: companyID(), Invoice: invoiceID(1), Reverses: allocationID(2)}
	require.True(t, billing.AllocationQuery{Company: companyID(), Reverses: allocationID(2)}.Matches(a))
	require.False(t, billing.AllocationQuery{Company: companyID(), Payment: paymentID(1)}.Matches(a))
}
