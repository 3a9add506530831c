// Package posting turns documents into journal entries. Each function takes the
// plain figures of one document (a delivery, an invoice, a returned parcel) and
// gives one balanced [ledger.Entry], or the zero entry where nothing has a value.
// Nothing is read or kept: the same arguments give the same entry.
//
// [Books] hold what the functions share: the accounts ([Chart]), the functional
// currency and when revenue is recognised ([RevenuePolicy]). With the default,
// at_delivery (IFRS 15.31 and 38: control passes), the documents book
//
//	receipt          Dr stock                      Cr goods received not invoiced
//	delivery         Dr cost of goods sold         Cr stock
//	                 Dr unbilled receivables       Cr revenue (net)
//	invoice          Dr receivables (gross)        Cr unbilled receivables, VAT
//	payment          Dr bank                       Cr receivables
//	early discount   Dr early discount, VAT        Cr receivables
//	returned goods   Dr stock or write-off         Cr cost of goods sold (original issue value)
//	                 Dr returns                    Cr refund liability, until it is credited
//	credit note      Dr refund liability or returns, VAT at the original rate   Cr receivables
//
// Under at_invoice revenue is booked with the invoice, and what is delivered and
// not invoiced at the end of a month is accrued and the accrual reversed on the
// first day of the next ([Books.Accrue]).
//
// Amounts of a document in a foreign currency are converted at one rate such that
// the entry balances to the last minor unit ([Exchange]); values of goods are in
// the functional currency already.
package posting
