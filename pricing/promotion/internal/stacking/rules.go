package stacking

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

const (
	// Micro is a whole unit of a quantity.
	Micro = 1_000_000
	// Never is a bound that is none.
	Never = math.MaxInt64
	nano  = 1_000_000_000

	// MaxLanes, MaxExact and MaxComponents size what is searched.
	MaxLanes      = 16
	MaxExact      = 12
	MaxComponents = 16
	// MaxOffers keeps the worth of goods in range.
	MaxOffers = 4096
	// MaxSearch bounds the work of one stage: combinations × steps × words of lines.
	MaxSearch = 1 << 22
	// MaxParted is how many offers that conflict are looked at for parts that do not.
	MaxParted = 256
)

// Policy is that of a lane.
type Policy uint8

// The policies of lanes.
const (
	BestOf Policy = iota
	Additive
	Compound
	Sequential
)

// Stop is what an offer keeps from those behind it.
type Stop uint8

// The kinds of stop.
const (
	StopNothing Stop = iota
	StopLines
	StopLane
	StopOrder
)

// Effect says which routine works out what an offer gives.
type Effect uint8

// The effects.
const (
	OnLines  Effect = iota // each line by itself
	OnAcross               // the lines together
	OnUnits                // some units
	OnBuyGet
	OnSets  // a price for a set
	OnGoods // goods that are added
)

// Rules are a compiled set of offers: immutable.
type Rules struct {
	Lanes    []Policy
	Offers   []Offer  // in pipeline order: by lane, then by priority
	Width    int      // words of a row of offers
	Apart    []uint64 // for each offer a row of those that do not stand beside it on an order
	Shy      []uint64 // and of those that do not stand beside it on a line
	Exact    int
	Mode     int128.Mode
	Rounding tandem.Rounding
}

// Offer is a promotion in numbers. Pool i of an order has the lines of its scope,
// for offer i.
type Offer struct {
	Lane     int
	Effect   Effect
	LineWise bool // falls on each line by itself, so that it can give way on one line
	UnitWise bool // takes units
	Shipping bool
	Fixed    bool // Price is what each unit is sold at
	PerUnit  bool

	Rate   int64 // 1e-9
	Amount int64 // minor units; the price of a set; the worth of goods
	Cap    int64
	Units  int64
	Price  tandem.Price

	Buy, Get, Repeats       int64
	PerSet, Dearest, Partly bool
	GetPool                 int // -1: the offer's own
	Components              []Component

	Threshold *Threshold
	Stop      Stop
}

// Component is a part of a set: so many units of a pool, -1 for the offer's own.
type Component struct {
	Pool     int
	Quantity int64
}

// Counted says which amounts a threshold counts.
type Counted uint8

// The amounts of a threshold.
const (
	CountPriced Counted = iota
	CountNet
	CountGross
)

// Threshold asks for an amount or a quantity; nought asks for nothing.
type Threshold struct {
	Spend, Quantity         int64
	Unit                    tandem.Unit
	Counted                 Counted
	Order, Reduced, Blocked bool
}

// Reason says why a candidate gave nothing.
type Reason uint8

// The reasons.
const (
	LostNothing Reason = iota // there is nothing to give
	LostStopped
	LostApart
	LostThreshold
	LostBetter
	LostChosen
	LostCondition
)
