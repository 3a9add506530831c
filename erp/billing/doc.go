// Package billing has what customers owe: invoices and credit notes, payment terms,
// and the allocations that settle them. What customers pay is in its sub-package
// payment, how far they may owe in credit, who owed what as of any day in ageing.
//
// An [Invoice] is drafted from lines and stored taxes, gets its number and date
// when it is posted, and is settled when nothing of it is open. A credit note is
// the same aggregate with another type (UNTDID 1001: 380 and 381) and numbers of
// its own. [Terms] split the gross into instalments and may offer an early
// discount, whose effect on the tax is a policy.
//
// An [Allocation] is the fact that a credit note ([ApplyCredit]) or a payment settled
// part of an instalment; it has two times, and is undone by a reversing fact, never
// changed. Payments are told to the invoice by [Invoice.RecordPaid] and
// [Invoice.RecordUnpaid], and what is paid back of a credit note by
// [Invoice.RecordRefunded].
//
// The room computes no tax and books nothing: taxes come from the tax room, and
// package posting tells what goes to the ledger.
package billing
