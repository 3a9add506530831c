// Package ledger is the general ledger of a company: its chart of accounts, its
// accounting periods, and the journal, a list of entries that are written once.
//
// An [Entry] balances in the company's functional currency and never changes. A
// mistake is corrected by a second entry that reverses the first and names it,
// at most one for each. An entry has two times: the Date on which it counts, and
// the instant at which it was recorded, so that any balance can be asked for as
// of a date and as it was known at a time.
//
// Amounts are signed: a debit is positive, a credit negative. An entry balances
// when its amounts sum to nought, and so do any number of entries together,
// which is what a trial balance shows ([TrialBalance]).
//
// The room knows accounts and amounts, not documents: what a delivery or an
// invoice books is told by package posting.
package ledger
