package posting_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
)

func TestPlainChartIsWhole(t *testing.T) {
	chart, owner := posting.PlainChart(), tandem.DeriveID[tandem.CompanyID]("company", "plain")
	require.NoError(t, chart.Validate())
	accounts := chart.Accounts(owner)
	assert.Len(t, accounts, 22, "no account has two purposes")
	compiled, err := ledger.NewChart(owner, accounts...)
	require.NoError(t, err)
	assert.NoError(t, chart.CheckAgainst(compiled))
	for _, a := range accounts {
		want := map[byte][]ledger.AccountType{'1': {ledger.Asset}, '2': {ledger.Liability}, '3': {ledger.Equity}, '4': {ledger.Income},
			'5': {ledger.Expense, ledger.Income}, '6': {ledger.Expense}}[a.Code[0]]
		assert.Contains(t, want, a.Type, a.Name)
	}
}
