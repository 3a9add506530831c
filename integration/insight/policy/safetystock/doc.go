// Package safetystock has the textbook's safety stock: normal demand over the lead
// time, with its mean and standard deviation.
//
// The forecast's own distribution, as package policy uses it, needs none of this. It
// is here for those who have only two numbers, to explain a plan in known terms, and
// for the rules of Silver, Pyke and Thomas (Inventory and Production Management in
// Supply Chains, 4th edition, 2017, chapter 6) that weigh stock against the cost of
// shortage.
//
// The deviation is that of the forecast's error, and of the error summed over lead
// time and review ([Cumulative]): errors of one forecast come together, and the root
// of the time ([RootOfTime]) holds only where they do not.
package safetystock
