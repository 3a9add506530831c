package promotion_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

var today, _ = tandem.ParseDate("2026-11-20")

func product(name string) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("shop.products", name)
}

// gbp gives an amount from its text, `12.34`.
func gbp(text string) tandem.Money {
	m, err := tandem.ParseMoney(text + " GBP")
	if err != nil {
		panic(err)
	}
	return m
}

// line gives a line of so many pieces for an amount in all.
func line(n int, name string, quantity int64, amount string) promotion.Line {
	q, err := tandem.QuantityOf(quantity, tandem.Each)
	if err != nil {
		panic(err)
	}
	return promotion.Line{Line: n, Product: product(name), Quantity: q, Amount: gbp(amount)}
}

func basket(lines ...promotion.Line) promotion.Basket {
	return promotion.Basket{Currency: tandem.GBP, Date: today, Lines: lines}
}

// one gives a configuration of one lane, "lane".
func one(p promotion.Policy) promotion.Config {
	c := promotion.NewConfig()
	c.Lanes = []promotion.Lane{{Name: "lane", Policy: p}}
	return c
}

// promo gives a promotion of the lane "lane".
func promo(id string, b promotion.Benefit) promotion.Promotion {
	return promotion.Promotion{ID: id, Lane: "lane", Benefit: b}
}

func percent(n int64, target promotion.Target) promotion.Benefit {
	return promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(n), Target: target}}
}

func amount(text string, target promotion.Target) promotion.Benefit {
	return promotion.Benefit{Amount: &promotion.AmountOff{Amount: gbp(text), Target: target}}
}

// buyGet gives buy x, get y free, of the scope itself.
func buyGet(x, y int64, grouping promotion.Grouping) promotion.Benefit {
	return promotion.Benefit{BuyGet: &promotion.BuyGet{Buy: x, Get: y, Rate: tandem.Percent(100),
		Grouping: grouping, Selector: promotion.Cheapest}}
}

func of(p promotion.Promotion, products ...string) promotion.Promotion {
	for _, name := range products {
		p.Scope.Products = append(p.Scope.Products, product(name))
	}
	return p
}

func apply(t require.TestingT, c promotion.Config, b promotion.Basket, promotions ...promotion.Promotion) *promotion.Result {
	set, err := promotion.Compile(promotions, c)
	require.NoError(t, err)
	var r promotion.Result
	require.NoError(t, set.Apply(&b, &r))
	return &r
}

// deltas gives what fell on each line, as text.
func deltas(r *promotion.Result) (out []string) {
	for _, l := range r.Lines {
		out = append(out, l.Delta.Decimal().StringFixed(2))
	}
	return out
}

func applied(r *promotion.Result) (ids []string) {
	for _, a := range r.Applied {
		ids = append(ids, a.Promotion)
	}
	return ids
}

func losses(r *promotion.Result) map[string]promotion.Loss {
	out := map[string]promotion.Loss{}
	for _, l := range r.Losers {
		out[l.Promotion] = l.Reason
	}
	return out
}

func mustPrice(t *testing.T, text string) tandem.Price {
	p, err := tandem.ParsePrice(text)
	require.NoError(t, err)
	return p
}
