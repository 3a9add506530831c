// Package quality says which products and lots come back, or are complained of, more
// often than others, per unit that has had the time to.
//
// [Analyze] takes what was shipped and what was claimed. Units shipped in one bucket
// are a cohort; claims come late, so that young cohorts look better than they are.
// [Develop] estimates from all cohorts which share of the claims is in by which age
// (right-truncated data: the reverse hazard of S. W. Lagakos, L. M. Barraj and V. De
// Gruttola, Biometrika 75, 1988, 515-523, which is the chain-ladder of reserving),
// and a unit counts as exposed by that share: rate = claimed / exposed, the
// Cape Cod method (J. Friedland, Estimating Unpaid Claims Using Basic Techniques,
// Casualty Actuarial Society, 2010, chapter 10).
//
// Each lot is compared with the other lots of its product, each product with the
// others, or with a stated target, by an exact test, corrected for their number; under
// a minimum of exposed units the answer is "too few". Claims that name no lot, or none
// that was shipped then, count for the product alone: lots are compared by the claims
// that name one, which is fair where no lot loses its label more often than another.
// Units that come back together are one event: counts are divided by the mean clump
// Σq²/Σq before they are judged. [Report.Causes] is the Pareto order of causes;
// [Report.Stocks] says what returns do to the demand that stock has to cover.
//
// References to returns and cases are made by tandem.RefTo(kind, id, number), or from a
// host's own key by tandem.DeriveID[tandem.ID[any]](scope, key). Nothing is changed: all of it is data.
package quality
