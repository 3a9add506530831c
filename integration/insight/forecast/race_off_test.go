//go:build !race

package forecast_test

// each says which share of the M3 series the published figures are compared on.
const each = 1
