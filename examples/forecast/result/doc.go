// Package result forecasts the series of a table, and writes what came of it as CSV and as text.
package result
