// Package policy decides how much stock to keep and what to order.
//
// [Propose] is the one call from a history to a quantity: forecast, distribution of
// the demand over lead time and review, levels, and the order that brings a
// [Position] there, exact, rounded up to minimum and packs, with the reason of each
// step in words. [Plan] stops at the [Levels], which [Levels.Order] reads at every
// review until the next plan; [Demand.Plan] takes distributions from elsewhere.
//
// The rules are (r, nQ), (s, S), (R, S) and the single order ([Kinds]). A target is a
// cycle service α or a fill rate β ([Service]), and they are kept apart: 95 % of the
// demand from the shelf and 95 % of the receipts in time are different stocks. Or a
// unit short has a cost, to be weighed against that of holding; [Joint] finds the one
// cost at which many items reach a fill rate together with the least capital. Levels
// come from the forecast's own simulated demand, not from a normal curve through its
// mean and deviation: lumpy, skewed and seasonal demand keep their shape, the error of
// the forecast is in it, and it is the error summed over the whole time, not that of
// a bucket times the root of the time. The position at a review is below the reorder
// point already, and this undershoot is counted, too.
//
// Time goes by buckets: an order at the end of bucket t with a lead time of L is there
// before the demand of bucket t+L+1, so that a review of R buckets must cover L+R. A
// supplier who delivers within the bucket has a lead time of nought. The reorder point is
// for the time until the receipt, the quantity for what is expected from then on
// ([Coverage]), so that a promotion raises the one or the other.
// Formulas and names are those of Silver, Pyke and Thomas (Inventory and Production
// Management in Supply Chains, 4th edition, 2017) unless another source is named.
//
// Around it: lotsize (EOQ and its family, Wagner-Whitin), safetystock (the normal
// textbook), newsvendor, classify (ABC, XYZ, the Syntetos-Boylan grid) and replay,
// which runs a rule against demand as it came.
//
// There is always an answer. Without history or demand nothing is ordered, and the
// proposal says so; only faults of the arguments are errors, all at once. The same
// arguments give the same bits on every platform.
package policy
