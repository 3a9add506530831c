// Package lifecycle names the stage of life that a product is in, introduction, growth,
// maturity, decline, dormant or ended (Levitt, Exploit the Product Life Cycle, 1965;
// Kotler), by declared rules on its history, with the figures and the reason in words.
//
// [Assess] looks at the level, a mean over a whole cycle where there are two of them, so
// that the end of a season is no decline; at its share of the highest level ever; and at
// whether the recent values rise or fall (Mann and Kendall, within the season).
//
// The rules, in this order:
//
//  1. nothing was ever sold: not launched;
//  2. silent for [Config].Ended buckets: ended; for [Config].Dormant: dormant. Both are at
//     least twice the longest pause that the product has come back from, and a cycle where
//     there is a season;
//  3. fewer than four values since the first sale: unknown, where the launch is not in the
//     series; else introduction, as are all launched less than [Config].Introduction ago;
//  4. rising: growth;
//  5. falling, and below [Config].DeclineShare of the peak: decline, as is a level below
//     half of that share that does not rise;
//  6. else maturity.
package lifecycle
