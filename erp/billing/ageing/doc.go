// Package ageing tells who owed what as of any day, by how long it was overdue.
//
// [Compute] makes the [Report] from facts alone: posted invoices and credit notes,
// payments, and their allocations, each with the day on which it counts and the time
// at which it was recorded. So it gives the list of any past day, as it is known now
// or as it was known then ([Query]), and its total for all documents of a company is
// the balance of the control account of receivables on that day. A [Row] is what one
// customer owes, split into buckets; what is not applied to an invoice stands beside
// them, and advances, which are a liability of their own, beside the total. An [Item]
// is one open instalment, refund that is owed back, or credit.
package ageing
