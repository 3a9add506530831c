// Package memory is the driver that keeps everything in memory: for tests,
// simulations, examples, and as the model that other drivers are compared with.
//
// Closures run without a lock; the commit section is short. States are immutable
// versions: a View reads the newest version at its snapshot, an Update the newest
// committed one, and old versions are dropped behind the oldest active snapshot.
// Facts, events and command records lie in slabs without pointers, so that the
// garbage collector does not see them. An index is brought up to date when it is
// scanned, so that a write costs nothing for indexes that nobody asks.
package memory
