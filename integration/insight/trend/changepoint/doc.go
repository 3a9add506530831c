// Package changepoint finds when a series changed: its level, its level and spread, or
// its line.
//
// [Find] minimises the cost of the segments plus a penalty for each change, exactly, by
// PELT (Killick, Fearnhead and Eckley, Optimal Detection of Changepoints with a Linear
// Computational Cost, 2012). Costs are twice the negative log-likelihood of normal
// values. For [Mean] and [Line] the spread is the same throughout and is taken from the
// differences of neighbours, which a change of level hardly touches. The default penalty
// is the modified BIC (Zhang and Siegmund, 2007).
//
// A season is to be taken out first (package stl: Adjusted), and values that resemble
// their neighbours, as those of a random walk, look like many changes: [Find] warns.
//
// PELT is fast where there are changes; where there are none, places to change from pile
// up. [Config].Candidates bounds them: beyond, the half that costs most is dropped, and
// a warning says that the answer may not be the best one.
package changepoint
