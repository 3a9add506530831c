package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// Whoever forgot to save a code is told which, not the key that the store made of it.
func TestWhatIsMissingIsNamed(t *testing.T) {
	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	require.NoError(t, memory.Open().View(context.Background(), func(ctx context.Context, b *store.Bundle) error {
		_, err := b.TaxCodes().Get(ctx, company, "GB-S")
		require.EqualError(t, err, `tax_code "GB-S" not found`)
		require.ErrorIs(t, err, tandem.ErrNotFound)
		_, err = b.PaymentTerms().PaymentTerms(ctx, company, "net30")
		require.EqualError(t, err, `payment_terms "net30" not found`)
		_, err = b.Accounts().Get(ctx, company, "1100")
		require.EqualError(t, err, `account "1100" not found`)
		return nil
	}))
}
