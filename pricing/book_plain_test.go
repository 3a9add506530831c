package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func TestPlainBook(t *testing.T) {
	price, err := tandem.ParsePrice("6.50 GBP/EA")
	require.NoError(t, err)
	book := pricing.PlainBook("shop", pricing.Row{Product: pricingtest.Product("mug"), Price: price},
		pricing.Row{ID: "all", Price: price})
	require.NoError(t, book.Validate())
	assert.Equal(t, []string{pricingtest.Product("mug").String(), "all"}, []string{book.Rows[0].ID, book.Rows[1].ID})
	snapshot, err := pricing.Compile(book)
	require.NoError(t, err)
	request := pricingtest.Order("ada", pricingtest.Line("mug", 12))
	var result pricing.Result
	require.NoError(t, snapshot.Price(&request, &result))
	assert.Equal(t, "78.00 GBP", result.Total.String())
	assert.Error(t, pricing.PlainBook("shop", pricing.Row{Product: pricingtest.Product("mug")}).Validate(), "a row without a price")
}
