package store_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// One database, two tenants: neither sees what the other keeps.
func Example() {
	ctx, db := context.Background(), memory.New()
	mug := catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("product", "mug"), Code: "mug", Name: "Mug", Kind: catalog.Goods,
		Unit: tandem.Each, TaxCategory: tandem.TaxStandard}
	for _, tenant := range []string{"north", "south"} {
		handle, err := store.Open(db, tenant, store.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		if tenant == "north" {
			err = handle.Update(ctx, func(ctx context.Context, b *store.Bundle) error { return b.Products().Save(ctx, mug) })
			fmt.Println(tenant, "saves:", err)
		}
		err = handle.View(ctx, func(ctx context.Context, b *store.Bundle) error {
			_, err := b.Products().Get(ctx, mug.ID)
			return err
		})
		fmt.Println(tenant, "has it:", !errors.Is(err, tandem.ErrNotFound))
	}
	// Output:
	// north saves: <nil>
	// north has it: true
	// south has it: false
}
