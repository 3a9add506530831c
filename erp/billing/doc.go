// Package billing has what customers owe and pay: invoices and credit notes,
// payment terms, payments and their allocation. How far a customer may owe is in its
// sub-package credit, who owed what as of any day in ageing.
//
// An [Invoice] is drafted from lines and stored taxes, gets its number and date
// when it is posted, and is settled when nothing of it is open. A credit note is
// the same aggregate with another type (UNTDID 1001: 380 and 381) and numbers of
// its own. [Terms] split the gross into instalments and may offer an early
// discount, whose effect on the tax is a policy.
//
// A [Payment] is applied to instalments by [ApplyPayment] or [ApplyOldest]. Each
// [Allocation] is a fact with two times; it is undone by a reversing fact, never
// changed. What is not applied is the customer's credit.
//
// The room computes no tax and books nothing: taxes come from the tax room, and
// package posting tells what goes to the ledger.
package billing
