package lotsize

import (
	"math"

	"github.com/tandem-go/tandem"
)

// The bounds of rates, costs and quantities that are not nought.
const (
	MinAmount = 1e-12
	MaxAmount = 1e12
)

// Economic is an even demand with its costs. A period is whatever the rates share.
type Economic struct {
	Demand      float64 `json:"demand"`       // D, units by period
	OrderCost   float64 `json:"order_cost"`   // A, of an order or set-up
	HoldingCost float64 `json:"holding_cost"` // h = v·r, of a unit for a period
	// Production is the rate at which an order comes in, units by period and above
	// Demand; 0 = all at once.
	Production float64 `json:"production,omitzero"`
	// BackorderCost is that of a unit owed for a period; 0 = none is allowed.
	BackorderCost float64 `json:"backorder_cost,omitzero"`
	Pack          float64 `json:"pack,omitzero"`    // increment of an order; 0 = none
	Minimum       float64 `json:"minimum,omitzero"` // of an order
	Maximum       float64 `json:"maximum,omitzero"` // of an order; 0 = none
}

// Quantity is an order quantity and what it means.
type Quantity struct {
	Quantity    float64 `json:"quantity"`
	Cycle       float64 `json:"cycle"`       // periods between orders
	Stock       float64 `json:"stock"`       // the highest
	Backordered float64 `json:"backordered"` // the most owed
	Cost        float64 `json:"cost"`        // by period, of orders, stock and backorders
}

func amount(v float64) bool { return v == 0 || v >= MinAmount && v <= MaxAmount }

const amounts = "must be 0, or 1e-12 to 1e12"

func (e Economic) check(c *tandem.Check) {
	for _, f := range []struct {
		path     string
		value    float64
		positive bool
	}{
		{"demand", e.Demand, false}, {"order_cost", e.OrderCost, true}, {"holding_cost", e.HoldingCost, true},
		{"production", e.Production, false},
		{"backorder_cost", e.BackorderCost, false}, {"pack", e.Pack, false}, {"minimum", e.Minimum, false}, {"maximum", e.Maximum, false},
	} {
		c.Require(amount(f.value), "amount", f.path, amounts)
		c.Require(!f.positive || f.value > 0, "positive", f.path, "must be positive")
	}
	c.Require(e.Production == 0 || e.Production > e.Demand, "production", "production", "must be above the demand")
	c.Require(e.Maximum == 0 || e.up(max(e.Minimum, math.SmallestNonzeroFloat64)) <= e.Maximum, "maximum", "maximum",
		"must hold a number of packs that reaches the minimum")
}

// Validate reports every fault.
func (e Economic) Validate() error {
	var c tandem.Check
	e.check(&c)
	return c.Err("economic order quantity")
}

// gross is the part of an order that is not used up while it comes in.
func (e Economic) gross() float64 {
	if e.Production == 0 {
		return 1
	}
	return 1 - e.Demand/e.Production
}

// owing is the part of the time that stock is kept, the rest being backorders.
func (e Economic) owing() float64 {
	if e.BackorderCost == 0 {
		return 1
	}
	return e.BackorderCost / (e.BackorderCost + e.HoldingCost)
}

// Best gives the cheapest quantity, √(2·A·D/(h·(1 − D/P))·(h + b)/b). Of the two full
// packs around it the cheaper one is taken, as the cost is convex (section 4.8), and
// minimum and maximum bound it. Without demand it is zero.
func (e Economic) Best() (Quantity, error) {
	if err := e.Validate(); err != nil {
		return Quantity{}, err
	}
	if e.Demand == 0 {
		return Quantity{}, nil
	}
	q := math.Sqrt(2 * e.OrderCost * e.Demand / (e.HoldingCost * e.gross() * e.owing()))
	return e.measure(e.allowed(q)), nil
}

// At gives the cost of a quantity that is not the best, as it is.
func (e Economic) At(quantity float64) (Quantity, error) {
	var c tandem.Check
	e.check(&c)
	c.Require(quantity > 0 && amount(quantity), "quantity", "quantity", "must be positive, 1e-12 to 1e12")
	if err := c.Err("economic order quantity"); err != nil {
		return Quantity{}, err
	}
	return e.measure(quantity), nil
}

func (e Economic) measure(q float64) Quantity {
	if e.Demand == 0 {
		return Quantity{Quantity: q, Stock: q, Cost: e.HoldingCost * q}
	}
	top := float64(e.gross() * q)
	m := Quantity{Quantity: q, Cycle: q / e.Demand, Stock: float64(top * e.owing())}
	m.Backordered = top - m.Stock
	m.Cost = float64(e.OrderCost*e.Demand/q) + float64(e.HoldingCost*top*e.owing()/2)
	return m
}

func (e Economic) up(q float64) float64 {
	if e.Pack > 0 {
		return math.Ceil(q/e.Pack-1e-9) * e.Pack
	}
	return q
}

// allowed gives the cheaper neighbour of q that the terms allow.
func (e Economic) allowed(q float64) float64 {
	low := 0.0
	if e.Minimum > 0 || e.Pack > 0 {
		low = e.up(max(e.Minimum, e.Pack))
	}
	if q = max(q, low); e.Maximum > 0 {
		q = min(q, e.Maximum)
	}
	if e.Pack == 0 {
		return q
	}
	down := max(math.Floor(q/e.Pack+1e-9)*e.Pack, low)
	next := down + e.Pack
	if e.Maximum > 0 && next > e.Maximum*(1+1e-12) || e.measure(down).Cost <= e.measure(next).Cost {
		return down
	}
	return next
}

// Sensitivity gives by what fraction the cost of orders and stock rises where the
// quantity is ratio times the best: ½·(ratio + 1/ratio) − 1, which is why it is flat
// (section 4.3). A ratio that is not positive gives 0.
func Sensitivity(ratio float64) float64 {
	if !(ratio > 0) || math.IsInf(ratio, 1) {
		return 0
	}
	return float64((ratio+1/ratio)/2) - 1
}
