// Package billing has what customers owe and pay: invoices and credit notes,
// payment terms, payments and their allocation, ageing, and credit exposure.
//
// An [Invoice] is drafted from lines and stored taxes, gets its number and date
// when it is posted, and is settled when nothing of it is open. A credit note is
// the same aggregate with another type (UNTDID 1001: 380 and 381) and numbers of
// its own. [Terms] split the gross into instalments and may offer an early
// discount, whose effect on the tax is a policy.
//
// A [Payment] is applied to instalments by [ApplyPayment] or [ApplyOldest]. Each
// [Allocation] is a fact with two times; it is undone by a reversing fact, never
// changed. What is not applied is the customer's credit. [Age] computes from
// those facts who owed what as of any day, as it was known at any time.
//
// A [CreditAccount] carries a customer's limit and what counts against it:
// receivables, what is delivered and not invoiced, what is confirmed and not
// delivered, less advances.
//
// The room computes no tax and books nothing: taxes come from the tax room, and
// package posting tells what goes to the ledger.
package billing
