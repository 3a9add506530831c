package safetystock

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Penalty names what a shortage costs by.
type Penalty string

// The penalties, under the names they have in Silver, Pyke and Thomas, section 6.7.
const (
	PerOccasion Penalty = "per_occasion"  // B1: of each cycle that ends short, such as an emergency shipment
	PerUnit     Penalty = "per_unit"      // B2: of each unit short
	PerUnitTime Penalty = "per_unit_time" // B3: of each unit owed for a period
)

// Penalties lists the penalties.
func Penalties() []Penalty { return []Penalty{PerOccasion, PerUnit, PerUnitTime} }

// Valid says whether the penalty is one of [Penalties].
func (p Penalty) Valid() bool { return slices.Contains(Penalties(), p) }

// UnmarshalText reads exactly the names of [Penalties].
func (p *Penalty) UnmarshalText(text []byte) error {
	return enum.Decode(p, text, "penalty", Penalties())
}

// Shortage is a (r, Q) item whose shortages cost money. Demand over the lead time is
// normal; undershoot, where reviews are apart, belongs into it.
type Shortage struct {
	Rate        float64 `json:"rate"`         // demand by period
	Mean        float64 `json:"mean"`         // of the demand over the lead time
	Deviation   float64 `json:"deviation"`    // of its forecast error
	OrderCost   float64 `json:"order_cost"`   // A
	HoldingCost float64 `json:"holding_cost"` // of a unit for a period, h = v·r
	Penalty     Penalty `json:"penalty"`
	Cost        float64 `json:"cost"` // of a shortage, in money: B1, B2·v or B3·v
	// Quantity is Q where it is given; 0 = the one that goes with k.
	Quantity float64 `json:"quantity,omitzero"`
	// Lowest is the least factor, taken where a shortage costs too little for any stock.
	Lowest     float64 `json:"lowest,omitzero"`
	Iterations int     `json:"iterations,omitzero"` // at most; 0 = 100
}

// Point is the cheapest reorder point.
type Point struct {
	Quantity     float64 `json:"quantity"`
	Factor       float64 `json:"factor"` // k
	SafetyStock  float64 `json:"safety_stock"`
	ReorderPoint float64 `json:"reorder_point"`
	CycleService float64 `json:"cycle_service"`
	FillRate     float64 `json:"fill_rate"`
	Cost         float64 `json:"cost"`               // by period: orders, stock and shortages
	AtLowest     bool    `json:"at_lowest,omitzero"` // the factor is Lowest: shortages cost too little
	Iterations   int     `json:"iterations"`
}

// MaxIterations is the most iterations.
const MaxIterations = 10_000

func (s Shortage) check() error {
	var c tandem.Check
	for _, f := range []struct {
		path     string
		value    float64
		positive bool
	}{
		{"rate", s.Rate, true}, {"mean", s.Mean, false}, {"deviation", s.Deviation, false}, {"order_cost", s.OrderCost, true},
		{"holding_cost", s.HoldingCost, true}, {"cost", s.Cost, true}, {"quantity", s.Quantity, false},
	} {
		c.Require(f.value >= 0 && f.value <= 1e12, "amount", f.path, "must be 0 to 1e12")
		c.Require(!f.positive || f.value > 0, "positive", f.path, "must be positive")
	}
	c.Require(s.Penalty.Valid(), "penalty", "penalty", "must be per_occasion, per_unit or per_unit_time")
	c.Require(math.Abs(s.Lowest) <= 10, "lowest", "lowest", "must be -10 to 10")
	c.Require(s.Iterations >= 0 && s.Iterations <= MaxIterations, "iterations", "iterations", "must be 0 to 10,000")
	return c.Err("shortage")
}

// Point finds factor and quantity together, each best for the other in turn (section
// 6.7, decision rules for B1, B2 and B3; Hadley and Whitin, 1963, section 4-4), which
// converges fast as the cost is flat in Q. A deviation of zero needs no safety stock.
func (s Shortage) Point() (Point, error) {
	if err := s.check(); err != nil {
		return Point{}, err
	}
	limit := s.Iterations
	if limit == 0 {
		limit = 100
	}
	p := Point{Quantity: s.Quantity}
	if s.Quantity == 0 {
		p.Quantity = math.Sqrt(2 * s.OrderCost * s.Rate / s.HoldingCost)
	}
	for p.Iterations < limit {
		p.Iterations++
		p.Factor, p.AtLowest = s.factor(p.Quantity)
		if s.Quantity > 0 {
			break
		}
		next := math.Sqrt(2 * s.Rate * (s.OrderCost + s.penalty(p.Factor)) / s.HoldingCost)
		done := math.Abs(next-p.Quantity) <= 1e-12*p.Quantity
		if p.Quantity = next; done {
			break
		}
	}
	s.measure(&p)
	return p, nil
}

// factor gives the best k for a quantity.
func (s Shortage) factor(q float64) (float64, bool) {
	if s.Deviation == 0 {
		return 0, false
	}
	k := s.Lowest
	switch s.Penalty {
	case PerOccasion:
		x := s.Rate * s.Cost / (rootTwoPi * q * s.HoldingCost * s.Deviation)
		if x > 1 {
			k = math.Sqrt(float64(2 * float.Log(x)))
		}
	case PerUnit:
		if p := q * s.HoldingCost / (s.Rate * s.Cost); p < 1 {
			k = -float.NormalQuantile(p)
		}
	case PerUnitTime:
		// The stock less what is owed is Q/2 + kσ, whatever k; stock and debt both cost.
		// h·(kσ) + (h + b)·σ²·J(k)/Q is least where (h + b)·σ·G(k)/Q = h.
		k = InverseLoss(s.HoldingCost * q / ((s.HoldingCost + s.Cost) * s.Deviation))
	}
	return max(k, s.Lowest), k <= s.Lowest
}

// penalty is the cost of shortages of a cycle.
func (s Shortage) penalty(k float64) float64 {
	switch {
	case s.Deviation == 0:
		return 0
	case s.Penalty == PerOccasion:
		return float64(s.Cost * Above(k))
	case s.Penalty == PerUnit:
		return float64(s.Cost * s.Deviation * Loss(k))
	}
	// Debt for a time is σ²·J(k)/Q on average; in a cycle of Q/D periods σ²·J(k)/D.
	return (s.Cost + s.HoldingCost) * s.Deviation * s.Deviation * SecondLoss(k) / s.Rate
}

func (s Shortage) measure(p *Point) {
	p.SafetyStock = float64(p.Factor * s.Deviation)
	p.ReorderPoint = s.Mean + float64(p.Factor*s.Deviation)
	p.CycleService, p.FillRate = 1, 1
	if s.Deviation > 0 {
		p.CycleService = 1 - Above(p.Factor)
		p.FillRate = min(max(1-float64(s.Deviation*Loss(p.Factor))/p.Quantity, 0), 1)
	}
	p.Cost = float64((s.OrderCost+s.penalty(p.Factor))*s.Rate/p.Quantity) + float64(s.HoldingCost*(float64(p.Quantity/2)+p.SafetyStock))
}
