// Package sensing turns the sales pipeline into demand to expect.
//
// [Sense] takes open opportunities and the orders that have come of them, and gives
// for each product and bucket the expected quantity Σ q·p and its variance. The
// need is the close date plus the lead time, in days or working days. Nothing counts
// twice: an order that names its opportunity consumes it, by quantity, whatever the
// dates. For one that names none it is a guess, as master schedules consume forecasts
// within a window (APICS Dictionary, "forecast consumption"; Vollmann et al.,
// Manufacturing Planning and Control). With the zero [Config] it takes what the same party
// was expected to need of the product within 30 days before or after the order's need:
//
//   - a line of which exactly as much is open, if it lies within [ExactDays];
//   - then the nearest lines, of two as near the earlier, of one day the likelier; those
//     beyond the horizon after all in it, and overdue ones that are left out last;
//   - never a line that has no chance (probability 0) or was opened after the order was
//     placed, and nothing for an order whose need lies before today.
//
// What went by guess is said, on each line and in a warning ([TakenByGuess]): a project in
// the pipeline of a customer with usual orders may have been swallowed by these. [Matching]
// says what each policy costs; [ByReference] leaves guesses out. The orders of a deal that
// was won must go on naming it when it is no longer given, or they are taken for orders of
// the next one; [Config].Closed names such deals. Orders that took nothing are remarks.
//
// Opportunities are taken as independent: those of one deal are not (they are won
// together), and a common cause, such as the economy, is [Config].Correlation.
// Every number is pegged to its opportunities, close dates that have passed are
// flagged, and what was left out says why. Quantities are exact: what is open and
// what is consumed sum to the pipeline.
//
// References are made by tandem.RefTo(sensing.KindOpportunity, id, number), or from a
// host's own key: tandem.DocumentRef{Kind: sensing.KindOpportunity, ID:
// tandem.DeriveID[tandem.ID[any]]("crm", key)}.
//
// A [Demand] becomes a regressor of a forecast ([Demand.Regressor]) or is put on top
// of one ([Demand.Increment]). [Calibrate] compares stated probabilities with what
// was won. All of it is data; nothing is changed.
package sensing
