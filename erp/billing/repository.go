package billing

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// InvoiceRepository keeps invoices and credit notes of customers. A company's
// series and number are unique together, drafts left aside.
type InvoiceRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id InvoiceID) (*Invoice, error) // tandem.ErrNotFound
	Save(ctx context.Context, i *Invoice) error                                        // revision compared at the flush
	Find(ctx context.Context, q InvoiceQuery) iter.Seq2[*Invoice, error]
}

// InvoiceQuery selects invoices of a company by ascending date, then series and
// number; drafts, which have none, come first by the time of their creation.
type InvoiceQuery struct {
	Company  tandem.CompanyID // required
	Customer tandem.PartyID
	Type     InvoiceType
	Status   InvoiceStatus
	Open     bool // only posted ones of which something is open
	Dates    tandem.Validity
	Series   string
	Number   string
	Order    tandem.DocumentRef // of this order; its number does not count
	Page     tandem.Page
}

// Matches reports whether an invoice is selected, the page left aside.
func (q InvoiceQuery) Matches(i *Invoice) bool {
	s := &i.s
	return s.Company == q.Company &&
		(q.Customer.IsZero() || s.Customer == q.Customer) &&
		(q.Type == "" || s.Type == q.Type) &&
		(q.Status == "" || s.Status == q.Status) &&
		(!q.Open || s.Status == InvoicePosted) &&
		q.Dates.Contains(s.Date) &&
		(q.Series == "" || s.Series == q.Series) &&
		(q.Number == "" || s.Number == q.Number) &&
		(q.Order.IsZero() || s.Order.Same(q.Order))
}

// AllocationRepository keeps allocations: they are appended and never changed.
type AllocationRepository interface {
	// Append writes allocations. An id, or the Reverses of an allocation that
	// exists already, is a [tandem.DuplicateError] with index `key` or `reverses`:
	// an allocation is reversed at most once.
	Append(ctx context.Context, allocations ...Allocation) error
	Get(ctx context.Context, company tandem.CompanyID, id AllocationID) (Allocation, error) // tandem.ErrNotFound
	Find(ctx context.Context, q AllocationQuery) iter.Seq2[Allocation, error]
}

// AllocationQuery selects allocations of a company in the order in which they
// were appended.
type AllocationQuery struct {
	Company  tandem.CompanyID // required
	Customer tandem.PartyID
	Invoice  InvoiceID
	Payment  PaymentID
	Credit   InvoiceID
	Reverses AllocationID
	Page     tandem.Page
}

// Matches reports whether an allocation is selected, the page left aside.
func (q AllocationQuery) Matches(a Allocation) bool {
	return a.Company == q.Company &&
		(q.Customer.IsZero() || a.Customer == q.Customer) &&
		(q.Invoice.IsZero() || a.Invoice == q.Invoice) &&
		(q.Payment.IsZero() || a.Payment == q.Payment) &&
		(q.Credit.IsZero() || a.Credit == q.Credit) &&
		(q.Reverses.IsZero() || a.Reverses == q.Reverses)
}

// TermsRepository keeps payment terms by company and code; saving them again
// replaces them. It is the default [TermsSource].
// The library's own refuses to save what Validate refuses.
type TermsRepository interface {
	TermsSource
	Save(ctx context.Context, t Terms) error
}

// Repos is what the room needs of a store.
type Repos interface {
	CustomerInvoices() InvoiceRepository
	Allocations() AllocationRepository
	PaymentTerms() TermsRepository
}
