// Package store has the library's repositories, written once over a small
// [Driver]. Memory (integration/store/memory) is a driver; a host with an engine
// of its own writes one, nine methods on a transaction, and proves it with
// integration/storetest.
//
// [Open] gives a [Store]: a work.Store of [*Bundle], whose accessors are the
// repositories of all rooms. A host with a table of its own embeds *Bundle in a
// struct of its own, shadows one accessor, and wraps the store with work.Narrow.
//
// A driver whose engine is behind a network answers the reads of a level together: its
// transaction is a [Prefetcher]. What it answered is served in the same closure until a
// number is drawn ([work.Prefetch]).
//
// The writes of an Update are collected in a [Batch] and handed to the driver
// once, at the end. What a driver sees of an aggregate is a [Kind]: its name,
// key, columns and indexes, and a codec; what it sees of a fact are its columns.
package store
