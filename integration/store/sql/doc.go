// Package sqlstore keeps everything in PostgreSQL or SQLite: a driver with two
// dialects under the repositories of package store.
//
//	pool, err := pgxpool.New(ctx, url)
//	err = sqlstore.MigratePostgres(ctx, pool, "")
//	db, err := sqlstore.OpenPostgres(ctx, pool, sqlstore.Config{})
//	orders, err := ordertocash.New(db.Tenant("acme"), cfg)
//
// [OpenSQLite] does the same with a file. A host that writes rows of its own in the
// same transaction binds a tenant to it: [Tenant.Bind] and [Tenant.BindSQL].
//
// The tables can be read, and reported on, with plain SQL: one for each kind of
// record, with its key and the columns that it is found by; journal lines, stock moves
// and levels are columns alone; the whole of any other state is JSON beside them.
// What is absent is the nil UUID, an empty text, and for dates and instants -infinity
// (PostgreSQL) or an empty text (SQLite).
package sqlstore
