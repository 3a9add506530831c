package promotion_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

func TestFaultsAreAllTold(t *testing.T) {
	bad := promotion.Promotion{ID: "", Lane: "nowhere", Priority: promotion.MaxPriority + 1, Stop: "never", Coupons: []string{""},
		Valid: tandem.Validity{From: today, Until: today}, Scope: promotion.Scope{Categories: []string{"/x"}, Products: []tandem.ProductID{{}}},
		Threshold: &promotion.Threshold{Counted: promotion.CountNet},
		Benefit:   promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(101), Units: 1}}}
	none := promo("none", promotion.Benefit{})
	mixed := promo("none", promotion.Benefit{Amount: &promotion.AmountOff{Amount: gbp("1"), Cap: tandem.MoneyFromMinor(1, tandem.EUR), Target: promotion.Across}})
	_, err := promotion.Compile([]promotion.Promotion{bad, none, mixed}, one(promotion.BestOf))
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	paths := map[string]bool{}
	for _, f := range invalid.Faults {
		paths[strings.TrimPrefix(f.Path, "promotions")] = true
	}
	for _, path := range []string{"[0].id", "[0].lane", "[0].priority", "[0].stop", "[0].coupons[0]", "[0].valid.until", "[0].scope.categories[0]",
		"[0].scope.products[0]", "[0].threshold", "[0].threshold.counted", "[0].benefit.percent.rate", "[0].benefit.percent.target",
		"[0].benefit.percent.units", "[1].benefit", "[2].benefit", "[2].id"} {
		assert.True(t, paths[path], "%s in %v", path, err)
	}
	_, err = promotion.Compile(nil, promotion.Config{Exact: 13})
	for _, path := range []string{"lanes", "fraction", "rounding", "exact"} {
		require.ErrorContains(t, err, "config."+path)
	}
	stop := promo("stop", percent(1, promotion.Across))
	stop.Stop = promotion.StopLane
	_, err = promotion.Compile([]promotion.Promotion{stop}, one(promotion.Compound))
	require.ErrorContains(t, err, "promotions[0].stop")
}

func TestBasketsAreChecked(t *testing.T) {
	set, err := promotion.Compile([]promotion.Promotion{promo("p", percent(10, promotion.EachLine))}, one(promotion.BestOf))
	require.NoError(t, err)
	var r promotion.Result
	for path, change := range map[string]func(*promotion.Basket){
		"currency":          func(b *promotion.Basket) { b.Currency = 0 },
		"date":              func(b *promotion.Basket) { b.Date = tandem.Date{} },
		"shipping":          func(b *promotion.Basket) { b.Shipping = tandem.MoneyFromMinor(-1, tandem.GBP) },
		"coupons":           func(b *promotion.Basket) { b.Coupons = make([]string, promotion.MaxBasketCoupons+1) },
		"lines[1].amount":   func(b *promotion.Basket) { b.Lines[1].Amount = tandem.MoneyFromMinor(1, tandem.EUR) },
		"lines[0].quantity": func(b *promotion.Basket) { b.Lines[0].Quantity = b.Lines[0].Quantity.Neg() },
		"lines[0].product":  func(b *promotion.Basket) { b.Lines[0].Product = tandem.ProductID{} },
		"lines[0].line":     func(b *promotion.Basket) { b.Lines[0].Line = 0 },
		"lines":             func(b *promotion.Basket) { b.Lines[1].Line = 1 },
	} {
		b := basket(line(1, "a", 1, "1.00"), line(2, "b", 1, "1.00"))
		change(&b)
		var invalid *tandem.InvalidError
		require.ErrorAs(t, set.Apply(&b, &r), &invalid, path)
		assert.Equal(t, path, invalid.Faults[0].Path)
	}
	empty := basket()
	require.NoError(t, set.Apply(&empty, &r))
	assert.Equal(t, "0.00 GBP", r.Saving.String())
}

func TestPromotionsComeBackFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPromotion(t, "p", drawConfig(t))
		text, err := json.Marshal(p)
		require.NoError(t, err)
		var back promotion.Promotion
		require.NoError(t, tandem.DecodeJSON(text, &back), string(text))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
	var p promotion.Promotion
	require.Error(t, tandem.DecodeJSON([]byte(`{"id":"p","lane":"lane","benefit":{"percent":{"rate":"0.1","target":"everyone"}}}`), &p))
	require.NoError(t, tandem.DecodeJSON([]byte(`{"id":"p","lane":"lane","benefit":{"percent":{"rate":"0.1","target":"line"}}}`), &p))
	require.NoError(t, p.Validate())
}

func TestASetServesManyAtOnce(t *testing.T) {
	c, order, promotions := shop(20)
	set, err := promotion.Compile(promotions, c)
	require.NoError(t, err)
	var want promotion.Result
	require.NoError(t, set.Apply(&order, &want))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var r promotion.Result
			for range 20 {
				if err := set.Apply(&order, &r); err != nil || r.Saving != want.Saving {
					t.Error(err, r.Saving)
				}
			}
		})
	}
	all.Wait()
}

// A hostile set or basket gives faults, never a panic.
func FuzzApply(f *testing.F) {
	text, err := json.Marshal(struct {
		Config     promotion.Config      `json:"config"`
		Promotions []promotion.Promotion `json:"promotions"`
		Basket     promotion.Basket      `json:"basket"`
	}{one(promotion.Compound), []promotion.Promotion{promo("p", buyGet(2, 1, promotion.PerSet)), promo("q", amount("1", promotion.Across)),
		promo("s", promotion.Benefit{Bundle: &promotion.Bundle{Price: gbp("1"), Components: []promotion.Component{{Quantity: 2}}}})},
		basket(line(1, "a", 3, "30.00"), line(2, "b", 1, "1.00"))})
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var in struct {
			Config     promotion.Config      `json:"config"`
			Promotions []promotion.Promotion `json:"promotions"`
			Basket     promotion.Basket      `json:"basket"`
		}
		if tandem.DecodeJSON(text, &in) != nil {
			return
		}
		set, err := promotion.Compile(in.Promotions, in.Config)
		if err != nil {
			return
		}
		var r promotion.Result
		if err := set.Apply(&in.Basket, &r); err != nil && !errors.Is(err, tandem.ErrInvalid) {
			t.Fatal(err)
		}
		for _, l := range r.Lines {
			if l.After.Sign() < 0 {
				t.Fatal(l)
			}
		}
	})
}

// The largest order, with the largest amounts, and more conflicts than are tried.
func TestLargeOrdersStayInRange(t *testing.T) {
	c, order, promotions := shop(tandem.MaxLines)
	for i := range order.Lines {
		order.Lines[i].Amount = tandem.MoneyFromMinor(tandem.MaxMinorUnits-int64(i), tandem.GBP)
		order.Lines[i].Quantity = tandem.QuantityFromMicro(tandem.MaxUnits*1_000_000, tandem.Each)
	}
	for i := range 40 {
		p := promo(string(rune('A'+i)), buyGet(int64(1+i%7), int64(1+i%3), promotion.Groupings()[i%2]))
		p.Lane = "units"
		promotions = append(promotions, p)
	}
	r := apply(t, c, order, promotions...)
	assert.Equal(t, promotion.SearchGreedy, r.Search)
	sum := int64(0)
	for _, l := range r.Lines {
		require.GreaterOrEqual(t, l.After.Sign(), 0)
		sum -= l.Delta.Minor()
	}
	assert.Equal(t, r.Saving.Minor(), sum-r.Shipping.Delta.Minor())
}
