// Package quotation is the offer that comes before an order: prices that are
// locked from being sent to the last day of validity.
//
// A [Quotation] begins as a draft, which [Quotation.Revise] changes. Sent, it binds
// the seller: neither a new price list nor a new grade of the customer touches it
// ([Quotation.Locked]). It ends by being accepted, declined or expired; an
// accepted one names the order that it became, whose lines are its own
// ([Quotation.OrderInput]). Its lines are [sales.Item], as those of the order are.
//
// Every command refuses with a [*tandem.RefusedError] of a stable code where the
// state or a rule forbids it, and with a [*tandem.InvalidError] where its input
// has faults; then nothing is changed. Which command leads where is listed by
// [Transitions].
package quotation
