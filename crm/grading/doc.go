// Package grading says which customer is Gold, since when, and why.
//
// Sales and credits arrive as [Purchase] facts. A review gathers those of a
// [Window] in a [Tally] and ranks the customers by recency, frequency and money
// (RFM: Hughes, Strategic Database Marketing, 1994) into a [Ranking]. A [Policy]
// turns the sum of the scores into a grade, with hysteresis, since the grade
// drives the price: up at once, down one step after several low reviews and a
// minimum stay. Each customer's [GradeAssignment] keeps the grades by day, with
// the reason of each change, and the pins set by hand.
//
// Every [Decision] explains itself: the scores, the thresholds, and why a grade
// was kept.
package grading
