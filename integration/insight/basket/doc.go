// Package basket finds what is bought together.
//
// [Gather] makes [Baskets] of order lines by declared rules: services are no items,
// what was cancelled on the same day was not bought, an item counts once, and a
// document of a thousand lines is a batch and no basket. What is left out is counted
// by reason. [FrequentSets] and [Rules] then count exactly: support, confidence,
// lift, leverage, conviction, Fisher's exact test corrected for the number of rules
// tested, and which rules a simpler one makes redundant. [RuleSet.Graph] is their
// picture as data.
//
// Sub-package similarity compares items by their customers or baskets and tells
// substitutes from complements; recommend proposes products to a customer, after it
// has asked what may be proposed at all.
//
// There is always an answer, with warnings where baskets say little. Only faults of
// the arguments are errors, all at once. Time and memory are bounded by [Mining]:
// where there are more sets than allowed, the minimum count is raised, and the result
// says so. The same arguments give the same bits on every platform.
package basket
