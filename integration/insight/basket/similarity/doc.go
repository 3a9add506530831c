// Package similarity says which items are alike, and how.
//
// [Items] gives each item its nearest neighbours: items that the same customers, or
// the same baskets, have. It measures by cosine or by the log-likelihood ratio, and
// shrinks what rests on few. [Relations] tells two kinds of likeness apart that a
// cosine confuses: complements are bought together more often than their customers'
// habits explain, substitutes are bought by the same customers, but not together.
package similarity
