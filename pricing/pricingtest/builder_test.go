package pricingtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func ExampleSmall() {
	prices, err := pricingtest.Small().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	order := pricingtest.Order("12347", pricingtest.Line("85123A", 32), pricingtest.Line("84879", 10))
	order.Grade = "silver"
	var result pricing.Result
	if err := prices.Price(&order, &result); err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range result.Lines {
		fmt.Println(line.Price, line.Amount, line.Ref.Rule)
	}
	// Output:
	// 2.47 GBP/EA 79.04 GBP silver
	// 1.45 GBP/EA 14.50 GBP contract-12347/84879
}

func TestSmallIsSound(t *testing.T) {
	book, err := pricingtest.Small().Book()
	require.NoError(t, err)
	again, err := pricingtest.Small().Book()
	require.NoError(t, err)
	assert.Equal(t, book, again, "the same book every time")
	for _, f := range pricingtest.Small().Snapshot(t).Lint() {
		assert.True(t, f.Notice(), "%+v", f)
	}
	assert.Equal(t, tandem.DeriveID[tandem.ProductID]("product", "85123A"), pricingtest.Product("85123A"))
	assert.Equal(t, tandem.DeriveID[tandem.PartyID]("customer", "12347"), pricingtest.Customer("12347"))
}

// 32 × 2.47 = 79.04 euro; in yen, which have no digits behind the point, 79.
func TestSmallInAnotherCurrency(t *testing.T) {
	for currency, want := range map[tandem.Currency]string{tandem.EUR: "79.04 EUR", tandem.JPY: "79 JPY", tandem.GBP: "79.04 GBP"} {
		order := pricingtest.OrderIn(currency, "12347", pricingtest.Line("85123A", 32))
		order.Grade = "silver"
		var result pricing.Result
		require.NoError(t, pricingtest.SmallIn(currency).Snapshot(t).Price(&order, &result))
		assert.Equal(t, want, result.Lines[0].Amount.String())
		assert.Equal(t, currency, result.Lines[0].Price.Currency())
	}
	order := pricingtest.Order("12347", pricingtest.Line("85123A", 32))
	var result pricing.Result
	require.Error(t, pricingtest.SmallIn(tandem.EUR).Snapshot(t).Price(&order, &result), "no prices in pounds there")
}

func TestFaultsOfABuilderComeOutAtTheEnd(t *testing.T) {
	for name, b := range map[string]*pricingtest.Builder{
		"price":    pricingtest.New().Price("a", "x"),
		"discount": pricingtest.New().Grade("gold", "x"),
		"floor":    pricingtest.New().Floor("f", pricing.FloorCost, ""),
		"contract": pricingtest.New().Contract("c", "a", "1.2345678"),
		"book":     pricingtest.New().Price("a", "1.00").Price("a", "1.00"),
		"currency": pricingtest.NewIn(tandem.Currency(0)).Price("a", "1.00"),
		"grade":    pricingtest.New().GradePrice("gold", "a", 0, "1.00"),
	} {
		_, err := b.Compile()
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
		failed := &recorder{TB: t}
		assert.PanicsWithValue(t, "failed", func() { b.Snapshot(failed) }, name)
	}
}

// recorder is a testing.TB whose Fatalf ends the call as a test's would.
type recorder struct{ testing.TB }

func (*recorder) Helper()               {}
func (*recorder) Fatalf(string, ...any) { panic("failed") }

func TestTwoRowsOfOneContract(t *testing.T) {
	s := pricingtest.Small().Contract("12347", "21212", "0.50").Snapshot(t)
	order := pricingtest.Order("12347", pricingtest.Line("84879", 1), pricingtest.Line("21212", 1))
	var result pricing.Result
	require.NoError(t, s.Price(&order, &result))
	assert.Equal(t, tandem.MoneyFromMinor(195, tandem.GBP), result.Total)
}
