package main

import (
	"context"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// engines are the databases that are built in, by the schemes of their addresses.
func engines() map[string]engine {
	return map[string]engine{
		"memory": {shape: "memory:", open: inMemory},
	}
}

// inMemory opens a store that ends with the process.
func inMemory(context.Context, string) (store.Driver, func() error, error) {
	return memory.New(), func() error { return nil }, nil
}
