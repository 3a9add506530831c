package classify

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/internal/float"
)

// GridRule is where the fields of the grid of Syntetos, Boylan and Croston (On the
// categorization of demand patterns, Journal of the Operational Research Society, 2005)
// part. The zero rule is that of the paper, 1.32 and 0.49; a value at a limit is above it.
type GridRule struct {
	Interval  float64 `json:"interval,omitzero"`  // buckets by demand from which it is seldom; 0 = 1.32
	Variation float64 `json:"variation,omitzero"` // squared, from which sizes are unlike; 0 = 0.49
}

// GridResult is the pattern of an item, with what it comes from.
type GridResult struct {
	Rule      GridRule           `json:"rule"` // as used
	Pattern   intermittent.Class `json:"pattern"`
	Interval  float64            `json:"interval"`  // ADI: buckets over those with demand
	Variation float64            `json:"variation"` // CV² of the sizes of demand, zeros left out
	// Method is the one that the paper advises: Croston's for smooth demand, else that
	// of Syntetos and Boylan; none without demand.
	Method intermittent.Method `json:"method,omitempty"`
}

// Grid places a history on the grid. Buckets at or below zero are without demand.
func Grid(demand []float64, rule GridRule) (GridResult, error) {
	if rule.Interval == 0 {
		rule.Interval = intermittent.LongInterval
	}
	if rule.Variation == 0 {
		rule.Variation = intermittent.LargeVariation
	}
	var c tandem.Check
	c.Require(rule.Interval >= 1 && float.Finite(rule.Interval), "interval", "rule.interval", "must be at least 1")
	c.Require(rule.Variation > 0 && float.Finite(rule.Variation), "variation", "rule.variation", "must be positive")
	checkValues(&c, "demand", demand)
	if err := c.Err("demand pattern"); err != nil {
		return GridResult{}, err
	}
	class, interval, variation := intermittent.Classify(demand)
	r := GridResult{Rule: rule, Pattern: intermittent.NoDemand}
	if class == intermittent.NoDemand {
		return r, nil
	}
	if !float.Finite(variation) { // sizes so small that their square is nothing
		variation = 0
	}
	r.Interval, r.Variation, r.Method = interval, variation, intermittent.SBA
	seldom, unlike := interval >= rule.Interval, variation >= rule.Variation
	switch {
	case seldom && unlike:
		r.Pattern = intermittent.Lumpy
	case seldom:
		r.Pattern = intermittent.Intermittent
	case unlike:
		r.Pattern = intermittent.Erratic
	default:
		r.Pattern, r.Method = intermittent.Smooth, intermittent.Croston
	}
	return r, nil
}
