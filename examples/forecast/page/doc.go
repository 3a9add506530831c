// Package page shows forecasts to people: one HTML page of small plots that needs nothing else, no network. It follows
// the reader's light or dark scheme.
package page
