// Package boltstore keeps Tandem in a bbolt file: an engine of an adopter's own, as a
// driver under the library's repositories. It is an example to be read and copied;
// the conformance suite runs on it with nothing skipped.
//
//	db, err := boltstore.Open("trade.bolt", boltstore.Options{})
//	acme, err := store.Open(db, "acme", store.Options{})
//
// # How a unit of work meets the engine
//
// bbolt has one writer at a time and any number of readers, each on a snapshot. A
// View is one read transaction. An Update is none: each of its reads takes the
// newest snapshot for a moment (read committed), and what it writes is collected by
// the library and handed to Commit, which alone takes the write transaction. So
// nobody holds the writer's lock while a closure thinks, an Update may run inside
// another, and a commit compares what was read with what is there: revisions, unique
// columns, command keys, numbers, the bounds of levels. Who lost gets a conflict, and
// is run again.
//
// # What is in the file
//
//	tenants / TENANT / rows KIND          key → place or revision, then the columns or the JSON
//	                 / index KIND.INDEX   columns in order, then the key or place → key
//	                 / levels             company, location, product, lot → on hand, reserved
//	                 / series             company, name → last number, latest date
//	                 / commands           key → record
//	                 / events             position → event
//
// Read open.go, read.go, log.go and commit.go, in this order: they are the driver.
// forget.go and upgrade.go are what a file needs that is used for years.
//
// A tenant is a bucket, so that no key can leave it out; a company is the beginning
// of every key and index of company data.
package boltstore
