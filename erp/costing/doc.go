// Package costing keeps what the stock is worth: one pool of quantity and value
// for each company and product.
//
// A [CostPool] never keeps a unit cost. A unit cost has to be rounded, and after
// ten thousand moves the rounding has become hundreds; quantity and value are
// exact, and a unit cost is computed where people want to see one. Every command
// gives the value that it moved to the last penny, what comes in less what goes
// out is what is there, and a pool without quantity has no value.
//
// Methods are average (perpetual: an issue takes its share of the value) and
// standard (the stock is worth its standard cost; what differs is a variance that
// the command returns for posting). A return brings back the value that its issue
// took ([ShareOfIssue]).
//
// Stock below nought is refused here: a cost for what is not there would be a guess.
package costing
