//go:build race

package main

// invoices end so in the weeks of a test; under the race detector SQLite is ten times as slow.
const invoices = "0"
