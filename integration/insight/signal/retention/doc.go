// Package retention says which customers may leave, why, and whom to ask.
//
// [Assess] gives each customer points for what is known: silence against the
// customer's own rhythm, lines late, incomplete and returned, answers (NPS, CSAT), an
// open complaint. What is not known is left out and never counts as nought: the score is
// the points of the known factors of 100, and each [Factor] says what it adds and why.
// How much is known is [Risk].Known: below a minimum no risk is high.
// It is a rule that explains itself, not a fitted probability; for that there is
// package lifetime (P(alive), churn by logistic regression).
//
// It also suggests at most one [Survey] a customer: after which event, which
// question, and why; never without consent, while a complaint is open, or sooner
// after the last one than the cap allows. Whoever is not asked is [Withheld], with
// the rule that says so. All of it is data; nothing is sent.
package retention
