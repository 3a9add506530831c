// Package lifetime says what a customer will be worth, from what he bought.
//
// [Collector.Add] takes transactions in any order, one at a time, and keeps one small record for
// each customer and day. From these, [Collector.Summarise] makes what the models need
// (repeat purchase days, time of the last one, age, mean repeat spend), [Collector.Rank]
// recency, frequency and money with scores whose rule is named, [Collector.Cohorts]
// the table of cohorts, and [Collector.Value] everything in one call: it fits
// the models of package repeat, chooses one and says why, fits the gamma-gamma model
// of package spend, and gives for each customer the probability of being there, the
// purchases to come, their mean value and the customer lifetime value.
//
// Conventions that differ from tool to tool are arguments and come back with the
// result: the [Measure] of values (contribution margin is what a customer is worth,
// revenue is not), the [Unit] of time, the end of calibration and holdout, the rule for
// ties. Several purchases on a day are one. The first purchase is no repeat and stays
// out of the mean spend.
//
// There is always an answer: rows and customers that a step cannot take are counted by
// reason, and warnings say where to be careful. Only faults of arguments are errors.
//
// Package churn, survival and contract beside this one are about churn by a fixed
// label, time until an event, and contracts. One list of a host's rows feeds both this
// one and churn, as an example shows.
package lifetime
