package billing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/internal/document"
)

// ApplyCreditInOrder applies a credit note to the open instalments of invoices, in
// their order, until it is used up; what is left is the customer's credit. Invoices
// that are not posted are passed over. next gives new ids. An invoice that is given
// twice is a fault (`duplicate`), whose documents are as they were; on another error
// the documents are to be discarded: allocations before it have changed them.
func ApplyCreditInOrder(credit *Invoice, invoices []*Invoice, date tandem.Date, at tandem.Instant, next func() AllocationID) ([]Allocation, error) {
	if err := document.Distinct("apply credit note", invoices, (*Invoice).ID); err != nil {
		return nil, err
	}
	var facts []Allocation
	for _, i := range invoices {
		if i.s.Status != InvoicePosted {
			continue
		}
		for _, n := range i.Payables(date) {
			amount := n.Open
			if amount.Minor() > credit.s.Open.Minor() {
				amount = credit.s.Open
			}
			if amount.Sign() <= 0 {
				return facts, nil
			}
			fact, err := ApplyCredit(credit, i, Application{ID: next(), Instalment: n.Instalment, Amount: amount, Date: date, At: at})
			if err != nil {
				return facts, err
			}
			facts = append(facts, fact)
		}
	}
	return facts, nil
}
