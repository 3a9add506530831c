package rebate_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

var (
	first = func() tandem.Date { d, _ := tandem.ParseDate("2026-01-01"); return d }()
	last  = func() tandem.Date { d, _ := tandem.ParseDate("2027-01-01"); return d }()
)

func on(n int) tandem.Date { return first.AddDays(n) }

func at(n int) tandem.Instant { return on(n).At(12, 0, nil) }

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func each(n int64) tandem.Quantity {
	q, _ := tandem.QuantityOf(n, tandem.Each)
	return q
}

func volume(n, minor int64) Volume { return Volume{Quantity: each(n), Value: gbp(minor)} }

func per(micro int64) Reward {
	p, _ := tandem.PriceFromMicro(micro, tandem.GBP, 1, tandem.Each)
	return Reward{PerUnit: p}
}

func rate(percent int64) Reward { return Reward{Rate: tandem.Percent(percent)} }

func terms(m Measure, s Scale, tiers ...Tier) Terms {
	return Terms{Period: tandem.Validity{From: first, Until: last}, Currency: tandem.GBP, Unit: tandem.Each, Measure: m, Scale: s,
		Returns: NetVolume, Rounding: tandem.HalfAwayFromZero, Tiers: tiers}
}

// perUnit: from 100 units 0.50 each, from 200 units 0.80 each.
func perUnit(s Scale) Terms {
	return terms(ByQuantity, s, Tier{FromQuantity: each(100), Reward: per(500_000)}, Tier{FromQuantity: each(200), Reward: per(800_000)})
}

// byValue: from 1,000.00 3 %, from 5,000.00 5 %.
func byValue(s Scale) Terms {
	return terms(ByValue, s, Tier{FromValue: gbp(1_000_00), Reward: rate(3)}, Tier{FromValue: gbp(5_000_00), Reward: rate(5)})
}

// rateByQuantity: from 100 units 2 % of the value.
func rateByQuantity() Terms {
	return terms(ByQuantity, BackToFirstUnit, Tier{FromQuantity: each(100), Reward: rate(2)})
}

func kept(t Terms) Terms { t.Returns = HighestReached; return t }

func agree(t require.TestingT, terms Terms) *Agreement {
	a, err := NewAgreement(tandem.DeriveID[AgreementID]("a", "1"), tandem.DeriveID[tandem.CompanyID]("c", "1"), tandem.DeriveID[tandem.PartyID]("p", "1"), terms)
	require.NoError(t, err)
	return a
}

func sale(key string, day int, v Volume) Movement {
	return Movement{Key: key, Kind: Sale, Counts: true, Volume: v, Effective: on(day), Recorded: at(day)}
}

func back(key, of string, day int, v Volume) Movement {
	return Movement{Key: key, Kind: Return, Of: of, Volume: v, Effective: on(day), Recorded: at(day)}
}

// Hand numbers.
func TestRebateByHand(t *testing.T) {
	for name, c := range map[string]struct {
		terms        Terms
		net, reached Volume
		want         int64
	}{
		"below the first tier":                                 {perUnit(BackToFirstUnit), volume(99, 0), Volume{}, 0},
		"at the tier, from the first unit":                     {perUnit(BackToFirstUnit), volume(100, 0), Volume{}, 50_00},
		"a unit before the next":                               {perUnit(BackToFirstUnit), volume(199, 0), Volume{}, 99_50},
		"at the next, from the first unit":                     {perUnit(BackToFirstUnit), volume(200, 0), Volume{}, 160_00},
		"slices: nothing is above the first bound":             {perUnit(Marginal), volume(100, 0), Volume{}, 0},
		"slices: 100 × 0.50":                                   {perUnit(Marginal), volume(200, 0), Volume{}, 50_00},
		"slices: 100 × 0.50 + 50 × 0.80":                       {perUnit(Marginal), volume(250, 0), Volume{}, 90_00},
		"value: 3 % of 4,999.99":                               {byValue(BackToFirstUnit), volume(1, 4_999_99), Volume{}, 150_00},
		"value: 5 % of 5,000.00":                               {byValue(BackToFirstUnit), volume(1, 5_000_00), Volume{}, 250_00},
		"value, slices: 4,000 × 3 % + 1,000 × 5 %":             {byValue(Marginal), volume(1, 6_000_00), Volume{}, 170_00},
		"a rate by quantity is of the value":                   {rateByQuantity(), volume(100, 1_234_50), Volume{}, 24_69},
		"the highest tier reached, for what is left":           {kept(perUnit(BackToFirstUnit)), volume(150, 0), volume(220, 0), 120_00},
		"what is left is more than what is said to be reached": {kept(perUnit(BackToFirstUnit)), volume(200, 0), volume(0, 0), 160_00},
		"the same, where the terms do not say so":              {perUnit(BackToFirstUnit), volume(150, 0), volume(220, 0), 75_00},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.terms.Validate())
			got, err := c.terms.Rebate(c.net, c.reached)
			require.NoError(t, err)
			require.Equal(t, gbp(c.want), got)
		})
	}
	_, err := perUnit(Marginal).Rebate(Volume{Value: gbp(1)}, Volume{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func outcomes(m Method, confidence int64, pairs ...int64) Estimate {
	e := Estimate{Method: m, Confidence: tandem.Percent(confidence)}
	for i := 0; i < len(pairs); i += 2 {
		e.Outcomes = append(e.Outcomes, Outcome{Quantity: each(pairs[i]), Probability: tandem.Percent(pairs[i+1])})
	}
	return e
}

// Expected rewards by hand. Outcomes of 90, 100 and 250 units at 50, 30 and 20 %: by
// expected value (0.3 × 100 × 0.50 + 0.2 × 250 × 0.80) ÷ (45 + 30 + 50) = 55 ÷ 125 = 0.44.
func TestExpectByHand(t *testing.T) {
	for name, c := range map[string]struct {
		terms    Terms
		estimate Estimate
		net      Volume
		want     Reward
	}{
		"expected value": {perUnit(BackToFirstUnit), outcomes(ExpectedValue, 0, 90, 50, 100, 30, 250, 20), volume(0, 0), per(440_000)},
		"most likely":    {perUnit(BackToFirstUnit), outcomes(MostLikely, 0, 90, 50, 100, 30, 250, 20), volume(0, 0), per(0)},
		"most likely, of equals the larger rebate":  {perUnit(BackToFirstUnit), outcomes(MostLikely, 0, 250, 50, 90, 50), volume(0, 0), per(800_000)},
		"at 80 % confidence 0.50 is enough":         {perUnit(BackToFirstUnit), outcomes(ExpectedValue, 80, 90, 50, 100, 30, 250, 20), volume(0, 0), per(500_000)},
		"at 81 % it is not":                         {perUnit(BackToFirstUnit), outcomes(ExpectedValue, 81, 90, 50, 100, 30, 250, 20), volume(0, 0), per(800_000)},
		"the constraint never lowers":               {perUnit(BackToFirstUnit), outcomes(ExpectedValue, 10, 90, 50, 100, 30, 250, 20), volume(0, 0), per(440_000)},
		"slices: 90 ÷ 250":                          {perUnit(Marginal), outcomes(MostLikely, 0, 250, 100), volume(0, 0), per(360_000)},
		"what was bought already is the least":      {perUnit(BackToFirstUnit), outcomes(MostLikely, 0, 90, 100), volume(120, 0), per(500_000)},
		"no estimate: what was bought already":      {perUnit(BackToFirstUnit), Estimate{}, volume(120, 0), per(500_000)},
		"nothing expected and nothing bought":       {perUnit(BackToFirstUnit), outcomes(ExpectedValue, 0, 0, 100), volume(0, 0), per(0)},
		"a rate of the value, expected by quantity": {rateByQuantity(), outcomes(ExpectedValue, 0, 100, 50, 50, 50), volume(0, 0), Reward{Rate: tandem.RateFromNano(13_333_333)}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.estimate.Method != "" {
				require.NoError(t, c.estimate.Validate(c.terms))
			}
			got, err := c.terms.Expect(c.estimate, c.net, Volume{})
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	got, err := kept(perUnit(BackToFirstUnit)).Expect(outcomes(MostLikely, 0, 90, 100), volume(50, 0), volume(210, 0))
	require.NoError(t, err)
	require.Equal(t, per(800_000), got, "the tier that was reached stays")
	_, err = byValue(Marginal).Expect(Estimate{}, Volume{}, Volume{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func amounts(facts []Fact) map[FactKind]int64 {
	out := map[FactKind]int64{}
	for _, f := range facts {
		out[f.Kind] += f.Amount.Minor()
	}
	return out
}

// A year by hand: 0.50 each from 100, 0.80 from 200. 60 units with 120 expected accrue
// 30.00. 80 more accrue 40.00. 220 are expected: 140 × 0.30 = 42.00 are caught up. 70 are
// bought: 56.00. 30 come back: −24.00. In the end 180 are left: 90.00 instead of 144.00.
func TestAYearByHand(t *testing.T) {
	a := agree(t, perUnit(BackToFirstUnit))
	_, err := a.Estimate(Likely(volume(120, 0)), first, at(0))
	require.NoError(t, err)
	for _, step := range []struct {
		do        func() (Result, error)
		want      map[FactKind]int64
		liability int64
	}{
		{func() (Result, error) { return a.Record(sale("s1", 10, volume(60, 600_00))) }, map[FactKind]int64{Accrued: 30_00}, 30_00},
		{func() (Result, error) { return a.Record(sale("s2", 90, volume(80, 800_00))) }, map[FactKind]int64{Accrued: 40_00}, 70_00},
		{func() (Result, error) { return a.Estimate(Likely(volume(220, 0)), on(100), at(100)) }, map[FactKind]int64{CaughtUp: 42_00}, 112_00},
		{func() (Result, error) { return a.Record(sale("s3", 200, volume(70, 700_00))) }, map[FactKind]int64{Accrued: 56_00}, 168_00},
		{func() (Result, error) { return a.Record(back("r1", "s2", 210, volume(30, 300_00))) }, map[FactKind]int64{Accrued: -24_00}, 144_00},
		{func() (Result, error) { return a.TrueUp(last, at(366)) }, map[FactKind]int64{TrueUp: -54_00}, 90_00},
		{func() (Result, error) { return a.Settle("CN-1", last, at(366)) }, map[FactKind]int64{Settled: -90_00}, 0},
		// 90 of 180 come back late: 90 units are below the first tier, and all of it is owed back.
		{func() (Result, error) { return a.Record(back("r2", "s3", 370, volume(70, 700_00))) }, map[FactKind]int64{TrueUp: -35_00}, -35_00},
		{func() (Result, error) { return a.Record(back("r3", "s1", 371, volume(20, 200_00))) }, map[FactKind]int64{TrueUp: -55_00}, -90_00},
		{func() (Result, error) { return a.Settle("DN-1", on(372), at(372)) }, map[FactKind]int64{Settled: 90_00}, 0},
	} {
		result, err := step.do()
		require.NoError(t, err)
		require.Equal(t, step.want, amounts(result.Posted))
		require.Equal(t, gbp(step.liability), result.Liability)
	}
	require.Equal(t, StatusSettled, a.Status())
	require.Equal(t, volume(90, 900_00), a.Net())
	require.Equal(t, gbp(0), a.Accrued())
	require.Equal(t, gbp(0), Fact{Kind: Settled, Amount: gbp(5)}.Revenue())
}

// The terms keep the highest tier by the days on which things happened, whatever the
// order in which they were recorded.
func TestHighestTierIsByDays(t *testing.T) {
	for _, order := range [][]Movement{
		{sale("s1", 1, volume(150, 0)), back("r1", "s1", 5, volume(100, 0)), sale("s2", 9, volume(60, 0))},
		{sale("s2", 9, volume(60, 0)), sale("s1", 1, volume(150, 0)), back("r1", "s1", 5, volume(100, 0))},
	} {
		a := agree(t, kept(perUnit(BackToFirstUnit)))
		for _, m := range order {
			_, err := a.Record(m)
			require.NoError(t, err)
		}
		require.Equal(t, gbp(55_00), a.Accrued(), "110 × 0.50: 150 were the most, never 210")
	}
	a := agree(t, kept(perUnit(BackToFirstUnit)))
	for _, m := range []Movement{sale("s1", 1, volume(210, 0)), back("r1", "s1", 1, volume(200, 0))} {
		_, err := a.Record(m)
		require.NoError(t, err)
	}
	require.Equal(t, gbp(0), a.Accrued(), "by the end of the day 210 were never reached")
}

func TestTheSameKeyCountsOnce(t *testing.T) {
	a := agree(t, perUnit(BackToFirstUnit))
	s, r := sale("s1", 1, volume(150, 1_500_00)), back("r1", "s1", 2, volume(10, 100_00))
	for _, m := range []Movement{s, r} {
		_, err := a.Record(m)
		require.NoError(t, err)
		m.Recorded = at(50)
		again, err := a.Record(m)
		require.NoError(t, err)
		require.Equal(t, Result{Repeated: true, Liability: a.Accrued()}, again)
		m.Value = gbp(1)
		_, err = a.Record(m)
		require.ErrorIs(t, err, tandem.ErrDuplicate)
	}
	require.Equal(t, gbp(70_00), a.Accrued())
	require.Len(t, a.State().Movements, 2)
	_, err := a.TrueUp(last, at(366))
	require.NoError(t, err)
	_, err = a.Settle("CN-1", last, at(366))
	require.NoError(t, err)
	again, err := a.Settle("CN-1", last, at(400))
	require.NoError(t, err)
	require.True(t, again.Repeated)
	_, err = a.Settle("CN-1", on(400), at(400))
	require.ErrorIs(t, err, tandem.ErrDuplicate)
}

func TestLinesThatDoNotCount(t *testing.T) {
	a := agree(t, perUnit(BackToFirstUnit))
	other := sale("s0", 1, volume(500, 5_000_00))
	other.Counts = false
	for _, m := range []Movement{other, sale("s1", 1, volume(100, 1_000_00)), back("r0", "s0", 3, volume(100, 1_000_00))} {
		_, err := a.Record(m)
		require.NoError(t, err)
	}
	require.Equal(t, volume(100, 1_000_00), a.Net())
	require.Equal(t, gbp(50_00), a.Accrued())
	require.False(t, a.State().Movements[2].Counts, "as its sale")
}

func refusal(t *testing.T, err error) string {
	var refused *tandem.RefusedError
	require.ErrorAs(t, err, &refused)
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	return refused.Code
}

func TestRefusals(t *testing.T) {
	a := agree(t, perUnit(BackToFirstUnit))
	_, err := a.Record(sale("s1", 5, volume(100, 1_000_00)))
	require.NoError(t, err)
	_, err = a.Record(back("r1", "s1", 6, volume(60, 600_00)))
	require.NoError(t, err)
	before := a.State()
	for name, c := range map[string]struct {
		movement Movement
		code     string
	}{
		"sold before the period":     {sale("x", -1, volume(1, 1)), "outside_period"},
		"sold on the day after it":   {sale("x", 365, volume(1, 1)), "outside_period"},
		"a return of nothing known":  {back("x", "s9", 6, volume(1, 1)), "no_sale"},
		"a return of a return":       {back("x", "r1", 6, volume(1, 1)), "no_sale"},
		"a return before its sale":   {back("x", "s1", 4, volume(1, 1)), "before_sale"},
		"more than is left":          {back("x", "s1", 6, volume(41, 1)), "returned_too_much"},
		"of more value than is left": {back("x", "s1", 6, volume(1, 400_01)), "returned_too_much"},
	} {
		_, err := a.Record(c.movement)
		require.Equal(t, c.code, refusal(t, err), name)
	}
	_, err = a.TrueUp(last.AddDays(-1), at(364))
	require.Equal(t, "period_runs", refusal(t, err))
	_, err = a.Settle("CN-1", last, at(366))
	require.Equal(t, "state", refusal(t, err))
	require.Equal(t, before, a.State())
	_, err = a.TrueUp(last, at(366))
	require.NoError(t, err)
	_, err = a.TrueUp(last, at(366))
	require.Equal(t, "state", refusal(t, err))
	_, err = a.Estimate(Likely(volume(1, 0)), last, at(366))
	require.Equal(t, "state", refusal(t, err))
}

func faults(err error) []string {
	var invalid *tandem.InvalidError
	var out []string
	if errors.As(err, &invalid) {
		for _, f := range invalid.Faults {
			out = append(out, f.Code+" "+f.Path)
		}
	}
	return out
}

func TestFaultsOfCommands(t *testing.T) {
	a := agree(t, perUnit(BackToFirstUnit))
	_, err := a.Record(Movement{})
	require.Equal(t, []string{"key key", "unknown kind", "value value", "quantity quantity", "nothing value", "required effective", "required recorded"}, faults(err))
	_, err = a.Record(Movement{Key: "k", Kind: Return, Volume: volume(-1, -1), Effective: first, Recorded: at(0)})
	require.Equal(t, []string{"required of", "value value", "quantity quantity"}, faults(err))
	m := sale("k", 1, volume(1, 1))
	m.Of = "s1"
	_, err = a.Record(m)
	require.Equal(t, []string{"unexpected of"}, faults(err))
	_, err = a.Estimate(Estimate{Confidence: tandem.Percent(101), Outcomes: []Outcome{{Value: gbp(1)}, {Quantity: each(-1), Probability: tandem.Percent(50)}}}, tandem.Date{}, tandem.Instant{})
	require.Equal(t, []string{"unknown estimate.method", "rate estimate.confidence", "volume estimate.outcomes[0].quantity", "rate estimate.outcomes[0].probability",
		"range estimate.outcomes[1]", "probability estimate.outcomes", "required effective", "required recorded"}, faults(err))
	_, err = a.Estimate(Estimate{Method: MostLikely, Outcomes: make([]Outcome, MaxOutcomes+1)}, first, at(0))
	require.Contains(t, faults(err), "outcomes estimate.outcomes")
	_, err = a.TrueUp(tandem.Date{}, at(0))
	require.Equal(t, []string{"required effective"}, faults(err))
	_, err = a.Settle("", first, tandem.Instant{})
	require.Equal(t, []string{"key key", "required recorded"}, faults(err))
}

func TestFaultsOfTerms(t *testing.T) {
	require.Equal(t, []string{"period period", "currency currency", "unknown measure", "unknown scale", "unknown returns", "unknown rounding", "tiers tiers"},
		faults(Terms{}.Validate()))
	bad := perUnit(Marginal)
	bad.Returns = HighestReached
	bad.Unit = tandem.Kilogram
	bad.Tiers[1] = Tier{FromQuantity: each(50), FromValue: gbp(1), Reward: rate(101)}
	require.Equal(t, []string{"marginal_returns returns", "from tiers[0].from_quantity", "per_unit tiers[0].per_unit",
		"from tiers[1].from_quantity", "order tiers[1].from_quantity", "mixed tiers[1]", "rate tiers[1].rate"}, faults(bad.Validate()))
	require.Equal(t, []string{"marginal_reward scale"}, faults(terms(ByQuantity, Marginal, Tier{FromQuantity: each(1), Reward: rate(1)}).Validate()))
	bad = byValue(BackToFirstUnit)
	bad.Unit = 0
	require.NoError(t, bad.Validate(), "values need no unit")
	bad.Tiers = []Tier{{FromQuantity: each(1), Reward: Reward{Rate: tandem.Percent(1), PerUnit: per(-1).PerUnit}}}
	require.Equal(t, []string{"required unit", "from tiers[0].from_value", "mixed tiers[0].rate", "per_unit tiers[0].per_unit", "range tiers[0].per_unit"}, faults(bad.Validate()))
	_, err := NewAgreement(AgreementID{}, tandem.CompanyID{}, tandem.PartyID{}, Terms{})
	require.Contains(t, faults(err), "period terms.period")
	_, err = NewAgreement(AgreementID{}, tandem.CompanyID{}, tandem.PartyID{}, byValue(Marginal))
	require.Equal(t, []string{"required id", "required company", "required customer"}, faults(err))
}

// A rebate beyond what money can hold is an error, and nothing has happened: neither is
// the key taken, nor the tier reached.
func TestOverflowChangesNothing(t *testing.T) {
	most := terms(ByQuantity, BackToFirstUnit, Tier{FromQuantity: each(2), Reward: per(10_000)},
		Tier{FromQuantity: each(1_000), Reward: per(tandem.MaxMinorUnits)})
	for _, terms := range []Terms{most, kept(most)} {
		a := agree(t, terms)
		_, err := a.Record(sale("s1", 1, volume(1, 1)))
		require.NoError(t, err)
		before, net := a.State(), a.Net()
		_, err = a.Record(sale("s2", 1, volume(tandem.MaxUnits, 1)))
		require.ErrorIs(t, err, tandem.ErrOverflow)
		require.Equal(t, before, a.State())
		require.Equal(t, net, a.Net())
		_, err = a.Record(sale("s2", 1, volume(1, 1)))
		require.NoError(t, err)
		require.Equal(t, gbp(2), a.Accrued())
		_, err = RestoreAgreement(a.State())
		require.NoError(t, err)
		_, err = a.Estimate(Likely(volume(1_000, 0)), on(2), at(2))
		require.NoError(t, err)
		_, err = a.Record(sale("s3", 3, volume(tandem.MaxUnits/2, 1)))
		require.ErrorIs(t, err, tandem.ErrOverflow)
	}
}

// Every command in every state: it leads where the table says, or is refused.
func TestEveryCommandInEveryState(t *testing.T) {
	commands := map[string]func(a *Agreement) error{
		"record":   func(a *Agreement) error { _, err := a.Record(sale("x", 1, volume(1, 1))); return err },
		"estimate": func(a *Agreement) error { _, err := a.Estimate(Likely(volume(1, 0)), first, at(0)); return err },
		"true_up":  func(a *Agreement) error { _, err := a.TrueUp(last, at(366)); return err },
		"settle":   func(a *Agreement) error { _, err := a.Settle("CN-1", last, at(366)); return err },
	}
	to := map[string]Status{}
	for _, tr := range Transitions() {
		require.Contains(t, commands, tr.Command)
		to[string(tr.From)+" "+tr.Command] = tr.To
	}
	for _, from := range Statuses() {
		for name, command := range commands {
			a := agree(t, perUnit(Marginal))
			for a.Status() != from {
				require.NoError(t, commands[map[Status]string{StatusOpen: "true_up", StatusTruedUp: "settle"}[a.Status()]](a))
			}
			if name == "settle" && from == StatusSettled {
				continue // the same key again
			}
			err := command(a)
			if want, may := to[string(from)+" "+name]; may {
				require.NoError(t, err)
				require.Equal(t, want, a.Status(), "%s %s", from, name)
			} else {
				require.Equal(t, "state", refusal(t, err), "%s %s", from, name)
				require.Equal(t, from, a.Status())
			}
		}
	}
}

func TestStateIsACopy(t *testing.T) {
	a := agree(t, perUnit(Marginal))
	e := Likely(volume(250, 0))
	_, err := a.Estimate(e, first, at(0))
	require.NoError(t, err)
	_, err = a.Record(sale("s1", 1, volume(10, 1)))
	require.NoError(t, err)
	text := func() string {
		out, err := json.Marshal(a.State())
		require.NoError(t, err)
		return string(out)
	}
	before := text()
	e.Outcomes[0].Quantity = each(1)
	s := a.State()
	s.Estimates[0].Outcomes[0].Quantity, s.Movements[0].Key, s.Facts[0].Key, s.Terms.Tiers[0].Reward = each(1), "x", "x", per(1)
	require.Equal(t, before, text())
}

func TestShares(t *testing.T) {
	a := agree(t, rateByQuantity())
	for _, m := range []Movement{sale("s1", 1, volume(60, 100_00)), sale("s2", 2, volume(60, 200_00)), sale("s3", 3, volume(10, 50_00)), back("r", "s3", 4, volume(10, 50_00))} {
		_, err := a.Record(m)
		require.NoError(t, err)
	}
	require.Equal(t, gbp(6_00), a.Accrued())
	shares, err := a.Shares(a.Accrued())
	require.NoError(t, err)
	require.Equal(t, []Share{{Sale: "s1", Amount: gbp(2_00)}, {Sale: "s2", Amount: gbp(4_00)}}, shares)
	_, err = agree(t, perUnit(Marginal)).Shares(gbp(0))
	require.ErrorIs(t, err, tandem.ErrNoWeights)
}

func TestRestoreRefusesWhatCannotHold(t *testing.T) {
	a := agree(t, perUnit(BackToFirstUnit))
	for _, m := range []Movement{sale("s1", 1, volume(150, 1_500_00)), back("r1", "s1", 2, volume(10, 100_00))} {
		_, err := a.Record(m)
		require.NoError(t, err)
	}
	for name, c := range map[string]struct {
		spoil func(s *AgreementState)
		fault string
	}{
		"no state":           {func(s *AgreementState) { s.Status = "" }, "unknown status"},
		"a key twice":        {func(s *AgreementState) { s.Movements = append(s.Movements, s.Movements[0]) }, "duplicate movements[2]"},
		"a return alone":     {func(s *AgreementState) { s.Movements = s.Movements[1:] }, "no_sale movements[0]"},
		"it counts not":      {func(s *AgreementState) { s.Movements[1].Counts = false }, "counts movements[1]"},
		"no key":             {func(s *AgreementState) { s.Movements[0].Key = "" }, "key movements[0].key"},
		"another liability":  {func(s *AgreementState) { s.Facts = s.Facts[1:] }, "liability facts"},
		"a fact of no kind":  {func(s *AgreementState) { s.Facts[0].Kind = "guess" }, "fact facts[0]"},
		"no estimate":        {func(s *AgreementState) { s.Estimates = make([]Estimated, 1) }, "unknown estimates[0].method"},
		"settled but owed":   {func(s *AgreementState) { s.Status = StatusSettled }, "settled status"},
		"a negative counter": {func(s *AgreementState) { s.Sequence = -1 }, "negative revision"},
	} {
		s := a.State()
		c.spoil(&s)
		_, err := RestoreAgreement(s)
		require.Contains(t, faults(err), c.fault, name)
	}
}

func TestEventsAndCopies(t *testing.T) {
	a := agree(t, byValue(Marginal))
	_, err := a.Record(sale("s1", 1, volume(1, 6_000_00)))
	require.NoError(t, err)
	c := a.Copy(7)
	_, err = c.Record(sale("s2", 1, volume(1, 1_00)))
	require.NoError(t, err)
	require.EqualValues(t, 7, c.Revision())
	require.Equal(t, gbp(170_00), a.Accrued(), "the copy is another one")
	drained := a.Drain()
	require.Equal(t, KindAgreement, drained.Kind)
	require.EqualValues(t, 1, drained.Last)
	require.Len(t, drained.Events, 1)
	require.Empty(t, a.Drain().Events)
	require.Equal(t, "pricing.rebate.accrued", drained.Events[0].EventName())
	for _, e := range append(drained.Events, c.Drain().Events...) {
		want, err := json.Marshal(e)
		require.NoError(t, err)
		require.Equal(t, string(want), string(e.AppendJSON(nil)))
	}
	require.Equal(t, tandem.DeriveID[AgreementID]("a", "1"), a.ID())
	require.Equal(t, drained.Company, a.Company())
	require.Equal(t, tandem.DeriveID[tandem.PartyID]("p", "1"), a.Customer())
}

func TestEnumerationsAreStrict(t *testing.T) {
	read := func(target interface{ UnmarshalText([]byte) error }, texts ...string) {
		for _, text := range texts {
			require.NoError(t, target.UnmarshalText([]byte(text)))
		}
		require.Error(t, target.UnmarshalText(nil))
		require.Error(t, target.UnmarshalText([]byte("Other")))
	}
	read(new(Measure), "quantity", "value")
	read(new(Scale), "marginal", "back_to_first_unit")
	read(new(ReturnPolicy), "net_volume", "highest_reached")
	read(new(Method), "expected_value", "most_likely")
	read(new(Status), "open", "trued_up", "settled")
	read(new(MovementKind), "sale", "return")
	read(new(FactKind), "accrued", "caught_up", "trued_up", "settled")
	require.Len(t, Transitions(), 6)
}
