package sqlstore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// A database file: what is committed is there when it is opened again. On PostgreSQL
// only the opening differs.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "tandem")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "trade.db")
	pen := catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("shop", "pen"), Code: "pen", Name: "Fountain pen",
		Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard}
	for range 2 {
		db, err := sqlstore.OpenSQLite(ctx, file, sqlstore.Config{})
		if err != nil {
			fmt.Println(err)
			return
		}
		err = db.Tenant("acme").Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			p, err := b.Products().Get(ctx, pen.ID)
			if err != nil {
				fmt.Println(err)
				return b.Products().Save(ctx, pen)
			}
			fmt.Println(p.Name, "revision", p.Revision)
			return nil
		})
		if err := db.Close(); err != nil {
			fmt.Println(err)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// product e33baaf2-1225-5b72-bb98-ddef9c6fbecb not found
	// Fountain pen revision 1
}
