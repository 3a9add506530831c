package formula_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

const (
	formulaJSON = `{"of":"list","operator":"discount","rate":"0.25","charm":{"direction":"nearest","bands":[{"from":"","increment":"1.00 EUR",` +
		`"endings":["0.95 EUR","0.99 EUR"]},{"from":"100.00 EUR","increment":"10.00 EUR"}],"not_below_cost":true},"ending":"keep_ending",` +
		`"fee":"-0.01 EUR","min_margin":{"kind":"amount_over_base","amount":"0.00 EUR"},` +
		`"max_margin":{"kind":"rate_over_cost","amount":"","rate":"9"},"digits":2}`
	tiersJSON = `{"model":"graduated","currency":"EUR","unit":"EA","tiers":[{"up_to":"5 EA","price":"7.00 EUR/EA","flat":""},` +
		`{"up_to":"","price":"","flat":"0.00 EUR"}],"flat_at_zero":true}`
	blockJSON = `{"model":"package","currency":"EUR","unit":"EA","block":{"size":"10 EA","free":"","price":"1.00 EUR"}}`
)

// What is written is read again, noughts included.
func TestJSONRoundTrip(t *testing.T) {
	for text, into := range map[string]interface{ Validate() error }{
		formulaJSON: &formula.Formula{}, tiersJSON: &formula.Tiers{}, blockJSON: &formula.Tiers{},
	} {
		require.NoError(t, tandem.DecodeJSON([]byte(text), into))
		require.NoError(t, into.Validate())
		out, err := json.Marshal(into)
		require.NoError(t, err)
		assert.Equal(t, text, string(out))
	}
}

func TestEnumerations(t *testing.T) {
	for name, list := range map[string]any{
		"basis": formula.Bases(), "operator": formula.Operators(), "clamp": formula.ClampKinds(), "ending": formula.EndingPolicies(),
		"direction": formula.Directions(), "model": formula.TierModels(), "step": formula.StepKinds(), "bound": formula.Bounds(),
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(list)
			require.NoError(t, err)
			require.NoError(t, readAgain(list, text))
			require.Error(t, readAgain(list, []byte(`["x"]`)))
			require.Error(t, readAgain(list, []byte(`[""]`)))
		})
	}
}

func readAgain(list any, text []byte) error {
	switch list.(type) {
	case []formula.Basis:
		return json.Unmarshal(text, new([]formula.Basis))
	case []formula.Operator:
		return json.Unmarshal(text, new([]formula.Operator))
	case []formula.ClampKind:
		return json.Unmarshal(text, new([]formula.ClampKind))
	case []formula.EndingPolicy:
		return json.Unmarshal(text, new([]formula.EndingPolicy))
	case []formula.Direction:
		return json.Unmarshal(text, new([]formula.Direction))
	case []formula.TierModel:
		return json.Unmarshal(text, new([]formula.TierModel))
	case []formula.StepKind:
		return json.Unmarshal(text, new([]formula.StepKind))
	}
	return json.Unmarshal(text, new([]formula.Bound))
}

// A hostile formula gives faults or a price, whether it was validated or not.
func FuzzFormulaJSON(f *testing.F) {
	f.Add([]byte(formulaJSON), int64(19_990_000), int64(12_340_000), int64(10_843), int64(10_000))
	f.Add([]byte(`{"of":"cost","operator":"margin","rate":"0.999999999","fee":""}`), int64(1), int64(1<<62), int64(1), int64(1<<62))
	f.Fuzz(func(t *testing.T, text []byte, base, cost, num, den int64) {
		var x formula.Formula
		if tandem.DecodeJSON(text, &x) != nil {
			return
		}
		invalid := x.Validate()
		exchange, _ := tandem.NewRatio(num, den)
		basePrice, _ := tandem.PriceFromMicro(base, tandem.USD, 1, tandem.Each)
		costPrice, _ := tandem.PriceFromMicro(cost, tandem.EUR, 100, tandem.Each)
		for _, to := range []tandem.Currency{0, tandem.EUR} {
			in := formula.Input{Cost: costPrice, ToCurrency: to, Rate: exchange, Rounding: tandem.HalfEven}
			got, err := x.Apply(basePrice, in)
			var trace formula.Trace
			again, explained := x.Explain(basePrice, in, &trace)
			if err != nil {
				require.ErrorIs(t, err, tandem.ErrInvalid)
				continue
			}
			require.GreaterOrEqual(t, got.Sign(), 0, "never below nought")
			if explained == nil { // what is shown may not fit where the price does
				require.Equal(t, got, again)
			}
			if invalid == nil && x.Charm != nil && x.Charm.NotBelowCost {
				if order, err := got.Cmp(costPrice); err == nil {
					require.GreaterOrEqual(t, order, 0, "never below cost")
				}
			}
		}
	})
}

func FuzzCharmJSON(f *testing.F) {
	f.Add([]byte(`{"direction":"nearest","bands":[{"from":"","increment":"1.00 EUR","endings":["0.99 EUR"]}]}`), int64(15_000_000))
	f.Add([]byte(`{"direction":"up","bands":[{"from":"","increment":"0.00 EUR"}]}`), int64(1))
	f.Fuzz(func(t *testing.T, text []byte, micro int64) {
		var x formula.Charm
		if tandem.DecodeJSON(text, &x) != nil {
			return
		}
		invalid := x.Validate()
		p, _ := tandem.PriceFromMicro(micro, x.Currency(), 1, tandem.Each)
		got, err := x.Apply(p, p)
		if err != nil {
			require.ErrorIs(t, err, tandem.ErrInvalid)
			return
		}
		if invalid == nil {
			again, err := x.Apply(got, p)
			require.NoError(t, err)
			require.Equal(t, got, again)
		}
	})
}

func FuzzTiersJSON(f *testing.F) {
	f.Add([]byte(tiersJSON), int64(7_500_000))
	f.Add([]byte(blockJSON), int64(1<<62))
	f.Fuzz(func(t *testing.T, text []byte, micro int64) {
		var x formula.Tiers
		if tandem.DecodeJSON(text, &x) != nil {
			return
		}
		c, err := formula.Compile(x)
		if err != nil {
			require.ErrorIs(t, err, tandem.ErrInvalid)
			return
		}
		q := tandem.QuantityFromMicro(micro, x.Unit)
		if amount, err := c.Amount(q, tandem.HalfEven); err == nil {
			require.GreaterOrEqual(t, amount.Sign(), 0)
		} else {
			require.ErrorIs(t, err, tandem.ErrInvalid)
		}
		_, _ = c.Effective(q, tandem.HalfEven)
	})
}
