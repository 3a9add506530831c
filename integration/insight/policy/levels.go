package policy

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// The warnings.
const (
	NoDemand       insight.WarningCode = "no_demand"        // none is expected: nothing is kept
	NoHistory                          = forecast.NoHistory // no_history: there is nothing to forecast from
	FewPaths       insight.WarningCode = "few_paths"        // the target lies in the last few simulated demands
	WithoutSafety  insight.WarningCode = "without_safety"   // the target is met with a reorder point of zero
	LargeLot       insight.WarningCode = "large_lot"        // minimum or pack is above what costs or cover ask for
	HeldAtMaximum  insight.WarningCode = "held_at_maximum"  // the largest order is below what is wanted or sold at once
	NegativeDemand insight.WarningCode = "negative_demand"  // returns above sales are expected in some futures
	ShortOfTarget  insight.WarningCode = "short_of_target"  // the expected service stays below the target
	CertainDemand  insight.WarningCode = "certain_demand"   // all simulated futures are the same: there is no safety
	Obsolete       insight.WarningCode = "obsolete"         // hardly any demand is expected: nothing is kept
	LongCover      insight.WarningCode = "long_cover"       // the order quantity was held at what an order may be for
	UnknownDemand  insight.WarningCode = "unknown_demand"   // always out of stock: it was the sales or more

	// ShortForLead is a history of fewer buckets than lead time and review, or than ten.
	ShortForLead insight.WarningCode = "short_for_lead_time"
)

// WarningCodes lists the codes of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		NoDemand, NoHistory, FewPaths, WithoutSafety, LargeLot, HeldAtMaximum, NegativeDemand, ShortOfTarget, CertainDemand,
		Obsolete, LongCover, UnknownDemand, ShortForLead,
	}
}

// Levels is what a rule steers by, and what is expected of it. Quantities are
// estimates in the unit of the history; [Levels.Order] makes them exact.
type Levels struct {
	Kind    Kind    `json:"kind"`
	Service Service `json:"service"` // the target
	Review  int     `json:"review"`  // buckets between reviews, at least 1

	ReorderPoint  float64 `json:"reorder_point"`  // r or s: ordered at or below; of periodic, S: ordered below
	OrderQuantity float64 `json:"order_quantity"` // Q; of min_max S − s; of periodic and single_period the increment
	OrderUpTo     float64 `json:"order_up_to"`    // S; of reorder_point the highest position, r + Q
	// SafetyStock is the expected stock, less backorders, just before a receipt.
	SafetyStock float64 `json:"safety_stock"`
	// Undershoot is how far below the reorder point the position is expected to be
	// when it is seen: r allows for it.
	Undershoot float64 `json:"undershoot"`

	CycleService float64 `json:"cycle_service"` // α, expected
	FillRate     float64 `json:"fill_rate"`     // β, expected
	// MeanStock on hand is the mean over time, demand being even within a bucket.
	MeanStock float64 `json:"mean_stock"`
	Orders    float64 `json:"orders"` // expected by bucket
	// Cost of orders and holding by bucket, expected; 0 where both are not known.
	Cost float64 `json:"cost,omitzero"`

	LeadTimeDemand   Summary `json:"lead_time_demand"`
	ProtectionDemand Summary `json:"protection_demand"` // over lead time and review
	Rate             float64 `json:"rate"`              // expected demand by bucket of that time; 0 of what is obsolete

	Pack    tandem.Quantity `json:"pack"`
	Minimum tandem.Quantity `json:"minimum"`
	Maximum tandem.Quantity `json:"maximum"`

	Method   string            `json:"method"` // how the levels were found, in words
	Reason   string            `json:"reason"` // why they are what they are, in words
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Summary is a distribution of demand in a few numbers.
type Summary struct {
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
	Median    float64 `json:"median"`
	Q90       float64 `json:"q90"` // quantiles
	Q95       float64 `json:"q95"`
	Q99       float64 `json:"q99"`
}

// Validate reports every fault of levels that were kept and read again: what
// [Levels.Order] needs.
func (l Levels) Validate() error {
	var c tandem.Check
	c.Require(l.Kind.Valid(), "kind", "kind", kinds)
	for _, f := range []struct {
		path  string
		value float64
	}{{"reorder_point", l.ReorderPoint}, {"order_quantity", l.OrderQuantity}, {"order_up_to", l.OrderUpTo}} {
		c.Require(float.Finite(f.value), "finite", f.path, "must be finite")
	}
	c.Require(l.OrderQuantity >= 0, "negative", "order_quantity", "must not be negative")
	lot{l.Pack, l.Minimum, l.Maximum}.check(&c)
	return c.Err("levels")
}

func (l *Levels) warn(code insight.WarningCode, format string, args ...any) {
	l.Warnings = append(l.Warnings, insight.Warn(code, format, args...))
}
