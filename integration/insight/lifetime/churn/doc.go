// Package churn says which customers without a contract will buy no more for a
// while, how sure that is, and why.
//
// The label is fixed: churned at a cut is who buys nothing in the next n days
// ([Config].Horizon). Features come strictly from the days before the cut: [Build]
// makes the table from plain transactions and from what else the host knows of
// customers ([Observation]: satisfaction, deliveries on time, grade), each with the
// day since when it was known, so that nothing known later can leak in.
//
// [Assess] is the one call. With today as the day T and a horizon of n days it
//
//   - fits a logistic regression at the cuts T-2n, T-3n … (package logistic), whose
//     labels are known by T-n; no two label windows share a day;
//   - tests and calibrates it at T-n, whose label nobody could know at T-2n (package
//     calibration); the calibrated figures are cross-fitted, so that no row is judged
//     by a map that has seen it;
//   - scores today's customers, with the features that contributed most.
//
// Churners are not resampled, however rare: it would spoil every probability and
// improve no ranking.
//
// There is always an answer. With less history than two horizons the one labelled
// cut serves both ends by cross-validation, with less than one every customer gets a
// half, and a warning says so.
package churn
