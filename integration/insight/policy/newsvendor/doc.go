// Package newsvendor decides a single order for an uncertain demand: what is short
// costs so much a unit, what is left so much, and there is no second order.
//
// [Cost.Order] takes any distribution of demand that package forecast gives,
// [Cost.Normal] two numbers. The answer is the quantile at the critical ratio
// (Arrow, Harris and Marschak, 1951; Silver, Pyke and Thomas, Inventory and
// Production Management in Supply Chains, 4th edition, 2017, chapter 9).
package newsvendor
