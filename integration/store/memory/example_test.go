package memory_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// One database, two tenants: what one has, the other does not see. What an Update
// wrote before it failed is not there.
func Example() {
	ctx := context.Background()
	db := memory.New()
	for _, tenant := range []string{"north", "south"} {
		s, err := store.Open(db, tenant, store.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		if tenant == "north" {
			fmt.Println("receive 5:", s.Update(ctx, change(5, 0)))
			err := s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
				return errors.Join(change(0, 4)(ctx, b), change(0, 4)(ctx, b))
			})
			fmt.Println("reserve 4 and 4:", errors.Is(err, tandem.ErrInsufficient))
			fmt.Println("reserve 3:", s.Update(ctx, change(0, 3)))
		}
		err = s.View(ctx, func(ctx context.Context, b *store.Bundle) error {
			levels, err := b.StockLevels().Get(ctx, levelOf)
			fmt.Println(tenant, "on hand", levels[0].OnHand, "reserved", levels[0].Reserved)
			return err
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// receive 5: <nil>
	// reserve 4 and 4: true
	// reserve 3: <nil>
	// north on hand 5 reserved 3
	// south on hand 0 reserved 0
}

func change(onHand, reserved int64) func(context.Context, *store.Bundle) error {
	return func(ctx context.Context, b *store.Bundle) error {
		return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: levelOf, OnHand: onHand, Reserved: reserved})
	}
}
