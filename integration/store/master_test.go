package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// Master data that its room finds invalid is not kept, and the error has all the faults.
func TestInvalidMasterDataIsRefused(t *testing.T) {
	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	for name, c := range map[string]struct {
		save func(ctx context.Context, b *store.Bundle) error
		says string
	}{
		"product":  {func(ctx context.Context, b *store.Bundle) error { return b.Products().Save(ctx, catalog.Product{}) }, "product is invalid: "},
		"category": {func(ctx context.Context, b *store.Bundle) error { return b.Categories().Save(ctx, catalog.Category{}) }, "category is invalid: "},
		"location": {func(ctx context.Context, b *store.Bundle) error { return b.Locations().Save(ctx, inventory.Location{}) }, "location is invalid: "},
		"account":  {func(ctx context.Context, b *store.Bundle) error { return b.Accounts().Save(ctx, ledger.Account{}) }, "account is invalid: "},
		"tax code": {func(ctx context.Context, b *store.Bundle) error { return b.TaxCodes().Save(ctx, tax.Code{}) }, "tax code is invalid: "},
		"cross-reference": {func(ctx context.Context, b *store.Bundle) error {
			return b.PartyCrossReferences().Save(ctx, party.CrossReference{})
		}, "cross-reference is invalid: "},
		"terms with a discount of 200 %": {func(ctx context.Context, b *store.Bundle) error {
			return b.PaymentTerms().Save(ctx, billing.Terms{Company: company, Code: "net30",
				Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: -1}},
				Discount:    billing.EarlyDiscount{Rate: tandem.Percent(200), Days: 10, Policy: billing.DiscountedBase}})
		}, "must lie between 0 and 1"},
	} {
		t.Run(name, func(t *testing.T) {
			err := memory.Open().Update(context.Background(), func(ctx context.Context, b *store.Bundle) error { return c.save(ctx, b) })
			require.ErrorIs(t, err, tandem.ErrInvalid)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// Whoever takes a code twice is told which code, not the id of the other product.
func TestADuplicateNamesWhatIsTaken(t *testing.T) {
	db := memory.Open()
	save := func(keys ...string) error {
		return db.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
			for _, key := range keys {
				err := b.Products().Save(ctx, catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("product", key), Code: "pen", Name: key,
					Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard})
				require.NoError(t, err)
			}
			return nil
		})
	}
	require.EqualError(t, save("1", "2"), `product: code "pen" exists already`)
	require.NoError(t, save("1"))
	err := save("3")
	require.EqualError(t, err, `product: code "pen" exists already`)
	require.ErrorIs(t, err, tandem.ErrDuplicate)
}
