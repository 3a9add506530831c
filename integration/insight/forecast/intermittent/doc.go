// Package intermittent forecasts demand that is mostly zero: spare parts, slow
// movers.
//
// [Fit] estimates a rate per bucket by the methods of Croston (1972), of Syntetos
// and Boylan (SBA, 2005), of Teunter, Syntetos and Babai (TSB, 2011), or by
// temporal aggregation (ADIDA, Nikolopoulos and others, 2011; IMAPA, Petropoulos
// and Kourentzes, 2015). These methods have no model behind them and so no
// intervals; what stock needs is the distribution of the demand. [Model.Path]
// gives one: in each bucket there is demand with a probability, of a size drawn
// from those seen (Willemain, Smart and Schwarz, 2004, without their Markov chain),
// and its mean is the estimated rate.
package intermittent
