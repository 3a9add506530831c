//go:build !race

package main

// invoices end so in the weeks of a test.
const invoices = "048"
