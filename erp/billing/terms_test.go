package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// However an amount is split, the instalments sum to it and none goes against it.
func TestInstalmentsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var terms billing.Terms
		left := int64(100)
		for range rapid.IntRange(0, 5).Draw(t, "instalments") {
			n := billing.TermsInstalment{Kind: rapid.SampledFrom(billing.InstalmentKinds()[:3]).Draw(t, "kind"), Days: rapid.IntRange(0, 90).Draw(t, "days")}
			switch n.Kind {
			case billing.FixedAmount:
				n.Amount = gbp(rapid.Int64Range(1, 1e6).Draw(t, "fixed"))
			case billing.ShareOfTotal:
				if left < 1 {
					continue
				}
				share := rapid.Int64Range(1, left).Draw(t, "share")
				left -= share
				n.Share = tandem.Percent(share)
			default:
				n.Share = tandem.Percent(rapid.Int64Range(1, 100).Draw(t, "of rest"))
			}
			terms.Instalments = append(terms.Instalments, n)
		}
		terms.Instalments = append(terms.Instalments, billing.TermsInstalment{Kind: billing.Remainder})
		terms.Company, terms.Code = companyID(), "t"
		require.NoError(t, terms.Validate())
		whole := gbp(rapid.Int64Range(-1e9, 1e9).Draw(t, "whole"))
		parts, err := terms.Split(whole, date("2012-02-29"))
		require.NoError(t, err)
		sum := gbp(0)
		for _, p := range parts {
			sum = must(sum.Add(p.Amount))
			require.GreaterOrEqual(t, p.Amount.Sign()*whole.Sign(), 0)
		}
		require.Equal(t, whole, sum)
	})
}
