//go:build !race

package policy_test

// raceDetector is off: everything is simulated.
const raceDetector = false
