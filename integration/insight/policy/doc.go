// Package policy decides how much stock to keep and what to order.
//
// [Propose] is the one call from a history to a quantity: forecast, distribution of
// the demand over lead time and review, levels by [Plan], and [Levels.Order] for a
// [Position].
package policy
