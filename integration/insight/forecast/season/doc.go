// Package season finds the cycle in a series: [Significant] tests for one,
// [Classical] gives one that does not change, [Smooth] one that does.
package season
