// Package rebate keeps retroactive (volume) rebates: what a customer gets back for all
// that was bought in a period, and what revenue must be reduced by in the meantime.
//
// [Terms] are plain data: a period, tiers by net quantity or net value, and whether a
// tier's reward is for its own slice ([Marginal]) or for everything from the first unit
// ([BackToFirstUnit]). [Terms.Rebate] is the pure rule. A tier is reached by what was
// bought net of returns; the highest tier that was ever reached is kept only where the
// terms say so ([HighestReached]).
//
// # The refund liability
//
// A rebate is variable consideration (IFRS 15.50-59): revenue is recognised net of what
// is expected to be given back, which is a refund liability until it is settled (IFRS
// 15.55). An [Estimate] says what volume is expected, by which method (IFRS 15.53) and
// under which constraint (IFRS 15.56-58); [Terms.Expect] makes the expected reward for
// each unit of it. An [Agreement] then posts facts, which are only ever added:
//
//   - [Accrued]: a sale or a return, at the reward that is expected now;
//   - [CaughtUp]: what earlier sales were short or over when the expectation changed
//     (IFRS 15.59, 87-88: a cumulative catch-up);
//   - [TrueUp]: the difference to the rebate of the actual net volume, after the period;
//   - [Settled]: what was credited to the customer.
//
// Their sum is the liability, at every moment. It is computed from the net volume as a
// whole, never added up from rounded parts: the order of the sales changes nothing, and
// a return takes back exactly what its sale brought.
//
// Sales and returns have a key: the same one twice counts once, and another payload
// under it is refused. The caller says of each line whether it counts; which products
// those are is a question of conditions and not of this package.
//
// # Size
//
// An agreement is one aggregate, which every sale saves, at most [MaxMovements] of them:
// two sales that meet are recorded one after the other, each at the tier that then
// holds, and the liability is exact. So that it stays small, sum up what is old
// ([Agreement.Forget]), as with a month that is closed: the days before are closed then,
// and a late repeat is refused and never counts twice. What comes back of a sale that was
// forgotten is refused, or taken from the whole, as the terms say ([LateReturn]). The
// facts that are forgotten were published ([Posted]) and are kept in the accounts.
//
// See the example of [Agreement].
package rebate
