// Package payment is the money that comes from customers, and goes back to them.
//
// A [Payment] is received ([Receive]) and applied to the instalments of invoices, one
// by one ([Apply]) or the earliest due first ([ApplyOldest]): both documents change, and
// the [billing.Allocation] is the fact of it, which is undone by a reversing fact
// ([Unapply]) and never changed. Who pays in time may leave out the early discount, which
// falls again where the instalment is open again ([ForfeitDiscount]). What is not applied
// is the customer's credit. A payment that bounces goes back ([Payment.Return]).
//
// An advance came before anything was owed. Where it is a tax point ([AdvancePolicy]) its
// taxes are kept with it, and taken back as it is used up ([ApplyAdvance], [ReleasedTax]).
//
// A refund is a payment the other way: of what is unapplied of a payment ([Refund]) or of
// a credit note ([RefundCredit]). If the payment that it was of bounces, it is owed back
// and another payment settles it ([UnsettleRefund], [SettleRefund]); if its own money
// comes back, it is taken back ([TakeBackRefund], [TakeBackOwed]).
//
// What a payment does to an invoice the invoice checks and books itself
// ([billing.Invoice.RecordPaid] and its like). Which command leads where is listed by
// [Transitions].
package payment
