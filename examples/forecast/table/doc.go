// Package table reads series of demand from CSV: long (series, date, value, …) or wide (a series a row, a date a
// column). It finds out which, and the bucket from the dates; it names every fault by line and column, and reads on, so
// that a fault costs the series that it is in and no other.
package table
