package policy_test

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/integration/insight/policy/safetystock"
	"github.com/tandem-go/tandem/internal/float"
)

func each(n float64) tandem.Quantity {
	return tandem.QuantityFromMicro(int64(math.Round(n*1_000_000)), tandem.Each)
}

func fillRate(target float64) policy.Service {
	return policy.Service{Kind: policy.FillRate, Target: target}
}

func samples(v ...float64) forecast.Distribution { return forecast.Distribution{Samples: v} }

// spread gives a normal distribution as n samples.
func spread(mean, deviation float64, n int) forecast.Distribution {
	d := forecast.Distribution{}
	for i := range n {
		d.Samples = append(d.Samples, mean+float64(deviation*float.NormalQuantile((float64(i)+0.5)/float64(n))))
	}
	return d
}

func TestOrderByHand(t *testing.T) {
	point := policy.Levels{Kind: policy.ReorderPoint, ReorderPoint: 12.5, OrderQuantity: 20, OrderUpTo: 32.5, Pack: each(10)}
	upTo := policy.Levels{Kind: policy.MinMax, ReorderPoint: 12, OrderUpTo: 40, Pack: each(6), Minimum: each(12)}
	periodic := policy.Levels{Kind: policy.Periodic, ReorderPoint: 40, OrderUpTo: 40}
	held := upTo
	held.Maximum = each(20)
	for name, c := range map[string]struct {
		levels   policy.Levels
		position policy.Position
		want     float64
	}{
		"above the reorder point":                  {point, policy.Position{OnHand: each(13)}, 0},
		"at it after what is owed":                 {point, policy.Position{OnHand: each(13), Backordered: each(0.5)}, 20},
		"what is on order counts":                  {point, policy.Position{OnHand: each(3), OnOrder: each(10)}, 0},
		"one lot is not enough":                    {point, policy.Position{Backordered: each(20)}, 40},
		"the least number of lots above":           {point, policy.Position{Backordered: each(7.5)}, 40},
		"up to the level in packs":                 {upTo, policy.Position{OnHand: each(11)}, 30},
		"above s":                                  {upTo, policy.Position{OnHand: each(12.000001)}, 0},
		"held at the largest number of packs":      {held, policy.Position{OnHand: each(1)}, 18},
		"periodic: not below":                      {periodic, policy.Position{OnHand: each(40)}, 0},
		"periodic: a fraction of a unit is a unit": {periodic, policy.Position{OnHand: each(39.9)}, 1},
		"negative stock of a shop that books late": {periodic, policy.Position{OnHand: each(-2)}, 42},
		"no demand, nothing waits":                 {policy.Levels{Kind: policy.MinMax}, policy.Position{OnHand: each(0)}, 0},
		"no demand, a customer waits for half a box": {
			policy.Levels{Kind: policy.MinMax, Pack: each(10)}, policy.Position{Backordered: each(5)}, 10,
		},
	} {
		order, err := c.levels.Order(c.position)
		require.NoError(t, err, name)
		assert.Equal(t, each(c.want), order.Quantity, name)
		assert.NotEmpty(t, order.Reason, name)
	}
}

func TestOrderOfTheLargestNumbers(t *testing.T) {
	huge := tandem.QuantityFromMicro(policy.MaxQuantity, tandem.Each)
	for _, kind := range policy.Kinds() {
		l := policy.Levels{Kind: kind, ReorderPoint: 1e300, OrderQuantity: 1e300, OrderUpTo: 1e300}
		for _, p := range []policy.Position{{OnHand: huge.Neg(), Backordered: huge}, {OnHand: huge, OnOrder: huge}} {
			order, err := l.Order(p)
			require.NoError(t, err)
			assert.GreaterOrEqual(t, order.Quantity.Sign(), 0)
			assert.LessOrEqual(t, order.Quantity.Micro(), int64(policy.MaxQuantity))
		}
	}
}

func TestFaultsAreAllNamed(t *testing.T) {
	item := policy.Item{
		Kind: "guess", Lead: forecast.LeadTime{0.5}, Review: -1, Service: policy.Service{Kind: "some", Target: 1}, OrderCost: -1,
		HoldingCost: math.NaN(), Cover: math.Inf(1), Pack: each(-1), Minimum: tandem.QuantityFromMicro(1, mustUnit(t, "KGM")),
	}
	_, err := policy.Propose(forecast.Series{}, "none", forecast.Config{Paths: -1}, item, policy.Position{OnOrder: each(-1)})
	for _, path := range []string{
		"method", "series.bucket", "config.paths", "item.kind", "item.lead", "item.review", "item.service.kind", "item.service.target",
		"item.order_cost", "item.holding_cost", "item.cover", "item.pack", "item.minimum", "position.on_order",
	} {
		assert.ErrorContains(t, err, path)
	}
	require.ErrorIs(t, err, tandem.ErrInvalid)

	item = policy.Item{Lead: forecast.FixedLeadTime(1), Service: fillRate(0.9), Pack: each(10), Maximum: each(9)}
	assert.ErrorContains(t, item.Validate(), "maximum")
	item.Lead, item.Review = forecast.FixedLeadTime(1000), 0
	assert.ErrorContains(t, item.Validate(), "review", "a look at the end of each bucket")
	item.Lead, item.Review = forecast.FixedLeadTime(1), 1000
	assert.ErrorContains(t, item.Validate(), "review")
	_, err = policy.Plan(nil, policy.Item{})
	assert.ErrorContains(t, err, "fit")
	_, err = policy.Demand{Lead: samples(2, 1), Review: samples(math.NaN())}.Plan(policy.Item{})
	for _, path := range []string{"demand.lead", "demand.protection", "demand.review", "item.service.kind"} {
		assert.ErrorContains(t, err, path)
	}
	_, err = policy.Levels{Kind: "x", ReorderPoint: math.NaN(), OrderQuantity: -1}.Order(policy.Position{})
	for _, path := range []string{"kind", "reorder_point", "order_quantity"} {
		assert.ErrorContains(t, err, path)
	}
	_, err = policy.Levels{Kind: policy.Periodic}.Order(policy.Position{})
	assert.ErrorContains(t, err, "on_hand", "no unit")
	kilogram := tandem.QuantityFromMicro(1, mustUnit(t, "KGM"))
	_, err = policy.Levels{Kind: policy.Periodic, Pack: each(1)}.Order(policy.Position{OnHand: kilogram})
	assert.ErrorContains(t, err, "on_hand", "another unit")
}

func mustUnit(t *testing.T, code string) (u tandem.Unit) {
	require.NoError(t, u.UnmarshalText([]byte(code)))
	return u
}

// By hand: in a bucket 0 or 2 are asked for, as likely; one bucket of lead time. (R, S)
// in units, each bucket: after a review the position is S. Over two buckets demand is
// 0, 2, 4 with ¼, ½, ¼, so that S = 3 misses ¼·1 more than one bucket does, of 1
// expected: β = 0.75; S = 2 misses ½: β = 0.5. A receipt follows a bucket with
// demand, and comes too late if the next bucket has demand, too, and S < 4: α = ½.
func TestBaseStockByHand(t *testing.T) {
	demand := policy.Demand{Lead: samples(0, 2), Protection: samples(0, 2, 2, 4), Review: samples(0, 2)}
	item := policy.Item{Kind: policy.Periodic, Lead: forecast.FixedLeadTime(1), Service: fillRate(0.6)}
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 3.0, l.OrderUpTo)
	assert.InDelta(t, 0.75, l.FillRate, 1e-12)
	assert.InDelta(t, 0.5, l.CycleService, 1e-12)
	assert.InDelta(t, 0.5, l.Orders, 1e-12)
	assert.InDelta(t, 1, l.SafetyStock, 1e-12)
	// On hand: opening 3 or 1, closing 3, 1, 1, 0: (2 + 1.25)/2.
	assert.InDelta(t, 1.625, l.MeanStock, 1e-12)

	item.Service = policy.Service{Kind: policy.CycleService, Target: 0.6}
	l, err = demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 4.0, l.OrderUpTo)
	assert.Equal(t, 1.0, l.CycleService)

	// (r, Q) with Q = 2: demand and lots are multiples of 2, so that the position after a
	// review is always r + 2. r = 0: β = 0.5; r = 2: nothing is short.
	item.Kind, item.Cover, item.Service = policy.ReorderPoint, 2, fillRate(0.6)
	l, err = demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 2.0, l.ReorderPoint)
	assert.InDelta(t, 1, l.FillRate, 1e-12)
	// An order follows 2 asked for, at r itself.
	assert.InDelta(t, 0, l.Undershoot, 1e-12)

	// (s, S) = (s, s+2): in a cycle the position is S for two buckets on average, and no
	// other, as demand is 0 or 2: at or below s is reached at once. S = 3 has β = 0.75.
	item.Kind = policy.MinMax
	l, err = demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 3.0, l.OrderUpTo)
	assert.InDelta(t, 0.75, l.FillRate, 1e-12)
	assert.InDelta(t, 0.5, l.CycleService, 1e-12)
	assert.InDelta(t, 0.5, l.Orders, 1e-12)
}

// A lead time of nought by hand: what is ordered at the end of a bucket is there before
// the demand of the next, 1 to 4, each as likely, so that only the review is to be
// covered. (R, S), S = 3: of 2.5 asked for ¼·1 is missed, β = 0.9; every review orders,
// and one in four finds less than nothing, α = 0.75; opening 3, closing 2, 1, 0, 0.
// (r, nQ), Q = 2, r = 1: the position after a review is 2 or 3, missing (1 + 2)/4 or
// ¼, a half on average, β = 0.8. It is at or below r after a demand of at least 1 or 2
// as likely, an order in 7 of 8 buckets, and debt is found at (2 + 1)/4/2 = ⅜ of them.
// Opening 2 or 3, closing (1)/4 or (2 + 1)/4: (2 + ¼ + 3 + ¾)/4 = 1.5.
func TestLeadTimeOfNoughtByHand(t *testing.T) {
	demand := policy.Demand{Lead: samples(0), Protection: samples(1, 2, 3, 4), Review: samples(1, 2, 3, 4)}
	item := policy.Item{Kind: policy.Periodic, Lead: forecast.FixedLeadTime(0), Review: 1, Service: fillRate(0.85)}
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 3.0, l.OrderUpTo)
	assert.InDelta(t, 2.5, l.Rate, 1e-12)
	assert.InDelta(t, 0.9, l.FillRate, 1e-12)
	assert.InDelta(t, 0.75, l.CycleService, 1e-12)
	assert.InDelta(t, 1, l.Orders, 1e-12)
	assert.InDelta(t, (3+(2+1)/4.0)/2, l.MeanStock, 1e-12)
	assert.InDelta(t, 0.5, l.SafetyStock, 1e-12)

	item.Kind, item.Cover, item.Service = policy.ReorderPoint, 0.8, fillRate(0.75)
	l, err = demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 2.0, l.OrderQuantity)
	assert.Equal(t, 1.0, l.ReorderPoint)
	assert.InDelta(t, 0.8, l.FillRate, 1e-12)
	assert.InDelta(t, 7.0/8, l.Orders, 1e-12)
	assert.InDelta(t, 1-3.0/7, l.CycleService, 1e-12)
	assert.InDelta(t, 1.5, l.MeanStock, 1e-12)

	fit, err := forecast.SES.Fit(forecast.Series{Bucket: forecast.Week, Values: []float64{3, 5, 4, 6, 2, 5}}, forecast.Config{NonNegative: true})
	require.NoError(t, err)
	d, err := policy.DemandOf(fit, item)
	require.NoError(t, err)
	assert.Zero(t, d.Lead.Quantile(1))
	assert.Equal(t, d.Review, d.Protection)
}

// Where looks at the stock are close together and demand over the lead time is normal,
// the plan is that of the textbook: G(k) = (1 − β)·Q/σ, and 1 − Φ(k) = 1 − α.
func TestNormalDemandGivesTheTextbook(t *testing.T) {
	demand := policy.Demand{Lead: spread(400, 116.6, 50_000), Protection: spread(401, 116.6, 50_000), Review: samples(1.0000001)}
	item := policy.Item{Lead: forecast.FixedLeadTime(400), Service: fillRate(0.95), Minimum: each(500)}
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 500.0, l.OrderQuantity)
	assert.InDelta(t, 400+116.6*safetystock.ExactFillRateFactor(0.95, 500, 116.6), l.ReorderPoint, 1)
	item.Service = policy.Service{Kind: policy.CycleService, Target: 0.95}
	l, err = demand.Plan(item)
	require.NoError(t, err)
	assert.InDelta(t, 400+116.6*safetystock.CycleServiceFactor(0.95), l.ReorderPoint, 1)
}

func TestOrderQuantity(t *testing.T) {
	demand := policy.Demand{Lead: samples(10), Protection: samples(20), Review: samples(10)}
	item := policy.Item{Lead: forecast.FixedLeadTime(1), Service: fillRate(0.95)}
	size := func(change func(i *policy.Item)) float64 {
		with := item
		change(&with)
		l, err := demand.Plan(with)
		require.NoError(t, err)
		return l.OrderQuantity
	}
	assert.Equal(t, 10.0, size(func(*policy.Item) {}), "a bucket of demand")
	assert.Equal(t, 35.0, size(func(i *policy.Item) { i.Cover = 3.5 }))
	// √(2·18·10/0.4) = 30; of the packs around it 24 costs 7.50 + 4.80, 36 5.00 + 7.20.
	costs := func(i *policy.Item) { i.OrderCost, i.HoldingCost = 18, 0.4 }
	assert.Equal(t, 30.0, size(costs))
	assert.Equal(t, 36.0, size(func(i *policy.Item) { costs(i); i.Pack = each(12) }))
	assert.Equal(t, 28.0, size(func(i *policy.Item) { costs(i); i.Pack = each(7) }))
	assert.Equal(t, 48.0, size(func(i *policy.Item) { costs(i); i.Pack, i.Minimum = each(12), each(40) }))
	assert.Equal(t, 24.0, size(func(i *policy.Item) { costs(i); i.Pack, i.Maximum = each(12), each(35) }))
}

// More service never asks for less stock, and what is expected reaches the target.
func TestMoreServiceIsMoreStock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := float.NewRandom(rapid.Uint64().Draw(t, "seed"))
		rare := rapid.Float64Range(0, 0.9).Draw(t, "rare")
		law := draw(func(_ int, r *float.Random) float64 {
			if r.Uniform() < rare {
				return 0
			}
			return float64(1 + r.Below(9))
		})
		lead := 1 + r.Below(4)
		review := r.Below(4)
		demand := law.demandAfter(r.Below(1000), forecast.FixedLeadTime(lead), max(review, 1), 300)
		item := policy.Item{
			Kind: rapid.SampledFrom(policy.Kinds()).Draw(t, "kind"), Lead: forecast.FixedLeadTime(lead), Review: review,
			Service: policy.Service{Kind: rapid.SampledFrom(policy.ServiceKinds()).Draw(t, "service")}, Cover: float64(r.Below(9)),
			HoldingCost: 0.01,
		}
		last := -1.0
		for _, target := range []float64{0.3, 0.8, 0.9, 0.95, 0.99} {
			item.Service.Target = target
			l, err := demand.Plan(item)
			require.NoError(t, err)
			require.GreaterOrEqual(t, l.OrderUpTo, last)
			last = l.OrderUpTo
			got := l.FillRate
			if item.Service.Kind == policy.CycleService {
				got = l.CycleService
			}
			if item.Service.Kind != policy.ShortageCost {
				require.GreaterOrEqual(t, got, target-1e-9)
			}
			require.True(t, float.Finite(l.MeanStock) && l.MeanStock >= 0)
		}
	})
}

// Whatever the history is, there is a proposal without faults, and its numbers are
// numbers.
func TestThereIsAlwaysAProposal(t *testing.T) {
	long := make([]float64, 200)
	for i := range long {
		long[i] = math.Exp(float64(i) / 6)
	}
	for name, values := range map[string][]float64{
		"none": nil, "zero": make([]float64, 24), "constant": {7, 7, 7, 7, 7, 7}, "one": {5}, "two": {0, 5},
		"first ever sale": {0, 0, 0, 0, 0, 0, 0, 1},
		"returns":         {-5, -3, -8, -1}, "mixed": {4, -9, 12, 0, -1, 3}, "outlier": {3, 4, 3, 2, 1e9, 3, 4}, "exploding": long,
		"large": {1e15, 1e15, 9e14}, "small": {1e-9, 2e-9, 0, 1e-9}, "intermittent": {0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 6, 0, 0},
	} {
		for _, method := range []forecast.Method{forecast.Combination, forecast.SBA, forecast.Naive} {
			for _, kind := range policy.Kinds() {
				item := policy.Item{
					Kind: kind, Lead: forecast.LeadTime{0, 0, 0.5, 0.5}, Review: 2, Service: fillRate(0.95),
					Pack: each(6), OrderCost: 5, HoldingCost: 0.1,
				}
				for _, nonNegative := range []bool{true, false} {
					config := forecast.Config{NonNegative: nonNegative, Paths: 100, Iterations: 30}
					months := forecast.Series{Bucket: forecast.Month, Values: values}
					p, err := policy.Propose(months, method, config, item, policy.Position{OnHand: each(2)})
					require.NoError(t, err, name)
					text, err := json.Marshal(p)
					require.NoError(t, err, "%s: %s %s: no number that JSON has not", name, method, kind)
					var back policy.Proposal
					require.NoError(t, json.Unmarshal(text, &back), name)
					require.Equal(t, p.Quantity, back.Quantity)
					require.Len(t, p.Reasons, 3)
					require.GreaterOrEqual(t, p.Quantity.Sign(), 0)
					if name == "none" || name == "zero" {
						require.True(t, p.Quantity.IsZero(), name)
						require.Equal(t, policy.NoDemand, p.Levels.Warnings[0].Code)
					}
				}
			}
		}
	}
}

func TestProposalIsTheSameEveryTime(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: []float64{4, 0, 7, 3, 0, 0, 9, 2, 5, 1, 0, 6}}
	item := policy.Item{Kind: policy.MinMax, Lead: forecast.LeadTime{0, 0.25, 0.75}, Review: 1, Service: fillRate(0.97), Cover: 4}
	propose := func() policy.Proposal {
		p, err := policy.Propose(s, forecast.IMAPA, forecast.Config{Seed: 9}, item, policy.Position{OnHand: each(3)})
		require.NoError(t, err)
		return p
	}
	assert.Equal(t, propose(), propose())
}

// The digits of estimates that went through every rule, so that a platform whose
// compiler fuses a product and a sum is found out.
func TestPlanHasTheSameBitsOnEveryPlatform(t *testing.T) {
	demand := policy.Demand{Lead: spread(50, 13.7, 301), Protection: spread(90, 18.3, 301), Review: spread(40, 11.1, 301)}
	var digits []string
	for _, kind := range policy.Kinds() {
		l, err := demand.Plan(policy.Item{Kind: kind, Lead: forecast.LeadTime{0, 0, 0.5, 0.5}, Review: 2, Service: fillRate(0.97), Cover: 4})
		require.NoError(t, err)
		for _, v := range []float64{l.OrderUpTo, l.FillRate, l.CycleService, l.MeanStock} {
			digits = append(digits, strconv.FormatFloat(v, 'x', -1, 64))
		}
	}
	assert.Equal(t, []string{
		"0x1.50b8ff4251b7dp+07", "0x1.f0a3d70f0f217p-01", "0x1.97d7f5ff0e25fp-01", "0x1.d7b0efb2a41eap+05",
		"0x1.498a3015420abp+07", "0x1.f0a3d7244328dp-01", "0x1.85f3c3ec6cceep-01", "0x1.06e51f745016p+06",
		"0x1.b807ea8fecd6ap+06", "0x1.f0a3d76a8d654p-01", "0x1.bcce584b95808p-01", "0x1.48dca1ce8d7d2p+05",
		"0x1.99c0d19737a1p+06", "0x1.f0a3d7ca424d5p-01", "0x1.806cdd212b602p-01", "0x1.d64e6f7438a34p+05",
	}, digits)
}

func TestPlanLeavesItsArgumentsAlone(t *testing.T) {
	demand := policy.Demand{Lead: samples(0.99999999, 2), Protection: samples(1, 3.00000001), Review: samples(1)}
	before := slices.Clone(demand.Protection.Samples)
	_, err := demand.Plan(policy.Item{Lead: forecast.FixedLeadTime(1), Service: fillRate(0.9)})
	require.NoError(t, err)
	assert.Equal(t, before, demand.Protection.Samples)
}

func TestNamesAreReadStrictly(t *testing.T) {
	var k policy.Kind
	require.NoError(t, k.UnmarshalText([]byte("min_max")))
	assert.Error(t, k.UnmarshalText([]byte("MinMax")))
	var s policy.ServiceKind
	require.NoError(t, s.UnmarshalText([]byte("fill_rate")))
	assert.Error(t, s.UnmarshalText([]byte("")))
	for i, code := range policy.WarningCodes() {
		assert.True(t, code.Valid())
		assert.Equal(t, i, slices.Index(policy.WarningCodes(), code), "each once")
	}
}

// Levels that were kept and read again may be of any size: they are written without the
// conversion of what no integer holds.
func TestReasonsOfLevelsOfAnySize(t *testing.T) {
	for point, want := range map[float64]string{
		-1e300: "-1e+300", -123456.7: "-123457", 1e18: "1e+18", 12.345: "12.35", 120.4: "120", 0: "0", -3: "-3",
	} {
		l := policy.Levels{Kind: policy.MinMax, ReorderPoint: point, OrderUpTo: point, OrderQuantity: 1}
		position := policy.Position{OnHand: each(1000)}
		o, err := l.Order(position)
		require.NoError(t, err)
		if point < 1e15 {
			assert.Contains(t, o.Reason, "is above the reorder point "+want)
		} else {
			assert.Contains(t, o.Reason, "is raised to the order-up-to level "+want)
		}
	}
}

// A fault of the lead time has the path of its field.
func TestFaultsOfTheLeadTimeHaveItsPath(t *testing.T) {
	item := policy.Item{Service: fillRate(0.95)}
	for path, lead := range map[string]forecast.LeadTime{"lead": nil, "lead[1]": {1, -1, 1}} {
		item.Lead = lead
		var invalid *tandem.InvalidError
		require.ErrorAs(t, item.Validate(), &invalid)
		require.Equal(t, path, invalid.Faults[0].Path)
		_, err := policy.DemandOf(nil, item)
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, "item."+path, invalid.Faults[1].Path)
	}
}
