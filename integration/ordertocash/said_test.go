package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// What is found out where the store is read names the command and the field, too.
func TestErrorsNameTheCommandAndTheField(t *testing.T) {
	w := newShop(t)
	cmd := func(edit func(*ordertocash.PlaceOrder)) error {
		c := ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ada"),
			Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(1)}, {Product: product("card"), Quantity: pieces(1)}}}
		edit(&c)
		_, err := w.service.Place(t.Context(), c)
		return err
	}
	for name, c := range map[string]struct {
		edit func(*ordertocash.PlaceOrder)
		want string
	}{
		"terms": {func(c *ordertocash.PlaceOrder) { c.Terms = "net99" },
			`place order is invalid: terms: payment_terms "net99" not found (not_found)`},
		"tax code": {func(c *ordertocash.PlaceOrder) { c.Lines[1].TaxCode = "NIX" },
			`place order is invalid: lines[1].tax_code: tax_code "NIX" not found (not_found)`},
		"date": {func(c *ordertocash.PlaceOrder) { c.Date = w.date("2011-06-02") },
			"place order is invalid: date: is 2011-06-02, and cannot lie in the future: today is 2011-06-01 (future)"},
		"agreed price per dozen": {func(c *ordertocash.PlaceOrder) {
			p, err := tandem.ParsePrice("5.00 GBP/DZN")
			require.NoError(t, err)
			c.Lines[1].Agreed = &pricing.Override{Price: p, Reason: "asked"}
		}, "place order is invalid: lines[1]: the agreed price must be per unit of the quantity that is priced: DZN is given, EA is priced (agreed_unit)"},
	} {
		t.Run(name, func(t *testing.T) {
			err := cmd(c.edit)
			require.EqualError(t, err, c.want)
			require.ErrorIs(t, err, tandem.ErrInvalid)
		})
	}
	_, err := w.service.Quote(t.Context(), ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ada"), ValidUntil: w.date("2011-07-01"),
		Terms: "net99", Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(1)}}})
	require.EqualError(t, err, `quote order is invalid: terms: payment_terms "net99" not found (not_found)`)
	require.ErrorIs(t, err, tandem.ErrNotFound)
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

// All that is wrong with a config is one error, the missing store and the books among it.
func TestNewSaysAllThatIsMissing(t *testing.T) {
	_, err := ordertocash.New[*store.Bundle](nil, ordertocash.Config{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.NotContains(t, err.Error(), "\n")
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Subset(t, paths, []string{"store", "work.authorizer", "places.warehouse", "prices", "books.company"})
}
