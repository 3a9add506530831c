// Package credit is how far a customer may owe: the credit limit, and what counts
// against it.
//
// An [Account] is opened for a customer of a company ([Open]) with a limit and a
// [Policy], which says what becomes of an order beyond it. Its exposure is what the
// customer owes and will owe ([Components.Exposure]): receivables, what is delivered
// and not invoiced, what is confirmed and not delivered, less advances. An order is
// checked and added ([Account.Place]), or waits until somebody releases it
// ([Account.Release]); from then on its amount moves through the account as it is
// delivered, invoiced and paid ([Account.Deliver], [Account.Invoice],
// [Account.Settle]), and leaves nothing behind.
//
// Nothing but the receivables may fall below nought: more than entered the account
// never leaves it (`credit_negative`). The account carries the limit of all orders of
// a customer, so that of two that are placed at once one sees the other.
package credit
