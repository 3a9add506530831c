// Package party knows whom the company deals with: one [Party] for each
// organisation or person, from first contact to loyalty, with roles (prospect,
// customer, supplier, contact) that are valid over time.
//
// The host's own keys lead to parties by a [CrossReference]. What a party wishes
// is kept as preferences, whether it may be contacted as append-only [Consent]
// facts (the default is no; see [Decide]), and what happened with it as
// [Interaction] facts, the timeline.
//
// Names, addresses and texts are [tandem.Personal]: they are redacted wherever
// they are printed or logged, and are in no event. Tax registrations are not
// personal; they are kept as long as the documents that rest on them.
package party
