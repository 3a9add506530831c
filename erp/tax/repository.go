package tax

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// CodeSource is the port through which processes read tax codes: a host's own
// table, or a [CodeRepository].
type CodeSource interface {
	TaxCode(ctx context.Context, company tandem.CompanyID, id tandem.TaxCode) (Code, error) // tandem.ErrNotFound
}

// CodeQuery selects tax codes; a zero field restricts nothing. Results come in
// the order of their ids.
type CodeQuery struct {
	Company  tandem.CompanyID
	Country  tandem.Country
	Category tandem.TaxCategory
	Page     tandem.Page
}

// Matches reports whether the query selects c.
func (q CodeQuery) Matches(c Code) bool {
	return (q.Company.IsZero() || q.Company == c.Company) && (q.Country == "" || q.Country == c.Country) &&
		(q.Category == "" || q.Category == c.Category)
}

// CodeRepository keeps tax codes. Ids are unique within a company.
// The library's own refuses to save what Validate refuses.
type CodeRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id tandem.TaxCode) (Code, error) // tandem.ErrNotFound
	Save(ctx context.Context, c Code) error                                             // revision compared at the flush
	Find(ctx context.Context, q CodeQuery) iter.Seq2[Code, error]
}

// EntryQuery selects entries; a zero field restricts nothing. Results come in the
// order of their tax points, then as they were appended.
type EntryQuery struct {
	Company       tandem.CompanyID
	Document      tandem.DocumentRef
	Party         tandem.PartyID
	Direction     Direction
	Code          tandem.TaxCode
	From          tandem.Date    // tax point on or after
	Until         tandem.Date    // tax point before
	RecordedUntil tandem.Instant // recorded before: what was known then
	Page          tandem.Page
}

// Matches reports whether the query selects e.
func (q EntryQuery) Matches(e Entry) bool {
	return (q.Company.IsZero() || q.Company == e.Company) && (q.Document.IsZero() || q.Document.Same(e.Document)) &&
		(q.Party.IsZero() || q.Party == e.Party) && (q.Direction == "" || q.Direction == e.Direction) &&
		(q.Code == "" || q.Code == e.Code) && !e.TaxPoint.Before(q.From) && (q.Until.IsZero() || e.TaxPoint.Before(q.Until)) &&
		(q.RecordedUntil.IsZero() || e.Recorded.Before(q.RecordedUntil))
}

// EntryRepository keeps the tax register, append-only.
type EntryRepository interface {
	Append(ctx context.Context, entries ...Entry) error // tandem.ErrDuplicate for one that is there
	Find(ctx context.Context, q EntryQuery) iter.Seq2[Entry, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	TaxCodes() CodeRepository
	TaxEntries() EntryRepository
}

// FromRepository gives the port over a repository.
func FromRepository(codes CodeRepository) CodeSource { return repositorySource{codes} }

type repositorySource struct{ codes CodeRepository }

// TaxCode gives the code of a company.
func (s repositorySource) TaxCode(ctx context.Context, company tandem.CompanyID, id tandem.TaxCode) (Code, error) {
	return s.codes.Get(ctx, company, id)
}
