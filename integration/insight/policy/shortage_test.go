package policy_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/internal/float"
)

func shortageCost(cost float64) policy.Service {
	return policy.Service{Kind: policy.ShortageCost, Target: cost}
}

// The newsboy by hand: 1 to 10 papers are asked for, each as likely; one short costs 3,
// one left over 1. The critical ratio 3/(3 + 1) = 0.75 is first reached by 8, which
// serves all but (1 + 2)/10 of 5.5. At the ratio 0.8 itself 8 is enough, above it 9.
func TestShortageCostOfASingleOrderByHand(t *testing.T) {
	papers := samples(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	demand := policy.Demand{Lead: samples(0), Protection: papers, Review: papers}
	item := policy.Item{
		Kind: policy.SinglePeriod, Lead: forecast.FixedLeadTime(1), Review: 1, HoldingCost: 1, Service: shortageCost(3),
	}
	for cost, want := range map[float64]float64{3: 8, 4: 8, 4.01: 9, 1: 5, 0.1: 1, 1000: 10} {
		item.Service.Target = cost
		l, err := demand.Plan(item)
		require.NoError(t, err)
		assert.Equal(t, want, l.OrderUpTo, "cost %v", cost)
		if cost == 3 {
			assert.InDelta(t, 1-0.3/5.5, l.FillRate, 1e-12)
			assert.InDelta(t, 0.8, l.CycleService, 1e-12)
			assert.Contains(t, l.Reason, "a unit short at 3 against 1 to hold one for a bucket gives a fill rate of 0.9455")
		}
	}
}

// Base stock by hand (the demand of TestBaseStockByHand): S = 0, 2, 4 miss one unit in a
// bucket, a half and nothing, and keep 0, 0.75 and 2.5 in stock; 1 and 3 lie halfway in
// both. So 0 is cheapest where a unit short costs less than 0.75/0.5 = 1.5 times the
// holding, 2 up to 1.75/0.5 = 3.5 times, and 4 above.
func TestShortageCostOfBaseStockByHand(t *testing.T) {
	demand := policy.Demand{Lead: samples(0, 2), Protection: samples(0, 2, 2, 4), Review: samples(0, 2)}
	item := policy.Item{Kind: policy.Periodic, Lead: forecast.FixedLeadTime(1), HoldingCost: 2}
	for cost, want := range map[float64]float64{0.1: 0, 1.4: 0, 1.6: 2, 3.4: 2, 3.6: 4, 1000: 4} {
		item.Service = shortageCost(2 * cost)
		l, err := demand.Plan(item)
		require.NoError(t, err)
		assert.Equal(t, want, l.OrderUpTo, "cost %v", cost)
	}
}

// poissonQuantiles gives a Poisson law as n samples at the middles of n equal parts.
func poissonQuantiles(mean float64, n int) forecast.Distribution {
	d := forecast.Distribution{}
	k, term := 0.0, math.Exp(-mean)
	for sum, i := term, 0; i < n; {
		if (float64(i)+0.5)/float64(n) <= sum || k > 20*(mean+1) {
			d.Samples, i = append(d.Samples, k), i+1
			continue
		}
		k++
		term *= mean / k
		sum += term
	}
	return d
}

// expected is what a bucket costs, counted position by position as the textbook
// defines the rules, from the samples alone: a second way to the figures of Plan.
func expected(d policy.Demand, kind policy.Kind, level, q, holding, shortage float64) float64 {
	mean := func(d forecast.Distribution, f func(v float64) float64) float64 {
		sum := 0.0
		for _, v := range d.Samples {
			sum += f(v)
		}
		return sum / float64(len(d.Samples))
	}
	at := func(y float64) float64 { // of a bucket that follows a review with the position y
		over := func(v float64) float64 { return max(v-y, 0) }
		left := func(v float64) float64 { return max(y-v, 0) }
		short := mean(d.Protection, over) - mean(d.Lead, over)
		return holding*(mean(d.Lead, left)+mean(d.Protection, left))/2 + shortage*short
	}
	switch kind {
	case policy.ReorderPoint: // the position is uniform in steps of what demand and lots are multiples of
		sum, step := 0.0, span(d, q)
		level = math.Floor(level/step) * step
		for i := step; i <= q; i += step {
			sum += at(level + i)
		}
		return sum * step / q
	case policy.MinMax: // visits of positions in a cycle
		visits, total, sum := make([]float64, int(q)), 0.0, 0.0
		for i := range visits {
			if i == 0 {
				visits[i] = 1
			}
			for j := 1; j <= i; j++ {
				visits[i] += visits[i-j] * mean(d.Review, func(v float64) float64 {
					if v == float64(j) {
						return 1
					}
					return 0
				})
			}
			visits[i] /= 1 - mean(d.Review, func(v float64) float64 {
				if v == 0 {
					return 1
				}
				return 0
			})
			total += visits[i]
			sum += visits[i] * at(level+q-float64(i))
		}
		return sum / total
	}
	return at(level)
}

// span is the largest number that all demand and q are multiples of.
func span(d policy.Demand, q float64) float64 {
	for _, f := range []forecast.Distribution{d.Lead, d.Protection, d.Review} {
		for _, v := range f.Samples {
			for v != 0 {
				q, v = v, math.Mod(q, v)
			}
		}
	}
	return q
}

// Of all levels of every rule, the planned one costs least: for Poisson demand with a
// lead time of four buckets, for a fast mover that never sells less in its lead time
// than the first levels tried (where nothing is in stock the cost is flat, and its
// slope says nothing), and for lead times of 2 or 12 buckets, whose cost has two dips.
func TestShortageCostIsLeastOfAllLevels(t *testing.T) {
	twoOrTwelve := make(forecast.LeadTime, 13)
	twoOrTwelve[2], twoOrTwelve[12] = 0.75, 0.25
	late := poissonQuantiles(10, 300)
	late.Samples = append(late.Samples, poissonQuantiles(60, 100).Samples...)
	later := poissonQuantiles(15, 300)
	later.Samples = append(later.Samples, poissonQuantiles(65, 100).Samples...)
	four, bulk := forecast.FixedLeadTime(4), make([]float64, 16)
	copy(bulk[9:], []float64{40, 40, 40, 40, 40, 40, 80})
	for name, c := range map[string]struct {
		demand policy.Demand
		lead   forecast.LeadTime
	}{
		"poisson":   {policy.Demand{Lead: poissonQuantiles(12, 400), Protection: poissonQuantiles(15, 400), Review: poissonQuantiles(3, 400)}, four},
		"fast":      {policy.Demand{Lead: poissonQuantiles(80, 400), Protection: poissonQuantiles(100, 400), Review: poissonQuantiles(20, 400)}, four},
		"two dips":  {policy.Demand{Lead: sorted(late), Protection: sorted(later), Review: poissonQuantiles(5, 400)}, twoOrTwelve},
		"one bulk":  {policy.Demand{Lead: samples(0, 0, 0, 40), Protection: samples(bulk...), Review: samples(0, 0, 0, 40)}, forecast.FixedLeadTime(1)},
		"certainty": {policy.Demand{Lead: samples(12), Protection: samples(15), Review: samples(3)}, four},
	} {
		demand := c.demand
		for _, kind := range []policy.Kind{policy.ReorderPoint, policy.MinMax, policy.Periodic} {
			for _, cost := range []float64{0.3, 1, 4, 20, 150} {
				item := policy.Item{
					Kind: kind, Lead: c.lead, Review: 1, Cover: 2, HoldingCost: 0.5, Service: shortageCost(cost),
				}
				l, err := demand.Plan(item)
				require.NoError(t, err)
				least, at := math.Inf(1), 0.0
				for level := 0.0; level <= 200; level++ {
					if sum := expected(demand, kind, level, l.OrderQuantity, 0.5, cost); sum < least-1e-9 {
						least, at = sum, level
					}
				}
				got := expected(demand, kind, l.ReorderPoint, l.OrderQuantity, 0.5, cost)
				assert.InDelta(t, least, got, 1e-6*least, "%s, %s at %v: level %v, least at %v", name, kind, cost, l.ReorderPoint, at)
			}
		}
	}
}

func sorted(d forecast.Distribution) forecast.Distribution {
	for i := range d.Samples { // by insertion: two ascending lists in one
		for j := i; j > 0 && d.Samples[j] < d.Samples[j-1]; j-- {
			d.Samples[j], d.Samples[j-1] = d.Samples[j-1], d.Samples[j]
		}
	}
	return d
}

func TestShortageCostNeedsAHoldingCost(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(1), Service: shortageCost(3)}
	require.ErrorContains(t, item.Validate(), "holding_cost")
	item.HoldingCost = 0.1
	require.NoError(t, item.Validate())
	for _, cost := range []float64{0, -1, math.NaN(), math.Inf(1), 2e12} {
		item.Service.Target = cost
		require.ErrorContains(t, item.Validate(), "service.target")
	}
}

// assortment draws items with different demand and unit costs of 1 to 100.
func assortment(n int, seed uint64, kind policy.Kind) []policy.JointItem {
	r := float.NewRandom(seed)
	list := make([]policy.JointItem, n)
	for i := range list {
		mean, rare, lump := 1+19*r.Uniform(), r.Uniform(), 1+float64(r.Below(4))
		law := draw(func(_ int, r *float.Random) float64 {
			if r.Uniform() < 0.7*rare {
				return 0
			}
			return lump * poisson(mean/lump, r)
		})
		lead := forecast.FixedLeadTime(1 + r.Below(6))
		unit := math.Pow(100, r.Uniform())
		list[i] = policy.JointItem{
			Demand: law.demandAfter(r.Below(1_000_000), lead, 1, 400), UnitCost: unit,
			Item: policy.Item{Kind: kind, Lead: lead, Review: 1, Cover: 2, HoldingCost: unit * 0.2 / 52},
		}
	}
	return list
}

// The reason for a common shortage cost: at the same joint fill rate it needs at most
// the capital of a common fill rate, for a unit of money then serves as much wherever
// it lies (Silver, Pyke and Thomas, 2017, chapter 6, on the choice among criteria).
func TestJointNeedsTheLeastCapital(t *testing.T) {
	for _, kind := range []policy.Kind{policy.ReorderPoint, policy.MinMax, policy.Periodic} {
		for seed := range uint64(3) {
			list := assortment(20, seed+1, kind)
			for _, target := range []float64{0.8, 0.9, 0.95, 0.98} {
				asked, filled, capital := 0.0, 0.0, 0.0
				for _, x := range list {
					x.Item.Service = fillRate(target)
					l, err := x.Demand.Plan(x.Item)
					require.NoError(t, err)
					asked += l.Rate
					filled += l.Rate * l.FillRate
					capital += x.UnitCost * l.MeanStock
				}
				joint, err := policy.Joint(list, policy.JointTarget{FillRate: filled / asked})
				require.NoError(t, err)
				require.Empty(t, joint.Warnings)
				require.GreaterOrEqual(t, joint.FillRate, filled/asked-1e-9)
				require.LessOrEqual(t, joint.FillRate, filled/asked+0.006, "levels are whole units of few items")
				require.LessOrEqual(t, joint.Capital, capital*1.001, "%s %v", kind, target)
				require.Less(t, joint.Iterations, 30)
				t.Logf("%s %.2f: joint %.4f, capital %.0f against %.0f", kind, target, joint.FillRate, joint.Capital, capital)
				for i, x := range list { // as Plan gives them
					x.Item.Service = shortageCost(joint.ShortageCost)
					l, err := x.Demand.Plan(x.Item)
					require.NoError(t, err)
					require.Equal(t, l, joint.Levels[i])
				}
			}
		}
	}
}

func TestJointAlwaysAnswers(t *testing.T) {
	none := policy.JointItem{
		Demand: policy.Demand{Lead: samples(0), Protection: samples(0), Review: samples(0)},
		Item:   policy.Item{Lead: forecast.FixedLeadTime(1), HoldingCost: 1},
	}
	for _, list := range [][]policy.JointItem{nil, {none, none}} {
		j, err := policy.Joint(list, policy.JointTarget{FillRate: 0.9})
		require.NoError(t, err)
		require.Equal(t, 1.0, j.FillRate)
		require.Len(t, j.Levels, len(list))
		require.Equal(t, policy.NoDemand, j.Warnings[0].Code)
	}
	// What sells without stock in it, too, and what costs so much that nothing is kept.
	sure := none
	sure.Demand = policy.Demand{Lead: samples(5), Protection: samples(10), Review: samples(5)}
	dear := assortment(1, 9, policy.Periodic)[0]
	dear.Item.HoldingCost, dear.UnitCost = policy.MaxCost, policy.MaxCost
	list := []policy.JointItem{none, sure, dear}
	j, err := policy.Joint(list, policy.JointTarget{FillRate: 0.9999})
	require.NoError(t, err)
	require.Equal(t, policy.ShortOfTarget, j.Warnings[0].Code, "no shortage cost up to the limit pays for the dear one")
	require.True(t, float.Finite(j.Capital) && float.Finite(j.HoldingCost))
	j, err = policy.Joint(list, policy.JointTarget{FillRate: 0.001})
	require.NoError(t, err)
	require.GreaterOrEqual(t, j.FillRate, 0.001)

	_, err = policy.Joint([]policy.JointItem{{UnitCost: -1, Weight: math.NaN()}}, policy.JointTarget{FillRate: 0.9})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	for _, path := range []string{"demand.lead", "item.holding_cost", "unit_cost", "weight"} {
		require.ErrorContains(t, err, "items[0]."+path)
	}
	_, err = policy.Joint(nil, policy.JointTarget{FillRate: 1, Iterations: -1})
	require.ErrorContains(t, err, "fill_rate")
	require.ErrorContains(t, err, "iterations")
}

// A higher joint fill rate is never cheaper, a weight counts like as many units, and
// few iterations give levels that reach the target at more cost, or say that they do
// not.
func TestJointGrowsWithItsTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(policy.Kinds()).Draw(t, "kind")
		list := assortment(4, rapid.Uint64().Draw(t, "seed"), kind)
		doubled := append([]policy.JointItem{}, list...)
		for i := range doubled {
			doubled[i].Weight = 2
		}
		last := policy.JointLevels{}
		for _, target := range []float64{0.5, 0.9, 0.97} {
			j, err := policy.Joint(list, policy.JointTarget{FillRate: target})
			require.NoError(t, err)
			require.GreaterOrEqual(t, j.FillRate, target-1e-9)
			require.GreaterOrEqual(t, j.ShortageCost, last.ShortageCost)
			require.GreaterOrEqual(t, j.FillRate, last.FillRate-1e-9)
			last = j
			twice, err := policy.Joint(doubled, policy.JointTarget{FillRate: target})
			require.NoError(t, err)
			require.InEpsilon(t, j.ShortageCost, 2*twice.ShortageCost, 0.003)
			few, err := policy.Joint(list, policy.JointTarget{FillRate: target, Iterations: 3})
			require.NoError(t, err)
			require.LessOrEqual(t, few.Iterations, 3)
			require.True(t, few.FillRate >= target-1e-9 || len(few.Warnings) > 0)
		}
	})
}

// Three items at one joint fill rate: the cheap one is there more often than the dear.
func ExampleJoint() {
	var list []policy.JointItem
	for _, cost := range []float64{2, 10, 50} {
		list = append(list, policy.JointItem{
			Demand: policy.Demand{Lead: poissonQuantiles(8, 500), Protection: poissonQuantiles(12, 500), Review: poissonQuantiles(4, 500)},
			Item: policy.Item{
				Kind: policy.Periodic, Lead: forecast.FixedLeadTime(2), Review: 1,
				HoldingCost: cost * 0.2 / 52, // a fifth of its value in a year of weeks
			},
			UnitCost: cost,
		})
	}
	joint, err := policy.Joint(list, policy.JointTarget{FillRate: 0.95})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, l := range joint.Levels {
		fmt.Printf("at %2.0f: up to %.0f, %.3f from the shelf\n", list[i].UnitCost, l.OrderUpTo, l.FillRate)
	}
	fmt.Printf("together %.3f with a capital of %.0f\n", joint.FillRate, joint.Capital)
	// Output:
	// at  2: up to 21, 0.997 from the shelf
	// at 10: up to 18, 0.979 from the shelf
	// at 50: up to 15, 0.902 from the shelf
	// together 0.959 with a capital of 363
}

// Several services at once are what each is alone.
func TestPlansAreThePlans(t *testing.T) {
	services := []policy.Service{
		{Kind: policy.CycleService, Target: 0.9}, {Kind: policy.FillRate, Target: 0.97},
		shortageCost(0.1), shortageCost(1), shortageCost(10), shortageCost(0.1),
	}
	rapid.Check(t, func(t *rapid.T) {
		random, demand := float.NewRandom(rapid.Uint64().Draw(t, "seed")), rapid.Float64Range(0, 1).Draw(t, "demand")
		scale := rapid.SampledFrom([]float64{0, 1, 0.3, 50}).Draw(t, "scale")
		law := func(_ int, r *float.Random) float64 {
			if r.Uniform() > demand {
				return 0
			}
			return scale * float64(1+r.Below(9))
		}
		d := draw(law).demandAfter(int(random.Below(1000)), forecast.FixedLeadTime(3), 2, 100)
		item := policy.Item{
			Kind: rapid.SampledFrom(policy.Kinds()).Draw(t, "kind"), Lead: forecast.FixedLeadTime(3), Review: 2, HoldingCost: 1,
			OrderCost: rapid.Float64Range(0, 1000).Draw(t, "order_cost"),
		}
		all, err := d.Plans(item, services)
		require.NoError(t, err)
		require.Len(t, all, len(services))
		for i, s := range services {
			item.Service = s
			alone, err := d.Plan(item)
			require.NoError(t, err)
			require.Equal(t, alone, all[i])
		}
	})
	d := policy.Demand{Lead: samples(1), Protection: samples(2), Review: samples(1)}
	_, err := d.Plans(policy.Item{Lead: forecast.FixedLeadTime(1)}, []policy.Service{{Kind: policy.FillRate, Target: 2}, shortageCost(1)})
	require.ErrorContains(t, err, "services[0].target")
	require.ErrorContains(t, err, "item.holding_cost")
}
