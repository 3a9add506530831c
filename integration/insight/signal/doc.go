// Package signal is what each side of the house tells the other: the CRM, which
// looks outside, and the ERP, which looks inside. A [Signal] is data and never a
// change: somebody, or a rule of the host, reads it and decides.
//
// Who tells what is in the sub-packages, pure rules over plain structs that a
// process fills:
//
//   - sensing: open opportunities become the demand to expect, with its variance,
//     until the order arrives.
//   - quality: complaints and returns per unit exposed, late ones foreseen, say
//     which lot to investigate and what they do to safety stock.
//   - retention: satisfaction, delivery and silence say who may leave, and whom to
//     ask, if he may be asked.
//   - offer: grade, customer lifetime value and preferences say which of the given
//     offers suits whom, and what excluded the others.
//
// All speak one shape: [Kind], [Subject], day, strength, interval, the reason in
// words, documents as evidence and a suggestion. [Sort] gives them one order.
// Texts carry no names: what identifies is in Subject and Evidence. Rows that are left out,
// and what is odd about others, have a reason, which the package lists (Reasons); a package
// that warns lists its codes, too (WarningCodes).
//
// The statistics that they share are here too: intervals of shares and of counts
// ([Wilson], [ClopperPearson], [PoissonExact]) and the tests of one count against another
// ([MoreThan], [MoreThanOther]).
package signal
