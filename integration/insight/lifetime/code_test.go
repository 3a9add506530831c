package lifetime_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
	"github.com/tandem-go/tandem/integration/insight/lifetime/contract"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/integration/insight/lifetime/spend"
	"github.com/tandem-go/tandem/integration/insight/lifetime/survival"
)

// A code of several packages stands in all of them for the same; which do is listed here.
func TestACodeMeansTheSameInAllPackages(t *testing.T) {
	for _, taken := range []insight.WarningCode{forecast.ShortHistory, forecast.MissingValues} { // of a series
		require.NotContains(t, slices.Concat(churn.WarningCodes(), logistic.WarningCodes()), taken)
	}
	packages := map[insight.WarningCode]int{}
	for _, list := range [][]insight.WarningCode{
		lifetime.WarningCodes(), repeat.WarningCodes(), spend.WarningCodes(), survival.WarningCodes(), contract.WarningCodes(),
		churn.WarningCodes(), logistic.WarningCodes(), calibration.WarningCodes(),
	} {
		require.NotEmpty(t, list)
		for _, code := range list {
			require.True(t, code.Valid(), code)
			packages[code]++
		}
	}
	for code, n := range packages {
		switch code {
		case repeat.NoCustomers: // of churn, too: there is nobody to answer for
			require.Equal(t, 2, n, code)
		case lifetime.NegativeSales: // of churn, too
			require.Equal(t, 2, n, code)
		case insight.RowsLeftOut: // of contract and churn, too: LeftOut has more
			require.Equal(t, 3, n, code)
		case contract.NotConverged: // of calibration, too, and forecast's: the iterations ended first
			require.Equal(t, 2, n, code)
		default:
			require.Equal(t, 1, n, code)
		}
	}
}

func TestReasonsAreListedOnce(t *testing.T) {
	for _, list := range [][]insight.Reason{
		lifetime.Reasons(), repeat.Reasons(), spend.Reasons(), survival.Reasons(), contract.Reasons(), churn.Reasons(),
	} {
		require.NotEmpty(t, list)
		for i, reason := range list {
			require.True(t, reason.Valid(), reason)
			require.Equal(t, i, slices.Index(list, reason), reason)
		}
	}
}
