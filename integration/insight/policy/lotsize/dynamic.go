package lotsize

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// MaxPeriods is the most periods of a plan.
const MaxPeriods = 10_000

// Method names a way to group demands into lots.
type Method string

// The methods.
const (
	LotForLot           Method = "lot_for_lot"           // an order for each demand
	PeriodOrderQuantity Method = "period_order_quantity" // a fixed number of periods, from the economic order quantity
	SilverMeal          Method = "silver_meal"           // while the cost by period falls (Silver and Meal, 1973)
	LeastUnitCost       Method = "least_unit_cost"       // while the cost by unit falls
	PartPeriodBalancing Method = "part_period_balancing" // until holding costs as much as an order (DeMatteis, 1968)
	WagnerWhitin        Method = "wagner_whitin"         // the optimum (Wagner and Whitin, 1958)
)

// Methods lists the methods.
func Methods() []Method {
	return []Method{LotForLot, PeriodOrderQuantity, SilverMeal, LeastUnitCost, PartPeriodBalancing, WagnerWhitin}
}

// Valid says whether the method is one of [Methods].
func (m Method) Valid() bool { return slices.Contains(Methods(), m) }

// UnmarshalText reads exactly the names of [Methods].
func (m *Method) UnmarshalText(text []byte) error {
	return enum.Decode(m, text, "method", Methods())
}

// Dynamic is a demand by period with its costs. All of a lot is there at the
// beginning of its period, and what is left at the end of a period is charged.
type Dynamic struct {
	Demand      []float64 `json:"demand"`       // units, the first period first
	OrderCost   float64   `json:"order_cost"`   // A
	HoldingCost float64   `json:"holding_cost"` // h = v·r, of a unit for a period
}

// Lot is an order for some periods.
type Lot struct {
	Period   int     `json:"period"` // of receipt, 0 is the first
	Periods  int     `json:"periods"`
	Quantity float64 `json:"quantity"`
}

// Plan is a list of lots that covers the demand.
type Plan struct {
	Method  Method  `json:"method"`
	Lots    []Lot   `json:"lots"`
	Orders  float64 `json:"orders"`  // their cost
	Holding float64 `json:"holding"` // its cost
	Cost    float64 `json:"cost"`
}

// Validate reports every fault.
func (d Dynamic) Validate() error {
	var c tandem.Check
	c.Require(len(d.Demand) <= MaxPeriods, "periods", "demand", "at most 10,000 periods")
	for i, v := range d.Demand {
		c.Require(amount(v), "demand", tandem.Path("demand", i), amounts)
	}
	c.Require(d.OrderCost > 0 && amount(d.OrderCost), "cost", "order_cost", "must be positive, 1e-12 to 1e12")
	c.Require(amount(d.HoldingCost), "cost", "holding_cost", amounts)
	return c.Err("lot size")
}

// Plan groups the demand into lots. No lot begins in a period without demand.
func (d Dynamic) Plan(m Method) (Plan, error) {
	var c tandem.Check
	c.Require(m.Valid(), "method", "method", "must be one of the methods")
	c.Nested("", d.Validate())
	if err := c.Err("lot size"); err != nil {
		return Plan{}, err
	}
	p := Plan{Method: m, Lots: []Lot{}}
	starts := d.starts(m)
	for i, start := range starts {
		end := len(d.Demand)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		lot := Lot{Period: start, Periods: end - start}
		for t := start; t < end; t++ {
			lot.Quantity += d.Demand[t]
			p.Holding += float64(d.HoldingCost * d.Demand[t] * float64(t-start))
		}
		p.Orders += d.OrderCost
		p.Lots = append(p.Lots, lot)
	}
	p.Cost = p.Orders + p.Holding
	return p, nil
}

// starts gives the periods of the lots.
func (d Dynamic) starts(m Method) []int {
	if m == WagnerWhitin {
		return d.optimum()
	}
	var starts []int
	for t := 0; t < len(d.Demand); {
		if d.Demand[t] == 0 {
			t++
			continue
		}
		starts = append(starts, t)
		t += d.length(m, t)
	}
	return starts
}

// length gives how many periods a lot that begins with a demand covers.
func (d Dynamic) length(m Method, start int) int {
	rest := d.Demand[start:]
	switch m {
	case LotForLot:
		return 1
	case PeriodOrderQuantity:
		return d.periods()
	}
	units, holding := rest[0], 0.0
	best := d.average(m, units, holding, 1)
	for n := 1; n < len(rest); n++ {
		units += rest[n]
		next := holding + float64(d.HoldingCost*rest[n]*float64(n))
		if m == PartPeriodBalancing {
			if next > d.OrderCost {
				if next-d.OrderCost < d.OrderCost-holding {
					return n + 1 // nearer from above
				}
				return n
			}
		} else if v := d.average(m, units, next, n+1); v > best {
			return n
		} else {
			best = v
		}
		holding = next
	}
	return len(rest)
}

func (d Dynamic) average(m Method, units, holding float64, periods int) float64 {
	if m == SilverMeal {
		return (d.OrderCost + holding) / float64(periods)
	}
	return (d.OrderCost + holding) / units
}

// periods is the economic order quantity in periods of the mean demand, rounded, at
// least one.
func (d Dynamic) periods() int {
	sum := 0.0
	for _, v := range d.Demand {
		sum += v
	}
	mean := sum / float64(len(d.Demand))
	n := math.Sqrt(2 * d.OrderCost / (d.HoldingCost * mean))
	if !(n < MaxPeriods) {
		return MaxPeriods
	}
	return max(int(math.Round(n)), 1)
}

// optimum is the forward recursion: the cheapest way to cover the first periods ends
// with a lot from some period on. A demand that costs more to keep than an order is
// not kept, which bounds how far back that period lies.
func (d Dynamic) optimum() []int {
	n := len(d.Demand)
	cost, from := make([]float64, n+1), make([]int, n+1)
	for j := range n {
		cost[j+1], from[j+1] = cost[j], -1
		if d.Demand[j] == 0 {
			continue
		}
		cost[j+1] = math.Inf(1)
		units, holding := 0.0, 0.0
		for i := j; i >= 0; i-- {
			if float64(d.HoldingCost*d.Demand[j]*float64(j-i)) > d.OrderCost {
				break
			}
			holding += float64(d.HoldingCost * units) // what was needed later is kept a period longer
			units += d.Demand[i]
			if v := cost[i] + d.OrderCost + holding; d.Demand[i] > 0 && v < cost[j+1] {
				cost[j+1], from[j+1] = v, i
			}
		}
	}
	var starts []int
	for j := n; j > 0; {
		if from[j] < 0 {
			j--
			continue
		}
		j = from[j]
		starts = append(starts, j)
	}
	slices.Reverse(starts)
	return starts
}
