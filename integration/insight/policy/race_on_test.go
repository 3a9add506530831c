//go:build race

package policy_test

// raceDetector makes numbers ten times as slow: the long simulation does without.
const raceDetector = true
