// Package cusum raises an alarm when a level has shifted, soon and seldom in vain: the
// tabular cumulative sum (Page, Continuous Inspection Schemes, 1954, as Montgomery,
// Introduction to Statistical Quality Control, 6th edition, section 9.1, states it), on
// both sides, and the tracking signal for forecast errors (Trigg, 1964).
//
// [Chart] and [Signal] take one value after the other; [Run] takes a series and starts
// anew after each alarm. How often a chart alarms in vain is reported: the average run
// length in control, by Siegmund's approximation ([RunLength]).
package cusum
