package credit

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Repository keeps credit accounts by company and party.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, party tandem.PartyID) (*Account, error) // tandem.ErrNotFound
	Save(ctx context.Context, a *Account) error                                                // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Account, error]
}

// Query selects credit accounts of a company by ascending party.
type Query struct {
	Company tandem.CompanyID // required
	Page    tandem.Page
}

// Repos is what the package needs of a store.
type Repos interface {
	CreditAccounts() Repository
}
