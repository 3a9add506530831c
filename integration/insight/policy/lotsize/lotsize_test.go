package lotsize_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/policy/lotsize"
)

func best(t testing.TB, e lotsize.Economic) lotsize.Quantity {
	q, err := e.Best()
	require.NoError(t, err)
	return q
}

// D = 2,400 resistors a year, A = $3.20, v·r = $0.40 · 0.24: 400 units, $38.40 a year
// (Silver, Pyke and Thomas, section 4.2; by hand √(2·3.2·2400/0.096) = √160,000).
func TestEconomicOrderQuantityOfTheResistor(t *testing.T) {
	e := lotsize.Economic{Demand: 2400, OrderCost: 3.2, HoldingCost: 0.096}
	q := best(t, e)
	assert.InDelta(t, 400, q.Quantity, 1e-9)
	assert.InDelta(t, 38.4, q.Cost, 1e-9)
	assert.InDelta(t, 1.0/6, q.Cycle, 1e-12)
	assert.InDelta(t, 400, q.Stock, 1e-9)

	// Packs of 150: 300 costs 25.60 + 14.40 = 40, 450 costs 17.0667 + 21.6 = 38.6667.
	e.Pack = 150
	q = best(t, e)
	assert.InDelta(t, 450, q.Quantity, 1e-9)
	assert.InDelta(t, 38.666667, q.Cost, 1e-6)
	e.Maximum = 440
	assert.InDelta(t, 300, best(t, e).Quantity, 1e-9)
	e.Maximum, e.Minimum = 0, 460
	assert.InDelta(t, 600, best(t, e).Quantity, 1e-9)
}

// By hand: b = 3·h makes the quantity √(4/3) as large and the cost √(3/4) as high; a
// quarter of the order is owed.
func TestPlannedBackorders(t *testing.T) {
	q := best(t, lotsize.Economic{Demand: 2400, OrderCost: 3.2, HoldingCost: 0.096, BackorderCost: 0.288})
	assert.InDelta(t, 400*math.Sqrt(4.0/3), q.Quantity, 1e-9)
	assert.InDelta(t, 38.4*math.Sqrt(0.75), q.Cost, 1e-9)
	assert.InDelta(t, q.Quantity/4, q.Backordered, 1e-9)
	assert.InDelta(t, q.Quantity*3/4, q.Stock, 1e-9)
}

// Nahmias, Production and Operations Analysis, 6th edition, example 4.3: 2,500 a year
// made at 10,000 a year, set-up $50, holding $0.60: 745 units, at most 559 in stock.
func TestFiniteProductionRate(t *testing.T) {
	q := best(t, lotsize.Economic{Demand: 2500, OrderCost: 50, HoldingCost: 0.6, Production: 10_000})
	assert.InDelta(t, 745, q.Quantity, 0.5)
	assert.InDelta(t, 559, q.Stock, 0.5)
	assert.InDelta(t, 335.41, q.Cost, 0.005)
	assert.InDelta(t, 0.298, q.Cycle, 0.0005)
}

// Nahmias, example 4.4: trash bags at $0.30, $0.29 from 500 and $0.28 from 1,000;
// 600 a year, $8 an order, 20 % a year: 500 for $198.10; 400 would cost $204.00 and
// 1,000 $200.80.
func TestAllUnitDiscounts(t *testing.T) {
	e := lotsize.Economic{Demand: 600, OrderCost: 8}
	prices := []lotsize.Break{{From: 0, Price: 0.3}, {From: 500, Price: 0.29}, {From: 1000, Price: 0.28}}
	d, err := e.Discounted(0.2, prices)
	require.NoError(t, err)
	assert.InDelta(t, 500, d.Quantity.Quantity, 1e-9)
	assert.InDelta(t, 198.1, d.Total, 1e-9)
	assert.InDelta(t, 0.29, d.Price, 1e-12)
	totals := []float64{204, 198.1, 200.8}
	for i, trial := range d.Trials {
		assert.InDelta(t, totals[i], trial.Total, 1e-9)
	}

	e.Pack = 12 // the first full pack from 500 is 504
	d, err = e.Discounted(0.2, prices)
	require.NoError(t, err)
	assert.InDelta(t, 504, d.Quantity.Quantity, 1e-9)
}

func TestDiscountsAreNeverBeatenByAnyQuantity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := lotsize.Economic{Demand: rapid.Float64Range(1, 1000).Draw(t, "demand"), OrderCost: rapid.Float64Range(1, 100).Draw(t, "order")}
		breaks := []lotsize.Break{{Price: rapid.Float64Range(1, 10).Draw(t, "price")}}
		for range rapid.IntRange(0, 3).Draw(t, "breaks") {
			last := breaks[len(breaks)-1]
			breaks = append(breaks, lotsize.Break{
				From:  last.From + rapid.Float64Range(1, 100).Draw(t, "step"),
				Price: last.Price * rapid.Float64Range(0.5, 1).Draw(t, "fall"),
			})
		}
		d, err := e.Discounted(0.3, breaks)
		require.NoError(t, err)
		for q := 1.0; q < 500; q++ {
			price := 0.0
			for _, b := range breaks {
				if q >= b.From {
					price = b.Price
				}
			}
			total := e.Demand*price + e.OrderCost*e.Demand/q + 0.3*price*q/2
			assert.GreaterOrEqual(t, total, d.Total*(1-1e-12), "quantity %g", q)
		}
	})
}

// A quantity half too large costs 8.3 % more, one of half the size 25 %.
func TestSensitivity(t *testing.T) {
	assert.InDelta(t, 0.0833, lotsize.Sensitivity(1.5), 0.0001)
	assert.InDelta(t, 0.25, lotsize.Sensitivity(0.5), 1e-12)
	assert.Zero(t, lotsize.Sensitivity(0))
	e := lotsize.Economic{Demand: 2400, OrderCost: 3.2, HoldingCost: 0.096}
	at, err := e.At(600)
	require.NoError(t, err)
	assert.InDelta(t, 38.4*(1+lotsize.Sensitivity(1.5)), at.Cost, 1e-9)
}

func TestNothingIsOrderedWithoutDemand(t *testing.T) {
	assert.Equal(t, lotsize.Quantity{}, best(t, lotsize.Economic{OrderCost: 1, HoldingCost: 1}))
	p, err := lotsize.Dynamic{Demand: []float64{0, 0}, OrderCost: 1}.Plan(lotsize.WagnerWhitin)
	require.NoError(t, err)
	assert.Empty(t, p.Lots)
	for _, m := range lotsize.Methods() {
		_, err := lotsize.Dynamic{OrderCost: 1}.Plan(m)
		require.NoError(t, err)
	}
}

func TestFaultsOfLotSizesAreAllNamed(t *testing.T) {
	_, err := lotsize.Economic{Demand: -1, HoldingCost: math.NaN(), Production: -2}.Best()
	assert.ErrorContains(t, err, "demand")
	assert.ErrorContains(t, err, "order_cost")
	assert.ErrorContains(t, err, "holding_cost")
	assert.ErrorContains(t, err, "production")
	_, err = lotsize.Dynamic{Demand: []float64{1, math.Inf(1)}}.Plan("best")
	assert.ErrorContains(t, err, "demand[1]")
	assert.ErrorContains(t, err, "order_cost")
	assert.ErrorContains(t, err, "method")
	_, err = lotsize.Economic{Demand: 1, OrderCost: 1}.Discounted(0, []lotsize.Break{{From: 1}})
	assert.ErrorContains(t, err, "breaks[0].from")
	var m lotsize.Method
	require.NoError(t, m.UnmarshalText([]byte("silver_meal")))
	assert.Error(t, m.UnmarshalText([]byte("Silver_Meal")))
}

// The twelve months of Silver, Pyke and Thomas, section 5.5: A = $54, v·r = $0.40 a
// month. The optimum is $501.20, which Silver-Meal finds too; least unit cost needs
// $558.80.
func year() lotsize.Dynamic {
	return lotsize.Dynamic{
		Demand:    []float64{10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41},
		OrderCost: 54, HoldingCost: 0.4,
	}
}

func TestTwelveMonthsOfTheTextbook(t *testing.T) {
	plan, err := year().Plan(lotsize.WagnerWhitin)
	require.NoError(t, err)
	// By hand: 7 orders for $378, and $0.40 · (62 + 2·12 + 129 + 52 + 41) = $123.20 of holding.
	assert.InDelta(t, 501.2, plan.Cost, 1e-9)
	assert.InDelta(t, 123.2, plan.Holding, 1e-9)
	var starts []int
	for _, lot := range plan.Lots {
		starts = append(starts, lot.Period)
	}
	assert.Equal(t, []int{0, 3, 4, 6, 8, 9, 10}, starts)
	plan, err = year().Plan(lotsize.SilverMeal)
	require.NoError(t, err)
	assert.InDelta(t, 501.2, plan.Cost, 1e-9)
	// The first lot: AC(1) = 54, AC(2) = (54 + 24.8)/2 = 39.40, AC(3) = (78.8 + 9.6)/3 = 29.47,
	// AC(4) = (88.4 + 156)/4 = 61.10, so that it covers three months, 84 units.
	assert.Equal(t, lotsize.Lot{Period: 0, Periods: 3, Quantity: 84}, plan.Lots[0])
	plan, err = year().Plan(lotsize.LeastUnitCost)
	require.NoError(t, err)
	assert.InDelta(t, 558.8, plan.Cost, 1e-9)
	plan, err = year().Plan(lotsize.PartPeriodBalancing)
	require.NoError(t, err)
	// 24.80 + 9.60 | 61.60 | 35.20 | 49.60 | 95.20 | 0: the sums next to 54.
	assert.InDelta(t, 6*54+276, plan.Cost, 1e-9)
	plan, err = year().Plan(lotsize.LotForLot)
	require.NoError(t, err)
	assert.InDelta(t, 12*54, plan.Cost, 1e-9)
}

// Every subset of the periods as the starts of lots.
func cheapest(d lotsize.Dynamic) float64 {
	least := math.Inf(1)
	for set := range 1 << len(d.Demand) {
		cost, start := 0.0, -1
		for t, v := range d.Demand {
			if set>>t&1 == 1 {
				start = t
				cost += d.OrderCost
			}
			if v > 0 && start < 0 {
				cost = math.Inf(1)
			}
			cost += d.HoldingCost * v * float64(t-start)
		}
		least = min(least, cost)
	}
	return least
}

func TestWagnerWhitinIsTheOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := lotsize.Dynamic{
			OrderCost: float64(rapid.IntRange(1, 200).Draw(t, "order")), HoldingCost: float64(rapid.IntRange(0, 4).Draw(t, "holding")),
		}
		for range rapid.IntRange(1, 9).Draw(t, "periods") {
			d.Demand = append(d.Demand, float64(max(rapid.IntRange(-20, 60).Draw(t, "demand"), 0)))
		}
		total := 0.0
		for _, v := range d.Demand {
			total += v
		}
		optimum, err := d.Plan(lotsize.WagnerWhitin)
		require.NoError(t, err)
		require.InDelta(t, min(cheapest(d), math.Inf(1)), optimum.Cost, 1e-9)
		for _, m := range lotsize.Methods() {
			p, err := d.Plan(m)
			require.NoError(t, err)
			require.GreaterOrEqual(t, p.Cost, optimum.Cost-1e-9, m)
			sum := 0.0
			for _, lot := range p.Lots {
				sum += lot.Quantity
			}
			require.InDelta(t, total, sum, 1e-9, "%s covers the demand", m)
		}
	})
}

// What is next to nought is a fault, not a quantity that is no number; at the bounds
// all is finite.
func TestTinyAmounts(t *testing.T) {
	const tiny = 1e-320
	_, err := lotsize.Economic{Demand: 1e12, OrderCost: 1e12, HoldingCost: tiny}.Best()
	require.ErrorContains(t, err, "holding_cost")
	_, err = lotsize.Economic{Demand: 1, OrderCost: 1, HoldingCost: 1}.At(tiny)
	require.ErrorContains(t, err, "quantity")
	_, err = lotsize.Dynamic{Demand: []float64{1, tiny}, OrderCost: 1, HoldingCost: tiny}.Plan(lotsize.PeriodOrderQuantity)
	require.ErrorContains(t, err, "demand[1]")
	require.ErrorContains(t, err, "holding_cost")
	amount := rapid.SampledFrom([]float64{1e-12, 1, 1e12})
	free := rapid.SampledFrom([]float64{0, 1e-12, 1, 1e12})
	rapid.Check(t, func(t *rapid.T) {
		e := lotsize.Economic{
			Demand: free.Draw(t, "demand"), OrderCost: amount.Draw(t, "order_cost"), HoldingCost: amount.Draw(t, "holding_cost"),
			BackorderCost: free.Draw(t, "backorder_cost"), Pack: free.Draw(t, "pack"), Minimum: free.Draw(t, "minimum"),
		}
		if e.Demand > 0 && rapid.Bool().Draw(t, "made") {
			e.Production = math.Nextafter(e.Demand, 2*e.Demand)
		}
		if e.Production > lotsize.MaxAmount {
			e.Production = 0
		}
		q, err := e.Best()
		require.NoError(t, err)
		d := lotsize.Dynamic{Demand: rapid.SliceOfN(free, 0, 9).Draw(t, "demands"), OrderCost: e.OrderCost, HoldingCost: e.BackorderCost}
		for _, m := range lotsize.Methods() {
			p, err := d.Plan(m)
			require.NoError(t, err)
			_, err = json.Marshal(p)
			require.NoError(t, err)
		}
		_, err = json.Marshal(q)
		require.NoError(t, err)
	})
}

func BenchmarkWagnerWhitin(b *testing.B) {
	d := lotsize.Dynamic{OrderCost: 500, HoldingCost: 0.1}
	for i := range 1000 {
		d.Demand = append(d.Demand, float64(i*7919%97))
	}
	for b.Loop() {
		if _, err := d.Plan(lotsize.WagnerWhitin); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(d.Demand))/b.Elapsed().Seconds(), "periods/s")
}
