// Package regression is linear least squares with what is needed to judge it: standard
// errors, the covariance of the coefficients, and intervals by Student's distribution
// (Draper and Smith, Applied Regression Analysis, 3rd edition, chapters 4 and 5).
//
// Columns that are combinations of those before them are left out and named, so that a
// fit always exists.
package regression
