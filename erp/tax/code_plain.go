package tax

import "github.com/tandem-go/tandem"

// PlainCode gives a code to start with: a standard rate that holds on all days.
func PlainCode(company tandem.CompanyID, id tandem.TaxCode, country tandem.Country, rate tandem.Rate) Code {
	return Code{ID: id, Company: company, Country: country, Category: tandem.TaxStandard, Rates: []DatedRate{{Rate: rate}}}
}
