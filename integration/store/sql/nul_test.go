package sqlstore_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// PostgreSQL takes U+0000 into JSON, and fails whoever looks into it later: it is refused at once.
func TestNULIsRefusedBeforeItIsKept(t *testing.T) {
	for name, cfg := range map[string]sqlstore.Config{"plain": {}, "group": {Stock: sqlstore.Stock{Group: 8}}} {
		t.Run(name, func(t *testing.T) {
			db, _ := openPostgres(t, cfg)
			save := func(text string) error {
				return db.Tenant("acme").Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
					return b.Products().Save(ctx, catalog.Product{ID: erptest.ProductID(text), Code: tandem.DeriveID[tandem.ProductID]("nul", text).String(),
						Name: text, Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard})
				})
			}
			require.ErrorIs(t, save("scratched\x00"), tandem.ErrInvalid)
			require.ErrorIs(t, save(`\`+"\x00"), tandem.ErrInvalid)
			require.NoError(t, save(`the six characters \u0000`))
		})
	}
}
