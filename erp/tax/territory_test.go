package tax_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

func tableOf(seller tandem.Country) tax.Table {
	return tax.EuropeanTable(seller, tax.Codes{Standard: "S", Reduced: "R", Zero: "Z", Exempt: "E", IntraCommunity: "K", Export: "G",
		ReverseCharge: "AE", OutOfScope: "O"})
}

// Directive 2006/112/EC Art. 7: the Isle of Man is the United Kingdom, Monaco France.
// Northern Ireland is in the union for goods alone from 2021 on, and domestic to Great
// Britain for all; until then it was the United Kingdom.
func TestTerritoriesAreTaxedAsTheirCountries(t *testing.T) {
	for _, test := range []struct {
		name    string
		seller  tandem.Country
		to      tandem.Country
		on      string
		number  string // of a business
		service bool
		code    tandem.TaxCode
	}{
		{"Great Britain to the Isle of Man", "GB", "IM", "2011-06-01", "", false, "S"},
		{"Great Britain to the Isle of Man, after 2020", "GB", "IM", "2022-01-10", "GB123456789", false, "S"},
		{"the Isle of Man to Great Britain", "IM", "GB", "2011-06-01", "", false, "S"},
		{"Germany to a business on the Isle of Man", "DE", "IM", "2011-06-01", "GB123456789", false, "K"},
		{"Germany to the Isle of Man, after 2020", "DE", "IM", "2022-01-10", "GB123456789", false, "G"},
		{"the Channel Islands are no territory", "GB", "JE", "2011-06-01", "", false, "G"},
		{"France to Monaco", "FR", "MC", "2011-06-01", "", false, "S"},
		{"France to a business in Monaco", "FR", "MC", "2011-06-01", "FR12123456789", false, "S"},
		{"Germany to a business in Monaco", "DE", "MC", "2011-06-01", "FR12123456789", false, "K"},
		{"Germany to a person in Monaco", "DE", "MC", "2011-06-01", "", false, "S"},
		{"a service of Germany to a business in Monaco", "DE", "MC", "2011-06-01", "FR12123456789", true, "AE"},
		{"Great Britain to Northern Ireland", "GB", "XI", "2022-01-10", "XI123456789", false, "S"},
		{"a service of Great Britain to Northern Ireland", "GB", "XI", "2022-01-10", "XI123456789", true, "S"},
		{"Northern Ireland to Great Britain", "XI", "GB", "2022-01-10", "GB123456789", false, "S"},
		{"Northern Ireland to Germany", "XI", "DE", "2022-01-10", "DE123456789", false, "K"},
		{"a service of Northern Ireland to Germany", "XI", "DE", "2022-01-10", "DE123456789", true, "O"},
		{"Germany to Northern Ireland", "DE", "XI", "2022-01-10", "XI123456789", false, "K"},
		{"a service of Germany to Northern Ireland", "DE", "XI", "2022-01-10", "XI123456789", true, "O"},
		{"a service of Germany to Great Britain", "DE", "GB", "2022-01-10", "GB123456789", true, "O"},
		{"Germany to Northern Ireland, before 2021", "DE", "XI", "2011-06-01", "GB123456789", false, "K"},
		{"Finland to Åland", "FI", "AX", "2011-06-01", "", false, "G"},
	} {
		rules := tableOf(test.seller)
		require.NoError(t, rules.Validate())
		d, err := rules.Decide(tax.Case{On: date(test.on), Seller: test.seller, Buyer: test.to, ShipTo: test.to, Business: test.number != "",
			VATNumber: test.number, Category: tandem.TaxStandard, Service: test.service})
		require.NoError(t, err, test.name)
		assert.Equal(t, test.code, d.Code, "%s: rule %s", test.name, d.Rule)
	}
}

func TestTerritoriesMustBeOfACountry(t *testing.T) {
	for name, bad := range map[string][]tax.Territory{
		"no code":        {{Of: "GB"}},
		"no country":     {{Code: "IM"}},
		"of itself":      {{Code: "IM", Of: "IM"}},
		"of a territory": {{Code: "IM", Of: "XI"}, {Code: "XI", Of: "GB"}},
		"twice":          {{Code: "IM", Of: "GB"}, {Code: "IM", Of: "FR"}},
	} {
		rules := tableOf("GB")
		rules.Territories = bad
		assert.ErrorIs(t, rules.Validate(), tandem.ErrInvalid, name)
	}
	text, err := json.Marshal(tableOf("GB"))
	require.NoError(t, err)
	var back tax.Table
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, tableOf("GB"), back)
}

// The UK left between the last day of 2020 and the first of 2021, Croatia joined in
// July 2013; a membership that is told in two parts is one.
func TestSameMembers(t *testing.T) {
	rules := tableOf("GB")
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"2020-12-30", "2020-12-31", true}, {"2020-12-31", "2021-01-01", false}, {"2021-01-05", "2020-12-30", false},
		{"2013-06-30", "2013-07-01", false}, {"2013-07-01", "2020-12-31", true}, {"2022-01-01", "2025-01-01", true},
	} {
		assert.Equal(t, test.same, rules.SameMembers(date(test.a), date(test.b)), "%s and %s", test.a, test.b)
	}
	rules.Union = []tax.Member{{Country: "DE", Validity: tandem.Validity{Until: date("2011-01-01")}}, {Country: "DE", Validity: tandem.Validity{From: date("2011-01-01")}}}
	assert.True(t, rules.SameMembers(date("2010-01-01"), date("2012-01-01")))
	assert.True(t, (&tax.Table{}).SameMembers(date("2010-01-01"), date("2012-01-01")))
}
