// Package sales is the room of what is sold: the order. What leaves the house for it
// is in its sub-package delivery, the offers before in quotation, what comes back in
// returns.
//
// A line of an [Order] keeps what was agreed (its [Item]: price, list price, the
// rule that gave it, the line's net after order discounts) and how far it has come:
// reserved, shipped, returned, invoiced, cancelled, in the product's base unit and
// in money. The order's status is derived from that. An order is shipped in parts
// ([Order.RecordShipped], of which delivery.Dispatch makes a delivery), changed by an
// [Amendment] that is checked against what is shipped and invoiced, cancelled before
// dispatch, or short-closed after it.
//
// Every split of an amount (partial deliveries, partial invoices, cancellations,
// returned value) takes its part of what is left by [tandem.Part], so that all parts
// of a line sum to its net, whatever their number and order. Amounts are without
// tax; tax is the tax room's matter, and invoices are the billing room's.
//
// Every command refuses with a [*tandem.RefusedError] of a stable code where the
// state or a rule forbids it, and with a [*tandem.InvalidError] where its input
// has faults; then nothing is changed. Which command leads where is listed by
// [OrderTransitions].
package sales
