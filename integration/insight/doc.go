// Package insight holds the words that its sub-packages share when they answer: a
// [Warning] says what a reader should know of a result, [LeftOut] what of the input is
// not in it, and a [Parameter] is a fitted number under its usual name. Whoever shows
// results shows those of all packages alike.
//
// The Warnings of an answer are all that there are, those of its parts included; the parts
// carry their own besides. Whoever shows an answer reads its Warnings alone.
//
// What was left out is a list of [LeftOut] wherever it is a count by reason. Other answers
// name what it was, and have names of their own: the omissions of package basket give an
// example (and [LeftOut] beside), signal's remarks and the lists of package demand the rows.
//
// The sub-packages are pure: no clock, no I/O, the same bits for the same arguments.
//
//   - forecast: what will be sold, with intervals, and the demand over a lead time.
//   - policy: how much to keep and to order for it.
//   - lifetime: how often customers come again, what they are worth, who leaves.
//   - basket: what is bought together, and what to recommend.
//   - trend: what changes, and when it did.
//   - signal: what sales and service tell planning, and deliveries tell sales.
//
// There is always an answer: an input that allows none leads to a simpler one, with a
// warning. Only faults of the arguments are errors, all at once.
package insight
