//go:build !linux

package dqlite

import (
	"context"
	"net"

	"github.com/canonical/go-dqlite/client"
)

// Dial connects to a node, for driver.WithDialFunc.
func Dial(ctx context.Context, address string) (net.Conn, error) {
	return client.DefaultDialFunc(ctx, address)
}
