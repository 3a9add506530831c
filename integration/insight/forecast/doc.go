// Package forecast predicts demand: points, intervals, and the distribution of the
// demand over a lead time, which is what stock needs.
//
// A [Series] is a history in equal buckets with what is known about it: the season,
// missing values, closed days (calendar, not demand of zero), stock-outs (sales are
// raised to the demand expected above them, unless backorders were kept), and
// regressors such as promotions. [Method.Fit] fits a method, [Fit.Forecast] answers
// for a horizon, [Fit.Demand] for a [LeadTime] and [Fit.Demands] for several.
// Sub-package demand gathers series from order lines; hierarchy makes parts and sums agree.
//
// Which method? [Combination], the mean of Theta, damped trend, ETS, dynamic
// optimised Theta and ARIMA, is the default: no single method beat it on the 3,003 series of
// the M3 competition. For intermittent demand it is IMAPA, itself a mean.
// [Auto] back-tests by rolling origin, leaves the default only for what is better
// by a tenth (of intermittent demand it takes the mean of both), and says why. The
// others are there to be compared and explained:
//
//   - [Naive], [SeasonalNaive], [Drift], [Mean]: as in Hyndman and Athanasopoulos.
//   - [Naive2], [SES], [Holt], [DampedHolt], [Theta], [OptimisedTheta]: without the
//     season, which is taken out where a test finds one, and put back.
//   - [HoltWintersAdditive], [HoltWintersMultiplicative], [ETS]: package ets.
//   - [ARIMA]: package arima. [Decomposition]: several seasons, or long ones.
//   - [Croston], [SBA], [TSB], [ADIDA], [IMAPA]: package intermittent.
//
// There is always an answer. Values that a method cannot take lead to a simpler one,
// points that run away are held, and each time a warning says so; a season needs
// two full cycles. Where nothing else can be estimated, a few values (2 to 5) are
// forecast by their mean, unless a trend was asked for, and one value by itself, which
// is taken to vary as counts do: with the variance of its size, at least 1 (below zero
// with the deviation of its size), and the mean that it stands for is as uncertain as
// what comes. Only faults of the arguments are errors, all at once. Searches
// are bounded by [Config].Iterations.
//
// The same arguments give the same bits on every platform and from any number of
// goroutines: what is simulated comes from [Config].Seed, and arithmetic is that of
// internal/float. Forecasts are estimates, so that they are floats; a quantity to
// order becomes exact where it is rounded to a pack.
package forecast
