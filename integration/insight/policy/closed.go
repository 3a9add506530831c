package policy

import (
	"slices"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// spans are the times whose demand a rule must meet, counted from now on, and the
// part of the protection time's demand that is that of a bucket, closed ones counted in; 0
// = as over lead time and review.
type spans struct {
	lead, protection forecast.LeadTime
	review           int
	rate             float64
}

// shut is the part of the usual demand of a bucket below which it counts as closed.
const shut = 0.01

// spans gives lead time and review as they are, and where buckets ahead are closed those
// with as many open ones as lead time and review hold at worst when they begin at any of
// the next starts: levels are kept until the next plan, and those of a Wednesday whose
// receipt comes for a closed Saturday would serve no Monday. At worst is with the most
// open buckets in the review, and of those with the most in the lead time. Where all of
// them are closed, nothing is skipped.
func (i Item) spans(fit *forecast.Fit) spans {
	s := spans{lead: i.Lead, protection: i.Lead.Plus(i.period()), review: i.period()}
	open := i.opened(fit)
	if open == nil {
		return s
	}
	n := len(open) - 1
	starts := n - i.protection() // a window for each, at least one
	at := make([]int, 1, n+1)    // how far ahead the n-th open bucket ends, from the first on
	for k := range n {
		if open[k+1] > open[k] {
			at = append(at, k+1)
		}
	}
	wide := spans{lead: make(forecast.LeadTime, n+1), protection: make(forecast.LeadTime, n+1)}
	reviewed := 0 // open buckets of a review
	for o := range starts + 1 {
		for length := range i.Lead {
			reviewed = max(reviewed, open[o+length+i.period()]-open[o+length])
		}
	}
	if reviewed == 0 {
		return s
	}
	most, mean := 0, 0.0 // open buckets of a lead time, the longer with no fewer
	for length, p := range i.Lead {
		for o := range starts + 1 {
			if open[o+length+i.period()]-open[o+length] == reviewed {
				most = max(most, open[o+length]-open[o])
			}
		}
		wide.lead[at[most]] += p
		wide.protection[at[most+reviewed]] += p
		mean += float64(p * float64(most+reviewed))
	}
	wide.review = at[reviewed]
	whole := n / starts * starts // weeks
	if open[whole] == 0 {
		whole = n
	}
	wide.rate = float64(open[whole]) / float64(whole) / mean
	if wide.lead, wide.protection = trimmed(wide.lead), trimmed(wide.protection); wide.protection.Longest() > forecast.MaxLeadTime {
		return s
	}
	return wide
}

// trimmed leaves out lengths at the end that never come.
func trimmed(l forecast.LeadTime) forecast.LeadTime {
	for len(l) > 1 && l[len(l)-1] == 0 {
		l = l[:len(l)-1]
	}
	return l
}

// opened counts the open buckets up to each of those ahead, from none on; nil where none is closed.
func (i Item) opened(fit *forecast.Fit) []int {
	starts := 1           // of longer buckets one that is closed is a holiday
	switch fit.Bucket() { // a week, by which opening times repeat
	case forecast.Day:
		starts = 7
	case forecast.Hour:
		starts = 7 * 24
	}
	points := fit.Expected(i.protection() + starts)
	if !gaps(points) {
		return nil
	}
	least := least(points)
	open := make([]int, len(points)+1)
	for k, v := range points {
		open[k+1] = open[k]
		if v > least {
			open[k+1]++
		}
	}
	return open
}

// least is what an open bucket is expected to have more than: of the median, so that no
// promotion makes the days around it closed ones.
func least(points []float64) float64 {
	some := make([]float64, 0, len(points))
	for _, v := range points {
		if v > 0 {
			some = append(some, v)
		}
	}
	if len(some) == 0 {
		return 0
	}
	slices.Sort(some)
	return float64(shut * some[len(some)/2])
}

// gaps says that a bucket with demand comes after one without.
func gaps(points []float64) bool {
	least, closed := least(points), false
	for _, v := range points {
		if v > least && closed {
			return true
		}
		closed = closed || v <= least
	}
	return false
}
