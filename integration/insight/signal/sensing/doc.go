// Package sensing turns the sales pipeline into demand to expect.
//
// [Sense] takes open opportunities and the orders that have come of them, and gives
// for each product and bucket the expected quantity Σ q·p and its variance. The
// need is the close date plus the lead time, in days or working days. Nothing counts
// twice: an order that names its opportunity consumes it, by quantity, whatever the
// dates. For one that names none, party, product and a window of days decide, backward
// first and then forward, as master schedules consume forecasts (APICS Dictionary,
// "forecast consumption"; Vollmann et al., Manufacturing Planning and Control): with the
// zero [Config], what the party was expected to need within 30 days before or after the
// order's need. [ByReference] leaves guesses out; orders that took nothing are remarks.
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
