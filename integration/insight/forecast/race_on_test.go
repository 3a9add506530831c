//go:build race

package forecast_test

// The race detector makes numbers ten times as slow: it sees each twentieth series.
const each = 20
