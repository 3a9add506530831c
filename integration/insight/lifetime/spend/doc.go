// Package spend estimates what a customer spends at a purchase: the gamma-gamma model
// (Fader and Hardie, "The Gamma-Gamma Model of Monetary Value", 2013, after Colombo and
// Jiang 1999).
//
// The value of a purchase varies around the customer's own mean by a gamma
// distribution of shape p; the rates of those vary between customers by a gamma
// distribution of shape q and rate gamma. So a customer's mean is drawn towards that
// of all, the more so the fewer purchases he made ([Fit.Expected]).
//
// Values are of contribution margin or revenue, per repeat purchase day; the first purchase
// stays out, since it makes a customer and tells little of him. The model holds only
// where spend and frequency are not related: [Fit.Correlation] says how much they are.
package spend
