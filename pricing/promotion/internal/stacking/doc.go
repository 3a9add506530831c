// Package stacking applies promotions to the lines of one order: lanes with their
// policies, what each offer takes off lines and units, and which of those that
// conflict stay. It knows numbers only: who the customer is, what a scope means and
// how a result reads is said by the package of promotions, which also has the
// worked examples, the traps and the reference that this is compared with.
//
// A [Run] goes through the steps of its lanes on a state. Where offers conflict it
// first walks through their combinations on copies of the state, then runs once
// more with those that are chosen, and records.
package stacking
