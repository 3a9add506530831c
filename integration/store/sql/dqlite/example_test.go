package dqlite_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/canonical/go-dqlite/app"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/dqlite"
)

// The first node of a cluster. Others join it with app.WithCluster, and open the same
// database.
func ExampleOpen() {
	if err := firstNode(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output: a teapot is kept
}

func firstNode(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "node")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	address, err := freeAddress()
	if err != nil {
		return err
	}
	node, err := app.New(dir, app.WithAddress(address))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	db, err := dqlite.Open(ctx, node, "trade", sqlstore.Config{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	acme, id := db.Tenant("acme"), tandem.DeriveID[tandem.ProductID]("product", "teapot")
	if err := acme.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		return b.Products().Save(ctx, catalog.Product{ID: id, Code: "teapot", Name: "a teapot", Kind: catalog.Goods,
			Unit: tandem.Each, TaxCategory: tandem.TaxStandard})
	}); err != nil {
		return err
	}
	return acme.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		p, err := b.Products().Get(ctx, id)
		if err == nil {
			fmt.Println(p.Name, "is kept")
		}
		return err
	})
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
