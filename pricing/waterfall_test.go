package pricing_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func explained(t testing.TB) pricing.Waterfall {
	s := pricingtest.Small().Snapshot(t)
	req := graded("gold", pricingtest.Order("1", pricingtest.Line("85123A", 31)))
	req.Explain, req.OrderDiscounts = true, []pricing.OrderDiscount{{ID: "spring", Rate: tandem.Percent(10)}}
	return *mustPrice(t, s, req).Lines[0].Waterfall
}

// The JSON form is kept with documents: it may gain fields, never change or lose them.
func TestWaterfallGolden(t *testing.T) {
	data, err := json.Marshal(explained(t))
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"ref": {"book": "test", "version": 1, "rule": "gold"},
		"policy": "most_specific", "date": "2011-06-01", "grade": "gold",
		"rebate": "", "pocket": "78.12 GBP", "cost": "", "margin": "",
		"line": 1, "product": "`+pricingtest.Product("85123A").String()+`", "quantity": "31 EA",
		"steps": [
			{"kind": "list", "rule": "list/85123A", "list": "list", "basis": "", "price": "2.95 GBP/EA",
			 "delta": "91.45 GBP", "rounding": "", "amount": "91.45 GBP"},
			{"kind": "grade", "rule": "gold", "list": "gold", "basis": "91.45 GBP", "rate": "0.05", "price": "2.80 GBP/EA",
			 "delta": "-4.65 GBP", "rounding": "-0.08 GBP", "amount": "86.80 GBP"},
			{"kind": "order_discount", "rule": "spring", "basis": "86.80 GBP", "rate": "0.1", "price": "",
			 "delta": "-8.68 GBP", "rounding": "", "amount": "78.12 GBP"}],
		"price": "2.80 GBP/EA", "extended": "86.80 GBP", "amount": "78.12 GBP",
		"losers": [
			{"rule": "list/85123A/32", "list": "list", "source": "default", "from": "32 EA", "price": "2.55 GBP/EA", "reason": "below_quantity"}]
	}`, string(data))
}

func TestWaterfallsReadBackAreChecked(t *testing.T) {
	one := tandem.MoneyFromMinor(1, tandem.GBP)
	for name, c := range map[string]struct {
		change func(*pricing.Waterfall)
		want   []string
	}{
		"a changed step":      {func(w *pricing.Waterfall) { w.Steps[1].Delta = one }, []string{"steps[1].amount:sum"}},
		"another currency":    {func(w *pricing.Waterfall) { w.Steps[2].Delta = tandem.MoneyFromMinor(-868, tandem.USD) }, []string{"steps[2].amount:sum"}},
		"a changed amount":    {func(w *pricing.Waterfall) { w.Amount = one }, []string{"amount:sum"}},
		"a changed extension": {func(w *pricing.Waterfall) { w.Extended = one }, []string{"extended:extended"}},
		"steps out of order":  {func(w *pricing.Waterfall) { w.Steps[1].Kind = pricing.StepList }, []string{"steps[1].kind:order"}},
		"an unknown step":     {func(w *pricing.Waterfall) { w.Steps[0].Kind = "x" }, []string{"steps[0].kind:order"}},
		"no policy":           {func(w *pricing.Waterfall) { w.Policy = "" }, []string{"policy:policy"}},
		"no steps":            {func(w *pricing.Waterfall) { w.Steps = nil }, []string{"steps:steps", "amount:sum"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := explained(t)
			require.NoError(t, w.Validate())
			c.change(&w)
			assert.Equal(t, c.want, codes(t, w.Validate()))
		})
	}
}

func TestLosersAreLimited(t *testing.T) {
	b := pricingtest.New().Price("a", "1.00").Grade("gold", "0.05")
	for i := range 2 * pricing.MaxCandidates {
		b.Break("a", int64(i+2), "0.90")
	}
	req := pricingtest.Order("1", pricingtest.Line("a", 1))
	req.Explain = true
	w := mustPrice(t, b.Snapshot(t), req).Lines[0].Waterfall
	assert.Len(t, w.Losers, pricing.MaxCandidates)
	assert.Equal(t, pricing.MaxCandidates, w.Omitted)
}

// Every reason for losing can be met, and each is the right one.
func TestReasonsForLosing(t *testing.T) {
	row := func(id, list, p, from string, v tandem.Validity) pricing.Row {
		r := pricing.Row{ID: id, List: list, Product: pricingtest.Product("a"), Price: price(t, p), Valid: v}
		if from != "" {
			r.From = quantity(t, from)
		}
		return r
	}
	var ever tandem.Validity
	s := pricingtest.New().Price("a", "5.00").Grade("gold", "0.05").Grade("silver", "0.03").GradePrice("silver", "a", 0, "4.00").
		Edit(func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "gross", Source: pricing.SourceDefault, Inclusive: true},
				pricing.List{ID: "low", Source: pricing.SourceDefault, Priority: -1},
				pricing.List{ID: "late", Source: pricing.SourceGrade, Grades: b.Grades[:1], Base: "list", Valid: tandem.Validity{From: day(1)}},
				pricing.List{ID: "deal", Source: pricing.SourceContract, Customers: []tandem.PartyID{pricingtest.Customer("1")}, Base: "list"})
			b.Rows = append(b.Rows,
				row("gross", "gross", "6.00 GBP/EA", "", ever), row("eur", "list", "6.00 EUR/EA", "", ever),
				row("box", "list", "6.00 GBP/XBX", "", ever), row("old", "list", "6.00 GBP/EA", "", tandem.Validity{Until: day(0)}),
				row("bulk", "list", "4.00 GBP/EA", "100 EA", ever), row("low", "low", "1.00 GBP/EA", "", ever),
				row("two", "list", "4.90 GBP/EA", "2 EA", ever), row("ten", "list", "4.80 GBP/EA", "10 EA", ever),
				row("ten-newer", "list", "4.70 GBP/EA", "10 EA", tandem.Validity{From: day(-9)}),
				row("ten-tied", "list", "4.60 GBP/EA", "10 EA", tandem.Validity{From: day(-9)}),
				pricing.Row{ID: "everything", List: "list", Price: price(t, "9.00 GBP/EA")},
				pricing.Row{ID: "deal-narrow", List: "deal", Product: pricingtest.Product("a"), Discount: tandem.Percent(3)},
				pricing.Row{ID: "deal-wide", List: "deal", Discount: tandem.Percent(4)},
				row("deal-row", "deal", "4.40 GBP/EA", "10 EA", tandem.Validity{From: day(-9)}))
		}).Snapshot(t)
	req := graded("gold", pricingtest.Order("1", pricingtest.Line("a", 10)))
	req.Explain = true
	line := mustPrice(t, s, req).Lines[0]
	assert.Equal(t, "deal-row", line.Ref.Rule)
	got := map[string]pricing.Loss{}
	for _, l := range line.Waterfall.Losers {
		got[l.Rule] = l.Reason
	}
	assert.Equal(t, map[string]pricing.Loss{
		"gross": pricing.LossTaxMode, "eur": pricing.LossCurrency, "box": pricing.LossUnit, "old": pricing.LossDate,
		"bulk": pricing.LossQuantity, "low": pricing.LossPriority, "two": pricing.LossBreak, "ten": pricing.LossStart,
		"ten-tied": pricing.LossTie, "everything": pricing.LossScope, "silver/a": pricing.LossGrade, "gold": pricing.LossSource,
		"late": pricing.LossDate, "deal-narrow": pricing.LossDerived, "deal-wide": pricing.LossScope,
	}, got)
}

func TestHugeAmountsAreFaults(t *testing.T) {
	s := pricingtest.New().Edit(func(b *pricing.Book) {
		for key, p := range map[string]int64{"huge": math.MaxInt64, "free": 0} {
			micro, err := tandem.PriceFromMicro(p, tandem.GBP, 1, tandem.Each)
			require.NoError(t, err)
			b.Rows = append(b.Rows, pricing.Row{ID: key, List: "list", Product: pricingtest.Product(key), Price: micro})
		}
	}).Grade("gold", "0.000000001").Snapshot(t)
	price := func(lines ...pricing.Line) error {
		req := graded("gold", pricingtest.Order("1", lines...))
		req.Explain = true
		return s.Price(&req, &pricing.Result{})
	}
	require.NoError(t, price(pricingtest.Line("huge", 9_000)))
	assert.Equal(t, []string{"lines[0]:amount"}, codes(t, price(pricingtest.Line("huge", 11_000))))
	assert.Equal(t, []string{"total:amount"}, codes(t, price(pricingtest.Line("huge", 9_000), pricingtest.Line("huge", 9_000))))
	require.NoError(t, price(pricingtest.Line("free", 9_000_000_000_000)))
	assert.Equal(t, []string{"lines[0]:quantity"}, codes(t, price(pricingtest.Line("free", math.MaxInt64))))

	many := pricingtest.Order("1")
	for i := range tandem.MaxLines {
		many.Lines = append(many.Lines, pricingtest.Line("free", 1))
		many.Lines[i].Line = i + 1
	}
	many.OrderDiscounts = []pricing.OrderDiscount{{ID: "d", Amount: tandem.MoneyFromMinor(5, tandem.GBP)}}
	res := mustPrice(t, s, many)
	assert.True(t, res.Discounts[0].Applied.IsZero(), "nothing to take it off")
}
