package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// ApplyCreditInOrder applies a credit note to the open instalments of invoices, in
// their order, until it is used up; what is left is the customer's credit. Invoices
// that are not posted are passed over. next gives new ids. An invoice that is given
// twice is a fault (`duplicate`), whose documents are as they were; on another error
// the documents are to be discarded: allocations before it have changed them.
func ApplyCreditInOrder(credit *Invoice, invoices []*Invoice, date tandem.Date, at tandem.Instant, next func() AllocationID) ([]Allocation, error) {
	if err := distinct("apply credit note", invoices); err != nil {
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

// distinct refuses an invoice that is given twice, be it by two copies of it: each
// would be settled, and the money of one of them be lost.
func distinct(subject string, invoices []*Invoice) error {
	if len(invoices) < 2 {
		return nil
	}
	var buffer [16]InvoiceID
	ids := buffer[:0]
	for _, i := range invoices {
		ids = append(ids, i.s.ID)
	}
	slices.SortFunc(ids, InvoiceID.Compare)
	if len(slices.Compact(ids)) == len(invoices) {
		return nil
	}
	var c tandem.Check
	for n, i := range invoices {
		before := slices.ContainsFunc(invoices[:n], func(o *Invoice) bool { return o.s.ID == i.s.ID })
		c.Require(!before, "duplicate", tandem.Path("invoices", n), "is given before: an invoice is settled once")
	}
	return c.Err(subject)
}
