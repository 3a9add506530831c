// Package promotion says what promotions take off the lines of an order, and why,
// to the cent.
//
// A [Promotion] is plain data: where it holds (dates, coupons, audience, scope,
// threshold), how it stands beside others (lane, priority, group, class, tags) and
// one [Benefit]. [Compile] turns promotions and a [Config] into a [Set], which is
// immutable and safe for any number of goroutines. [Set.Apply] applies it to a
// [Basket] of priced lines, without a clock, a store or an allocation. Who counts
// uses and budgets takes [Result.Applied] and [Result.Coupons].
//
// How promotions stand together is said by names, since systems differ:
//
//   - Lanes run in their order, and each sees what the one before has left, evenly
//     over the units of a line. A lane has a [Policy].
//   - A unit is a buy unit or a get unit once, for all offers on units of a lane:
//     buy X get Y, bundles, mix-and-match, the cheapest or dearest units, goods for
//     every so many. An order of units is by unit price, amount ÷ quantity at the
//     begin of the lane, a tie to the smaller line number.
//   - Groups, the matrix of classes and tags keep promotions apart; one that gives
//     nothing keeps nobody away. Two offers on units that share a line compete for
//     units, and under [BestOf] whatever shares a line competes for it.
//   - Of promotions that conflict, those stay that save most: among up to
//     [MaxExact] of them by trying all combinations, the first in pipeline order
//     among equals. More fall into parts that no conflict ties together, which are
//     decided one after the other; a part that is too large by taking them in the
//     order of what each saves alone. [Result.Search] says which. Lanes that a
//     conflict ties together are decided at once; other lanes in their order, each
//     for itself.
//   - Nothing goes below nought, and nothing falls on a blocked line.
//
// What falls on several lines is allocated by [tandem.Allocate], in the order of
// the line numbers and by what is left of each line. The units of a line are worth
// what is left of the line, in proportion, so that all units together are exactly
// the line.
//
// See the example of [Compile].
package promotion
