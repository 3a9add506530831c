// Package delivery is what leaves the house for an order at one time.
//
// [Dispatch] ships an order in part or in whole and gives a [Delivery], whose lines
// keep what they took of the order lines and the value at which the goods left the
// stock. A delivery is the basic tax point, and what invoices and returns refer to:
// [Delivery.Invoice] and [Delivery.RecordReturned] take their parts of its lines by
// [tandem.Part], so that all parts of a line sum to its net and to its cost,
// whatever their number and order. How far it is invoiced is derived from that.
//
// Every command refuses with a [*tandem.RefusedError] of a stable code where the
// state or a rule forbids it, and with a [*tandem.InvalidError] where its input
// has faults; then nothing is changed. Which command leads where is listed by
// [Transitions].
package delivery
