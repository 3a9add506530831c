// Package trend describes what a series has done: whether it rises or falls and how fast,
// how strong its trend and its season are, when its level changed, and which stage of life
// a product is in, in figures and in words.
//
// [Describe] gives the whole; the parts stand for themselves:
//
//   - kendall: the test of Mann and Kendall, seasonal too, with Sen's slope
//   - changepoint: when the level, the spread or the line changed (PELT)
//   - cusum: an alarm as soon as a level shifts, value by value; the tracking signal
//   - stl: trend, season and remainder, and their strength
//   - lifecycle: introduction, growth, maturity, decline, dormant, ended
//   - diffusion: new products, by Bass's model and by analogues
//   - elasticity: how units answer to the price, within one break tier
//
// There is always an answer: an empty or constant series, nought throughout, missing
// values, outliers and stock-outs give a defined result with what was left out and
// warnings. Only faults of the arguments are errors, all at once. The same arguments give
// the same bits on every platform.
package trend
