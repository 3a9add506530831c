// Package storetest is the conformance suite of stores: whoever brings an engine
// or a driver runs it and knows that the library's processes may rely on it. One
// table of a host's own is judged by [RunTable]: what it claims, reading, saving
// or belonging to the unit of work, decides which of the same checks it is held to.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Harness[*store.Bundle] {
//			db := open(t) // fresh and empty
//			return storetest.Harness[*store.Bundle]{
//				Open: func(tenant string) (work.Store[*store.Bundle], error) {
//					return store.Open(db, tenant, store.Options{CursorSecret: secret})
//				},
//			}
//		})
//	}
//
// [Checks] lists what is checked. A check has an id that never changes its
// meaning, the version it came with, and the sentence of the contract that it
// holds a store to; a failure names the sentence, what was done, and what was
// wanted and got. [Report] runs the same checks without a *testing.T. [Simulate]
// runs random commands against the store and the memory store, and compares.
//
// A new check, or a stricter one, comes in a minor release only, and stands in
// the changelog under Conformance.
package storetest
