// Package elasticity estimates how the units sold answer to the price: by how many per
// cent they change for one per cent of price, from a regression of logarithms.
//
// A price list with breaks (12.75 each, 10.95 from 16 on) makes nonsense of the pooled
// figure: who buys much pays less, so that units seem to answer to the price eleven times
// over. Therefore [Estimate] works within one break tier at a time, and refuses a tier in
// which several prices stand side by side with the quantities in order. The host says which
// tier a row belongs to, by the break that priced it.
//
// Even so it is an association. Prices are not set at random: a price cut in the high
// season, or because sales are low, biases the figure (endogeneity), and competitors'
// prices are not in it. Controls for promotion, trend and season take out part of that;
// only prices that were varied on purpose take out all of it.
package elasticity
