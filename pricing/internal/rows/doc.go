// Package rows keeps the rows of a compiled price book: a million of them in
// less than fifty bytes each, found by scope in well under a microsecond.
//
// A [Page] is the rows of a few scopes (products, categories, everything), or of
// a few customer lists, in records of 24 bytes without pointers and one text of
// their ids. Pages are immutable, so that a version of a book shares with the one
// before it every page that did not change.
//
// What can win on a day is far less than what is kept. [Page.On] gives the [Dated]
// form: the rows that hold on the day, in the order in which they win, without
// those that another row always beats, as keys of eight bytes that are scanned in
// a straight line and, apart from them, what is wanted of the one that is hit. A
// page keeps the form of the last days that were asked for.
//
// The package knows numbers only: what a list, a scope or a currency is called is
// known to its caller.
package rows
