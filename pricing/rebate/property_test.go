package rebate_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

func drawTerms(t *rapid.T) Terms {
	all := []Terms{perUnit(Marginal), perUnit(BackToFirstUnit), kept(perUnit(BackToFirstUnit)), byValue(Marginal), byValue(BackToFirstUnit),
		kept(byValue(BackToFirstUnit)), rateByQuantity(), kept(rateByQuantity())}
	out := rapid.SampledFrom(all).Draw(t, "terms")
	out.Rounding = rapid.SampledFrom(tandem.Roundings()).Draw(t, "rounding")
	return out
}

func drawEstimate(t *rapid.T, terms Terms) Estimate {
	e := Estimate{Method: rapid.SampledFrom(Methods()).Draw(t, "method"), Confidence: tandem.Percent(int64(rapid.IntRange(0, 100).Draw(t, "confidence")))}
	left := int64(100)
	for left > 0 {
		p := int64(rapid.IntRange(1, 60).Draw(t, "probability"))
		if p = min(p, left); len(e.Outcomes) == 3 {
			p = left
		}
		left -= p
		o := Outcome{Probability: tandem.Percent(p)}
		if terms.Measure == ByQuantity {
			o.Quantity = each(int64(rapid.IntRange(0, 400).Draw(t, "units")))
		} else {
			o.Value = gbp(int64(rapid.IntRange(0, 9_000_00).Draw(t, "pence")))
		}
		e.Outcomes = append(e.Outcomes, o)
	}
	return e
}

// drawMovements gives sales, and returns of parts of them behind.
func drawMovements(t *rapid.T) []Movement {
	var out []Movement
	for i := range rapid.IntRange(1, 8).Draw(t, "sales") {
		s := sale(fmt.Sprint("s", i), rapid.IntRange(0, 364).Draw(t, "day"), volume(int64(rapid.IntRange(0, 120).Draw(t, "units")), int64(rapid.IntRange(1, 2_000_00).Draw(t, "pence"))))
		s.Counts = rapid.IntRange(0, 4).Draw(t, "counts") > 0
		out = append(out, s)
		left := s.Volume
		for j := range rapid.IntRange(0, 2).Draw(t, "returns") {
			part := volume(int64(rapid.IntRange(0, int(left.Quantity.Micro()/1_000_000)).Draw(t, "units back")), int64(rapid.IntRange(0, int(left.Value.Minor())).Draw(t, "pence back")))
			if part.Value.IsZero() && part.Quantity.IsZero() {
				continue
			}
			r := back(fmt.Sprint("r", i, "/", j), s.Key, 0, part)
			r.Effective, r.Counts = s.Effective.AddDays(rapid.IntRange(0, 400).Draw(t, "days later")), s.Counts
			left.Quantity, _ = left.Quantity.Sub(part.Quantity)
			left.Value, _ = left.Value.Sub(part.Value)
			out = append(out, r)
		}
	}
	return out
}

// shuffled gives the movements in another order, each return behind its sale.
func shuffled(t *rapid.T, movements []Movement) []Movement {
	order := rapid.Permutation(movements).Draw(t, "order")
	var out []Movement
	done := map[string]bool{}
	for len(out) < len(order) {
		for _, m := range order {
			if !done[m.Key] && (m.Kind == Sale || done[m.Of]) {
				out, done[m.Key] = append(out, m), true
			}
		}
	}
	return out
}

// highest gives the highest net volume at the end of a day, one measure at a time.
func highest(movements []Movement) Volume {
	most := volume(0, 0)
	for _, until := range movements {
		sum := volume(0, 0)
		for _, m := range movements {
			if m.Counts && !m.Effective.After(until.Effective) {
				v := m.Volume
				if m.Kind == Return {
					v = Volume{Quantity: v.Quantity.Neg(), Value: v.Value.Neg()}
				}
				sum.Quantity, _ = sum.Quantity.Add(v.Quantity)
				sum.Value, _ = sum.Value.Add(v.Value)
			}
		}
		most.Quantity = tandem.QuantityFromMicro(max(most.Quantity.Micro(), sum.Quantity.Micro()), tandem.Each)
		most.Value = gbp(max(most.Value.Minor(), sum.Value.Minor()))
	}
	return most
}

// The facts sum to the liability after every command: to the expected reward of the net
// volume while the agreement is open, and to the rebate of it from the true-up on. What
// is kept can be restored at any time.
func TestFactsSumToTheLiability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := drawTerms(t)
		a := agree(t, terms)
		movements := shuffled(t, drawMovements(t))
		end := rapid.IntRange(0, len(movements)).Draw(t, "true-up")
		var e Estimate
		check := func() {
			total := tandem.NewTotal(tandem.GBP)
			for _, f := range a.State().Facts {
				total.Add(f.Amount)
			}
			sum, err := total.Money(tandem.HalfEven)
			require.NoError(t, err)
			liability, err := a.Liability()
			require.NoError(t, err)
			require.Equal(t, liability, sum)
			reached := highest(a.State().Movements)
			var want tandem.Money
			if a.Status() == StatusOpen {
				reward, err := terms.Expect(e, a.Net(), reached)
				require.NoError(t, err)
				want, err = reward.Of(a.Net(), terms.Rounding)
				require.NoError(t, err)
			} else {
				want, err = terms.Rebate(a.Net(), reached)
				require.NoError(t, err)
			}
			require.Equal(t, want, a.Accrued())
			text, err := json.Marshal(a.State())
			require.NoError(t, err)
			var s AgreementState
			require.NoError(t, tandem.DecodeJSON(text, &s))
			again, err := RestoreAgreement(s)
			require.NoError(t, err)
			require.Equal(t, a.State(), again.State())
			require.Equal(t, a.Net(), again.Net())
		}
		for i, m := range movements {
			if i == end {
				_, err := a.TrueUp(last, at(400))
				require.NoError(t, err)
				check()
			}
			if a.Status() == StatusOpen && rapid.Bool().Draw(t, "estimate") {
				e = drawEstimate(t, terms)
				_, err := a.Estimate(e, m.Effective, m.Recorded)
				require.NoError(t, err)
				check()
			}
			if a.Status() == StatusTruedUp && rapid.Bool().Draw(t, "settle") {
				result, err := a.Settle(fmt.Sprint("CN-", i), last, at(400))
				require.NoError(t, err)
				require.True(t, result.Liability.IsZero())
				check()
			}
			_, err := a.Record(m)
			require.NoError(t, err)
			check()
			again, err := a.Record(m)
			require.NoError(t, err)
			require.True(t, again.Repeated)
		}
	})
}

// The final rebate does not depend on the order of recording, nor on the estimates.
func TestTheOrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, movements := drawTerms(t), drawMovements(t)
		var finals []tandem.Money
		for range 3 {
			a := agree(t, terms)
			_, err := a.Estimate(drawEstimate(t, terms), first, at(0))
			require.NoError(t, err)
			for _, m := range shuffled(t, movements) {
				_, err := a.Record(m)
				require.NoError(t, err)
			}
			_, err = a.TrueUp(last, at(400))
			require.NoError(t, err)
			shares, err := a.Shares(a.Accrued())
			if err == nil {
				sum := int64(0)
				for _, s := range shares {
					sum += s.Amount.Minor()
				}
				require.Equal(t, a.Accrued().Minor(), sum)
			} else {
				require.ErrorIs(t, err, tandem.ErrNoWeights)
			}
			finals = append(finals, a.Accrued())
		}
		require.Equal(t, finals[0], finals[1])
		require.Equal(t, finals[0], finals[2])
	})
}

// A sale that comes back as a whole, in whatever parts, leaves the liability as it was,
// where the tier is that of the net volume.
func TestAReturnUnwindsItsSale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := drawTerms(t)
		terms.Returns = NetVolume
		a := agree(t, terms)
		_, err := a.Estimate(drawEstimate(t, terms), first, at(0))
		require.NoError(t, err)
		for _, m := range drawMovements(t) {
			_, err := a.Record(m)
			require.NoError(t, err)
		}
		before, net := a.Accrued(), a.Net()
		n, pence := int64(rapid.IntRange(1, 300).Draw(t, "units")), int64(rapid.IntRange(1, 9_000_00).Draw(t, "pence"))
		_, err = a.Record(sale("x", 100, volume(n, pence)))
		require.NoError(t, err)
		part := int64(rapid.IntRange(0, int(n)-1).Draw(t, "first part"))
		for i, v := range []Volume{volume(part, pence/3), volume(n-part, pence-pence/3)} {
			if v.Quantity.IsZero() && v.Value.IsZero() {
				continue
			}
			_, err = a.Record(back(fmt.Sprint("y", i), "x", 120, v))
			require.NoError(t, err)
		}
		require.Equal(t, before, a.Accrued())
		require.Equal(t, net, a.Net())
	})
}

// Unit by unit, a slice's reward is that of the tier which the unit fills; from the
// first unit on, every unit has the reward of the last one's tier.
func TestRebateEqualsUnitByUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tiers []Tier
		from := int64(rapid.IntRange(0, 3).Draw(t, "from"))
		for range rapid.IntRange(1, 4).Draw(t, "tiers") {
			tiers = append(tiers, Tier{FromQuantity: each(from), Reward: per(int64(rapid.IntRange(0, 300).Draw(t, "pence")) * 10_000)})
			from += int64(rapid.IntRange(1, 5).Draw(t, "width"))
		}
		n := int64(rapid.IntRange(0, 30).Draw(t, "units"))
		rewardFrom := func(reached int64) (pence int64) {
			for _, tier := range tiers {
				if tier.FromQuantity.Micro() <= reached*1_000_000 {
					pence = tier.PerUnit.Micro() / 10_000
				}
			}
			return pence
		}
		slices := int64(0)
		for unit := range n {
			slices += rewardFrom(unit)
		}
		got, err := terms(ByQuantity, Marginal, tiers...).Rebate(volume(n, 0), Volume{})
		require.NoError(t, err)
		require.Equal(t, gbp(slices), got)
		got, err = terms(ByQuantity, BackToFirstUnit, tiers...).Rebate(volume(n, 0), Volume{})
		require.NoError(t, err)
		require.Equal(t, gbp(n*rewardFrom(n)), got)
	})
}

// A state from outside gives faults or an agreement, and never a panic.
func FuzzRestoreAgreement(f *testing.F) {
	for _, terms := range []Terms{perUnit(Marginal), kept(byValue(BackToFirstUnit))} {
		a := agree(f, terms)
		_, err := a.Estimate(drawnEstimate(terms), first, at(0))
		require.NoError(f, err)
		_, err = a.Record(sale("s", 1, volume(300, 6_000_00)))
		require.NoError(f, err)
		_, err = a.Record(back("r", "s", 2, volume(3, 60_00)))
		require.NoError(f, err)
		text, err := json.Marshal(a.State())
		require.NoError(f, err)
		f.Add(string(text))
		_, err = a.Forget(on(2))
		require.NoError(f, err)
		text, err = json.Marshal(a.State())
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, data string) {
		var s AgreementState
		if tandem.DecodeJSON([]byte(data), &s) != nil {
			return
		}
		a, err := RestoreAgreement(s)
		if err != nil {
			require.ErrorIs(t, err, tandem.ErrInvalid)
			return
		}
		_, _ = a.Forget(on(2))
		_, _ = a.Record(sale("fuzz", 3, volume(10, 100)))
		_, _ = a.TrueUp(last, at(400))
		_, _ = a.Settle("fuzz", last, at(400))
		_, err = RestoreAgreement(a.State())
		require.NoError(t, err)
	})
}

func drawnEstimate(terms Terms) Estimate {
	if terms.Measure == ByQuantity {
		return outcomes(ExpectedValue, 80, 90, 50, 250, 50)
	}
	return Likely(Volume{Value: gbp(5_000_00)})
}
