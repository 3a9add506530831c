package work_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// A part of the host gets a smaller bundle, and joins the unit of work of another
// part: its error undoes both.
func Example() {
	ctx := context.Background()
	db := memory.Open()
	mug := catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("product", "mug"), Code: "mug", Name: "Mug", Kind: catalog.Goods,
		Unit: tandem.Each, TaxCategory: tandem.TaxStandard}

	err := db.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		if err := b.Products().Save(ctx, mug); err != nil {
			return err
		}
		part := work.Narrow(work.Join(b), func(b *store.Bundle) catalog.Repos { return b })
		return part.Update(ctx, func(ctx context.Context, r catalog.Repos) error {
			p, err := r.Products().Get(ctx, mug.ID)
			fmt.Println("inside:", p.Name, err)
			return errors.New("not today")
		})
	})
	fmt.Println("update:", err)

	err = db.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		_, err := b.Products().Get(ctx, mug.ID)
		return err
	})
	fmt.Println("afterwards:", errors.Is(err, tandem.ErrNotFound))
	// Output:
	// inside: Mug <nil>
	// update: not today
	// afterwards: true
}
