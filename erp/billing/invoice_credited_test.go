package billing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// 100.00 at 17.5 %: credits of 30.00 and 70.00 take all, and a penny more is refused.
func TestCreditsOfAnInvoiceEndAtTheInvoice(t *testing.T) {
	i := posted(1, "2010-12-20", net30(), 10000, taxed(10000, 1750, 1750))
	take := func(net, tax int64) billing.CreditedTax {
		return billing.CreditedTax{Code: "GB-S", Net: gbp(net), Base: gbp(net), Tax: gbp(tax), Goods: gbp(0), Discount: gbp(0)} // an allowance
	}
	open := func(net, tax int64) billing.CreditedTax { // no goods have come back
		t := take(net, tax)
		t.Goods, t.Allowance = gbp(10000), gbp(10000-net)
		return t
	}
	require.NoError(t, i.RecordCredited([]billing.CreditedTax{take(3000, 525)}))
	left, of, found := i.Creditable("GB-S")
	require.True(t, found)
	require.Equal(t, open(7000, 1225), left)
	require.Equal(t, tandem.BasisPoints(1750), of.Rate)

	data, err := json.Marshal(i.State())
	require.NoError(t, err)
	var kept billing.InvoiceState
	require.NoError(t, json.Unmarshal(data, &kept))
	restored := must(billing.RestoreInvoice(kept))
	require.Equal(t, i.State(), restored.State())
	allowed := take(3000, 525)
	allowed.Allowance = gbp(3000)
	require.Equal(t, []billing.CreditedTax{allowed}, restored.Credited())

	for name, more := range map[string][]billing.CreditedTax{
		"a penny more":                  {take(7001, 1225)},
		"a penny more of the tax":       {take(7000, 1226)},
		"twice within one credit":       {take(4000, 700), take(3001, 525)},
		"less than nothing":             {take(-3001, -525)},
		"an unknown code":               {{Code: "GB-Z", Net: gbp(0), Base: gbp(0), Tax: gbp(0)}},
		"more goods than were invoiced": {{Code: "GB-S", Net: gbp(0), Base: gbp(0), Tax: gbp(0), Goods: gbp(10001)}},
		"a discount that was not taken": {{Code: "GB-S", Net: gbp(0), Base: gbp(0), Tax: gbp(0), Goods: gbp(100), Discount: gbp(1)}},
		"out of range":                  {take(9_223_372_036_854_775_807, 0)},
	} {
		before := restored.State()
		require.ErrorIs(t, restored.RecordCredited(more), tandem.ErrNotAllowed, name)
		require.Equal(t, before, restored.State(), name)
	}
	require.ErrorIs(t, restored.RecordCredited([]billing.CreditedTax{{Code: "GB-S", Net: tandem.MoneyFromMinor(1, tandem.EUR)}}), tandem.ErrCurrency)
	require.NoError(t, restored.RecordCredited([]billing.CreditedTax{take(7000, 1225)}))
	left, _, _ = restored.Creditable("GB-S")
	require.Equal(t, open(0, 0), left)
	_, _, found = restored.Creditable("GB-Z")
	require.False(t, found)

	kept.Credited[0].Net = gbp(10001)
	_, err = billing.RestoreInvoice(kept)
	require.Equal(t, []string{"credited"}, codes(err))
	draft := must(billing.DraftInvoice(draftOf(2, net30(), 10000, taxed(10000, 1750, 1750)), at("2010-12-20")))
	require.ErrorIs(t, draft.RecordCredited([]billing.CreditedTax{take(1, 0)}), tandem.ErrNotAllowed)
}

func TestPartsOfCreditsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		i := posted(1, "2010-12-20", net30(), 10000, taxed(10000, 1750, 1750))
		for rapid.Bool().Draw(r, "more") {
			left, _, _ := i.Creditable("GB-S")
			net := rapid.Int64Range(0, left.Net.Minor()).Draw(r, "net")
			tax := rapid.Int64Range(0, left.Tax.Minor()).Draw(r, "tax")
			require.NoError(r, i.RecordCredited([]billing.CreditedTax{{Code: "GB-S", Net: gbp(net), Base: gbp(net), Tax: gbp(tax)}}))
			after, _, _ := i.Creditable("GB-S")
			require.Equal(r, left.Net.Minor()-net, after.Net.Minor())
			require.Equal(r, left.Tax.Minor()-tax, after.Tax.Minor())
		}
	})
}
