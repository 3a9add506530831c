package payment_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

func undo(n int, on string) billing.Unapplication {
	return billing.Unapplication{ID: allocationID(n), Date: date(on), Reason: "no funds", At: at(on)}
}

// 600.00 in two instalments of 300.00, each with 5.00 and 1.00 for paying in ten days.
// The first is paid with 100.00 and 194.00, the second with 294.00. The 100.00 bounce:
// the 6.00 of the first instalment fall, those of the second stay.
func TestADiscountFallsWithItsInstalment(t *testing.T) {
	terms := prompt(billing.AdjustOnPayment)
	half := tandem.Percent(50)
	terms.Instalments = []billing.TermsInstalment{{Kind: billing.ShareOfTotal, Share: half, Days: 30}, {Kind: billing.ShareOfTotal, Share: half, Days: 60}}
	i := posted(1, "2011-06-01", terms, 50000, taxed(50000, 10000, 2000))
	one, two, three := paid(1, "2011-06-02", 10000), paid(2, "2011-06-03", 19400), paid(3, "2011-06-04", 29400)
	first := must(payment.Apply(one, i, apply(1, "2011-06-02", 10000)))
	second := must(payment.Apply(two, i, apply(2, "2011-06-03", 19400)))
	other := apply(3, "2011-06-04", 29400)
	other.Instalment = 2
	third := must(payment.Apply(three, i, other))
	require.True(t, i.Open().IsZero())
	_, err := payment.ForfeitDiscount(second, two, i, undo(8, "2011-06-20"), allocationID(9))
	require.Equal(t, []string{"discount_earned"}, codes(err))

	must(payment.Unapply(first, one, i, undo(7, "2011-06-20")))
	before, was := i.State(), two.State()
	for code, f := range map[string]func() error{
		"no_discount": func() error {
			_, err := payment.ForfeitDiscount(first, one, i, undo(8, "2011-06-20"), allocationID(9))
			return err
		},
		"discount_earned": func() error {
			_, err := payment.ForfeitDiscount(third, three, i, undo(8, "2011-06-20"), allocationID(9))
			return err
		},
		"allocation_incomplete": func() error {
			_, err := payment.ForfeitDiscount(second, two, i, undo(8, "2011-06-20"), allocationID(8))
			return err
		},
		"allocation_early": func() error {
			_, err := payment.ForfeitDiscount(second, two, i, undo(8, "2011-06-02"), allocationID(9))
			return err
		},
		"other_payment": func() error {
			_, err := payment.ForfeitDiscount(second, three, i, undo(8, "2011-06-20"), allocationID(9))
			return err
		},
	} {
		require.Equal(t, []string{code}, codes(f()))
		require.Equal(t, before, i.State(), code)
		require.Equal(t, was, two.State(), code)
	}
	facts := must(payment.ForfeitDiscount(second, two, i, undo(8, "2011-06-20"), allocationID(9)))
	require.Equal(t, [3]tandem.Money{gbp(-19400), gbp(-500), gbp(-100)}, [3]tandem.Money{facts[0].Amount, facts[0].DiscountNet, facts[0].DiscountTax})
	require.Equal(t, [3]tandem.Money{gbp(19400), gbp(0), gbp(0)}, [3]tandem.Money{facts[1].Amount, facts[1].DiscountNet, facts[1].DiscountTax})
	require.Equal(t, [2]tandem.Money{gbp(10600), gbp(10600)}, [2]tandem.Money{i.Open(), i.Instalments()[0].Open})
	require.Equal(t, payment.StatusApplied, two.Status())
	require.Len(t, i.Discounted(), 1)
	must(billing.RestoreInvoice(i.State()))
}

// However an invoice is paid in parts, and whichever of them bounces: what stands of it
// is open, no discount stands on what is open, and the ageing says so.
func TestForfeitsLeaveWhatIsUnpaidOpen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		policy := rapid.SampledFrom(billing.DiscountPolicies()).Draw(r, "policy")
		base := int64(50000)
		if policy == billing.DiscountedBase {
			base = 49000
		}
		i := posted(1, "2011-06-01", prompt(policy), 50000, taxed(base, base/5, 2000))
		gross := i.Gross().Minor()
		var payments []*payment.Payment
		var facts, made []billing.Allocation
		next := 0
		id := func() int { next++; return next }
		for i.Open().Sign() > 0 && len(payments) < 6 {
			pay := i.Payables(date("2011-06-05"))[0].Pay.Minor()
			if rapid.Bool().Draw(r, "part") {
				pay = rapid.Int64Range(1, pay).Draw(r, "pence")
			}
			p := paid(len(payments)+1, "2011-06-05", pay)
			fact := must(payment.Apply(p, i, apply(id(), "2011-06-05", pay)))
			payments, facts, made = append(payments, p), append(facts, fact), append(made, fact)
		}
		n := rapid.IntRange(0, len(made)-1).Draw(r, "bounces")
		facts = append(facts, must(payment.Unapply(made[n], payments[n], i, undo(id(), "2011-06-20"))))
		require.NoError(r, payments[n].Return(date("2011-06-20"), "no funds", at("2011-06-20")))
		stands := int64(0)
		for m := range made {
			if m == n {
				continue
			}
			stands += made[m].Amount.Minor()
			if !made[m].DiscountNet.IsZero() {
				pair := must(payment.ForfeitDiscount(made[m], payments[m], i, undo(id(), "2011-06-20"), allocationID(id())))
				facts = append(facts, pair[:]...)
			}
		}
		require.Equal(r, gross-stands, i.Open().Minor())
		require.Empty(r, i.Discounted())
		must(billing.RestoreInvoice(i.State()))
		aged := must(ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: date("2011-06-20")}, billingtest.Sequence([]*billing.Invoice{i}), billingtest.Sequence(payments), billingtest.Sequence(facts)))
		require.Equal(r, gbp(gross-stands), aged.Total.Total)
	})
}
