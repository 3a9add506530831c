package tax_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

func TestPlainCode(t *testing.T) {
	c := tax.PlainCode(tandem.DeriveID[tandem.CompanyID]("company", "1"), "DE-S", "DE", tandem.Percent(19))
	assert.NoError(t, c.Validate())
	for _, day := range []string{"1900-01-01", "2011-06-01", "2999-12-31"} {
		rate, err := c.RateOn(date(day))
		assert.NoError(t, err)
		assert.Equal(t, tandem.Percent(19), rate)
	}
	assert.ErrorIs(t, tax.PlainCode(tandem.CompanyID{}, "", "", tandem.Rate{}).Validate(), tandem.ErrInvalid)
}
