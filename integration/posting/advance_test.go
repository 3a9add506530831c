package posting_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
)

// 120.00 in advance with 20.00 of VAT: gross on the account of advances, the VAT
// beside it, together the contract liability of 100.00 (IFRS 15.47, 15.106). 48.00
// are applied with 8.00, the other 72.00 paid back with 12.00: nothing is left but
// the VAT of the invoice that the 48.00 settled, which is booked with it.
func TestAnAdvanceAndItsVAT(t *testing.T) {
	config := books(t, posting.AtDelivery, false).Config()
	config.Chart.AdvanceTax = "1310"
	b, err := posting.New(config)
	require.NoError(t, err)
	received, err := b.Pay(header(t, 1), posting.Payment{Customer: customer(), Amount: money(t, "120.00 GBP"), Advance: true, Tax: money(t, "20.00 GBP")})
	require.NoError(t, err)
	require.Equal(t, accounts{"1000": "120.00 GBP", "2110": "-120.00 GBP", "1310": "20.00 GBP", "2200": "-20.00 GBP"}, balances(t, received))
	require.Equal(t, customer(), received.Lines[2].Party, "VAT on advances is told by party")
	applied, err := b.ApplyAdvance(header(t, 2), customer(), money(t, "48.00 GBP"), money(t, "8.00 GBP"), posting.Exchange{})
	require.NoError(t, err)
	refunded, err := b.Refund(header(t, 3), posting.Payment{Customer: customer(), Amount: money(t, "72.00 GBP"), Advance: true, Tax: money(t, "12.00 GBP")})
	require.NoError(t, err)
	require.Equal(t, accounts{"1000": "-72.00 GBP", "2110": "72.00 GBP", "1310": "-12.00 GBP", "2200": "12.00 GBP"}, balances(t, refunded))
	require.Equal(t, accounts{"1000": "48.00 GBP", "1100": "-48.00 GBP"}, balances(t, received, applied, refunded))

	config.Chart.AdvanceTax = ""
	b, err = posting.New(config)
	require.NoError(t, err, "a company without VAT on advances needs no account for it")
	_, err = b.Pay(header(t, 1), posting.Payment{Customer: customer(), Amount: money(t, "120.00 GBP"), Advance: true, Tax: money(t, "20.00 GBP")})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	config.Chart.AdvanceTax = ledger.AccountCode(config.Chart.OutputTax)
	_, err = posting.New(config)
	require.ErrorIs(t, err, tandem.ErrInvalid, "a control account has one purpose")
}
