// Package calibration judges and corrects probabilities: are eight of ten customers
// who were given 0.8 gone?
//
// [Measure] compares probabilities with what happened: the area under the ROC curve
// with its interval (ranking), Brier score and log loss (ranking and level), and a
// table of reliability (level, bin by bin). [Method.Fit] learns a [Map] from scores
// in log-odds to probabilities: Platt's line, or an isotonic staircase; fit it on
// rows that the model has not seen, and measure it on yet others, as [Method.CrossFit]
// does.
//
// There is always an answer: of no rows, or where all or none happened, a figure
// that has no meaning stands at its neutral value and a warning says so.
package calibration
