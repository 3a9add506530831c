package main

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/command"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// engines are the databases that are built in, by the schemes of their addresses.
func engines() map[string]engine {
	return map[string]engine{
		"memory":     {shape: "memory:", open: inMemory},
		"sqlite":     {shape: "sqlite:file", open: onSQLite},
		"postgres":   {shape: "postgres://user@host/database", open: onPostgres},
		"postgresql": {shape: "postgresql://user@host/database", open: onPostgres},
	}
}

// inMemory opens a store that ends with the process.
func inMemory(context.Context, string) (store.Driver, func() error, error) {
	return memory.New(), func() error { return nil }, nil
}

// onSQLite opens a file, which is made where it is missing.
func onSQLite(ctx context.Context, address string) (store.Driver, func() error, error) {
	_, file, _ := strings.Cut(address, ":")
	if wrong := noFile(file); wrong != nil {
		return nil, nil, &command.UsageError{Err: wrong}
	}
	db, err := sqlstore.OpenSQLite(ctx, file, sqlstore.Config{})
	if err != nil {
		return nil, nil, err
	}
	return db, db.Close, nil
}

// noFile says why a text behind sqlite: is no path of a file.
func noFile(path string) error {
	switch {
	case path == "":
		return errors.New("the file is missing")
	case path == ":memory:":
		return errors.New("only a file outlives the program: memory: is for what ends with it")
	case strings.HasPrefix(path, "//"):
		return errors.New("the file follows the colon, without //: sqlite:trade.db, sqlite:/var/trade.db")
	}
	return nil
}

// onPostgres opens a database, in whose schema tandem the tables are made where they
// are missing.
func onPostgres(ctx context.Context, address string) (store.Driver, func() error, error) {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, nil, &command.UsageError{Err: err}
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	err = sqlstore.MigratePostgres(ctx, pool, "")
	var db *sqlstore.DB
	if err == nil {
		db, err = sqlstore.OpenPostgres(ctx, pool, sqlstore.Config{})
	}
	if err != nil {
		pool.Close()
		return nil, nil, err
	}
	return db, func() error {
		defer pool.Close()
		return db.Close()
	}, nil
}
