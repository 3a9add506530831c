package tax_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

// 6.00 + 5.00 at the standard rate outweigh 10.00 of books; of equal sums the first
// is principal, and gifts alone have a code, too.
func TestPrincipal(t *testing.T) {
	for name, c := range map[string]struct {
		bases []tandem.TaxBase
		want  tandem.TaxCode
	}{
		"one":         {[]tandem.TaxBase{base("GB-K", 1000)}, "GB-K"},
		"most":        {[]tandem.TaxBase{base("GB-S", 600), base("GB-Z", 1000)}, "GB-Z"},
		"most by sum": {[]tandem.TaxBase{base("GB-S", 600), base("GB-Z", 1000), base("GB-S", 500)}, "GB-S"},
		"equal":       {[]tandem.TaxBase{base("GB-Z", 1000), base("GB-S", 1000)}, "GB-Z"},
		"gifts":       {[]tandem.TaxBase{base("GB-Z", 0), base("GB-S", 0)}, "GB-Z"},
		"none":        {},
		"allowance":   {[]tandem.TaxBase{base("GB-Z", -5), base("GB-S", 0)}, "GB-S"},
	} {
		got, found := tax.Principal(c.bases)
		assert.Equal(t, c.want, got, name)
		assert.Equal(t, len(c.bases) > 0, found, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		sums, bases := map[tandem.TaxCode]int64{}, []tandem.TaxBase(nil)
		for range rapid.IntRange(1, 12).Draw(t, "lines") {
			b := base(rapid.SampledFrom([]tandem.TaxCode{"A", "B", "C"}).Draw(t, "code"), rapid.Int64Range(-3, 9).Draw(t, "net"))
			bases, sums[b.Code] = append(bases, b), sums[b.Code]+b.Amount.Minor()
		}
		got, _ := tax.Principal(bases)
		for _, sum := range sums {
			assert.LessOrEqual(t, sum, sums[got])
		}
	})
}
