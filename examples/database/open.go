package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/command"
	"github.com/tandem-go/tandem/integration/store"
)

// engine is a kind of database.
type engine struct {
	shape string // of its addresses, for the list of flags
	// open opens the database of an address, which begins with the engine's scheme, and makes it ready: its schema is
	// there afterwards, and is the one of this code. What it gives closes the database.
	open func(ctx context.Context, address string) (store.Driver, func() error, error)
}

// open opens the database of an address.
func open(ctx context.Context, engines map[string]engine, address string) (store.Driver, func() error, error) {
	scheme, _, found := strings.Cut(address, ":")
	e, known := engines[scheme]
	if !found || !known {
		return nil, nil, &command.UsageError{Err: fmt.Errorf("-store %s: no such database; there is %s", shown(address), list(engines))}
	}
	driver, closed, err := e.open(ctx, address)
	if err != nil {
		return nil, nil, fmt.Errorf("-store %s: %w", shown(address), err)
	}
	return driver, closed, nil
}

func list(engines map[string]engine) string {
	var shapes []string
	for _, scheme := range slices.Sorted(maps.Keys(engines)) {
		shapes = append(shapes, engines[scheme].shape)
	}
	return strings.Join(shapes, ", ")
}

// shown is an address as it may be shown: without a password.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		if strings.Contains(address, "@") {
			scheme, _, _ := strings.Cut(address, ":")
			return scheme + ":…"
		}
		return address
	}
	return u.Redacted()
}
