// Package survey says how satisfied customers are, and how sure that is.
//
// Asked: [Answer] facts of NPS, CSAT and CES questions become a [Statistic] with
// an interval and the number of answers ([Measured]); two waves are compared by
// a test ([Compare]), and without answers there is no figure at all.
//
// Observed: [DeliveryFact] facts of order lines are folded into lines
// ([FoldLines]) and counted ([Perform]): complete by the first promise, filled at
// once, returned. A [Formula] puts deliveries, returns, complaints and answers
// together into one [Satisfaction] score with stated weights. What is not known
// is left out and never counts as nought, and every part tells what it adds.
//
// Statistics are float64, rounded to a millionth; money and quantities are not.
package survey
