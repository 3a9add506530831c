package policy

import (
	"fmt"
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/policy/internal/law"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a joint plan.
const (
	MaxJointItems   = 100_000
	MaxIterations   = 1000
	jointIterations = 60
)

// JointItem is one of many items that share a target. The buckets of all are of one
// length.
type JointItem struct {
	Demand Demand `json:"demand"`
	// Item must have a holding cost; its Service is not read.
	Item Item `json:"item"`
	// UnitCost is what a unit in stock ties up; 0 = nothing.
	UnitCost float64 `json:"unit_cost,omitzero"`
	// Weight is what a unit counts in the joint fill rate, and in the shortage cost: its
	// price for a fill rate by turnover; 0 = 1.
	Weight float64 `json:"weight,omitzero"`
}

// JointTarget is what the items reach together.
type JointTarget struct {
	FillRate   float64 `json:"fill_rate"`           // between 0 and 1, such as 0.95
	Iterations int     `json:"iterations,omitzero"` // shortage costs tried at most; 0 = 60
}

// JointLevels are levels for many items by one shortage cost, and what is expected.
type JointLevels struct {
	ShortageCost float64  `json:"shortage_cost"` // of a unit of weight 1; 0 where no demand is expected
	Levels       []Levels `json:"levels"`        // of the items, in their order
	FillRate     float64  `json:"fill_rate"`     // of the demand of all, by weight; 1 where none is expected
	Capital      float64  `json:"capital"`       // mean stock times unit cost
	HoldingCost  float64  `json:"holding_cost"`  // of the mean stock, for a bucket
	Iterations   int      `json:"iterations"`    // shortage costs tried
	// Warnings are of all together; the levels have their own.
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// joint is a search: what is weighed of each item with demand, at its place.
type joint struct {
	list   []JointItem
	rules  []*rule // nil without demand
	levels []Levels
	demand float64 // of all in a bucket, by weight
}

// Joint plans many items for one fill rate of all their demand, at the least cost of
// holding: by the least shortage cost, one and the same for all, whose levels reach the
// rate together, each as Plan gives it for [ShortageCost]. A bit more money then serves
// as much wherever it is put, which is not so where each item has the joint rate as
// its own target. Where holding costs are a share of unit costs, the capital is least,
// too, but for whole units (Silver, Pyke and Thomas, 2017, chapter 6, on shortage costs
// and exchange curves).
//
// Shortage costs a factor of 4 apart are tried until two enclose the target, then
// their geometric mean, down to one part in a thousand or the last iteration. The
// curves of an item are built once, and a level of it is measured once; the call
// keeps both, about three times the size of the samples. Only faults of the arguments
// are errors; where no cost tried reaches the target, the levels are those of the
// highest, with the warning [ShortOfTarget].
func Joint(list []JointItem, target JointTarget) (JointLevels, error) {
	if err := target.validate(list); err != nil {
		return JointLevels{}, err
	}
	if target.Iterations == 0 {
		target.Iterations = jointIterations
	}
	j := joint{
		list: list, rules: make([]*rule, len(list)), levels: make([]Levels, len(list)),
	}
	for i, x := range list {
		x.Item.Service = Service{ShortageCost, 1}
		j.levels[i], j.rules[i] = x.Demand.copied().prepare(x.Item)
		j.demand += float64(x.weight() * j.levels[i].Rate)
	}
	out := JointLevels{Levels: j.levels, FillRate: 1}
	if !(j.demand > 0) {
		out.Warnings = []insight.Warning{insight.Warn(NoDemand, "no demand is expected of any item")}
		return out, nil
	}
	out.ShortageCost, out.Iterations = j.search(target)
	out.FillRate, out.Capital, out.HoldingCost = j.settle(out.ShortageCost)
	if out.FillRate < target.FillRate-1e-9 {
		out.Warnings = []insight.Warning{insight.Warn(ShortOfTarget, "the joint fill rate is expected to stay at %.4f", out.FillRate)}
	}
	return out, nil
}

func (t JointTarget) validate(list []JointItem) error {
	var c tandem.Check
	c.Require(t.FillRate > 0 && t.FillRate < 1, "target", "fill_rate", "must be between 0 and 1")
	c.Require(t.Iterations >= 0 && t.Iterations <= MaxIterations, "iterations", "iterations", "must be 0 to 1,000")
	c.Require(len(list) <= MaxJointItems, "items", "items", "must be at most 100,000")
	if !c.OK() {
		return c.Err("joint")
	}
	for i, x := range list {
		at := fmt.Sprintf("items[%d]", i)
		x.Item.Service = Service{ShortageCost, 1}
		c.Nested(at+".demand", x.Demand.Validate())
		c.Nested(at+".item", x.Item.Validate())
		c.Require(x.UnitCost >= 0 && x.UnitCost <= MaxCost, "cost", at+".unit_cost", "must be 0 to 1e12")
		c.Require(x.Weight >= 0 && x.Weight <= MaxCost, "weight", at+".weight", "must be 0 to 1e12")
	}
	return c.Err("joint")
}

func (x JointItem) weight() float64 {
	if x.Weight == 0 {
		return 1
	}
	return x.Weight
}

// service is the target of an item at a joint shortage cost.
func (x JointItem) service(cost float64) Service {
	return Service{ShortageCost, min(max(float64(cost*x.weight()), math.SmallestNonzeroFloat64), MaxCost)}
}

// search gives the least shortage cost tried that reaches the target, else the highest
// tried.
func (j *joint) search(t JointTarget) (cost float64, tried int) {
	reaches := func(cost float64) bool {
		tried++
		return j.fillRate(cost) >= t.FillRate-1e-12
	}
	low, high := 0.0, j.start()
	if reaches(high) {
		low = high / 4
		for tried < t.Iterations && low > 1e-12 && reaches(low) {
			low, high = low/4, low
		}
	} else {
		low, high = high, min(4*high, MaxCost)
		for tried < t.Iterations && high > low && !reaches(high) {
			low, high = high, min(4*high, MaxCost)
		}
	}
	for tried < t.Iterations && high > 1.001*low {
		if middle := math.Sqrt(low) * math.Sqrt(high); reaches(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high, tried
}

// start is a shortage cost of the size of the holding costs: their mean by demand.
func (j *joint) start() float64 {
	sum := 0.0
	for i, x := range j.list {
		sum += float64(x.Item.HoldingCost * (j.levels[i].Rate / j.demand))
	}
	return min(max(sum, 1e-12), MaxCost)
}

// fillRate is the joint one that is expected at a shortage cost.
func (j *joint) fillRate(cost float64) float64 {
	short := 0.0
	for i, x := range j.list {
		if r := j.rules[i]; r != nil {
			short += float64(x.weight() * j.levels[i].Rate * r.Balance(r.level(x.service(cost), x.Item.overage())).Short)
		}
	}
	return law.Fraction(1 - short/j.demand)
}

// settle plans every item at a shortage cost.
func (j *joint) settle(cost float64) (fill, capital, holding float64) {
	filled := 0.0
	for i, x := range j.list {
		l := &j.levels[i]
		l.Service = x.service(cost)
		if r := j.rules[i]; r != nil {
			x.Item.Service = l.Service
			l.solve(r, x.Item)
		}
		filled += float64(x.weight() * l.Rate * l.FillRate)
		capital += float64(x.UnitCost * l.MeanStock)
		holding += float64(x.Item.HoldingCost * l.MeanStock)
	}
	if !float.Finite(capital) || !float.Finite(holding) { // stocks beyond all bounds
		capital, holding = min(capital, math.MaxFloat64), min(holding, math.MaxFloat64)
	}
	return law.Fraction(filled / j.demand), capital, holding
}
