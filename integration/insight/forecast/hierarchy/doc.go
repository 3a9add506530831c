// Package hierarchy makes forecasts of parts and sums agree: products and groups,
// places and regions.
//
// A [Hierarchy] says which bottom series each sum has. [Hierarchy.BottomUp] adds,
// [Hierarchy.TopDown] splits by shares, and [Hierarchy.MinTrace] takes all base
// forecasts into account, by the errors they made (Wickramasuriya, Athanasopoulos
// and Hyndman, 2019, with the covariances shrunk as Schäfer and Strimmer, 2005).
// Demand declared as non-negative stays coherent: what is below zero at the bottom
// becomes zero, and the sums are added up anew (Di Fonzo and Girolimetto, 2023),
// which ends in one pass where quadratic programmes may not.
package hierarchy
