package promotion_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

func TestPoliciesOfLanes(t *testing.T) {
	twenty, ten := promo("twenty", percent(20, promotion.EachLine)), promo("ten", percent(10, promotion.EachLine))
	for policy, want := range map[promotion.Policy]string{
		promotion.BestOf: "-20.00", promotion.Additive: "-30.00", promotion.Compound: "-28.00", promotion.Sequential: "-28.00",
	} {
		r := apply(t, one(policy), basket(line(1, "a", 1, "100.00")), ten, twenty)
		assert.Equal(t, []string{want}, deltas(r), policy)
		assert.Equal(t, promotion.SearchNone, r.Search)
	}
	r := apply(t, one(promotion.Additive), basket(line(1, "a", 1, "10.05")), ten, twenty)
	assert.Equal(t, []string{"-3.02"}, deltas(r), "30 % of 10.05, not 1.01 + 2.01")
	r = apply(t, one(promotion.Additive), basket(line(1, "a", 1, "10.00")), promo("p", percent(60, promotion.EachLine)), promo("q", percent(70, promotion.EachLine)))
	assert.Equal(t, "0.00 GBP", r.Lines[0].After.String(), "never below nought")
}

func TestBestOfIsDecidedLineByLine(t *testing.T) {
	rate, flat := promo("rate", percent(10, promotion.EachLine)), promo("flat", amount("3", promotion.EachLine))
	r := apply(t, one(promotion.BestOf), basket(line(1, "a", 1, "100.00"), line(2, "b", 1, "10.00")), rate, flat)
	assert.Equal(t, []string{"-10.00", "-3.00"}, deltas(r), "Solidus: the best discount of a lane on each line")

	across := promo("across", amount("12", promotion.Across))
	r = apply(t, one(promotion.BestOf), basket(line(1, "a", 1, "100.00"), line(2, "b", 1, "10.00")), rate, flat, across)
	assert.Equal(t, []string{"rate", "flat"}, []string{r.Lines[0].Parts[0].Promotion, r.Lines[1].Parts[0].Promotion})
	across.Benefit.Amount.Amount = gbp("14")
	r = apply(t, one(promotion.BestOf), basket(line(1, "a", 1, "100.00"), line(2, "b", 1, "10.00")), rate, flat, across)
	assert.Equal(t, []string{"across"}, applied(r))
	assert.Equal(t, promotion.SearchExact, r.Search)
}

func TestLanesCompound(t *testing.T) {
	c := promotion.NewConfig()
	p, q, s := promo("p", percent(20, promotion.EachLine)), promo("q", percent(10, promotion.EachLine)), promo("s", promotion.Benefit{Shipping: &promotion.ShippingOff{Rate: tandem.Percent(100), Cap: gbp("4")}})
	p.Lane, q.Lane, s.Lane = promotion.LaneProduct, promotion.LaneOrder, promotion.LaneShipping
	b := basket(line(1, "a", 1, "100.00"))
	b.Shipping = gbp("5.90")
	r := apply(t, c, b, s, q, p)
	require.Equal(t, []string{"-28.00"}, deltas(r))
	assert.Equal(t, "-20.00 GBP", r.Lines[0].Parts[0].Delta.String())
	assert.Equal(t, "80.00 GBP", r.Lines[0].Parts[1].Basis.String())
	assert.Equal(t, "1.90 GBP", r.Shipping.After.String())
	assert.Equal(t, "32.00 GBP", r.Saving.String())
}

func TestSequentialStops(t *testing.T) {
	for stop, want := range map[promotion.Stop]string{"": "-19.00", promotion.StopLines: "-10.00", promotion.StopLane: "-10.00"} {
		first, second := promo("first", percent(10, promotion.EachLine)), promo("second", percent(10, promotion.EachLine))
		first.Priority, first.Stop = 1, stop
		r := apply(t, one(promotion.Sequential), basket(line(1, "a", 1, "100.00")), second, first)
		assert.Equal(t, []string{want}, deltas(r), stop)
	}
	c := one(promotion.Sequential)
	c.Lanes = append(c.Lanes, promotion.Lane{Name: "later", Policy: promotion.Compound})
	first, second := promo("first", percent(10, promotion.EachLine)), promo("second", percent(10, promotion.EachLine))
	first.Stop, second.Lane = promotion.StopOrder, "later"
	b := basket(line(1, "a", 1, "100.00"))
	b.Trace = true
	r := apply(t, c, b, first, second)
	assert.Equal(t, []string{"-10.00"}, deltas(r), "commercetools: nothing behind a stopping discount")
	assert.Equal(t, promotion.LossStopped, losses(r)["second"])
}

func TestConflictsAreDecidedForTheLargestSaving(t *testing.T) {
	c := one(promotion.Compound)
	c.Lanes = append(c.Lanes, promotion.Lane{Name: "later", Policy: promotion.Compound})
	c.Forbidden = []promotion.ClassPair{{A: "clearance", B: "loyalty"}}
	p, q := promo("p", percent(10, promotion.EachLine)), promo("q", percent(15, promotion.EachLine))
	p.Group, q.Group, q.Lane = "g", "g", "later"
	b := basket(line(1, "a", 1, "100.00"))
	b.Trace = true
	r := apply(t, c, b, p, q)
	assert.Equal(t, []string{"q"}, applied(r), "groups cross lanes")
	assert.Equal(t, promotion.SearchExact, r.Search)
	assert.Equal(t, []promotion.Loser{{Promotion: "p", Lane: "lane", Reason: promotion.LossApart, Rival: "q"}}, r.Losers)

	p.Group, q.Group, p.Class, q.Class = "", "", "loyalty", "clearance"
	assert.Equal(t, []string{"q"}, applied(apply(t, c, b, p, q)), "classes")
	p.Class, p.Tags, q.CombinesWith = "", []string{"brand"}, []string{"season"}
	assert.Equal(t, []string{"q"}, applied(apply(t, c, b, p, q)), "tags")
	p.Tags = append(p.Tags, "season")
	assert.Equal(t, []string{"p", "q"}, applied(apply(t, c, b, p, q)), "tags that agree")
	p.CombinesWith = []string{"other"}
	assert.Equal(t, []string{"q"}, applied(apply(t, c, b, p, q)), "tags must agree in both directions")
	other := basket(line(1, "a", 1, "100.00"), line(2, "b", 1, "100.00"))
	assert.Equal(t, []string{"p", "q"}, applied(apply(t, c, other, of(p, "a"), of(q, "b"))), "tags matter on a shared line only")
}

// Two offers want the same three units: the second by priority saves more.
func TestUnitsAreTakenOnce(t *testing.T) {
	p, q := promo("p", buyGet(2, 1, promotion.PerSet)), promo("q", buyGet(1, 1, promotion.PerSet))
	p.Priority = 5
	b := basket(line(1, "a", 3, "30.00"), line(2, "b", 1, "10.00"))
	b.Trace = true
	r := apply(t, one(promotion.Compound), b, p, q)
	assert.Equal(t, []string{"q"}, applied(r), "q frees two of four, p one of four")
	assert.Equal(t, promotion.LossChosen, losses(r)["p"])
	assert.Equal(t, promotion.SearchExact, r.Search)

	r = apply(t, one(promotion.Sequential), b, p, q)
	assert.Equal(t, []string{"p"}, applied(r), "first come, first served: one unit is left for q")
	r = apply(t, one(promotion.Sequential), basket(line(1, "a", 5, "50.00")), p, q)
	assert.Equal(t, []string{"-20.00"}, deltas(r), "2 + 1, then 1 + 1")
}

func TestGreedyAboveTheExactBound(t *testing.T) {
	var many []promotion.Promotion
	for i := range 14 {
		p := promo(string(rune('a'+i)), percent(int64(1+(i*5)%14), promotion.EachLine))
		p.Group = "g"
		many = append(many, p)
	}
	r := apply(t, one(promotion.Compound), basket(line(1, "a", 1, "100.00")), many...)
	assert.Equal(t, promotion.SearchGreedy, r.Search)
	assert.Equal(t, []string{"-14.00"}, deltas(r))
	r = apply(t, one(promotion.Compound), basket(line(1, "a", 1, "100.00")), many[:12]...)
	assert.Equal(t, promotion.SearchExact, r.Search)
}

// Twenty offers on one product each compete with a rate on everything: too many to
// be tried at once, and easy one by one.
func TestConflictsThatAreNotTiedAreDecidedPartByPart(t *testing.T) {
	all := promo("all", percent(40, promotion.EachLine))
	promotions, lines := []promotion.Promotion{all}, []promotion.Line{}
	for i := range 20 {
		name := string(rune('a' + i))
		promotions = append(promotions, of(promo(name, buyGet(1, 1, promotion.PerSet)), name))
		lines = append(lines, line(i+1, name, int64(2+i%2), "6.00")) // of three only one is free
	}
	r := apply(t, one(promotion.BestOf), basket(lines...), promotions...)
	assert.Equal(t, promotion.SearchComponents, r.Search)
	for i, l := range r.Lines {
		assert.Equal(t, []string{"-3.00 GBP", "-2.40 GBP"}[i%2], l.Delta.String(), l.Line)
	}
}
