package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// A host writes a label of its own with each product: both, or neither.
func ExampleWithSQL() {
	if err := label(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// mug: labelled
	// mug again: refused, 1 label
}

func label(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "labels")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	db, err := sqlstore.OpenSQLite(ctx, filepath.Join(folder, "shop.db"), sqlstore.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	type repos struct {
		*store.Bundle
		tx *sql.Tx
	}
	shop := sqlstore.WithSQL(db.Tenant("shop"), func(tx *sql.Tx, b *store.Bundle) repos { return repos{b, tx} })
	add := func(ctx context.Context, r repos) error {
		_, err := r.tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS label (code TEXT)")
		if err == nil {
			_, err = r.tx.ExecContext(ctx, "INSERT INTO label VALUES ('mug')")
		}
		return errors.Join(err, r.Products().Save(ctx, catalog.Product{ID: tandem.DeriveID[tandem.ProductID]("product", "mug"),
			Code: "mug", Name: "Mug", Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard}))
	}
	if err := shop.Update(ctx, add); err != nil {
		return err
	}
	fmt.Println("mug: labelled")
	if err := shop.Update(ctx, add); !errors.Is(err, tandem.ErrDuplicate) {
		return fmt.Errorf("the product twice: %w", err)
	}
	return shop.View(ctx, func(ctx context.Context, r repos) error {
		labels := 0
		err := r.tx.QueryRowContext(ctx, "SELECT count(*) FROM label").Scan(&labels)
		fmt.Println("mug again: refused,", labels, "label")
		return err
	})
}
