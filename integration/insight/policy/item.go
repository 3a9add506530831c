package policy

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// The limits of an item.
const (
	MaxReview = forecast.MaxLeadTime // with the longest lead time at most as much
	MaxCover  = 10_000
	MaxCost   = 1e12
)

// MaxQuantity is the largest pack, stock or order, in millionths of the unit.
const MaxQuantity = 1 << 60

// Item is what there is to know of a product in a place beside its demand.
// Quantities are in the unit of the history, one and the same. A series has no unit, so
// that Pack, Minimum, Maximum or the [Position] must name it.
type Item struct {
	Kind Kind `json:"kind,omitempty"` // empty = reorder_point, or periodic if there is a review period
	// Lead is the time from an order to its receipt, in buckets of the history; nought
	// is a receipt before the demand of the next bucket.
	Lead forecast.LeadTime `json:"lead"`
	// Review is how many buckets lie between two looks at the stock; 0 = continuous,
	// which is a look at the end of each bucket.
	Review    int     `json:"review,omitzero"`
	Service   Service `json:"service"`
	OrderCost float64 `json:"order_cost,omitzero"` // of an order, whatever its size; 0 = unknown
	// HoldingCost is that of a unit for a bucket; 0 = unknown.
	HoldingCost float64 `json:"holding_cost,omitzero"`
	// Cover is the order quantity in buckets of demand from its receipt on where no
	// costs are known; 0 = the review period, at least one bucket.
	Cover float64 `json:"cover,omitzero"`
	// LongestCover is how many buckets of demand an order may be for, such as the shelf
	// life or the time until a product is out of fashion (Silver, Pyke and Thomas, 2017,
	// chapter 4, on limits of order sizes), whatever the costs say and at least the review period; 0 = Cover as it
	// is, and for an economic order quantity two years, of hours 1,000. Minimum and pack
	// may be for longer.
	LongestCover int `json:"longest_cover,omitzero"`
	// Pack is the increment of orders; none = whole units.
	Pack    tandem.Quantity `json:"pack"`
	Minimum tandem.Quantity `json:"minimum"` // of an order; none = no minimum
	Maximum tandem.Quantity `json:"maximum"` // of an order; none = no maximum
}

// Validate reports every fault of the item.
func (i Item) Validate() error {
	var c tandem.Check
	c.Require(i.Kind == "" || i.Kind.Valid(), "kind", "kind", kinds)
	c.Nested("lead", i.Lead.Validate())
	c.Require(i.Review >= 0 && i.Review <= MaxReview, "review", "review", "must be 0 to 1,000")
	c.Require(i.protection() <= forecast.MaxLeadTime, "protection", "review", "lead time and review are at most 1,000 buckets")
	c.Nested("service", i.Service.Validate())
	c.Require(i.OrderCost >= 0 && i.OrderCost <= MaxCost, "cost", "order_cost", "must be 0 to 1e12")
	c.Require(i.HoldingCost >= 0 && i.HoldingCost <= MaxCost, "cost", "holding_cost", "must be 0 to 1e12")
	c.Require(i.HoldingCost > 0 || i.Service.Kind != ShortageCost, "holding", "holding_cost",
		"must be known where a shortage cost is weighed against it")
	c.Require(i.Cover >= 0 && i.Cover <= MaxCover, "cover", "cover", "must be 0 to 10,000")
	c.Require(i.LongestCover >= 0 && i.LongestCover <= MaxCover, "cover", "longest_cover", "must be 0 to 10,000")
	i.lot().check(&c)
	return c.Err("item")
}

// period is the review period, at least a bucket.
func (i Item) period() int { return min(max(i.Review, 1), MaxReview) }

// protection is the longest time until what is ordered at the next review is there.
func (i Item) protection() int { return i.Lead.Longest() + i.period() }

// cover is how many buckets an order is for where no costs are known.
func (i Item) cover() float64 {
	if i.Cover == 0 {
		return float64(i.period())
	}
	return i.Cover
}

// costed says that there is an economic order quantity.
func (i Item) costed() bool { return i.OrderCost > 0 && i.HoldingCost > 0 }

// sized says that the rule has an order quantity of its own.
func (i Item) sized() bool { return i.kind() == ReorderPoint || i.kind() == MinMax }

// serviceless is the item with a sound service, where its own is not read.
func (i Item) serviceless() Item {
	i.Service = Service{FillRate, 0.5}
	return i
}

func (i Item) kind() Kind {
	switch {
	case i.Kind != "":
		return i.Kind
	case i.Review > 0:
		return Periodic
	}
	return ReorderPoint
}

// lot is what a supplier's terms make of a quantity.
func (i Item) lot() lot { return lot{i.Pack, i.Minimum, i.Maximum} }

type lot struct{ pack, minimum, maximum tandem.Quantity }

const whole = 1_000_000 // a unit, in millionths

func (l lot) check(c *tandem.Check) {
	var unit tandem.Unit
	for _, f := range []struct {
		path     string
		quantity tandem.Quantity
	}{{"pack", l.pack}, {"minimum", l.minimum}, {"maximum", l.maximum}} {
		if f.quantity.IsNone() {
			continue
		}
		c.Require(f.quantity.Micro() > 0 && f.quantity.Micro() <= MaxQuantity, "quantity", f.path,
			"must be positive, and at most MaxQuantity")
		if unit == 0 {
			unit = f.quantity.Unit()
		}
		c.Require(f.quantity.Unit() == unit, "unit", f.path, "must have the unit of the others")
	}
	if c.OK() && !l.maximum.IsNone() {
		c.Require(l.up(1) <= l.maximum.Micro(), "maximum", "maximum", "must hold a number of packs that reaches the minimum")
	}
}

// unit is that of the terms, none without terms.
func (l lot) unit() tandem.Unit {
	for _, q := range []tandem.Quantity{l.pack, l.minimum, l.maximum} {
		if !q.IsNone() {
			return q.Unit()
		}
	}
	return 0
}

// step is the increment in millionths.
func (l lot) step() int64 {
	if l.pack.IsNone() {
		return whole
	}
	return l.pack.Micro()
}

// up rounds millionths up to the minimum and then to full packs.
func (l lot) up(micro int64) int64 {
	micro = max(micro, l.minimum.Micro())
	step := l.step()
	return (micro + step - 1) / step * step
}

// cap is the largest order, in millionths.
func (l lot) cap() int64 {
	if l.maximum.IsNone() {
		return MaxQuantity / l.step() * l.step()
	}
	return l.maximum.Micro() / l.step() * l.step()
}

// micro turns an estimate into millionths, the nearest; what is too large is
// MaxQuantity.
func micro(v float64) int64 {
	return int64(min(max(math.Round(v*whole), -MaxQuantity), MaxQuantity))
}

func units(micro int64) float64 { return float64(micro) / whole }
