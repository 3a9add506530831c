// Package ets fits exponential smoothing models in state space form: the family
// ETS(error, trend, season) of Hyndman, Koehler, Ord and Snyder, Forecasting with
// Exponential Smoothing (2008), with the bounds, initial states and likelihood of
// R's forecast::ets.
//
// [Fit] maximises the likelihood of one [Kind] over its parameters and initial
// states, with exact gradients by the adjoint of the recursion; [Auto] chooses the
// kind by AICc. A [Model] gives [Model.Points], [Model.Variances] where a formula
// exists, and [Model.Path] for simulation from a seed.
//
// The package is about numbers alone; the parent package has the series, the
// calendar and the warnings.
package ets
