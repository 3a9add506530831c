// Package taxmode converts prices between lists without tax (net) and with tax
// (gross). It is pure, and knows rates only: which rate applies is the business of
// whoever prices.
//
// A list says which of the two its prices are, and that one is kept: where the rate
// changes, a gross list keeps gross and a net list keeps net ([At] with the new
// rate). Where goods cross a border the seller chooses: keep what the customer
// pays, or keep what remains ([Across]).
//
// Either price of a [Pair] is made from the list's own price with one rounding,
// never from the other one after that was rounded. So net and tax of a pair need
// not sum to the cent: a document computes its tax from sums, not from pairs.
package taxmode
