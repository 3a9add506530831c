package credit_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
)

var (
	companyID, customerID, invoiceID = billingtest.CompanyID, billingtest.CustomerID, billingtest.InvoiceID
	at, gbp, codes                   = billingtest.At, billingtest.GBP, billingtest.Codes
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func account(limit int64, policy credit.Policy) *credit.Account {
	return must(credit.Open(companyID(), customerID(), gbp(limit), policy))
}

func orderRef() tandem.DocumentRef { return tandem.RefTo("sales_order", invoiceID(77), "O-77") }

// Exposure = receivables 120 + delivered 60 + confirmed 240 − advances 20 = 400.
func TestExposureByHand(t *testing.T) {
	a := account(50000, credit.Block)
	require.NoError(t, a.Rebase(credit.Components{Receivables: gbp(12000), DeliveredNotInvoiced: gbp(6000), ConfirmedNotDelivered: gbp(24000), Advances: gbp(2000)}))
	d, err := a.Place(orderRef(), gbp(10000), at("2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, credit.Decision{Outcome: credit.Granted, Limit: gbp(50000), Exposure: gbp(40000), Order: gbp(10000), Over: gbp(0)}, d, "the limit itself is within it")
	d, err = a.Place(orderRef(), gbp(1), at("2011-06-01"))
	var exceeded *credit.ExceededError
	require.ErrorAs(t, err, &exceeded)
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	require.Equal(t, gbp(1), d.Over)
	require.Equal(t, gbp(34000), a.State().ConfirmedNotDelivered, "a refused order changes nothing")
	require.Empty(t, a.Drain().Events)
}

func TestCreditPolicies(t *testing.T) {
	warn := account(100, credit.Warn)
	d, err := warn.Place(orderRef(), gbp(150), at("2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, credit.Warned, d.Outcome)
	require.Equal(t, gbp(150), warn.State().ConfirmedNotDelivered)
	require.Equal(t, "billing.credit.limit_exceeded", warn.Drain().Events[0].EventName())

	hold := account(100, credit.Hold)
	d, err = hold.Place(orderRef(), gbp(150), at("2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, credit.Held, d.Outcome)
	require.True(t, hold.State().ConfirmedNotDelivered.IsZero(), "a held order is not confirmed")
	require.ErrorIs(t, hold.Release(orderRef(), gbp(150), billing.Approval{}, at("2011-06-01")), tandem.ErrInvalid)
	require.NoError(t, hold.Release(orderRef(), gbp(150), billing.Approval{Actor: "manager", Reason: "pays tomorrow"}, at("2011-06-01")))
	require.Equal(t, gbp(150), hold.State().ConfirmedNotDelivered)

	require.NoError(t, hold.SetLimit(gbp(0), true, credit.Block, billing.Approval{Actor: "m", Reason: "r"}, at("2011-06-01")))
	d, err = hold.Place(orderRef(), gbp(1e9), at("2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, credit.Granted, d.Outcome)
	require.Equal(t, int64(3), hold.Drain().Last)
	require.ErrorIs(t, hold.SetLimit(gbp(-1), false, credit.Block, billing.Approval{Actor: "m", Reason: "r"}, at("2011-06-01")), tandem.ErrInvalid)
	_, err = hold.Check(tandem.MoneyFromMinor(1, tandem.EUR))
	require.ErrorIs(t, err, tandem.ErrCurrency)
}

// An order of 240.00 gross goes through delivery in two parts, invoice and
// payment, and leaves nothing behind.
func TestCreditAccountThroughAnOrder(t *testing.T) {
	a := account(100000, credit.Block)
	_, err := a.Place(orderRef(), gbp(24000), at("2011-06-01"))
	require.NoError(t, err)
	exposure := func() tandem.Money { return must(a.State().Exposure()) }
	require.NoError(t, a.Advance(gbp(5000)))
	require.Equal(t, gbp(19000), exposure())
	require.NoError(t, a.Deliver(gbp(10000)))
	require.NoError(t, a.Amend(gbp(-2000))) // short-closed
	require.Equal(t, gbp(17000), exposure())
	require.NoError(t, a.Deliver(gbp(12000)))
	require.NoError(t, a.TakeBack(gbp(1000)))
	require.NoError(t, a.Invoice(gbp(21000), gbp(21001))) // its tax was rounded as a whole
	require.NoError(t, a.ApplyAdvance(gbp(5000)))
	require.Equal(t, gbp(16001), exposure())
	require.NoError(t, a.Settle(gbp(16001)))
	require.True(t, exposure().IsZero())
	before := a.State()
	require.Equal(t, []string{"credit_negative"}, codes(a.Deliver(gbp(1))))
	require.Equal(t, before, a.State())
	require.NoError(t, a.Settle(gbp(1)))
	require.Equal(t, gbp(-1), exposure(), "unapplied credit gives room")
}

func TestCreditAccountRoundTrip(t *testing.T) {
	a := account(100000, credit.Hold)
	require.NoError(t, a.Amend(gbp(100)))
	var s credit.State
	require.NoError(t, json.Unmarshal(must(json.Marshal(a.State())), &s))
	require.Equal(t, a.State(), must(credit.Restore(s)).State())
	s.Advances = gbp(-1)
	_, err := credit.Restore(s)
	require.Equal(t, []string{"negative"}, codes(err))
	_, err = credit.Open(tandem.CompanyID{}, tandem.PartyID{}, tandem.Money{}, "")
	require.Equal(t, []string{"required", "required", "credit_policy", "limit"}, codes(err))
}

// Under block no sequence of orders takes the exposure beyond the limit.
func TestBlockedOrdersNeverExceedTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(0, 10000).Draw(t, "limit")
		a := account(limit, credit.Block)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			amount := gbp(rapid.Int64Range(0, 3000).Draw(t, "amount"))
			before := a.State()
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				_, err = a.Place(orderRef(), amount, at("2011-06-01"))
			case 1:
				err = a.Deliver(amount)
			case 2:
				err = a.Invoice(amount, amount)
			case 3:
				err = a.Settle(amount)
			}
			if err != nil {
				require.Equal(t, before, a.State(), "a refused command changes nothing")
			}
			require.LessOrEqual(t, must(a.State().Exposure()).Minor(), limit)
		}
	})
}

// An order of 240.00 is within a limit of 300.00; the next, of 100.00, is 40.00 beyond
// it and waits for a release.
func ExampleAccount_Place() {
	a, _ := credit.Open(companyID(), customerID(), gbp(300_00), credit.Hold)
	first, _ := a.Place(orderRef(), gbp(240_00), at("2011-06-01"))
	second, err := a.Place(orderRef(), gbp(100_00), at("2011-06-01"))
	fmt.Println(first.Outcome, second.Outcome, second.Exposure, second.Over, err)
	// Output: granted held 240.00 GBP 40.00 GBP <nil>
}

func TestPoliciesAreStrict(t *testing.T) {
	for _, p := range credit.Policies() {
		var read credit.Policy
		require.NoError(t, read.UnmarshalText([]byte(p)))
		require.Equal(t, p, read)
	}
	for _, bad := range []string{"", "Hold"} {
		require.Equal(t, []string{"enum_unknown"}, codes(new(credit.Policy).UnmarshalText([]byte(bad))))
	}
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	billingtest.Events(t, &credit.LimitExceeded{}, &credit.Released{}, &credit.LimitSet{})
}
