package ledger

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// AccountRepository keeps the chart of accounts. An account is known by company
// and code; saving it again replaces it.
// The library's own refuses to save what Validate refuses.
type AccountRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, code AccountCode) (Account, error) // tandem.ErrNotFound
	Save(ctx context.Context, a Account) error
	Find(ctx context.Context, q AccountQuery) iter.Seq2[Account, error]
}

// AccountQuery selects accounts of a company by ascending code.
type AccountQuery struct {
	Company tandem.CompanyID // required
	Type    AccountType
	Page    tandem.Page
}

// JournalRepository keeps the journal: entries are appended and never changed.
type JournalRepository interface {
	// Append writes entries. An id, a company's number, or the Reverses of an
	// entry that exists already is a [tandem.DuplicateError] with index `key`,
	// `number` or `reverses`: an entry is reversed at most once.
	Append(ctx context.Context, entries ...Entry) error
	Get(ctx context.Context, company tandem.CompanyID, id EntryID) (Entry, error) // tandem.ErrNotFound
	Find(ctx context.Context, q EntryQuery) iter.Seq2[Entry, error]
}

// EntryQuery selects entries of a company by ascending date, then by the order
// in which they were appended.
type EntryQuery struct {
	Company  tandem.CompanyID   // required
	Dates    tandem.Validity    // half-open range of dates
	Number   string             // the entry with this number
	Source   tandem.DocumentRef // entries that book this document; its number does not count
	Reverses EntryID            // the reversal of this entry
	Account  AccountCode        // entries with a line on this account
	Page     tandem.Page
}

// Matches reports whether an entry is selected, the page left aside.
func (q EntryQuery) Matches(e Entry) bool {
	if e.Company != q.Company || !q.Dates.Contains(e.Date) ||
		q.Number != "" && e.Number != q.Number ||
		!q.Source.IsZero() && !e.Source.Same(q.Source) ||
		!q.Reverses.IsZero() && e.Reverses != q.Reverses {
		return false
	}
	if q.Account == "" {
		return true
	}
	for i := range e.Lines {
		if e.Lines[i].Account == q.Account {
			return true
		}
	}
	return false
}

// PeriodRepository keeps accounting periods.
type PeriodRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id PeriodID) (*Period, error) // tandem.ErrNotFound
	Save(ctx context.Context, p *Period) error                                       // revision compared at the flush
	Find(ctx context.Context, q PeriodQuery) iter.Seq2[*Period, error]
}

// PeriodQuery selects periods of a company by ascending first day.
type PeriodQuery struct {
	Company  tandem.CompanyID // required
	Contains tandem.Date      // the period with this date
	Status   PeriodStatus
	Page     tandem.Page
}

// Repos is what the room needs of a store.
type Repos interface {
	Accounts() AccountRepository
	JournalEntries() JournalRepository
	Periods() PeriodRepository
}

// PeriodSource gives the period that a date falls into: what a process needs to
// post. The default reads [PeriodRepository].
type PeriodSource interface {
	Period(ctx context.Context, company tandem.CompanyID, date tandem.Date) (*Period, error) // tandem.ErrNotFound
}
