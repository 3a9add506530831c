package memory_test

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// Numbers belong to the unit of work that draws them: one that fails leaves no gap.
func Example() {
	ctx, db := context.Background(), memory.Open()
	company := tandem.DeriveID[tandem.CompanyID]("company", "1")
	for _, fails := range []bool{false, true, false} {
		err := db.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			n, err := b.Numbers().Next(ctx, company, "INV", tandem.Date{})
			if err == nil && fails {
				err = fmt.Errorf("%d was drawn, and is given back", n.Value)
			}
			if err == nil {
				fmt.Println("number", n.Value)
			}
			return err
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// number 1
	// 2 was drawn, and is given back
	// number 2
}
