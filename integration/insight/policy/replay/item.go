package replay

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/policy"
)

// The limits of a run.
const (
	MaxBuckets = 1_000_000
	MaxWorkers = 1024
	MaxUnits   = 1e12 // of a line, a level, a lot; either way
)

// Line is what a customer asked for in a bucket.
type Line struct {
	Bucket int     `json:"bucket"` // 0 is the first
	Units  float64 `json:"units"`  // below zero for a return, which comes back into stock and counts nowhere
}

// Item is a product with the demand that came.
type Item struct {
	Lines   []Line  `json:"lines"`           // in the order of their buckets
	Opening float64 `json:"opening"`         // stock before the first bucket; below zero is owed
	Value   float64 `json:"value"`           // of a unit, for the capital
	Review  int     `json:"review,omitzero"` // buckets between reviews; 0 = each bucket
	Pack    float64 `json:"pack,omitzero"`   // increment of orders up to a level; 0 = none
	Minimum float64 `json:"minimum,omitzero"`
	// Maximum is the largest order, of which full packs are ordered; 0 = none.
	Maximum float64 `json:"maximum,omitzero"`
	// Lost says that what is not there is not sold, instead of owed.
	Lost bool `json:"lost,omitzero"`
}

// Config bounds a run.
type Config struct {
	Buckets int `json:"buckets"`          // of the run
	Warmup  int `json:"warmup,omitzero"`  // first buckets that no figure counts
	Workers int `json:"workers,omitzero"` // goroutines; 0 = 1
}

// State is what a rule sees of an item at a review.
type State struct {
	Item, Bucket                 int // the index of the item, and of the bucket that has just ended
	OnHand, OnOrder, Backordered float64
}

// Level is the answer of a rule: at or below ReorderPoint the least number of lots
// Quantity that brings the position above it; without a Quantity what is missing to
// OrderUpTo, rounded up to minimum and packs. (R, S) has both levels at S.
type Level struct {
	ReorderPoint, OrderUpTo, Quantity float64
}

// LevelOf gives the level of a plan. That of single_period is no number, so that it
// orders nothing: its one order is no rule for every review.
func LevelOf(l policy.Levels) Level {
	if l.Kind == policy.SinglePeriod {
		return Level{ReorderPoint: math.NaN(), OrderUpTo: math.NaN()}
	}
	level := Level{ReorderPoint: l.ReorderPoint, OrderUpTo: l.OrderUpTo}
	if l.Kind == policy.ReorderPoint {
		level.Quantity = l.OrderQuantity
	}
	return level
}

// Rule gives the level of an item at a review. It is called for an item in the order
// of the buckets, for different items from different goroutines. A level that is no
// number orders nothing.
type Rule func(s State) Level

// LeadTime gives the buckets that an order, the n-th of its item from 0 on, placed at
// the end of a bucket, is under way; below zero counts as zero. It is called as
// [Rule] is.
type LeadTime func(item, bucket, n int) int

// check finds the faults of a run.
func check(items []Item, c Config, rule Rule, lead LeadTime) error {
	var k tandem.Check
	k.Require(c.Buckets >= 1 && c.Buckets <= MaxBuckets, "buckets", "config.buckets", "must be 1 to 1,000,000")
	k.Require(c.Warmup >= 0 && c.Warmup < max(c.Buckets, 1), "warmup", "config.warmup", "must be 0 or more and leave a bucket")
	k.Require(c.Workers >= 0 && c.Workers <= MaxWorkers, "workers", "config.workers", "must be 0 to 1,024")
	k.Require(rule != nil, "rule", "rule", "must not be nil")
	k.Require(lead != nil, "lead_time", "lead_time", "must not be nil")
	for i := range items {
		if items[i].sound(c.Buckets) {
			continue
		}
		k.Nested(tandem.Path("items", i), items[i].validate(c.Buckets))
	}
	return k.Err("replay")
}

func bounded(v float64) bool { return math.Abs(v) <= MaxUnits }

// sound says that there are no faults, without memory.
func (i *Item) sound(buckets int) bool {
	ok := bounded(i.Opening) && i.Value >= 0 && bounded(i.Value) && i.Review >= 0 && i.Pack >= 0 && bounded(i.Pack) &&
		i.Minimum >= 0 && bounded(i.Minimum) && i.Maximum >= 0 && bounded(i.Maximum)
	last := 0
	for _, l := range i.Lines {
		ok = ok && l.Bucket >= last && l.Bucket < buckets && bounded(l.Units)
		last = l.Bucket
	}
	return ok
}

func (i *Item) validate(buckets int) error {
	var c tandem.Check
	c.Require(bounded(i.Opening), "opening", "opening", "must be at most 1e12")
	c.Require(i.Value >= 0 && bounded(i.Value), "value", "value", "must be 0 to 1e12")
	c.Require(i.Review >= 0, "review", "review", "must not be negative")
	c.Require(i.Pack >= 0 && bounded(i.Pack), "pack", "pack", "must be 0 to 1e12")
	c.Require(i.Minimum >= 0 && bounded(i.Minimum), "minimum", "minimum", "must be 0 to 1e12")
	c.Require(i.Maximum >= 0 && bounded(i.Maximum), "maximum", "maximum", "must be 0 to 1e12")
	last := 0
	for n, l := range i.Lines {
		path := tandem.Path("lines", n)
		c.Require(l.Bucket >= last && l.Bucket < buckets, "bucket", path+".bucket", "must be within the run and not before the line above")
		c.Require(bounded(l.Units), "units", path+".units", "must be at most 1e12")
		last = max(last, l.Bucket)
	}
	return c.Err("item")
}
