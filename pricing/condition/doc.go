// Package condition says when a price or a promotion applies: a small typed tree
// instead of an expression language.
//
// A [Node] is plain data, read from JSON or written in Go with [All], [Any], [Not],
// [Is], [In], [AtLeast], [Count], [Sum] and their like. A [Schema] names the
// attributes that a condition may ask for, with their kinds; [Node.Validate] reports
// all faults of a tree against it. Values are exact: money, quantities and rates never
// pass through floats, and a comparison is always between an attribute and constants of
// its kind.
//
// There are two ways to use a tree, and a price engine uses both:
//
//   - [Lower] takes from the conjunctive part what can be looked up in an index (grades,
//     segments, products, categories, windows of dates, the least quantity) and leaves
//     the rest as a smaller tree; no rest means that the index says everything;
//   - [Compile] makes a flat [Program] of the rest: tests with two jumps each, without
//     recursion, interface calls or an allocation when it runs over [Facts].
//
// # What is not known
//
// A comparison with a value that is missing is false, whatever the operator: not_equal,
// too. The negation of it is therefore true: Not(Is("customer.grade", "gold")) holds for
// a customer without a grade, IsNot("customer.grade", "gold") does not.
//
// # What cannot be compared
//
// Money of another currency and quantities of another unit are not compared: the
// comparison is false, the whole condition does not hold (also below a [Not]), and
// [Facts.Mismatch] says which attribute it was. A rule that cannot be judged is not
// applied, and is reported; an engine that swallows such errors silently loses
// discounts.
//
// See the example of [Compile].
package condition
