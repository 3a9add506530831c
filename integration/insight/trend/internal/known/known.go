// Package known says which values of a series are there to be looked at.
package known

import (
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Of says by position whether a value is known, and counts the others by reason. One that
// is both missing and closed is closed: nothing was to be known there.
func Of(s forecast.Series) (known []bool, left []insight.LeftOut) {
	known = make([]bool, len(s.Values))
	for i := range known {
		known[i] = true
	}
	drop := func(list []int, why insight.Reason) {
		n := 0
		for _, i := range list {
			if known[i] {
				known[i] = false
				n++
			}
		}
		left = insight.Leave(left, why, n)
	}
	drop(s.Closed, insight.Closed)
	drop(s.Missing, insight.Missing)
	return known, left
}
