// Package inventory keeps where goods are, what is promised of them, and what
// can still be promised.
//
// A [Move] is a fact: so much of a product went from one [Location] to another.
// Suppliers, customers, losses and production are locations too, so that every
// move has two ends and all locations together hold nothing. From the moves come
// the [Level]s, on hand and reserved, which are shared counters within the bound
// `0 ≤ reserved ≤ on hand` ([Level.Apply] is the rule, [MovesToChanges] the way
// there).
//
// A [Reservation] holds stock for one document line until it is consumed,
// released or expired, each unit of it once. [Allocate] says who gets how much of
// scarce stock: all or nothing, partly with a backorder, the earliest promise
// first. A [Projection] says what can be promised for a day without taking from
// any promise made before, and from which day a quantity can be had.
//
// Its sub-package count holds the stock count: what was there at an instant.
//
// The package computes; it reads no store. Its interfaces ([Repos]) say what a
// process needs of one. Quantities are in the base unit of the product; value is
// none of its business.
package inventory
