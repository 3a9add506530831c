// Package redemption is what may be used only so often, or up to so much: coupons,
// limits on the uses of a promotion, the budget of a campaign, the caps of a price
// contract.
//
// A [Limit] is opened for its subject with [Terms] ([Open], [OpenCode]) and is drawn
// upon in two steps, since a price is shown long before it is paid: [Limit.Reserve]
// holds what a [Claim] asks for, [Limit.Commit] makes it used, [Limit.Release] and
// [Limit.Expire] free it again, and [Limit.Return] gives back what was used. What is
// reserved and used together never exceeds the terms. A claim that does not fit is
// refused ([ExhaustedError]), or granted in part where the terms say so ([Partial]).
// One claim on several limits, a code with its campaign's budget, is [ReserveAll].
//
// # Keys
//
// Every claim has a key, chosen once per intention, and so has every step that takes
// a part ([Limit.CommitPart], [Limit.ReleasePart], [Limit.Return]). The same key with
// the same content answers the same again and changes nothing: whoever lost an answer
// asks again. The same key with another content is a [KeyConflictError]. A refusal is
// not kept.
//
// The keys are kept in the limit, at most [MaxKeys], and every Save writes them:
// settled ones are to be forgotten ([Limit.Forget]), the counts stay. What a late
// repeat of a forgotten key does:
//
//   - A claim that had an end (Claim.Until) is refused as over. One without an end
//     takes effect a second time, as a forgotten command does: give claims an end.
//   - Commit and release do not find the key.
//   - A return does not find the key either, or, where the terms say so
//     ([AcceptLateReturn]), gives back of what all forgotten keys have used; a return
//     that was made before, and forgotten with its key, is then made again.
//
// So keep keys for as long as anybody repeats, and, without late returns, for as long
// as goods come back.
//
// # Contracts
//
// The cap of a contract splits a line: [Limit.Split] says how much of it is within.
// What is within is reserved with the order, and used when the named [Moment] comes:
// ordered, shipped or invoiced. The process reports each of them ([Limit.Consume]),
// and the limit takes the one that its terms name.
//
// # Concurrency
//
// The limit is one aggregate, which every claim saves: of two that do not both fit,
// one runs again and sees the other. A code is a limit of its own, so that a million
// codes do not meet. A budget that everybody draws upon is one contended row. It is
// not cut into buckets here: which of them a repeated key went to could be told only by
// asking all of them, and a claim would be refused that no single bucket can hold.
//
// Uses per customer are counted in the limit, for at most [MaxCustomers]; a campaign
// with more gives each customer a limit of kind [ForCustomer].
package redemption
