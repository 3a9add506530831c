package ordertocash

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/work"
)

// invoicesAtOnce bounds the invoices whose deliveries are read together.
const invoicesAtOnce = 64

func (c AccrueRevenue) reads(n *reads) {
	n.query(uninvoicedUntil(n.company(), c.Date))
	n.query(withdrawnUntil(n.company(), c.Date))
	for _, q := range invoicedLater(n.company(), c.Date) {
		n.query(q)
	}
	n.add(work.OfJournalEntries, accrualID(n.company(), c.Date, 0))
}

// uninvoicedUntil is the query of what was delivered until a day and has no invoice.
func uninvoicedUntil(company tandem.CompanyID, until tandem.Date) delivery.Query {
	return delivery.Query{Company: company, Uninvoiced: true, Until: until.AddDays(1)}
}

// withdrawnUntil is the query of what was delivered until a day and came back uninvoiced.
func withdrawnUntil(company tandem.CompanyID, until tandem.Date) delivery.Query {
	return delivery.Query{Company: company, Withdrawn: true, Until: until.AddDays(1)}
}

// invoicedLater are the queries of the invoices that are drafts, or of a later day.
func invoicedLater(company tandem.CompanyID, until tandem.Date) [2]billing.InvoiceQuery {
	return [2]billing.InvoiceQuery{
		{Company: company, Type: billing.CommercialInvoice, Status: billing.InvoiceDrafted},
		{Company: company, Type: billing.CommercialInvoice, Dates: tandem.Validity{From: until.AddDays(1)}},
	}
}
