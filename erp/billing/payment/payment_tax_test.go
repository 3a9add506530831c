package payment_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// advance is 120.00 for an order, of which 60.00 bear 10.00 of VAT, 50.00 none, and
// 10.00 are more than the order came to.
func advance() payment.Input {
	return payment.Input{ID: paymentID(1), Company: companyID(), Number: "P-1", Customer: customerID(), Date: date("2011-06-01"), Amount: gbp(12000),
		Method: payment.BankTransfer, Advance: true, Order: tandem.RefTo("sales_order", invoiceID(1), "SO-1"), Policy: payment.AdvanceTaxPoint,
		Taxes: append(taxed(5000, 1000, 2000), tandem.TaxLine{Code: "GB-Z", Category: tandem.TaxZero, Base: gbp(5000), Tax: gbp(0)})}
}

func released(p *payment.Payment, n int) (out [][3]int64) {
	for _, r := range p.ReleasedBy(allocationID(n)) {
		out = append(out, [3]int64{int64(r.Line), r.Base.Minor(), r.Tax.Minor()})
	}
	return out
}

// 30.00 of 120.00 are a quarter: 12.50 and 2.50 of the first line, 12.50 of the
// second, and 2.50 of the money without tax. What is planned is kept to: 60.00 with
// all of the VAT. An allocation that is undone gives back what it took.
func TestAnApplicationTakesItsPartOfTheTaxes(t *testing.T) {
	p := must(payment.Receive(advance(), at("2011-06-01")))
	require.Equal(t, gbp(1000), p.Deposit())
	i := posted(1, "2011-06-02", net30(), 10000, taxed(10000, 2000, 2000))
	first := must(payment.Apply(p, i, apply(1, "2011-06-02", 3000)))
	require.Equal(t, [][3]int64{{1, 1250, 250}, {2, 1250, 0}}, released(p, 1))
	must(payment.Unapply(first, p, i, billing.Unapplication{ID: allocationID(2), Date: date("2011-06-03"), Reason: "r", At: at("2011-06-03")}))
	require.Equal(t, [][3]int64{{1, -1250, -250}, {2, -1250, 0}}, released(p, 2))
	require.Len(t, p.TaxLeft(), 2)

	planned := apply(3, "2011-06-04", 6000)
	planned.Taxes = []payment.ReleasedTax{{Line: 1, Base: gbp(5000), Tax: gbp(1000)}}
	must(payment.Apply(p, i, planned))
	require.Equal(t, [][3]int64{{1, 5000, 1000}}, released(p, 3))
	again := must(payment.Restore(p.State()))
	require.Equal(t, p.State(), again.State())
	must(payment.Apply(p, i, apply(4, "2011-06-05", 6000)))
	require.Equal(t, [][3]int64{{2, 5000, 0}}, released(p, 4), "the last takes all that is left")
	require.Empty(t, p.TaxLeft())
}

// 60.00 are planned of two tax points, 20.00 and 4.00 on the 2nd and 30.00 and 6.00 on
// the 5th, and go to instalments of 20.00 and 40.00: a third and two thirds of each.
// Planned taxes that are more than the amount go in full.
func TestPlannedTaxesKeepTheirTaxPoints(t *testing.T) {
	n := advance()
	n.Taxes = taxed(10000, 2000, 2000)
	p := must(payment.Receive(n, at("2011-06-01")))
	terms := net30()
	terms.Instalments = []billing.TermsInstalment{{Kind: billing.FixedAmount, Amount: gbp(2000)}, {Kind: billing.Remainder, Days: 60}}
	id := 0
	next := func() billing.AllocationID { id++; return allocationID(id) }
	points := func(n int) (out []string) {
		for _, r := range p.ReleasedBy(allocationID(n)) {
			out = append(out, r.TaxPoint.String()+" "+r.Base.String()+" "+r.Tax.String())
		}
		return out
	}
	first := posted(1, "2011-06-05", terms, 5000, taxed(5000, 1000, 2000))
	plan := []payment.ReleasedTax{{Line: 1, Base: gbp(2000), Tax: gbp(400), TaxPoint: date("2011-06-02")}, {Line: 1, Base: gbp(3000), Tax: gbp(600), TaxPoint: date("2011-06-05")}}
	facts := must(payment.ApplyAdvance(p, first, payment.Application{Amount: gbp(6000), Date: date("2011-06-05"), At: at("2011-06-05"), Taxes: plan}, next))
	require.Equal(t, []string{"2011-06-02 6.67 GBP 1.33 GBP", "2011-06-05 10.00 GBP 2.00 GBP"}, points(1))
	require.Equal(t, []string{"2011-06-02 13.33 GBP 2.67 GBP", "2011-06-05 20.00 GBP 4.00 GBP"}, points(2))
	must(payment.Unapply(facts[0], p, first, billing.Unapplication{ID: allocationID(9), Date: date("2011-06-07"), Reason: "r", At: at("2011-06-07")}))
	require.Equal(t, []string{" -6.67 GBP -1.33 GBP", " -10.00 GBP -2.00 GBP"}, points(9), "it counts on its own day")

	p = must(payment.Receive(n, at("2011-06-01")))
	cheap := posted(2, "2011-06-05", terms, 10000, taxed(10000, 1500, 1500))
	must(payment.ApplyAdvance(p, cheap, payment.Application{Amount: gbp(11500), Date: date("2011-06-05"), At: at("2011-06-05"),
		Taxes: []payment.ReleasedTax{{Line: 1, Base: gbp(10000), Tax: gbp(2000)}}}, next))
	require.Empty(t, p.TaxLeft())
	require.Equal(t, [2]tandem.Money{gbp(500), gbp(500)}, [2]tandem.Money{p.Unapplied(), p.Deposit()})
}

func TestTaxesAndMoneyAreUsedUpTogether(t *testing.T) {
	p := must(payment.Receive(advance(), at("2011-06-01")))
	i := posted(1, "2011-06-02", net30(), 10000, taxed(10000, 2000, 2000))
	for name, taxes := range map[string][]payment.ReleasedTax{
		"more than was due":     {{Line: 1, Base: gbp(5001), Tax: gbp(1000)}},
		"too little":            {},
		"of no line":            {{Line: 3, Base: gbp(1), Tax: gbp(0)}},
		"before the payment":    {{Line: 1, Base: gbp(5000), Tax: gbp(1000), TaxPoint: date("2011-05-31")}},
		"less than nothing":     {{Line: 1, Base: gbp(-1), Tax: gbp(0)}},
		"in another currency":   {{Line: 1, Base: tandem.MoneyFromMinor(1, tandem.EUR), Tax: tandem.MoneyFromMinor(0, tandem.EUR)}},
		"without anything left": {{Line: 2, Base: gbp(5000), Tax: gbp(1)}},
	} {
		a := apply(1, "2011-06-02", 6000)
		a.Taxes = taxes
		before, invoiced := p.State(), i.State()
		_, err := payment.Apply(p, i, a)
		require.Equal(t, []string{"tax_exceeded"}, codes(err), name)
		require.Equal(t, before, p.State(), name)
		require.Equal(t, invoiced, i.State(), name)
		a.Instalment = 2
		_, err = payment.Apply(p, i, a)
		require.Equal(t, []string{"instalment_unknown"}, codes(err), "%s: what the invoice refuses is told first", name)
	}
	plain := paid(2, "2011-06-01", 6000)
	a := apply(1, "2011-06-02", 6000)
	a.Taxes = []payment.ReleasedTax{{Line: 1, Base: gbp(1), Tax: gbp(0)}}
	_, err := payment.Apply(plain, i, a)
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "no advance")
}

func TestAdvancesAreChecked(t *testing.T) {
	for name, spoil := range map[string]func(*payment.Input){
		"no advance":            func(n *payment.Input) { n.Advance = false },
		"no order":              func(n *payment.Input) { n.Order = tandem.DocumentRef{} },
		"no tax point":          func(n *payment.Input) { n.Policy = payment.AdvanceNoTaxPoint },
		"an unknown policy":     func(n *payment.Input) { n.Policy = "x" },
		"more than the amount":  func(n *payment.Input) { n.Amount = gbp(10999) },
		"a tax without a code":  func(n *payment.Input) { n.Taxes[0].Code = "" },
		"a tax below nought":    func(n *payment.Input) { n.Taxes[0].Tax = gbp(-1) },
		"another currency's":    func(n *payment.Input) { n.Taxes[0].Base = tandem.MoneyFromMinor(1, tandem.EUR) },
		"a category of no kind": func(n *payment.Input) { n.Taxes[0].Category = "?" },
	} {
		n := advance()
		spoil(&n)
		_, err := payment.Receive(n, at("2011-06-01"))
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

// The money that goes back takes with it what is left of the taxes.
func TestAReturnTakesBackTheTaxes(t *testing.T) {
	p := must(payment.Receive(advance(), at("2011-06-01")))
	require.NoError(t, p.Return(date("2011-06-05"), "no funds", at("2011-06-05")))
	require.Empty(t, p.TaxLeft())
	require.Len(t, p.ReleasedBy(billing.AllocationID{}), 2)
	must(payment.Restore(p.State()))
}

// However an advance is applied over instalments, its taxes end with its money.
func TestTaxesOfAnAdvanceEndWithItsMoney(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := advance()
		base := rapid.Int64Range(1, 9000).Draw(r, "base")
		due := rapid.Int64Range(0, base/3).Draw(r, "tax")
		n.Taxes = append(taxed(base, due, 2000), tandem.TaxLine{Code: "GB-Z", Category: tandem.TaxZero, Base: gbp(rapid.Int64Range(0, 12000-base-due).Draw(r, "zero")), Tax: gbp(0)})
		p := must(payment.Receive(n, at("2011-06-01")))
		terms := net30()
		terms.Instalments = []billing.TermsInstalment{{Kind: billing.ShareOfRest, Share: tandem.Percent(33)}, {Kind: billing.Remainder, Days: 60}}
		id := 0
		next := func() billing.AllocationID { id++; return allocationID(id) }
		for k := 1; !p.Unapplied().IsZero(); k++ {
			i := posted(k, "2011-06-02", terms, 2500, taxed(2500, 500, 2000))
			amount := min(p.Unapplied().Minor(), i.Open().Minor())
			var planned []payment.ReleasedTax
			if rapid.Bool().Draw(r, "planned") && p.Deposit().Minor() >= amount {
				planned = []payment.ReleasedTax{}
			}
			must(payment.ApplyAdvance(p, i, payment.Application{Taxes: planned, Amount: gbp(amount), Date: date("2011-06-02"), At: at("2011-06-02")}, next))
		}
		require.Empty(r, p.TaxLeft())
		must(payment.Restore(p.State()))
	})
}

// Copies of an advance share what was taken back of its taxes, and none sees what is
// added to another.
func TestCopiesOfAnAdvanceAreTheirOwn(t *testing.T) {
	p := must(payment.Receive(advance(), at("2011-06-01")))
	i := posted(1, "2011-06-02", net30(), 10000, taxed(10000, 2000, 2000))
	for n := 1; n <= 3; n++ { // there is room behind the third
		must(payment.Apply(p, i, apply(n, "2011-06-02", 1000)))
	}
	was := p.State()
	one, two := p.Copy(0), p.Copy(0)
	first, second := posted(2, "2011-06-02", net30(), 10000, taxed(10000, 2000, 2000)), posted(3, "2011-06-02", net30(), 10000, taxed(10000, 2000, 2000))
	must(payment.Apply(p, i, apply(4, "2011-06-02", 3000)))
	must(payment.Apply(one, first, apply(5, "2011-06-02", 600)))
	ofOne := one.State()
	must(payment.Apply(two, second, apply(6, "2011-06-02", 1200)))
	require.Equal(t, ofOne, one.State())
	require.Equal(t, was.Released, one.State().Released[:len(was.Released)])
	require.Empty(t, two.ReleasedBy(allocationID(5)))
	require.Len(t, p.ReleasedBy(allocationID(4)), 2)
}
